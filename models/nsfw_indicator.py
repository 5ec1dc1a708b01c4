"""What regions and classifiers say together, by rules that are data (`resources/models/nsfw_indicator.json`).

The raw scores go in by name and stay beside the answer:

    detector.explicit, detector.nude, detector.suggestive   the best region of that group
    classifier.nsfw                                         probability of the two-way classifier
    graded.low, graded.medium, graded.high                  probability of that level *or a higher one*

A name is absent where its model did not look; a rule that asks for it then does not hold. The first rule that holds
names the group. Nothing here is calibrated, and no score is changed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.records import Finding
from models import catalogue

__all__ = [
    "GRADES",
    "Classifier",
    "Indicator",
    "Part",
    "Rule",
    "Words",
    "combined",
    "indicator",
    "raw_scores",
]

GRADES = ("low", "medium", "high")
Part = Literal["classifier", "graded"]
Group = Literal["explicit", "nude", "suggestive"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Frozen):
    """A sentence in each language."""

    en: str
    de: str


class Classifier(_Frozen):
    """How one classifier wants its picture and what its outputs mean, in the order of the outputs: some publishers put
    the harmless class first and some last."""

    model: str
    part: Part
    side: int = Field(gt=0)
    resample: Literal["bilinear", "bicubic"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    outputs: Literal["logits", "probabilities"]
    labels: tuple[str, ...]


class Rule(_Frozen):
    """`at_least`: raw scores by name, all of which must be reached. `score`: the names of which the highest counts."""

    id: str
    at_least: dict[str, float]
    group: Group
    score: tuple[str, ...]
    words: Words

    def holds(self, raw: Mapping[str, float]) -> bool:
        return all(name in raw and raw[name] >= least for name, least in self.at_least.items())


class Indicator(_Frozen):
    """The whole file. Classifiers of one part stand in the order of preference."""

    version: str
    calibrated_on: str
    note: Words
    groups: dict[str, Group]
    """The severity group of each label that classifiers and rules give."""
    classifiers: tuple[Classifier, ...]
    rules: tuple[Rule, ...]


@functools.cache
def indicator() -> Indicator:
    text = (catalogue.RESOURCES / "nsfw_indicator.json").read_text(encoding="utf-8")
    return Indicator.model_validate_json(text)


def raw_scores(
    regions: Iterable[Finding], classifier: Mapping[str, float] | None, graded: Mapping[str, float] | None
) -> dict[str, float]:
    """The raw scores by name. `classifier` and `graded`: probability by label; None: it did not look."""
    raw: dict[str, float] = {}
    for finding in regions:
        name = f"detector.{finding.attributes['group']}"
        raw[name] = max(raw.get(name, 0.0), finding.score or 0.0)
    if classifier is not None:
        raw["classifier.nsfw"] = classifier["nsfw"]
    if graded is not None:
        for position, grade in enumerate(GRADES):
            raw[f"graded.{grade}"] = min(1.0, sum(graded[higher] for higher in GRADES[position:]))
    return raw


def combined(raw: Mapping[str, float], rules: Sequence[Rule]) -> tuple[Rule, float] | None:
    """The first rule that holds, and its score; None: none does."""
    for rule in rules:
        if rule.holds(raw):
            return rule, max(raw[name] for name in rule.score if name in raw)
    return None
