"""Looking after the open case: backup, restore, integrity, size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFileDialog

from app.gui.context import Context
from app.gui.flow import Flow
from app.gui.pages.job import Job
from app.gui.pages.page import Card, button, label
from app.gui.pages.wording import bytes_text, moment, number
from app.gui.recorded import complaint, shown
from core.case.case import Case
from core.case.checks import CheckResult, check
from core.errors import AsservatError, StorageError

__all__ = ["CaseCare", "when_made"]


@dataclass(frozen=True, slots=True)
class _Facts:
    backups: tuple[Path, ...]
    size: int
    lines: int
    head: str


class CaseCare(Card):
    """Hidden while no case is open."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("This case"))
        self._context = context
        self._job: Job | None = None
        self.facts = label("", "muted", selectable=True)
        self.body.addWidget(self.facts)
        self.backup_button = button(self.tr("Back up now"), self.backup, icon="backup")
        self.check_button = button(self.tr("Check integrity"), self.check, icon="check")
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Backups"))
        self.choice.setPlaceholderText(self.tr("none yet"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.restore_button = button(self.tr("Go back to it"), self.restore, icon="history")
        self.audit_button = button(self.tr("Save the audit trail…"), self.choose_audit, icon="save")
        row = Flow(gap=8)
        for widget in (self.backup_button, self.check_button, self.audit_button):
            row.addWidget(widget)
        self.body.addLayout(row)
        row = Flow(gap=8)
        row.addWidget(label(self.tr("Backup of"), "muted", wrap=False))
        row.addWidget(self.choice)
        row.addWidget(self.restore_button)
        self.body.addLayout(row)
        self.left_out = label(
            self.tr(
                "A backup holds the database (findings, decisions, notes), where the audit trail stands, and the hash"
                " lists. Not in it: the evidence itself, finished reports, the audit trail, and what is made again by"
                " itself (thumbnails, search index). For a copy of everything, copy the case folder while it is"
                " closed."
            ),
            "muted",
        )
        self.body.addWidget(self.left_out)
        self.result = label("", selectable=True)
        self.result.hide()
        self.body.addWidget(self.result)
        context.case_opened.connect(self.refresh)
        context.case_closed.connect(self.refresh)
        context.run_state_changed.connect(lambda _state: self._enable())
        actions, section = context.actions, self.tr("Case")
        actions.add("case.backup", self.tr("Back up the case"), (), self.backup, section=section)
        actions.add("case.check", self.tr("Check the integrity of the case"), (), self.check, section=section)
        actions.add("case.audit", self.tr("Save the audit trail of the case"), (), self.choose_audit, section=section)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew for backups, size and audit trail."""
        case = self._context.case
        if case is None or self.parentWidget() is not None:  # shown without a parent, it would be a window
            self.setVisible(case is not None)
        if case is None:
            self.result.hide()
            return

        def work(_job: Job) -> _Facts:
            head = case.audit.head()
            return _Facts(tuple(case.backups()), sum(case.size().values()), head.seq, head.sha256)

        Job(self, work, self._show, self._context.failed.emit).start()
        self._enable()

    def _show(self, found: _Facts) -> None:
        self.facts.setText(
            self.tr("{0} on disk. Audit trail: {1} lines, the last with hash {2}…").format(
                bytes_text(found.size), number(found.lines), found.head[:16]
            )
        )
        self.choice.clear()
        for path in found.backups:
            self.choice.addItem(when_made(path), path)
        if found.backups:  # with a placeholder, Qt chooses nothing by itself
            self.choice.setCurrentIndex(0)
        self._enable()

    def _enable(self) -> None:
        idle = self._job is None and self._context.case is not None
        self.backup_button.setEnabled(idle)
        self.check_button.setEnabled(idle)
        self.choice.setEnabled(self.choice.count() > 0)
        self.restore_button.setEnabled(idle and self.choice.currentIndex() >= 0 and not self._context.run_state)

    # ------------------------------------------------------------------ acts

    def backup(self) -> None:
        """A consistent copy of database and audit head; possible while a run goes on."""
        if self._context.case is not None:
            self._say(self.tr("Backing up…"), "muted")
            self._context.act(_back_up, self._backed_up)

    def _backed_up(self, made: tuple[Path, list[str]]) -> None:
        path, lacking = made
        said = [self.tr("Backed up: {0}").format(path.name), self.left_out.text()]
        if lacking:
            lists = self.tr("Hash lists whose file is missing, so that they are in no backup: {0}.")
            said.insert(1, lists.format(", ".join(lacking)))
        self._say("\n".join(said), "danger" if lacking else "good")
        self._context.message.emit(
            self.tr("The case is backed up; reports, thumbnails and the audit trail stay where they are."), None
        )
        self.refresh()

    def choose_audit(self) -> None:
        """Ask where a copy of the audit trail shall lie."""
        case = self._context.case
        if case is None:
            return
        suggestion = str(Path.home() / f"audit-{case.facts().get('number') or case.folder.name}.jsonl")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("A copy of the audit trail"), suggestion)
        if chosen:
            self.save_audit(Path(chosen))

    def save_audit(self, path: Path) -> None:
        """Copy the trail as it is, in the order of acts; its chain can be checked without this program."""

        def work(case: Case) -> str:
            try:
                path.write_bytes(case.audit.path.read_bytes())
            except OSError as error:
                raise StorageError(f"{path} cannot be written ({error}).", "Choose another place.") from error
            return case.audit.head().sha256

        def done(head: str) -> None:
            said = self.tr("The audit trail is in {0}; its last line has the SHA-256 {1}….")
            self._say(said.format(str(path), head[:16]), "good")
            self._context.message.emit(self.tr("The audit trail is saved."), None)

        self._context.act(work, done)

    def check(self) -> None:
        """Look for damage without changing anything; large cases take a while, so not in the window's thread."""
        case = self._context.case
        if case is None or self._job is not None:
            return
        folder = case.folder
        self._context.show_view("health")  # asked for from elsewhere: the answer stands here

        def work(_job: Job) -> list[CheckResult]:
            with Case.open(folder, readonly=True) as reader:
                return check(reader)

        self._say(self.tr("Checking…"), "muted")
        self._job = Job(self, work, self._checked, self._failed).start()
        self._enable()

    def _checked(self, results: list[CheckResult]) -> None:
        self._job = None
        good = all(one.ok for one in results)
        said = (
            self.tr("The case is whole.")
            if good
            else self.tr("The case is DAMAGED. Go back to a backup; keep this folder.")
        )
        lines = [said, *(f"{shown(one.name)}: {shown(one.sentence)}" for one in results)]
        self._say("\n".join(lines), "good" if good else "danger")
        self._enable()

    def restore(self) -> None:
        """Go back to a backup. No question: the state of now is kept as a backup of its own, and recorded."""
        case, chosen = self._context.case, self.choice.currentData()
        if case is None or not isinstance(chosen, Path) or self._context.run_state:
            return
        folder = case.folder
        self._context.close_case()

        def work(_job: Job) -> Path | None:
            with Case.to_restore(folder) as opened:  # what is there now may be too damaged to be opened
                return opened.restore(chosen)

        def done(before: Path | None) -> None:
            self._again(folder)
            kept = before.name if before else "–"
            self._say(self.tr("Restored. The state before is kept as a backup, too: {0}").format(kept), "good")

        def failed(error: AsservatError) -> None:
            self._context.failed.emit(error)
            self._again(folder)

        Job(self, work, done, failed, kept=self.tr("The case is going back to a backup.")).start()

    def _again(self, folder: Path) -> None:
        try:
            self._context.open_case(folder)
        except AsservatError as error:
            self._context.failed.emit(error)
            return
        self._context.show_view("health")
        self.refresh()

    def _failed(self, error: AsservatError) -> None:
        self._job = None
        self._say(complaint(error), "danger")
        self._enable()

    def _say(self, text: str, role: str) -> None:
        self.result.setText(text)
        for name in ("muted", "good", "danger"):
            self.result.setProperty(name, name == role)
        self.result.style().polish(self.result)
        self.result.setVisible(bool(text))


def _back_up(case: Case) -> tuple[Path, list[str]]:
    """The backup, and the tags of hash lists that it lacks."""
    from core.case import backup_lists

    made = case.backup()
    return made, backup_lists.lacking(made)


def when_made(path: Path) -> str:
    """`backup-20261122T140501….db` → when it was made, and why where it was not asked for."""
    kind, _, stamp = path.stem.rpartition("-")
    iso = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[9:11]}:{stamp[11:13]}:{stamp[13:15]}+00:00"
    said = moment(iso)
    why = {
        "before-restore": QCoreApplication.translate("CaseCare", "before going back"),
        "damaged": QCoreApplication.translate("CaseCare", "the damaged one, put aside"),
        "before-migration": QCoreApplication.translate("CaseCare", "before a newer version took over"),
    }.get(kind, kind.replace("-", " "))
    return f"{said}  ({why})" if kind != "backup" else said
