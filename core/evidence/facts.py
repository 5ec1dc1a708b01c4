"""What the file system says about one name in a folder, with the time of birth where the system knows it.

Python 3.11 has no `statx`, the only Linux call that tells when a file was made; it is reached through ctypes and costs
about 2 µs more than `lstat`. Where it is missing everything but that time comes from `lstat`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["EARLIEST", "LATEST", "Facts", "Look", "kept", "look_by_stat", "looker", "of_stat"]

EARLIEST, LATEST = -(2**63), 2**63 - 1
"""Nanoseconds since 1970 that a case can keep: from 1677 to 2262. File systems have others, by damage or by intent."""


class Facts(NamedTuple):
    """Times are nanoseconds since 1970 UTC as the file system gave them (`kept`); None: it does not say."""

    mode: int
    size: int
    modified_ns: int
    changed_ns: int | None
    accessed_ns: int
    created_ns: int | None
    inode: int
    """The lower 64 bits, as a number with a sign: all that a database has room for."""
    device: int


Look = Callable[[int, str], Facts]
"""(descriptor of a folder, name in it) → facts of that name itself, never of what a link points to. Raises OSError."""


def kept(nanoseconds: int) -> int:
    """The time itself, or the nearest that a case can keep. Times are compared as they are kept."""
    return min(max(nanoseconds, EARLIEST), LATEST)


def _signed(inode: int) -> int:
    return ((inode + 2**63) & (2**64 - 1)) - 2**63


def _fitted(found: Facts) -> Facts:
    return found._replace(
        modified_ns=kept(found.modified_ns),
        changed_ns=None if found.changed_ns is None else kept(found.changed_ns),
        accessed_ns=kept(found.accessed_ns),
        created_ns=None if found.created_ns is None else kept(found.created_ns),
        inode=_signed(found.inode),
    )


def of_stat(found: os.stat_result) -> Facts:
    """The facts in a stat result. On Windows `st_ctime` is the birth, elsewhere the last change of the entry."""
    windows = sys.platform == "win32"
    birth: float | None = getattr(found, "st_birthtime", None)
    return _fitted(
        Facts(
            found.st_mode,
            found.st_size,
            found.st_mtime_ns,
            None if windows else found.st_ctime_ns,
            found.st_atime_ns,
            found.st_ctime_ns if windows else (None if birth is None else round(birth * 1e9)),
            found.st_ino,
            found.st_dev,
        )
    )


def look_by_stat(folder: int, name: str) -> Facts:
    return of_stat(os.stat(name, dir_fd=folder, follow_symlinks=False))


def looker() -> Look:
    """The best way to look on this system. Not to be shared between threads."""
    if not sys.platform.startswith("linux"):
        return look_by_stat
    try:
        return _statx_looker()
    except (AttributeError, OSError):  # a C library without statx
        return look_by_stat


# struct statx of linux/stat.h: mask, (blksize, attributes, nlink, uid, gid), mode, ino, size, (blocks, attributes),
# then atime, btime, ctime, mtime as (seconds, nanoseconds), (rdev), dev as (major, minor). What is in () is skipped.
_STATX = struct.Struct("=I24xH2xQQ16xqI4xqI4xqI4xqI4x8xII")
_NOFOLLOW_NOAUTOMOUNT = 0x100 | 0x800
_BASIC_AND_BIRTH = 0xFFF
_BIRTH = 0x800


def _statx_looker() -> Look:
    statx = ctypes.CDLL(None).statx
    statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)
    statx.restype = ctypes.c_int
    buffer = ctypes.create_string_buffer(256)
    address = ctypes.addressof(buffer)
    unpack = _STATX.unpack_from
    encode, device_of = os.fsencode, os.makedev
    last = LATEST // 1_000_000_000

    def look(folder: int, name: str) -> Facts:
        if statx(folder, encode(name), _NOFOLLOW_NOAUTOMOUNT, _BASIC_AND_BIRTH, address):
            return look_by_stat(folder, name)  # raises the error in Python's words, or works (old kernel)
        mask, mode, inode, size, accessed, a, born, b, changed, c, modified, m, major, minor = unpack(buffer)
        found = Facts(
            mode,
            size,
            modified * 1_000_000_000 + m,
            changed * 1_000_000_000 + c,
            accessed * 1_000_000_000 + a,
            born * 1_000_000_000 + b if mask & _BIRTH else None,
            inode,
            device_of(major, minor),
        )
        # Compared once and not time by time: this is asked of every file.
        fits = -last < min(modified, changed, accessed, born) and max(modified, changed, accessed, born) < last
        return found if fits and inode <= LATEST else _fitted(found)

    return look
