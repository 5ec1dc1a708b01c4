"""What is known of the compared items, one line a fact; what differs stands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from app.gui import grades, theme
from app.gui.columns import bytes_text, clock, kind_title, moment, percent
from app.gui.preview.subject import Subject

if TYPE_CHECKING:
    from core.search.films import Likeness

__all__ = ["NEAR", "Differences", "facts"]

NEAR = 31
"""Bits in which near duplicates differ at most."""
_ENOUGH = 0.75  # `core.search.films.ENOUGH`, which brings numpy
_AS_LONG = 0.8  # a film of this part of the other's length is no piece of it


def _tr(text: str) -> str:
    return QCoreApplication.translate("Compare", text)


def _pixels(subject: Subject) -> str:
    media = subject.details.media
    return f"{media['width']} × {media['height']}" if media.get("width") and media.get("height") else ""


def _folder(subject: Subject) -> str:
    copies = subject.details.copies
    return copies[0].path.rpartition("/")[0] if copies else ""


def _dated(subject: Subject) -> str:
    return moment(str(subject.details.media.get("taken") or ""))


def _indicator(subject: Subject) -> str:
    scores = [one.score for one in subject.findings if one.group and one.score is not None]
    return percent(max(scores)) if scores else ""


def _text(subject: Subject) -> str:
    words = " · ".join(one.text or "" for one in subject.texts)
    return words if len(words) <= 60 else f"{words[:59]}…"


_FACTS: tuple[tuple[Callable[[], str], Callable[[Subject], str]], ...] = (
    (lambda: _tr("Name"), lambda subject: subject.name),
    (lambda: _tr("Folder"), _folder),
    (lambda: _tr("Type"), lambda subject: f"{kind_title(subject.kind)} · {subject.details.mime}"),
    (lambda: _tr("Size"), lambda subject: bytes_text(subject.details.size)),
    (lambda: _tr("Pixels"), _pixels),
    (lambda: _tr("Length"), lambda subject: clock(subject.duration) if subject.duration else ""),
    (lambda: _tr("Taken"), _dated),
    (lambda: _tr("Camera"), lambda subject: str(subject.details.media.get("camera") or "")),
    (lambda: _tr("Copies"), lambda subject: str(len(subject.details.copies))),
    (lambda: _tr("Highest indicator"), _indicator),
    (lambda: _tr("Text"), _text),
    (lambda: _tr("Grade"), lambda subject: grades.text(subject.details.grade)),
    (lambda: _tr("SHA-256"), lambda subject: subject.details.sha256[:16]),
)


def facts(subjects: Sequence[Subject | None], alike: Sequence[int | Likeness | None]) -> list[tuple[str, list[str]]]:
    """Title and one text for each item; facts that none of them has are left out. `alike`: in how many bits each looks
    different from the first, or how much of two films is the same."""
    lengths = [subject.duration or 0.0 if subject is not None else 0.0 for subject in subjects]
    told = [_likeness(place, value, lengths) for place, value in enumerate(alike)]
    lines = [(_tr("Likeness to the first"), told)]
    lines += [(title(), [text(one) if one is not None else "" for one in subjects]) for title, text in _FACTS]
    return [(title, texts) for title, texts in lines if any(texts)]


def _likeness(place: int, bits: int | Likeness | None, lengths: Sequence[float]) -> str:
    if place == 0:
        return "—" if bits is not None else ""
    if bits is None:
        return _tr("not known")
    if not isinstance(bits, int):
        return _of_films(bits, lengths[0], lengths[place])
    said = _tr("nearly the same ({0} of 256 bits differ)") if bits <= NEAR else _tr("another picture ({0} of 256 bits)")
    return said.format(bits)


def _of_films(alike: Likeness, first: float, other: float) -> str:
    """What two films have in common, in words; `first`, `other`: their lengths in seconds."""
    inside, around = round(100 * alike.second), round(100 * alike.first)
    if not alike.near:
        return _tr("another film ({0} % of its pictures are in the first)").format(inside)
    if alike.second >= _ENOUGH > alike.first and other < _AS_LONG * first:
        return _tr("a part of the first ({0} % of its pictures are in it)").format(inside)
    if alike.first >= _ENOUGH > alike.second and first < _AS_LONG * other:
        return _tr("the first is a part of it ({0} % of the first)").format(around)
    return _tr("the same film ({0} % of its pictures are in the first)").format(inside)


class Differences(QTableWidget):
    """What the facts are called, and a column for each item in the order of the panes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_tr("Facts of the compared items"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.current().changed.connect(self._again)
        self._lines: list[tuple[str, list[str]]] = []

    def show_facts(self, lines: list[tuple[str, list[str]]], columns: int) -> None:
        """Fill the table; lines in which the items differ are bold."""
        self._lines = lines
        self.setColumnCount(1 + columns)
        self.setRowCount(len(lines))
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        look = theme.current()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for row, (title, texts) in enumerate(lines):
            differs = len(set(texts)) > 1
            heading = QTableWidgetItem(f"   {title}   ")
            heading.setForeground(look.color("muted"))
            self.setItem(row, 0, heading)
            for column, text in enumerate(texts, start=1):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                cell.setForeground(look.color("text" if differs else "muted"))
                if differs:
                    cell.setFont(bold)
                self.setItem(row, column, cell)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)

    def needed(self) -> int:
        """The height in which all lines can be seen."""
        return self.rowCount() * self.verticalHeader().defaultSectionSize() + 10

    def _again(self) -> None:
        self.show_facts(self._lines, max(0, self.columnCount() - 1))
