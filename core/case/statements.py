"""Pieces of SQL with what their question marks stand for, and how they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["NOTHING", "Statement", "distinct", "either", "marks"]

Statement = tuple[str, tuple[Any, ...]]
"""SQL with question marks, and what they stand for."""

NOTHING: Statement = ("0", ())
"""A condition that no row fulfils."""


def marks(values: Sequence[Any]) -> str:
    """The question marks for these values, as they stand inside `IN (…)`."""
    return ",".join("?" * len(values))


def either(parts: Sequence[Statement]) -> Statement:
    """One of these conditions holds; of none, none does."""
    if not parts:
        return NOTHING
    return f"({' OR '.join(sql for sql, _ in parts)})", tuple(value for _, values in parts for value in values)


def distinct(table: str, column: str) -> str:
    """The values of an indexed column by stepping from one to the next, not by reading every row."""
    return (
        f"WITH RECURSIVE step(value) AS (SELECT min({column}) FROM {table} WHERE {column} IS NOT NULL UNION ALL"
        f" SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM step WHERE value IS NOT NULL)"
        " SELECT value FROM step WHERE value IS NOT NULL"
    )
