"""What the desk says about findings that weigh several answers: band, body part, sub-scores, calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytestqt.qtbot import QtBot

from app.gui.columns import group_title
from app.gui.preview.marks import colour_role
from app.gui.preview.reason_card import ReasonCard
from app.gui.preview.subject import label_text
from core.case.details import FindingFacts

if TYPE_CHECKING:
    from app.gui.acts import Acts

ATTRIBUTES = {
    "band": "likely",
    "calibration": "uncalibrated",
    "body": "hands",
    "posture": ["wrists together"],
    "words": "handcuffs",
    "instead": "bracelet",
    "scores": {"box_score": 0.913, "crop_margin": 4.2},
    "tags": {"handcuffs": 0.7},
    "stages": {"prefilter": "siglip2", "pose": "absent"},
}


def facts(**attributes: object) -> FindingFacts:
    return FindingFacts(
        1, 1, 1, "restraint", "cuffs", "restraint", 0.8, None, None, None, None, None, None, 0, None, attributes, ""
    )


def test_every_part_of_an_assessment_is_told(qtbot: QtBot) -> None:
    card = ReasonCard(cast("Acts", None))
    qtbot.addWidget(card)
    told = dict(card._assessed(ATTRIBUTES))
    assert "box score 0.91, crop margin 4.20" in told.values()
    assert "“handcuffs” > “bracelet”" in told.values()
    assert "wrists together" in told.values()
    assert "handcuffs 0.70" in told.values()
    assert "first look: siglip2, pose: absent" in told.values()
    assert card._assessed({"group": "explicit"}) == []


def test_calibrated_and_uncalibrated_are_different_words(qtbot: QtBot) -> None:
    card = ReasonCard(cast("Acts", None))
    qtbot.addWidget(card)
    raw = card._sure(facts(**ATTRIBUTES), 0.5)
    said = "calibrated on own set (200 positive, 2000 negative; 2026-11-25, no. 1)"
    measured = card._sure(facts(**{**ATTRIBUTES, "calibration": said}), 0.5)
    assert raw.startswith(measured)
    assert len(raw) > len(measured)
    told = "on own set (200 positive, 2000 negative pictures; 2026-11-25, no. 1)"
    assert told in dict(card._assessed({**ATTRIBUTES, "calibration": said})).values()


def test_restraint_has_its_words_and_colour() -> None:
    assert group_title("restraint") != "restraint"
    assert label_text("blindfolds") == "blindfold"
    assert colour_role("restraint", "restraint") == "danger"
