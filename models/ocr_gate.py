"""The text gate: a look at a reduced picture that says whether reading it can give anything.

Most pictures of a seizure have no text, and the detector at full size is nearly all that OCR costs. The same detector
sees text at a fraction of the size, so it looks there first; when its map stays dark, the picture is passed over, and
the result says so with the numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ocr_detect import probability_map
from models.ocr_picture import Page
from models.runtime import Session

__all__ = ["SHARE", "THRESHOLD", "VERSION", "evidence_of_text", "strength"]

VERSION = "det-small/1"
SHARE = 0.4
THRESHOLD = 0.15


def evidence_of_text(session: Session, page: Page) -> float:
    """0…1: the strongest hint of text anywhere on the page, from the detector at `SHARE` of its size."""
    return strength(probability_map(session, page, SHARE))


def strength(probability: NDArray[np.float32]) -> float:
    """The highest probability in the map."""
    return float(probability.max())
