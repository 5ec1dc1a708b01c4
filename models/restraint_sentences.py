"""Sentences about restraint as vectors, and how a picture's vector is weighed against them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.embedding_towers import TextTower
from models.restraint_data import Data
from models.restraint_fusion import margin

__all__ = ["Sentences"]


class Sentences:
    """All sentences of the data file, embedded once. Of each group: its own sentences, and against them what it is
    confused with and what ordinary pictures show."""

    def __init__(self, tower: TextTower, data: Data) -> None:
        texts = [one.text for one in data.positive]
        texts += [text for some in data.distractors.values() for text in some]
        texts = list(dict.fromkeys([*texts, *data.ordinary]))
        vectors = tower.embed([tower.sentence(text) for text in texts])
        self._vectors = dict(zip(texts, vectors, strict=True))
        self._sides: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        for group in (*data.groups, ""):
            own = [one for one in data.positive if one.group == group]
            if own:
                bodies = dict.fromkeys(one.body for one in own)
                others = dict.fromkeys(text for body in bodies for text in data.distractors_of(body))
                self._sides[group] = (
                    self._stacked([one.text for one in own]),
                    self._stacked([*others, *(text for text in data.ordinary if text not in others)]),
                )

    def margins(self, vector: NDArray[np.float32], scale: float) -> Mapping[str, float]:
        """Group → how much better the picture fits the group's sentences than the others (log of a ratio)."""
        return {group: margin(vector, own, others, scale) for group, (own, others) in self._sides.items()}

    def _stacked(self, texts: list[str]) -> NDArray[np.float32]:
        return np.stack([self._vectors[text] for text in texts])
