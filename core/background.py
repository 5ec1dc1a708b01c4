"""Who works for a window steps back behind it: a run takes each processor that is free, the window what it needs.

The desk says once that there is a window; the processes that it starts for a run hear it through the environment and
lower their priority. Alone on the machine they lose nothing by it. The command line has no window and says nothing.
"""

from __future__ import annotations

import contextlib
import os
import time

__all__ = ["Courtesy", "behind_a_window", "lower_priority", "patience", "step_back"]

_SAID = "ASSERVAT_BEHIND_WINDOW"
_NICE = 10
_WORK, _REST = 0.002, 0.02


def behind_a_window() -> None:
    """From now on the processes of a run that this process starts step back."""
    os.environ[_SAID] = "1"


def step_back() -> None:
    """Called by a process of a run when it starts."""
    if _SAID in os.environ:
        lower_priority()


def lower_priority() -> None:
    """This process takes what others leave of the processors; alone it loses nothing by it."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
        return
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)  # type: ignore[attr-defined, unused-ignore]  # only on Windows


def patience() -> float:
    """How much longer than on a quiet machine anything may take by the clock, 1 to 4: a run of our own keeps about two
    programs waiting for each processor, others that are at work beside it take its time away."""
    import psutil

    load = psutil.getloadavg()[0]
    return min(max(load / (2 * (psutil.cpu_count() or 1)), 1.0), 4.0)


class Courtesy:
    """What the thread of a run calls in its loops: in the process of a window it rests after each piece of work.

    The interpreter is given from thread to thread every millisecond. A window lets it go a hundred times while it
    paints, and each time a thread that only computes would keep it for one; asleep, that takes nothing. One thread, one
    of these.
    """

    def __init__(self) -> None:
        self._behind = _SAID in os.environ
        self._rested = time.thread_time()

    def give_way(self) -> None:
        """Sleep as long as this thread has computed since, from 2 to 20 ms; on the command line not at all."""
        worked = time.thread_time() - self._rested if self._behind else 0.0
        if worked > _WORK:
            time.sleep(min(worked, _REST))
            self._rested = time.thread_time()
