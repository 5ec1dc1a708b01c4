"""Orders in SQL: the list read from an index as it stands, or a few items fetched with what they are sorted by.

Both say the same order: items without a value come last in both directions, ties are in the order of the ids, the other
way round when descending.
"""

from __future__ import annotations

from core.case.filters import Sort
from core.case.statements import Statement

__all__ = ["fetched", "halves", "joins"]

_COLUMNS = {"added": "content_id", "name": "name COLLATE NOCASE", "date": "dated"}
_NULL_IS_LAST = {"taken", "duration", "explicit", "nude", "suggestive", "grade", "date", "modified",
                 "stack"}  # fmt: skip
_PARTLY_INDEXED = {"state": "item.state > 0", "findings": "item.findings > 0", "text": "item.text > 0",
                   "copies": "item.copies > 1"}  # fmt: skip
"""The conditions of their indexes: what most items have (no finding, one copy) is not in them."""
_NUMBER_OF_LABEL = "(SELECT min(id) FROM label WHERE analyzer = ? AND label = ?)"


def joins(sort: Sort) -> bool:
    """Whether another table than `item` gives this order: then each item on the way is looked up."""
    return sort.key in {"path", "sha256"} or sort.key.startswith("label:")


# ---------------------------------------------------------------------- read from an index


def halves(sort: Sort, where: Statement) -> list[Statement]:
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
    scored = _ordered(
        "item_label CROSS JOIN item ON item.content_id = item_label.content_id",
        f"label_id = {_NUMBER_OF_LABEL} AND {sql}",
        ("item_label.score", "item_label.content_id"),
        direction,
    )
    others = _ordered(
        "item",
        f"item.content_id NOT IN (SELECT content_id FROM item_label WHERE label_id = {_NUMBER_OF_LABEL}) AND {sql}",
        ("item.content_id",),
        "ASC",
    )
    return [(scored, (analyzer, label, *values)), (others, (analyzer, label, *values))]


# ---------------------------------------------------------------------- fetched and then sorted


def fetched(sort: Sort, where: Statement) -> Statement:
    """The ids that match, as one text, and how many they are: at most the last question mark, sorted among themselves.
    Each item is looked at once, and nothing but the matches is read, whatever the order."""
    sql, values = where
    direction = "DESC" if sort.descending else "ASC"
    tables, more, keys, by = _keys(sort, direction)
    columns = ", ".join(("item.content_id AS id", *(f"{key} AS k{place}" for place, key in enumerate(keys))))
    return (
        f"SELECT group_concat(id), count(*) FROM (SELECT id FROM (SELECT {columns} FROM {tables} WHERE {sql} LIMIT ?)"
        f" ORDER BY {', '.join((*by, f'id {direction}'))} LIMIT -1)",
        (*more, *values),
    )


def _keys(sort: Sort, direction: str) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Tables with `item` first, values of their question marks, what is fetched (k0, k1, …), and how it is sorted."""
    if sort.key.startswith("label:"):
        _, analyzer, label = sort.key.split(":", 2)
        tables = (
            "item LEFT JOIN item_label AS scored ON scored.content_id = item.content_id AND scored.label_id ="
            f" {_NUMBER_OF_LABEL}"
        )
        by = ("k0", f"k1 {direction}", "CASE WHEN k0 THEN id END")
        return tables, (analyzer, label), ("scored.content_id IS NULL", "scored.score"), by
    if sort.key == "path":
        tables = "item LEFT JOIN folder ON folder.id = item.folder_id"
        by = (f"k0 {direction}", f"k1 {direction}", f"k2 COLLATE NOCASE {direction}")
        return tables, (), ("folder.source_id", "folder.path", "item.name"), by
    if sort.key == "sha256":
        tables = "item CROSS JOIN content ON content.id = item.content_id"
        return tables, (), ("content.sha256",), (f"k0 {direction}",)
    if sort.key == "added":
        return "item", (), (), ()
    if sort.key == "name":
        return "item", (), ("item.name",), (f"k0 COLLATE NOCASE {direction}",)
    column = f"item.{_COLUMNS.get(sort.key, sort.key)}"
    if sort.key in _PARTLY_INDEXED:
        return "item", (), (f"CASE WHEN {_PARTLY_INDEXED[sort.key]} THEN {column} END",), (f"k0 {direction}",)
    if sort.key in _NULL_IS_LAST:
        return "item", (), (column,), ("k0 IS NULL", f"k0 {direction}", "CASE WHEN k0 IS NULL THEN id END")
    return "item", (), (column,), (f"k0 {direction}",)
