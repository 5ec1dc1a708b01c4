"""Boxes of the things themselves: what OWLv2 (or a laboratory's detector) says, against what it is confused with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.records import Region
from models.detectors import Detector
from models.owlv2 import Answers, OpenVocabulary, suppress
from models.restraint_data import BoxRules, Data

__all__ = ["Found", "LaboratoryBoxes", "Objects", "SentenceBoxes", "choose", "merged", "placed"]


@dataclass(frozen=True, slots=True)
class Found:
    """One box of a group, relative to the picture. `margin`: its score less that of the best thing it is confused with;
    None where the detector knows no such thing. `words` says what was recognised, `instead` the best distractor."""

    group: str
    body: str
    region: Region
    score: float
    words: str
    margin: float | None = None
    instead: str = field(default="")


class Objects(Protocol):
    """Whatever finds the things in a picture (uint8 RGB), boxes relative to it."""

    def find(self, picture: NDArray[np.uint8]) -> list[Found]: ...


class SentenceBoxes:
    """OWLv2, asked for everything and its distractors in one pass."""

    def __init__(self, vocabulary: OpenVocabulary, data: Data) -> None:
        self._vocabulary = vocabulary
        self._data = data
        distractors = dict.fromkeys(text for some in data.distractors.values() for text in some)
        self._positive = [one for one in data.positive if one.group]
        self._queries = [*(one.text for one in self._positive), *distractors]

    def find(self, picture: NDArray[np.uint8]) -> list[Found]:
        return choose(self._vocabulary.look(picture, self._queries), self._queries, self._data)


class LaboratoryBoxes:
    """A laboratory's own detector whose classes name a group as their category."""

    def __init__(self, detector: Detector, data: Data) -> None:
        self._detector = detector
        self._groups = {
            label: group for label, group in detector.description.categories.items() if group in data.groups
        }

    def find(self, picture: NDArray[np.uint8]) -> list[Found]:
        return [
            Found(self._groups[box.label], "", box.region, box.score, box.label)
            for box in self._detector.detect(picture)
            if box.label in self._groups
        ]


def choose(answers: Answers, queries: Sequence[str], data: Data) -> list[Found]:
    """The places where the best query is one that is looked for, sure enough and surer than every distractor by the
    margin; of overlapping boxes of a group the best."""
    positive = {one.text: one for one in data.positive if one.group}
    rules = data.boxes
    looked_for = np.array([query in positive for query in queries])
    best = answers.scores.argmax(axis=1)
    rows = np.flatnonzero(looked_for[best] & (answers.scores.max(axis=1) >= rules.score))
    found = []
    for row in rows:
        scores = answers.scores[row]
        prompt = positive[queries[best[row]]]
        others = np.where(looked_for, -1.0, scores)
        other = int(others.argmax())
        lead = float(scores[best[row]]) - max(0.0, float(others[other]))
        region = answers.region(int(row))
        if lead >= rules.margin and region.w > 0 and region.h > 0:
            instead = queries[other] if not looked_for[other] else ""
            score = float(scores[best[row]])
            found.append(Found(prompt.group, prompt.body, region, score, prompt.text, lead, instead))
    return merged(found, rules)


def merged(found: Iterable[Found], rules: BoxRules) -> list[Found]:
    """Boxes of several looks at one picture: of those of a group that overlap, the best stays; best first."""
    everything = list(found)
    kept: list[Found] = []
    for group in dict.fromkeys(one.group for one in everything):
        own = [one for one in everything if one.group == group]
        kept += [own[one] for one in suppress([one.region for one in own], [one.score for one in own], rules.overlap)]
    return sorted(kept, key=lambda one: (-one.score, one.group, one.region.x, one.region.y))


def placed(found: Iterable[Found], part: Region) -> list[Found]:
    """Boxes of a part of the picture, relative to the picture."""
    return [replace(one, region=_within(one.region, part)) for one in found]


def _within(inner: Region, outer: Region) -> Region:
    return Region(outer.x + inner.x * outer.w, outer.y + inner.y * outer.h, inner.w * outer.w, inner.h * outer.h)
