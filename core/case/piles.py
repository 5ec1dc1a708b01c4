"""Lists in which a stack of near duplicates is one line."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable

import numpy as np
from sqlalchemy import Connection

from core.case.case import Case
from core.case.film_stacks import stored_film
from core.case.listing import numbers
from core.case.stacks import LEAST_QUALITY, STRICTNESS_KEY, restack, strictness
from core.errors import UsageError
from core.search.films import Likeness, comparable, likeness
from core.search.near import WITHIN

__all__ = ["differing_bits", "film_likeness", "piled", "set_strictness", "strictness", "whole_stacks"]


def piled(connection: Connection, listed: array[int], opened: Collection[int] = ()) -> array[int]:
    """The same list with one item for each stack: the one that comes first. Stacks in `opened` are shown whole, their
    items following the first one at once."""
    row = connection.exec_driver_sql(
        "SELECT group_concat(content_id), group_concat(stack) FROM item WHERE stack IS NOT NULL"
    ).one()
    members = numbers(row[0])
    if not len(members) or not listed:
        return listed
    ids = np.frombuffer(listed, np.int64)
    stack = np.zeros(max(int(ids.max()), int(members.max())) + 1, np.int64)
    stack[members] = numbers(row[1])
    places = np.flatnonzero(stack[ids])
    stacks, first, which = np.unique(stack[ids[places]], return_index=True, return_inverse=True)
    kept = np.ones(len(ids), np.bool_)
    kept[places] = np.isin(stacks, list(opened))[which]
    kept[places[first]] = True
    order = np.arange(len(ids))
    order[places] = places[first][which]
    order = order[kept]
    return array("q", ids[kept][np.argsort(order, kind="stable")].tobytes())


def whole_stacks(connection: Connection, chosen: Iterable[int]) -> array[int]:
    """These items and all others of the stacks that they belong to, ascending."""
    ids = np.fromiter(chosen, np.int64)
    found = connection.exec_driver_sql(
        "SELECT group_concat(content_id) FROM item WHERE stack IN (SELECT stack FROM item WHERE stack IS NOT NULL"
        " AND content_id IN (SELECT value FROM json_each(?)))",
        (json.dumps(ids.tolist()),),
    ).scalar()
    return array("q", np.union1d(ids, numbers(found)).tobytes())


def differing_bits(connection: Connection, first: int, others: Iterable[int]) -> list[int | None]:
    """In how many of 256 bits the perceptual hash of each of these differs from that of the first; None where one of
    the two has no hash that means anything. Near duplicates differ in 31 at most, unrelated pictures in about 128."""
    wanted = list(others)
    rows = connection.exec_driver_sql(
        "SELECT content_id, pdq FROM perceptual WHERE quality >= ? AND content_id IN (SELECT value FROM json_each(?))",
        (LEAST_QUALITY, json.dumps([first, *wanted])),
    )
    known: dict[int, int] = {row[0]: int.from_bytes(row[1], "big") for row in rows}
    return [
        (known[first] ^ known[other]).bit_count() if first in known and other in known else None for other in wanted
    ]


def film_likeness(connection: Connection, first: int, others: Iterable[int]) -> list[Likeness | None]:
    """How much of the first film is in each of these, and the reverse (`Likeness.first`, `.second`); None where one of
    the two is no film whose frames have hashes that mean anything."""
    film, *found = (stored_film(connection, content) for content in (first, *others))
    if film is None or not comparable(film):
        return [None for _ in found]
    return [None if other is None or not comparable(other) else likeness(film, other) for other in found]


def set_strictness(case: Case, bits: int) -> None:
    """Hold only pictures together that differ in so many bits at most, and make the stacks again. Recorded in the audit
    trail, because grading a stack goes by it. Raises `UsageError` beyond 31: more says nothing."""
    if not 0 <= bits <= WITHIN:
        raise UsageError(f"Near duplicates differ in 0 to {WITHIN} bits, not in {bits}.", "Choose a number in between.")
    with case.writing() as connection:
        if strictness(connection) == bits:
            return
        connection.exec_driver_sql(
            "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (STRICTNESS_KEY, str(bits)),
        )
        restack(connection)
        case.owe(connection, "stacks made again", str(bits), bits=bits)
