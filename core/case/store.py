"""The one writer of a run: registers copies and contents, keeps outcomes, findings, facts and problems.

Everything here is idempotent under its key, so a run that was killed and goes on doubles nothing: a copy is keyed by
(source, path, version), a content by its SHA-256, results by (content, config).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.case import words
from core.case.audit import now
from core.case.items import Items, Part
from core.case.stacks import Stacks
from core.film_hashes import FilmHashes
from core.records import (
    AnalyzerInfo,
    Finding,
    Outcome,
    Problem,
    SampleResult,
    State,
    Vector,
    canonical_json,
    config_hash,
)

__all__ = ["CopyRow", "FactsRow", "Known", "Results", "Store"]

RETRIED_ALWAYS = ("model-error", "vanished", "changed", "unreadable", "source-missing")
"""Outcome codes that say nothing about the content: the next run tries again by itself."""


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


@dataclass(frozen=True, slots=True)
class FactsRow:
    """What decoding told about a content, whatever the analyzers say."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    orientation: int | None = None
    format: str | None = None
    frames: int | None = None
    samples: int | None = None
    taken: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    normal: Mapping[str, Any] = field(default_factory=dict)
    thumbnail: bool = False
    storyboard: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one analyzer said of one content: the outcome, and (sample index, result) pairs."""

    config_id: int
    outcome: Outcome
    samples: Sequence[tuple[int, SampleResult]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)


class Store:
    """Writes on a connection that the caller holds a transaction on; nothing here commits."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        self._connection = connection
        self._run = run_id
        self._items = Items(connection)
        self._stacks = Stacks(connection)
        self.first_copy = 1 + self._last_copy()
        """The lowest id that a copy registered from now on can have."""

    @property
    def connection(self) -> Connection:
        return self._connection

    # ------------------------------------------------------------------ intake

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
            "INSERT INTO copy(source_id, content_id, path, path_raw, version, state, size, modified_ns, changed_ns,"
            " accessed_ns, created_ns, inode, mismatch, problem) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            " ON CONFLICT DO NOTHING",
            [
                (
                    row.source_id,
                    ids.get(row.sha256 or ""),
                    row.path,
                    row.path_raw,
                    row.version,
                    row.state,
                    row.size,
                    row.modified_ns,
                    row.changed_ns,
                    row.accessed_ns,
                    row.created_ns,
                    row.inode,
                    row.mismatch,
                    row.problem.message if row.problem else None,
                )
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
            "UPDATE copy SET state = ?, size = ?, modified_ns = ?, changed_ns = ?, accessed_ns = ?, created_ns = ?,"
            " inode = ?, mismatch = ?, problem = ?, content_id = coalesce(?, content_id) WHERE id = ?",
            (
                row.state,
                row.size,
                row.modified_ns,
                row.changed_ns,
                row.accessed_ns,
                row.created_ns,
                row.inode,
                row.mismatch,
                row.problem.message if row.problem else None,
                content_id,
                copy_id,
            ),
        )
        if content_id is not None:
            self._items.placed_again(content_id)
        if content_id is not None and read_before is None:
            words.keep(self._connection, [("name", copy_id, row.path, content_id)])
        if row.problem:
            self.problem(row.problem, stage="intake", source_id=row.source_id, copy_id=copy_id)
        return self._new_contents(before)

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

    def _index_names(self, added: Sequence[Any]) -> None:
        names: list[words.Word] = []
        for copy_id, content_id, _kind, _size, source_id, path, _modified, message, code in added:
            names.append(("name", copy_id, path, content_id))
            if message:
                self.problem(Problem(code, message), stage="intake", source_id=source_id, copy_id=copy_id)
        words.keep(self._connection, names, new=True)

    def problem(
        self,
        problem: Problem,
        *,
        stage: str,
        source_id: int | None = None,
        copy_id: int | None = None,
        content_id: int | None = None,
    ) -> None:
        """Keep something the examiner should know. The same problem of the same thing is kept once."""
        self._connection.exec_driver_sql(
            "INSERT OR IGNORE INTO problem(run_id, source_id, copy_id, content_id, stage, code, message, detail, at)"
            " VALUES(?,?,?,?,?,?,?,?,?)",
            (
                self._run,
                source_id,
                copy_id,
                content_id,
                stage,
                problem.code,
                problem.message,
                problem.detail,
                now(),
            ),
        )
        if content_id is not None:
            self._items.refresh([content_id], Part.PROBLEMS)
        elif copy_id is not None:
            self._items.refresh(self._contents_of(copy_id), Part.PROBLEMS)

    def _contents_of(self, copy_id: int) -> list[int]:
        rows = self._connection.exec_driver_sql(
            "SELECT content_id FROM copy WHERE id = ? AND content_id IS NOT NULL", (copy_id,)
        )
        return [row[0] for row in rows]

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

    # ------------------------------------------------------------------ configs and results

    def config(self, info: AnalyzerInfo, config: Mapping[str, Any]) -> int:
        """The id of this configuration, stored with all that a reader needs to understand its results."""
        key = config_hash(config)
        described = {
            **asdict(info),
            "accepts": sorted(info.accepts),
            "labels": list(info.labels),
            "unkeyed": sorted(info.unkeyed),
            "choices": {},  # what might have been used instead is no part of what was done
            "facts": [],
        }
        self._connection.exec_driver_sql(
            "INSERT INTO config(hash, analyzer, json, info) VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
            (key, info.name, canonical_json(config), json.dumps(described, ensure_ascii=False, sort_keys=True)),
        )
        config_id = int(self._connection.exec_driver_sql("SELECT id FROM config WHERE hash = ?", (key,)).scalar_one())
        self._insert("INSERT INTO run_config VALUES(?,?) ON CONFLICT DO NOTHING", [(self._run, config_id)])
        return config_id

    def facts(self, content_id: int, facts: FactsRow) -> None:
        values = asdict(facts)
        values["raw"] = json.dumps(facts.raw, ensure_ascii=False, sort_keys=True)
        values["normal"] = json.dumps(facts.normal, ensure_ascii=False, sort_keys=True)
        values["thumbnail"], values["storyboard"] = int(facts.thumbnail), int(facts.storyboard)
        columns = ", ".join(values)
        marks = ", ".join("?" * (len(values) + 1))
        self._connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO media(content_id, {columns}) VALUES({marks})",
            (content_id, *values.values()),
        )
        self._items.refresh([content_id], Part.MEDIA)

    def fingerprint(self, content_id: int, bits: bytes, quality: int) -> None:
        """The perceptual hash (PDQ, 32 bytes) of a picture: near duplicates become a stack."""
        self._stacks.keep(content_id, bits, quality)

    def film_hashes(self, content_id: int, film: FilmHashes) -> None:
        """The perceptual hashes of a film's frames: films that show the same become a stack."""
        self._stacks.keep_film(content_id, film)

    def positions(self, content_id: int, policy: str, positions: Sequence[Sequence[Any]]) -> None:
        """Which samples of a video or a multi-page picture were looked at: [index, time, frame, page] each."""
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO sample VALUES(?,?,?)",
            (content_id, policy, canonical_json([list(p) for p in positions])),
        )

    def results(self, content_id: int, results: Results) -> int:
        """Keep the outcome and findings of one analyzer for one content, in place of what stood under the same config.
        Returns the number of findings."""
        forgotten = self._forget(content_id, results.config_id)
        count = 0
        for index, result in results.samples:
            ids = [self._finding(content_id, results, index, finding) for finding in result.findings]
            count += len(ids)
            self._insert(
                "INSERT INTO vector(content_id, config_id, finding_id, sample, space, data) VALUES(?,?,?,?,?,?)",
                [
                    (
                        content_id,
                        results.config_id,
                        None if vector.finding is None else ids[vector.finding],
                        index,
                        vector.space,
                        _bytes(vector),
                    )
                    for vector in result.vectors
                ],
            )
        if count or forgotten:
            self._items.refresh([content_id], Part.FINDINGS)
        self.outcomes([(content_id, results.config_id, results.outcome, count)])
        return count

    def more_findings(
        self, content_id: int, config_id: int, analyzer: str, sample: int, findings: Sequence[Finding]
    ) -> None:
        """Findings that came later, from what was kept of a sample (a new reference of a gallery): beside those that
        are there. That the outcome once had nothing to compare with is no longer true."""
        results = Results(config_id, Outcome(analyzer, State.DONE))
        for finding in findings:
            self._finding(content_id, results, sample, finding)
        self._connection.exec_driver_sql(
            "UPDATE outcome SET findings = findings + ? WHERE content_id = ? AND config_id = ?",
            (len(findings), content_id, config_id),
        )
        self._items.refresh([content_id], Part.FINDINGS)

    def outcomes(self, rows: Sequence[tuple[int, int, Outcome, int]]) -> None:
        """Keep outcomes (content id, config id, outcome, number of findings), many at once."""
        self._insert(
            "INSERT OR REPLACE INTO outcome(content_id, config_id, run_id, state, code, reason, milliseconds, samples,"
            " findings) VALUES(?,?,?,?,?,?,?,?,?)",
            [
                (
                    content,
                    config,
                    self._run,
                    o.state.value,
                    o.code,
                    o.reason,
                    round(o.milliseconds, 3),
                    o.samples,
                    count,
                )
                for content, config, o, count in rows
            ],
        )
        if rows:
            self._items.refresh({row[0] for row in rows}, Part.OUTCOMES)

    def _forget(self, content_id: int, config_id: int) -> bool:
        """Take out what an unsuccessful earlier try left, and say whether there was something. Findings that a human
        decided about stay."""
        old = self._connection.exec_driver_sql(
            "SELECT id FROM finding WHERE content_id = ? AND config_id = ?"
            " AND id NOT IN (SELECT finding_id FROM decision WHERE finding_id IS NOT NULL)",
            (content_id, config_id),
        ).fetchall()
        # Before the findings that they refer to; those of whole samples are there without any finding.
        self._connection.exec_driver_sql(
            "DELETE FROM vector WHERE content_id = ? AND config_id = ?", (content_id, config_id)
        )
        if not old:
            return False
        self._insert("DELETE FROM finding WHERE id = ?", [(row[0],) for row in old])
        words.forget(self._connection, "text", [row[0] for row in old])
        return True

    def _finding(self, content_id: int, results: Results, index: int, finding: Finding) -> int:
        region = finding.region
        box = (region.x, region.y, region.w, region.h) if region else (None, None, None, None)
        polygon = canonical_json([list(point) for point in finding.polygon]) if finding.polygon else None
        cursor = self._connection.exec_driver_sql(
            "INSERT INTO finding(content_id, config_id, run_id, analyzer, label, grouping, score, x, y, w, h, polygon,"
            ' start, "end", frame, page, sample, text, attributes) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)',
            (
                content_id,
                results.config_id,
                self._run,
                results.outcome.analyzer,
                finding.label,
                results.groups.get(finding.label, ""),
                finding.score,
                *box,
                polygon,
                finding.start,
                finding.end,
                finding.frame,
                finding.page,
                index,
                finding.text,
                canonical_json(dict(finding.attributes)),
            ),
        )
        finding_id = int(cursor.lastrowid)
        if finding.text:
            words.keep(self._connection, [("text", finding_id, finding.text, content_id)])
        return finding_id

    def _insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(statement, list(rows))


def _bytes(vector: Vector) -> bytes:
    """Little-endian float16; the bytes themselves for local features."""
    values = vector.values
    return values.tobytes() if values.dtype == np.uint8 else values.astype("<f2").tobytes()
