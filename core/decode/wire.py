"""What a decode child says to its parent, and why the parent believes it only after looking.

A decoder that has been taken over by a hostile file may send anything. So nothing is unpickled: a message is a length,
JSON and raw bytes, of limited size, and every field is checked here before anything else sees it. `Nonsense` means
that the child cannot be trusted any more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.decode.jobs import Fingerprint, MediaFacts
from core.decode.jpeg_size import jpeg_size
from core.decode.pipe import (
    LARGEST_SIDE,
    LONGEST_TIME,
    Beat,
    Ready,
    integer,
    no_nonsense,
    number,
    optional_integer,
    text,
)
from core.film_hashes import FilmHashes
from core.records import Problem, SampleKind, State

__all__ = [
    "Beat",
    "Done",
    "Filled",
    "Message",
    "OutOfMemory",
    "Placed",
    "Ready",
    "Waiting",
    "parse",
]

_LARGEST_FACTS = 512 * 1024  # as JSON text
_HASH_BYTES = 32
_THUMBNAIL_SIDE = 256
_STORYBOARD_SIDE = 1280
_ENDS = {State.DONE, State.PARTIAL, State.UNSUPPORTED, State.FAILED}
_FLOAT = 4  # bytes of one value of sound


@dataclass(frozen=True, slots=True)
class Waiting:
    """The child cannot go on before it gets a slot."""

    serial: int


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The child ran into its memory limit and has ended itself."""

    serial: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One sample in the slot: `offset` in bytes, `shape` height × width × 3 bytes, or a number of 32-bit floats of
    sound, which has a `duration` in seconds and no `size`."""

    index: int
    kind: SampleKind
    offset: int
    shape: tuple[int, ...]
    size: tuple[int, int]
    time: float | None
    frame: int | None
    page: int | None
    duration: float | None = None

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * (_FLOAT if self.kind is SampleKind.SOUND else 1)


@dataclass(frozen=True, slots=True)
class Filled:
    """The slot that the child had in hand holds these samples."""

    serial: int
    samples: tuple[Placed, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Done:
    """The file is finished."""

    serial: int
    state: State
    code: str
    reason: str
    facts: MediaFacts | None
    thumbnail: bytes | None
    storyboard: bytes | None
    problems: tuple[Problem, ...]
    seconds: float
    media_seconds: float
    decodes: int
    fingerprint: Fingerprint | None = None
    film_hashes: FilmHashes | None = None


Message = Ready | Beat | Waiting | OutOfMemory | Filled | Done


def parse(message: bytes, slot_bytes: int) -> Message:
    """Parent's side: a checked message. Raises `Nonsense` for anything that does not hold together."""
    return no_nonsense(message, lambda fields, blobs: _PARSERS[fields["t"]](fields, blobs, slot_bytes))


def _ready(_fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Ready:
    return Ready()


def _beat(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Beat:
    return Beat(integer(fields["serial"]), number(fields["at"]))


def _waiting(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Waiting:
    return Waiting(integer(fields["serial"]))


def _memory(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> OutOfMemory:
    return OutOfMemory(integer(fields["serial"]))


def _filled(fields: dict[str, Any], _blobs: list[bytes | None], slot: int) -> Filled:
    samples = tuple(_placed(sample, slot) for sample in fields["samples"])
    if not samples:
        raise ValueError("a slot without samples")
    end = 0
    for sample in samples:
        if sample.offset < end:
            raise ValueError("samples overlap")
        end = sample.offset + sample.nbytes
    return Filled(integer(fields["serial"]), samples, number(fields["at"]))


def _placed(fields: dict[str, Any], slot: int) -> Placed:
    kind = SampleKind(fields["kind"])
    if kind is SampleKind.SOUND:
        return _heard(fields, slot)
    height, width, channels = (integer(value, 1, LARGEST_SIDE * 1000) for value in fields["shape"])
    offset = integer(fields["offset"], 0, slot)
    if channels != 3 or offset + height * width * 3 > slot:
        raise ValueError("a sample outside its slot")
    media_width, media_height = (integer(value, 1, 2**31) for value in fields["size"])
    time = fields["time"]
    return Placed(
        integer(fields["index"]),
        kind,
        offset,
        (height, width, 3),
        (media_width, media_height),
        None if time is None else number(time),
        optional_integer(fields["frame"]),
        optional_integer(fields["page"]),
    )


def _heard(fields: dict[str, Any], slot: int) -> Placed:
    (count,) = (integer(value, 1, slot) for value in fields["shape"])
    offset = integer(fields["offset"], 0, slot)
    if offset % _FLOAT or offset + count * _FLOAT > slot:
        raise ValueError("a sample outside its slot")
    return Placed(
        integer(fields["index"]),
        SampleKind.SOUND,
        offset,
        (count,),
        (0, 0),
        number(fields["time"]),
        None,
        None,
        number(fields["duration"]),
    )


def _done(fields: dict[str, Any], blobs: list[bytes | None], _slot: int) -> Done:
    state = State(fields["state"])
    reason = text(fields["reason"], 4000)
    if state not in _ENDS or (state is State.DONE) != (reason == ""):
        raise ValueError(f"an end that is none: {state}")
    problems = tuple(
        Problem(text(code, 100), text(message, 4000), text(detail, 8000))
        for code, message, detail in fields["problems"][:1000]
    )
    thumbnail, storyboard, hashes = blobs
    return Done(
        integer(fields["serial"]),
        state,
        text(fields["code"], 100),
        reason,
        None if fields["facts"] is None else _facts(fields["facts"]),
        _picture(thumbnail, _THUMBNAIL_SIDE),
        _picture(storyboard, _STORYBOARD_SIDE),
        problems,
        number(fields["seconds"]),
        number(fields["media_seconds"]),
        integer(fields["decodes"]),
        _fingerprint(fields.get("fingerprint")),
        _film_hashes(hashes),
    )


def _fingerprint(found: Any) -> Fingerprint | None:
    if found is None:
        return None
    digits, quality = found
    bits = bytes.fromhex(text(digits, 2 * _HASH_BYTES))
    if len(bits) != _HASH_BYTES:
        raise ValueError("a fingerprint of another length")
    return Fingerprint(bits, integer(quality, 0, 100))


def _film_hashes(blob: bytes | None) -> FilmHashes | None:
    if blob == b"":
        raise ValueError("hashes of no frame")
    return None if blob is None else FilmHashes.unpack(blob)


def _facts(fields: dict[str, Any]) -> MediaFacts:
    raw, normal = fields["raw"], fields["normal"]
    if not isinstance(raw, dict) or not isinstance(normal, dict):
        raise TypeError("metadata is not an object")
    if len(json.dumps(raw)) + len(json.dumps(normal)) > _LARGEST_FACTS:
        raise ValueError("too much metadata")

    def whole(name: str, low: int = 0, high: int = 2**53) -> int | None:
        return None if fields[name] is None else integer(fields[name], low, high)

    def real(name: str, low: float, high: float) -> float | None:
        return None if fields[name] is None else number(fields[name], low, high)

    def words(name: str) -> str | None:
        return None if fields[name] is None else text(fields[name], 1000)

    return MediaFacts(
        width=whole("width"),
        height=whole("height"),
        duration=real("duration", 0, LONGEST_TIME),
        orientation=whole("orientation", 1, 8),
        format=words("format"),
        frames=whole("frames"),
        taken=words("taken"),
        latitude=real("latitude", -90, 90),
        longitude=real("longitude", -180, 180),
        camera=words("camera"),
        raw=raw,
        normal=normal,
    )


def _picture(blob: bytes | None, side: int) -> bytes | None:
    if blob is None:
        return None
    width, height = jpeg_size(blob)
    if not (0 < width <= side and 0 < height <= side):
        raise ValueError(f"a thumbnail of {width} × {height}")
    return blob


_PARSERS: dict[str, Callable[[dict[str, Any], list[bytes | None], int], Message]] = {
    "ready": _ready,
    "beat": _beat,
    "waiting": _waiting,
    "memory": _memory,
    "filled": _filled,
    "done": _done,
}
