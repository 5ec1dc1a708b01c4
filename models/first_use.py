"""Whoever uses a library for the first time does so alone.

Extension modules fill their tables when they are first needed. One that calls Python while it does so gives up the
interpreter for a moment; another thread that then asks for the same table holds the interpreter and waits for the
table, and neither ever goes on. OpenVINO's bindings do that when the first two arrays are handed over at once: on a
busy machine in 12 of 142 starts.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

__all__ = ["FirstUse"]


class FirstUse:
    """One library in one process. Thread-safe, not reentrant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()

    @contextlib.contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Alone until one use of this kind has ended well, and beside no first use of another kind; after that free."""
        if what in self._known:
            yield
            return
        with self._lock:
            yield
            self._known.add(what)
