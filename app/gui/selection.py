"""Which items are selected: by content id, so that it survives sorting, filtering, another view and live inserts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Signal

__all__ = ["Selection"]


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
