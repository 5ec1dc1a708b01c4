"""The bar that is drawn while a run runs, from the same events that the desk gets."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from app.cli.output import errors
from core.events import Event, ProblemNoted, RunFinished
from core.events import Progress as Standing

__all__ = ["follow"]

QUIET_LINE_EVERY = 30.0


def follow(events: Iterable[Event], *, quiet: bool) -> RunFinished:
    """Draw until the run has ended, and return how it ended. Not a terminal: a line every half minute."""
    finished: RunFinished | None = None
    with _display(quiet) as show:
        for event in events:
            if isinstance(event, Standing):
                show.standing(event)
            elif isinstance(event, ProblemNoted):
                show.problem(event)
            elif isinstance(event, RunFinished):
                finished = event
    assert finished is not None
    return finished


class _Silent:
    def standing(self, now: Standing) -> None:
        pass

    def problem(self, event: ProblemNoted) -> None:
        pass


class _Lines(_Silent):
    def __init__(self) -> None:
        self._said = time.monotonic()

    def standing(self, now: Standing) -> None:
        if time.monotonic() - self._said >= QUIET_LINE_EVERY:
            self._said = time.monotonic()
            errors.print(
                f"{now.contents} of {now.total_contents} contents, {_speed(now)}, {_left(now)}", soft_wrap=True
            )


class _Bar(_Silent):
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID = bar.add_task("starting", total=None, numbers="", speed="", left="", problems="")
        self._problems = 0

    def standing(self, now: Standing) -> None:
        self._bar.update(
            self._task,
            description=now.phase,
            completed=now.contents,
            total=now.total_contents if now.listing_complete else None,
            numbers=f"{now.contents}/{now.total_contents} contents · {now.copies} files",
            speed=_speed(now),
            left=_left(now),
            problems=f"{self._problems} problems" if self._problems else "",
        )

    def problem(self, event: ProblemNoted) -> None:  # noqa: ARG002 - the bar only counts them
        self._problems += 1


@contextmanager
def _display(quiet: bool) -> Iterator[_Silent]:
    if quiet and not sys.stderr.isatty():
        yield _Silent()
    elif not sys.stderr.isatty():
        yield _Lines()
    else:
        columns = ("{task.description}", "{task.fields[numbers]}", "{task.fields[speed]}", "{task.fields[left]}")
        texts = [TextColumn(column) for column in columns]
        with Progress(
            texts[0],
            BarColumn(),
            *texts[1:],
            TextColumn("[yellow]{task.fields[problems]}"),
            console=errors,
            transient=True,
        ) as bar:
            yield _Bar(bar)


def _speed(now: Standing) -> str:
    parts = [f"{now.contents_per_second:.1f}/s", f"{now.bytes_per_second / 1e6:.1f} MB/s"]
    if now.media_seconds:
        parts.append(f"{now.media_seconds:.0f} s of media")
    return " · ".join(parts)


def _left(now: Standing) -> str:
    if now.remaining is None:
        return "time left: not known yet"
    low, high = now.remaining
    return f"{_duration(low)} to {_duration(high)} left"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
