"""Folders for the moment: private, gone when they are done with, and swept when their owner was killed.

What lies in them can be case data, so none may stay behind. Each holds a file that its owner keeps locked; the system
lets go of the lock however the owner ends, so a folder whose lock is free belongs to nobody (a process id would not say
that: ids are given again). `sweep` at every start of the program removes such folders.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PREFIX", "folder", "sweep"]

PREFIX = "asservat-"
_LOCK = "owner.lock"
_SETTLED = 5.0
"""Seconds after which a folder's owner has surely taken its lock."""
_FORGOTTEN = 3600.0
"""Seconds after which a folder without a lock (made by an older version, or by a process that was killed in the very
moment) is taken for left behind."""
_living: set[Path] = set()


@contextlib.contextmanager
def folder(purpose: str) -> Iterator[Path]:
    """A new empty folder that only this user can look into, gone afterwards whatever happens; `purpose` is part of its
    name. At the end of the program what is still there goes as well, so a thread that is cut off leaves nothing."""
    from filelock import FileLock

    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-"))
    lock = FileLock(made / _LOCK)
    try:
        lock.acquire(timeout=10)
        _living.add(made)
        inside = made / "in"
        inside.mkdir(mode=0o700)
        yield inside
    finally:
        _empty(made)
        lock.release()  # Windows deletes no file that is open
        shutil.rmtree(made, ignore_errors=True)
        _living.discard(made)


def sweep() -> int:
    """Remove what killed processes of this user have left in the folder for temporary files. Returns how many there
    were. What is in use is not touched; what cannot be removed is tried again at the next start."""
    with contextlib.suppress(OSError):  # no folder for temporary files, or none that can be listed: nothing is there
        return sum(_sweep_one(path) for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))
    return 0


def _sweep_one(path: Path) -> bool:
    from filelock import FileLock, Timeout

    try:
        facts = path.lstat()
        if path.is_symlink() or not path.is_dir() or not _ours(facts):
            return False
        age = time.time() - facts.st_mtime
        if not (path / _LOCK).is_file():
            return age > _FORGOTTEN and _removed(path)
        if age < _SETTLED:
            return False
        lock = FileLock(path / _LOCK)
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    _empty(path)
    lock.release()
    return _removed(path)


def _ours(facts: os.stat_result) -> bool:
    """On Windows the folder for temporary files is the user's own."""
    return not hasattr(os, "getuid") or facts.st_uid == os.getuid()


def _removed(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def _empty(made: Path) -> None:
    """Everything but the lock: it goes last, so that a clean-up that is cut off is seen as one."""
    with contextlib.suppress(OSError):
        for path in made.iterdir():
            if path.name != _LOCK:
                shutil.rmtree(path, ignore_errors=True)


@atexit.register
def _leave() -> None:
    for made in list(_living):
        shutil.rmtree(made, ignore_errors=True)
