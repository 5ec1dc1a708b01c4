"""Which items are selected: by content id, so that it survives sorting, filtering, another view and live inserts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Cursor", "Selection"]


class Selection(QObject):
    """A set of content ids. "All that match" is the array that the query gave, not a million index objects."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, content: object) -> bool:
        return content in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def ids(self) -> array[int]:
        """The selected content ids, ascending: what an act takes."""
        return array("q", sorted(self._ids))

    def set(self, ids: Iterable[int]) -> None:
        wanted = set(ids)
        if wanted != self._ids:
            self._ids = wanted
            self.changed.emit()

    def add(self, ids: Iterable[int]) -> None:
        before = len(self._ids)
        self._ids.update(ids)
        if len(self._ids) != before:
            self.changed.emit()

    def remove(self, ids: Iterable[int]) -> None:
        before = len(self._ids)
        self._ids.difference_update(ids)
        if len(self._ids) != before:
            self.changed.emit()

    def toggle(self, content: int) -> None:
        self._ids.symmetric_difference_update((content,))
        self.changed.emit()

    def clear(self) -> None:
        self.set(())


class Cursor:
    """What a click or a key means for current item and selection: the same in the table and in the grid."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._anchor: int | None = None

    def click(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        """A press of the mouse, or a step with the keys, on this row of the list."""
        items, selection = self._context.items, self._context.selection
        content = items.id_at(row)
        if content is None:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            anchor = items.row_of(self._anchor if self._anchor is not None else self._context.current)
            first, last = sorted((anchor if anchor >= 0 else row, row))
            selection.set(items.ids[first : last + 1])
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._anchor = content
            selection.toggle(content)
        else:
            self._anchor = content
            selection.set((content,))
        self._context.set_current(content)

    def step(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        """Arrow keys: with Ctrl only the current item moves, and Ctrl+Space selects on the way."""
        row = min(max(row, 0), len(self._context.items) - 1)
        if row < 0:
            return
        if modifiers & Qt.KeyboardModifier.ControlModifier and not modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._context.set_current(self._context.items.id_at(row))
        else:
            self.click(row, modifiers)

    def toggle_current(self) -> None:
        if self._context.current is not None:
            self._anchor = self._context.current
            self._context.selection.toggle(self._context.current)

    def select_all(self) -> None:
        """Everything that matches: the ids the query gave."""
        self._context.selection.set(self._context.items.ids)

    def menu(self, row: int) -> None:
        """A right click: on something selected it is about the selection, else about this item."""
        content = self._context.items.id_at(row)
        if content is not None and content not in self._context.selection:
            self.click(row, Qt.KeyboardModifier.NoModifier)
