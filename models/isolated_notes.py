"""Where the inference child stood when a sample crashed it or overran its time: written there, read when it has ended.

The C part of `faulthandler` writes it, so it is written too when no Python code can run any more, as when two libraries
wait for each other. It holds file names and lines of the program, nothing of the evidence.
"""

from __future__ import annotations

import faulthandler
import re
import threading
import time
import traceback
from pathlib import Path

__all__ = ["StackNotes", "briefly", "raised_at", "read_stacks"]

_SHARE = 0.95  # of a call's time after which its stack is noted: just before the parent ends the process
_AGAIN = 5.0  # seconds from note to note when the time is over
_NOTE = re.compile(r"^(?=Timeout \(|Fatal Python error|Windows fatal exception)", re.MULTILINE)
_THREAD = re.compile(r"^(?=(?:Current thread|Thread) 0x)", re.MULTILINE)
_FRAME = re.compile(r'^  File "(?P<file>[^"]*)", line (?P<line>\d+) in (?P<name>.+)$', re.MULTILINE)
_FRAMES = 6
_BRIEF = 2
_AT_WORK = ("isolated_server.py", "_look")  # the function that a thread of the server is in during a call


class StackNotes:
    """The child's end: told which calls run, it keeps one timer at the earliest that would be too long. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")  # as long as the process
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}
        faulthandler.enable(self._file)

    def begin(self, number: int, seconds: float) -> None:
        """Call `number` has begun and may take so long."""
        with self._lock:
            self._due[number] = time.monotonic() + seconds * _SHARE
            self._arm()

    def end(self, number: int) -> None:
        """Call `number` has come back."""
        with self._lock:
            del self._due[number]
            self._arm()

    def _arm(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        if self._due:
            left = min(self._due.values()) - time.monotonic()
            # Again and again: on a busy machine the parent waits longer than that.
            faulthandler.dump_traceback_later(left if left > 0 else _AGAIN, repeat=True, file=self._file)


def read_stacks(path: Path) -> str:
    """What the threads at work were doing at the last note, innermost function first: in a crash the one that crashed,
    else all of them. Empty when nothing was noted."""
    try:
        note = _NOTE.split(path.read_text(encoding="utf-8", errors="replace"))[-1]
    except OSError:
        return ""
    threads = _THREAD.split(note)[1:]
    crashed = [one for one in threads if one.startswith("Current thread")]
    stacks = [_FRAME.findall(one) for one in crashed or threads]
    return " | ".join(" < ".join(map(_said, frames[:_FRAMES])) for frames in stacks if crashed or _busy(frames))


def briefly(stacks: str) -> str:
    """The innermost functions of the first thread, short enough for the sentence that is kept in the case."""
    return " < ".join(stacks.split(" | ", maxsplit=1)[0].split(" < ")[:_BRIEF])


def raised_at(error: BaseException) -> str:
    """What was raised and the innermost functions on the way to it, in the same form. Nothing of the error's own words:
    they may hold what is written in the evidence."""
    frames = traceback.extract_tb(error.__traceback__)[::-1][:_BRIEF]
    where = " < ".join(_said((frame.filename, str(frame.lineno), frame.name)) for frame in frames)
    return f"{type(error).__name__} in {where}" if where else type(error).__name__


def _busy(frames: list[tuple[str, str, str]]) -> bool:
    return any((_name(file), function) == _AT_WORK for file, _, function in frames)


def _said(frame: tuple[str, str, str]) -> str:
    file, line, function = frame
    return f"{function} ({_name(file)}:{line})"


def _name(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]
