"""Runs and what is left to do: the queue of a run is a query, so it needs no memory and survives anything."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.case.audit import now
from core.case.case import Case
from core.case.queries import current_configs
from core.case.store import RETRIED_ALWAYS
from core.errors import UsageError
from core.evidence.naming import shown as said
from core.records import MediaKind, State
from core.settings import RunSettings

__all__ = ["Again", "Pending", "Place", "Runs", "Source", "pending", "to_retry"]


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that was seized, as registered."""

    id: int
    path: Path


@dataclass(frozen=True, slots=True)
class Pending:
    """A content that some configs have no outcome for."""

    content_id: int
    sha256: str
    size: int
    mime: str
    kind: MediaKind
    configs: tuple[int, ...]
    has_facts: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """A stretch of the contents: those with work left, the highest id looked at (the place to go on from), and how
    many others there were."""

    contents: list[Pending]
    last: int
    settled: int
    settled_bytes: int


@dataclass(frozen=True, slots=True)
class Again:
    """Which outcomes a run does not let stand: those that failed or timed out; with `codes` or `items` (SHA-256) only
    theirs, and then also those that are partial, because somebody has pointed at them."""

    failed: bool = False
    codes: tuple[str, ...] = ()
    items: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, settings: RunSettings) -> Again:
        return cls(settings.retry_failed, settings.retry_codes, frozenset(settings.retry_items))

    @property
    def chosen(self) -> bool:
        return bool(self.codes or self.items)

    def condition(self, contents: Mapping[str, int]) -> tuple[str, tuple[object, ...]]:
        """What such an outcome fulfils, and its parameters; `contents`: SHA-256 → id of those that are asked about."""
        if not self.failed:
            return "0", ()
        states = [State.FAILED.value, State.TIMED_OUT.value, *([State.PARTIAL.value] if self.chosen else [])]
        said, given = f"state IN ({_marks(states)})", [*states]
        if self.codes:
            said, given = f"{said} AND code IN ({_marks(self.codes)})", [*given, *self.codes]
        if not self.items:
            return said, tuple(given)
        ids = [content for sha256, content in contents.items() if sha256 in self.items]
        return f"{said} AND content_id IN ({_marks(ids)})", (*given, *ids)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a content can be read."""

    copy_id: int
    source_id: int
    path: str
    modified_ns: int
    shown: str


class Runs:
    """Starting, ending and asking about runs of one case."""

    def __init__(self, case: Case) -> None:
        self._case = case

    # ------------------------------------------------------------------ sources

    def add_source(self, path: Path, shown: str, *, tell: bool = False) -> Source:
        """Register a folder; the same folder again is the same source. `tell`: the audit trail, where it is new."""
        absolute = Path(os.path.realpath(path))
        raw = os.fsencode(absolute)
        with self._case.writing() as connection:
            new = connection.exec_driver_sql(
                "INSERT INTO source(kind, path, path_raw, added, copies, bytes) VALUES('folder',?,?,?,0,0)"
                " ON CONFLICT(path_raw) DO NOTHING",
                (shown, raw, now()),
            ).rowcount
            source_id = int(connection.exec_driver_sql("SELECT id FROM source WHERE path_raw = ?", (raw,)).scalar_one())
            if new and tell:
                self._case.owe(connection, "source added", str(source_id), path=said(str(absolute)))
        return Source(source_id, absolute)

    def sources(self) -> list[Source]:
        with self._case.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id, path_raw FROM source ORDER BY id").fetchall()
        return [Source(row[0], Path(os.fsdecode(row[1]))) for row in rows]

    # ------------------------------------------------------------------ runs

    def start(self, settings: Mapping[str, Any], versions: Mapping[str, Any], backend: str) -> int:
        with self._case.writing() as connection:
            run_id = connection.exec_driver_sql(
                "INSERT INTO run(started, state, settings, versions, backend, pid, seconds) VALUES(?,?,?,?,?,?,0)",
                (now(), "running", json.dumps(settings), json.dumps(versions), backend, os.getpid()),
            ).lastrowid
            self._case.owe(
                connection, "run started", str(run_id), settings=settings, versions=versions, backend=backend
            )
        return int(run_id)

    def finish(self, run_id: int, state: str, seconds: float, summary: Mapping[str, Any]) -> None:
        with self._case.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE run SET ended = ?, state = ?, seconds = ?, summary = ? WHERE id = ?",
                (now(), state, seconds, json.dumps(summary), run_id),
            )
            self._case.owe(connection, f"run {state}", str(run_id), summary=summary)

    def last(self) -> dict[str, Any] | None:
        """The newest run: id, state, settings, started, ended, summary."""
        with self._case.reading() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, state, settings, started, ended, seconds, summary FROM run ORDER BY id DESC LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        keys = ("id", "state", "settings", "started", "ended", "seconds", "summary")
        values = dict(zip(keys, row, strict=True))
        values["settings"] = json.loads(values["settings"])
        values["summary"] = json.loads(values["summary"]) if values["summary"] else None
        return values

    def resumable(self) -> dict[str, Any]:
        """The newest run, to go on with. Raises `UsageError` when nothing was ever started."""
        last = self.last()
        if last is None:
            raise UsageError("Nothing was ever run on this case.", "Start with `analyze SOURCE --case DIR`.")
        return last


# ---------------------------------------------------------------------- what is left to do

NOTHING_AGAIN = Again()


def pending(
    connection: Connection, configs: Sequence[int], after: int, limit: int, *, again: Again = NOTHING_AGAIN
) -> Scan:
    """Contents with an id above `after` that some of these configs have no outcome for that stands, oldest first."""
    ids = connection.exec_driver_sql(
        "SELECT content.id, sha256, size, mime, kind, media.content_id IS NOT NULL FROM content"
        " LEFT JOIN media ON media.content_id = content.id WHERE content.id > ? ORDER BY content.id LIMIT ?",
        (after, limit),
    ).fetchall()
    if not ids:
        return Scan([], after, 0, 0)
    settled = _settled(connection, configs, {row[1]: row[0] for row in ids}, again)
    found: list[Pending] = []
    settled_bytes = 0
    for content_id, sha256, size, mime, kind, has_facts in ids:
        missing = tuple(config for config in configs if (content_id, config) not in settled)
        if missing:
            found.append(Pending(content_id, sha256, size, mime, MediaKind(kind), missing, bool(has_facts)))
        else:
            settled_bytes += size
    return Scan(found, ids[-1][0], len(ids) - len(found), settled_bytes)


def _settled(
    connection: Connection, configs: Sequence[int], contents: Mapping[str, int], again: Again
) -> set[tuple[int, int]]:
    """(content, config) pairs that need no more work; `contents` are neighbours: SHA-256 → id."""
    condition, given = again.condition(contents)
    rows = connection.exec_driver_sql(
        "SELECT content_id, config_id FROM outcome WHERE content_id BETWEEN ? AND ?"
        f" AND config_id IN ({_marks(configs)}) AND code NOT IN ({_marks(RETRIED_ALWAYS)}) AND NOT ({condition})",
        (min(contents.values()), max(contents.values()), *configs, *RETRIED_ALWAYS, *given),
    )
    return {(row[0], row[1]) for row in rows}


def to_retry(connection: Connection, again: Again) -> int:
    """How many outcomes of the newest configurations would be looked for again."""
    found = connection.exec_driver_sql(
        f"SELECT sha256, id FROM content WHERE sha256 IN ({_marks(list(again.items))})", tuple(again.items)
    )
    configs = list(current_configs(connection))
    condition, given = again.condition({row[0]: row[1] for row in found})
    return int(
        connection.exec_driver_sql(
            f"SELECT count(*) FROM outcome WHERE config_id IN ({_marks(configs)}) AND {condition}", (*configs, *given)
        ).scalar_one()
    )


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def places(connection: Connection, content_id: int) -> list[Place]:
    """Every copy of a content that was read, in the order it was found."""
    rows = connection.exec_driver_sql(
        "SELECT copy.id, source.id, source.path_raw, copy.path_raw, copy.modified_ns, copy.path FROM copy"
        " JOIN source ON source.id = copy.source_id WHERE content_id = ? AND copy.state = 'read' ORDER BY copy.id",
        (content_id,),
    )
    return [Place(row[0], row[1], str(Path(os.fsdecode(row[2])) / os.fsdecode(row[3])), row[4], row[5]) for row in rows]


def unseen(connection: Connection, source_id: int, after: int, limit: int, *, before: int) -> list[tuple[int, str]]:
    """Registered, readable copies of a source with ids between `after` and `before`: (id, shown path), to be compared
    with what a walk saw."""
    rows = connection.exec_driver_sql(
        "SELECT id, path FROM copy WHERE source_id = ? AND state = 'read' AND id > ? AND id < ? ORDER BY id LIMIT ?",
        (source_id, after, before, limit),
    )
    return [(row[0], row[1]) for row in rows]


def totals(connection: Connection) -> tuple[int, int, int]:
    """Files (each path once, however often it changed), contents, bytes of all contents."""
    copies = connection.exec_driver_sql("SELECT count(*) FROM copy WHERE version = 1").scalar_one()
    contents, size = connection.exec_driver_sql("SELECT count(*), coalesce(sum(size), 0) FROM content").one()
    return int(copies), int(contents), int(size)


def outcome_counts(connection: Connection, configs: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """{analyzer: {state: contents}} for these configs (id → analyzer)."""
    counts: dict[str, dict[str, int]] = {name: {} for name in configs.values()}
    for config, name in configs.items():
        for state, count in connection.exec_driver_sql(
            "SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state ORDER BY state", (config,)
        ):
            counts[name][state] = counts[name].get(state, 0) + count
    return counts
