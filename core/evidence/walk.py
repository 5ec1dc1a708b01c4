"""Listing a source: every name in it exactly once, in a fixed order, whatever is wrong with it."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from core.errors import EvidenceError
from core.evidence.facts import Facts, looker, of_stat
from core.evidence.naming import long_spelling, shown
from core.evidence.opening import CannotOpen, open_folder
from core.evidence.overlap import check_overlap
from core.records import Problem

__all__ = ["Entry", "ListedAs", "check_overlap", "walk"]

ListedAs = Literal["file", "link", "special", "unreadable", "vanished"]

_LINK = "This is a link to another place, so it was not followed."
_SPECIAL = "This is a pipe, a socket or a device: it has no content that could be read."
_LOOP = "This folder is one of the folders it lies in (the file system runs in a circle), so it was not listed again."
_REPARSE_POINT = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
_LINK_TAGS = {0xA000000C, 0xA0000003}  # IO_REPARSE_TAG_SYMLINK, IO_REPARSE_TAG_MOUNT_POINT (junctions)


class Entry(NamedTuple):
    """One name of a source. `path` is relative to it, with `/`, exact (bytes that are not UTF-8 as lone surrogates).

    `state` "file": to be read; every other state comes with a `problem` that says why not. Folders appear only when
    something is wrong with them. Times are nanoseconds since 1970 UTC; None: the file system does not say.
    """

    path: str
    state: ListedAs
    size: int | None = None
    modified_ns: int | None = None
    changed_ns: int | None = None
    accessed_ns: int | None = None
    created_ns: int | None = None
    inode: int | None = None
    device: int | None = None
    problem: Problem | None = None


def walk(root: Path) -> Iterator[Entry]:
    """Everything under `root`: the files of a folder before its sub-folders, names in the order of their raw bytes.

    Never follows a link, never touches the access times of folders where the system allows that, holds one folder
    open at a time, and has no limit of depth. A folder that cannot be listed is an entry with a problem; only when the
    source itself cannot be listed is it an `EvidenceError`, because an empty listing would look like an empty source.
    """
    top = os.path.realpath(root)  # the source itself may be named through a link: the examiner chose it
    if not os.path.isdir(top):  # noqa: PTH112 - a string, because the path may not be valid text
        raise EvidenceError(
            f"The source {shown(str(root))} is not there or is not a folder.",
            "Check that the medium is connected and name the folder again.",
        )
    return _Walk(top).run()


class _Walk:
    def __init__(self, top: str) -> None:
        self._top = top
        self._look = looker()
        self._waiting: list[tuple[str, int]] = [("", 0)]  # folders still to be listed, with their depth
        self._chain: list[tuple[int, int]] = []  # device and inode of the folders that we are in, outermost first
        self._inside: set[tuple[int, int]] = set()

    def run(self) -> Iterator[Entry]:
        while self._waiting:
            relative, depth = self._waiting.pop()
            while len(self._chain) > depth:
                self._inside.discard(self._chain.pop())
            try:
                yield from self._folder(relative)
            except CannotOpen as error:
                if not relative:
                    raise
                state: ListedAs = "vanished" if error.code == "vanished" else "unreadable"
                if error.code == "link":  # it was a folder a moment ago
                    state = "link"
                yield Entry(relative, state, problem=Problem(error.code, f"Folder: {error.message}"))

    def _folder(self, relative: str) -> Iterator[Entry]:
        path = f"{self._top}/{relative}" if relative else self._top
        with _opened(path) as (where, identity):
            if identity in self._inside:
                yield Entry(relative, "link", problem=Problem("loop", _LOOP))
                return
            self._chain.append(identity)
            self._inside.add(identity)
            items, problem = _items(where)
            if problem is not None:
                yield Entry(relative, "unreadable", problem=problem)
            yield from self._entries(relative, where, items)

    def _entries(self, relative: str, where: int | str, items: list[os.DirEntry[str]]) -> Iterator[Entry]:
        prefix = f"{relative}/" if relative else ""
        depth = len(self._chain)
        folders: list[str] = []
        look, regular, folder = self._look, stat.S_IFREG, stat.S_IFDIR
        while items:
            item = items.pop()
            name = item.name
            try:
                facts = look(where, name) if isinstance(where, int) else _windows_facts(item)
            except OSError as error:
                yield _not_seen(prefix + name, error)
                continue
            kind = stat.S_IFMT(facts.mode)
            if kind == regular:
                yield Entry(prefix + name, "file", *facts[1:])
            elif kind == folder:
                folders.append(prefix + name)
            elif kind == stat.S_IFLNK:
                yield Entry(prefix + name, "link", *facts[1:], Problem("link", _LINK, _target(where, name)))
            else:
                yield Entry(prefix + name, "special", *facts[1:], Problem("special", _SPECIAL))
        self._waiting.extend((name, depth) for name in reversed(folders))


@contextlib.contextmanager
def _opened(path: str) -> Iterator[tuple[int | str, tuple[int, int]]]:
    """A folder to scan (a descriptor, on Windows its path) and what it is (device, inode)."""
    if sys.platform == "win32":
        where = long_spelling(path)
        try:
            found = os.stat(where)  # noqa: PTH116 - a string, because it may not be valid text
        except OSError as error:
            raise CannotOpen(f"The system refused to open it ({error.strerror}).") from error
        yield where, (found.st_dev, found.st_ino)
        return
    descriptor = open_folder(path)
    try:
        found = os.fstat(descriptor)
        yield descriptor, (found.st_dev, found.st_ino)
    finally:
        os.close(descriptor)


def _items(where: int | str) -> tuple[list[os.DirEntry[str]], Problem | None]:
    """The names, last first (they are popped), and what went wrong on the way to the end of the folder."""
    items: list[os.DirEntry[str]] = []
    problem = None
    try:
        with os.scandir(where) as scanned:
            items.extend(scanned)
    except OSError as error:
        told = "The folder could not be listed to its end"
        problem = Problem("unreadable", f"{told} ({error.strerror}): files in it may be missing.", repr(error))
    items.sort(key=_bytewise, reverse=True)
    return items, problem


def _bytewise(item: os.DirEntry[str]) -> bytes:
    return os.fsencode(item.name)


def _not_seen(path: str, error: OSError) -> Entry:
    if isinstance(error, FileNotFoundError):
        return Entry(path, "vanished", problem=Problem("vanished", "The file went away while the folder was listed."))
    told = f"The system does not say what this is ({error.strerror}), so it was not read."
    return Entry(path, "unreadable", problem=Problem("unreadable", told, repr(error)))


def _target(where: int | str, name: str) -> str:
    try:
        if isinstance(where, int):
            return shown(os.readlink(name, dir_fd=where))
        return shown(os.readlink(f"{where}\\{name}"))  # noqa: PTH115 - a string, because it may not be valid text
    except OSError:
        return ""


def _windows_facts(item: os.DirEntry[str]) -> Facts:
    found = os.lstat(item.path)  # what `scandir` brings along may be out of date on NTFS, and has no file number
    facts = of_stat(found)
    attributes, tag = getattr(found, "st_file_attributes", 0), getattr(found, "st_reparse_tag", 0)
    if attributes & _REPARSE_POINT and tag in _LINK_TAGS:
        return facts._replace(mode=stat.S_IFLNK)
    return facts
