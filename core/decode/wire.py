"""What a decode child says to its parent, and why the parent believes it only after looking.

A decoder that has been taken over by a hostile file may send anything. So nothing is unpickled: a message is a length,
JSON and raw bytes, of limited size, and every field is checked here before anything else sees it. `Nonsense` means
that the child cannot be trusted any more.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from core.decode.jobs import Fingerprint, MediaFacts
from core.decode.jpeg_size import jpeg_size
from core.film_hashes import FilmHashes
from core.records import Problem, SampleKind, State

__all__ = [
    "LARGEST_MESSAGE",
    "Beat",
    "Done",
    "Filled",
    "Inbox",
    "Message",
    "Nonsense",
    "OutOfMemory",
    "Placed",
    "Ready",
    "Waiting",
    "parse",
    "send",
]

LARGEST_MESSAGE = 4 * 1024 * 1024
_LARGEST_FACTS = 512 * 1024  # as JSON text
_LARGEST_SIDE = 1_000_000
_LONGEST_TIME = 10.0**9
_HASH_BYTES = 32
_THUMBNAIL_SIDE = 256
_STORYBOARD_SIDE = 1280
_ENDS = {State.DONE, State.PARTIAL, State.UNSUPPORTED, State.FAILED}
_FLOAT = 4  # bytes of one value of sound


class Nonsense(Exception):
    """A message that a sound child would not send."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The child has loaded its libraries."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The work goes on: this many seconds of the medium are behind it."""

    serial: int
    at: float


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


def send(outbox: Connection, fields: Mapping[str, Any], *blobs: bytes | None) -> None:
    """Child's side: send one message. `blobs` follow the JSON, None for one that is not there."""
    sizes = [None if blob is None else len(blob) for blob in blobs]
    text = json.dumps({**fields, "blobs": sizes}, allow_nan=False).encode()
    outbox.send_bytes(b"".join([struct.pack("!I", len(text)), text, *(blob for blob in blobs if blob is not None)]))


class Inbox:
    """Parent's end of the child's pipe. `messages` never blocks, even when a child stops in the middle of a message."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ended = False
        self._buffer = bytearray()
        if sys.platform != "win32":
            os.set_blocking(connection.fileno(), False)

    def messages(self) -> Iterator[bytes]:
        """Every whole message that has arrived. Sets `ended` when the child has closed its end."""
        if sys.platform == "win32":
            yield from self._by_message()
        else:
            yield from self._by_bytes()

    def _by_message(self) -> Iterator[bytes]:
        # Windows pipes keep messages whole, so reading one that has arrived does not block.
        try:
            while self.connection.poll():
                yield self.connection.recv_bytes(LARGEST_MESSAGE)
        except EOFError:
            self.ended = True
        except OSError as error:  # longer than allowed, or broken
            self.ended = True
            raise Nonsense(f"unreadable message: {error}") from error

    def _by_bytes(self) -> Iterator[bytes]:
        # The framing of multiprocessing.connection on POSIX: a signed 32-bit length, or -1 and a 64-bit length.
        while True:
            try:
                chunk = os.read(self.connection.fileno(), 1 << 16)
            except BlockingIOError:
                break
            except OSError:
                chunk = b""
            if not chunk:
                self.ended = True
                break
            self._buffer += chunk
            yield from self._whole()

    def _whole(self) -> Iterator[bytes]:
        while len(self._buffer) >= 4:
            (size,) = struct.unpack_from("!i", self._buffer)
            if not 0 <= size <= LARGEST_MESSAGE:
                raise Nonsense(f"message of {size} bytes")
            if len(self._buffer) < 4 + size:
                return
            message = bytes(self._buffer[4 : 4 + size])
            del self._buffer[: 4 + size]
            yield message


def parse(message: bytes, slot_bytes: int) -> Message:
    """Parent's side: a checked message. Raises `Nonsense` for anything that does not hold together."""
    try:
        (length,) = struct.unpack_from("!I", message)
        fields = json.loads(message[4 : 4 + length].decode(), parse_constant=_no_constant)
        blobs = _blobs(fields["blobs"], message[4 + length :])
        return _PARSERS[fields["t"]](fields, blobs, slot_bytes)
    except (ValueError, KeyError, TypeError, IndexError, struct.error, RecursionError, OverflowError) as error:
        raise Nonsense(f"{type(error).__name__}: {error}") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _blobs(sizes: list[int | None], rest: bytes) -> list[bytes | None]:
    found: list[bytes | None] = []
    for size in sizes:
        if size is None:
            found.append(None)
            continue
        blob, rest = rest[: _integer(size, 1, LARGEST_MESSAGE)], rest[size:]
        if len(blob) != size:
            raise ValueError("bytes are missing")
        found.append(blob)
    if rest:
        raise ValueError("bytes are left over")
    return found


def _ready(_fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Ready:
    return Ready()


def _beat(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Beat:
    return Beat(_integer(fields["serial"]), _number(fields["at"], 0, _LONGEST_TIME))


def _waiting(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> Waiting:
    return Waiting(_integer(fields["serial"]))


def _memory(fields: dict[str, Any], _blobs: list[bytes | None], _slot: int) -> OutOfMemory:
    return OutOfMemory(_integer(fields["serial"]))


def _filled(fields: dict[str, Any], _blobs: list[bytes | None], slot: int) -> Filled:
    samples = tuple(_placed(sample, slot) for sample in fields["samples"])
    if not samples:
        raise ValueError("a slot without samples")
    end = 0
    for sample in samples:
        if sample.offset < end:
            raise ValueError("samples overlap")
        end = sample.offset + sample.nbytes
    return Filled(_integer(fields["serial"]), samples, _number(fields["at"], 0, _LONGEST_TIME))


def _placed(fields: dict[str, Any], slot: int) -> Placed:
    kind = SampleKind(fields["kind"])
    if kind is SampleKind.SOUND:
        return _heard(fields, slot)
    height, width, channels = (_integer(value, 1, _LARGEST_SIDE * 1000) for value in fields["shape"])
    offset = _integer(fields["offset"], 0, slot)
    if channels != 3 or offset + height * width * 3 > slot:
        raise ValueError("a sample outside its slot")
    media_width, media_height = (_integer(value, 1, 2**31) for value in fields["size"])
    time = fields["time"]
    return Placed(
        _integer(fields["index"]),
        kind,
        offset,
        (height, width, 3),
        (media_width, media_height),
        None if time is None else _number(time, 0, _LONGEST_TIME),
        _optional_integer(fields["frame"]),
        _optional_integer(fields["page"]),
    )


def _heard(fields: dict[str, Any], slot: int) -> Placed:
    (count,) = (_integer(value, 1, slot) for value in fields["shape"])
    offset = _integer(fields["offset"], 0, slot)
    if offset % _FLOAT or offset + count * _FLOAT > slot:
        raise ValueError("a sample outside its slot")
    return Placed(
        _integer(fields["index"]),
        SampleKind.SOUND,
        offset,
        (count,),
        (0, 0),
        _number(fields["time"], 0, _LONGEST_TIME),
        None,
        None,
        _number(fields["duration"], 0, _LONGEST_TIME),
    )


def _done(fields: dict[str, Any], blobs: list[bytes | None], _slot: int) -> Done:
    state = State(fields["state"])
    reason = _text(fields["reason"], 4000)
    if state not in _ENDS or (state is State.DONE) != (reason == ""):
        raise ValueError(f"an end that is none: {state}")
    problems = tuple(
        Problem(_text(code, 100), _text(message, 4000), _text(detail, 8000))
        for code, message, detail in fields["problems"][:1000]
    )
    thumbnail, storyboard, hashes = blobs
    return Done(
        _integer(fields["serial"]),
        state,
        _text(fields["code"], 100),
        reason,
        None if fields["facts"] is None else _facts(fields["facts"]),
        _picture(thumbnail, _THUMBNAIL_SIDE),
        _picture(storyboard, _STORYBOARD_SIDE),
        problems,
        _number(fields["seconds"], 0, _LONGEST_TIME),
        _number(fields["media_seconds"], 0, _LONGEST_TIME),
        _integer(fields["decodes"]),
        _fingerprint(fields.get("fingerprint")),
        None if hashes is None else FilmHashes.unpack(hashes),
    )


def _fingerprint(found: Any) -> Fingerprint | None:
    if found is None:
        return None
    digits, quality = found
    bits = bytes.fromhex(_text(digits, 2 * _HASH_BYTES))
    if len(bits) != _HASH_BYTES:
        raise ValueError("a fingerprint of another length")
    return Fingerprint(bits, _integer(quality, 0, 100))


def _facts(fields: dict[str, Any]) -> MediaFacts:
    raw, normal = fields["raw"], fields["normal"]
    if not isinstance(raw, dict) or not isinstance(normal, dict):
        raise TypeError("metadata is not an object")
    if len(json.dumps(raw)) + len(json.dumps(normal)) > _LARGEST_FACTS:
        raise ValueError("too much metadata")

    def integer(name: str, low: int = 0, high: int = 2**53) -> int | None:
        return None if fields[name] is None else _integer(fields[name], low, high)

    def number(name: str, low: float, high: float) -> float | None:
        return None if fields[name] is None else _number(fields[name], low, high)

    def text(name: str) -> str | None:
        return None if fields[name] is None else _text(fields[name], 1000)

    return MediaFacts(
        width=integer("width"),
        height=integer("height"),
        duration=number("duration", 0, _LONGEST_TIME),
        orientation=integer("orientation", 1, 8),
        format=text("format"),
        frames=integer("frames"),
        taken=text("taken"),
        latitude=number("latitude", -90, 90),
        longitude=number("longitude", -180, 180),
        camera=text("camera"),
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


def _integer(value: Any, low: int = 0, high: int = 2**53) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"not a whole number from {low} to {high}: {value!r:.50}")
    return value


def _optional_integer(value: Any) -> int | None:
    return None if value is None else _integer(value)


def _number(value: Any, low: float, high: float) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"not a number from {low} to {high}: {value!r:.50}")
    return float(value)


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str) or len(value) > length:
        raise ValueError("not a text, or too long")
    value.encode()  # no lone surrogates: the case stores UTF-8
    return value


_PARSERS: dict[str, Callable[[dict[str, Any], list[bytes | None], int], Message]] = {
    "ready": _ready,
    "beat": _beat,
    "waiting": _waiting,
    "memory": _memory,
    "filled": _filled,
    "done": _done,
}
