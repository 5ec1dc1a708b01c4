"""Whether somebody works on a case at this moment, asked without opening it."""

from __future__ import annotations

from pathlib import Path

from core.case.database import writable
from core.locks import Timeout, lock_on

__all__ = ["held"]

LOCK = "case.lock"  # as `Case.locked` names it


def held(folder: Path) -> bool:
    """Whether a process, this one or another, has the right to run on the case (`Case.locked`). The operating system
    takes it from one that was killed, so the answer is never about a dead one. Never raises and makes no file."""
    path = folder / LOCK
    if not path.is_file() or not writable(folder):
        return False  # nobody has ever run here, or nobody can
    try:
        with lock_on(path).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
