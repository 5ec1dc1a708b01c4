"""Locks between processes, which the system gives back however their holder ends: none is ever left to be cleared away.

A file system without such locks is told as one. The library would put files in their place that stay after a kill, and
a case copied there, with the files of its real locks, would wait for nobody for ever.
"""

from __future__ import annotations

import errno
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

__all__ = ["NO_LOCKS", "BaseFileLock", "Timeout", "lock_on"]

NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
"""What a file system answers that knows no locks."""


def lock_on(path: Path) -> BaseFileLock:
    """A lock on this file, which is made when it is first held and stays."""
    return FileLock(path, fallback_to_soft=False)
