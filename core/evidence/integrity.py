"""Reading a source again and comparing: is the evidence still what was registered?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.evidence.opening import CannotOpen, open_readonly
from core.evidence.workers import Done, HashPool, Job, batches

__all__ = ["Registered", "SourceState", "reread"]


@dataclass(frozen=True, slots=True)
class Registered:
    """One copy as the case has it. `root` and `path` exactly as the operating system names them."""

    source: int
    root: bytes
    path: bytes
    sha256: str


@dataclass(slots=True)
class SourceState:
    """How many copies of a source were read again, and how many of them differ or cannot be read."""

    checked: int = 0
    changed: int = 0
    missing: int = 0


def reread(
    copies: Iterable[Registered], workers: int, tick: Callable[[int], None] | None = None
) -> dict[int, SourceState]:
    """Hash every copy again and compare its SHA-256; source id → what came of it. `tick` gets the files done so far.

    Sizes and times are taken as they are now: a changed file is one whose bytes changed.
    """
    states: dict[int, SourceState] = {}
    expected: dict[int, Registered] = {}

    def jobs() -> Iterable[Job]:
        for key, copy in enumerate(copies):
            expected[key] = copy
            path = os.fsdecode(copy.root) + os.sep + os.fsdecode(copy.path).replace("/", os.sep)
            yield Job(key, path, *_as_it_is(path))

    done = 0
    with HashPool(workers) as pool:
        for batch in batches(jobs()):
            while not pool.room():
                done += _collect(pool, expected, states)
            pool.submit(batch)
        while pool.unfinished:
            done += _collect(pool, expected, states)
            if tick:
                tick(done)
    return states


def _as_it_is(path: str) -> tuple[int, int]:
    """Size and time of change as they are now. Asked of the open file: a path may be longer than the system takes at
    once, which `open_readonly` knows how to do."""
    try:
        descriptor = open_readonly(path)
    except CannotOpen:
        return 0, 0  # the reader says what is wrong with it
    try:
        found = os.fstat(descriptor)
        return found.st_size, found.st_mtime_ns
    finally:
        os.close(descriptor)


def _collect(pool: HashPool, expected: dict[int, Registered], states: dict[int, SourceState]) -> int:
    count = 0
    for batch in pool.poll(0.5):
        for result in batch.results:
            copy = expected.pop(result.key)
            _compare(result, copy, states.setdefault(copy.source, SourceState()))
            count += 1
    return count


def _compare(result: Done, copy: Registered, state: SourceState) -> None:
    state.checked += 1
    if result.code:
        state.missing += 1
    elif result.sha256 != copy.sha256:
        state.changed += 1
