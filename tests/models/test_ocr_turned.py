"""Lines that the upside-down check turned although they were upright, or left on their head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from models import ocr_recognise, ocr_route, ocr_scripts
from models.local import LocalBackend
from models.ocr_recognise import Reading
from tests.models.pictures import sample, text_page

Picture = NDArray[np.uint8]
SAID = "Übergabe am Hauptbahnhof um 19:45 Uhr"
GOOD, BAD = Reading("a line of letters", 0.97), Reading("b  s", 0.6)


def test_an_upright_line_that_the_check_turned_is_read(backend: LocalBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check errs on its own with this line on a transparent ground, but not with every version of FreeType."""
    monkeypatch.setattr(ocr_recognise, "turn_upright", _turning_all)
    picture = text_page(SAID, "Quittung Nr. 4711", size=32, width=800)
    (result,) = backend.analyze("ocr", [sample(picture)], {}, Control())
    assert [one.text for one in result.findings] == [SAID, "Quittung Nr. 4711"]
    assert {(one.label, one.attributes["upside_down"]) for one in result.findings} == {("text", False)}
    (without,) = backend.analyze("ocr", [sample(picture)], {"trial_below": 0.0}, Control())
    assert SAID not in [one.text for one in without.findings]


def _turning_all(_session: object, crops: Sequence[Picture]) -> tuple[list[Picture], list[bool]]:
    return [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops], [True] * len(crops)


@dataclass
class Fake:
    """A reader that knows lines by their first pixel, and how many it was asked."""

    upright: dict[int, Reading]
    over: dict[int, Reading]
    recogniser: ocr_scripts.Recogniser = field(default_factory=lambda: ocr_scripts.scripts().default)
    asked: int = 0

    def read(self, crops: Sequence[Picture]) -> list[Reading]:
        self.asked += len(crops)
        return [self.upright[int(c[0, 0, 0])] if c[0, 0, 0] else self.over[int(c[-1, -1, 0])] for c in crops]


def _line(number: int) -> Picture:
    crop = np.zeros((20, 200, 3), np.uint8)
    crop[0, 0] = number
    return crop


def _routed(*readers: Fake, lines: int) -> list[ocr_route.Routed]:
    return ocr_route.read(cast(Any, readers), [_line(number + 1) for number in range(lines)], 0.9, 0.05)


def test_only_what_makes_no_sense_is_turned_over() -> None:
    reader = Fake({1: GOOD, 2: BAD}, {2: GOOD})
    first, second = _routed(reader, lines=2)
    assert (first.reading, first.turned) == (GOOD, False)
    assert (second.reading, second.turned) == (GOOD, True)
    assert second.first_worth >= 0.9, "it is known by now what the line says: no pack is missing for it"
    assert reader.asked == 3


def test_better_nonsense_is_no_reason_to_turn() -> None:
    """Of letters that are not known one way up is as wrong as the other, and says so only the first time."""
    (only,) = _routed(Fake({1: BAD}, {1: Reading("half of a line of it", 0.8)}), lines=1)
    assert (only.reading, only.turned) == (BAD, False)


def test_another_script_is_read_the_other_way_up_too() -> None:
    other = ocr_scripts.scripts().recognisers[0]
    second = Fake({1: BAD}, {1: Reading("Встреча завтра в", 0.97)}, recogniser=other)
    (only,) = _routed(Fake({1: BAD}, {1: BAD}), second, lines=1)
    assert (only.reading.text, only.recogniser, only.turned) == ("Встреча завтра в", other, True)
    assert only.first_worth < 0.9
