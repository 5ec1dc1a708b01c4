"""Brings a film's storyboard together: asks for its cells at the allowed rung and takes them as they come."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.gui.exposure import Exposure
from app.gui.preview.canvas import Title
from app.gui.preview.feed import Answer, Feed, Wish
from app.gui.preview.storyboard import CELLS, Storyboard
from app.gui.preview.subject import Subject
from app.gui.preview.wishes import storyboard_wishes
from core.decode.preview import CannotShow, Shown

__all__ = ["Story"]

_BROKEN_HERE = "damaged"  # one cell that cannot be decoded says nothing about the others


class Story(QObject):
    """`completed`: every cell is there. `refused`: the film cannot be shown at all. `facts`: what a cell told of it."""

    completed = Signal()
    refused = Signal(object)  # CannotShow
    facts = Signal(object)  # Shown

    def __init__(self, board: Storyboard, feed: Feed, exposure: Exposure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board, self._feed, self._exposure = board, feed, exposure
        self._cells: dict[Wish, int] = {}

    def forget(self) -> None:
        self._cells = {}

    def ask(self, subject: Subject, title: Title | None, length: float, least: float) -> bool:
        """Show empty cells and ask for their pictures. False: the rung cannot be had for this film."""
        wishes = storyboard_wishes(subject, self._exposure, length, CELLS)
        if wishes is None:
            return False
        self._cells = {wish: place for place, wish in enumerate(wishes)}
        part = length / CELLS
        hits = frozenset(
            min(CELLS - 1, int(one.start / part))
            for one in subject.findings
            if one.start is not None and one.group in ("explicit", "nude") and (one.score or 0.0) >= least
        )
        self._board.set_film(title, [wish.at or 0.0 for wish in wishes], hits)
        for wish in wishes:
            answer = self._feed.get(wish)
            if answer is not None:
                self.take(answer)
        self._feed.prefetch("storyboard", wishes)
        return True

    def take(self, answer: Answer) -> bool:
        """A picture has come. False: it is not one of the cells."""
        place = self._cells.get(answer.wish)
        if place is None:
            return False
        if answer.refusal is not None and answer.refusal.code != _BROKEN_HERE:
            self.forget()
            self.refused.emit(answer.refusal)
            return True
        shown: Shown | None = answer.shown
        if shown is not None:
            self.facts.emit(shown)
        self._board.set_cell(place, answer.image, shown.time if shown is not None else None)
        if self._board.complete:
            if self._board.empty:
                self.refused.emit(answer.refusal or CannotShow("No frame of this film can be decoded."))
            else:
                self.completed.emit()
        return True
