"""How sure a tagger is of each of its tags: JoyTag, or where that is not installed, WD ViT tagger v3.

joytag              as its author's `prepare_image` (Apache-2.0): white around the picture to a square, bicubic to
                    448 × 448 in 8 bits, CLIP mean and std, channels first; the answer's sigmoid is the probability
                    of each tag of `top_tags.txt`, in order
wd-vit-tagger-v3    the same picture, but blue first, 0–255, channels last; the answer is the probability of each
                    line of `selected_tags.csv`
"""

from __future__ import annotations

import csv
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from models import catalogue
from models.runtime import Runtime, Session

__all__ = ["JOYTAG", "PREPROCESSING", "SIDE", "WD_TAGGER", "Tagger", "tags_of", "tensor"]

JOYTAG, WD_TAGGER = "joytag", "wd-vit-tagger-v3"
SIDE = 448
PREPROCESSING = "tagger/1"
_WHITE = 255
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)


def tags_of(pack: str) -> tuple[str, ...]:
    """The tags in the order of the model's answer. Raises `ModelMissing`, `ModelError`."""
    path = catalogue.verify(f"{pack}:tags")
    if pack == WD_TAGGER:
        with path.open(encoding="utf-8", newline="") as stream:
            return tuple(row["name"] for row in csv.DictReader(stream))
    return tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


class Tagger:
    """The model and its tags. Thread-safe, as its session is."""

    def __init__(self, pack: str, session: Session, tags: tuple[str, ...]) -> None:
        self._pack = pack
        self._session = session
        self._number = {tag: number for number, tag in enumerate(tags)}
        self._count = len(tags)

    @classmethod
    def open(cls, pack: str, runtime: Runtime) -> Tagger:
        return cls(pack, runtime.session(pack), tags_of(pack))

    def look(self, picture: NDArray[np.uint8], wanted: Iterable[str]) -> dict[str, float]:
        """The probability of each wanted tag that the model knows, for an upright RGB picture (uint8)."""
        pixels = tensor(picture, self._pack)
        answer = self._session.run({self._session.inputs[0].name: pixels})[0].reshape(-1).astype(np.float64)
        if len(answer) != self._count:
            raise ModelError(
                f"The tagger answers {len(answer)} numbers, its list has {self._count} tags.", "Import the pack again."
            )
        sure = answer if self._pack == WD_TAGGER else 1.0 / (1.0 + np.exp(-np.clip(answer, -60.0, 60.0)))
        return {tag: float(sure[self._number[tag]]) for tag in wanted if tag in self._number}


def tensor(picture: NDArray[np.uint8], pack: str = JOYTAG) -> NDArray[np.float32]:
    """To float32 [1, 3, 448, 448], or [1, 448, 448, 3] for the WD tagger. Raises `ValueError` for a picture without
    pixels."""
    from models import resample  # brings OpenCV

    if not picture.shape[0] or not picture.shape[1]:
        raise ValueError("the picture has no pixels")
    small = resample.pillow(resample.pad_square(picture, _WHITE), (SIDE, SIDE), "bicubic")
    if pack == WD_TAGGER:
        return np.ascontiguousarray(small[None, :, :, ::-1], dtype=np.float32)
    return resample.planes(small, _MEAN, _STD)[None]
