"""One picture through the stages of `restraint`: recall first, then precision, then one score for each thing.

Every stage may be absent; what is absent does not count, and the finding says so. See `models.restraint_stages` for the
stages and `resources/models/restraint.json` for everything that is an opinion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.control import Control
from core.records import Finding, Region, Sample, SampleResult
from models import persons as person_finder
from models import pose
from models.detectors import Detector
from models.embedding_towers import PictureTower, crop
from models.left_out import LeftOut
from models.persons import Person
from models.pose import Posture
from models.restraint_boxes import Found, Objects, merged, placed
from models.restraint_data import Data
from models.restraint_fusion import fuse
from models.restraint_sentences import Sentences
from models.restraint_stages import Stages
from models.runtime import Session
from models.tagger import Tagger

__all__ = ["UNCALIBRATED", "Crew", "Look"]

UNCALIBRATED = "uncalibrated"
GROUP = "restraint"
_WHOLE = Region(0.0, 0.0, 1.0, 1.0)
_BEHIND = ("persons", "pose", "objects", "verifier")
_HEAD = ("mouth", "eyes")
_TOLD, _MOST_TAGS = 0.1, 6
_RIGHT = 320  # pixels of a crop's longer side that count as large enough: `crop_size` is the share of it


@dataclass(frozen=True, slots=True)
class Crew:
    """Everything that is loaded. None: this stage is absent."""

    stages: Stages
    data: Data
    tower: PictureTower | None = None
    sentences: Sentences | None = None
    persons: Session | None = None
    own_persons: Detector | None = None
    pose: Session | None = None
    objects: Objects | None = None
    tagger: Tagger | None = None
    prefilter: Detector | None = None
    verifier: Detector | None = None
    left: LeftOut = field(default_factory=LeftOut)
    """Stages whose pack is here and cannot be used."""

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for tags in self.data.tags.values() for tag in tags))


@dataclass(frozen=True, slots=True)
class _Body:
    """A person with what was told of the joints."""

    person: Person
    parts: tuple[tuple[str, Region], ...] = ()
    posture: Posture = field(default_factory=Posture)


@dataclass(frozen=True, slots=True)
class _Crop:
    """A part of the picture that was looked at closely, and what sentences, tags and a laboratory's verifier say."""

    region: Region
    body: str = ""
    margins: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, float] = field(default_factory=dict)
    verified: Mapping[str, float] | None = None


class Look:
    """One look at one sample. Raises `ValueError` for one without pixels."""

    def __init__(self, crew: Crew, sample: Sample, control: Control) -> None:
        picture: NDArray[np.uint8] = sample.array()
        if not picture.shape[0] or not picture.shape[1]:
            raise ValueError("the picture has no pixels")
        self._crew = crew
        self._data = crew.data
        self._sample = sample
        self._picture = picture
        self._size = (int(picture.shape[1]), int(picture.shape[0]))
        self._control = control

    def result(self, keep_score: float, *, everything: bool) -> SampleResult:
        """What was found from this score on, the surest first. `everything`: the prefilter is passed over."""
        exit_ = None if everything else self._not_worth_it()
        if exit_:  # the stages behind it would not have been asked
            return SampleResult(exits=(exit_,), without=self._crew.left.without(*_BEHIND).sentences())
        bodies = self._bodies()
        boxes = self._boxes(bodies)
        findings = [self._finding(one, self._crop(self._widened(one.region)), bodies) for one in boxes]
        findings += self._without_boxes(bodies, {one.group for one in boxes})
        kept = [one for one in findings if one.score is not None and one.score >= keep_score]
        ordered = tuple(sorted(kept, key=lambda one: -(one.score or 0.0)))
        return SampleResult(findings=ordered, without=self._crew.left.sentences())

    # ------------------------------------------------------------------ worth a closer look?

    @cached_property
    def _margins(self) -> Mapping[str, float]:
        if self._crew.tower is None or self._crew.sentences is None:
            return {}
        vector = self._crew.tower.embed_samples([self._sample])[0]
        return self._crew.sentences.margins(vector, self._data.prefilter.scale)

    @cached_property
    def _tags(self) -> Mapping[str, float]:
        return self._crew.tagger.look(self._picture, self._crew.tags) if self._crew.tagger else {}

    def _not_worth_it(self) -> str:
        """The sentence of an early exit, or nothing when the picture deserves a closer look."""
        rules, said = self._data.prefilter, ""
        if self._crew.prefilter is not None:
            if self._passes(self._crew.prefilter):
                return ""
            said = f"{self._crew.prefilter.description.id}: nothing above its thresholds"
        elif self._crew.sentences is not None:
            best = max(self._margins.values())
            if best >= rules.threshold:
                return ""
            said = f"prefilter {best:.2f} < {rules.threshold:g}"
        if not said:
            return ""
        if self._crew.tagger is not None:
            tag = max(self._tags.values(), default=0.0)
            if tag >= rules.tag:
                return ""
            said = f"{said}, tags {tag:.2f} < {rules.tag:g}"
        return f"{said}: no closer look for restraint"

    def _passes(self, detector: Detector) -> bool:
        thresholds = detector.description.thresholds
        return any(box.score >= thresholds[box.label] for box in detector.detect(self._picture))

    # ------------------------------------------------------------------ persons and their bodies

    def _bodies(self) -> list[_Body]:
        crew, rules = self._crew, self._data.persons
        self._control.checkpoint()
        if crew.own_persons is not None:
            people = _own_persons(crew.own_persons, self._picture, rules.score)[: rules.most]
        elif crew.persons is not None:
            people = person_finder.find(crew.persons, self._picture, rules)
        else:
            people = []
        return [self._body(person) for person in people]

    def _body(self, person: Person) -> _Body:
        if self._crew.pose is None or min(person.region.w * self._size[0], person.region.h * self._size[1]) < 1:
            return _Body(person)
        rules = self._data.pose
        found = pose.joints(self._crew.stages.pose, self._crew.pose, self._picture, person.region)
        return _Body(person, tuple(pose.parts(found, self._size, rules)), pose.posture(found, rules))

    # ------------------------------------------------------------------ boxes

    def _boxes(self, bodies: Sequence[_Body]) -> list[Found]:
        objects, rules = self._crew.objects, self._data.boxes
        if objects is None:
            return []
        parts = [_WHOLE]
        for body in bodies:
            part = _grown(body.person.region, self._data.persons.widened)
            large = max(part.w * self._size[0], part.h * self._size[1]) >= rules.smallest
            if large and part.w * part.h < 0.9:  # a person who fills the picture was looked at with it
                parts.append(part)
        found: list[Found] = []
        for part in parts[: rules.looks]:
            self._control.checkpoint()
            found += placed(objects.find(crop(self._picture, part)), part)
        return merged(found, rules)[: self._data.verifier.crops]

    # ------------------------------------------------------------------ crops

    def _without_boxes(self, bodies: Sequence[_Body], boxed: set[str]) -> list[Finding]:
        """For each group that no box speaks of: the crop that speaks for it most."""
        groups = [group for group in self._data.groups if group not in boxed]
        if not groups or not (self._crew.sentences or self._crew.tagger or self._crew.verifier):
            return []
        crops = self._crops(bodies)
        findings = []
        for group in groups:
            best = max(crops, key=lambda one, g=group: _speaks(one, g, self._data))  # type: ignore[misc]  # a bound default has no type of its own
            body = best.body or self._usual_body(group)
            score = 0.0 if self._crew.objects is not None else None
            findings.append(self._finding(_nowhere(group, body, best.region, score), best, bodies))
        return findings

    def _crops(self, bodies: Sequence[_Body]) -> list[_Crop]:
        wanted = [(_WHOLE, "")]
        for body in bodies:
            wanted.append((_grown(body.person.region, self._data.persons.widened), ""))
            wanted += [(region, part) for part, region in body.parts]
        return [self._crop(region, body) for region, body in wanted[: self._data.verifier.crops]]

    def _crop(self, region: Region, body: str = "") -> _Crop:
        self._control.checkpoint()
        whole = region == _WHOLE
        pixels = self._picture if whole else crop(self._picture, region)
        tags = self._tags if whole else self._tagged(pixels)
        verified = None if self._crew.verifier is None else _best_by_group(self._crew.verifier, pixels)
        margins = self._margins if whole else self._weighed(pixels, self._data.verifier.scale)
        return _Crop(region, body, margins, tags, verified)

    def _weighed(self, pixels: NDArray[np.uint8], scale: float) -> Mapping[str, float]:
        if self._crew.tower is None or self._crew.sentences is None:
            return {}
        return self._crew.sentences.margins(self._crew.tower.embed([pixels])[0], scale)

    def _tagged(self, pixels: NDArray[np.uint8]) -> Mapping[str, float]:
        return self._crew.tagger.look(pixels, self._crew.tags) if self._crew.tagger is not None else {}

    def _widened(self, region: Region) -> Region:
        return _grown(region, self._data.verifier.widened)

    def _usual_body(self, group: str) -> str:
        """The body part that this group always belongs to, else nothing."""
        bodies = {one.body for one in self._data.positive if one.group == group}
        return bodies.pop() if len(bodies) == 1 else ""

    # ------------------------------------------------------------------ the finding

    def _finding(self, found: Found, close: _Crop, bodies: Sequence[_Body]) -> Finding:
        owner = _owner(found.region, bodies)
        body = _body_part(found, owner)
        features = self._features(found, close, owner, body)
        fused = fuse(features, self._data.fusion)
        whole = found.region == _WHOLE
        return Finding(
            label=found.group,
            score=round(fused.score, 6),
            region=None if whole else found.region,
            attributes={
                "group": GROUP,
                "band": fused.band,
                "calibration": UNCALIBRATED,
                "body": body,
                "words": found.words,
                "instead": found.instead,
                "scores": _rounded(features),
                "terms": _rounded(fused.terms),
                "sources": list(fused.sources),
                "tags": _surest(close.tags),
                "posture": list(owner.posture.why) if owner is not None else [],
                "person": _numbers(owner.person.region) if owner is not None else None,
                "stages": self._crew.stages.said(),
            },
        )

    def _features(self, found: Found, close: _Crop, owner: _Body | None, body: str) -> dict[str, float]:
        tags, group = self._data.tags, found.group
        values: dict[str, float | None] = {
            "box_score": found.score if self._crew.objects is not None else None,
            "box_margin": found.margin,
            "crop_margin": close.margins.get(group),
            "image_margin": self._margins.get(group),
            "tag": _highest(close.tags, tags.get(group, ())),
            "any_tag": _highest(close.tags, tags.get("", ())),
            "laboratory": None if close.verified is None else close.verified.get(group, 0.0),
            "posture": owner.posture.of(body) if owner is not None and self._crew.pose is not None else None,
            "person": owner.person.score if owner is not None else None,
            "crop_size": self._crop_size(close.region),
        }
        if self._crew.verifier is not None:  # it stands in for sentences and tags on crops
            values |= {"crop_margin": None, "tag": None, "any_tag": None}
        return {name: value for name, value in values.items() if value is not None}

    def _crop_size(self, region: Region) -> float:
        return min(1.0, max(region.w * self._size[0], region.h * self._size[1]) / _RIGHT)


def _nowhere(group: str, body: str, region: Region, score: float | None) -> Found:
    return Found(group, body, region, score or 0.0, "")


def _speaks(one: _Crop, group: str, data: Data) -> tuple[float, float]:
    """How much a crop speaks for a group; of equals the larger crop."""
    tag = _highest(one.tags, data.tags.get(group, ())) or 0.0
    verified = (one.verified or {}).get(group, 0.0)
    return one.margins.get(group, 0.0) + 4.0 * (tag + verified), one.region.w * one.region.h


def _best_by_group(detector: Detector, pixels: NDArray[np.uint8]) -> dict[str, float]:
    categories = detector.description.categories
    best: dict[str, float] = {}
    for box in detector.detect(pixels):
        group = categories.get(box.label, "")
        best[group] = max(best.get(group, 0.0), box.score)
    return best


def _highest(tags: Mapping[str, float], names: Sequence[str]) -> float | None:
    """The surest of these tags; None when the tagger knows none of them or is absent."""
    return max((tags[name] for name in names if name in tags), default=None)


def _body_part(found: Found, owner: _Body | None) -> str:
    """The part of the body whose crop holds the middle of the box; else what the words say."""
    middle = (found.region.x + found.region.w / 2, found.region.y + found.region.h / 2)
    for part, region in owner.parts if owner is not None and found.region != _WHOLE else ():
        if _holds(region, middle):
            if part != "head":
                return part
            return found.body if found.body in _HEAD else "head"
    return found.body


def _owner(region: Region, bodies: Sequence[_Body]) -> _Body | None:
    """The person whose box holds the middle of this region; the smallest of several. A whole picture belongs to the
    only person in it."""
    if region == _WHOLE:
        return bodies[0] if len(bodies) == 1 else None
    middle = (region.x + region.w / 2, region.y + region.h / 2)
    holding = [body for body in bodies if _holds(body.person.region, middle)]
    return min(holding, key=lambda one: one.person.region.w * one.person.region.h, default=None)


def _holds(region: Region, point: tuple[float, float]) -> bool:
    return region.x <= point[0] <= region.x + region.w and region.y <= point[1] <= region.y + region.h


def _grown(region: Region, share: float) -> Region:
    """A region with this share of its size added on each side, inside the picture."""
    left, top = max(0.0, region.x - share * region.w), max(0.0, region.y - share * region.h)
    right = min(1.0, region.x + (1 + share) * region.w)
    bottom = min(1.0, region.y + (1 + share) * region.h)
    return Region(left, top, right - left, bottom - top)


def _own_persons(detector: Detector, picture: NDArray[np.uint8], least: float) -> list[Person]:
    """What a laboratory's detector takes for persons: the classes that say so, or all where none does."""
    classes = detector.description.classes
    named = {one.name for one in classes if "person" in (one.name, one.category)} or {one.name for one in classes}
    found = [Person(box.region, box.score) for box in detector.detect(picture) if box.label in named]
    return sorted((one for one in found if one.score >= least), key=_by_size)


def _by_size(person: Person) -> tuple[float, float, float]:
    return -person.region.w * person.region.h, person.region.x, person.region.y


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _surest(tags: Mapping[str, float]) -> dict[str, float]:
    """The few tags that are not out of the question."""
    order = sorted((tag for tag, value in tags.items() if value >= _TOLD), key=lambda tag: (-tags[tag], tag))
    return {tag: round(tags[tag], 4) for tag in order[:_MOST_TAGS]}


def _numbers(region: Region) -> list[float]:
    return [round(value, 6) for value in (region.x, region.y, region.w, region.h)]
