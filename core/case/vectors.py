"""The vectors that a case keeps: which spaces there are, what lies in one, and where in a medium a vector belongs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.errors import UsageError
from core.evidence.naming import exact
from core.search.vectors import Chunk

__all__ = ["Item", "Place", "Space", "find", "item", "of_content", "place", "spaces", "stored", "why_none"]

_AT_ONCE = 8192
_SHORTEST_HASH = 6
_WHOLE = (
    " FROM vector JOIN config ON config.id = vector.config_id"
    " WHERE config.analyzer = ? AND vector.finding_id IS NULL AND vector.space = ?"
)


@dataclass(frozen=True, slots=True)
class Space:
    """A space of vectors of whole samples: how many vectors of how many contents lie in it."""

    name: str
    vectors: int
    contents: int


@dataclass(frozen=True, slots=True)
class Item:
    """A content, as far as a list of hits shows it."""

    content_id: int
    sha256: str
    kind: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sample lies in its medium; all None: it is the picture itself."""

    time: float | None = None
    frame: int | None = None
    page: int | None = None


def spaces(connection: Connection, analyzer: str) -> list[Space]:
    """Newest first: the space of the newest configuration of this analyzer leads."""
    rows = connection.exec_driver_sql(
        "SELECT vector.space, count(*), count(DISTINCT vector.content_id), max(vector.config_id) FROM vector"
        " JOIN config ON config.id = vector.config_id WHERE config.analyzer = ? AND vector.finding_id IS NULL"
        " GROUP BY vector.space ORDER BY 4 DESC",
        (analyzer,),
    )
    return [Space(row[0], row[1], row[2]) for row in rows]


def stored(connection: Connection, analyzer: str, space: str) -> Iterator[Chunk]:
    """Everything in this space, some thousand vectors at a time; rows that are not of the space's length are left
    out."""
    rows = connection.exec_driver_sql(
        f"SELECT vector.content_id, vector.sample, vector.data{_WHOLE} ORDER BY vector.content_id, vector.id",
        (analyzer, space),
    )
    length = 0
    while some := rows.fetchmany(_AT_ONCE):
        length = length or len(some[0][2])
        whole = [row for row in some if len(row[2]) == length]
        values = np.frombuffer(b"".join(row[2] for row in whole), "<f2").reshape(len(whole), -1)
        owners = np.array([row[0] for row in whole], np.int64)
        yield Chunk(owners, np.array([row[1] for row in whole], np.int64), values.astype(np.float16, copy=False))


def of_content(connection: Connection, analyzer: str, space: str, content_id: int) -> NDArray[np.float32]:
    """The vectors of one content in this space, float32 [samples, dimensions]; none: [0, 0]."""
    rows = connection.exec_driver_sql(
        f"SELECT vector.data{_WHOLE} AND vector.content_id = ? ORDER BY vector.sample", (analyzer, space, content_id)
    ).fetchall()
    if not rows:
        return np.zeros((0, 0), np.float32)
    return np.stack([np.frombuffer(row[0], "<f2").astype(np.float32) for row in rows])


def find(connection: Connection, wanted: str) -> Item:
    """The content that is meant by a SHA-256 (or at least six digits of its beginning), a path or the end of one.

    Raises `UsageError` when there is none, or more than one."""
    text = wanted.strip()
    digits = text.lower()
    ids: set[int] = set()
    if len(digits) >= _SHORTEST_HASH and all(digit in "0123456789abcdef" for digit in digits):
        rows = connection.exec_driver_sql("SELECT id FROM content WHERE sha256 LIKE ?", (f"{digits}%",))
        ids = {row[0] for row in rows}
    if not ids:
        path = text.replace("\\", "/")
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT content_id FROM copy WHERE content_id IS NOT NULL AND (path = ? OR substr(path, ?) = ?)",
            (path, -len(path) - 1, f"/{path}"),
        )
        ids = {row[0] for row in rows}
    if not ids:
        raise UsageError(f"The case has no file {wanted}.", "Name its path in the source, or its SHA-256.")
    if len(ids) > 1:
        raise UsageError(f"{wanted} could be {len(ids)} different files.", "Name more of the path, or the SHA-256.")
    return item(connection, ids.pop())


def item(connection: Connection, content_id: int) -> Item:
    """A content of the case with all its paths. Raises `NoResultFound` for a number that it does not have."""
    row = connection.exec_driver_sql("SELECT id, sha256, kind FROM content WHERE id = ?", (content_id,)).one()
    paths = connection.exec_driver_sql(
        "SELECT DISTINCT path FROM copy WHERE content_id = ? ORDER BY source_id, path_raw", (content_id,)
    )
    return Item(row[0], row[1], row[2], tuple(exact(one[0]) for one in paths))


def place(connection: Connection, content_id: int, sample: int) -> Place:
    """Where this sample of a film or a many-paged picture lies."""
    for row in connection.exec_driver_sql("SELECT positions FROM sample WHERE content_id = ?", (content_id,)):
        for index, time, frame, page in json.loads(row[0]):
            if index == sample:
                return Place(time, frame, page)
    return Place()


def why_none(connection: Connection, analyzer: str) -> str:
    """The sentence for a case in which this analyzer left no vectors: why it was skipped, or that it was not run."""
    row = connection.exec_driver_sql(
        "SELECT outcome.reason FROM outcome JOIN config ON config.id = outcome.config_id WHERE config.analyzer = ?"
        " AND outcome.reason != '' ORDER BY outcome.config_id DESC LIMIT 1",
        (analyzer,),
    ).first()
    if row is not None:
        return f"The case has no vectors of pictures: {row[0]}"
    return f"The case has no vectors of pictures: `{analyzer}` was never run on it."
