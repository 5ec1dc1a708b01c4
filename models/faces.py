"""`faces`: where a face is, how good it is, and a vector by which it is found again. Never who it is.

Detector and embedder are chosen together (`engine`); vectors of different ones never meet, because their space names
the model's SHA-256. In films faces become tracks: passages of one person with a best shot.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.control import Control
from core.errors import ModelError
from core.options import OptionValue
from core.records import (
    AnalyzerInfo,
    Failure,
    Finding,
    Position,
    Region,
    Sample,
    SampleKind,
    SampleResult,
    State,
    Vector,
)
from models import catalogue, faces_tiles
from models.faces_boxes import Face
from models.faces_engines import ENGINES, Choice, Engine, chosen, missing, open_engine, passed_over
from models.faces_names import EMBEDDER, PROPOSER, library_version
from models.faces_tracks import TRACKS, tracked
from models.interface import AnalyzerOptions
from models.option_facts import pack_value
from models.runtime import Runtime

__all__ = ["LABEL", "PREPROCESSING", "Faces", "FacesOptions"]

LABEL = "face"
PREPROCESSING = "faces/1"
QUALITY = "quality/2"
"""Of `models.faces_quality`, by name here because that brings OpenCV."""
FLIP = True
"""Every vector is the mean of the face and its mirror image. Measured in `docs/accuracy/faces.md`."""


class FacesOptions(AnalyzerOptions):
    """`engine`: which models. Thresholds of likeness are applied when reading, they are no options."""

    engine: Choice = Field(default="auto", description="auto: AuraFace or SFace where their packs are, else dlib.")
    keep_score: float = Field(default=0.3, ge=0.05, le=1, description="Faces below this score are not stored.")
    smallest: int = Field(default=20, ge=8, description="Pixels of a face's shorter side; smaller ones are left out.")
    vector_from: int = Field(default=32, ge=8, description="Pixels from which a face gets a vector.")
    thorough: bool = Field(default=False, description="Where nothing was found, look again with all it has: seconds.")
    closely_above: float = Field(
        default=24, ge=2, description="Megapixels; larger pictures are also looked at piece by piece."
    )
    track_gap: float = Field(default=4.5, gt=0, description="Seconds without the face after which a track ends.")


class Faces:
    """The analyzer. Thread-safe; an engine is loaded when it is first asked for."""

    name = "faces"
    options_type = FacesOptions

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runtime: Runtime | None = None
        self._engines: dict[str, Engine] = {}

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        choices = {choice: _info(choice, runtime) for choice in ("auto", *ENGINES)}
        base = choices["auto"]
        return AnalyzerInfo(
            **{name: getattr(base, name) for name in AnalyzerInfo.__slots__ if name not in ("choice", "choices")},
            choice="engine",
            choices=choices,
        )

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        engines = [pack_value(name, *facts.models, needs=_library(name)) for name, facts in ENGINES.items()]
        return {"engine": [OptionValue("auto"), *engines]}

    def load(self, runtime: Runtime) -> None:
        """An engine that cannot be used says so when it is asked for: another one may be meant."""
        self._runtime = runtime
        with contextlib.suppress(ModelError):
            self._engine(chosen("auto"))

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, FacesOptions)
        engine_name = chosen(options.engine)
        reason = missing(engine_name)
        if reason is not None:
            failure = Failure(State.SKIPPED, "model-missing", reason)
            return [SampleResult(failure=failure) for _ in samples]
        try:
            engine = self._engine(engine_name)
        except ModelError as error:
            failure = Failure(State.FAILED, "model-error", str(error))
            return [SampleResult(failure=failure) for _ in samples]
        without = passed_over(engine_name) if options.engine == "auto" else ()
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(replace(_look(engine, engine_name, sample, options, control), without=without))
        return results

    def conclude(
        self, places: Sequence[Position], results: Sequence[SampleResult], options: AnalyzerOptions
    ) -> list[SampleResult]:
        """Faces of samples that have a time become tracks (`models.faces_tracks`)."""
        assert isinstance(options, FacesOptions)
        return tracked(places, results, options.track_gap)

    def close(self) -> None:
        with self._lock:
            self._engines.clear()
            self._runtime = None

    def _engine(self, name: str) -> Engine:
        with self._lock:
            engine = self._engines.get(name)
            if engine is None:
                if self._runtime is None:
                    raise RuntimeError("faces was asked before it was loaded")
                engine = self._engines[name] = open_engine(name, self._runtime)
            return engine


def _library(engine: str) -> tuple[str, ...]:
    return ("dlib",) if engine == "dlib" and importlib.util.find_spec("dlib") is None else ()


def _look(engine: Engine, name: str, sample: Sample, options: FacesOptions, control: Control) -> SampleResult:
    from models.faces_quality import quality  # brings OpenCV, which `info` does without

    rgb: NDArray[np.uint8] = sample.array()
    height, width = rgb.shape[:2]
    if not height or not width:
        raise ValueError("the picture has no pixels")
    facts = ENGINES[name]
    findings: list[Finding] = []
    vectors: list[Vector] = []

    def find(picture: NDArray[np.uint8], thorough: bool) -> list[Face]:
        return engine.find(picture, thorough=thorough)

    seen, tiles = faces_tiles.find(
        rgb, find, thorough=options.thorough, between=control.checkpoint, closely_above=options.closely_above
    )
    for one in seen:
        face = one.face
        if face.score < options.keep_score or face.size < options.smallest:
            continue
        attributes: dict[str, object] = {
            **quality(rgb, face, facts.scheme),
            "landmarks": [[round(x / width, 5), round(y / height, 5)] for x, y in face.points.tolist()],
            "detector": face.by,
        }
        if face.turn:
            attributes["turned"] = 90 * face.turn
        if one.tile is not None:
            attributes |= {"tile": one.tile + 1, "tiles": tiles}
        if face.size >= options.vector_from:
            values = engine.describe(rgb, face, flip=FLIP).astype(np.float16)
            vectors.append(Vector(_space(name), values, len(findings)))
        else:
            attributes["too_small"] = True
        findings.append(Finding(LABEL, round(face.score, 4), _region(face, width, height), attributes=attributes))
    return SampleResult(findings=tuple(findings), vectors=tuple(vectors))


def _region(face: Face, width: int, height: int) -> Region:
    """Relative, and cut at the picture's edges: detectors draw faces that the edge cuts as if they went on."""
    left, right = (min(max(value / width, 0.0), 1.0) for value in face.box[0::2])
    top, bottom = (min(max(value / height, 0.0), 1.0) for value in face.box[1::2])
    return Region(left, top, right - left, bottom - top)


@functools.cache
def _space(engine: str) -> str:
    return ENGINES[engine].space(PREPROCESSING)


def _info(choice: str, runtime: Runtime) -> AnalyzerInfo:
    name = chosen(choice)
    facts = ENGINES[name]
    reason = missing(name)
    settings: dict[str, object] = {
        "preprocessing": PREPROCESSING,
        "quality": QUALITY,
        "tracks": TRACKS,
        "tiles": faces_tiles.SETTINGS,
        "engine_used": name,
    }
    if reason is None:
        settings |= _runs_on(name, runtime)
    known = catalogue.catalogue()
    research = any("noncommercial" in known[model].licence_flags for model in facts.models if model in known)
    return AnalyzerInfo(
        name=Faces.name,
        version="1",
        title="Faces",
        accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
        labels=(LABEL,),
        options=FacesOptions().model_dump(),
        settings=settings,
        models=catalogue.infos(facts.models),
        limits=(
            "Says where a face is and which others resemble it, never who it is: a likeness is a candidate match, no "
            "identification. Small, dark, covered and turned faces are missed or confused more often, and so are "
            "children and groups of people that the models saw little of."
            + (" These models are for research only: casework needs a licence of their publisher." if research else "")
        ),
        missing=reason,
        concludes=True,
    )


def _runs_on(name: str, runtime: Runtime) -> dict[str, object]:
    """What this engine runs on. What dlib does itself (finding, landmarks) is on the CPU, in fp32, always."""
    if name != "dlib":
        facts = ENGINES[name]
        used: dict[str, object] = {"detector": runtime.plan(facts.detector).settings()}
        if facts.library:
            used["library"] = f"insightface {library_version('insightface')}"
        return used | runtime.plan(facts.embedder).settings()
    dlib = {"engine": f"dlib {library_version('dlib-bin')}", "device": "cpu", "precision": "fp32"}
    return {"detector": dlib, "proposals": runtime.plan(PROPOSER).settings(), **runtime.plan(EMBEDDER).settings()}
