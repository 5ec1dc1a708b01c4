"""What the desk keeps in the case beside decisions: filters with a name, and settings of this case alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case.audit import now
from core.case.case import Case
from core.case.filters import Filter, Sort
from core.errors import UsageError

__all__ = ["SavedFilter", "delete", "rename", "save", "saved", "set_setting", "setting"]

AS_FOUND = Sort()
_PREFIX = "desk."
"""Keys of `meta` that belong to the desk; the others are facts of the case."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A live collection: what matches is asked anew each time."""

    id: int
    name: str
    filter: Filter
    sort: Sort


def saved(connection: Connection) -> list[SavedFilter]:
    """In the order of the screen. What a newer version wrote and this one cannot read is kept, not shown."""
    found = []
    for number, name, wanted, sort in connection.exec_driver_sql(
        "SELECT id, name, filter, sort FROM saved_filter ORDER BY place, id"
    ):
        try:
            found.append(SavedFilter(number, name, Filter.loads(wanted), Sort.from_json(json.loads(sort))))
        except UsageError:
            continue
    return found


def save(case: Case, name: str, wanted: Filter, sort: Sort = AS_FOUND) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it. Raises `UsageError` without a name."""
    title = name.strip()
    if not title:
        raise UsageError("A saved filter needs a name.", "Type one.")
    text = wanted.dumps()
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO saved_filter(name, filter, sort, place, at)"
            " VALUES(?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM saved_filter), ?)"
            " ON CONFLICT(name) DO UPDATE SET filter = excluded.filter, sort = excluded.sort, at = excluded.at",
            (title, text, json.dumps(sort.to_json()), now()),
        )
        number = connection.exec_driver_sql("SELECT id FROM saved_filter WHERE name = ?", (title,)).scalar_one()
        case.owe(connection, "filter saved", title, filter=wanted.to_json())
    return SavedFilter(int(number), title, wanted, sort)


def rename(case: Case, number: int, name: str) -> None:
    """Raises `UsageError` when the name is empty or taken."""
    title = name.strip()
    with case.writing() as connection:
        taken = connection.exec_driver_sql(
            "SELECT 1 FROM saved_filter WHERE name = ? AND id <> ?", (title, number)
        ).scalar()
        if taken or not title:
            why = f"There is a filter called {title!r} already." if title else "The name is empty."
            raise UsageError(why, "Choose another.")
        connection.exec_driver_sql("UPDATE saved_filter SET name = ? WHERE id = ?", (title, number))
        case.owe(connection, "filter renamed", str(number), name=title)


def delete(case: Case, number: int) -> None:
    """Forget a saved filter. The items it showed are not touched."""
    with case.writing() as connection:
        name = connection.exec_driver_sql("DELETE FROM saved_filter WHERE id = ? RETURNING name", (number,)).scalar()
        if name is not None:
            case.owe(connection, "filter deleted", str(name))


# ---------------------------------------------------------------------- settings of the case


def setting(connection: Connection, key: str, default: Any = None) -> Any:
    """A setting of this case: any JSON value."""
    text = connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (_PREFIX + key,)).scalar()
    return default if text is None else json.loads(str(text))


def set_setting(case: Case, key: str, value: Any) -> None:
    """Keep a setting with the case; None forgets it. It is about the screen, so the audit trail does not tell of it."""
    with case.writing() as connection:
        if value is None:
            connection.exec_driver_sql("DELETE FROM meta WHERE key = ?", (_PREFIX + key,))
            return
        connection.exec_driver_sql(
            "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (_PREFIX + key, json.dumps(value, ensure_ascii=False)),
        )
