"""The findings over the pixels and along the axis of time."""

from __future__ import annotations

from app.gui.preview.canvas import Canvas
from app.gui.preview.subject import Subject
from app.gui.preview.timeline import Timeline

__all__ = ["Marking"]


class Marking:
    """`least`: raw scores below this are not drawn. `active`: the finding that is spoken of, drawn strong."""

    def __init__(self, canvas: Canvas, timeline: Timeline) -> None:
        self._canvas, self._timeline = canvas, timeline
        self.least = 0.0
        self.active: int | None = None

    def show(self, subject: Subject, time: float | None, place: int | None, *, film: bool) -> None:
        """Draw those of this second and this page or frame."""
        self._timeline.set_ticks(subject.ticks(self.least))
        page = place if subject.kind == "image" and time is None else None
        frame = place if film or time is not None else None
        self._canvas.set_marks(subject.marks(subject.shown_at(time, page, frame, self.least)), self.active)
