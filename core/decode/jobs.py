"""What is asked of the decoders and what they answer: the vocabulary between the pipeline and `core.decode.pool`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.film_hashes import FilmHashes
from core.records import MediaKind, Position, Problem, Sample, SampleKind, State
from core.settings import SamplingPolicy

__all__ = [
    "PICTURES",
    "DecodeEvent",
    "DecodeJob",
    "Decoded",
    "Fingerprint",
    "MediaFacts",
    "Position",
    "Retrying",
    "SamplesReady",
]

PICTURES = frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE})
"""Every kind of sample that is seen and not heard."""


@dataclass(frozen=True, slots=True)
class DecodeJob:
    """One content to be decoded, and what of it is wanted.

    `path` is absolute and may hold surrogate escapes (`os.fsdecode`). `size` and `modified_ns` are as registered: a
    file that differs now is not decoded (code `changed`). `wanted`: which kinds of samples; pictures
    are decoded when any kind of picture is, sound when sound is; empty: only metadata and the thumbnail.
    """

    content: str
    path: str
    size: int
    modified_ns: int
    kind: MediaKind
    mime: str
    policy: SamplingPolicy
    wanted: frozenset[SampleKind] = PICTURES

    @property
    def pictures(self) -> bool:
        return bool(self.wanted & PICTURES)

    @property
    def sound(self) -> bool:
        return SampleKind.SOUND in self.wanted


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What is known about a medium beside its samples: the `media` row.

    `width`, `height`: pixels of the upright picture. `duration`: seconds. `orientation`: EXIF 1–8 as found. `taken`:
    the camera's own clock as text, without a zone unless it wrote one. `latitude`, `longitude`: decimal degrees.
    `raw`: as found; `normal`: normalised. Both are plain JSON values of bounded size.
    """

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    orientation: int | None = None
    format: str | None = None
    frames: int | None = None
    taken: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    normal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A perceptual hash (`core.decode.pdq`). `bits`: 32 bytes; as hexadecimal digits they are what Meta publishes.
    `quality`: 0–100; below 50 there is too little in the picture for the hash to mean anything."""

    bits: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class SamplesReady:
    """Samples lie in shared memory. Call `pool.release(slot)` when their pixels are no longer needed."""

    job: DecodeJob
    attempt: int
    samples: tuple[Sample, ...]
    slot: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """The decoder died, hung or ballooned over this job; it is tried again. Drop the results of earlier attempts.

    `attempt` is the new one (the first is 1), `reason` a plain sentence about the old one.
    """

    job: DecodeJob
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The one and only end of a job.

    `state` is DONE, PARTIAL, UNSUPPORTED, FAILED or TIMED_OUT; `reason` is a plain sentence, empty only for DONE.
    `thumbnail`: JPEG, at most 256 px on the longer side. `storyboard`: JPEG mosaic of video frames or pages.
    `samples` were handed over in this attempt, at `positions`. `seconds`: CPU time of the child.
    `media_seconds`: length of the film or recording that was worked through.
    `decodes`: how often a whole picture was decoded from its file (1 for a picture, thumbnail included).
    `fingerprint`: the perceptual hash of a still picture; `film_hashes`: those of a film's frames that were looked at.
    """

    job: DecodeJob
    attempt: int
    state: State
    code: str = ""
    reason: str = ""
    facts: MediaFacts | None = None
    thumbnail: bytes | None = None
    storyboard: bytes | None = None
    problems: tuple[Problem, ...] = ()
    samples: int = 0
    positions: tuple[Position, ...] = ()
    seconds: float = 0.0
    media_seconds: float = 0.0
    decodes: int = 0
    fingerprint: Fingerprint | None = None
    film_hashes: FilmHashes | None = None


DecodeEvent = SamplesReady | Retrying | Decoded
