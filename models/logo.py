"""`logo`: pictures of the examiner's gallery, found again in the evidence. Local features and shapes, without weights.

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
from numpy.typing import NDArray
from pydantic import Field

from core.control import Control
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
from models.interface import AnalyzerOptions
from models.runtime import Runtime

if TYPE_CHECKING:
    from models.logo_gallery import Gallery

__all__ = ["EMPTY", "Logo", "LogoOptions"]

EMPTY = (
    "The gallery of logos is empty, so nothing was compared; what is needed to search later is kept"
    " (add references with `logos DIR add NAME PICTURE`)"
)
"""Why there is no finding when there is no reference."""
UNKNOWN = "unknown logo"
"""Looks like a logo, but no reference is near enough: said only where packs propose such places. All other labels are
the names that the examiner gives."""


class LogoOptions(AnalyzerOptions):
    """`keep_score`: matches below it are not stored; thresholds for showing are applied when reading."""

    keep_score: float = Field(default=0.3, ge=0.01, le=1)
    gallery: str = Field(default="", description="The references: a file, or their JSON text. The case gives it.")
    purpose: Literal["find", "reference"] = Field(
        default="find", description="`reference`: the sample is a picture for the gallery; its packed form comes back."
    )


class Logo:
    """The analyzer. Thread-safe."""

    name = "logo"
    options_type = LogoOptions

    def info(self, runtime: Runtime) -> AnalyzerInfo:  # noqa: ARG002 - runs without any engine
        from models import logo_features

        return AnalyzerInfo(
            name=self.name,
            version="1",
            title="Logos of the gallery",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=(UNKNOWN,),
            options=LogoOptions().model_dump(),
            settings={
                "preprocessing": logo_features.PREPROCESSING,
                "engine": f"OpenCV {_version()}",
                "device": "cpu",
                "precision": "fp32",
            },
            limits=(
                "Finds flat logos that the examiner has put into the gallery; one that is not there is not looked for. "
                "Misses small ones (below about 30 pixels after the picture is reduced to 800), bent or blurred"
                " ones and those drawn differently. Plain shapes can be mistaken for a plain logo. A match says that "
                "something looks like the reference, not where it comes from."
            ),
            unkeyed=frozenset({"gallery", "purpose"}),
        )

    def load(self, runtime: Runtime) -> None:
        """There are no weights."""

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
            dataclasses.replace(result, findings=_placed(self._again(result, options), place), vectors=())
            for place, result in zip(places, results, strict=True)
        ]

    def close(self) -> None:
        _gallery.cache_clear()

    @staticmethod
    def _reference(sample: Sample) -> SampleResult:
        from models import logo_features, logo_reference

        try:
            packed = logo_reference.prepare(sample.array())
        except ValueError as error:
            reason = f"This picture cannot be a reference: {error}."
            return SampleResult(failure=Failure(State.UNSUPPORTED, "no-reference", reason))
        plain = ("plain: one common shape",) if logo_reference.unpack(packed.tobytes()).plain else ()
        return SampleResult(vectors=(Vector(f"reference/{logo_features.PREPROCESSING}", packed),), exits=plain)

    @staticmethod
    def _look(sample: Sample, options: LogoOptions) -> SampleResult:
        from models import logo_features

        packed = logo_features.pack(logo_features.extract(sample.array()))
        empty = () if options.gallery else (EMPTY,)
        return SampleResult(_found(packed, options), (Vector(logo_features.SPACE, packed),), exits=empty)

    @staticmethod
    def _again(result: SampleResult, options: LogoOptions) -> tuple[Finding, ...]:
        from models import logo_features

        found: tuple[Finding, ...] = ()
        for vector in result.vectors:
            if vector.space == logo_features.SPACE:
                found += _found(np.asarray(vector.values, np.uint8), options)
        return found


def _found(packed: NDArray[np.uint8], options: LogoOptions) -> tuple[Finding, ...]:
    """What comes out of comparing with what was kept, not with the picture: today as when asked again."""
    if not options.gallery:
        return ()
    from models import logo_features, logo_match

    gallery = _gallery(options.gallery)
    features = logo_features.unpack(packed)
    width, height = features.size
    findings = []
    for match in logo_match.search(features, gallery, options.keep_score):
        reference = gallery.references[match.reference]
        quad = match.quad / (width, height)
        low, high = np.clip(quad.min(0), 0, 1), np.clip(quad.max(0), 0, 1)
        findings.append(
            Finding(
                label=reference.name,
                score=round(match.score, 4),
                region=Region(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])),
                polygon=tuple((round(float(x), 5), round(float(y), 5)) for x, y in np.clip(quad, 0, 1)),
                attributes={
                    "reference": reference.number,
                    "reference_sha256": reference.sha256,
                    "way": match.way,
                    "inliers": match.inliers,
                    "edges": round(match.fit.edges, 3),
                    "contrast": round(match.fit.contrast, 1),
                    "uneven": round(match.fit.uneven, 3),
                    "likeness": round(match.fit.likeness, 3),
                },
            )
        )
    return tuple(findings)


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
