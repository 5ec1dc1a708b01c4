"""`logo`: pictures of the examiner's gallery, found again in the evidence. Local features and shapes need no weights;
where packs are there, cut-outs are compared by how they look as well.

The gallery belongs to the case. It reaches the analyzer as an option that is no part of the config: which reference a
finding is about stands in the finding, and what is kept of every sample (`models.logo_features`) is the same whatever
the gallery holds. So a reference that is added later is compared with what was kept, by `conclude`, and nothing is
decoded again.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.metadata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from core.control import Control
from core.records import (
    AnalyzerInfo,
    Failure,
    Finding,
    Position,
    Sample,
    SampleKind,
    SampleResult,
    State,
    Vector,
)
from models import catalogue
from models.interface import AnalyzerOptions
from models.left_out import LeftOut
from models.runtime import Runtime

if TYPE_CHECKING:
    from models.logo_gallery import Gallery
    from models.logo_vectors import Towers

__all__ = ["EMPTY", "Logo", "LogoOptions"]

EMPTY = (
    "The gallery of logos is empty, so nothing was compared; what is needed to search later is kept"
    " (add references with `logos DIR add NAME PICTURE`)"
)
"""Why there is no finding when there is no reference."""
LIMITS = (
    "Finds flat logos that the examiner has put into the gallery; one that is not there is not looked for. Misses small"
    " ones (below about 30 pixels after the picture is reduced to 800), bent or blurred ones and, without packs, those"
    " drawn differently. Plain shapes can be mistaken for a plain logo. A match says that something looks like the"
    " reference, not where it comes from. Scores are uncalibrated."
)


class LogoOptions(AnalyzerOptions):
    """`keep_score`: what geometry gives less is no match and is not stored. Unlike other scores this one is nearly all
    or nothing: below one half chance shapes are as frequent as true marks (docs/accuracy/logo.md)."""

    keep_score: float = Field(default=0.5, ge=0.01, le=1)
    gallery: str = Field(default="", description="The references: a file, or their JSON text. The case gives it.")
    accept: float = Field(default=0.7, ge=-1, le=1, description="With packs: mean cosine from which on it may be it.")
    margin: float = Field(
        default=0.05, ge=0, le=1, description="With packs: by how much it must be above the best other name."
    )
    purpose: Literal["find", "reference"] = Field(
        default="find", description="`reference`: the sample is a picture for the gallery; its packed form comes back."
    )


class Logo:
    """The analyzer. Thread-safe."""

    name = "logo"
    options_type = LogoOptions

    def __init__(self) -> None:
        self._towers: Towers | None = None
        self._left = LeftOut()

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        from models import logo_features, logo_tiles, logo_vectors

        packs = logo_vectors.installed()
        used = (*packs, *logo_vectors.proposers()) if packs else ()
        settings: dict[str, object] = {
            "preprocessing": logo_features.PREPROCESSING,
            "tiles": logo_tiles.SETTINGS,
            "engine": f"OpenCV {_version()}",
            "device": "cpu",
            "precision": "fp32",
            "ways": "features, shapes" + (f", vectors ({', '.join(used)})" if used else ""),
        }
        if used:
            settings["vectors"] = {model: runtime.plan(model).settings() for model in used}
            settings["vector_preprocessing"] = logo_vectors.PREPROCESSING
        return AnalyzerInfo(
            name=self.name,
            version="2",
            title="Logos of the gallery",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=("unknown logo",),
            options=LogoOptions().model_dump(),
            settings=settings,
            models=catalogue.infos(used),
            limits=LIMITS,
            unkeyed=frozenset({"gallery", "purpose"}),
        )

    def load(self, runtime: Runtime) -> None:
        """Opens the packs that are there; the other ways need no weights."""
        from models import logo_vectors

        if self._towers is None:
            self._left = LeftOut()
            self._towers = logo_vectors.Towers.open(runtime, self._left)

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, LogoOptions)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(self._reference(sample) if options.purpose == "reference" else self._look(sample, options))
        return results

    def conclude(
        self, places: Sequence[Position], results: Sequence[SampleResult], options: AnalyzerOptions
    ) -> list[SampleResult]:
        """What is kept of samples, compared with this gallery: findings in place of those that were given. Not asked
        for in a run, where `analyze` has compared already."""
        assert isinstance(options, LogoOptions)
        return [
            dataclasses.replace(result, findings=_placed(_found(result.vectors, options), place), vectors=())
            for place, result in zip(places, results, strict=True)
        ]

    def close(self) -> None:
        self._towers = None
        _gallery.cache_clear()

    def _reference(self, sample: Sample) -> SampleResult:
        from models import logo_features, logo_reference

        towers = self._towers
        look = None if towers is None else lambda picture: towers.look(picture).pack()
        try:
            packed = logo_reference.prepare(sample.array(), look)
        except ValueError as error:
            reason = f"This picture cannot be a reference: {error}."
            return SampleResult(failure=Failure(State.UNSUPPORTED, "no-reference", reason))
        plain = ("plain: one common shape",) if logo_reference.unpack(packed.tobytes()).plain else ()
        return SampleResult(vectors=(Vector(f"reference/{logo_features.PREPROCESSING}", packed),), exits=plain)

    def _look(self, sample: Sample, options: LogoOptions) -> SampleResult:
        from models import logo_features, logo_tiles

        picture = sample.array()
        vectors = [Vector(logo_features.SPACE, logo_tiles.keep(picture))]
        if self._towers is not None:
            parts = logo_tiles.tiles_of(picture.shape[1], picture.shape[0])
            vectors.append(Vector(self._towers.space, self._towers.keep(picture, parts).pack()))
        empty = () if options.gallery else (EMPTY,)
        without = self._left.sentences()
        return SampleResult(_found(vectors, options), tuple(vectors), exits=empty, without=without)


def _found(vectors: Sequence[Vector], options: LogoOptions) -> tuple[Finding, ...]:
    """What comes out of comparing with what was kept, not with the picture: today the same as when asked again."""
    if not options.gallery:
        return ()
    from models import logo_features, logo_findings, logo_tiles, logo_vectors

    gallery = _gallery(options.gallery)
    packed = [np.asarray(one.values, np.uint8) for one in vectors if one.space == logo_features.SPACE]
    cut = [one for one in vectors if one.space.startswith(logo_vectors.PREPROCESSING)]
    if not packed:
        return ()
    looks = logo_tiles.views(packed[0])
    found = logo_findings.by_geometry(looks, gallery, options.keep_score)
    for one in cut:
        kept = logo_vectors.Kept.unpack(np.asarray(one.values, np.uint8))
        found = logo_findings.with_vectors(found, looks, gallery, kept, one.space, options)
    return tuple(found)


def _placed(findings: tuple[Finding, ...], place: Position) -> tuple[Finding, ...]:
    """With the sample's place, as the backend gives it in a run."""
    _, time, frame, page = place
    return tuple(dataclasses.replace(one, start=time, end=time, frame=frame, page=page) for one in findings)


@functools.lru_cache(maxsize=4)
def _gallery(given: str) -> Gallery:
    from models.logo_gallery import Gallery as Opened

    return Opened.read(given)


@functools.cache
def _version() -> str:
    for name in ("opencv-python-headless", "opencv-python"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "unknown"
