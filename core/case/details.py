"""All that the case knows of one item: what the preview and the panels beside it show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case.calibrations import Calibrations
from core.case.items import IN_FORCE
from core.records import Region

__all__ = [
    "CopyFacts",
    "Details",
    "FindingFacts",
    "OutcomeFacts",
    "ProblemFacts",
    "Provenance",
    "Said",
    "details",
]


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """One place: relative to its source as shown, and as the file system names both (for opening). `state` read means
    that it was read whole; times are ns since 1970 UTC."""

    id: int
    source_id: int
    source: str
    source_raw: bytes
    path: str
    path_raw: bytes
    version: int
    state: str
    size: int | None
    modified_ns: int | None
    created_ns: int | None
    accessed_ns: int | None
    changed_ns: int | None
    mismatch: str | None
    problem: str | None
    label: str = ""
    """What the examiner calls its source."""
    time_zone: str = ""
    """The zone that its source states, for reading times that carry none."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """By what a finding was made. `info` is what the analyzer said of itself then (title, labels, groups, licences,
    limits), `settings` the whole configuration, `models` its weights (name, version, sha256, …)."""

    config_id: int
    hash: str
    analyzer: str
    title: str
    limits: str
    settings: Mapping[str, Any]
    info: Mapping[str, Any]
    models: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """One finding as stored; `verdict` is what a human says of it (right, wrong, unclear; empty: nothing). Region and
    polygon are relative to the upright picture, times in seconds (PTS)."""

    id: int
    config_id: int
    run_id: int
    analyzer: str
    label: str
    group: str
    score: float | None
    region: Region | None
    polygon: tuple[tuple[float, float], ...] | None
    start: float | None
    end: float | None
    frame: int | None
    page: int | None
    sample: int
    text: str | None
    attributes: Mapping[str, Any]
    verdict: str


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """How it ended for one configuration; `newest`: the one that this analyzer was run with last."""

    config_id: int
    run_id: int
    analyzer: str
    state: str
    code: str
    reason: str
    milliseconds: float
    samples: int
    findings: int
    newest: bool


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    id: int
    stage: str
    code: str
    message: str
    detail: str
    at: str


@dataclass(frozen=True, slots=True)
class Said:
    """One decision that holds. `time`: seconds, for a bookmark or a note made at a time."""

    id: int
    kind: str
    value: str
    time: float | None
    finding_id: int | None
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Details:
    """`media`: width, height, duration, orientation, format, frames, samples, taken, latitude, longitude, camera,
    thumbnail, storyboard; empty when it was never decoded. `metadata` is normalised, `raw` as found. `positions` are
    the [index, time, frame, page] of the samples that were looked at, where they are kept. `provenance` by config id.
    `decisions` are those in force, oldest first."""

    id: int
    sha256: str
    sha1: str
    md5: str
    size: int
    mime: str
    kind: str
    media: Mapping[str, Any]
    metadata: Mapping[str, Any]
    raw: Mapping[str, Any]
    copies: tuple[CopyFacts, ...]
    outcomes: tuple[OutcomeFacts, ...]
    findings: tuple[FindingFacts, ...]
    provenance: Mapping[int, Provenance]
    problems: tuple[ProblemFacts, ...]
    positions: tuple[tuple[int, float | None, int | None, int | None], ...]
    decisions: tuple[Said, ...]

    def said(self, kind: str) -> str:
        """The newest value in force of this kind about the item itself; empty: none."""
        values = [said.value for said in self.decisions if said.kind == kind and said.finding_id is None]
        return values[-1] if values else ""

    @property
    def grade(self) -> str:
        return self.said("grade")

    @property
    def flagged(self) -> bool:
        return bool(self.said("flag"))

    @property
    def tags(self) -> tuple[str, ...]:
        tags: dict[str, bool] = {}
        for said in self.decisions:
            if said.kind in {"tag", "untag"}:
                tags[said.value] = said.kind == "tag"
        return tuple(sorted(tag for tag, there in tags.items() if there))

    @property
    def notes(self) -> tuple[Said, ...]:
        return tuple(said for said in self.decisions if said.kind == "note")

    @property
    def bookmarks(self) -> tuple[Said, ...]:
        return tuple(sorted((s for s in self.decisions if s.kind == "bookmark"), key=lambda s: s.time or 0.0))


def details(connection: Connection, content_id: int) -> Details | None:
    """Everything about one item; None when there is no such content."""
    content = connection.exec_driver_sql(
        "SELECT sha256, sha1, md5, size, mime, kind FROM content WHERE id = ?", (content_id,)
    ).fetchone()
    if content is None:
        return None
    media = connection.exec_driver_sql(
        "SELECT width, height, duration, orientation, format, frames, samples, taken, latitude, longitude, camera,"
        " thumbnail, storyboard, normal, raw FROM media WHERE content_id = ?",
        (content_id,),
    ).fetchone()
    facts = dict(media._mapping) if media is not None else {}
    normal, raw = json.loads(facts.pop("normal", "{}")), json.loads(facts.pop("raw", "{}"))
    decisions = _decisions(connection, content_id)
    findings = _findings(connection, content_id, decisions)
    outcomes = _outcomes(connection, content_id)
    configs = {finding.config_id for finding in findings} | {outcome.config_id for outcome in outcomes}
    return Details(
        id=content_id,
        sha256=content[0],
        sha1=content[1],
        md5=content[2],
        size=content[3],
        mime=content[4],
        kind=content[5],
        media=facts,
        metadata=normal,
        raw=raw,
        copies=_copies(connection, content_id),
        outcomes=outcomes,
        findings=findings,
        provenance={number: _provenance(connection, number) for number in sorted(configs)},
        problems=_problems(connection, content_id),
        positions=_positions(connection, content_id),
        decisions=decisions,
    )


def _copies(connection: Connection, content_id: int) -> tuple[CopyFacts, ...]:
    rows = connection.exec_driver_sql(
        "SELECT copy.id, source_id, source.path, source.path_raw, copy.path, copy.path_raw, version, state, size,"
        " modified_ns, created_ns, accessed_ns, changed_ns, mismatch, problem, coalesce(source.label, ''),"
        " coalesce((SELECT value FROM source_fact WHERE source_fact.source_id = source.id AND field = 'time_zone'"
        " ORDER BY id DESC LIMIT 1), '') FROM copy JOIN source ON source.id = copy.source_id"
        " WHERE content_id = ? ORDER BY copy.id",
        (content_id,),
    )
    return tuple(CopyFacts(*row) for row in rows)


def _outcomes(connection: Connection, content_id: int) -> tuple[OutcomeFacts, ...]:
    rows = connection.exec_driver_sql(
        "SELECT config_id, run_id, analyzer, state, code, reason, milliseconds, samples, findings FROM outcome"
        " JOIN config ON config.id = config_id WHERE content_id = ? ORDER BY analyzer, run_id, config_id",
        (content_id,),
    ).fetchall()
    newest = {row[2]: row[0] for row in rows}
    return tuple(OutcomeFacts(*(*row, newest[row[2]] == row[0])) for row in rows)


def _findings(connection: Connection, content_id: int, decisions: tuple[Said, ...]) -> tuple[FindingFacts, ...]:
    verdicts = {said.finding_id: said.value for said in decisions if said.kind == "verdict"}
    rows = connection.exec_driver_sql(
        'SELECT id, config_id, run_id, analyzer, label, grouping, score, x, y, w, h, polygon, start, "end", frame,'
        " page, sample, text, attributes FROM finding WHERE content_id = ? ORDER BY config_id, id",
        (content_id,),
    )
    known = Calibrations(connection)
    return tuple(_finding(row, verdicts.get(row[0], ""), known) for row in rows)


def _finding(row: Sequence[Any], verdict: str, known: Calibrations) -> FindingFacts:
    region = None if row[7] is None else Region(*row[7:11])
    polygon = tuple((x, y) for x, y in json.loads(row[11])) if row[11] else None
    attributes = known.applied(row[1], row[4], row[6], json.loads(row[18]))
    values = (*row[:7], region, polygon, *row[12:18], attributes, verdict)
    return FindingFacts(*values)


def _provenance(connection: Connection, config_id: int) -> Provenance:
    row = connection.exec_driver_sql("SELECT hash, analyzer, json, info FROM config WHERE id = ?", (config_id,)).one()
    settings, info = json.loads(row[2]), json.loads(row[3])
    title, limits = str(info.get("title", row[1])), str(info.get("limits", ""))
    return Provenance(config_id, row[0], row[1], title, limits, settings, info, tuple(info.get("models", ())))


def _problems(connection: Connection, content_id: int) -> tuple[ProblemFacts, ...]:
    rows = connection.exec_driver_sql(
        "SELECT id, stage, code, message, detail, at FROM problem WHERE coalesce(content_id, 0) = ?1"
        " UNION ALL SELECT problem.id, stage, code, message, detail, at FROM copy CROSS JOIN problem"
        " ON coalesce(problem.content_id, 0) = 0 AND coalesce(problem.copy_id, 0) = copy.id"
        " WHERE copy.content_id = ?1 ORDER BY 1",
        (content_id,),
    )
    return tuple(ProblemFacts(*row) for row in rows)


def _positions(connection: Connection, content_id: int) -> tuple[tuple[int, float | None, int | None, int | None], ...]:
    row = connection.exec_driver_sql(
        "SELECT positions FROM sample WHERE content_id = ? ORDER BY policy LIMIT 1", (content_id,)
    ).fetchone()
    return tuple((p[0], p[1], p[2], p[3]) for p in json.loads(row[0])) if row is not None else ()


def _decisions(connection: Connection, content_id: int) -> tuple[Said, ...]:
    rows = connection.exec_driver_sql(
        "SELECT id, kind, value, time, finding_id, actor, at FROM decision WHERE content_id = ? AND kind <> 'withdraw'"
        f" AND {IN_FORCE} ORDER BY id",
        (content_id,),
    )
    return tuple(Said(*row) for row in rows)
