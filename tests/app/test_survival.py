"""What ends a command from outside: a closed terminal, Ctrl-C, limits of the system."""

from __future__ import annotations

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import main
from app.cli import program

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


ASKED_TO_STOP = """
import signal, sys
from app.cli.analyse import interruptible
from core.control import Control
number = signal.Signals[sys.argv[1]]
before, control = signal.getsignal(number), Control()
with interruptible(control):
    signal.raise_signal(number)
    assert control.cancelled
    try:
        signal.raise_signal(number)
        print("waits")
    except KeyboardInterrupt:
        print("leaves")
assert signal.getsignal(number) == before
"""


@posix
@pytest.mark.parametrize(("name", "second"), [("SIGINT", "leaves"), ("SIGTERM", "leaves"), ("SIGHUP", "waits")])
def test_each_polite_signal_asks_the_run_to_stop(name: str, second: str) -> None:
    """Shell and system both say that a terminal is closed, so that twice means nothing there. In a process of its own:
    an interrupt may end whoever runs the tests."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", ASKED_TO_STOP, name], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, second), done.stderr


NOBODY = """
import errno, os, signal
from app.cli import analyse
from core.control import Control
def closed(*_, **__):
    raise OSError(errno.EIO, os.strerror(errno.EIO))
analyse.errors.print = closed
control = Control()
with analyse.interruptible(control):
    signal.raise_signal(signal.SIGTERM)
assert control.cancelled
"""


@posix
def test_nobody_left_to_tell_is_no_reason_to_fail() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", NOBODY], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "no more open files"),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), "no more processes"),
        (MemoryError(), "no memory left"),
        (OSError(errno.EISDIR, "Is a directory"), "Something unexpected"),
    ],
)
def test_limits_of_the_system_are_no_mistake_of_ours(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def limited() -> object:
        raise error

    parts = replace(main.parts(), examine=limited)  # type: ignore[arg-type]  # it gives nothing
    assert program.run_command(["doctor"], parts) == 1
    told = capsys.readouterr().err
    assert said in told
    assert ("mistake in Asservat" in told) == (said == "Something unexpected")


def test_an_interrupted_command_is_stopped_and_not_failed() -> None:
    def interrupted() -> object:
        raise KeyboardInterrupt

    parts = replace(main.parts(), examine=interrupted)  # type: ignore[arg-type]  # it gives nothing
    assert program.run_command(["doctor"], parts) == 3
