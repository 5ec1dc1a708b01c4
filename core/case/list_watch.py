"""New contents are looked up in the hash lists of the case while a run registers them.

What is in a list gets its tag, never a grade. It is no act of the examiner's, so undo passes it over; it stands in the
history of the item with the run as the one who said it, and in the audit trail. How far each list has got is stored
with the tags in one transaction: a run that was killed goes on behind it.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.case.acts import NAMED
from core.case.audit import now
from core.case.case import Case
from core.case.hash_lists import FOLDER, KnownList, known_lists
from core.case.kept_hashes import WIDTHS, KeptHashes, sha256_of
from core.records import Problem

__all__ = ["Hit", "ListWatch", "check_lists"]

_EVERY = 0.5  # seconds between two looks
_AT_ONCE = 10_000  # contents


class Hit:
    """Contents that a list knows. `sha256`: theirs, in the order in which they came in."""

    __slots__ = ("known", "sha256")

    def __init__(self, known: KnownList, sha256: tuple[str, ...]) -> None:
        self.known, self.sha256 = known, sha256


class ListWatch:
    """The lists of one case during one run; uses the connection of the run's writer, outside of its transactions."""

    def __init__(self, case: Case, connection: Connection, run_id: int) -> None:
        self._case, self._connection, self._run = case, connection, run_id
        self._open: dict[int, KeptHashes | None] = {}
        self._looked = 0.0
        self._compared: Counter[int] = Counter()
        self.found: Counter[str] = Counter()
        """How many contents this run has tagged, by tag."""

    def look(self, *, everything: bool) -> tuple[list[Hit], list[tuple[str, Problem]]]:
        """Look up what came in since the last time. Call it often; it decides, unless `everything` is due now. Returns
        what was found, and (file, problem) of lists that cannot be used."""
        if not everything and time.monotonic() - self._looked < _EVERY:
            return [], []
        self._looked = time.monotonic()
        hits: list[Hit] = []
        problems: list[tuple[str, Problem]] = []
        with self._connection.begin():
            last = int(self._connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM content").scalar_one())
            lists = [known for known in known_lists(self._connection) if known.compared < last]
        for known in lists:
            if known.id not in self._open:
                self._open[known.id], problem = _opened(self._case.folder / FOLDER / known.kept, known)
                problems += [(known.file, problem)] if problem else []
            kept = self._open[known.id]
            if kept is not None:
                hits += self._compare(known, kept, last)
        return hits, problems

    def told(self) -> None:
        """The run is over: the audit trail says what was looked up, also where nothing was found."""
        with self._case.reading() as connection:
            lists = known_lists(connection)
        for known in lists:
            if self._compared[known.id]:
                self._case.audit.append(
                    "hash list compared",
                    known.tag,
                    run=self._run,
                    sha256=known.sha256,
                    contents=self._compared[known.id],
                    found=self.found[known.tag],
                )

    def _compare(self, known: KnownList, kept: KeptHashes, last: int) -> Iterator[Hit]:
        after = known.compared
        while after < last:
            with self._connection.begin():
                rows = self._connection.exec_driver_sql(
                    "SELECT id, md5, sha1, sha256 FROM content WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
                    (after, last, _AT_ONCE),
                ).fetchall()
                after = int(rows[-1][0]) if rows else last
                found = _among(kept, rows)
                fresh = self._tag([row[0] for row in found], known.tag)
                self._connection.exec_driver_sql(
                    "UPDATE hash_list SET compared = max(compared, ?) WHERE id = ?", (after, known.id)
                )
            self._compared[known.id] += len(rows)
            if fresh:
                named = tuple(row[3] for row in found if row[0] in fresh)
                self.found[known.tag] += len(named)
                self._audit(known, named)
                yield Hit(known, named)

    def _tag(self, ids: list[int], tag: str) -> set[int]:
        """Returns those that did not have the tag."""
        wanted = json.dumps(ids)
        fresh = self._connection.exec_driver_sql(
            "INSERT OR IGNORE INTO item_tag(content_id, tag) SELECT content_id, ? FROM item"
            " WHERE content_id IN (SELECT value FROM json_each(?)) RETURNING content_id",
            (tag, wanted),
        ).fetchall()
        if fresh:
            self._connection.exec_driver_sql(
                "INSERT INTO decision(content_id, kind, value, actor, at) VALUES(?,'tag',?,?,?)",
                [(row[0], tag, f"run {self._run}", now()) for row in sorted(fresh)],
            )
        return {int(row[0]) for row in fresh}

    def _audit(self, known: KnownList, named: tuple[str, ...]) -> None:
        self._case.audit.append(
            "hash list hit",
            known.tag,
            run=self._run,
            list_sha256=known.sha256,
            contents=len(named),
            sha256=list(named[:NAMED]),
        )


def _opened(path: Path, known: KnownList) -> tuple[KeptHashes | None, Problem | None]:
    with contextlib.suppress(OSError, ValueError, KeyError):
        if sha256_of(path) == known.kept_sha256:
            return KeptHashes(path), None
    message = (
        f"The hashes of “{known.tag}” are missing in the case folder or were changed: new files were not looked up in"
        " this list. Read it again."
    )
    return None, Problem("hash-list-missing", message, f"{FOLDER}/{path.name}")


def _among(kept: KeptHashes, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Of (id, MD5, SHA-1, SHA-256) those that the list knows by any of the three."""
    hit = np.zeros(len(rows), np.bool_)
    for place, width in enumerate(WIDTHS.values(), start=1):
        there = [number for number, row in enumerate(rows) if row[place]]
        hit[there] |= kept.among(width, [bytes.fromhex(rows[number][place]) for number in there])
    return [rows[int(number)] for number in np.flatnonzero(hit)]


def check_lists(folder: Path, lists: list[KnownList]) -> list[str]:
    """The tags of lists whose hashes are not what was kept."""
    return [known.tag for known in lists if _opened(folder / FOLDER / known.kept, known)[0] is None]
