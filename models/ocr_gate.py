"""The text gate: a look at a reduced picture that says whether reading it can give anything.

Most pictures of a seizure have no text, and the detector at full size is nearly all that OCR costs. The same detector
sees text at a fraction of the size, so it looks there first; when its map stays dark, the picture is passed over, and
the result says so with the numbers.

Two things make the small look trustworthy. The picture is flattened: grey, its slow changes taken away, contrast
tripled, so that only what is as fine as writing remains. And an *example line* is drawn below it: without any text in
view the detector has nothing to compare with and lights up all over smooth or noisy pictures (at a threshold of 0.15 it
did so in 39 of 40 synthetic ones); with a line of real text in view it stays dark everywhere else.

Chosen with `benchmarks/ocr_gate.py`. On seed 11 it lets through all 183 text pictures that full OCR can read and 14 of
200 text-free ones, all of them drawings of hard lines and ellipses (none of 134 noise photos and gradients). At
0.4 for every picture a blurred sign in a press photo was missed; smaller shares lose small print (a first version read
70 of 73 at 0.35, 66 at 0.3). What remains beyond it is tiny writing that differs from its background in colour only.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.ocr_picture import Page, detector_size, grey_tensor
from models.runtime import Session

__all__ = ["SHARE", "THRESHOLD", "VERSION", "evidence_of_text", "example_line"]

VERSION = "det-small+example/1"
SHARE = 0.45
SHARE_ENLARGED = 0.4
THRESHOLD = 0.1
_CONTRAST = 3.0
_BACKGROUND_CELL = 4
_BACKGROUND_SIGMA = 3
_MIDDLE = 128
_EXAMPLE_HEIGHT = 32
_ENLARGED = 1.2
_EXAMPLE = ("Text 2024", "Exit", "Hotel 17", "Open")


def evidence_of_text(session: Session, page: Page, share: float | None = None) -> float:
    """0…1: the strongest hint of text anywhere on the page, from the detector at `share` of its size.

    Default: `SHARE`, or `SHARE_ENLARGED` where full OCR would enlarge the picture, whose letters are then larger, too.
    """
    full = detector_size(page)
    if share is None:
        share = SHARE_ENLARGED if full[0] > page.bgr.shape[0] * _ENLARGED else SHARE
    height, width = detector_size(page, share, extra=_EXAMPLE_HEIGHT // 2)
    height -= _EXAMPLE_HEIGHT
    grey = np.vstack([_flattened(page.bgr, height, width), example_line(width)])
    tensor = grey_tensor(grey)
    answer = session.run({session.inputs[0].name: tensor})[0]
    return float(answer[0, 0, :height].max())


def _flattened(bgr: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    small = cv2.resize(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), (width, height), interpolation=cv2.INTER_AREA)
    # A blur over a dozen pixels at a sixteenth of the price: slow changes survive the detour over a quarter of the size
    coarse = cv2.resize(small, (width // _BACKGROUND_CELL, height // _BACKGROUND_CELL), interpolation=cv2.INTER_AREA)
    background = cv2.resize(cv2.GaussianBlur(coarse, (0, 0), _BACKGROUND_SIGMA), (width, height))
    return np.asarray(cv2.addWeighted(small, _CONTRAST, background, -_CONTRAST, _MIDDLE), dtype=np.uint8)


def example_line(width: int) -> NDArray[np.uint8]:
    """Four words of black on white, uint8 grey, 32 × `width`."""
    line = np.full((_EXAMPLE_HEIGHT, width), 255, np.uint8)
    for number, word in enumerate(_EXAMPLE):
        place = (6 + number * (width // len(_EXAMPLE)), 22)
        cv2.putText(line, word, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0,), 1, cv2.LINE_AA)
    return line
