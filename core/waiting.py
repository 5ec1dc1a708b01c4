"""Waiting for many pipes at once, also on Windows, where the system waits for 63 things at most."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from multiprocessing import connection
from typing import Any, TypeVar, cast

__all__ = ["wait"]

T = TypeVar("T")
_AT_ONCE = 60
"""Up to so many the system waits for by itself: a few less than it can, because a pipe may need a handle more."""
_LOOK_EVERY = 0.01  # seconds
_limited: bool = sys.platform == "win32"


def wait(objects: Sequence[T], timeout: float) -> list[T]:
    """Those of these pipes and process sentinels that are ready, after at most `timeout` seconds: as
    `multiprocessing.connection.wait`. A run on a machine with 32 cores has more of them than Windows takes."""
    if not _limited or len(objects) <= _AT_ONCE:
        return _ready(objects, timeout)
    end = time.monotonic() + timeout
    while True:
        pieces = (objects[start : start + _AT_ONCE] for start in range(0, len(objects), _AT_ONCE))
        found = [one for piece in pieces for one in _ready(piece, 0)]
        left = end - time.monotonic()
        if found or left <= 0:
            return found
        time.sleep(min(_LOOK_EVERY, left))


def _ready(objects: Sequence[T], timeout: float) -> list[T]:
    return cast(list[T], connection.wait(cast(Sequence[Any], objects), timeout))
