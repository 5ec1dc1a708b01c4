"""Pause and cancel: a token that is set directly from anywhere and checked between samples and batches."""

from __future__ import annotations

import threading

from core.errors import Stopped

__all__ = ["Control"]


class Control:
    """Shared by whoever runs and whoever wants to stop it. Safe to call from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        """Ask the run to stop. A paused run wakes up to stop."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Ask the run to hold still. No effect after `cancel`."""
        if not self._cancelled.is_set():
            self._running.clear()

    def resume(self) -> None:
        self._running.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    def checkpoint(self) -> None:
        """Wait while paused; raise `Stopped` when cancelled. Call it between samples and between batches."""
        self._running.wait()
        if self._cancelled.is_set():
            raise Stopped("The run was stopped.", "Start it again with `resume`: it goes on where it was.")
