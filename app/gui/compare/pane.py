"""One of the items that are compared: its picture, its grades, a frame that says which one keys are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.exposure import Exposure, Rung
from app.gui.preview import wording
from app.gui.preview.canvas import Canvas, Title
from app.gui.preview.feed import FIT_PIXELS, Answer, Feed, Wish
from app.gui.preview.grade_bar import GradeBar
from app.gui.preview.subject import Subject
from app.gui.preview.wishes import film_wish, picture_wish
from core.decode.preview import CannotShow

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from app.gui.context import Context

__all__ = ["Pane"]

SURE = 0.5
"""Boxes of findings below this raw score are not drawn here; the preview has a slider for that."""


class Pane(QFrame):
    """Shows one subject at the rung that is allowed."""

    entered = Signal()  # the examiner turned to this one
    ready_changed = Signal()

    def __init__(self, context: Context, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._exposure, self._feed = Exposure.of(context), Feed.of(context)
        self.subject: Subject | None = None
        self.most = FIT_PIXELS
        self.focused = False
        self.ready = False
        self.rung = Rung.CARD
        self._wanted: Wish | None = None
        self.canvas = Canvas()
        self.canvas.set_overlays(False)
        self.canvas.installEventFilter(self)
        self.grades = GradeBar(context, acts, before=self.entered.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 3, 3, 3)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.grades)

    # ------------------------------------------------------------------ what is shown

    def begin(self, content: int, title: Title | None) -> None:
        """Another item: its name at once, no pixels of the one before."""
        self.subject = self._wanted = None
        self.most = FIT_PIXELS
        self.canvas.set_subject(content, title)
        self.grades.set_subject(None)
        self._set_ready(False)

    def set_subject(self, subject: Subject) -> None:
        """What the case knows has arrived, or has changed."""
        again = self.subject is not None and self.subject.sensitive == subject.sensitive
        self.subject = subject
        self.grades.set_subject(subject)
        if not again:
            self.canvas.set_title(wording.title(subject, None, film=subject.kind == "video"))

    def wish(self) -> Wish | None:
        """The pixels that belong here now; None when words stand for them, which are shown then."""
        subject = self.subject
        if subject is None:
            return None
        before, self.rung = self.rung, self._exposure.rung(sensitive=subject.sensitive)
        if self._said_in_words(subject):
            return None
        wish = self._pixels(subject)
        if wish is None:
            why = self.tr("So none can be covered. Hold Space to see.")
            self._say(self.tr("Nobody has looked for bodies in it"), why)
            return None
        self._wanted = wish
        answer = self._feed.get(wish)
        if answer is not None:
            self._show(answer)
        elif self.rung < before or self.canvas.image is None:
            self.canvas.show_words(self.tr("Loading …"))
            self._set_ready(False)
        return wish

    def _pixels(self, subject: Subject) -> Wish | None:
        if subject.kind == "video":
            place = self._moment(subject)
            return film_wish(subject, self._exposure, place, place, most=self.most)
        return picture_wish(subject, self._exposure, most=self.most)

    def _moment(self, subject: Subject) -> float:
        """The surest hit of a film, or its middle: its first frame is black as often as not."""
        hits = [one for one in subject.findings if one.start is not None]
        best = max(hits, key=lambda one: one.score or 0.0, default=None)
        return float(best.start or 0.0) if best is not None else subject.duration / 2

    def _said_in_words(self, subject: Subject) -> bool:
        if self._exposure.hidden:
            self.canvas.show_words("")
            self._set_ready(False)
        elif subject.kind in ("audio", "other"):
            self._say(wording.nothing_to_see(subject, self.tr("Not a picture or film")), wording.other(subject))
        elif self.rung is Rung.CARD:
            self._say(self.tr("Words only"), wording.card(subject))
        else:
            return False
        return True

    def _say(self, headline: str, explanation: str) -> None:
        self._wanted = None
        self.canvas.show_words(headline, explanation)
        self._set_ready(True)

    def take(self, answer: Answer) -> None:
        """Pixels for somebody; for this pane if they are what it wants."""
        if answer.wish == self._wanted and not self._exposure.hidden:
            self._show(answer)

    def _show(self, answer: Answer) -> None:
        subject, shown = self.subject, answer.shown
        assert subject is not None
        if answer.image is None or shown is None:
            refusal: CannotShow | None = answer.refusal
            self._say(self.tr("Cannot be shown"), str(refusal) if refusal is not None else "")
            return
        film = subject.kind == "video"
        self.canvas.set_title(wording.title(subject, shown, film=film))
        self.canvas.show_image(subject.content, answer.image, shown.size, wording.badge(answer.wish.treatment))
        found = subject.shown_at(shown.time if film else None, None if film else shown.number, None, SURE)
        self.canvas.set_marks(subject.marks(found), None)
        self._set_ready(True)

    def _set_ready(self, ready: bool) -> None:
        self.ready = ready
        self.ready_changed.emit()

    @property
    def unmasked(self) -> bool:
        """Sensitive pixels of it are on the screen as they are."""
        shown = self.isVisible() and self.canvas.image is not None
        return bool(shown and self.subject is not None and self.subject.sensitive and self.rung >= Rung.GREY)

    # ------------------------------------------------------------------ which one keys are about

    def set_focused(self, focused: bool) -> None:
        self.focused = focused
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn):
            self.entered.emit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().color("accent" if self.focused else "line"), 2 if self.focused else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
