"""`restraint`: rope, cuffs, tape, chains, straps, gags and blindfolds on persons, as hints for a human to look at.

No public model or dataset for this is known. Several general models are asked instead, each for what it can do, and
their answers are fused by weights that are data. It runs with whatever of them is installed and says which.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from core.control import Control
from core.errors import ModelMissing
from core.records import AnalyzerInfo, Sample, SampleKind, SampleResult
from models import restraint_stages
from models.interface import AnalyzerOptions
from models.restraint_data import data, digest
from models.restraint_stages import Stages
from models.runtime import Runtime

if TYPE_CHECKING:
    from models.restraint_look import Crew

__all__ = ["PREPROCESSING", "Restraint", "RestraintOptions"]

PREPROCESSING = "restraint/1"
# Seconds on a slow processor: a pass of OWLv2 (up to 27 were seen on a fast one), and a crop under sentences and tags.
_BOX_PATIENCE, _CROP_PATIENCE = 90.0, 6.0


class RestraintOptions(AnalyzerOptions):
    """`keep_score`: findings below it are not stored; bands are applied when reading. `everything`: look closely at
    every picture, whatever the prefilter says (slow). `stages`: `quick` leaves out boxes, the slowest of them."""

    keep_score: float = Field(default=0.1, ge=0.01, le=1)
    everything: bool = False
    stages: Literal["all", "quick"] = "all"


class Restraint:
    """The analyzer. Thread-safe once loaded."""

    name = "restraint"
    options_type = RestraintOptions

    def __init__(self) -> None:
        self._crew: Crew | None = None

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        there = restraint_stages.choose()
        choices = {"all": _info(runtime, there), "quick": _info(runtime, there.without_boxes())}
        return dataclasses.replace(choices["all"], choice="stages", choices=choices)

    def load(self, runtime: Runtime) -> None:
        if self._crew is None:
            from models.restraint_crew import assemble  # brings OpenCV

            self._crew = assemble(restraint_stages.choose(), data(), runtime)

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, RestraintOptions)
        from models.restraint_look import Look

        crew = self._crew
        if crew is None:
            raise RuntimeError("restraint was asked before it was loaded")
        if options.stages == "quick":
            left = crew.left.without("objects")
            crew = dataclasses.replace(crew, objects=None, stages=crew.stages.without_boxes(), left=left)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(Look(crew, sample, control).result(options.keep_score, everything=options.everything))
        return results

    def close(self) -> None:
        self._crew = None


def _info(runtime: Runtime, stages: Stages) -> AnalyzerInfo:
    """With these stages; the settings name every pack that then looks."""
    known = data()
    bands = {"likely": known.fusion.bands.likely, "possible": known.fusion.bands.possible}
    settings: dict[str, object] = {
        "preprocessing": PREPROCESSING,
        "rules": digest(),
        "stages": stages.said(),
        "laboratory": list(stages.laboratory),
        "files": restraint_stages.hashes(stages),
        "bands": bands,
        "calibration": "uncalibrated",
    }
    missing = stages.missing
    try:
        settings |= restraint_stages.plans(stages, runtime)
    except ModelMissing as error:
        missing = str(error)
    return AnalyzerInfo(
        name=Restraint.name,
        version="1",
        title="Restraint indicators",
        accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
        labels=known.groups,
        options=RestraintOptions().model_dump(),
        settings=settings,
        models=restraint_stages.models(stages),
        groups=_groups(known.groups),
        limits=(
            "Hints for a closer look, uncalibrated unless a calibration is named: arrests, sports taping, medical "
            "fixation, costumes, jewellery and climbing gear look alike; thin cords, dark scenes, cropped limbs "
            "and small pictures are missed. Nothing found is no proof; consent and context cannot be seen."
        ),
        missing=missing,
        patience=_BOX_PATIENCE * known.boxes.looks * bool(stages.objects) + _CROP_PATIENCE * known.verifier.crops,
    )


def _groups(labels: Sequence[str]) -> Mapping[str, str]:
    return dict.fromkeys(labels, "restraint")
