"""What the desk asks of a preview child and what it answers; every answer is checked before anybody believes it.

Questions travel pickled (the child trusts its parent). Answers never do: like those of the decode children they are
JSON and raw bytes of limited size (`core.decode.wire`), and pixels or sound lie in a segment that the parent made.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any, Literal

from core.decode.jobs import DecodeJob
from core.decode.wire import LARGEST_MESSAGE, Nonsense
from core.records import Region, State

__all__ = [
    "AS_IT_IS",
    "Ask",
    "Beat",
    "Heard",
    "PicturePlaced",
    "Ready",
    "Refused",
    "Reply",
    "SoundPlaced",
    "Treatment",
    "parse",
]

_LARGEST_SIDE = 1_000_000
_LONGEST_TIME = 10.0**9


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is taken away from the pixels before they leave the child. Nothing here protects anybody; it lessens.

    `side`: the longer side is reduced to this many pixels (0: as it is). `masks`: regions of which only the mean colour
    is left. `blur`: only forms of a 24th of the longer side are left. `grey`: no colours. `crop`: only this region is
    left; it is cut out of as many pixels as there are, so that a small face is not a smear.
    """

    side: int = 0
    blur: bool = False
    grey: bool = False
    masks: tuple[Region, ...] = ()
    crop: Region | None = None


AS_IT_IS = Treatment()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `jobs`: the copies of the content, tried in order until one can be opened unchanged.

    `picture`: page or animation frame `number` of a still picture. `frame`: frame `number` of a film, or the one shown
    at `time` seconds when that is given; a keyframe within `slack` seconds will do. `peaks`: the loudness.
    `sound`: `seconds` of sound from `time` on. `most`: pixels of the answer at most.
    """

    what: Literal["picture", "frame", "peaks", "sound"]
    jobs: tuple[DecodeJob, ...]
    segment: str = ""
    capacity: int = 0
    number: int = 0
    time: float | None = None
    seconds: float = 0.0
    most: int = 2_000_000
    slack: float = 0.0
    treatment: Treatment = AS_IT_IS


@dataclass(frozen=True, slots=True)
class Ready:
    """The child has loaded its libraries."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The work goes on."""

    serial: int
    at: float


@dataclass(frozen=True, slots=True)
class PicturePlaced:
    """Pixels at the beginning of the segment. `size`: of the upright original; `number` of `count` pages or frames."""

    serial: int
    shape: tuple[int, int, int]
    size: tuple[int, int]
    number: int
    count: int
    kind: str
    time: float | None
    end: float | None
    rate: float | None
    variable: bool
    has_sound: bool
    caution: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Loudest and softest values per step of `step` seconds, −127…127, as bytes; `done` False: more is coming."""

    serial: int
    step: float
    low: bytes
    high: bytes
    done: bool
    caution: str


@dataclass(frozen=True, slots=True)
class SoundPlaced:
    """Sound at the beginning of the segment: 16-bit stereo at 48 kHz, `frames` of it, beginning at `time` seconds."""

    serial: int
    frames: int
    time: float


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be shown or heard, and why."""

    serial: int
    state: State
    code: str
    reason: str


Reply = Ready | Beat | PicturePlaced | Heard | SoundPlaced | Refused


def parse(message: bytes, capacity: int) -> Reply:
    """A checked answer. Raises `Nonsense` for anything that a sound child would not send."""
    try:
        (length,) = struct.unpack_from("!I", message)
        fields = json.loads(message[4 : 4 + length].decode(), parse_constant=_no_constant)
        blobs = _blobs(fields["blobs"], message[4 + length :])
        match fields["t"]:
            case "ready":
                return Ready()
            case "beat":
                return Beat(_whole(fields["serial"]), _number(fields["at"]))
            case "picture":
                return _picture(fields, capacity)
            case "peaks":
                return _heard(fields, blobs)
            case "sound":
                return SoundPlaced(
                    _whole(fields["serial"]), _whole(fields["frames"], capacity // 4), _number(fields["at"])
                )
            case "refused":
                state, reason = State(fields["state"]), _text(fields["reason"], 4000)
                if not reason:
                    raise ValueError("a refusal without a reason")
                return Refused(_whole(fields["serial"]), state, _text(fields["code"], 100), reason)
            case other:
                raise ValueError(f"unknown answer {other!r:.50}")
    except (ValueError, KeyError, TypeError, IndexError, struct.error, RecursionError, OverflowError) as error:
        raise Nonsense(f"{type(error).__name__}: {error}") from error


def _picture(fields: dict[str, Any], capacity: int) -> PicturePlaced:
    height, width, channels = (_whole(value, _LARGEST_SIDE * 1000) for value in fields["shape"])
    if channels != 3 or not 0 < height * width * 3 <= capacity:
        raise ValueError("a picture outside its segment")
    wide, high = (_whole(value, 2**31) for value in fields["size"])
    return PicturePlaced(
        _whole(fields["serial"]),
        (height, width, 3),
        (wide, high),
        _whole(fields["number"]),
        _whole(fields["count"]),
        _text(fields["kind"], 20),
        _optional(fields["time"]),
        _optional(fields["end"]),
        _optional(fields["rate"]),
        fields["variable"] is True,
        fields["has_sound"] is True,
        _text(fields["caution"], 4000),
    )


def _heard(fields: dict[str, Any], blobs: list[bytes]) -> Heard:
    low, high = blobs
    step = _number(fields["step"])
    if len(low) != len(high) or step <= 0:
        raise ValueError("peaks that do not fit together")
    return Heard(_whole(fields["serial"]), step, low, high, fields["done"] is True, _text(fields["caution"], 4000))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _blobs(sizes: list[Any], rest: bytes) -> list[bytes]:
    found = []
    for size in sizes:
        blob, rest = rest[: _whole(size, LARGEST_MESSAGE)], rest[size:]
        if len(blob) != size:
            raise ValueError("bytes are missing")
        found.append(blob)
    if rest:
        raise ValueError("bytes are left over")
    return found


def _whole(value: Any, high: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= high:
        raise ValueError(f"not a whole number up to {high}: {value!r:.50}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= _LONGEST_TIME:
        raise ValueError(f"not a time: {value!r:.50}")
    return float(value)


def _optional(value: Any) -> float | None:
    return None if value is None else _number(value)


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str) or len(value) > length:
        raise ValueError("not a text, or too long")
    value.encode()
    return value
