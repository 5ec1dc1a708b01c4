"""JoyTag: how sure a tagger is of each of its tags.

Preprocessing as its author's `prepare_image` (Apache-2.0): white around the picture to a square, bicubic to 448 × 448
in 8 bits, CLIP mean and std; the answer's sigmoid is the probability of each tag of `top_tags.txt`, in order.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from models import catalogue
from models.runtime import Runtime, Session

__all__ = ["PREPROCESSING", "SIDE", "Tagger", "tags_of", "tensor"]

SIDE = 448
PREPROCESSING = "joytag/1"
_WHITE = 255
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)


def tags_of(pack: str) -> tuple[str, ...]:
    """The tags in the order of the model's answer. Raises `ModelMissing`, `ModelError`."""
    lines = catalogue.verify(f"{pack}:tags").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


class Tagger:
    """The model and its tags. Thread-safe, as its session is."""

    def __init__(self, session: Session, tags: tuple[str, ...]) -> None:
        self._session = session
        self._number = {tag: number for number, tag in enumerate(tags)}
        self._count = len(tags)

    @classmethod
    def open(cls, pack: str, runtime: Runtime) -> Tagger:
        return cls(runtime.session(pack), tags_of(pack))

    def look(self, picture: NDArray[np.uint8], wanted: Iterable[str]) -> dict[str, float]:
        """The probability of each wanted tag that the model knows, for an upright RGB picture (uint8)."""
        logits = self._session.run({self._session.inputs[0].name: tensor(picture)})[0].reshape(-1)
        if len(logits) != self._count:
            raise ModelError(
                f"The tagger answers {len(logits)} numbers, its list has {self._count} tags.", "Import the pack again."
            )
        chosen = {tag: self._number[tag] for tag in wanted if tag in self._number}
        values = np.clip(logits.astype(np.float64), -60.0, 60.0)
        return {tag: float(1.0 / (1.0 + np.exp(-values[number]))) for tag, number in chosen.items()}


def tensor(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """To float32 [1, 3, 448, 448]. Raises `ValueError` for a picture without pixels."""
    from models import resample  # brings OpenCV

    if not picture.shape[0] or not picture.shape[1]:
        raise ValueError("the picture has no pixels")
    small = resample.pillow(resample.pad_square(picture, _WHITE), (SIDE, SIDE), "bicubic")
    return resample.planes(small, _MEAN, _STD)[None]
