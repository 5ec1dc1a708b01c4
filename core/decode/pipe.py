"""The pipe between a child and its parent: messages of limited size, framed without pickling, read without blocking.

A message is a length, JSON and raw bytes. What its fields say is checked by `core.decode.wire` and
`core.decode.preview_wire`, with the helpers at the end of this module; `Nonsense` means that the child cannot be
trusted any more.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

__all__ = [
    "LARGEST_MESSAGE",
    "LARGEST_SIDE",
    "LONGEST_TIME",
    "Beat",
    "Inbox",
    "Nonsense",
    "Ready",
    "end_child",
    "integer",
    "no_nonsense",
    "number",
    "optional_integer",
    "optional_number",
    "send",
    "text",
]

LARGEST_MESSAGE = 4 * 1024 * 1024
LARGEST_SIDE = 1_000_000  # pixels
LONGEST_TIME = 10.0**9  # seconds
Parsed = TypeVar("Parsed")


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


def end_child(process: BaseProcess, outbox: Connection, inbox: Inbox) -> None:
    """End a child now and let go of everything. After this nobody writes into its shared memory any more."""
    with contextlib.suppress(OSError):
        outbox.close()
    if process.is_alive():
        process.kill()
    process.join(10.0)
    with contextlib.suppress(OSError):
        inbox.connection.close()
    with contextlib.suppress(ValueError):  # still alive in an uninterruptible read: the system ends it afterwards
        process.close()


def no_nonsense(message: bytes, parse: Callable[[dict[str, Any], list[bytes | None]], Parsed]) -> Parsed:
    """Take a message apart and let `parse` make something of its fields and raw bytes. Whatever does not hold together,
    there or here, is `Nonsense`."""
    try:
        (length,) = struct.unpack_from("!I", message)
        fields = json.loads(message[4 : 4 + length].decode(), parse_constant=_no_constant)
        return parse(fields, _blobs(fields["blobs"], message[4 + length :]))
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
        blob, rest = rest[: integer(size, 0, LARGEST_MESSAGE)], rest[size:]
        if len(blob) != size:
            raise ValueError("bytes are missing")
        found.append(blob)
    if rest:
        raise ValueError("bytes are left over")
    return found


# Checks of single fields. Each raises `ValueError`, which `no_nonsense` makes `Nonsense`.


def integer(value: Any, low: int = 0, high: int = 2**53) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"not a whole number from {low} to {high}: {value!r:.50}")
    return value


def optional_integer(value: Any) -> int | None:
    return None if value is None else integer(value)


def number(value: Any, low: float = 0.0, high: float = LONGEST_TIME) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"not a number from {low} to {high}: {value!r:.50}")
    return float(value)


def optional_number(value: Any) -> float | None:
    return None if value is None else number(value)


def text(value: Any, length: int) -> str:
    if not isinstance(value, str) or len(value) > length:
        raise ValueError("not a text, or too long")
    value.encode()  # no lone surrogates: the case stores UTF-8
    return value
