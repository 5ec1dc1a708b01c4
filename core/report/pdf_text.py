"""Evidence text in print: paths and recognised words, wrapped wherever they must be, in every script."""

from __future__ import annotations

import unicodedata
from typing import Any

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from core.report.pdf_fonts import BODY, advance, display, runs, visible
from core.report.pdf_style import INK

__all__ = ["EvidenceText", "wrapped"]

_BREAK_AFTER = frozenset("/\\ _-.,;:!?、。，")


def wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room` points, in logical order. Breaks after a separator in the last half of a line where
    there is one, else anywhere; a character that combines with the one before stays with it."""
    lines: list[str] = []
    start, used, last_break = 0, 0.0, -1
    position = 0
    while position < len(text):
        character = text[position]
        wide = advance(character, font) * size
        joined = unicodedata.combining(character) != 0
        if used + wide > room and position > start and not joined:
            cut = last_break if last_break - start > (position - start) // 2 else position
            lines.append(text[start:cut])
            position = start = cut
            used, last_break = 0.0, -1
            continue
        used += wide
        position += 1
        if character in _BREAK_AFTER:
            last_break = position
    if start < len(text) or not lines:
        lines.append(text[start:])
    return lines


class EvidenceText(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """Text from the evidence. `max_lines`: the middle is left out beyond that, never the end (a path's end tells)."""

    def __init__(
        self, text: str, *, font: str = BODY, size: float = 8, leading: float = 10.6, color: Color = INK,
        max_lines: int = 60,
    ) -> None:  # fmt: skip
        super().__init__()
        self.text = visible(text, font)
        self._font, self._size, self._leading, self._color = font, size, leading, color
        self._max_lines = max_lines
        self._lines: list[str] = []

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        lines = wrapped(self.text, self._font, self._size, max(room, self._size * 2))
        if len(lines) > self._max_lines:
            keep = max(1, self._max_lines // 2)
            lines = [*lines[: keep - 1], lines[keep - 1][:-1] + "…", *lines[len(lines) - keep :]]
        self._lines = lines
        self.width, self.height = room, len(lines) * self._leading
        return self.width, self.height

    def split(self, room: float, height: float) -> list[Any]:
        """Long texts go on on the next page, line by line."""
        self.wrap(room, height)
        fits = int(height // self._leading)
        if fits < 1 or fits >= len(self._lines):
            return [] if fits < 1 else [self]
        return [self._part(self._lines[:fits]), self._part(self._lines[fits:])]

    def _part(self, lines: list[str]) -> EvidenceText:
        part = EvidenceText("", font=self._font, size=self._size, leading=self._leading, color=self._color)
        part.text, part._max_lines = "".join(lines), self._max_lines
        return part

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFillColor(self._color)
        y = self.height - self._leading + (self._leading - self._size) / 2 + self._size * 0.18
        for line in self._lines:
            text = canvas.beginText(0, y)
            for font, piece in runs(display(line), self._font):
                text.setFont(font, self._size)
                text.textOut(piece)
            canvas.drawText(text)
            y -= self._leading
