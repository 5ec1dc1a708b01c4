"""What a report needs to know of a case: plain frozen records, and the protocol of whoever can tell them.

The report never sees the database. `core.case.report_source` implements `ReportSource` on the tables of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from core.provenance import Provenance
from core.records import Region
from core.report.records import DecisionRow, Decisions, FileRow, FindingRow, OutcomeRow, Place, ProblemRow

__all__ = [
    "ActCount",
    "CaseFacts",
    "Category",
    "ConfigFacts",
    "ContentEntry",
    "Coverage",
    "Difference",
    "ImagePolicy",
    "Integrity",
    "IntegrityResult",
    "KindCount",
    "LabelCount",
    "Language",
    "PlaceDigest",
    "ProblemCount",
    "ReasonCount",
    "ReportSelection",
    "ReportSource",
    "RunFacts",
    "SourceFacts",
    "Totals",
]

ImagePolicy = Literal["none", "redacted", "masked", "grey", "full"]
"""How pictures are reproduced: not at all; destroyed as a whole; with faces and what was indicated covered; without
colour; as they are."""
Language = Literal["de", "en"]
IntegrityResult = Literal["verified", "changed", "unavailable", "not checked"]


@dataclass(frozen=True, slots=True)
class ReportSelection:
    """Which rows a report holds. The default is everything. It is printed in the report and stands in the manifest.

    `min_score` holds for every finding that has a score, `min_scores` overrides it per analyzer; a finding without a
    score is never filtered out by one. `labels` and `groups` select findings, `grades` those of contents that the
    examiner has graded so, `states` selects rows of outcomes.csv. None means no restriction; an empty tuple selects
    nothing.
    """

    analyzers: tuple[str, ...] | None = None
    min_score: float | None = None
    min_scores: Mapping[str, float] = field(default_factory=dict)
    labels: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    grades: tuple[str, ...] | None = None
    states: tuple[str, ...] | None = None

    @property
    def everything(self) -> bool:
        return self == ReportSelection()

    def as_json(self) -> dict[str, Any]:
        """Only what restricts, in plain JSON values; `{}` selects everything."""
        said: dict[str, Any] = {}
        for name in ("analyzers", "labels", "groups", "grades", "states"):
            chosen = getattr(self, name)
            if chosen is not None:
                said[name] = sorted(chosen)
        if self.min_score is not None:
            said["min_score"] = self.min_score
        if self.min_scores:
            said["min_scores"] = dict(sorted(self.min_scores.items()))
        return said


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case as the examiner named it. Empty text: never filled in; the report prints a line to write on."""

    case_id: str
    number: str = ""
    name: str = ""
    exhibit: str = ""
    agency: str = ""
    examiner: str = ""
    requester: str = ""
    authority: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source. `name` is its last path component only: the rest belongs to the analyst's machine.

    `states` counts the copies (newest version of each path) by state, `superseded` the older versions of paths that
    changed later. `copies` (both together) and `bytes` were fixed when the listing was complete, so they must add up.
    `listing_sha256`: see `core.case.report_source`. `provenance`: what people stated of it, `stated_by` and
    `stated_at` who changed that last and when (ISO 8601 UTC); empty: nobody has stated anything.
    """

    id: int
    kind: str
    name: str
    added: str
    listed: str | None
    copies: int
    bytes: int
    states: Mapping[str, int]
    superseded: int
    listing_sha256: str
    provenance: Provenance = field(default_factory=Provenance)
    stated_by: str = ""
    stated_at: str = ""

    @property
    def title(self) -> str:
        """What it is called: the examiner's label, or the name of its folder."""
        return self.provenance.label or self.name


@dataclass(frozen=True, slots=True)
class Integrity:
    """What re-reading a source at report time showed: `checked` files were to be compared by SHA-256, of these
    `changed` differ and `missing` could not be read. `at`: ISO 8601 UTC."""

    result: IntegrityResult
    checked: int = 0
    changed: int = 0
    missing: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class PlaceDigest:
    """Where a registered file lies and what it hashed to, for re-reading it. Paths as the operating system has them."""

    source: int
    root: bytes
    path: bytes
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RunFacts:
    id: int
    started: str
    ended: str | None
    state: str
    backend: str
    versions: Mapping[str, Any]
    settings: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class CalibrationFacts:
    """What the thresholds of a configuration were calibrated on: `data` is what `calibrate` kept (`on`, `pictures`,
    `groups`: label or `*` → band → threshold, recall and false alarms with their 95 % intervals, `enough`)."""

    number: int
    at: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConfigFacts:
    """One configuration that produced results: `config` is what was hashed, `info` the AnalyzerInfo of that time."""

    hash: str
    analyzer: str
    config: Mapping[str, Any]
    info: Mapping[str, Any]
    runs: tuple[int, ...]
    calibration: CalibrationFacts | None = None
    """None: nothing was calibrated, or the analyzer has no bands."""


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    contents: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`read_copies` point at a content, earlier versions included; `referenced` contents have at least one of them.
    `contents` are all rows: each of them must be referenced. `mismatches`: copies whose extension belies the bytes."""

    contents: int
    bytes: int
    read_copies: int
    referenced: int
    mismatches: int
    kinds: tuple[KindCount, ...]
    findings: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one configuration got: outcomes by state, and how many contents of the case have none (`open`).

    `newest`: no later configuration of the same analyzer was run, so `open` must be 0 for a complete case.
    """

    config: str
    analyzer: str
    states: Mapping[str, int]
    open: int
    samples: int
    seconds: float
    newest: bool


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Outcomes under the newest configuration of an analyzer; `reason` is the most frequent of theirs."""

    analyzer: str
    state: str
    code: str
    reason: str
    contents: int


@dataclass(frozen=True, slots=True)
class Category:
    """Findings that belong together: one analyzer, one group; `text` tells findings with text from those without."""

    analyzer: str
    group: str
    text: bool
    findings: int
    contents: int


@dataclass(frozen=True, slots=True)
class LabelCount:
    analyzer: str
    group: str
    label: str
    findings: int
    contents: int
    best: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What an earlier configuration of an analyzer and its newest one say of a label: in how many contents both, only
    the earlier, only the newest has it. `config` is the earlier one."""

    analyzer: str
    config: str
    label: str
    both: int
    earlier: int
    newest: int


@dataclass(frozen=True, slots=True)
class ContentEntry:
    """One content of a category as the PDF shows it: a few places, its best findings, what was decided."""

    sha256: str
    size: int
    mime: str
    kind: str
    width: int | None
    height: int | None
    duration: float | None
    taken: str
    places: tuple[Place, ...]
    copies: int
    findings: tuple[FindingRow, ...]
    labels: tuple[tuple[str, int, float | None], ...]
    """Label, number of findings, best score."""
    total: int
    decisions: Decisions = field(default_factory=Decisions)
    zones: tuple[str, ...] = ()
    """Time zones that its sources state, where `taken` carries none: how it may be read, not a correction."""
    masks: tuple[Region, ...] | None = None
    """What is covered where pictures are masked; None: all of it (`core.case.report_masks`)."""


@dataclass(frozen=True, slots=True)
class ActCount:
    """How often one person did one thing, by the audit trail; `action` is a word of the trail, `decision` stands for
    all kinds of them. Times: ISO 8601 UTC, by the clock of the examining computer."""

    actor: str
    action: str
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ProblemCount:
    stage: str
    code: str
    message: str
    count: int


class ReportSource(Protocol):
    """Whoever can tell what is in a case. Iterators stream: a million rows never stand in memory together."""

    def case(self) -> CaseFacts: ...

    def sources(self) -> Sequence[SourceFacts]: ...

    def runs(self) -> Sequence[RunFacts]: ...

    def configs(self) -> Sequence[ConfigFacts]: ...

    def totals(self) -> Totals: ...

    def coverage(self) -> Sequence[Coverage]: ...

    def reasons(self) -> Sequence[ReasonCount]:
        """Every outcome that is not simply done (early exits have a code), counted by analyzer, state and code, most
        frequent first; only of the newest configurations, so that each content counts once."""
        ...

    def categories(self, selection: ReportSelection, *, newest: bool = False) -> Sequence[Category]:
        """`newest`: only what the newest configuration of each analyzer says."""
        ...

    def differences(self, selection: ReportSelection) -> Sequence[Difference]:
        """Label by label, for every earlier configuration that looked at something."""
        ...

    def labels(self, selection: ReportSelection) -> Sequence[LabelCount]: ...

    def count_findings(self, selection: ReportSelection) -> int: ...

    def top(self, selection: ReportSelection, category: Category, limit: int) -> Iterator[ContentEntry]:
        """The contents of a category, highest score first (texts: in the order of the listing), at most `limit`."""
        ...

    def findings(self, selection: ReportSelection) -> Iterator[FindingRow]: ...

    def outcomes(self, selection: ReportSelection) -> Iterator[OutcomeRow]: ...

    def decisions(self, limit: int) -> Iterator[DecisionRow]:
        """The newest `limit` decisions, in the order they were made."""
        ...

    def all_decisions(self) -> Iterator[DecisionRow]: ...

    def exclusions(self) -> Sequence[DecisionRow]:
        """What was taken out of the coverage with a reason, and still is."""
        ...

    def acts(self, lines: int) -> Sequence[ActCount]:
        """Who did what, by the first so many lines of the audit trail, in the order in which it was first done."""
        ...

    def problem_counts(self) -> Sequence[ProblemCount]: ...

    def problems(self, limit: int | None = None) -> Iterator[ProblemRow]:
        """In the order in which they were noted; all, or the first `limit`."""
        ...

    def files(self) -> Iterator[FileRow]:
        """Every file of the listings, with all its versions, by source and path."""
        ...

    def places(self) -> Iterator[PlaceDigest]:
        """Every copy that was read, newest version, for re-reading."""
        ...
