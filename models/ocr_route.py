"""Which recogniser reads which line.

The first recogniser reads every line. Lines that it cannot make sense of (`ocr_scripts.worth` below the limit) are read
by the others, too, and the best reading wins when it is better by a margin. What a page is mostly written in is then
tried on its other lines: `je` alone is as good in Latin as in Cyrillic letters, on a Serbian page it is not.

Such lines are read the other way up as well: the upside-down check turns a few upright lines on their head (a line in
German with many round letters, a little blurred), and what is read then are a few stray letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models import ocr_recognise
from models.ocr_recognise import Reading
from models.ocr_scripts import Recogniser, to_logical_order, worth
from models.runtime import Session

__all__ = ["Reader", "Routed", "read"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A recogniser that is loaded, with the characters it knows."""

    recogniser: Recogniser
    session: Session
    characters: tuple[str, ...]

    def read(self, crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        """The crops (uint8 BGR) as text in the order in which it is read."""
        readings = ocr_recognise.read(self.session, self.characters, crops)
        if not self.recogniser.right_to_left:
            return readings
        return [Reading(to_logical_order(one.text), one.score) for one in readings]


@dataclass(frozen=True, slots=True)
class Routed:
    """A line's reading, who read it, and what the first recogniser's was worth where that was another. `turned`: it was
    read the other way up than it was given."""

    reading: Reading
    recogniser: Recogniser
    first_worth: float
    turned: bool = False


def read(
    readers: Sequence[Reader], crops: Sequence[NDArray[np.uint8]], trial_below: float, margin: float
) -> list[Routed]:
    """Every crop (uint8 BGR, upright) as text. `readers`: the first one first; at least one."""
    first = readers[0]
    aspects = [crop.shape[1] / crop.shape[0] for crop in crops]
    readings = first.read(crops)
    values = [worth(one, aspect) for one, aspect in zip(readings, aspects, strict=True)]
    routed = [Routed(one, first.recogniser, value) for one, value in zip(readings, values, strict=True)]
    tried = [i for i, value in enumerate(values) if value < trial_below]
    over = {i: np.asarray(cv2.rotate(crops[i], cv2.ROTATE_180), np.uint8) for i in tried}
    _other_way_up(first, over, trial_below, aspects, values, routed)
    tried = [i for i in tried if values[i] < trial_below]
    others = readers[1:] if tried else ()
    for other in others:
        for i, reading in zip(tried, other.read([crops[i] for i in tried]), strict=True):
            value = worth(reading, aspects[i])
            if value > (values[i] + margin if routed[i].recogniser == first.recogniser else values[i]):
                values[i], routed[i] = value, Routed(reading, other.recogniser, routed[i].first_worth)
        _other_way_up(other, {i: over[i] for i in tried}, trial_below, aspects, values, routed)
    usual = _usual(routed, first.recogniser)
    for other in others:
        if other.recogniser == usual:
            rest = [i for i, one in enumerate(routed) if one.recogniser == first.recogniser and not one.turned]
            for i, reading in zip(rest, other.read([crops[i] for i in rest]), strict=True):
                if worth(reading, aspects[i]) >= values[i]:
                    routed[i] = Routed(reading, other.recogniser, routed[i].first_worth)
    return routed


def _other_way_up(  # noqa: PLR0917 - what `read` has in hand
    reader: Reader,
    over: Mapping[int, NDArray[np.uint8]],
    least: float,
    aspects: Sequence[float],
    values: list[float],
    routed: list[Routed],
) -> None:
    """Take these lines as they are read when turned over, where that is worth `least`. Less is no reason to believe
    it: of a script that is not known, one way up is as wrong as the other."""
    wanted = [i for i in over if values[i] < least]
    for i, reading in zip(wanted, reader.read([over[i] for i in wanted]), strict=True):
        value = worth(reading, aspects[i])
        if value >= least:
            first_worth = value if reader.recogniser == routed[i].recogniser else routed[i].first_worth
            values[i], routed[i] = value, Routed(reading, reader.recogniser, first_worth, turned=True)


def _usual(routed: Sequence[Routed], first: Recogniser) -> Recogniser | None:
    """The recogniser of more than half of all characters of the page, when that is not the first."""
    counted: Counter[str] = Counter()
    for one in routed:
        counted[one.recogniser.model] += sum(not character.isspace() for character in one.reading.text)
    if not counted.total():
        return None
    model, characters = counted.most_common(1)[0]
    if model == first.model or 2 * characters <= counted.total():
        return None
    return next(one.recogniser for one in routed if one.recogniser.model == model)
