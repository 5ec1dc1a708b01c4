"""What a line says: upside-down check, recogniser, greedy CTC decoding.

Port of RapidOCR 3.10 `ch_ppocr_cls` and `ch_ppocr_rec` (Apache-2.0). Lines of one picture are grouped by six in order
of aspect, because a line is padded to the widest of its group and the padding shows in the result; lines of different
pictures never meet, so a picture's text does not depend on what else is being analysed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.runtime import Session

__all__ = ["Reading", "dictionary", "read", "turn_upright"]

GROUP = 6
TURN_ABOVE = 0.9
_LINE_HEIGHT = 48
_CLASSIFIER_WIDTH = 192
_NARROWEST = 320
_UPSIDE_DOWN = 1
# One look-up a pixel in place of three passes, in float32 as upstream computes them.
_NORMALISED = (np.arange(256).astype(np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one line and the mean probability of its characters."""

    text: str
    score: float


def dictionary(session: Session) -> tuple[str, ...]:
    """Class number to character: 0 is CTC's blank, then the list in the model file, then the space."""
    return ("", *session.metadata["character"].splitlines(), " ")


def turn_upright(session: Session, crops: Sequence[NDArray[np.uint8]]) -> tuple[list[NDArray[np.uint8]], list[bool]]:
    """The crops (uint8 BGR, any size) with those standing on their head turned; which were turned."""
    upright, turned = list(crops), [False] * len(crops)
    for group in _groups(crops):
        batch = _normalised([crops[i] for i in group], _CLASSIFIER_WIDTH)
        answer = session.run({session.inputs[0].name: batch})[0]
        for i, probabilities in zip(group, answer, strict=True):
            if int(probabilities.argmax()) == _UPSIDE_DOWN and probabilities[_UPSIDE_DOWN] > TURN_ABOVE:
                upright[i] = np.asarray(cv2.rotate(crops[i], cv2.ROTATE_180), dtype=np.uint8)
                turned[i] = True
    return upright, turned


def read(session: Session, characters: Sequence[str], crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
    """The crops (uint8 BGR, any size) as text, in their order."""
    readings = [Reading("", 0.0)] * len(crops)
    for group in _groups(crops):
        widest = max(_NARROWEST / _LINE_HEIGHT, *(_aspect(crops[i]) for i in group))
        batch = _normalised([crops[i] for i in group], int(_LINE_HEIGHT * widest))
        said = session.run({session.inputs[0].name: batch}, _best)
        for i, best, worth in zip(group, *said, strict=True):
            readings[i] = _decoded(best, worth, characters)
    return readings


def _groups(crops: Sequence[NDArray[np.uint8]]) -> Iterator[list[int]]:
    order = [int(i) for i in np.argsort(np.array([_aspect(crop) for crop in crops]))]
    for start in range(0, len(order), GROUP):
        yield order[start : start + GROUP]


def _aspect(crop: NDArray[np.uint8]) -> float:
    height, width = crop.shape[:2]
    return float(width / height)


def _normalised(crops: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.float32]:
    """float32 [lines, 3, 48, width] in −1…1, each crop at the left, zeros to its right."""
    lines = np.zeros((len(crops), 3, _LINE_HEIGHT, width), np.float32)
    for crop, line in zip(crops, lines, strict=True):
        wanted = min(width, math.ceil(_LINE_HEIGHT * _aspect(crop)))
        for plane, target in zip(cv2.split(cv2.resize(crop, (wanted, _LINE_HEIGHT))), line, strict=True):
            cv2.LUT(plane, _NORMALISED, target[:, :wanted])
    return lines


def _best(outputs: list[NDArray[np.float32]]) -> list[NDArray[Any]]:
    """Of the probabilities [lines, time, classes] the best class of each step [lines, time] and what it is worth."""
    (steps,) = outputs
    best = steps.argmax(axis=2)
    return [best, np.take_along_axis(steps, best[..., None], axis=2)[..., 0]]


def _decoded(best: NDArray[np.int64], worth: NDArray[np.float32], characters: Sequence[str]) -> Reading:
    """`best` [time], the likeliest class of each step, and its probability: repeats merged, blanks dropped."""
    kept = best != 0
    kept[1:] &= best[1:] != best[:-1]
    if not kept.any():
        return Reading("", 0.0)
    return Reading("".join(characters[i] for i in best[kept]), float(worth[kept].mean()))
