"""Hash lists: which contents of the case somebody knew before, told by a tag. Never by a grade: that is a human's word.

A list is a text file with hashes in it, whatever else stands in its lines: plain lines, CSV, the files of NSRL's RDS.
Runs of exactly 32, 40 or 64 hexadecimal digits are taken for MD5, SHA-1 and SHA-256. A list is read line by line, so
that a hundred million lines cost time and no memory. MD5 and SHA-1 can be forged; they are what lists in circulation
hold, and a hit is a reason to look, not a proof.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case import decisions
from core.case.acts import Change
from core.case.case import Case
from core.errors import UsageError

__all__ = ["PREFIX", "Found", "apply", "look_up"]

PREFIX = "list: "
"""Tags made here begin with this; the desk marks such items."""
_HASH = re.compile(rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
_COLUMNS = {32: "md5", 40: "sha1", 64: "sha256"}
_PIECE = 1 << 22  # bytes read at once
_LONGEST_LINE = 1 << 16

Hashes = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Found:
    """`ids`: contents that are in the list, ascending. `hashes`: how many hashes it holds. `sha256`: of its file."""

    ids: array[int] = field(repr=False)
    hashes: int
    sha256: str


def look_up(connection: Connection, path: Path) -> Found:
    """Which contents of the case are in this list. Raises `UsageError` when it cannot be read or holds no hash."""
    known = {length: _Known(connection, column) for length, column in _COLUMNS.items()}
    hits: set[int] = set()
    digest, count = hashlib.sha256(), 0
    try:
        for piece in _pieces(path, digest):
            by_length: dict[int, list[bytes]] = {32: [], 40: [], 64: []}
            for found in _HASH.findall(piece):
                by_length[len(found)].append(found)
            for length, digits in by_length.items():
                count += len(digits)
                hits.update(known[length].among(digits))
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error}).", "Check the path and the permissions.") from error
    if not count:
        raise UsageError(
            f"{path.name} holds no hashes.", "A list has MD5, SHA-1 or SHA-256 as hexadecimal digits in its lines."
        )
    return Found(array("q", sorted(hits)), count, digest.hexdigest())


def apply(case: Case, path: Path, name: str = "") -> tuple[Found, Change]:
    """Tag what is in this list with `list: NAME` (the file's own name where none is given), in one act that can be
    taken back. Contents that come later are not looked up by themselves: apply the list again after a run."""
    with case.reading() as connection:
        found = look_up(connection, path)
    word = f"{PREFIX}{(name or path.stem).strip()}"
    change = decisions.tag(case, found.ids, word)
    case.audit.append(
        "hash list applied", word, file=path.name, sha256=found.sha256, hashes=found.hashes, contents=len(found.ids)
    )
    return found, change


class _Known:
    """All contents of the case by one of their hashes, sorted."""

    def __init__(self, connection: Connection, column: str) -> None:
        rows = connection.exec_driver_sql(f"SELECT {column}, id FROM content WHERE {column} <> ''").fetchall()
        width = {"md5": 16, "sha1": 20, "sha256": 32}[column]
        joined = b"".join(bytes.fromhex(row[0]) for row in rows)
        hashes: Hashes = np.frombuffer(joined, np.dtype((np.void, width)))
        order = np.argsort(hashes)
        self._hashes = hashes[order]
        self._ids = np.array([row[1] for row in rows], np.int64)[order]
        self._width = width

    def among(self, digits: list[bytes]) -> list[int]:
        if not digits or not len(self._hashes):
            return []
        wanted: Hashes = np.frombuffer(bytes.fromhex(b"".join(digits).decode()), np.dtype((np.void, self._width)))
        begins = np.searchsorted(self._hashes, wanted, "left")
        ends = np.searchsorted(self._hashes, wanted, "right")  # two contents may share an MD5
        return [
            int(number)
            for begin, end in zip(begins[begins < ends], ends[begins < ends], strict=True)
            for number in self._ids[begin:end]
        ]


def _pieces(path: Path, digest: hashlib._Hash) -> Iterator[bytes]:
    """The file in pieces that end with a line."""
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            whole, _, rest = (rest + piece).rpartition(b"\n")
            if len(rest) > _LONGEST_LINE:
                whole, rest = whole + b"\n" + rest[:-128], rest[-128:]
            yield whole
    yield rest
