"""Stacks: pictures and films that are nearly the same, held together by `item.stack`.

The stack of an item is the lowest content id within 31 bits of it (fewer where the case says so), its own where that
is the lowest; nothing where no other picture is that near. So all members of a stack are near one and the same picture:
likeness is not passed on from one to the next until the last has nothing in common with the first, and it does not
depend on the order in which the files were looked at. Hashes of less than quality 50 say too little and join nobody.
Films have stacks among themselves (`core.case.film_stacks`).
"""

from __future__ import annotations

import json

from sqlalchemy import Connection

from core.case.film_stacks import FilmStacks, restack_films
from core.film_hashes import LEAST_QUALITY, FilmHashes
from core.search.near import WITHIN, NearIndex

__all__ = ["LEAST_QUALITY", "STRICTNESS_KEY", "Stacks", "restack", "strictness"]

STRICTNESS_KEY = "desk.stack-bits"
"""In `meta`: in how many bits the pictures of a stack may differ."""
_AT_ONCE = 20_000


class Stacks:
    """Keeps hashes and stacks on a connection that the caller holds a transaction on. One writer: what it knows of the
    hashes it read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index: NearIndex | None = None
        self._films = FilmStacks(connection)

    def keep(self, content_id: int, bits: bytes, quality: int) -> None:
        """Store the hash of a content and put it into its stack. The same content again changes nothing."""
        known = self._connection.exec_driver_sql("SELECT pdq FROM perceptual WHERE content_id = ?", (content_id,))
        if known.scalar() == bits:
            return
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO perceptual(content_id, pdq, quality) VALUES(?,?,?)", (content_id, bits, quality)
        )
        if quality < LEAST_QUALITY:
            return
        if self._index is None:
            self._index = _read(self._connection)  # it has this one already
        else:
            self._index.add(content_id, bits)
        near = [int(number) for number in self._index.near(bits, strictness(self._connection)) if number != content_id]
        if near:
            self._join(content_id, near)

    def keep_film(self, content_id: int, film: FilmHashes) -> None:
        """Store the hashes of a film and put it into its stack. The same hashes again change nothing."""
        self._films.keep(content_id, film, strictness(self._connection))

    def _join(self, content_id: int, near: list[int]) -> None:
        """This one follows the lowest of all; whoever is near and follows a higher one follows this one now."""
        self._connection.exec_driver_sql(
            "UPDATE item SET stack = ? WHERE content_id = ?", (min(content_id, *near), content_id)
        )
        self._connection.exec_driver_sql(
            "UPDATE item SET stack = min(coalesce(stack, content_id), ?)"
            " WHERE content_id IN (SELECT value FROM json_each(?))",
            (content_id, json.dumps(near)),
        )


def strictness(connection: Connection) -> int:
    """In how many of 256 bits pictures of one stack may differ: 31 unless the examiner chose less."""
    found = connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (STRICTNESS_KEY,)).scalar()
    return min(WITHIN, max(0, int(found))) if found is not None else WITHIN


def restack(connection: Connection) -> None:
    """Make all stacks again from the hashes and from the pairs of films, in the caller's transaction. A million hashes
    take a minute or two."""
    connection.exec_driver_sql("UPDATE item SET stack = NULL WHERE stack IS NOT NULL")
    restack_films(connection, strictness(connection))
    for numbers, lowest in _read(connection).lowest(strictness(connection)):
        connection.exec_driver_sql(
            "UPDATE item SET stack = ? WHERE content_id = ?", list(zip(lowest.tolist(), numbers.tolist(), strict=True))
        )


def _read(connection: Connection) -> NearIndex:
    index = NearIndex()
    after = 0
    while True:
        rows = connection.exec_driver_sql(
            "SELECT content_id, pdq FROM perceptual WHERE content_id > ? AND quality >= ? ORDER BY content_id LIMIT ?",
            (after, LEAST_QUALITY, _AT_ONCE),
        ).fetchall()
        if not rows:
            return index
        after = int(rows[-1][0])
        index.extend([row[0] for row in rows], b"".join(row[1] for row in rows))
