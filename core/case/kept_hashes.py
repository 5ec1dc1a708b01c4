"""Millions of hashes in one file, looked up without being loaded.

Sorted runs of at most four million hashes each, one after the other: first the leading eight bytes of all hashes of the
run as numbers (little-endian, ascending), then the rest of each hash in the same order. At the end a table of the runs
(JSON) and its length. So a list of any length is written in bounded memory, and looking up a few hundred hashes reads a
few pages of it. 16, 20 or 32 bytes a hash: MD5, SHA-1, SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["WIDTHS", "KeptHashes", "KeptWriter", "sha256_of"]

WIDTHS = {"md5": 16, "sha1": 20, "sha256": 32}
_MAGIC = b"asvlist1"
_HEAD = 8  # bytes of a hash that it is sorted and found by
_RUN = 4_000_000  # hashes


class KeptWriter:
    """Writes such a file. Only `close` makes it whole; left by an exception it is taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb")
        self._digest = hashlib.sha256()
        self._at = 0
        self._runs: list[tuple[int, int, int]] = []
        self._waiting: dict[int, list[bytes]] = {width: [] for width in WIDTHS.values()}
        self._held = dict.fromkeys(WIDTHS.values(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _at: TracebackType | None) -> None:
        if kind is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def add(self, width: int, hashes: bytes) -> None:
        """Hashes of that many bytes, one after the other."""
        if hashes:
            self._waiting[width].append(hashes)
            self._held[width] += len(hashes) // width
            if self._held[width] >= _RUN:
                self._settle(width)

    def close(self) -> str:
        """Write the rest and the table; returns the SHA-256 of the file."""
        for width in self._waiting:
            self._settle(width)
        table = json.dumps({"runs": self._runs}).encode()
        self._write(table + struct.pack("<Q", len(table)) + _MAGIC)
        self._file.close()
        return self._digest.hexdigest()

    def _settle(self, width: int) -> None:
        joined, self._waiting[width], self._held[width] = b"".join(self._waiting[width]), [], 0
        lines = np.frombuffer(joined, np.uint8).reshape(-1, width)
        if not len(lines):
            return
        heads = _heads(lines)
        order = np.argsort(heads, kind="stable")
        self._runs.append((width, len(lines), self._at))
        self._write(heads[order].astype("<u8").tobytes())
        self._write(lines[order, _HEAD:].tobytes())

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._at += len(data)


class KeptHashes:
    """Looks up hashes in such a file. Raises `ValueError` when it is none, `OSError` when it cannot be read."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - 16))
            tail = file.read()
            if tail[8:] != _MAGIC:
                raise ValueError(f"{path.name} is no kept list of hashes")
            (length,) = struct.unpack("<Q", tail[:8])
            file.seek(max(0, end - 16 - length))
            table = json.loads(file.read(length))
        self._runs = [
            (
                width,
                np.memmap(path, "<u8", "r", at, (count,)),
                np.memmap(path, np.uint8, "r", at + _HEAD * count, (count, width - _HEAD)),
            )
            for width, count, at in table["runs"]
        ]

    def among(self, width: int, hashes: Sequence[bytes]) -> NDArray[np.bool_]:
        """Which of these hashes, of that many bytes each, are in the list."""
        found = np.zeros(len(hashes), np.bool_)
        if not len(hashes):
            return found
        wanted = np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, width)
        heads = _heads(wanted)
        for wide, run, rests in self._runs:
            if wide != width:
                continue
            begins, ends = np.searchsorted(run, heads, "left"), np.searchsorted(run, heads, "right")
            for place in np.flatnonzero((begins < ends) & ~found):
                some = rests[begins[place] : ends[place]]
                found[place] = bool((some == wanted[place, _HEAD:]).all(axis=1).any())
        return found


def _heads(lines: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(lines[:, :_HEAD]).view(">u8").ravel().astype(np.uint64)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
