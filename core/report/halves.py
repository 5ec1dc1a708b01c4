"""The folder in which a report is written before it gets its name, and what killed processes have left of such.

Each holds a file that its writer keeps locked; the system lets go of the lock however the writer ends, so a folder
whose lock is free belongs to nobody. (A process id would not say that: ids are given again, and on a share they are
another computer's.)
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from core.locks import Timeout, lock_on
from core.report.manifest import FILES, MANIFEST, SIGNATURE

__all__ = ["half", "sweep"]

_LOCK = "owner.lock"
_SETTLED = 60.0
"""Seconds after which a folder without a lock has surely been left: its writer takes the lock at once, and lets go of
it only to rename the folder."""
_NAME = re.compile(r"\..+\.(\d+)\.partial", re.DOTALL)
_OURS = frozenset({*FILES, MANIFEST, SIGNATURE, _LOCK})


@contextlib.contextmanager
def half(out: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """An empty folder beside `out`, and what is called when it is whole, before it is renamed. What still has its name
    at the end is gone then, whatever happened."""
    sweep(out.parent)
    made = out.with_name(f".{out.name}.{os.getpid()}.partial")
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(made)
    made.mkdir()
    lock = lock_on(made / _LOCK)

    def whole() -> None:
        lock.release()  # Windows renames no folder in which a file is open
        (made / _LOCK).unlink(missing_ok=True)

    try:
        lock.acquire(timeout=10)
        yield made, whole
    finally:
        lock.release()
        shutil.rmtree(made, ignore_errors=True)


def sweep(folder: Path) -> int:
    """Remove what killed writers have left in this folder; never what somebody writes now. Returns how many it were."""
    with contextlib.suppress(OSError):
        return sum(_sweep_one(path) for path in sorted(folder.glob(".*.partial")))
    return 0


def _sweep_one(path: Path) -> bool:
    named = _NAME.fullmatch(path.name)
    if named is None or path.is_symlink() or not path.is_dir():
        return False
    try:
        if any(inside.name not in _OURS for inside in path.iterdir()):
            return False
        if not (path / _LOCK).is_file():  # of an older version, or of the moment in which it is renamed
            settled = time.time() - path.stat().st_mtime > _SETTLED
            return settled and not psutil.pid_exists(int(named[1])) and _removed(path)
        with lock_on(path / _LOCK).acquire(timeout=0):
            pass
    except (Timeout, OSError, OverflowError):
        return False
    return _removed(path)


def _removed(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()
