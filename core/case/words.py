"""The word index of a case and what makes it quick: whose words they are, and the letters of names, three by three.

`words` is the FTS5 table of names, recognised texts and notes. Its rowid is `ref` × 4 + the position of its kind in
`KINDS`; `ref` is the id of the copy, the finding or the decision. `word_item` says of each row whose content it is: a
narrow table instead of the long rows of the index, a quarter of the time for a word that ten thousand files share.
`grams` holds the trigrams of the names of copies (rowid: the copy's id) without the names themselves: it gives the few
candidates that a part of a name is then looked for in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from core.case.folding import german, plain

__all__ = ["COMMON", "FREQUENT", "KINDS", "Word", "forget", "is_frequent", "keep", "rowid", "trigrams"]

KINDS = ("name", "text", "note")
"""What a row of the word index stands for."""

FREQUENT = 20_000
"""From so many rows with a word on, walking along the items is quicker than fetching all that match."""

COMMON = 60_000
"""From so many names with the same letters on, reading all names is quicker than finding those items."""

Word = tuple[str, int, str, int | None]
"""Kind, ref, text, content id (None: a copy that could not be read)."""


def keep(connection: Connection, words: Sequence[Word], *, new: bool = False) -> None:
    """Put these into the index, in place of what stood under the same kind and ref. `new`: nothing can stand there."""
    how = "INSERT" if new else "INSERT OR REPLACE"
    _many(
        connection,
        f"{how} INTO words(rowid, plain, german, kind, ref, content_id) VALUES(?,?,?,?,?,?)",
        [(rowid(kind, ref), plain(text), german(text), kind, ref, content) for kind, ref, text, content in words],
    )
    owned = [(rowid(kind, ref), content) for kind, ref, _, content in words if content is not None]
    _many(connection, "INSERT OR REPLACE INTO word_item(id, content_id) VALUES(?,?)", owned)
    # A copy without a content has no item that its name could be found by; it comes here when it can be read.
    names = [(ref, text.rpartition("/")[2]) for kind, ref, text, content in words if kind == "name" and content]
    _many(connection, "INSERT INTO grams(rowid, name) VALUES(?,?)", names)


def forget(connection: Connection, kind: str, refs: Iterable[int]) -> None:
    """Take texts or notes out of the index. Names stay: copies are never deleted."""
    rows = [(rowid(kind, ref),) for ref in refs]
    _many(connection, "DELETE FROM words WHERE rowid = ?", rows)
    _many(connection, "DELETE FROM word_item WHERE id = ?", rows)


def rowid(kind: str, ref: int) -> int:
    return ref * 4 + KINDS.index(kind)


def trigrams(part: str) -> str:
    """An FTS5 expression on `grams` that every name with this part of it fulfils; empty for parts too short."""
    found = dict.fromkeys(part[start : start + 3] for start in range(len(part) - 2))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in found)


def is_frequent(connection: Connection, table: str, expression: str) -> bool:
    """Whether `FREQUENT` rows or more of `words` match, or `COMMON` of `grams`; costs a few milliseconds at most."""
    many = COMMON if table == "grams" else FREQUENT
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)"
    return int(connection.exec_driver_sql(asked, (expression, many)).scalar_one()) >= many


def _many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, list(rows))
