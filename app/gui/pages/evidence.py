"""The second step of the wizard: folders of evidence, dropped or chosen, counted while one looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui import icons, theme
from app.gui.pages.counting import Counts, count_folder
from app.gui.pages.job import Job
from app.gui.pages.page import button, label
from app.gui.pages.source_form import SourceDialog
from app.gui.pages.source_words import summary
from app.gui.pages.wording import bytes_text, grouped
from app.gui.recorded import complaint
from core.errors import AsservatError, OverlapError
from core.evidence.naming import shown
from core.evidence.overlap import check_overlap
from core.provenance import Provenance

__all__ = ["EvidenceStep", "SourceRow", "counted"]


def counted(counts: Counts) -> str:
    """`1 204 files, 3.2 GB: 980 pictures, 40 films, 3 sounds, 181 others`."""
    files = grouped(QCoreApplication.translate("Counts", "%n file(s)", "", counts.files), counts.files)
    parts = [
        (counts.pictures, QCoreApplication.translate("Counts", "%n picture(s)", "", counts.pictures)),
        (counts.films, QCoreApplication.translate("Counts", "%n film(s)", "", counts.films)),
        (counts.sounds, QCoreApplication.translate("Counts", "%n sound(s)", "", counts.sounds)),
        (counts.others, QCoreApplication.translate("Counts", "%n other(s)", "", counts.others)),
    ]
    kinds = ", ".join(grouped(text, count) for count, text in parts if count)
    return f"{files}, {bytes_text(counts.bytes)}" + (f": {kinds}" if kinds else "")


class SourceRow(QFrame):
    """One source with its live counts. `counts.complete` tells that the walk has reached its end."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, folder: Path, *, fixed: bool = False) -> None:
        """`fixed`: it belongs to the case already and cannot be taken out of it."""
        super().__init__()
        self.folder, self.counts = folder, Counts()
        self.facts = self.known = Provenance()
        self._refused = self._failure = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 6, 2, 6)
        row.setSpacing(12)
        self._icon = label(wrap=False)
        row.addWidget(self._icon)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(shown(str(folder)), selectable=True))
        self.detail = label(self.tr("counting…"), "muted")
        texts.addWidget(self.detail)
        self.about = label("", "faint")
        texts.addWidget(self.about)
        row.addLayout(texts, 1)
        self.describe = button(self.tr("Facts…"), self._describe, icon="note")
        self.describe.setAccessibleName(self.tr("Facts of {0}").format(shown(folder.name)))
        self.describe.setToolTip(
            self.tr("Exhibit number, seizure, acquisition, write blocker, time zone: all of it optional.")
        )
        row.addWidget(self.describe)
        if not fixed:
            remove = button("", lambda: self.removed.emit(self), icon="close", quiet=True)
            remove.setAccessibleName(self.tr("Take out {0}").format(shown(folder.name)))
            remove.setToolTip(self.tr("Take out again; nothing has been stored yet."))
            row.addWidget(remove)
        theme.current().changed.connect(self._paint)
        self._paint()
        self.know(self.facts)
        self.job = Job(self, lambda job: count_folder(job, folder), self._finished, self._failed)
        self.job.said.connect(self._told)
        self.job.start()

    @property
    def problem(self) -> str:
        """Why it cannot be a source, or ""."""
        return self._failure or self._refused

    def know(self, facts: Provenance) -> None:
        """What the case has of this source already."""
        self.facts = self.known = facts
        self._tell_facts()

    def _describe(self) -> None:
        dialog = SourceDialog(shown(str(self.folder)), self.facts, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take() -> None:
            self.facts = dialog.facts
            self._tell_facts()
            self.changed.emit()

        dialog.accepted.connect(take)
        dialog.open()

    def _tell_facts(self) -> None:
        called = f"“{self.facts.label}”  ·  " if self.facts.label else ""
        self.about.setText(f"{called}{summary(self.facts)}")

    def stop(self) -> None:
        self.job.cancel()

    def refuse(self, why: str) -> None:
        """Show why this folder cannot be a source; "" takes it back."""
        self._refused = why
        self._say()

    def _told(self, counts: object) -> None:
        if isinstance(counts, Counts):
            self.counts = counts
            self._say()
            self.changed.emit()

    def _finished(self, counts: Counts) -> None:
        self._told(counts)

    def _failed(self, error: AsservatError) -> None:
        self._failure = complaint(error)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        text = self.problem or counted(self.counts)
        if not self.problem and not self.counts.complete:
            text += self.tr(" so far…")
        if not self.problem and self.counts.unreadable:
            text += " · " + self.tr("%n name(s) cannot be read as files", "", self.counts.unreadable)
        self.detail.setText(text)
        self.detail.setProperty("danger", bool(self.problem))
        self.detail.setProperty("muted", not self.problem)
        self.detail.style().polish(self.detail)
        self._paint()

    def _paint(self) -> None:
        role = "danger" if self.problem else "good" if self.counts.complete else "muted"
        name = "problems" if self.problem else "check" if self.counts.complete else "source"
        self._icon.setPixmap(icons.pixmap(name, theme.current().color(role), 20, self.devicePixelRatioF()))


class _DropZone(QFrame):
    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumHeight(116)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        self.text = label(self.tr("Drag folders into this window. Your files are only read, never changed."), "muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = button(self.tr("Choose a folder…"), icon="folder")
        column.addStretch(1)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.choose)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        theme.follow(self, lambda: self._frame(over=False))
        self._frame(over=False)

    def _frame(self, *, over: bool) -> None:
        look = theme.current()
        edge, ground = look.color("accent" if over else "border"), look.color("selection" if over else "panel")
        self.setObjectName("zone")
        self.setStyleSheet(
            f"#zone {{ border: 2px dashed {edge.name()}; border-radius: 10px; background: {ground.name()}; }}"
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._frame(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._frame(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._frame(over=False)
        event.acceptProposedAction()
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])


class EvidenceStep(QWidget):
    """`changed` after every count and every choice. Nothing is stored before the wizard ends."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SourceRow] = []
        self._case_folder: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.zone = _DropZone()
        self.zone.dropped.connect(self.add)
        self.zone.choose.clicked.connect(self._choose)
        column.addWidget(self.zone)
        self.total = label("", "section")
        self.total.hide()
        column.addWidget(self.total)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        self._note = label("", "warning")
        self._note.hide()
        column.addWidget(self._note)
        column.addStretch(1)

    @property
    def folders(self) -> list[Path]:
        return [row.folder for row in self.rows]

    @property
    def facts(self) -> dict[Path, Provenance]:
        """Folder → facts, where they are others than the case has."""
        return {row.folder: row.facts for row in self.rows if row.facts != row.known}

    def know(self, known: Mapping[Path, Provenance]) -> None:
        """What the case has of sources that are in it already."""
        for row in self.rows:
            if row.folder in known:
                row.know(known[row.folder])

    @property
    def counts(self) -> Counts:
        total = Counts(complete=True)
        for row in self.rows:
            total = total + row.counts
        return total

    def problem(self) -> str:
        """Why one cannot go on, or ""."""
        refused = next((row for row in self.rows if row.problem), None)
        return self.tr("Take out what cannot be a source.") if refused else ""

    def clear(self) -> None:
        for row in list(self.rows):
            self._remove(row)

    def add(self, paths: Sequence[Path], *, fixed: bool = False) -> None:
        """Take in folders (files are not sources and are left out, said in a line)."""
        files = [path for path in paths if not path.is_dir()]
        known = {row.folder for row in self.rows}
        for folder in paths:
            if folder in files or folder in known:
                continue
            row = SourceRow(folder, fixed=fixed)
            row.changed.connect(self._changed)
            row.removed.connect(self._remove)
            self.rows.append(row)
            self._list.addWidget(row)
        self._note.setText(self.tr("%n file(s) left out: drop the folder they lie in.", "", len(files)))
        self._note.setVisible(bool(files))
        self.check(self._case_folder)

    def check(self, case_folder: Path | None) -> None:
        """Compare with where the case will lie, and with each other: evidence is never written to."""
        self._case_folder = case_folder
        for row in self.rows:
            row.refuse(self._why_not(row))
        self._changed()

    def _why_not(self, row: SourceRow) -> str:
        if self._case_folder is not None:
            try:
                check_overlap(self._case_folder, row.folder)
            except OverlapError as error:
                return complaint(error)
        for other in self.rows:
            if other is not row and row.folder != other.folder and other.folder in row.folder.parents:
                return self.tr("It lies inside {0}, which is a source already.").format(shown(str(other.folder)))
        return ""

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("A folder of evidence"), str(Path.home()))
        if chosen:
            self.add([Path(chosen)])

    def _remove(self, row: object) -> None:
        if isinstance(row, SourceRow) and row in self.rows:
            row.stop()
            self.rows.remove(row)
            row.hide()
            row.deleteLater()
            self.check(self._case_folder)

    def _changed(self) -> None:
        counts = self.counts
        self.total.setVisible(len(self.rows) > 1)
        self.total.setText(self.tr("Together: {0}").format(counted(counts)))
        self.changed.emit()
