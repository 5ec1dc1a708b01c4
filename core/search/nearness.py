"""Where near ends and weaker begins, in a list of pictures ordered by nearness.

A cosine means something only within one model, and of a sentence something else than of a picture; so the line is data
(`resources/models/nearness.json`), one for each model and kind of question. It is no filter: what lies below is shown,
too. The values are not calibrated, which whoever draws the line has to say.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Line", "line"]

_FACTS = Path(__file__).resolve().parents[2] / "resources" / "models" / "nearness.json"


@dataclass(frozen=True, slots=True)
class Line:
    """`least`: the cosine of the weakest match that is not called weaker; `calibrated`: whether that was measured."""

    least: float
    calibrated: bool


def line(space: str, asked: Literal["picture", "sentence"]) -> Line | None:
    """The line for vectors of this space (`model/SHA-256/preprocessing`); None for a model that has none."""
    found = _facts().get(space.partition("/")[0])
    return Line(float(found[asked]), bool(found["calibrated"])) if found is not None else None


@functools.cache
def _facts() -> dict[str, dict[str, float | bool]]:
    read: dict[str, dict[str, float | bool]] = json.loads(_FACTS.read_text(encoding="utf-8"))["models"]
    return read
