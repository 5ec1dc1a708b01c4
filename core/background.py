"""Who works for a window steps back behind it: a run takes each processor that is free, the window what it needs.

The desk says once that there is a window; the processes that it starts for a run hear it through the environment and
lower their priority. Alone on the machine they lose nothing by it. The command line has no window and says nothing.
"""

from __future__ import annotations

import contextlib
import os

__all__ = ["behind_a_window", "step_back"]

_SAID = "ASSERVAT_BEHIND_WINDOW"
_NICE = 10


def behind_a_window() -> None:
    """From now on the processes of a run that this process starts step back."""
    os.environ[_SAID] = "1"


def step_back() -> None:
    """Called by a process of a run when it starts."""
    if _SAID not in os.environ:
        return
    if hasattr(os, "nice"):
        os.nice(_NICE)
        return
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)  # type: ignore[attr-defined, unused-ignore]
