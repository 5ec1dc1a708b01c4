"""From scores of pictures whose truth is known to thresholds with error rates. Pure arithmetic.

Two thresholds are chosen: `possible` misses few (the highest that still reaches the wanted recall), `likely` raises few
false alarms (the lowest whose rate of false alarms is still allowed). Every rate comes with its 95 % Wilson interval,
because a rate without the number it was counted on says little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ENOUGH", "Rate", "Thresholds", "Truth", "choose", "wilson"]

ENOUGH = (200, 2000)
"""Positive and negative pictures from which on a calibration is more than a first look."""
_Z = 1.959963984540054  # 95 %, two-sided


@dataclass(frozen=True, slots=True)
class Truth:
    """One picture: what the analyzer's score was (0 where it found nothing), and whether it should have found it."""

    score: float
    positive: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total`, with the interval that holds the true rate 95 times of 100. None of none: 0 to 1."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.total)

    def as_json(self) -> dict[str, object]:
        low, high = self.interval
        value = None if self.value is None else round(self.value, 6)
        return {"hits": self.hits, "total": self.total, "rate": value, "low": round(low, 6), "high": round(high, 6)}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A threshold with what it does on these pictures: `recall` of the positive, `false_alarms` of the negative.
    `threshold` None: no score does what was wanted."""

    threshold: float | None
    recall: Rate
    false_alarms: Rate

    def as_json(self) -> dict[str, object]:
        return {
            "threshold": self.threshold,
            "recall": self.recall.as_json(),
            "false_alarms": self.false_alarms.as_json(),
        }


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a rate."""
    if total == 0:
        return 0.0, 1.0
    rate, square = hits / total, _Z * _Z
    middle = (rate + square / (2 * total)) / (1 + square / total)
    half = _Z / (1 + square / total) * math.sqrt(rate * (1 - rate) / total + square / (4 * total * total))
    low = 0.0 if hits == 0 else middle - half  # exactly, and not the last digit of a sum beside it
    return low, 1.0 if hits == total else middle + half


def choose(seen: Sequence[Truth], recall: float, false_alarms: float) -> dict[str, Thresholds]:
    """`possible` and `likely` (see above). Only scores above 0 are thresholds: below the stored ones nothing is known.
    `likely` never lies below `possible`."""
    scores = sorted({one.score for one in seen if one.score > 0})
    measured = [_at(seen, score) for score in scores]
    enough = [one for one in measured if (one.recall.value or 0.0) >= recall]
    quiet = [one for one in measured if (one.false_alarms.value or 0.0) <= false_alarms and one.recall.hits]
    nothing = _at(seen, None)
    possible = enough[-1] if enough else (measured[0] if measured else nothing)
    likely = quiet[0] if quiet else nothing
    if likely.threshold is not None and possible.threshold is not None and likely.threshold < possible.threshold:
        likely = possible
    return {"possible": possible, "likely": likely}


def _at(seen: Sequence[Truth], threshold: float | None) -> Thresholds:
    positive = [one for one in seen if one.positive]
    negative = [one for one in seen if not one.positive]

    def over(some: Sequence[Truth]) -> int:
        return 0 if threshold is None else sum(one.score >= threshold for one in some)

    return Thresholds(threshold, Rate(over(positive), len(positive)), Rate(over(negative), len(negative)))
