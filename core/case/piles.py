"""Lists in which a stack of near duplicates is one line."""

from __future__ import annotations

from array import array
from collections.abc import Collection

import numpy as np
from sqlalchemy import Connection

from core.case.listing import numbers

__all__ = ["piled", "stack_of"]


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


def stack_of(connection: Connection, content_id: int) -> array[int]:
    """All items of the stack that this one belongs to, by id; itself alone where it has none."""
    found = connection.exec_driver_sql(
        "SELECT group_concat(content_id) FROM (SELECT content_id FROM item WHERE stack ="
        " (SELECT stack FROM item WHERE content_id = ?) ORDER BY content_id LIMIT -1)",
        (content_id,),
    ).scalar()
    return array("q", numbers(found).tobytes()) if found else array("q", (content_id,))
