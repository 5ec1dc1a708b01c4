"""One read of a file gives its three hashes and the bytes that tell its type.

MD5 is the key of hash lists in circulation (VICS, CAID), SHA-256 identifies a content here. Imports nothing heavy: hash
children must start at once.
"""

from __future__ import annotations

import hashlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from core.errors import EvidenceError
from core.evidence.facts import kept
from core.evidence.opening import CannotOpen, open_readonly

__all__ = ["ALGORITHMS", "HEAD", "TAIL", "Changed", "Hashed", "hash_file"]

ALGORITHMS = ("md5", "sha1", "sha256")
HEAD = 4096
TAIL = 128  # ends with the TGA footer and the ID3v1 tag
_SMALL = 4 * 1024 * 1024  # up to here threads cost more than they save
_SLICE = 256 * 1024  # stays in the processor's cache from hash to hash
_BLOCK = 1024 * 1024  # small enough to stay in the cache while three threads hash it
_BLOCKS = 4


class Changed(EvidenceError):
    """The file is not what was listed, or it changed while it was read: no hash of it would mean anything."""

    code = "changed"


class Hashed:
    """Hashes in lower-case hexadecimal (empty: not asked for), size in bytes, and the two ends of the file."""

    __slots__ = ("head", "md5", "sha1", "sha256", "size", "tail")

    def __init__(self, size: int, digests: dict[str, str], head: bytes, tail: bytes) -> None:
        self.size = size
        self.md5 = digests.get("md5", "")
        self.sha1 = digests.get("sha1", "")
        self.sha256 = digests.get("sha256", "")
        self.head = head
        self.tail = tail


class _Digest(Protocol):
    def update(self, data: memoryview[int] | bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


def hash_file(
    path: str | bytes,
    expected: tuple[int, int] | None = None,
    *,
    algorithms: Sequence[str] = ALGORITHMS,
    alive: Callable[[int], None] | None = None,
) -> Hashed:
    """Read the file once and hash it with all `algorithms` (of `ALGORITHMS`) at the same time.

    `expected` is (size in bytes, modification time in ns) as listed. `alive` is called with the bytes read so far, at
    least once for every megabyte, so that somebody who watches can tell slow from stuck.

    Raises `CannotOpen` when the file cannot be opened or read, `Changed` when it differs from the listing or changes
    under the reading. The file is never locked, and its access time stays where the system allows that.
    """
    descriptor = open_readonly(path)
    try:
        before = os.fstat(descriptor)
        if expected is not None and (before.st_size, kept(before.st_mtime_ns)) != (expected[0], kept(expected[1])):
            raise Changed("The file changed between listing and reading, so it was not read.", _CHANGED_ADVICE)
        small = before.st_size <= _SMALL
        hashed = _small(descriptor, algorithms) if small else _large(descriptor, algorithms, alive)
        after = os.fstat(descriptor)
    except OSError as error:
        raise CannotOpen(
            f"The file could not be read to its end ({error.strerror}), so it has no hash.",
            "Check the medium for damage; work on an image of it, then run again.",
        ) from error
    finally:
        os.close(descriptor)
    if hashed.size != before.st_size or _stamp(before) != _stamp(after):
        raise Changed("The file changed while it was read, so it has no hash.", _CHANGED_ADVICE)
    return hashed


_CHANGED_ADVICE = "Make sure that nothing else writes to the source, then run again."


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _small(descriptor: int, algorithms: Sequence[str]) -> Hashed:
    """Read and hash in this thread, through a buffer that is kept: allocating one per file costs a third more."""
    view = _buffer()
    digests = [hashlib.new(name, usedforsecurity=False) for name in algorithms]
    size, head, tail = 0, b"", b""
    while count := _read_into(descriptor, view):
        data = view[:count]
        for digest in digests:
            digest.update(data)
        head = head or bytes(data[:HEAD])
        tail = bytes(data[-TAIL:]) if count >= TAIL else (tail + bytes(data))[-TAIL:]
        size += count
    return Hashed(
        size, {name: digest.hexdigest() for name, digest in zip(algorithms, digests, strict=True)}, head, tail
    )


def _buffer() -> memoryview[int]:
    view: memoryview[int] | None = getattr(_kept, "view", None)
    if view is None:
        view = _kept.view = memoryview(bytearray(_SLICE))
    return view


_kept = threading.local()


def _large(descriptor: int, algorithms: Sequence[str], alive: Callable[[int], None] | None) -> Hashed:
    """This thread reads, one thread for each algorithm hashes the blocks in order (hashlib lets go of the GIL)."""
    lanes = [_Lane(hashlib.new(name, usedforsecurity=False)) for name in algorithms]
    try:
        free = [_Block(len(lanes)) for _ in range(_BLOCKS)]
        size, head, tail, position = 0, b"", b"", 0
        while True:
            block = free[position]
            block.wait()  # until every lane has done with what it held
            count = _fill(descriptor, block.view)
            if not count:
                break
            data = block.view[:count]
            head = head or bytes(data[:HEAD])
            tail = bytes(data[-TAIL:]) if count >= TAIL else (tail + bytes(data))[-TAIL:]
            size += count
            block.hand_out(lanes, count)
            position = (position + 1) % _BLOCKS
            if alive is not None:
                alive(size)
    finally:
        digests = [lane.finish() for lane in lanes]
    return Hashed(size, dict(zip(algorithms, digests, strict=True)), head, tail)


def _fill(descriptor: int, view: memoryview[int]) -> int:
    """Read into the whole view; fewer bytes only at the end of the file."""
    done = 0
    while done < len(view):
        count = _read_into(descriptor, view[done:])
        if not count:
            break
        done += count
    return done


if sys.platform != "win32":

    def _read_into(descriptor: int, view: memoryview[int]) -> int:
        return os.readv(descriptor, [view])

else:

    def _read_into(descriptor: int, view: memoryview[int]) -> int:
        data = os.read(descriptor, len(view))
        view[: len(data)] = data
        return len(data)


class _Block:
    """A buffer that goes from the reader to every lane and back."""

    def __init__(self, lanes: int) -> None:
        self.view: memoryview[int] = memoryview(bytearray(_BLOCK))
        self._lanes = lanes
        self._out = 0
        self._back = threading.Semaphore(0)

    def hand_out(self, lanes: Sequence[_Lane], count: int) -> None:
        self._out = self._lanes
        for lane in lanes:
            lane.work.put((self.view[:count], self._back))

    def wait(self) -> None:
        while self._out:
            self._back.acquire()
            self._out -= 1


class _Lane(threading.Thread):
    """One algorithm, fed with blocks in order."""

    def __init__(self, digest: _Digest) -> None:
        super().__init__(daemon=True)
        self._digest = digest
        self.work: queue.SimpleQueue[tuple[memoryview[int], threading.Semaphore] | None] = queue.SimpleQueue()
        self.start()

    def run(self) -> None:
        while (piece := self.work.get()) is not None:
            data, back = piece
            self._digest.update(data)
            back.release()

    def finish(self) -> str:
        self.work.put(None)
        self.join()
        return self._digest.hexdigest()
