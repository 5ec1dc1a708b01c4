"""Classifiers of whole pictures: picture to tensor, outputs to probabilities.

As `ViTImageProcessor` of transformers prepares them (Apache-2.0; read, not copied): the picture is squashed to a
square with Pillow's antialiased filter, nothing is cut off, (value / 255 − mean) / std, RGB, channels first. A long
picture is also seen by its tiles, because squashing hides what is on it; of all views the one with the least harmless
answer counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from models import resample
from models.nsfw_indicator import Classifier
from models.nsfw_views import Tile
from models.runtime import Session

__all__ = ["Opinion", "classify", "probabilities", "tensor"]

HARMLESS = ("sfw", "neutral")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a classifier says of a picture: probability by label, of the view that counts. `tile`: the number of that
    tile, None: the whole picture; `whole`: what it said of the whole picture."""

    model: str
    scores: Mapping[str, float]
    whole: Mapping[str, float]
    tile: int | None = None


def classify(session: Session, spec: Classifier, picture: NDArray[np.uint8], parts: Sequence[Tile]) -> Opinion:
    """`picture`: uint8 height × width × 3 RGB; `parts`: its tiles, where it is long."""
    whole = _look(session, spec, picture)
    best, number = whole, None
    for position, tile in enumerate(parts):
        seen = _look(session, spec, picture[tile.top : tile.bottom, tile.left : tile.right])
        if _harmless(seen) < _harmless(best):
            best, number = seen, position
    return Opinion(spec.model, best, whole, number)


def tensor(picture: NDArray[np.uint8], spec: Classifier) -> NDArray[np.float32]:
    """uint8 height × width × 3 RGB to float32 [1, 3, side, side]."""
    small = resample.pillow(picture, (spec.side, spec.side), spec.resample)
    return resample.planes(small, spec.mean, spec.std)[None]


def probabilities(answer: NDArray[np.float32], spec: Classifier) -> dict[str, float]:
    """Outputs of one picture, [labels], to probability by label. Raises `ModelError` when they do not fit."""
    values = np.asarray(answer, np.float64)
    if values.shape != (len(spec.labels),) or not np.isfinite(values).all():
        raise ModelError(
            f"{spec.model} answered {values.shape} instead of {len(spec.labels)} finite numbers.",
            "It is not the model that its entry describes.",
        )
    if spec.outputs == "logits":
        powers = np.exp(values - values.max())
        values = powers / powers.sum()
    return dict(zip(spec.labels, (float(value) for value in values), strict=True))


def _look(session: Session, spec: Classifier, picture: NDArray[np.uint8]) -> dict[str, float]:
    answer = session.run({session.inputs[0].name: tensor(picture, spec)})[0]
    return probabilities(answer[0], spec)


def _harmless(scores: Mapping[str, float]) -> float:
    return sum(scores[label] for label in HARMLESS if label in scores)
