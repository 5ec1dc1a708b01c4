"""Many sub-scores to one: a logistic sum whose weights are data, and the words for it.

Every feature counts weight · clip((value − centre) / spread, ±limit); a feature that no stage gave does not count. A
finding is called likely only when enough independent sources speak for it, however high one of them is. The weights
are set by hand: the result ranks, it is no probability, until a laboratory has calibrated thresholds for itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.restraint_data import Fusion

__all__ = ["Fused", "fuse", "margin"]


@dataclass(frozen=True, slots=True)
class Fused:
    """`terms`: what each feature added to the sum. `sources`: the independent sources that speak for it."""

    score: float
    band: str
    terms: Mapping[str, float]
    sources: tuple[str, ...]


def fuse(features: Mapping[str, float], rules: Fusion) -> Fused:
    """Features by name (see `restraint.json`); unknown names are an error of the caller."""
    terms = {}
    for name, value in features.items():
        rule = rules.features[name]
        terms[name] = rule.weight * max(-rules.limit, min(rules.limit, (value - rule.centre) / rule.spread))
    score = 1.0 / (1.0 + math.exp(-(rules.bias + sum(terms.values()))))
    sums: dict[str, float] = {}
    for name, term in terms.items():
        source = rules.features[name].source
        sums[source] = sums.get(source, 0.0) + term
    speaking = tuple(source for source in rules.evidence if sums.get(source, 0.0) > 0)
    band = rules.bands.of(score)
    if band == "likely" and len(speaking) < rules.likely_needs:
        band = "possible"
    return Fused(score, band, terms, speaking)


def margin(vector: NDArray[np.float32], wanted: NDArray[np.float32], other: NDArray[np.float32], scale: float) -> float:
    """How much better a picture fits the wanted sentences than the others: log mean exp(scale · cosine) of each, their
    difference; 0 where both fit alike. The mean and not the sum, so that a group with many sentences has no head start.
    All vectors have length 1; `wanted` and `other` are [sentences, dimensions]."""
    return _log_mean(scale * (wanted @ vector)) - _log_mean(scale * (other @ vector))


def _log_mean(values: NDArray[np.float32]) -> float:
    exact = values.astype(np.float64)
    top = float(exact.max())
    return top + math.log(float(np.exp(exact - top).mean()))
