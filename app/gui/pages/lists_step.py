"""The third step of the wizard: lists of hashes that say what is known before anything is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.pages.page import Card, button, clear, label
from app.gui.pages.wording import bytes_text
from core.evidence.naming import shown

__all__ = ["ListsStep"]


class ListsStep(QWidget):
    """Files that are chosen or dropped here; they are read when the case is made. None is needed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Path] = []
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card(self.tr("What is known before"))
        text = self.tr(
            "Text, CSV or NSRL files with MD5, SHA-1 or SHA-256 in them. What a list knows gets its tag as soon as a"
            " run finds it, and can be shown or left out by that; nothing is graded. More lists can be read later."
        )
        card.body.addWidget(label(text, "muted"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        card.body.addLayout(self._rows)
        line = QHBoxLayout()
        self.choose_button = button(self.tr("Choose lists…"), self._choose, icon="hash")
        line.addWidget(self.choose_button)
        line.addStretch(1)
        card.body.addLayout(line)
        column.addWidget(card)
        column.addStretch(1)
        self._show()

    def add(self, files: Sequence[Path]) -> None:
        """More lists; what is no file, and what is there already, is left out."""
        fresh = [file for file in dict.fromkeys(files) if file.is_file() and file not in self.files]
        if fresh:
            self.files += fresh
            self._show()
            self.changed.emit()

    def clear(self) -> None:
        self.files = []
        self._show()

    def problem(self) -> str:
        """Why this is not enough, or ""."""
        gone = next((file for file in self.files if not file.is_file()), None)
        return self.tr("{0} is not there any more. Take it out again.").format(shown(gone.name)) if gone else ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.is_file() for path in _paths(event)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(_paths(event))
        event.acceptProposedAction()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Lists of hashes"), str(Path.home()))
        self.add([Path(one) for one in chosen])

    def _take_out(self, file: Path) -> None:
        self.files.remove(file)
        self._show()
        self.changed.emit()
        self.choose_button.setFocus()

    def _show(self) -> None:
        clear(self._rows)
        if not self.files:
            self._rows.addWidget(label(self.tr("No list chosen: this step can be passed over."), "faint"))
        for file in self.files:
            self._rows.addWidget(self._row(file))

    def _row(self, file: Path) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 2, 0, 2)
        name = label(shown(file.name), selectable=True)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(shown(str(file)))
        row.addWidget(name, 1)
        size = file.stat().st_size if file.is_file() else 0
        row.addWidget(label(bytes_text(size), "muted", wrap=False))
        remove = button("", partial(self._take_out, file), icon="close", quiet=True)
        remove.setAccessibleName(self.tr("Take out {0}").format(shown(file.name)))
        remove.setToolTip(self.tr("Take out again; nothing has been stored yet."))
        row.addWidget(remove)
        return holder


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
