"""How alike two vectors of faces are, and from where on that is worth showing. Shared by whoever compares: the search
in a case, the command line, the tracks of a film.

Likeness says little where a face is badly seen: blurred, dark and very small faces of all people resemble one another.
So the quality of both decides what a likeness is worth (`least`): too low, and nothing is said of the two; low, and it
must be a strong one. Everything that compares faces asks this one rule.

A space of vectors is named `model/SHA-256/preprocessing`. The facts of each model (metric, threshold, whether that was
calibrated) are data: `resources/models/faces.json`. Thresholds apply when reading; no stored result depends on them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.records import Finding, Vector

__all__ = [
    "UNDECIDABLE",
    "BestFace",
    "Comparing",
    "best_face",
    "closest",
    "comparing",
    "least",
    "limit",
    "quality_of",
    "similarities",
    "similarity",
]

UNDECIDABLE, WEAK = 0.12, 0.30
"""Quality of the worse of two faces: below the one nothing is decided, below the other only a strong likeness counts.
Measured in docs/accuracy/faces.md; faces in focus and light have 0.3 and more."""
_FACTS = Path(__file__).resolve().parents[1] / "resources" / "models" / "faces.json"


@dataclass(frozen=True, slots=True)
class Comparing:
    """How vectors of one model are compared. `threshold`: the similarity from which two faces are a candidate match,
    `strong`: from which they are a strong one; `calibrated`: whether that was measured, `measured`: on what."""

    metric: Literal["cosine", "euclidean"]
    threshold: float
    strong: float
    calibrated: bool
    measured: str


@dataclass(frozen=True, slots=True)
class BestFace:
    """A found face with its vector."""

    finding: Finding
    vector: Vector

    @property
    def quality(self) -> float:
        return float(self.finding.attributes.get("quality", 0.0))

    @property
    def prominence(self) -> float:
        """How much the picture is of this face: its size, counted less towards the edges and when it is doubtful.

        A portrait's subject is in the middle; a bystander may well be sharper, so quality says little here.
        """
        region = self.finding.region
        if region is None:
            return 0.0
        away = float(np.hypot(region.x + region.w / 2 - 0.5, region.y + region.h / 2 - 0.5)) / float(np.hypot(0.5, 0.5))
        pixels = float(self.finding.attributes.get("pixels", 0.0))
        return pixels * (1.0 - 0.6 * min(1.0, away)) * (0.5 + 0.5 * (self.finding.score or 0.0))


def best_face(faces: Sequence[BestFace]) -> BestFace | None:
    """The most prominent one; of equals the first."""
    return max(faces, key=lambda face: face.prominence, default=None)


def least(facts: Comparing, *qualities: float | None) -> float | None:
    """The similarity from which faces of these qualities are a candidate match; None: not decidable, one of them is
    seen too badly. A quality of None is one that nobody told."""
    worst = min((one for one in qualities if one is not None), default=1.0)
    if worst < UNDECIDABLE:
        return None
    return facts.strong if worst < WEAK else facts.threshold


def limit(facts: Comparing, one: BestFace, other: BestFace) -> float | None:
    """`least` for these two."""
    return least(facts, quality_of(one.finding.attributes), quality_of(other.finding.attributes))


def quality_of(attributes: Mapping[str, Any]) -> float | None:
    """As it stands beside a face that was found."""
    told = attributes.get("quality")
    return float(told) if isinstance(told, (int, float)) else None


def closest(some: Sequence[BestFace], others: Sequence[BestFace]) -> float:
    """The highest similarity between any of these and any of those, which share a space."""
    matrix = np.stack([face.vector.values for face in others])
    return max(float(similarities(one.vector.space, one.vector.values, matrix).max()) for one in some)


def comparing(space: str) -> Comparing:
    """How vectors of this space are compared. Raises `UsageError` for a space of no known model of faces."""
    found = _facts().get(space.partition("/")[0])
    if found is None:
        raise UsageError(
            f"Vectors of the space {space} are not faces, or of a model that this version does not know.",
            "Choose a finding of the analyzer faces.",
        )
    return found


def similarity(space: str, one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    """More is more alike; 1 is the same. Both vectors must be of `space`: others have no common meaning."""
    return float(similarities(space, one, np.asarray(other)[None])[0])


def similarities(space: str, one: NDArray[np.generic], others: NDArray[np.generic]) -> NDArray[np.float64]:
    """Of `one` (n numbers) to each row of `others` (m × n): the cosine (−1…1), or 1 − distance / 2 where the model's
    distance is Euclidean (dlib: its border 0.6 would be 0.7 here)."""
    a, b = np.asarray(one, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if comparing(space).metric == "euclidean":
        return np.asarray(1.0 - np.linalg.norm(b - a, axis=1) / 2.0)
    lengths = np.linalg.norm(b, axis=1) * float(np.linalg.norm(a))
    return np.asarray((b @ a) / np.where(lengths > 0, lengths, 1.0))


@functools.cache
def _facts() -> dict[str, Comparing]:
    facts = json.loads(_FACTS.read_text(encoding="utf-8"))["models"]
    return {model: Comparing(**one) for model, one in facts.items()}
