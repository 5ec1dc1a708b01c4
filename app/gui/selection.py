"""Which items are selected: by content id, so that it survives sorting, filtering, another view and live inserts."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Cursor", "Selection"]

FEW = 2000  # so many ids are a plain set


class Selection(QObject):
    """A set of content ids. "All that match" is one sorted array of them, with what was taken out since."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._many: NDArray[np.int64] = np.empty(0, np.int64)
        self._added: set[int] = set()
        self._removed: set[int] = set()

    def __len__(self) -> int:
        return len(self._many) + len(self._added) - len(self._removed)

    def __contains__(self, content: object) -> bool:
        return content in self._added or (content not in self._removed and self._among_many(content))

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids())

    def _among_many(self, content: object) -> bool:
        if not len(self._many) or not isinstance(content, int):
            return False
        place = int(np.searchsorted(self._many, content))
        return place < len(self._many) and int(self._many[place]) == content

    def ids(self) -> array[int]:
        """The selected content ids, ascending: what an act takes."""
        if not len(self._many):
            return array("q", sorted(self._added))
        kept = self._many
        if self._removed:
            kept = kept[~np.isin(kept, np.fromiter(self._removed, np.int64))]
        added = np.fromiter(self._added, np.int64)
        return array("q", np.sort(np.concatenate((kept, added))).tobytes())

    def set(self, ids: Iterable[int]) -> None:
        """Exactly these."""
        if isinstance(ids, array) and len(ids) > FEW:
            self._many, self._added = np.sort(np.frombuffer(ids, np.int64)), set()
        else:
            wanted = set(ids)
            if not len(self._many) and wanted == self._added:
                return
            self._many, self._added = np.empty(0, np.int64), wanted
        self._removed = set()
        self.changed.emit()

    def add(self, ids: Iterable[int]) -> None:
        self._change(wanted=[content for content in ids if content not in self], unwanted=())

    def remove(self, ids: Iterable[int]) -> None:
        self._change(wanted=(), unwanted=[content for content in ids if content in self])

    def toggle(self, content: int) -> None:
        chosen = content in self
        self._change(wanted=() if chosen else (content,), unwanted=(content,) if chosen else ())

    def clear(self) -> None:
        self.set(())

    def _change(self, wanted: Iterable[int], unwanted: Iterable[int]) -> None:
        """`wanted` are not selected yet, `unwanted` are."""
        before = len(self)
        for content in wanted:
            (self._removed.discard if self._among_many(content) else self._added.add)(content)
        for content in unwanted:
            (self._removed.add if self._among_many(content) else self._added.discard)(content)
        if len(self) != before:
            self.changed.emit()


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
        """Everything that matches: the ids the query gave. While a list is still being asked for, it is waited for: the
        one before, or the beginning of this one, would be taken for all."""
        items = self._context.items
        if not items.busy:
            self._context.selection.set(items.ids)
            return
        asked = (self._context.filter, self._context.sort)

        def now_whole() -> None:
            if asked == (self._context.filter, self._context.sort):
                self._context.selection.set(items.ids)

        items.loaded.connect(now_whole, Qt.ConnectionType.SingleShotConnection)

    def press(self, event: QKeyEvent, target: int | None, opened: Callable[[int], object]) -> bool:
        """A key; `target`: the row it leads to, if any. False: it means nothing in a list, as digits, letters and Esc
        do, which are the window's actions."""
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if target is not None:
            self.step(target, event.modifiers())
        elif key == Qt.Key.Key_Space and control:
            self.toggle_current()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._context.current is not None:
            opened(self._context.current)
        elif key == Qt.Key.Key_A and control:
            self.select_all()
        else:
            return False
        return True

    def menu(self, row: int) -> None:
        """A right click: on something selected it is about the selection, else about this item."""
        content = self._context.items.id_at(row)
        if content is not None and content not in self._context.selection:
            self.click(row, Qt.KeyboardModifier.NoModifier)
