"""`nsfw`: body regions with NudeNet 320n, and where their packs are installed a classifier and a graded classifier of
the whole picture beside them. Says what can be seen and where; never what it means.

It runs with whatever is there and names it in its settings. With NudeNet alone, regions are all there is; with a
classifier, both raw scores are kept, and `models.nsfw_indicator` says what they mean together.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from core.control import Control
from core.errors import ModelMissing
from core.options import OptionValue
from core.records import AnalyzerInfo, Finding, Region, Sample, SampleKind, SampleResult
from models import catalogue, nsfw_indicator
from models.interface import AnalyzerOptions
from models.left_out import LeftOut
from models.option_facts import pack_value
from models.runtime import Runtime, Session
from models.tiles import TILING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.nsfw_classify import Opinion
    from models.nsfw_views import Seen, Tile

__all__ = ["CLASSIFIED", "COMBINED", "PREPROCESSING", "TILING", "Nsfw", "NsfwOptions"]

MODEL = "nudenet-320n"
PREPROCESSING = "nudenet-3.4/1"
CLASSIFYING = "vit-squash/1"
CLASSIFIED = "CLASSIFIER_NSFW"
GRADED = {"low": "GRADED_LOW", "medium": "GRADED_MEDIUM", "high": "GRADED_HIGH"}
COMBINED = {"explicit": "COMBINED_EXPLICIT", "nude": "COMBINED_NUDE", "suggestive": "COMBINED_SUGGESTIVE"}
_PATIENCE = 120.0
"""Seconds for each classifier: 25 looks at a long picture, the largest network on one slow core."""
_PARTS: tuple[nsfw_indicator.Part, ...] = ("classifier", "graded")


class NsfwOptions(AnalyzerOptions):
    """`keep_score`: regions below it are not stored; thresholds for showing are applied when reading."""

    keep_score: float = Field(default=0.2, ge=0.01, le=1)
    overlap: float = Field(
        default=0.45, gt=0, le=1, description="Of two boxes that overlap more (IoU), the better one is kept."
    )
    nms: Literal["class", "agnostic"] = Field(
        default="class", description="Among boxes of the same label, or among all (as the NudeNet library does)."
    )
    channels: Literal["bgr", "rgb"] = Field(
        default="bgr",
        description="Order in which the model sees the colours. The library 3.4.2 hands it blue first (its two swaps "
        "cancel out), and its published scores were made so; `rgb` is how the model was trained.",
    )
    tiles: bool = Field(default=True, description="Look at tall and panoramic pictures also piece by piece.")
    classifier: str = Field(
        default="auto",
        description="Pack that classifies whole pictures: `auto` the first installed, `none`, or its id.",
    )
    graded: str = Field(default="auto", description="Pack that grades whole pictures: `auto`, `none`, or its id.")
    keep_classified: float = Field(
        default=0.2, ge=0, le=1, description="Scores of whole pictures below it are not stored on their own."
    )


@dataclass(frozen=True, slots=True)
class _Loaded:
    """`present` is what was there when it was loaded: a pack that is installed during a run waits for the next. `left`:
    by model, what of it cannot be used, and the detector or `auto` packs that are passed over."""

    runtime: Runtime
    present: tuple[str, ...]
    left: LeftOut


@dataclass(frozen=True, slots=True)
class _Look:
    """One picture on its way: `parts` are its tiles, none when it is not long or tiles are off."""

    picture: NDArray[np.uint8]
    parts: tuple[Tile, ...]
    options: NsfwOptions

    def cut(self, tile: Tile) -> NDArray[np.uint8]:
        return self.picture[tile.top : tile.bottom, tile.left : tile.right]


class Nsfw:
    """The analyzer. Thread-safe once loaded."""

    name = "nsfw"
    options_type = NsfwOptions

    def __init__(self) -> None:
        self._loaded: _Loaded | None = None

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        known = [one.model for one in nsfw_indicator.indicator().classifiers if one.part == "classifier"]
        choices = {value: _info(runtime, value) for value in ("auto", "none", *known)}
        return replace(choices["auto"], choice="classifier", choices=choices)

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        return {part: _offered(part) for part in _PARTS}

    def load(self, runtime: Runtime) -> None:
        present, left = tuple(_present()), LeftOut()
        wanted = tuple(_wanted(NsfwOptions(), present))
        for model in wanted:
            left.attempt(model, model, runtime.session, model)
        for part in _PARTS:
            if _spec(NsfwOptions(), part, present) is None:
                left.passed_over(part, (one.model for one in _known(part)))
        if not set(wanted) - left.parts():
            left.raise_first()
        self._loaded = _Loaded(runtime, present, left)

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, NsfwOptions)
        loaded = self._loaded
        if loaded is None:
            raise RuntimeError("nsfw was asked before it was loaded")
        looks = [_look(sample, options) for sample in samples]
        answers: list[list[NDArray[np.float32]]] = [[] for _ in looks]
        if MODEL in loaded.present and MODEL not in loaded.left.parts():
            answers = _detected(loaded.runtime.session(MODEL), looks, loaded.runtime.batch, control)
        results = []
        for look, answer in zip(looks, answers, strict=True):
            control.checkpoint()
            found = _found(loaded, look, answer)  # which may meet a pack that cannot be used
            results.append(SampleResult(findings=found, without=_without(loaded, options)))
        return results

    def close(self) -> None:
        self._loaded = None


def _offered(part: nsfw_indicator.Part) -> list[OptionValue]:
    return [OptionValue("auto"), OptionValue("none"), *(pack_value(one.model) for one in _known(part))]


def _look(sample: Sample, options: NsfwOptions) -> _Look:
    from models import nsfw_views  # brings OpenCV, which `info` does without

    picture = sample.array()
    height, width = picture.shape[:2]
    return _Look(picture, nsfw_views.tiles(width, height) if options.tiles else (), options)


def _found(loaded: _Loaded, look: _Look, answers: Sequence[NDArray[np.float32]]) -> tuple[Finding, ...]:
    regions = _regions(look, answers) if answers else ()
    opinions = {part: _opinion(loaded, look, part) for part in _PARTS}
    return (*regions, *_of_the_whole(regions, opinions["classifier"], opinions["graded"], look.options))


def _info(runtime: Runtime, classifier: str) -> AnalyzerInfo:
    """With this value of `classifier`; the settings name every model that then looks."""
    missing = None
    used: tuple[str, ...] = ()
    settings: dict[str, object] = {"preprocessing": PREPROCESSING, "tiles": TILING}
    try:
        used = tuple(_wanted(NsfwOptions(classifier=classifier), tuple(_present())))
        if not used:
            catalogue.locate(MODEL)
        for model in used:
            plan = runtime.plan(model).settings()
            settings |= plan if model == MODEL else {model: plan}
    except ModelMissing as error:
        missing = str(error)
    settings["with"] = list(used)
    if set(used) - {MODEL}:
        settings |= {"classifying": CLASSIFYING, "indicator": nsfw_indicator.indicator().version}
    labels = _labels(used)
    return AnalyzerInfo(
        name=Nsfw.name,
        version="2",
        title="Explicit-content indicators",
        accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
        labels=labels,
        options=NsfwOptions().model_dump(),
        settings=settings,
        models=catalogue.infos(used or (MODEL,)),
        groups={label: group for label, group in severity().items() if label in labels},
        limits=(
            "Names body regions, not acts, ages, consent or intent, and misses a good part of explicit pictures: "
            "no indicator is no proof of harmless content. Scores are uncalibrated."
        ),
        missing=missing,
        batch=runtime.batch,
        patience=_PATIENCE * len(set(used) - {MODEL}),
    )


def _detected(
    session: Session, looks: Sequence[_Look], batch: int, control: Control
) -> list[list[NDArray[np.float32]]]:
    """For each picture the detector's answers: for the whole, then for its tiles. As many at once as pay off on the
    device; on a processor one by one, so that a result does not depend on its neighbours to the last digit."""
    from models import nsfw_boxes

    seen = [(place, view) for place, look in enumerate(looks) for view in (look.picture, *map(look.cut, look.parts))]
    answers: list[list[NDArray[np.float32]]] = [[] for _ in looks]
    for start in range(0, len(seen), batch):
        control.checkpoint()
        some = seen[start : start + batch]
        tensors = [nsfw_boxes.tensor(view, swap=looks[place].options.channels == "bgr") for place, view in some]
        (answer, *_) = session.run({session.inputs[0].name: np.concatenate(tensors)})
        for number, (place, _view) in enumerate(some):
            answers[place].append(answer[number : number + 1])
    return answers


def _regions(look: _Look, answers: Sequence[NDArray[np.float32]]) -> tuple[Finding, ...]:
    """What the detector shows in the picture and its tiles."""
    from models import nsfw_boxes, nsfw_views

    options, by_class = look.options, look.options.nms == "class"

    def boxes(answer: NDArray[np.float32], width: int, height: int) -> list[nsfw_boxes.Box]:
        return nsfw_boxes.decode(answer, (width, height), options.keep_score, options.overlap, by_class=by_class)

    height, width = look.picture.shape[:2]
    whole = boxes(answers[0], width, height)
    parts = [
        (tile, boxes(answer, tile.right - tile.left, tile.bottom - tile.top))
        for tile, answer in zip(look.parts, answers[1:], strict=True)
    ]
    seen = nsfw_views.merged(whole, parts, (width, height), options.overlap, by_class=by_class)
    return tuple(_region(one, width, height, len(parts)) for one in seen)


def _opinion(loaded: _Loaded, look: _Look, part: nsfw_indicator.Part) -> Opinion | None:
    spec = _spec(look.options, part, loaded.present)
    if spec is None or spec.model in loaded.left.parts():
        return None
    from models import nsfw_classify

    # A pack that was asked for by its name is opened here for the first time.
    session = loaded.left.attempt(spec.model, spec.model, loaded.runtime.session, spec.model)
    return None if session is None else nsfw_classify.classify(session, spec, look.picture, look.parts)


def _without(loaded: _Loaded, options: NsfwOptions) -> tuple[str, ...]:
    """Why models that a look with these options asks were left out."""
    asked = {MODEL}
    for part in _PARTS:
        spec = _spec(options, part, loaded.present)
        asked |= {spec.model} if spec else {part} if getattr(options, part) == "auto" else set()
    return loaded.left.without(*(loaded.left.parts() - asked)).sentences()


def _region(seen: Seen, width: int, height: int, tiles: int) -> Finding:
    box = seen.box
    label = catalogue.entry(MODEL).labels[box.label]
    attributes: dict[str, object] = {"group": severity()[label]}
    if seen.tile is not None:
        attributes |= {"tile": seen.tile + 1, "tiles": tiles}
    if seen.whole_score is not None:
        attributes["whole_score"] = round(seen.whole_score, 4)
    return Finding(
        label=label,
        score=box.score,
        region=Region(box.x / width, box.y / height, box.w / width, box.h / height),
        attributes=attributes,
    )


def _of_the_whole(
    regions: Sequence[Finding], classified: Opinion | None, graded: Opinion | None, options: NsfwOptions
) -> Iterator[Finding]:
    """What the classifiers say, and what all say together. Nothing when no classifier looked."""
    if classified is None and graded is None:
        return
    raw = nsfw_indicator.raw_scores(
        regions, classified.scores if classified else None, graded.scores if graded else None
    )
    if classified is not None and raw["classifier.nsfw"] >= options.keep_classified:
        yield _opinion_finding(CLASSIFIED, raw["classifier.nsfw"], classified)
    if graded is not None:
        for grade, label in GRADED.items():
            if raw[f"graded.{grade}"] >= options.keep_classified:
                yield _opinion_finding(label, raw[f"graded.{grade}"], graded)
    together = nsfw_indicator.combined(raw, nsfw_indicator.indicator().rules)
    if together is not None:
        rule, score = together
        yield Finding(
            label=COMBINED[rule.group],
            score=score,
            attributes={
                "group": rule.group,
                "rule": rule.id,
                "raw": {name: round(value, 4) for name, value in sorted(raw.items())},
                "because": rule.words.model_dump(),
                "calibrated": bool(nsfw_indicator.indicator().calibrated_on),
            },
        )


def _opinion_finding(label: str, score: float, opinion: Opinion) -> Finding:
    attributes: dict[str, object] = {
        "group": severity()[label],
        "model": opinion.model,
        "scores": {name: round(value, 4) for name, value in opinion.scores.items()},
    }
    if opinion.tile is not None:
        attributes |= {
            "tile": opinion.tile + 1,
            "whole": {name: round(value, 4) for name, value in opinion.whole.items()},
        }
    return Finding(label=label, score=score, attributes=attributes)


def _present() -> Iterator[str]:
    """Every model that lies here, the detector first."""
    if catalogue.usable(MODEL):
        yield MODEL
    for one in nsfw_indicator.indicator().classifiers:
        if catalogue.usable(one.model):
            yield one.model


def _wanted(options: NsfwOptions, present: Sequence[str]) -> Iterator[str]:
    """The models that a look with these options asks."""
    if MODEL in present:
        yield MODEL
    for part in _PARTS:
        spec = _spec(options, part, present)
        if spec is not None:
            yield spec.model


def _spec(options: NsfwOptions, part: nsfw_indicator.Part, present: Sequence[str]) -> nsfw_indicator.Classifier | None:
    """The classifier that plays this part. Raises `ModelMissing` when the one asked for by its id is not here."""
    asked = options.classifier if part == "classifier" else options.graded
    if asked == "none":
        return None
    known = _known(part)
    for one in known:
        if one.model in present and asked in ("auto", one.model):
            return one
    if asked == "auto":
        return None
    raise ModelMissing(
        f"The {part} {asked}, which this run asks for, is not installed.",
        f"`{part}` is auto, none, or one of: {', '.join(one.model for one in known)}.",
    )


def _known(part: nsfw_indicator.Part) -> list[nsfw_indicator.Classifier]:
    return [one for one in nsfw_indicator.indicator().classifiers if one.part == part]


def _labels(present: Sequence[str]) -> tuple[str, ...]:
    """What can be found with these models, regions first."""
    parts = {one.part for one in nsfw_indicator.indicator().classifiers if one.model in present}
    return (
        *(_regions_named() if MODEL in present or not present else ()),
        *((CLASSIFIED,) if "classifier" in parts else ()),
        *(GRADED.values() if "graded" in parts else ()),
        *(COMBINED.values() if parts else ()),
    )


def _regions_named() -> tuple[str, ...]:
    known = catalogue.catalogue().get(MODEL)
    return known.labels if known is not None else ()


@functools.cache
def severity() -> Mapping[str, str]:
    """Label to group (explicit, nude, suggestive, context), from `resources/models/nsfw_severity.json` for regions and
    `nsfw_indicator.json` for the rest."""
    text = (catalogue.RESOURCES / "nsfw_severity.json").read_text(encoding="utf-8")
    regions = {label: group for group, labels in json.loads(text)["groups"].items() for label in labels}
    return regions | nsfw_indicator.indicator().groups
