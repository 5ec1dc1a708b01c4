"""Which items, in which order: a million ids in the time that SQLite needs to read an index.

SQLite is good at reading an index from end to end and at finding what matches; it is slow at sorting a million
rows, and at looking up a million rows in the order of an index. So the whole list is one of

- read from an index as it stands, where SQLite's own plan says that it neither sorts nor looks up;
- few matches, found first and then sorted;
- the order of everything, read from its index, with what does not match left out (numpy).

Ids leave SQLite as one text, made by its own code outside of Python's interpreter lock: a third of the time of
`fetchall`, and the window does not stutter meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import time
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.case.conditions import Statement, condition
from core.case.filters import EVERYTHING, GIVEN, Filter, Sort

__all__ = ["ids", "numbers", "soon"]

Ids = NDArray[np.int64]

ADDED = Sort()
SOON_SORTED = 3000
"""So many matches are sorted within a few milliseconds."""
WALK_SECONDS = 0.03
"""So long the first screen may be looked for by walking along an index; matches that are rarer are found otherwise."""
PIECE = 1 << 17
FEW = 20
"""Matches are few when there are fewer than one in so many."""

_COLUMNS = {"added": "content_id", "name": "name COLLATE NOCASE", "date": "dated"}
_NULL_IS_LAST = {"taken", "duration", "explicit", "nude", "suggestive", "grade", "date", "modified",
                 "stack"}  # fmt: skip
_PARTLY_INDEXED = {"state": "item.state > 0", "findings": "item.findings > 0", "text": "item.text > 0",
                   "copies": "item.copies > 1"}  # fmt: skip
"""The conditions of their indexes: what most items have (no finding, one copy) is not in them."""


def ids(
    connection: Connection, wanted: Filter = EVERYTHING, sort: Sort = ADDED, *, limit: int = -1, offset: int = 0
) -> array[int]:
    """The content ids of the items that match, in order. With a `limit` only the first of them: what a screen needs
    before the whole list is there."""
    if sort.key == GIVEN:
        found: Ids | None = _as_given(connection, wanted, descending=sort.descending)
    else:
        found = _first(connection, wanted, sort, offset + limit) if limit >= 0 else None
    if found is None:
        found = _whole(connection, wanted, condition(wanted, connection), sort)
    return array("q", found[offset : offset + limit if limit >= 0 else None].tobytes())


def soon(connection: Connection, wanted: Filter, sort: Sort, limit: int) -> array[int] | None:
    """The first ids of the list; None when they are not soon found, so that the whole list is there as early."""
    if sort.key == GIVEN:
        return None  # a few items that are named: the whole list is there as early
    found = _first(connection, wanted, sort, limit)
    return None if found is None else array("q", found.tobytes())


def numbers(text: str | None) -> Ids:
    """What `group_concat` made of integers. Read in pieces: numpy keeps the interpreter lock while it reads one."""
    if not text:
        return np.empty(0, dtype=np.int64)
    pieces, start = [], 0
    while start < len(text):
        end = text.find(",", start + PIECE)
        end = len(text) if end < 0 else end
        pieces.append(np.fromstring(text[start:end], dtype=np.int64, sep=","))
        start = end + 1
    return np.concatenate(pieces)


# ---------------------------------------------------------------------- the whole list


def _whole(connection: Connection, wanted: Filter, where: Statement, sort: Sort) -> Ids:
    if not wanted:
        return _everything(connection, sort)
    halves = _halves(sort, where)
    plans = [_plan(connection, half) for half in halves]
    highest = connection.exec_driver_sql("SELECT max(content_id) FROM item").scalar() or 0
    if all(map(_is_straight, plans)) or (
        not any(map(_reads_all, plans)) and _count(connection, where, highest // FEW) < highest // FEW
    ):
        return np.concatenate([_asked(connection, half) for half in halves])
    matching = _asked(connection, (f"SELECT item.content_id FROM item WHERE {where[0]}", where[1]))
    if len(matching) <= 1:
        return matching
    if len(matching) * FEW < highest:
        those = ("item.content_id IN (SELECT value FROM json_each(?))", (json.dumps(matching.tolist()),))
        return np.concatenate([_asked(connection, half) for half in _halves(sort, those)])
    return _only(_everything(connection, sort), matching)


def _as_given(connection: Connection, wanted: Filter, *, descending: bool) -> Ids:
    """Those that match in the order in which the filter names items; what it does not name comes behind."""
    matching = _whole(connection, wanted, condition(wanted, connection), ADDED)
    named = [int(value) for term in wanted.terms() if term.key == "items" and not term.negated for value in term.values]
    there, known = set(matching.tolist()), set(named)
    first = [number for number in dict.fromkeys(named) if number in there]
    return np.array(
        [*(reversed(first) if descending else first), *(n for n in matching.tolist() if n not in known)], np.int64
    )


def _only(ordered: Ids, matching: Ids) -> Ids:
    wanted = np.zeros(int(max(ordered.max(initial=0), matching.max(initial=0))) + 1, dtype=np.bool_)
    wanted[matching] = True
    return ordered[wanted[ordered]]


def _everything(connection: Connection, sort: Sort) -> Ids:
    """All items in this order, without sorting in SQLite."""
    if sort.key == "path":
        return _by_path(connection, sort.descending)
    return np.concatenate([_asked(connection, half) for half in _halves(sort, ("1", ()))])


def _by_path(connection: Connection, descending: bool) -> Ids:
    """Read by name and then sorted by folder, which keeps the order of names inside each."""
    direction = "DESC" if descending else "ASC"
    row = connection.exec_driver_sql(
        "SELECT group_concat(content_id), group_concat(coalesce(folder_id, 0)) FROM (SELECT content_id, folder_id"
        f" FROM item ORDER BY name COLLATE NOCASE {direction}, folder_id {direction}, content_id {direction} LIMIT -1)"
    ).one()
    folders = _asked(connection, ("SELECT id AS content_id FROM folder ORDER BY source_id, path", ()))
    rank = np.zeros(int(folders.max(initial=0)) + 1, dtype=np.int64)
    rank[folders] = np.arange(1, len(folders) + 1)
    place = rank[numbers(row[1])]
    return numbers(row[0])[np.argsort(-place if descending else place, kind="stable")]


def _asked(connection: Connection, statement: Statement, limit: int = -1) -> Ids:
    """LIMIT keeps SQLite from taking the ORDER BY of a subquery for superfluous."""
    sql, values = statement
    asked = f"SELECT group_concat(content_id) FROM ({sql} LIMIT ?)"
    return numbers(connection.exec_driver_sql(asked, (*values, limit)).scalar())


def _plan(connection: Connection, statement: Statement) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1])]


def _is_straight(plan: list[str]) -> bool:
    """Whether SQLite reads this in order, and does not look up each item on the way (one with `=?` it has to)."""
    walks = any("item USING INDEX" in step and "=?)" not in step for step in plan)
    return not walks and not any("FOR ORDER BY" in step for step in plan)


def _reads_all(plan: list[str]) -> bool:
    """Whether SQLite would go through all items, rather than through those that an index gives it."""
    return any(step.startswith("SCAN item") or ("item USING INDEX" in step and "=?)" not in step) for step in plan)


def _count(connection: Connection, where: Statement, limit: int) -> int:
    sql, values = where
    asked = f"SELECT count(*) FROM (SELECT 1 FROM item WHERE {sql} LIMIT ?)"
    return int(connection.exec_driver_sql(asked, (*values, limit)).scalar_one())


# ---------------------------------------------------------------------- the first screen


def _first(connection: Connection, wanted: Filter, sort: Sort, limit: int) -> Ids | None:
    """The first matches; None when they are not soon found."""
    where = condition(wanted, connection)
    along = condition(wanted, connection, walking=True)
    found: list[Ids] = []
    for half, walk in zip(_halves(sort, where), _halves(sort, along), strict=True):
        plan = _plan(connection, half)
        straight = not wanted or (_is_straight(plan) and where == along) or _are_few(connection, plan, where)
        try:
            with contextlib.nullcontext() if straight else _at_most(connection, WALK_SECONDS):
                found.append(_asked(connection, half if straight else _walking(walk, sort), limit))
        except _TooSlow:
            return None
        limit -= len(found[-1])
        if limit <= 0:
            break
    return np.concatenate(found)


def _are_few(connection: Connection, plan: list[str], where: Statement) -> bool:
    """Whether an index gives so few matches that sorting them takes no time."""
    return not _reads_all(plan) and _count(connection, where, SOON_SORTED) < SOON_SORTED


def _walking(half: Statement, sort: Sort) -> Statement:
    """The same, along the index of the order rather than that of the filter."""
    if sort.key in {"added", "path", "sha256"} or sort.key.startswith("label:") or "IS NULL AND" in half[0]:
        return half
    sql = half[0].replace("FROM item WHERE", f"FROM item INDEXED BY item_{_INDEXES.get(sort.key, sort.key)} WHERE", 1)
    return sql, half[1]


_INDEXES = {"date": "dated"}


class _TooSlow(Exception):
    pass


@contextlib.contextmanager
def _at_most(connection: Connection, seconds: float) -> Iterator[None]:
    """Give up what takes longer. Raises `_TooSlow`; a stop from outside stays what it is."""
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + seconds
    late = False

    def look() -> int:
        nonlocal late
        late = time.monotonic() > end
        return int(late)

    driver.set_progress_handler(look, 20_000)
    try:
        yield
    except OperationalError as error:
        if late:
            raise _TooSlow from error
        raise
    finally:
        driver.set_progress_handler(None, 0)


# ---------------------------------------------------------------------- orders in SQL


def _halves(sort: Sort, where: Statement) -> list[Statement]:
    """`SELECT content_id …` in this order, in one part or in two that come one after the other: items without a value
    come last in both directions, and an index that leaves out what nearly all items have is followed by those. Ties are
    in the order of the ids, the other way round when descending."""
    sql, values = where
    direction = "DESC" if sort.descending else "ASC"
    if sort.key.startswith("label:"):
        return _by_label(sort, where, direction)
    if sort.key == "path":
        columns = ("folder.source_id", "folder.path", "item.name COLLATE NOCASE", "item.content_id")
        return [(_ordered("folder CROSS JOIN item ON item.folder_id = folder.id", sql, columns, direction), values)]
    if sort.key == "sha256":
        return [(_ordered("content CROSS JOIN item ON content_id = content.id", sql, ("sha256",), direction), values)]
    column = f"item.{_COLUMNS.get(sort.key, sort.key)}"
    by = (column,) if sort.key == "added" else (column, "item.content_id")
    if sort.key in _NULL_IS_LAST:
        there = _ordered("item", f"{column} IS NOT NULL AND {sql}", by, direction)
        empty = _ordered("item", f"{column} IS NULL AND {sql}", ("item.content_id",), "ASC")
        return [(there, values), (empty, values)]
    if sort.key in _PARTLY_INDEXED:
        indexed = _PARTLY_INDEXED[sort.key]
        rest = _ordered("item", f"NOT {indexed} AND {sql}", ("item.content_id",), direction)
        there = _ordered("item", f"{indexed} AND {sql}", by, direction)
        return [(there, values), (rest, values)] if sort.descending else [(rest, values), (there, values)]
    return [(_ordered("item", sql, by, direction), values)]


def _ordered(tables: str, where: str, columns: tuple[str, ...], direction: str) -> str:
    by = ", ".join(f"{column} {direction}" for column in columns)
    return f"SELECT item.content_id FROM {tables} WHERE {where} ORDER BY {by}"


def _by_label(sort: Sort, where: Statement, direction: str) -> list[Statement]:
    _, analyzer, label = sort.key.split(":", 2)
    sql, values = where
    number = "(SELECT min(id) FROM label WHERE analyzer = ? AND label = ?)"
    scored = _ordered(
        "item_label CROSS JOIN item ON item.content_id = item_label.content_id",
        f"label_id = {number} AND {sql}",
        ("item_label.score", "item_label.content_id"),
        direction,
    )
    others = _ordered(
        "item",
        f"item.content_id NOT IN (SELECT content_id FROM item_label WHERE label_id = {number}) AND {sql}",
        ("item.content_id",),
        "ASC",
    )
    return [(scored, (analyzer, label, *values)), (others, (analyzer, label, *values))]
