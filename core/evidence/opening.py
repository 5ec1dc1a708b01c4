"""The only way in which a file of the evidence is opened: read-only, never through a link, leaving no trace.

Imports nothing heavy: hash children and decode children open files with it and must start at once.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import Literal

from core.errors import EvidenceError
from core.evidence.naming import long_spelling

__all__ = ["CannotOpen", "Code", "open_folder", "open_readonly"]

Code = Literal["vanished", "unreadable", "link", "special"]

# O_NONBLOCK: opening a pipe that nobody writes to would otherwise wait for ever. No effect on regular files.
_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_FOLDER = _FILE | getattr(os, "O_DIRECTORY", 0)
_NOATIME = getattr(os, "O_NOATIME", 0)
_STEP = 3000  # bytes of a path opened at once where the whole of it is longer than the system takes (Linux: 4095)

_VANISHED = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}
_SPECIAL = {errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}

_ADVICE: dict[Code, str] = {
    "vanished": "Check that the medium is still connected, then run again.",
    "unreadable": "Check the permissions and the state of the medium, then run again.",
    "link": "The file it points to is analysed where it really lies, if that is inside the source.",
    "special": "Pipes, sockets, devices and folders have no content to analyse.",
}


class CannotOpen(EvidenceError):
    """A file of the evidence could not be opened. `code` is stable and equals the state of the copy."""

    def __init__(self, message: str, advice: str = "", code: Code = "unreadable") -> None:
        super().__init__(message, advice)
        self.code: Code = code


def open_readonly(path: str | bytes) -> int:
    """File descriptor of a regular file, positioned at its start; the caller closes it.

    Nothing is written, not even the access time where the system allows that (Linux: owner of the file or root). The
    last part of the path is never followed when it is a link. On Windows others may still write, rename and delete.

    Raises `CannotOpen` (an `EvidenceError`) whose `code` is `vanished`, `unreadable`, `link` or `special`.
    """
    try:
        descriptor = _open(path, _FILE)
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise _told(error, path) from error
    if not regular:
        os.close(descriptor)
        raise CannotOpen("This is not a regular file, so it was not read.", _ADVICE["special"], "special")
    return descriptor


def open_folder(path: str | bytes) -> int:
    """File descriptor of a folder for `os.scandir`, under the same rules. Not on Windows, which has no such thing."""
    try:
        return _open(path, _FOLDER)
    except OSError as error:
        raise _told(error, path) from error


def _told(error: OSError, path: str | bytes) -> CannotOpen:
    """The error in plain words. Links are told apart by looking, because systems disagree about the number."""
    if error.errno in {errno.ELOOP, errno.EMLINK} or _is_link(path):
        return CannotOpen("This is a link to another place, so it was not followed.", _ADVICE["link"], "link")
    if error.errno in _VANISHED:
        return CannotOpen("The file was listed but is no longer there.", _ADVICE["vanished"], "vanished")
    if error.errno in _SPECIAL and not _is_regular(path):
        return CannotOpen("This is not a regular file, so it was not read.", _ADVICE["special"], "special")
    reason = error.strerror or type(error).__name__
    return CannotOpen(
        f"The system refused to open the file ({reason}), so it was not read.", _ADVICE["unreadable"], "unreadable"
    )


def _is_regular(path: str | bytes) -> bool:
    """Whether it is a file all the same: a medium that was pulled out answers like a device that is not there."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError as error:
        return error.errno not in _VANISHED
    except ValueError:
        return False


def _is_link(path: str | bytes) -> bool:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    junction = getattr(found, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return stat.S_ISLNK(found.st_mode) or junction


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.CreateFileW.argtypes = (
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    )
    _kernel32.CreateFileW.restype = wintypes.HANDLE
    _GENERIC_READ = 0x80000000
    _SHARE_ALL = 0x7  # read, write, delete: we never stand in the way of whoever else has the medium open
    _OPEN_EXISTING = 3
    _SEQUENTIAL = 0x08000000
    _INVALID = wintypes.HANDLE(-1).value

    def _open(path: str | bytes, flags: int) -> int:
        full = long_spelling(os.fsdecode(path))
        if _is_link(full):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), full)
        handle = _kernel32.CreateFileW(full, _GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, _SEQUENTIAL, None)
        if handle == _INVALID:
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, flags)

else:

    def _open(path: str | bytes, flags: int) -> int:
        try:
            return _without_atime(path, flags, None)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
        return _open_in_steps(os.fsencode(path), flags)

    def _without_atime(path: str | bytes, flags: int, folder: int | None) -> int:
        if _NOATIME:
            try:
                return os.open(path, flags | _NOATIME, dir_fd=folder)
            except PermissionError:
                pass  # only the owner may ask for that
        return os.open(path, flags, dir_fd=folder)

    def _open_in_steps(path: bytes, flags: int) -> int:
        """Open a path that is longer than the system takes at once, folder by folder."""
        folder: int | None = None
        rest = path
        try:
            while rest:
                cut = rest.rfind(b"/", 0, _STEP) if len(rest) > _STEP else -1
                piece, rest = (rest[:cut] or b"/", rest[cut + 1 :].lstrip(b"/")) if cut >= 0 else (rest, b"")
                inner = _without_atime(piece, _FOLDER if rest else flags, folder)
                if folder is not None:
                    os.close(folder)
                folder = inner
        except OSError:
            if folder is not None:
                os.close(folder)
            raise
        assert folder is not None
        return folder
