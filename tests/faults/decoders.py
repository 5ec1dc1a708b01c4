"""A test format whose decoder does on command what hostile files do to real decoders.

A file begins with `ASVTEST ` and a command:

    ok | frames N [PAUSE]              what a sound decoder does
    segfault | abort | exit | bus      the process ends
    hang | sleep | burn                no end: waiting in Python, waiting in C with the interpreter locked, computing
    eat | raise                        memory without end, an exception
    lie | lie-late | flood | half      messages that are no messages
    partial                            three samples, then segfault
    once                               segfault unless a file `.again` lies beside it
    network | write                    what a decoder may not do

Use it through `extra_decoders=("tests.faults.decoders:factory",)`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from core.decode import pipe
from core.decode.jobs import DecodeJob, MediaFacts
from core.decode.pixels import Pixels8
from core.decode.reading import Decoder, Reading
from core.decode.sink import Sink
from core.decode.thumbnail import thumbnail
from core.records import SampleKind

__all__ = ["MAGIC", "factory", "write"]

MAGIC = b"ASVTEST "


def write(path: Path, command: str) -> Path:
    """Make a test file that has the decoder do `command`."""
    path.write_bytes(MAGIC + command.encode() + b"\n" + path.name.encode())
    return path


def factory(_job: DecodeJob, header: bytes) -> Decoder | None:
    """The decoder for files of the test format."""
    return _decode if header.startswith(MAGIC) else None


def _decode(file: BinaryIO, job: DecodeJob, sink: Sink) -> Reading:
    command, *arguments = file.read(200)[len(MAGIC) :].split(b"\n")[0].decode().split()
    _COMMANDS[command](job, sink, *arguments)
    shown = _picture(sink, SampleKind.IMAGE) if not sink.index and sink.wanted else np.zeros((4, 4, 3), np.uint8)
    return Reading(facts=MediaFacts(width=8, height=6, format="TEST"), thumbnail=thumbnail(shown))


def _picture(sink: Sink, kind: SampleKind, number: int | None = None) -> Pixels8:
    pixels = sink.place(6, 8)
    pixels[:] = 100 if number is None else number % 256
    sink.add(kind, (8, 6), at=None if number is None else float(number), frame=number)
    return pixels


def _ok(_job: DecodeJob, _sink: Sink) -> None:
    pass


def _frames(_job: DecodeJob, sink: Sink, count: str, pause: str = "0") -> None:
    for number in range(int(count)):
        _picture(sink, SampleKind.FRAME, number)
        sink.flush()
        time.sleep(float(pause))


def _segfault(*_: object) -> None:
    ctypes.string_at(0)


def _bus(*_: object) -> None:
    """As writing into shared memory ends when there is none left to give."""
    os.kill(os.getpid(), signal.SIGBUS)


def _abort(*_: object) -> None:
    os.abort()


def _exit(*_: object) -> None:
    os._exit(7)


def _hang(*_: object) -> None:
    while True:
        time.sleep(0.01)


def _sleep(*_: object) -> None:
    ctypes.PyDLL(None).sleep(3600)  # PyDLL keeps the interpreter lock, so no thread of this process can act


def _burn(*_: object) -> None:
    while True:
        sum(range(1000))


def _eat(*_: object) -> None:
    kept = []
    while True:
        kept.append(np.ones(8_000_000))


def _raise(*_: object) -> None:
    raise RuntimeError("the decoder is broken")


def _lie(_job: DecodeJob, sink: Sink) -> None:
    sink.outbox.send_bytes(b"\x00\x00\x00\x02{}")
    time.sleep(60)


def _lie_late(_job: DecodeJob, sink: Sink) -> None:
    """Samples that would lie outside the slot."""
    sample = {"index": 0, "kind": "image", "offset": sink.capacity - 3, "shape": [100, 100, 3], "size": [100, 100]}
    sample |= {"time": None, "frame": None, "page": None}
    pipe.send(sink.outbox, {"t": "filled", "serial": sink.serial, "samples": [sample], "at": 0.0})
    time.sleep(60)


def _flood(_job: DecodeJob, sink: Sink) -> None:
    sink.outbox.send_bytes(b"x" * (pipe.LARGEST_MESSAGE + 1))


def _half(_job: DecodeJob, sink: Sink) -> None:
    """The beginning of a message, and then nothing."""
    os.write(sink.outbox.fileno(), b"\x00\x00\x10\x00abc")
    time.sleep(60)


def _partial(job: DecodeJob, sink: Sink) -> None:
    _frames(job, sink, "3")
    _segfault()


def _once(job: DecodeJob, sink: Sink) -> None:
    _picture(sink, SampleKind.IMAGE)
    sink.flush()
    if not Path(job.path + ".again").exists():
        _segfault()


def _network(*_: object) -> None:
    socket.socket()


def _write(job: DecodeJob, _sink: Sink) -> None:
    Path(job.path + ".written").write_bytes(b"x")


_COMMANDS: dict[str, Callable[..., None]] = {
    "ok": _ok,
    "frames": _frames,
    "segfault": _segfault,
    "abort": _abort,
    "bus": _bus,
    "exit": _exit,
    "hang": _hang,
    "sleep": _sleep,
    "burn": _burn,
    "eat": _eat,
    "raise": _raise,
    "lie": _lie,
    "lie-late": _lie_late,
    "flood": _flood,
    "half": _half,
    "partial": _partial,
    "once": _once,
    "network": _network,
    "write": _write,
}
