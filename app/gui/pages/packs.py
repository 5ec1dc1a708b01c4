"""Model packs on the models page: what is there, what is missing and what that means; import, verify, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.gui.context import Context
from app.gui.pages.job import Job
from app.gui.pages.pack_row import PackRow
from app.gui.pages.page import Card, button, clear, label
from app.gui.recorded import complaint, shown
from app.gui.terms import analyzer_title
from core.errors import AsservatError, PackUnlisted, UsageError
from core.packs import PackCheck, PackInfo, PackProgress, PackState

__all__ = ["SUFFIX", "PacksPanel"]

SUFFIX = ".asservat-pack"
DESCRIPTION = "detector.json"


class PacksPanel(Card):
    """All packs, by the step they are for. `changed`: something was installed or removed."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(QCoreApplication.translate("PacksPanel", "Model packs"))
        self._context = context
        self._job: Job | None = None
        self._unlisted: Sequence[Path] = ()
        self.rows: dict[str, PackRow] = {}
        self.import_button = button(self.tr("Import a pack…"), self.choose, icon="add")
        self.verify_button = button(self.tr("Verify all"), lambda: self.verify(""), icon="hash")
        self.head.addWidget(self.verify_button)
        self.head.addWidget(self.import_button)
        self.body.addWidget(
            label(
                self.tr(
                    "Weights that did not come with the installation. They are fetched on another computer, carried"
                    " here as a file, and checked before anything is installed. Drop the file here."
                ),
                "muted",
            )
        )
        self.said = label("", "muted", selectable=True)
        self.said.hide()
        self.body.addWidget(self.said)
        self.accept_button = button(self.tr("I trust its source: import it all the same"), self._accept)
        self.accept_button.hide()
        self.body.addWidget(self.accept_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.body.addLayout(self._list)
        context.actions.add(
            "models.import",
            QCoreApplication.translate("PacksPanel", "Import a model pack…"),
            (),
            self.choose,
            section=QCoreApplication.translate("ModelsPage", "Models"),
        )

    @property
    def busy(self) -> bool:
        return self._job is not None

    def look(self) -> None:
        """Ask anew what is there. A build without packs shows nothing of all this."""
        if not self.busy:
            self._start(lambda _job: self._context.parts.open_packs().known(), self._show, self._absent)

    def importable(self, urls: Sequence[QUrl]) -> list[Path]:
        """Those that can be a pack: archives, and a laboratory's folders."""
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        return [path for path in paths if path.suffix == SUFFIX or (path / DESCRIPTION).is_file()]

    def choose(self) -> None:
        title = self.tr("Import a model pack")
        kinds = f"{self.tr('Model packs')} (*{SUFFIX})"
        paths, _ = QFileDialog.getOpenFileNames(self, title, str(Path.home()), kinds)
        self.bring_in([Path(path) for path in paths])

    def bring_in(self, paths: Sequence[Path], *, accept_unlisted: bool = False) -> None:
        """Import these, one after the other; the first that is refused ends it and is said."""
        if not paths or self.busy:
            return
        keeper = self._context.parts.open_packs()

        def work(job: Job) -> list[PackInfo]:
            return [
                keeper.install(path, accept_unlisted=accept_unlisted, tell=job.tell, control=job.control)
                for path in paths
            ]

        self._unlisted = paths
        self._say(self.tr("Checking the pack…"), "muted")
        self._start(work, self._imported, self._refused)

    def verify(self, pack: str) -> None:
        """Read one pack, or all, in full."""
        if self.busy:
            return
        keeper = self._context.parts.open_packs()
        self._say(self.tr("Reading every file…"), "muted")
        self._start(lambda job: keeper.verify(pack, tell=job.tell, control=job.control), self._verified, self._complain)

    def remove(self, pack: str) -> None:
        """Take a pack away. Its row has asked."""
        if self.busy:
            return
        keeper = self._context.parts.open_packs()

        def done(_none: None) -> None:
            self._say(self.tr("{0} is removed.").format(pack), "good")
            self._ended()

        told = self.tr("{0} is being removed.").format(pack)
        self._start(lambda _job: keeper.remove(pack), done, self._complain, kept=told)

    # ------------------------------------------------------------------ what came of it

    def _start(
        self,
        work: Callable[[Job], object],
        done: Callable[..., None],
        failed: Callable[[AsservatError], None],
        *,
        kept: str = "",
    ) -> None:
        self._job = Job(self, work, done, failed, kept=kept)
        self._job.said.connect(self._progress)
        self._enable()
        self._job.start()

    def _enable(self) -> None:
        widgets: list[QWidget] = [self.import_button, self.verify_button, *(row.tools for row in self.rows.values())]
        for one in widgets:
            one.setEnabled(not self.busy)

    def _progress(self, said: PackProgress) -> None:
        what = {
            "unpacking": self.tr("Unpacking {0}"),
            "checking": self.tr("Reading {0}"),
            "testing": self.tr("Trying {0} out"),
        }.get(said.doing, "{0}")
        share = f"  {said.done * 100 // said.total} %" if said.total else ""
        self._say(what.format(said.file or said.pack) + share, "muted")

    def _show(self, packs: Sequence[PackInfo]) -> None:
        self._job = None
        open_rows = {name for name, row in self.rows.items() if row.details.isVisible()}
        clear(self._list)
        self.rows = {}
        for task in dict.fromkeys(pack.task for pack in packs):
            heading = label(analyzer_title(task) if task else self.tr("Others"), "section", wrap=False)
            heading.setContentsMargins(0, 8, 0, 0)
            self._list.addWidget(heading)
            for pack in sorted((one for one in packs if one.task == task), key=_order):
                row = self.rows[pack.id] = PackRow(pack)
                row.verify.connect(self.verify)
                row.remove.connect(self.remove)
                self._list.addWidget(row)
                if pack.id in open_rows:
                    row.open()
        self.verify_button.setVisible(any(one.state is not PackState.MISSING for one in packs))
        self._enable()

    def _absent(self, error: AsservatError) -> None:
        self._job = None
        if isinstance(error, UsageError):
            self.hide()
        else:
            self._complain(error)

    def _imported(self, packs: Sequence[PackInfo]) -> None:
        names = ", ".join(pack.id for pack in packs)
        self._say(self.tr("Installed and tried out: {0}").format(names), "good")
        self._ended()

    def _verified(self, checks: Sequence[PackCheck]) -> None:
        self._job = None
        wrong = [f"{one.pack}: {shown(one.sentence)}" for one in checks if one.ok is False]
        good = sum(1 for one in checks if one.ok)
        if wrong:
            said = self.tr("Not what they should be, and not used:")
            self._say("\n".join([said, *wrong]), "danger")
        else:
            self._say(self.tr("%n pack(s) read in full: every SHA-256 is right.", "", good), "good")
        self._enable()

    def _refused(self, error: AsservatError) -> None:
        self._complain(error)
        self.accept_button.setVisible(isinstance(error, PackUnlisted))

    def _accept(self) -> None:
        self.bring_in(self._unlisted, accept_unlisted=True)

    def _complain(self, error: AsservatError) -> None:
        self._job = None
        self._say(complaint(error), "danger")
        self._enable()

    def _ended(self) -> None:
        self._job = None
        self.look()
        self.changed.emit()

    def _say(self, text: str, role: str) -> None:
        self.accept_button.hide()
        self.said.setText(text)
        for name in ("muted", "good", "danger"):
            self.said.setProperty(name, name == role)
        self.said.style().polish(self.said)
        self.said.setVisible(bool(text))


def _order(pack: PackInfo) -> tuple[bool, bool, str]:
    return pack.state is PackState.MISSING, pack.role != "default", pack.id
