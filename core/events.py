"""What a run says while it runs: small frozen records, yielded by the pipeline's generator. They know no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.records import Problem

__all__ = [
    "ContentFinished",
    "Event",
    "KnownFound",
    "ProblemNoted",
    "Progress",
    "RunFinished",
    "RunStarted",
    "SourceListed",
]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The first event. `analyzers`: what will look, in this order; `resumed`: this case had a run before."""

    run: int
    analyzers: tuple[str, ...]
    resumed: bool


@dataclass(frozen=True, slots=True)
class SourceListed:
    """The folder was walked to its end; from here on totals are exact."""

    source: int
    copies: int
    contents: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ContentFinished:
    """All analyzers have an outcome for this content, and it is stored."""

    content: str
    findings: int
    worst: str


@dataclass(frozen=True, slots=True)
class ProblemNoted:
    """Something the examiner should know; it stays with the case. `path`: the file or source as people read it."""

    path: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class KnownFound:
    """Contents that a hash list of the case knows: they are tagged, and that is stored. `content`: their SHA-256."""

    tag: str
    content: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the run stands. `total_*` grow until `listing_complete`. Rates are over the last minute.
    `remaining` is a range in seconds (low, high), None while nothing can be said."""

    phase: str
    copies: int
    total_copies: int
    contents: int
    total_contents: int
    bytes: int
    total_bytes: int
    media_seconds: float
    listing_complete: bool
    contents_per_second: float
    bytes_per_second: float
    elapsed: float
    remaining: tuple[float, float] | None
    paused: bool = False
    current: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The end of a run, stored before it is said. `state`: finished or stopped.

    `sources`, `copies` and `contents` are those of the whole case; `outcomes` (analyzer → state → how many) are
    those under the configurations of this run; `problems` were noted in it. `seconds`: how long it took, pauses among
    them. `notes`: analyzers that could not go on, with the reason.
    """

    run: int
    state: str
    sources: int
    copies: int
    contents: int
    outcomes: Mapping[str, Mapping[str, int]]
    seconds: float
    problems: int = 0
    notes: tuple[str, ...] = field(default=())
    question: str = ""
    """Why it stopped by itself and what the examiner must decide (the device has no memory left)."""
    known: Mapping[str, int] = field(default_factory=dict)
    """How many new contents hash lists knew, by tag."""


Event = RunStarted | SourceListed | ContentFinished | KnownFound | ProblemNoted | Progress | RunFinished
