"""One face to be looked at: the crop, or the whole picture with its box; its name stands in the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.exposure import SMALL_SIDE, Exposure, Rung
from app.gui.faces.shots import LARGE, Shot, crop_wish, whole_wish
from app.gui.preview import wording
from app.gui.preview.canvas import Canvas, Title
from app.gui.preview.clock import timecode
from app.gui.preview.feed import Answer, Feed, Wish
from app.gui.preview.marks import Mark
from app.gui.preview.subject import label_text

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["FacePane"]


class FacePane(QWidget):
    """Shows one shot. `ready`: its pixels, or the words that stand for them, are on the screen."""

    def __init__(self, context: Context, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exposure, self._feed = Exposure.of(context), Feed.of(context)
        self._empty = empty
        self.shot: Shot | None = None
        self.whole = False
        self.ready = False
        self._wanted: Wish | None = None
        self.canvas = Canvas()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.show_shot(None)

    def show_shot(self, shot: Shot | None) -> None:
        """Another face, or none: nothing of the one before stays on the screen."""
        if shot is not None and shot == self.shot:
            return
        self.shot, self._wanted, self.ready = shot, None, False
        if shot is None:
            self.canvas.set_subject(0, None)
            self.canvas.show_words("", self._empty)
            return
        place = timecode(shot.start) if shot.start is not None else ""
        self.canvas.set_subject(shot.content, Title(shot.name, shot.sha256, place))

    def set_whole(self, on: bool) -> None:
        self.whole, self._wanted, self.ready = on, None, False
        if self.shot is not None:
            self.canvas.show_words(self.tr("Loading …"))

    def wish(self) -> Wish | None:
        """The pixels that belong here now; None when words stand for them, which are shown then."""
        if self.shot is None:
            return None
        wish = whole_wish(self.shot, self._exposure) if self.whole else crop_wish(self.shot, self._exposure, LARGE)
        if wish is None:
            self._wanted = None
            self.canvas.show_words(self.tr("Words only"), self.tr("The rung in force shows no pixels."))
            self.ready = not self._exposure.hidden
            return None
        if wish != self._wanted:
            self._wanted, self.ready = wish, False
            self.canvas.show_words(self.tr("Loading …"))
        answer = self._feed.get(wish)
        if answer is not None:
            self.take(answer)
        return wish

    def take(self, answer: Answer) -> None:
        """Pixels for somebody; for this pane if they are what it wants."""
        shot = self.shot
        if shot is None or answer.wish != self._wanted or self._exposure.hidden:
            return
        if answer.image is None or answer.shown is None:
            self.canvas.show_words(self.tr("Cannot be shown"), str(answer.refusal or ""))
            self.ready = True
            return
        cropped = answer.wish.treatment.crop is not None
        size = (answer.image.width(), answer.image.height()) if cropped else answer.shown.size
        treated = answer.wish.treatment
        less = replace(treated, side=treated.side if treated.side == SMALL_SIDE else 0)  # a crop is small by itself
        self.canvas.show_image(shot.content, answer.image, size, wording.badge(less))
        marks = [] if cropped or shot.region is None else [Mark.box(0, shot.region, label_text("face"), "good")]
        self.canvas.set_marks(marks, None)
        self.ready = True

    @property
    def unmasked(self) -> int | None:
        """The content whose sensitive pixels are seen as they are, beyond the face."""
        shot = self.shot
        if not self.whole or shot is None or shot.subject is None or not shot.subject.sensitive:
            return None
        seen = self.canvas.image is not None and self._exposure.rung(sensitive=True) >= Rung.GREY
        return shot.content if seen else None
