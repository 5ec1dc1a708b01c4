"""What the desk asks of a preview child and what it answers; every answer is checked before anybody believes it.

Questions travel pickled (the child trusts its parent). Answers never do: like those of the decode children they are
JSON and raw bytes of limited size (`core.decode.pipe`), and pixels or sound lie in a segment that the parent made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from core.decode.jobs import DecodeJob
from core.decode.pipe import LARGEST_SIDE, Beat, Ready, integer, no_nonsense, number, optional_number, text
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
    return no_nonsense(message, lambda fields, blobs: _reply(fields, blobs, capacity))


def _reply(fields: dict[str, Any], blobs: list[bytes | None], capacity: int) -> Reply:
    match fields["t"]:
        case "ready":
            return Ready()
        case "beat":
            return Beat(integer(fields["serial"]), number(fields["at"]))
        case "picture":
            return _picture(fields, capacity)
        case "peaks":
            return _heard(fields, blobs)
        case "sound":
            return SoundPlaced(
                integer(fields["serial"]), integer(fields["frames"], 0, capacity // 4), number(fields["at"])
            )
        case "refused":
            state, reason = State(fields["state"]), text(fields["reason"], 4000)
            if not reason:
                raise ValueError("a refusal without a reason")
            return Refused(integer(fields["serial"]), state, text(fields["code"], 100), reason)
        case other:
            raise ValueError(f"unknown answer {other!r:.50}")


def _picture(fields: dict[str, Any], capacity: int) -> PicturePlaced:
    height, width, channels = (integer(value, 0, LARGEST_SIDE * 1000) for value in fields["shape"])
    if channels != 3 or not 0 < height * width * 3 <= capacity:
        raise ValueError("a picture outside its segment")
    wide, high = (integer(value, 0, 2**31) for value in fields["size"])
    return PicturePlaced(
        integer(fields["serial"]),
        (height, width, 3),
        (wide, high),
        integer(fields["number"]),
        integer(fields["count"]),
        text(fields["kind"], 20),
        optional_number(fields["time"]),
        optional_number(fields["end"]),
        optional_number(fields["rate"]),
        fields["variable"] is True,
        fields["has_sound"] is True,
        text(fields["caution"], 4000),
    )


def _heard(fields: dict[str, Any], blobs: list[bytes | None]) -> Heard:
    low, high = blobs
    step = number(fields["step"])
    if low is None or high is None or len(low) != len(high) or step <= 0:
        raise ValueError("peaks that do not fit together")
    return Heard(integer(fields["serial"]), step, low, high, fields["done"] is True, text(fields["caution"], 4000))
