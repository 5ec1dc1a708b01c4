"""What `restraint` asks for and how much each answer counts: `resources/models/restraint.json`, read and checked."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models import catalogue

__all__ = ["Bands", "Data", "Feature", "Fusion", "Prompt", "data", "digest"]

BodyPart = Literal["hands", "ankles", "mouth", "eyes", "neck", "body"]
Source = Literal["boxes", "sentences", "tags", "posture", "persons"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prompt(_Frozen):
    """One thing that is looked for. `group` empty: it speaks of restraint, but of none of the seven groups."""

    text: str = Field(min_length=1)
    group: str
    body: BodyPart


class Prefilter(_Frozen):
    """`scale`: what cosines are multiplied with before they are summed up (the models' own scale is not in their
    files; near 100 for both families). `threshold`: of the sum's difference. `tag`: a tag this sure lets a picture pass
    all the same."""

    scale: float = Field(gt=0)
    threshold: float
    tag: float = Field(ge=0, le=1)


class Persons(_Frozen):
    score: float
    objectness: float
    overlap: float
    widened: float = Field(ge=0)
    """A person's box is looked at with this share of its size added on each side."""
    most: int = Field(ge=1)
    """So many persons of a picture, the largest first."""
    tiles_from: int
    """From this shorter side on (pixels) a picture is also looked at in 2 × 2 overlapping tiles."""


class PoseRules(_Frozen):
    """Lengths as shares: wrists of the shoulders' width, ankles of the hips' width, `square` of the torso, `head`
    times the head."""

    seen: float
    wrists: float
    ankles: float
    square: float
    head: float


class BoxRules(_Frozen):
    score: float
    margin: float
    overlap: float
    smallest: int
    """Persons smaller than this (longer side, pixels) are not looked at again on their own."""
    looks: int = Field(ge=1)
    """So many passes of the box model for one picture: itself, then its persons."""


class Verifier(_Frozen):
    scale: float = Field(gt=0)
    widened: float = Field(ge=0)
    crops: int = Field(ge=1)
    """So many crops of a picture are looked at."""


class Feature(_Frozen):
    """How one sub-score counts: weight · clip((value − centre) / spread, ±limit). Absent, it does not count."""

    source: Source
    weight: float
    centre: float
    spread: float = Field(gt=0)


class Bands(_Frozen):
    """Fused scores from which a finding is called likely, or possible; else below."""

    likely: float = Field(gt=0, lt=1)
    possible: float = Field(gt=0, lt=1)

    def of(self, score: float) -> str:
        if score >= self.likely:
            return "likely"
        return "possible" if score >= self.possible else "below"


class Fusion(_Frozen):
    bias: float
    features: Mapping[str, Feature]
    limit: float = Field(gt=0)
    bands: Bands
    likely_needs: int = Field(ge=1)
    """Independent sources among `evidence` that must speak for it before it is called likely."""
    evidence: tuple[Source, ...]


class Data(_Frozen):
    """The whole file."""

    version: int
    note: str
    groups: tuple[str, ...]
    positive: tuple[Prompt, ...]
    distractors: Mapping[BodyPart, tuple[str, ...]]
    ordinary: tuple[str, ...]
    """What ordinary pictures show: sentences are weighed against these as well."""
    tags: Mapping[str, tuple[str, ...]]
    """Group → tags of the tagger; "" → tags that speak of restraint without saying with what."""
    prefilter: Prefilter
    persons: Persons
    pose: PoseRules
    boxes: BoxRules
    verifier: Verifier
    fusion: Fusion

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {*self.groups, ""}
        odd = {one.group for one in self.positive} - known | set(self.tags) - known
        if odd:
            raise ValueError(f"groups that are not listed: {', '.join(sorted(odd))}")
        if self.fusion.bands.possible > self.fusion.bands.likely:
            raise ValueError("`possible` lies above `likely`")
        return self

    def distractors_of(self, body: str) -> tuple[str, ...]:
        return next((texts for part, texts in self.distractors.items() if part == body), ())


@functools.cache
def data() -> Data:
    return Data.model_validate_json((catalogue.RESOURCES / "restraint.json").read_bytes())


@functools.cache
def digest() -> str:
    """SHA-256 of the file: part of the config, because everything in it changes results."""
    return hashlib.sha256((catalogue.RESOURCES / "restraint.json").read_bytes()).hexdigest()
