"""How things are timed here: A B A B …, equality first, ratios with the worst pair, foreign load told.

A number from another day or another machine is never compared with.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

__all__ = ["Foreign", "Row", "Timing", "cpu_seconds", "in_pairs", "timed"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall seconds, CPU seconds of this process and of all its finished children, and what else ran meanwhile
    (CPU seconds of other processes as a share of what the machine had)."""

    wall: float
    cpu: float
    foreign: float


@dataclass(slots=True)
class Row:
    """One line of the table. `ratio` is the median, `worst` the worst pair; `gate` and `aim` are bounds on the ratio
    (`at_least`: higher is better). `agreement` says whether both sides gave the same result."""

    name: str
    ours: str
    bare: str
    ratio: float
    worst: float
    gate: float | None = None
    aim: float | None = None
    at_least: bool = False
    agreement: str = ""
    note: str = ""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.gate is None:
            return ""
        met = (lambda bound: self.ratio >= bound) if self.at_least else (lambda bound: self.ratio <= bound)
        if self.aim is not None and met(self.aim):
            return "aim met"
        return "gate met" if met(self.gate) else "MISSED"


def cpu_seconds() -> float:
    """User and system time of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def timed(work: Callable[[], object]) -> Timing:
    busy, cpu, wall = _busy(), cpu_seconds(), time.perf_counter()
    work()
    wall, cpu, busy = time.perf_counter() - wall, cpu_seconds() - cpu, _busy() - busy
    return Timing(wall, cpu, max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1)))


class Foreign:
    """What other programs took since it was made, or asked last, as a share of what the machine had."""

    def __init__(self) -> None:
        self._then = self._now()

    def since(self) -> float:
        before, self._then = self._then, self._now()
        wall, busy, own = (now - then for now, then in zip(self._then, before, strict=True))
        return max(0.0, busy - own) / (max(wall, 1e-9) * (os.cpu_count() or 1))

    @staticmethod
    def _now() -> tuple[float, float, float]:
        return time.perf_counter(), _busy(), cpu_seconds()


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


def in_pairs(ours: Callable[[], object], bare: Callable[[], object], pairs: int) -> tuple[list[Timing], list[Timing]]:
    """One warm-up of each, then ours, bare, ours, bare …"""
    ours()
    bare()
    measured = [(timed(ours), timed(bare)) for _ in range(pairs)]
    return [a for a, _ in measured], [b for _, b in measured]


def ratios(ours: list[Timing], bare: list[Timing], *, cpu: bool = False, at_least: bool = False) -> tuple[float, float]:
    """Median and worst of the pairwise ratios ours ÷ bare; for `at_least` bare ÷ ours, so that more is better."""
    values = []
    for a, b in zip(ours, bare, strict=True):
        mine, other = (a.cpu, b.cpu) if cpu else (a.wall, b.wall)
        values.append(other / mine if at_least else mine / other)
    return statistics.median(values), (min if at_least else max)(values)


def median_wall(timings: list[Timing]) -> float:
    return statistics.median(timing.wall for timing in timings)


def most_foreign(*timings: list[Timing]) -> float:
    return max(timing.foreign for group in timings for timing in group)
