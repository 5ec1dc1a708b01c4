"""Stacks of films: which of them are near duplicates is kept pair by pair, stacks follow from that.

The stack of a film is the lowest content id of its near duplicates, as with pictures: all members of a stack are near
one and the same film. A pair is found once, when the later of the two comes in, and holds in how many bits matching
frames may differ at least for it; so another strictness compares nothing again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from core.film_hashes import FilmHashes
from core.search.films import FilmIndex, Keys, keys_of, likeness

__all__ = ["FilmStacks", "film_pair", "restack_films", "stored_film"]

_AT_ONCE = 2000  # films: 2 kB each


class FilmStacks:
    """Keeps hashes of films, pairs and stacks on a connection that the caller holds a transaction on. One writer: what
    it knows of the keys it read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index: FilmIndex | None = None

    def keep(self, content_id: int, film: FilmHashes, within: int) -> None:
        """Store the hashes of a film, look for its near duplicates and put it into its stack (`within`: in how many
        bits frames may differ there). The same hashes again change nothing."""
        data = film.pack()
        known = self._connection.exec_driver_sql("SELECT data FROM film_hash WHERE content_id = ?", (content_id,))
        before = known.scalar()
        if before == data:
            return
        keys = keys_of(film)
        index = self._keys()
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO film_hash(content_id, frames, good, data) VALUES(?,?,?,?)",
            (content_id, len(film), len(film.good()), data),
        )
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO film_key(content_id, keys) VALUES(?,?)", (content_id, keys.astype("<u4").tobytes())
        )
        changed = self._forget(content_id) if before is not None else set()
        changed |= self._pair(content_id, film, [number for number in index.met(keys) if number != content_id])
        index.add(content_id, keys)
        if changed:
            restack_films(self._connection, within, {content_id, *changed})

    def _keys(self) -> FilmIndex:
        if self._index is None:
            self._index = FilmIndex(_folder(self._connection))
            self._index.extend(_stored_keys(self._connection))
        return self._index

    def _forget(self, content_id: int) -> set[int]:
        """It was looked at otherwise before (another sampling): its pairs are found anew."""
        rows = self._connection.exec_driver_sql(
            "DELETE FROM film_pair WHERE low_id = ? OR high_id = ? RETURNING low_id, high_id", (content_id, content_id)
        )
        return {number for row in rows.fetchall() for number in row}

    def _pair(self, content_id: int, film: FilmHashes, others: list[int]) -> set[int]:
        """Compare with those that may be near; returns those that are."""
        rows = []
        for other in others:
            theirs = stored_film(self._connection, other)
            if theirs is None:
                continue
            low, high = sorted((content_id, other))
            found = likeness(*((film, theirs) if low == content_id else (theirs, film)))
            if found.bits is not None:
                rows.append((low, high, found.bits, round(found.first, 4), round(found.second, 4)))
        if rows:
            self._connection.exec_driver_sql(
                "INSERT OR REPLACE INTO film_pair(low_id, high_id, bits, low_share, high_share) VALUES(?,?,?,?,?)", rows
            )
        return {number for row in rows for number in row[:2]}


def restack_films(connection: Connection, within: int, only: Iterable[int] | None = None) -> None:
    """Work out the stacks of all films that have near duplicates, or of these films."""
    which = "SELECT low_id FROM film_pair UNION SELECT high_id FROM film_pair"
    if only is not None:
        which = "SELECT value FROM json_each(?2)"
    connection.exec_driver_sql(
        "UPDATE item SET stack = (SELECT min(item.content_id, min(other)) FROM ("
        " SELECT high_id AS other FROM film_pair WHERE low_id = item.content_id AND bits <= ?1 UNION ALL"
        " SELECT low_id FROM film_pair WHERE high_id = item.content_id AND bits <= ?1))"
        f" WHERE content_id IN ({which})",
        (within,) if only is None else (within, json.dumps(sorted(only))),
    )


def film_pair(connection: Connection, first: int, second: int) -> tuple[float, float] | None:
    """Of two films that are near duplicates: which share of the first is found in the second, and the reverse."""
    row = connection.exec_driver_sql(
        "SELECT low_share, high_share FROM film_pair WHERE low_id = ? AND high_id = ?", tuple(sorted((first, second)))
    ).fetchone()
    if row is None:
        return None
    return (float(row[0]), float(row[1])) if first < second else (float(row[1]), float(row[0]))


def stored_film(connection: Connection, content_id: int) -> FilmHashes | None:
    """The hashes of a film; None where there are none."""
    data = connection.exec_driver_sql("SELECT data FROM film_hash WHERE content_id = ?", (content_id,)).scalar()
    return None if data is None else FilmHashes.unpack(data)


def _folder(connection: Connection) -> Path | None:
    """Where the index may put what it does not hold in memory: the case's own folder for such things."""
    path = connection.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'").scalar()
    return Path(path).parent / "index" if path else None


def _stored_keys(connection: Connection) -> Iterator[tuple[int, Keys]]:
    after = 0
    while True:
        rows = connection.exec_driver_sql(
            "SELECT content_id, keys FROM film_key WHERE content_id > ? ORDER BY content_id LIMIT ?", (after, _AT_ONCE)
        ).fetchall()
        if not rows:
            return
        after = int(rows[-1][0])
        for number, keys in rows:
            yield int(number), np.frombuffer(keys, "<u4").astype(np.uint32, copy=False)
