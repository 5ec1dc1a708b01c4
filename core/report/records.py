"""What a row of the tables holds: a place, finding, outcome, decision, problem or file; plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.records import Region

__all__ = ["DecisionRow", "Decisions", "FileRow", "FindingRow", "OutcomeRow", "Place", "ProblemRow"]


@dataclass(frozen=True, slots=True)
class Place:
    """One copy: the path inside its source. `shown` is safe to show, `raw` is exact."""

    source: int
    shown: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the examiner said in force now (withdrawn decisions left out), of a content or of one finding of it."""

    grade: str = ""
    grade_by: str = ""
    grade_at: str = ""
    verdict: str = ""
    verdict_by: str = ""
    verdict_at: str = ""
    flag: str = ""
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    excluded: str = ""
    """The reason for which it was taken out of the coverage."""
    disputed: tuple[str, ...] = ()
    """`value (person, time)` for each person's last word, where these differ; the newest of them is in force."""

    @property
    def any(self) -> bool:
        return self != Decisions()


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of findings.jsonl and one row of findings.csv."""

    sha256: str
    size: int
    mime: str
    places: tuple[Place, ...]
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
    text: str | None
    config: str
    run: int
    decisions: Decisions = Decisions()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What else the analyzer said, with band and calibration in force; plain JSON values."""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One row of outcomes.csv. A copy that was never read whole has no hash and its copy state as `code`; a content
    that the run has not come to has the state `not analysed`."""

    sha256: str
    places: tuple[Place, ...]
    mime: str
    analyzer: str
    state: str
    code: str
    reason: str
    milliseconds: float | None
    samples: int | None
    config: str
    run: int | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision as it was recorded. `withdrawn`: a later one took it back; `withdraws`: the one that this takes
    back. `time`: seconds in the medium, of a bookmark or note. `number` is that of the decision, `act` that of the act
    it belongs to (the target of its line in the audit trail)."""

    sha256: str
    place: Place | None
    kind: str
    value: str
    actor: str
    at: str
    finding_label: str
    withdrawn: bool
    number: int = 0
    act: int | None = None
    time: float | None = None
    withdraws: int | None = None
    problem: bool = False
    """It is about a problem with a file, not about what the file shows."""
    finding_analyzer: str = ""
    finding_config: str = ""
    finding_score: float | None = None
    finding_start: float | None = None


@dataclass(frozen=True, slots=True)
class ProblemRow:
    stage: str
    code: str
    message: str
    sha256: str
    place: Place | None
    at: str = ""
    run: int | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One listed file, one row of files.csv: `state` read, unreadable, vanished, changed, link or special; without
    hashes where it was never read whole. Times: nanoseconds since 1970 UTC, as the file system had them; `version` 2…:
    the file changed after it was registered. `mismatch`: what its extension claims, where the bytes say otherwise."""

    place: Place
    version: int
    state: str
    size: int | None
    sha256: str
    sha1: str
    md5: str
    mime: str
    kind: str
    modified_ns: int | None
    created_ns: int | None
    mismatch: str
    problem: str
