"""The gallery of logos that a case looks for: what is in it, more by button or drop, less by button.

Adding searches what is already analysed, off the GUI thread; while a run is under way the gallery cannot be changed,
because the run compares with the gallery it began with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QListView,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.gui.context import Changes, Context
from app.gui.pages.job import Job
from app.gui.pages.page import button, label
from app.gui.recorded import complaint
from core.case import references
from core.case.case import Case
from core.case.database import Connection
from core.case.references import Reference, Removed
from core.errors import AsservatError
from core.pipeline import gallery
from core.pipeline.gallery import Added, Searched
from core.settings import RunSettings

__all__ = ["GalleryDialog", "install"]

KIND = "logo"
PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff"
_SIDE = 112
_NAME = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Shown:
    """One reference as the list shows it."""

    reference: Reference
    picture: bytes
    findings: int


class GalleryDialog(QDialog):
    """The gallery of the open case."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self.setWindowTitle(self.tr("Logos to look for"))
        self.setAcceptDrops(True)
        self.resize(720, 520)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        text = self.tr(
            "One sharp picture of a logo is enough. It is looked for in what is analysed already, and in every later"
            " run of the step “logo”. A match is a possible match: look at it."
        )
        column.addWidget(label(text, "muted"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Logos to look for"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setSpacing(8)
        self.list.setWordWrap(True)
        self.list.itemSelectionChanged.connect(self._enable)
        self.empty = label(self.tr("Nothing is looked for yet. Drop pictures here, or add them below."), "muted")
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        self.told = label("", selectable=True)
        column.addWidget(self.told)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Searching what is already analysed"))
        self.bar.hide()
        column.addWidget(self.bar)
        column.addLayout(self._buttons())
        context.case_closed.connect(self.close)
        context.run_state_changed.connect(lambda _state: self._enable())
        self.refresh()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.add_button = button(self.tr("Add pictures…"), self.choose, primary=True)
        self.remove_button = button(self.tr("Remove"), self.remove)
        self.stop_button = button(self.tr("Stop searching"), self.stop)
        self.stop_button.hide()
        for one in (self.add_button, self.remove_button, self.stop_button):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(button(self.tr("Close"), self.close))
        return row

    # ------------------------------------------------------------------ what is there

    def refresh(self) -> None:
        """Ask the case anew."""

        def work(connection: Connection) -> list[_Shown]:
            counts = references.counts(connection, KIND)
            return [
                _Shown(one, references.picture(connection, one.id), counts.get(one.id, 0))
                for one in references.references(connection, KIND)
            ]

        self._context.query(work, self._show, key="gallery")
        self._enable()

    def _show(self, found: list[_Shown]) -> None:
        self.list.clear()
        for one in found:
            text = self.tr("{0}\n%n found", "", one.findings).format(one.reference.name)
            item = QListWidgetItem(_icon(one.picture), text)
            item.setData(_NAME, one.reference.name)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setToolTip(
                self.tr("{0}, added {1} by {2}").format(
                    str(one.reference.facts.get("file", "")), one.reference.added[:10], one.reference.actor
                )
            )
            self.list.addItem(item)
        self.empty.setVisible(not found)
        self._enable()

    def _enable(self) -> None:
        running = bool(self._context.run_state)
        idle = self._job is None and self._context.case is not None and not running
        self.add_button.setEnabled(idle)
        self.remove_button.setEnabled(idle and bool(self.list.selectedItems()))
        if running:
            self._say(self.tr("While a run is under way the gallery stays as it is."), "muted")

    def _say(self, text: str, role: str = "") -> None:
        for one in ("muted", "good", "warning", "danger"):
            self.told.setProperty(one, one == role)
        self.told.style().polish(self.told)
        self.told.setText(text)

    # ------------------------------------------------------------------ more of it

    def choose(self) -> None:
        """Ask for pictures, then for their name."""
        title, kinds = self.tr("Pictures of one logo"), self.tr("Pictures ({0})").format(PICTURES)
        chosen, _ = QFileDialog.getOpenFileNames(self, title, str(Path.home()), kinds)
        self.take([Path(one) for one in chosen])

    def take(self, paths: Sequence[Path]) -> None:
        """Pictures that were chosen or dropped: ask what they show."""
        if not paths or not self.add_button.isEnabled():
            return
        question = self.tr("What do the pictures show?")
        name, given = QInputDialog.getText(self, self.windowTitle(), question, text=paths[0].stem)
        if given and name.strip():
            self.add(name, paths)

    def add(self, name: str, paths: Sequence[Path]) -> None:
        """Put pictures into the gallery and search for them."""
        case, open_backend = self._context.case, self._context.parts.open_backend
        if case is None or self._job is not None:
            return

        def work(job: Job) -> Added:
            backend = open_backend(RunSettings(workers=1))
            try:
                return gallery.add_references(
                    case, backend, KIND, name, paths, job.control, lambda done, total: job.tell((done, total))
                )
            finally:
                backend.close()

        self._begin(Job(self, work, self._added, self._failed), self.tr("Looking at the picture…"))

    def _begin(self, job: Job, said: str) -> None:
        self._job = job
        job.said.connect(self._progress)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop_button.show()
        self._say(said, "muted")
        self._enable()
        job.start()

    def stop(self) -> None:
        """Leave off searching; what was found stays, and the next search goes on."""
        if self._job is not None:
            self._job.cancel()
            self._ended()
            self._say(self.tr("Stopped. The search goes on with the next picture that is added."), "warning")
            self.refresh()

    def _progress(self, told: object) -> None:
        if isinstance(told, tuple) and told[1]:
            self.bar.setRange(0, int(told[1]))
            self.bar.setValue(int(told[0]))
            self._say(self.tr("Searching what is already analysed…"), "muted")

    def _added(self, added: Added) -> None:
        self._ended()
        if not added.references:
            said = self.tr("This picture is there already.")
        else:
            said = self.tr("Added. %n possible matches in what is analysed already.", "", added.searched.findings)
        self._say(" ".join([said, *added.warnings]), "warning" if added.warnings else "good")
        self._context.changed.emit(Changes(findings=True))
        self.refresh()

    def _failed(self, error: AsservatError) -> None:
        self._ended()
        self._say(complaint(error), "danger")

    def _ended(self) -> None:
        self._job = None
        self.bar.hide()
        self.stop_button.hide()
        self._enable()

    # ------------------------------------------------------------------ less of it

    def remove(self) -> None:
        """Take the chosen logo out, all its pictures, and its findings that nobody has decided about."""
        chosen = self.list.selectedItems()
        if not chosen or not self.remove_button.isEnabled():
            return
        name = str(chosen[0].data(_NAME))

        def work(case: Case) -> Removed:
            with case.locked():
                return references.remove(case, KIND, name)

        self._context.act(work, self._removed)

    def _removed(self, gone: Removed) -> None:
        said = self.tr("Removed, with %n findings.", "", gone.findings)
        if gone.kept:
            said += " " + self.tr("%n findings stay, because somebody has decided about them.", "", gone.kept)
        self._say(said, "good")
        self._context.changed.emit(Changes(findings=True))
        self.refresh()
        if gone.again:
            self._search_again(said)

    def _search_again(self, said: str) -> None:
        """Where the removed one was found, another may have lost against it. `said` stands there again afterwards."""
        case, open_backend = self._context.case, self._context.parts.open_backend
        if case is None or self._job is not None:
            return

        def work(job: Job) -> Searched:
            backend = open_backend(RunSettings(workers=1))
            try:
                with case.locked():
                    return gallery.search(case, backend, KIND, job.control, lambda done, total: job.tell((done, total)))
            finally:
                backend.close()

        def searched(_: Searched) -> None:
            self._ended()
            self._say(said, "good")
            self._context.changed.emit(Changes(findings=True))
            self.refresh()

        self._begin(Job(self, work, searched, self._failed), said)

    # ------------------------------------------------------------------ dropping and closing

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.add_button.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(one.toLocalFile()) for one in event.mimeData().urls() if one.isLocalFile()]
        event.acceptProposedAction()
        self.take(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.cancel()
        super().closeEvent(event)


def _icon(picture: bytes) -> QIcon:
    """The reference, on white: most marks are dark on nothing."""
    image = QImage.fromData(picture)
    sheet = QPixmap(_SIDE, _SIDE)
    sheet.fill(Qt.GlobalColor.white)
    if not image.isNull():
        small = image.scaled(
            QSize(_SIDE - 8, _SIDE - 8),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QPainter(sheet)
        painter.drawImage((_SIDE - small.width()) // 2, (_SIDE - small.height()) // 2, small)
        painter.end()
    return QIcon(sheet)


def install(window: QWidget) -> None:
    """Give a window the action that opens the gallery of its case."""
    context: Context = window.context  # type: ignore[attr-defined] # the desk's window
    opened: list[GalleryDialog] = []

    def show() -> None:
        if context.case is None:
            return
        if not opened or not opened[-1].isVisible():
            for old in opened:
                old.deleteLater()
            opened[:] = [GalleryDialog(context, window)]
        opened[-1].show()
        opened[-1].raise_()
        opened[-1].activateWindow()

    context.actions.add(
        "case.logos",
        QCoreApplication.translate("GalleryDialog", "Logos to look for…"),
        "Ctrl+Shift+L",
        show,
        section=QCoreApplication.translate("GalleryDialog", "Case"),
    )
