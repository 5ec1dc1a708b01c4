"""What intake keeps: the places in a source, and the contents that were read there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case import words
from core.case.audit import now
from core.case.store.writer import Writer
from core.records import Problem

__all__ = ["ODD_TIMES", "CopyRow", "CopyWriter", "Known"]

ODD_TIMES = "odd-times"
"""The one problem that a copy can have though it was read."""

_SEEN = (
    "state",
    "size",
    "modified_ns",
    "changed_ns",
    "accessed_ns",
    "created_ns",
    "inode",
    "mismatch",
    "problem",
)
"""The columns of a copy that another look may change."""


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One place in a source, after it was read (or not). Hashes None: it could not be read whole."""

    source_id: int
    path: str
    path_raw: bytes
    state: str
    size: int | None
    modified_ns: int | None
    changed_ns: int | None = None
    accessed_ns: int | None = None
    created_ns: int | None = None
    inode: int | None = None
    version: int = 1
    mismatch: str | None = None
    problem: Problem | None = None
    sha256: str | None = None
    sha1: str = ""
    md5: str = ""
    mime: str = ""
    kind: str = "other"

    @property
    def seen(self) -> tuple[object, ...]:
        """What stands in the columns `_SEEN`."""
        told = self.problem.message if self.problem else None
        return (*(getattr(self, column) for column in _SEEN[:-1]), told)


@dataclass(frozen=True, slots=True)
class Known:
    """What the case has of a path already: enough to tell whether it must be read again."""

    copy_id: int
    version: int
    state: str
    size: int | None
    modified_ns: int | None
    sha256: str | None
    """Of what was read there; None: it was never read whole."""


class CopyWriter(Writer):
    """Copies are keyed by (source, path, version), contents by their SHA-256."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        super().__init__(connection, run_id)
        self.first_copy = 1 + self._last_copy()
        """The lowest id that a copy registered from now on can have."""

    def known(self, source_id: int, paths: Sequence[bytes]) -> dict[bytes, Known]:
        """What is registered of these paths (newest version each)."""
        marks = ",".join("?" * len(paths))
        rows = self._connection.exec_driver_sql(
            f"SELECT path_raw, copy.id, version, state, copy.size, modified_ns, sha256 FROM copy"
            f" LEFT JOIN content ON content.id = content_id WHERE source_id = ? AND path_raw IN ({marks})"
            " ORDER BY version",
            (source_id, *paths),
        )
        return {row[0]: Known(*row[1:]) for row in rows}

    def register(self, rows: Sequence[CopyRow]) -> tuple[int, int]:
        """Add copies and their contents. Returns how many contents are new to the case, and their bytes."""
        read = [row for row in rows if row.sha256]
        before, last_copy = self._last_content(), self._last_copy()
        self._add_contents(read)
        ids = self.content_ids({row.sha256 for row in read if row.sha256})
        self._insert(
            f"INSERT INTO copy(source_id, content_id, path, path_raw, version, {', '.join(_SEEN)})"
            f" VALUES(?,?,?,?,?{',?' * len(_SEEN)}) ON CONFLICT DO NOTHING",
            [
                (row.source_id, ids.get(row.sha256 or ""), row.path, row.path_raw, row.version, *row.seen)
                for row in rows
            ],
        )
        added = self._added(last_copy)
        self._items.placed([row[1:7] for row in added if row[1] is not None], new_from=before + 1)
        self._index_names(added)
        return self._new_contents(before)

    def again(self, copy_id: int, row: CopyRow) -> tuple[int, int]:
        """A copy that is registered already, looked at again: it could not be read before, or holds the bytes it held
        before. Returns how many contents are new to the case, and their bytes."""
        before = self._last_content()
        read_before = self._connection.exec_driver_sql("SELECT content_id FROM copy WHERE id = ?", (copy_id,)).scalar()
        if row.sha256:
            self._add_contents([row])
        content_id = self.content_ids([row.sha256]).get(row.sha256) if row.sha256 else None
        self._connection.exec_driver_sql(
            f"UPDATE copy SET {' = ?, '.join(_SEEN)} = ?, content_id = coalesce(?, content_id) WHERE id = ?",
            (*row.seen, content_id, copy_id),
        )
        if content_id is not None:
            self._items.placed_again(content_id)
        if content_id is not None and read_before is None:
            words.keep(self._connection, [("name", copy_id, row.path, content_id)])
        if row.problem:
            self.problem(row.problem, stage="intake", source_id=row.source_id, copy_id=copy_id)
        return self._new_contents(before)

    def listed(self, source_id: int) -> None:
        """The folder was walked to its end: fix its totals."""
        self._connection.exec_driver_sql(
            "UPDATE source SET listed = ?, copies = (SELECT count(*) FROM copy WHERE source_id = source.id),"
            " bytes = (SELECT coalesce(sum(size), 0) FROM copy WHERE source_id = source.id) WHERE id = ?",
            (now(), source_id),
        )

    def mark_copy(self, copy_id: int, state: str, problem: Problem, source_id: int) -> None:
        """A registered copy is no longer as it was (vanished, changed). What was read before stays linked."""
        self._connection.exec_driver_sql(
            "UPDATE copy SET state = ?, problem = ? WHERE id = ?", (state, problem.message, copy_id)
        )
        self.problem(problem, stage="intake", source_id=source_id, copy_id=copy_id)

    def content_ids(self, hashes: Iterable[str]) -> dict[str, int]:
        wanted = list(hashes)
        if not wanted:
            return {}
        marks = ",".join("?" * len(wanted))
        rows = self._connection.exec_driver_sql(
            f"SELECT sha256, id FROM content WHERE sha256 IN ({marks})",
            tuple(wanted),
        )
        return {row[0]: row[1] for row in rows}

    def _add_contents(self, rows: Sequence[CopyRow]) -> None:
        self._insert(
            "INSERT INTO content(sha256, sha1, md5, size, mime, kind) VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            [(row.sha256, row.sha1, row.md5, row.size, row.mime, row.kind) for row in rows],
        )

    def _new_contents(self, before: int) -> tuple[int, int]:
        new = self._connection.exec_driver_sql(
            "SELECT count(*), coalesce(sum(size), 0) FROM content WHERE id > ?", (before,)
        ).one()
        return int(new[0]), int(new[1])

    def _last_copy(self) -> int:
        return int(self._connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM copy").scalar() or 0)

    def _added(self, after: int) -> Sequence[Any]:
        """The copies with higher ids: id, then what `Items.placed` wants, then problem and state."""
        return self._connection.exec_driver_sql(
            "SELECT copy.id, content.id, kind, content.size, source_id, path, modified_ns, problem, state FROM copy"
            " LEFT JOIN content ON content.id = copy.content_id WHERE copy.id > ? ORDER BY copy.id",
            (after,),
        ).fetchall()

    def _last_content(self) -> int:
        return int(self._connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM content").scalar() or 0)

    def _index_names(self, added: Sequence[Any]) -> None:
        names: list[words.Word] = []
        for copy_id, content_id, _kind, _size, source_id, path, _modified, message, code in added:
            names.append(("name", copy_id, path, content_id))
            if message:
                problem = Problem(ODD_TIMES if code == "read" else code, message)
                self.problem(problem, stage="intake", source_id=source_id, copy_id=copy_id)
        words.keep(self._connection, names, new=True)
