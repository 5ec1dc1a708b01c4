"""Thumbnails that the case says were made and that are not there: the folder was lost, or the disk was full.

A run makes them again when everything else is done. They are looked for by listing the folders of thumbnails, one at a
time: asking for each of a million files would take minutes on a disk that turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from core.case.database import Connection
from core.case.runs import Pending
from core.records import MediaKind

__all__ = ["Lost"]

_FOLDERS = 256


class Lost:
    """Contents without the thumbnail that they should have, a folder of thumbnails at a time."""

    def __init__(self, thumbnails: Path, connection: Connection) -> None:
        self._thumbnails = thumbnails
        self._connection = connection
        self._next = 0

    @property
    def looked_at_all(self) -> bool:
        return self._next >= _FOLDERS

    def skip(self) -> None:
        """Do not look: this run decodes nothing."""
        self._next = _FOLDERS

    def next(self) -> Iterator[Pending]:
        """Those of the next folder. Called inside a transaction."""
        number, self._next = self._next, self._next + 1
        rows = self._connection.exec_driver_sql(
            "SELECT content.id, sha256, size, mime, kind FROM content JOIN media ON media.content_id = content.id"
            " WHERE sha256 >= ? AND sha256 < ? AND media.thumbnail = 1",
            (f"{number:02x}", f"{number + 1:02x}" if number + 1 < _FOLDERS else "g"),
        ).fetchall()
        there = _names(self._thumbnails / f"{number:02x}") if rows else set()
        for content_id, sha256, size, mime, kind in rows:
            if f"{sha256}.jpg" not in there:
                yield Pending(content_id, sha256, size, mime, MediaKind(kind), (), has_facts=True)


def _names(folder: Path) -> set[str]:
    """The files in it that hold something: a power failure can leave empty ones."""
    try:
        with os.scandir(folder) as found:
            return {entry.name for entry in found if entry.name.endswith(".jpg") and entry.stat().st_size}
    except OSError:
        return set()
