"""How a list of items is asked for, on worker threads: its first page and all of it are two questions at once.

The first page is on the screen after a few milliseconds however long the list; all the ids take its place without
moving anything. Which of the two brings the rows, they settle between them (`Beginning`).
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.case.browse import ItemRow
    from core.case.filters import Filter, Sort
    from core.case.queries import Connection

__all__ = ["Asked", "Beginning", "ItemList", "find", "first_page", "whole_list"]

AFTER_FIRST = 0.02  # seconds the whole list lets its first page go ahead: both need the interpreter lock
DECIDED_AFTER = 0.1  # seconds the whole list waits to hear whether its first page comes before it


@dataclass(frozen=True, slots=True)
class ItemList:
    """What one question brings: ids from the beginning of the list (or all), and the rows of one page of them.
    `matching`: how many items that is before near duplicates became one line. `current`: the item that stands in the
    list for the one that is looked at. `whole`: nothing follows."""

    ids: array[int]
    page: int
    rows: Sequence[ItemRow]
    matching: int
    current: int | None = None
    whole: bool = True


class Beginning:
    """Whether the first page of a list comes by itself, before the rest of it. Two threads ask at the same time: the
    one that has everything learns here whether it must bring the rows as well."""

    def __init__(self, wanted: bool) -> None:
        self.found = False
        self.whole = False  # it is all there is: nobody has to look for the rest
        self.rest: ItemList | None = None  # what came before the beginning did; touched by the GUI thread alone
        self.made = threading.Event()  # its rows are made, or there will not be any
        self._decided = threading.Event()
        if not wanted:
            self.decide(False)

    def decide(self, found: bool, *, whole: bool = False) -> None:
        self.found, self.whole = found, whole
        self._decided.set()
        if not found:
            self.made.set()

    def comes(self) -> bool:
        return self._decided.wait(DECIDED_AFTER) and self.found


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish for a list. `first`: another list than before, so its first page is wanted by itself; `stacked`: near
    duplicates are one line, but for the stacks in `opened`; `size`: rows of a page; `screen`: of a screen, which come
    with the beginning of a list."""

    wanted: Filter
    order: Sort
    current: int | None
    stacked: bool
    opened: frozenset[int]
    first: bool
    beginning: Beginning
    size: int
    screen: int


def first_page(connection: Connection, asked: Asked) -> ItemList | None:
    """The first page, where it can be had quickly; None: the whole list brings it."""
    from core.case import browse

    found = browse.soon(connection, asked.wanted, asked.order, asked.size)
    whole = found is not None and len(found) != asked.size
    asked.beginning.decide(found is not None, whole=whole)
    if found is None:
        return None
    ids = browse.piled(connection, found, asked.opened) if asked.stacked else found
    stands = _standing_for(connection, ids, asked.current) if asked.stacked and whole else asked.current
    rows = browse.rows(connection, ids[: asked.screen])
    asked.beginning.made.set()
    return ItemList(ids, 0, rows, len(found), stands, whole)


def whole_list(connection: Connection, asked: Asked) -> ItemList | None:
    """All the ids; and rows where the first page does not come by itself: of the page with the current item, if the
    list is the same as before. None: the beginning is the whole list."""
    from core.case import browse

    asked.beginning.made.wait(AFTER_FIRST)
    if asked.beginning.whole:
        return None
    found = browse.ids(connection, asked.wanted, asked.order)
    ids = browse.piled(connection, found, asked.opened) if asked.stacked else found
    stands = _standing_for(connection, ids, asked.current) if asked.stacked else asked.current
    page = 0 if asked.first else max(0, find(ids, stands)) // asked.size
    alone = not asked.beginning.comes()
    rows = browse.rows(connection, ids[page * asked.size : (page + 1) * asked.size]) if alone else []
    return ItemList(ids, page, rows, len(found), stands)


def _standing_for(connection: Connection, ids: array[int], content: int | None) -> int | None:
    """The item of the list that is this one, or else the one of its stack that is shown."""
    if content is None or find(ids, content) >= 0:
        return content
    from core.case import browse

    alike = set(browse.whole_stacks(connection, [content]))
    return next((one for one in ids if one in alike), None)


def find(ids: array[int], content: int | None) -> int:
    """The position of an id, or -1: one vectorised look instead of an index that costs as much memory as the list."""
    if content is None or not ids:
        return -1
    found = np.flatnonzero(np.frombuffer(ids, dtype=np.int64) == content)
    return int(found[0]) if len(found) else -1
