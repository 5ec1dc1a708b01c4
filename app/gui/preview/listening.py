"""The loudness of a recording, asked for once and growing while a long one is read."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.gui.preview.feed import Feed
from app.gui.preview.subject import Subject
from core.decode.preview import CannotShow, Loudness

__all__ = ["Listening"]


class Listening(QObject):
    """One recording at a time; answers about an earlier one are dropped."""

    heard = Signal(object)  # Loudness
    refused = Signal(object)  # CannotShow

    def __init__(self, feed: Feed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        self._content: int | None = None

    def forget(self) -> None:
        self._content = None

    def listen(self, subject: Subject) -> None:
        """Ask for the loudness of this recording, unless that has been done."""
        if self._content != subject.content:
            self._content = content = subject.content
            self._feed.loudness(content, subject.jobs, lambda found: self._take(content, found))

    def _take(self, content: int, found: Loudness | CannotShow) -> None:
        if content == self._content:
            (self.refused if isinstance(found, CannotShow) else self.heard).emit(found)
