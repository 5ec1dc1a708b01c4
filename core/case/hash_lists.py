"""Hash lists: which contents of the case somebody knew before, told by a tag. Never by a grade: that is a human's word.

A list is a text file with hashes in it, whatever else stands in its lines: plain lines, CSV, the files of NSRL's RDS.
Runs of exactly 32, 40 or 64 hexadecimal digits are taken for MD5, SHA-1 and SHA-256. A list is read line by line, so
that a hundred million lines cost time and no memory. MD5 and SHA-1 can be forged; they are what lists in circulation
hold, and a hit is a reason to look, not a proof.

A list stays with the case: its hashes lie compactly in `lists/` beside the database, and every run looks up in it what
it registers (`core.case.list_watch`), so that a known content is marked in the run that finds it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case import decisions
from core.case.acts import Change
from core.case.audit import actor, now
from core.case.case import Case
from core.case.kept_hashes import KeptWriter, sha256_of
from core.errors import StorageError, UsageError

__all__ = [
    "FOLDER",
    "PREFIX",
    "Found",
    "KnownList",
    "ListInUse",
    "apply",
    "forget",
    "known_lists",
    "lists_in_use",
    "look_up",
]

PREFIX = "list: "
"""Tags made here begin with this; the desk marks such items."""
FOLDER = "lists"
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


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list that the case knows. `sha256`: of the file that was read. `kept`: its name in the folder of lists, and
    `kept_sha256` of that. `compared`: the highest content id that was looked up in it."""

    id: int
    tag: str
    file: str
    sha256: str
    hashes: int
    kept: str
    kept_sha256: str
    compared: int
    actor: str
    added: str


def look_up(connection: Connection, path: Path, keep: KeptWriter | None = None) -> Found:
    """Which contents of the case are in this list; `keep` is given its hashes. Raises `UsageError` when the list cannot
    be read or holds no hash, `StorageError` when its hashes cannot be kept."""
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
                raw = bytes.fromhex(b"".join(digits).decode())
                hits.update(known[length].among(raw))
                _keep(keep, length // 2, raw)
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be read ({error.strerror or error}).", "Check the path and the permissions."
        ) from error
    if not count:
        raise UsageError(
            f"{path.name} holds no hashes.", "A list has MD5, SHA-1 or SHA-256 as hexadecimal digits in its lines."
        )
    return Found(array("q", sorted(hits)), count, digest.hexdigest())


def apply(case: Case, path: Path, name: str = "") -> tuple[Found, Change]:
    """Tag what is in this list with `list: NAME` (the file's own name where none is given), in one act that can be
    taken back, and keep the list: contents that come later are looked up in it by the run that registers them."""
    word = f"{PREFIX}{(name or path.stem).strip()}"
    folder = case.folder / FOLDER
    new = folder / f"{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(exist_ok=True)
        with KeptWriter(new) as keep:
            with case.reading() as connection:
                found = look_up(connection, path, keep)
                compared = int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM content").scalar_one())
            kept_sha256 = keep.close()
        kept = f"{found.sha256}.hashes"
        _put(new, folder / kept, kept_sha256)
    except OSError as error:
        raise _not_kept(error) from error
    known = KnownList(0, word, path.name, found.sha256, found.hashes, kept, kept_sha256, compared, actor(), now())
    _remember(case, known)
    change = decisions.tag(case, found.ids, word)
    case.audit.append(
        "hash list applied",
        word,
        file=path.name,
        sha256=found.sha256,
        hashes=found.hashes,
        contents=len(found.ids),
        kept_sha256=kept_sha256,
    )
    return found, change


def known_lists(connection: Connection) -> list[KnownList]:
    """The lists that new contents are looked up in, oldest first."""
    rows = connection.exec_driver_sql(f"SELECT {_FIELDS} FROM hash_list WHERE removed IS NULL ORDER BY id")
    return [KnownList(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ListInUse:
    """A list, and how many items have its tag now: those it knows, and those that somebody tagged by hand."""

    known: KnownList
    items: int


def lists_in_use(connection: Connection) -> list[ListInUse]:
    """The lists of the case, the oldest first, each with its count."""
    count = "SELECT count(*) FROM item_tag WHERE tag = ?"
    return [
        ListInUse(known, int(connection.exec_driver_sql(count, (known.tag,)).scalar_one()))
        for known in known_lists(connection)
    ]


def forget(case: Case, number: int) -> KnownList:
    """Look nothing up in this list any more. Tags that it gave stay; they can be taken away as all tags can. Raises
    `UsageError` when the case knows no such list."""
    with case.writing() as connection:
        found = {known.id: known for known in known_lists(connection)}
        if number not in found:
            numbers = ", ".join(map(str, found)) or "none"
            raise UsageError(f"The case knows no hash list {number}.", f"There are: {numbers}.")
        gone = found.pop(number)
        connection.exec_driver_sql("UPDATE hash_list SET removed = ? WHERE id = ?", (now(), number))
        case.owe(connection, "hash list forgotten", gone.tag, file=gone.file, sha256=gone.sha256)
    if all(known.kept != gone.kept for known in found.values()):
        with contextlib.suppress(OSError):  # a run may still read it; it does no harm
            (case.folder / FOLDER / gone.kept).unlink(missing_ok=True)
    return gone


_FIELDS = "id, tag, file, sha256, hashes, kept, kept_sha256, compared, actor, added"


def _remember(case: Case, known: KnownList) -> None:
    """One row a list and tag: reading the same file again under the same name is the same list."""
    with case.writing() as connection:
        again = connection.exec_driver_sql(
            "UPDATE hash_list SET compared = ?, kept_sha256 = ? WHERE sha256 = ? AND tag = ? AND removed IS NULL",
            (known.compared, known.kept_sha256, known.sha256, known.tag),
        )
        if not again.rowcount:
            connection.exec_driver_sql(
                "INSERT INTO hash_list(tag, file, sha256, hashes, kept, kept_sha256, compared, actor, added)"
                " VALUES(?,?,?,?,?,?,?,?,?)",
                (
                    known.tag,
                    known.file,
                    known.sha256,
                    known.hashes,
                    known.kept,
                    known.kept_sha256,
                    known.compared,
                    known.actor,
                    known.added,
                ),
            )


def _put(new: Path, place: Path, sha256: str) -> None:
    """Give the file its name. The same list read again is there already, and a run may have it open."""
    with contextlib.suppress(OSError):
        if sha256_of(place) == sha256:
            new.unlink()
            return
    new.replace(place)


def _keep(keep: KeptWriter | None, width: int, raw: bytes) -> None:
    try:
        if keep is not None:
            keep.add(width, raw)
    except OSError as error:
        raise _not_kept(error) from error


def _not_kept(error: OSError) -> StorageError:
    return StorageError(
        f"The hash list cannot be kept in the case folder ({error.strerror or error}).",
        "Make room and read it again; nothing was tagged.",
    )


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

    def among(self, raw: bytes) -> list[int]:
        if not raw or not len(self._hashes):
            return []
        wanted: Hashes = np.frombuffer(raw, np.dtype((np.void, self._width)))
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
