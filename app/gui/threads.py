"""Every thread of the desk begins here and has ended before the program does.

Python ends a daemon thread by unwinding its stack when it comes back from a library after the interpreter has gone
down. Through C++ (Qt's pixels and signals, OpenVINO) that is `std::terminate`: the work was done, and yet the program
ended with "terminate called without an active exception". So the end of the desk gives up what may be given up, waits
for the rest, and where a library does not come back, ends the process without taking the interpreter down at all.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable

__all__ = ["PATIENCE", "DeskThread", "begin", "leave", "running", "storing", "wait"]

PATIENCE = 1.5  # seconds that a thread whose work is given up gets to end
AGAIN = 0.2  # seconds between two looks at the threads that are waited for

log = logging.getLogger(__name__)


class DeskThread(threading.Thread):
    """A thread that the end of the desk knows. `give_up` makes it end soon; None: it ends by itself. `kept`: what it
    stores must be whole, in a sentence for the examiner, so the end waits for it however long it takes; `busy`: whether
    it is storing now; `stop`: what ends it without leaving anything half-made, where there is such a thing."""

    def __init__(
        self,
        work: Callable[[], None],
        name: str,
        give_up: Callable[[], None] | None,
        *,
        kept: str,
        stop: Callable[[], None] | None,
        busy: Callable[[], bool],
    ) -> None:
        super().__init__(target=work, name=name, daemon=True)
        self.give_up, self.kept, self.stop, self.busy = give_up, kept, stop, busy


def _always() -> bool:
    return True


def begin(
    work: Callable[[], None],
    name: str,
    give_up: Callable[[], None] | None = None,
    *,
    kept: str = "",
    stop: Callable[[], None] | None = None,
    busy: Callable[[], bool] = _always,
) -> DeskThread:
    """Start `work` on a thread of its own. `give_up` is called in the GUI thread, perhaps after the thread's end."""
    thread = DeskThread(work, name, give_up, kept=kept, stop=stop, busy=busy)
    thread.start()
    return thread


def running(*, kept: bool = False) -> list[DeskThread]:
    """Threads that have not ended; `kept`: only those that store something."""
    return [one for one in threading.enumerate() if isinstance(one, DeskThread) and (bool(one.kept) or not kept)]


def storing() -> list[DeskThread]:
    """Threads that store something right now, so that the program cannot end yet."""
    return [one for one in running(kept=True) if one.busy()]


def leave(code: int, *, hung: bool = False) -> int:
    """The last window is closed: wait for the threads and return `code`. Where one does not end, this ends the process
    with `code` and does not return. `hung`: something else that was told to stop has not."""
    left = [thread.name for thread in wait()]
    if left or hung:
        log.warning("ending although something still works: %s", ", ".join(sorted(left)) or "a run")
        _end_now(code)
    return code


def wait() -> list[DeskThread]:
    """Give up what may be given up and wait for the rest. Returns the threads that have not ended all the same."""
    for thread in running():
        if thread.give_up is not None:
            thread.give_up()
    until = time.monotonic() + PATIENCE
    while (left := running()) and time.monotonic() < until:
        left[0].join(max(0.0, min(AGAIN, until - time.monotonic())))
    while left := running(kept=True):
        left[0].join(AGAIN)
    return running()


def _end_now(code: int) -> None:
    """End the process without finalising the interpreter. Folders for the moment are swept at the next start."""
    for child in multiprocessing.active_children():
        if child.daemon:  # the others write something and end by themselves
            child.kill()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
