"""`nsfw`: body regions with NudeNet 320n. Says what can be seen and where; never what it means."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from core.control import Control
from core.errors import ModelMissing
from core.records import AnalyzerInfo, Finding, Region, Sample, SampleKind, SampleResult
from models import catalogue
from models.interface import AnalyzerOptions
from models.runtime import Runtime, Session

__all__ = ["PREPROCESSING", "Nsfw", "NsfwOptions"]

MODEL = "nudenet-320n"
PREPROCESSING = "nudenet-3.4/1"


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


class Nsfw:
    """The analyzer. Thread-safe once loaded."""

    name = "nsfw"
    options_type = NsfwOptions

    def __init__(self) -> None:
        self._session: Session | None = None

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        entry = catalogue.entry(MODEL)
        settings: dict[str, object] = {"preprocessing": PREPROCESSING}
        missing = None
        try:
            catalogue.locate(MODEL)
            settings |= runtime.plan(MODEL).settings()
        except ModelMissing as error:
            missing = str(error)
        return AnalyzerInfo(
            name=self.name,
            version="1",
            title="Explicit-content indicators",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=entry.labels,
            options=NsfwOptions().model_dump(),
            settings=settings,
            models=(entry.info(),),
            groups=severity(),
            limits=(
                "Names body regions, not acts, ages, consent or intent, and misses a good part of explicit pictures: "
                "no indicator is no proof of harmless content. Scores are uncalibrated."
            ),
            missing=missing,
        )

    def load(self, runtime: Runtime) -> None:
        self._session = runtime.session(MODEL)

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, NsfwOptions)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(SampleResult(findings=self._look(sample, options)))
        return results

    def close(self) -> None:
        self._session = None

    def _look(self, sample: Sample, options: NsfwOptions) -> tuple[Finding, ...]:
        from models import nsfw_boxes  # brings OpenCV, which `info` does without

        session = self._session
        if session is None:
            raise RuntimeError("nsfw was asked before it was loaded")
        picture = sample.array()
        height, width = picture.shape[:2]
        answer = session.run({session.inputs[0].name: nsfw_boxes.tensor(picture, swap=options.channels == "bgr")})[0]
        labels, groups = catalogue.entry(MODEL).labels, severity()
        found = nsfw_boxes.decode(
            answer, (width, height), options.keep_score, options.overlap, by_class=options.nms == "class"
        )
        return tuple(
            Finding(
                label=labels[box.label],
                score=box.score,
                region=Region(box.x / width, box.y / height, box.w / width, box.h / height),
                attributes={"group": groups[labels[box.label]]},
            )
            for box in found
        )


@functools.cache
def severity() -> Mapping[str, str]:
    """Label to group (explicit, nude, suggestive, context), from `resources/models/nsfw_severity.json`."""
    text = (catalogue.RESOURCES / "nsfw_severity.json").read_text(encoding="utf-8")
    return {label: group for group, labels in json.loads(text)["groups"].items() for label in labels}
