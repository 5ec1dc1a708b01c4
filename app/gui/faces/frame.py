"""What the window for faces consists of, without what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from app.gui.faces.face_pane import FacePane
from app.gui.faces.listing import CandidateList
from app.gui.flow import Flow
from app.gui.pages.page import button, label

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["FINE", "FacesFrame"]

FINE = 1000  # steps of the slider


class FacesFrame(QDialog):
    """List and threshold at the left, reference and candidate side by side at the right, what can be done below."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Faces like this one"))
        self.setAcceptDrops(True)
        self.resize(1180, 660)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        text = self.tr("Candidates, ranked by likeness. No one is identified here: look at both faces, then decide.")
        column.addWidget(label(text, "muted"))
        self.told = label("", selectable=True)
        self.told.hide()
        column.addWidget(self.told)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addLayout(self._left(), 4)
        middle.addLayout(self._right(), 7)
        column.addLayout(middle, 1)

    def _left(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(6)
        self.list = CandidateList()
        self.list.setMinimumWidth(330)
        side.addWidget(self.list, 1)
        line = QHBoxLayout()
        line.addWidget(label(self.tr("Candidates from"), "muted", wrap=False))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, FINE)
        self.slider.setPageStep(FINE // 50)
        self.slider.setAccessibleName(self.tr("Likeness from which a face is a candidate"))
        line.addWidget(self.slider, 1)
        self.value = QLabel()
        self.value.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 "))
        line.addWidget(self.value)
        self.reset = button(self.tr("Reset"), quiet=True)
        line.addWidget(self.reset)
        side.addLayout(line)
        self.coverage = label("", "muted")
        side.addWidget(self.coverage)
        self.filter_button = button(self.tr("Show candidates in the list"), icon="filter")
        self.picture_button = button(self.tr("Another picture…"), icon="open")
        side.addWidget(_wrapped(self.filter_button, self.picture_button))
        return side

    def _right(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(6)
        heads = QHBoxLayout()
        heads.setSpacing(8)
        reference_head = QHBoxLayout()
        reference_head.addWidget(label(self.tr("Reference"), "section", wrap=False))
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("Which face of the picture"))
        self.which.hide()
        reference_head.addWidget(self.which)
        reference_head.addStretch(1)
        heads.addLayout(reference_head, 1)
        heads.addWidget(label(self.tr("Candidate"), "section", wrap=False), 1)
        side.addLayout(heads)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        self.left = FacePane(self._context, self.tr("Choose a face in the preview, or drop a picture here."))
        self.right = FacePane(self._context, self.tr("No candidate is chosen."))
        pair.addWidget(self.left, 1)
        pair.addWidget(self.right, 1)
        side.addLayout(pair, 1)
        self.verdict = label("")
        side.addWidget(self.verdict)
        side.addWidget(self._decisions())
        return side

    def _decisions(self) -> QWidget:
        self.yes_button = button(self.tr("Confirm (Enter)"), icon="check", primary=True)
        self.yes_button.setToolTip(self.tr("You see a likeness that speaks for the same person. Again: take it back."))
        self.no_button = button(self.tr("Reject (Backspace)"), icon="close")
        self.no_button.setToolTip(
            self.tr("Not the same person: not suggested for this face again. Again: take it back.")
        )
        self.whole_button = button(self.tr("Whole picture (Z)"))
        self.open_button = button(self.tr("Open"))
        self.open_button.setToolTip(self.tr("Show it in the preview, at its place (Ctrl+Enter)"))
        for one in (self.yes_button, self.no_button, self.whole_button):
            one.setCheckable(True)
        return _wrapped(self.yes_button, self.no_button, self.whole_button, self.open_button)


def _wrapped(*buttons: QWidget) -> QWidget:
    """Side by side, in more lines where letters are large."""
    holder = QWidget()
    flow = Flow(holder, gap=8)
    for one in buttons:
        flow.addWidget(one)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder
