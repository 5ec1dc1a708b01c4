"""The nouns of Asservat: small frozen records that every layer shares. DESIGN words are used as they are.

Coordinates are relative (0–1) to the *upright* picture (EXIF orientation and video rotation applied), origin top left,
x to the right, y down. Times are seconds on the medium's own clock (PTS). Hashes are lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.memory import Pixels
from core.options import OptionFact

__all__ = [
    "AnalyzerInfo",
    "Failure",
    "Finding",
    "MediaKind",
    "ModelInfo",
    "Options",
    "Outcome",
    "Position",
    "Problem",
    "Region",
    "Sample",
    "SampleKind",
    "SampleResult",
    "State",
    "Vector",
    "canonical_json",
    "config_hash",
]

Position = tuple[int, float | None, int | None, int | None]
"""Where a sample lies in its medium: (index, seconds, frame number, page number)."""

Options = Mapping[str, Any]
"""Options of one analyzer for one call: plain JSON values, checked by the analyzer's own frozen options type."""


class MediaKind(StrEnum):
    """What a content is, told by its bytes."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


class SampleKind(StrEnum):
    """What an analyzer sees."""

    IMAGE = "image"
    FRAME = "frame"
    PAGE = "page"
    SOUND = "sound"


class State(StrEnum):
    """How the work of one analyzer on one content ended. There is no other way to end."""

    DONE = "done"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Region:
    """A box, relative to the upright picture: left, top, width, height in 0–1."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the examiner should know. `code` is stable (`vanished`, `decode-crashed`), `message` is a plain
    sentence that says what happened and what it means, `detail` is for the developer."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a sample or a file could not be looked at. `state` is FAILED, TIMED_OUT, UNSUPPORTED, or SKIPPED where what
    should look is not installed."""

    state: State
    code: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture or one stretch of sound.

    `content` is the SHA-256 of the file, `index` the number of the sample in it, from 0, in the order of the medium.
    `pixels`: pictures are uint8, height × width × 3, RGB, upright, opaque (alpha composited).
    Sound is float32, one-dimensional, mono, 16 kHz, −1…1; `media_size` is then (0, 0) and `duration` its seconds.
    `media_size`: width, height in pixels of the upright original; `pixels` may be smaller (its shape says so).
    `time` seconds (PTS) and `frame` number (0-based, presentation order) for frames; `page` 0-based for pages. For
    sound `time` is where the stretch begins.
    """

    content: str
    index: int
    kind: SampleKind
    pixels: Pixels
    media_size: tuple[int, int] = (0, 0)
    time: float | None = None
    frame: int | None = None
    page: int | None = None
    duration: float | None = None

    def array(self) -> NDArray[Any]:
        """The values in the shape and type given above; not to be written to, valid until the call has returned."""
        return self.pixels.array()


@dataclass(frozen=True, slots=True)
class Finding:
    """One uniform result. `start`/`end` (seconds), `frame` and `page` are filled from the sample where the analyzer
    leaves them None. `score` is the raw score, 0–1; None where nothing was scored. `attributes`: plain JSON values
    (group, language, sub-scores). `polygon`: corners (x, y), relative like `region`, which is then the box around them.
    """

    label: str
    score: float | None = None
    region: Region | None = None
    polygon: tuple[tuple[float, float], ...] | None = None
    start: float | None = None
    end: float | None = None
    frame: int | None = None
    page: int | None = None
    text: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vector:
    """An embedding of a sample or of a region of it. `space` names model SHA-256 + preprocessing version.

    `values` are float16, one-dimensional, as long as the model's output; a space of local features (SIFT) keeps packed
    bytes (uint8) instead. Only vectors of one space are ever compared."""

    space: str
    values: NDArray[np.float16] | NDArray[np.uint8] = field(repr=False)
    finding: int | None = None
    """Position of the finding in the same result that this vector belongs to; None: the whole sample."""


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What one analyzer said of one sample. `failure` set: it could not look; the findings are then what it got before.
    `exits`: early exits taken, each a sentence with its numbers (`text gate 0.04 < 0.15: no text expected`).
    `without`: models that are installed but could not take part (a damaged pack), each a sentence with its reason: the
    outcome is then partial, because what they would have found is not known. `seconds` is filled by the backend: how
    long the call took, a batch in equal parts."""

    findings: tuple[Finding, ...] = ()
    vectors: tuple[Vector, ...] = ()
    failure: Failure | None = None
    exits: tuple[str, ...] = ()
    seconds: float = 0.0
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One weights file: who published it (`source`: where, at which revision), what exactly it is (`sha256` and
    size in `bytes` of the file that lies here), under which licence, and what it is for in its analyzer (`role`)."""

    name: str
    version: str
    sha256: str
    bytes: int
    licence: str
    source: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class AnalyzerInfo:
    """What an analyzer is and what it would run with here. `missing` set: it cannot run, and why (one sentence).

    `settings` is everything beside the options that changes a result: preprocessing version, runtime with version,
    device, precision. `options` are the defaults. `groups` maps label → group (severity) where labels have one.
    """

    name: str
    version: str
    title: str
    accepts: frozenset[SampleKind]
    labels: tuple[str, ...]
    options: Mapping[str, Any]
    settings: Mapping[str, Any]
    models: tuple[ModelInfo, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    limits: str = ""
    """What it cannot know, one or two sentences for the report."""
    missing: str | None = None
    unkeyed: frozenset[str] = frozenset()
    """Options that are left out of the config: they do not change what is stored for a content (where something lies)
    or stand in each finding themselves (which references of a gallery were compared)."""
    concludes: bool = False
    """Whether `Backend.conclude` is to be asked once all samples of a content are back."""
    choice: str = ""
    choices: Mapping[str, AnalyzerInfo] = field(default_factory=dict)
    """The option that decides which models do the work, and for each of its values the info that then holds. Empty: no
    option does. One of them may have something `missing` while the others can run."""
    batch: int = 1
    """How many samples of one call pay off on this device: 1 on a CPU, more on a GPU. No part of the config."""
    patience: float = 0.0
    """Seconds that one sample may take beyond what is usual, before it counts as hung. No part of the config."""
    facts: tuple[OptionFact, ...] = ()
    """What there is to say of each option, those first that matter most; options that are nobody's to choose are left
    out. No part of the config."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended for one (content, analyzer). `samples` were looked at; `reason` is empty only for DONE."""

    analyzer: str
    state: State
    code: str = ""
    reason: str = ""
    milliseconds: float = 0.0
    samples: int = 0


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8 characters as they are, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def config_hash(config: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON: the key under which results of one configuration are stored."""
    return hashlib.sha256(canonical_json(config).encode()).hexdigest()
