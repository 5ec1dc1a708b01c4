"""Pixels and sound that several processes look at without copying them.

One process (the one that runs the case) creates every segment, keeps it open and removes it; decode children write into
it, the inference child reads from it. Only names and positions travel through pipes.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psutil
from numpy.typing import NDArray

__all__ = ["LocalPixels", "Pixels", "Segment", "SharedPixels", "attach", "own_bytes", "own_bytes_now", "sweep"]

PREFIX = "asservat"
_ATTACHED_AT_MOST = 64
_attaching = threading.Lock()
_attached: OrderedDict[str, shared_memory.SharedMemory] = OrderedDict()


class Pixels(Protocol):
    """Where the values of a sample are. Picklable; `array` may be called in any process on this machine."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def array(self) -> NDArray[Any]:
        """The values themselves, not to be written to; valid until the sample is released."""
        ...


@dataclass(frozen=True, slots=True)
class LocalPixels:
    """Values that live in this process (tests, a server that received them over the wire). Pickling copies them."""

    values: NDArray[Any] = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.values.shape)

    def array(self) -> NDArray[Any]:
        return self.values


@dataclass(frozen=True, slots=True)
class SharedPixels:
    """Values inside a segment: `offset` in bytes, C order, `dtype` as numpy's string (`|u1`, `<f4`)."""

    segment: str
    offset: int
    shape: tuple[int, ...]
    dtype: str = "|u1"

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    def array(self) -> NDArray[Any]:
        # frombuffer, not ndarray(buffer=…): only the former holds the buffer, so that closing a segment that somebody
        # still looks at is refused instead of pulling the pages from under them.
        buffer = attach(self.segment).buf
        assert buffer is not None, "the segment is closed"
        flat = np.frombuffer(buffer, np.dtype(self.dtype), math.prod(self.shape), self.offset)
        flat.flags.writeable = False
        return flat.reshape(self.shape)


def attach(name: str) -> shared_memory.SharedMemory:
    """The segment of that name, mapped once per process and kept (least recently used out at 64)."""
    with _attaching:  # two mappings of one segment would mean that one of them is thrown away while it is looked at
        memory = _attached.get(name)
        if memory is None:
            memory = shared_memory.SharedMemory(name=name)
            _attached[name] = memory
            while len(_attached) > _ATTACHED_AT_MOST:
                _, old = _attached.popitem(last=False)
                _close(old)
        else:
            _attached.move_to_end(name)
        return memory


def _close(memory: shared_memory.SharedMemory) -> None:
    # A view that is still alive makes close() raise; the mapping then goes with the process.
    with contextlib.suppress(BufferError, OSError):
        memory.close()


class Segment:
    """A piece of shared memory owned by this process. Its name tells the owner, so that leftovers can be swept."""

    def __init__(self, size: int) -> None:
        name = f"{PREFIX}-{os.getpid()}-{os.urandom(6).hex()}"
        self._memory = shared_memory.SharedMemory(name=name, create=True, size=size)
        self.name = name
        self.size = size

    def close(self) -> None:
        """Unmap and remove. Readers that still hold a mapping keep it until they end."""
        kept = _attached.pop(self.name, None)
        if kept is not None:
            _close(kept)
        _close(self._memory)
        with contextlib.suppress(FileNotFoundError):
            self._memory.unlink()

    def __enter__(self) -> Segment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sweep(directory: Path = Path("/dev/shm")) -> int:  # noqa: S108 - where Linux keeps shared memory
    """Remove segments whose owner no longer lives (it was killed together with its clean-up). Returns how many.

    Linux only: elsewhere the system frees them with the last process that had them open.
    """
    if not sys.platform.startswith("linux") or not directory.is_dir():
        return 0
    removed = 0
    for path in directory.glob(f"{PREFIX}-*"):
        match = re.fullmatch(rf"{PREFIX}-(\d+)-[0-9a-f]{{12}}", path.name)
        if match and not psutil.pid_exists(int(match[1])):
            with contextlib.suppress(OSError):
                path.unlink()
                removed += 1
    return removed


def own_bytes(process: psutil.Process) -> int:
    """Memory that is this process's alone. What is shared (segments, libraries) is not: with it, every child that looks
    at pixels would seem as large as all pixels. Raises `psutil.Error`."""
    used = process.memory_info()
    return int(getattr(used, "private", used.rss - getattr(used, "shared", 0)))  # Windows counts private bytes itself


def own_bytes_now(process: psutil.Process | None) -> int:
    """The same for who watches over a child: 0 when it is gone, or was never seen (None)."""
    if process is None:
        return 0
    try:
        return own_bytes(process)
    except psutil.Error:
        return 0
