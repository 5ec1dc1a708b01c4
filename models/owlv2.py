"""OWLv2: boxes for things that are named in words. One pass answers all queries at once.

Preprocessing equals `Owlv2ImageProcessor` of transformers (Apache-2.0): values 0–1, padded at bottom and right with
zeros to a square, gaussian-antialiased bilinear to 960 × 960, CLIP mean and std. Each of 60 × 60 places has one box and
one logit a query; the score is its sigmoid. Boxes are centre, width, height relative to the padded square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.records import Region
from models import catalogue
from models.runtime import Runtime, Session

if TYPE_CHECKING:
    from models.tokens import Tokens

__all__ = ["PREPROCESSING", "SIDE", "Answers", "OpenVocabulary", "decode", "suppress", "tensor"]

SIDE = 960
PREPROCESSING = "owlv2/1"
_TOKENS, _PAD = 16, 0
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class Answers:
    """`scores` float32 [places, queries] in 0–1; `boxes` float64 [places, 4]: left, top, right, bottom, relative to the
    picture and inside it."""

    scores: NDArray[np.float32]
    boxes: NDArray[np.float64]

    def region(self, place: int) -> Region:
        left, top, right, bottom = (float(value) for value in self.boxes[place])
        return Region(left, top, right - left, bottom - top)


class OpenVocabulary:
    """The model with its tokenizer. Thread-safe, as its session is."""

    def __init__(self, pack: str, session: Session, tokens: Tokens) -> None:
        self._session = session
        self._tokens = tokens
        names = [one.name for one in session.outputs]
        if not {"logits", "pred_boxes"} <= set(names):
            raise ModelError(
                f"The graph of {pack} has no logits and pred_boxes; it has {', '.join(names)}.",
                "It is another export than the catalogue names; import the pack again.",
            )
        self._logits, self._boxes = names.index("logits"), names.index("pred_boxes")

    @classmethod
    def open(cls, pack: str, runtime: Runtime) -> OpenVocabulary:
        from models.tokens import Tokens

        tokens = Tokens(catalogue.verify(f"{pack}:tokenizer"), _TOKENS, _PAD)
        return cls(pack, runtime.session(pack), tokens)

    def look(self, picture: NDArray[np.uint8], queries: Sequence[str]) -> Answers:
        """How well every place of an upright RGB picture (uint8, height × width × 3) fits every query."""
        ids, mask = self._tokens.encode(queries)
        answers = self._session.run({"input_ids": ids, "attention_mask": mask, "pixel_values": tensor(picture)})
        return decode(answers[self._logits], answers[self._boxes], (picture.shape[1], picture.shape[0]))


def tensor(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """To float32 [1, 3, 960, 960]. Raises `ValueError` for a picture without pixels."""
    from models import resample  # brings OpenCV

    if not picture.shape[0] or not picture.shape[1]:
        raise ValueError("the picture has no pixels")
    return resample.planes(resample.blurred(picture, SIDE), _MEAN, _STD)[None]


def decode(logits: NDArray[np.float32], boxes: NDArray[np.float32], size: tuple[int, int]) -> Answers:
    """`logits` [1, places, queries], `boxes` [1, places, 4]; `size`: width, height of the picture in pixels."""
    width, height = size
    square = max(width, height)
    centre = boxes[0].astype(np.float64) * square
    corners = np.concatenate([centre[:, :2] - centre[:, 2:] / 2, centre[:, :2] + centre[:, 2:] / 2], axis=1)
    corners /= np.array([width, height, width, height])
    values = np.clip(logits[0].astype(np.float64), -60.0, 60.0)
    return Answers((1.0 / (1.0 + np.exp(-values))).astype(np.float32), np.clip(corners, 0.0, 1.0))


def suppress(boxes: Sequence[Region], scores: Sequence[float], overlap: float) -> list[int]:
    """Which boxes stay when of two that overlap more (IoU) the better is kept, best first."""
    order = sorted(range(len(boxes)), key=lambda one: (-scores[one], one))
    kept: list[int] = []
    for one in order:
        if all(_iou(boxes[one], boxes[other]) <= overlap for other in kept):
            kept.append(one)
    return kept


def _iou(a: Region, b: Region) -> float:
    across = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    down = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (a.w * a.h + b.w * b.h - across * down)
