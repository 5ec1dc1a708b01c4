"""One question to a process of its own: for what may take its process with it, as a broken graph or driver may."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from models.offline import stay_offline

__all__ = ["ask"]

T = TypeVar("T")


def ask(work: Callable[..., T], *given: object, name: str, seconds: float) -> T:
    """What `work(*given)` returns there. `work` is a function of a module; what it gets and returns can be pickled.

    Raises `TimeoutError` after so many seconds, `ChildProcessError` when the process ended without an answer (an
    exception in `work` is such an end: it is printed there). The process is gone afterwards in every case."""
    context = multiprocessing.get_context("spawn")
    answers, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(work, given, theirs), name=name, daemon=True)
    child.start()
    theirs.close()
    try:
        if not answers.poll(seconds):
            raise TimeoutError(f"{name}: no answer within {seconds:.0f} s")
        answer: T = answers.recv()
    except (EOFError, BrokenPipeError, ConnectionResetError):  # what an end without an answer is called, by system
        child.join()
        raise ChildProcessError(f"{name}: ended with {child.exitcode}") from None
    finally:
        child.kill()
        child.join()
        answers.close()
    return answer


def _child(work: Callable[..., Any], given: tuple[object, ...], answers: Connection) -> None:
    stay_offline()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    answers.send(work(*given))
