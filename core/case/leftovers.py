"""Halves of files that killed processes have left in a case folder. What a living process writes is never touched: each
kind has the lock of those who write it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path

from core.locks import Timeout, lock_on

__all__ = ["clear"]

_FORGOTTEN = 3600.0
"""Seconds after which what has no lock of its own is taken for left behind: a hash list is written in less."""


def clear(folder: Path) -> int:
    """Remove them; returns how many there were. What is in use, or cannot be removed, stays for the next time."""
    backups, lists = folder / "backups", folder / "lists"
    found = _under(folder / "backup.lock", [*backups.glob("*.part"), *backups.glob("*.json.part")])
    found += _under(folder / "case.lock", [path for path in [folder / "case.db.part"] if path.exists()])
    old = time.time() - _FORGOTTEN
    for path in [*lists.glob("*.part"), *(backups / "lists").glob("*.part")]:
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < old:
                path.unlink()
                found += 1
    return found


def _under(lock: Path, paths: Iterable[Path]) -> int:
    there = list(dict.fromkeys(paths))
    if not there:
        return 0
    try:
        with lock_on(lock).acquire(timeout=0):
            for path in there:
                path.unlink(missing_ok=True)
    except (Timeout, OSError):
        return 0
    return len(there)
