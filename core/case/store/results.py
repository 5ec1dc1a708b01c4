"""What a run keeps of a content: facts, hashes, outcomes, findings and vectors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.case import words
from core.case.items import Part
from core.case.stacks import Stacks
from core.case.store.writer import Writer
from core.film_hashes import FilmHashes
from core.records import (
    AnalyzerInfo,
    Finding,
    Outcome,
    SampleResult,
    State,
    Vector,
    canonical_json,
    config_hash,
)

__all__ = ["FactsRow", "ResultWriter", "Results"]


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


class ResultWriter(Writer):
    """Results are keyed by (content, config)."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        super().__init__(connection, run_id)
        self._stacks = Stacks(connection)

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


def _bytes(vector: Vector) -> bytes:
    """Little-endian float16; the bytes themselves for local features."""
    values = vector.values
    return values.tobytes() if values.dtype == np.uint8 else values.astype("<f2").tobytes()
