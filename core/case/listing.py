"""Which items, in which order: a million ids in the time that SQLite needs to read an index.

SQLite is good at reading an index from end to end and at finding what matches; it is slow at sorting a million
rows, and at looking up a million rows in the order of an index. So the whole list is one of

- read from an index as it stands, where SQLite's own plan says that it neither sorts nor looks up;
- few matches, fetched with what they are sorted by and then sorted;
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

from core.case.conditions import condition
from core.case.filters import EVERYTHING, GIVEN, Filter, Sort
from core.case.orders import fetched, halves, joins
from core.case.statements import Statement

__all__ = ["ids", "numbers", "soon"]

Ids = NDArray[np.int64]

ADDED = Sort()
SOON_SORTED = 3000
"""So many matches are sorted within a few milliseconds."""
WALK_SECONDS = 0.03
"""So long the first screen may be looked for by walking along an index; matches that are rarer are found otherwise.
Seconds of the processor: on a busy machine the whole list takes longer, too."""
WALK_WAIT = 3
"""So many times as long by the clock: a slow disk."""
PIECE = 1 << 17
_ASKED_OF_EACH = {"words", "label", "group"}
"""Terms that can be asked about one item after the other on the way, where many match."""
FEW = 20
"""Matches are few when there are fewer than one in so many."""


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
    """The first `limit` ids of the list, or all of them where they are few: any other number than `limit` is the whole
    list. None when they are not soon found, so that the whole list is there as early."""
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
    parts = halves(sort, where)
    if not joins(sort) and all(_is_straight(_plan(connection, part)) for part in parts):
        return np.concatenate([_asked(connection, part) for part in parts])
    matching = _asked(connection, (f"SELECT item.content_id FROM item WHERE {where[0]}", where[1]))
    if len(matching) <= 1:
        return matching
    highest = connection.exec_driver_sql("SELECT max(content_id) FROM item").scalar() or 0
    if len(matching) * FEW < highest:
        those = ("item.content_id IN (SELECT value FROM json_each(?))", (json.dumps(matching.tolist()),))
        return _fetched(connection, fetched(sort, those), len(matching))[0]
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
    return np.concatenate([_asked(connection, half) for half in halves(sort, ("1", ()))])


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


def _fetched(connection: Connection, statement: Statement, most: int) -> tuple[Ids, int]:
    """The ids, and how many they are; as many as `most`: there may be more."""
    sql, values = statement
    row = connection.exec_driver_sql(sql, (*values, most)).one()
    return numbers(row[0]), int(row[1])


# ---------------------------------------------------------------------- the first screen


def _first(connection: Connection, wanted: Filter, sort: Sort, limit: int) -> Ids | None:
    """The first matches, or all of them where they are few; None when they are not soon found."""
    where = condition(wanted, connection)
    asked = any(term.key in _ASKED_OF_EACH for term in wanted.terms())
    along = condition(wanted, connection, walking=True) if asked else where
    parts = halves(sort, where)
    if wanted and (joins(sort) or where != along or not all(_is_straight(_plan(connection, part)) for part in parts)):
        known_as_many = where != along and len(wanted.parts) == 1
        few = None if known_as_many else _few(connection, where, sort)
        if few is not None:
            return few
        parts, walking = [_walking(part, sort) for part in halves(sort, along)], True
    else:
        walking = False
    found: list[Ids] = []
    for part in parts:
        try:
            with _at_most(connection, WALK_SECONDS) if walking else contextlib.nullcontext():
                found.append(_asked(connection, part, limit))
        except _TooSlow:
            return None
        limit -= len(found[-1])
        if limit <= 0:
            break
    return np.concatenate(found)


def _few(connection: Connection, where: Statement, sort: Sort) -> Ids | None:
    """All that match, where an index gives so few of them that sorting them takes no time. They are fetched once: to
    count them first would cost as much again."""
    statement = fetched(sort, where)
    if _reads_all(_plan(connection, (statement[0], (*statement[1], SOON_SORTED)))):
        return None
    found, count = _fetched(connection, statement, SOON_SORTED)
    return found if count < SOON_SORTED else None


def _walking(half: Statement, sort: Sort) -> Statement:
    """The same, along the index of the order rather than that of the filter."""
    if sort.key == "added" or joins(sort) or "IS NULL AND" in half[0] or " WHERE NOT item." in half[0]:
        return half  # what is in no index of a column is in the order of the ids
    sql = half[0].replace("FROM item WHERE", f"FROM item INDEXED BY item_{_INDEXES.get(sort.key, sort.key)} WHERE", 1)
    return sql, half[1]


_INDEXES = {"date": "dated"}


class _TooSlow(Exception):
    pass


@contextlib.contextmanager
def _at_most(connection: Connection, seconds: float) -> Iterator[None]:
    """Give up what takes longer. Raises `_TooSlow`; a stop from outside stays what it is."""
    driver: Any = connection.connection.driver_connection
    end, latest = time.thread_time() + seconds, time.monotonic() + seconds * WALK_WAIT
    late = False

    def look() -> int:
        nonlocal late
        late = time.thread_time() > end or time.monotonic() > latest
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
