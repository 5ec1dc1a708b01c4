"""Model packs on the models page: what is there, what is missing and what that means; import, verify, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui import languages
from app.gui.context import Context
from app.gui.pages.job import Job
from app.gui.pages.page import Card, button, clear, label
from app.gui.pages.wording import bytes_text
from app.gui.terms import analyzer_title
from core.errors import AsservatError, PackUnlisted, UsageError
from core.packs import PackCheck, PackInfo, PackProgress, PackState

__all__ = ["SUFFIX", "PackRow", "PacksPanel"]

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

        self._start(lambda _job: keeper.remove(pack), done, self._complain)

    # ------------------------------------------------------------------ what came of it

    def _start(
        self, work: Callable[[Job], object], done: Callable[..., None], failed: Callable[[AsservatError], None]
    ) -> None:
        self._job = Job(self, work, done, failed)
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
        wrong = [f"{one.pack}: {one.sentence}" for one in checks if one.ok is False]
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
        self._say(str(error), "danger")
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


class PackRow(QWidget):
    """One pack: a line, and on request all about it. `verify`, `remove`: asked for with the pack's id."""

    verify = Signal(str)
    remove = Signal(str)

    def __init__(self, pack: PackInfo) -> None:
        super().__init__()
        self.pack = pack
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.about = button("", self.toggle, icon="info", quiet=True)
        self.about.setAccessibleName(self.tr("About {0}").format(pack.id))
        self.about.setToolTip(self.tr("What it finds and misses, licence, files"))
        line.addWidget(self.about)
        line.addWidget(label(pack.id, wrap=False))
        facts = [_role(pack.role), bytes_text(pack.bytes) if pack.bytes else "", pack.licence_weights]
        line.addWidget(label("  ·  ".join(fact for fact in facts if fact), "muted", wrap=False), 1)
        self.state = label(_state(pack), _STATE_ROLES[pack.state], wrap=False)
        line.addWidget(self.state)
        column.addLayout(line)
        if pack.problem:
            column.addWidget(label(pack.problem, "danger", selectable=True))
        self.details = QWidget()
        self.details.hide()
        column.addWidget(self.details)
        self.tools = self._make_tools()
        column.addWidget(self.tools)
        self.tools.setVisible(pack.state is PackState.DAMAGED)

    def toggle(self) -> None:
        if self.details.isVisible():
            self.details.hide()
            self.tools.setVisible(self.pack.state is PackState.DAMAGED)
        else:
            self.open()

    def open(self) -> None:
        """Show all about it; made when it is first looked at."""
        if self.details.layout() is None:
            self._make_details()
        self.details.show()
        self.tools.setVisible(self.pack.state is not PackState.BUILT_IN)

    def _make_tools(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(36, 0, 0, 4)
        pack = self.pack
        self.verify_button = button(self.tr("Verify"), lambda: self.verify.emit(pack.id), icon="hash", quiet=True)
        self.remove_button = button(self.tr("Remove…"), self._ask, icon="delete", quiet=True)
        self.sure_button = button(self.tr("Remove it from this computer"), lambda: self.remove.emit(pack.id))
        self.keep_button = button(self.tr("Keep it"), lambda: self._asking(asking=False), quiet=True)
        self.copy_button = button(self.tr("Copy the command that fetches it"), self._copy, icon="copy", quiet=True)
        for one in (self.verify_button, self.remove_button, self.sure_button, self.keep_button, self.copy_button):
            line.addWidget(one)
        line.addStretch(1)
        self._asking(asking=False)
        return holder

    def _ask(self) -> None:
        self._asking(asking=True)

    def _asking(self, *, asking: bool) -> None:
        there = self.pack.state in (PackState.INSTALLED, PackState.DAMAGED)
        self.verify_button.setVisible(there and not asking)
        self.remove_button.setVisible(there and not asking)
        self.sure_button.setVisible(there and asking)
        self.keep_button.setVisible(there and asking)
        self.copy_button.setVisible(self.pack.state is PackState.MISSING and self._fetchable)

    @property
    def _fetchable(self) -> bool:
        return all(file.urls for file in self.pack.files)

    def _copy(self) -> None:
        first = "" if all(file.sha256 for file in self.pack.files) else " --trust-first"
        QGuiApplication.clipboard().setText(f"main.py models fetch {self.pack.id}{first}")

    def _make_details(self) -> None:
        pack = self.pack
        column = QVBoxLayout(self.details)
        column.setContentsMargins(36, 0, 0, 4)
        column.setSpacing(4)
        card = pack.card.get(languages.spoken()) or pack.card.get("en", "")
        column.addWidget(label(card, selectable=True))
        if pack.state is PackState.MISSING and not pack.package:
            column.addWidget(label(self._means(), "warning", selectable=True))
        for said in filter(None, self._facts()):
            column.addWidget(label(said, "muted", selectable=True))
        for file in pack.files:
            digest = file.sha256 or self.tr("SHA-256 not published")
            column.addWidget(label(f"{file.name}: {digest}", "faint", selectable=True))

    def _means(self) -> str:
        """What it means that it is missing, and how to get it."""
        said = self.tr("Not installed: what it would find is not looked for, and the step says so.")
        if self._fetchable:
            way = self.tr(
                "On a connected computer: main.py models fetch {0}, then main.py models pack {0}; carry the file here."
            )
        else:
            way = self.tr(
                "Its files have no address to fetch them from; where you have them in a folder:"
                " main.py models pack {0} --files FOLDER."
            )
        return f"{said} {way.format(self.pack.id)}"

    def _facts(self) -> list[str]:
        pack = self.pack
        flags = ", ".join(_flag(one) for one in pack.licence_flags)
        licence = self.tr("Licence of the weights: {0}").format(pack.licence_weights) + (f" ({flags})" if flags else "")
        return [
            licence,
            self.tr("From {0}, version {1}").format(pack.publisher, pack.version) if pack.publisher else "",
            self.tr("Needs about {0} of memory").format(bytes_text(pack.memory_bytes)) if pack.memory_bytes else "",
            self.tr("Thresholds calibrated on: {0}").format(pack.calibrated_on) if pack.calibrated_on else "",
            self.tr("Its thresholds are uncalibrated starting values.")
            if pack.thresholds and not pack.calibrated_on
            else "",
            "" if pack.listed else self.tr("Not in the catalogue: nobody but its source vouches for it."),
        ]


_STATE_ROLES = {
    PackState.BUILT_IN: "good",
    PackState.INSTALLED: "good",
    PackState.MISSING: "faint",
    PackState.DAMAGED: "danger",
}


def _state(pack: PackInfo) -> str:
    translate = QCoreApplication.translate
    return {
        PackState.BUILT_IN: translate("PackRow", "comes with the installation"),
        PackState.INSTALLED: translate("PackRow", "installed"),
        PackState.MISSING: translate("PackRow", "missing") if pack.package else translate("PackRow", "not installed"),
        PackState.DAMAGED: translate("PackRow", "damaged"),
    }[pack.state]


def _role(role: str) -> str:
    translate = QCoreApplication.translate
    return {
        "default": translate("PackRow", "recommended"),
        "light": translate("PackRow", "light"),
        "alternative": translate("PackRow", "alternative"),
        "lab": translate("PackRow", "of the laboratory"),
        "detector": translate("PackRow", "detector"),
        "classifier": translate("PackRow", "classifier"),
        "graded": translate("PackRow", "classifier with levels"),
        "verifier": translate("PackRow", "cross-check"),
        "persons": translate("PackRow", "persons"),
        "pose": translate("PackRow", "pose"),
        "pose-alternative": translate("PackRow", "pose, alternative"),
        "landmarks": translate("PackRow", "landmarks"),
        "quality": translate("PackRow", "quality"),
        "text detector": translate("PackRow", "finds text"),
        "text recogniser": translate("PackRow", "reads text"),
        "script recogniser": translate("PackRow", "reads another script"),
        "second engine": translate("PackRow", "second reader"),
        "orientation classifier": translate("PackRow", "finds upside-down lines"),
        "voice detector": translate("PackRow", "finds speech"),
    }.get(role, role)


def _flag(flag: str) -> str:
    translate = QCoreApplication.translate
    return {
        "noncommercial": translate("PackRow", "research only"),
        "agpl": "AGPL",
        "attribution": translate("PackRow", "name the author"),
    }.get(flag, flag)


def _order(pack: PackInfo) -> tuple[bool, bool, str]:
    return pack.state is PackState.MISSING, pack.role != "default", pack.id
