"""What decided a result is told in both languages, whatever analyzer it is of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.setting_words import option_title, option_value, setting_title, setting_value, settings_said
from core.settings import RunSettings
from models import catalogue
from models.registry import ANALYZERS, make
from models.runtime import Runtime

PLAN = {"engine": "openvino 2026.4", "device": "cpu", "precision": "fp32"}


def test_settings_read_like_a_sentence_and_not_like_a_program() -> None:
    settings = {
        "preprocessing": "nudenet-3.4/1",
        "tiles": {"version": "squares/1", "aspect_above": 2.5},
        "scripts missing": ["Thai", "Greek"],
        "bands": {"likely": 0.55},
        "calibration": "uncalibrated",
        "laboratory": [],
        "ppocr-det": PLAN,
        "ppocr-rec": PLAN,
    }
    assert settings_said(settings, "de") == (
        "Vorverarbeitung nudenet-3.4/1; Kacheln squares/1; fehlende Schriften thailändisch, griechisch; Wertebereiche"
        " (wahrscheinlich ab 0,55); Kalibrierung nicht kalibriert;"
        " ppocr-det, ppocr-rec: openvino 2026.4, Prozessor, fp32"
    )
    assert "bands (likely from 0.55); calibration uncalibrated" in settings_said(settings, "en")


def test_options_have_the_names_of_the_settings_page() -> None:
    assert option_title("nsfw", "keep_score", "de") == "Regionen behalten ab Wert"
    assert option_value("nsfw", "keep_score", 0.2, "de") == "0,2"
    assert option_value("nsfw", "nms", "class", "de") == "innerhalb einer Bezeichnung"
    assert option_value("nsfw", "tiles", True, "de") == "ja"
    assert option_title("nsfw", "of_tomorrow", "de") == "of tomorrow"


def names(settings: Mapping[str, Any]) -> Iterator[str]:
    """As `settings_said` shows them: not inside of what is told by its version."""
    for name, value in settings.items():
        yield name
        if isinstance(value, Mapping) and "version" not in value and not value.keys() <= PLAN.keys() | {"half"}:
            yield from names(value)


@pytest.mark.parametrize("analyzer", sorted(ANALYZERS))
def test_every_setting_of_every_analyzer_has_a_german_name(analyzer: str) -> None:
    info = make(analyzer).info(Runtime())
    files = {name.partition(":")[0] for name in catalogue.catalogue()}
    told = {name for name in names(info.settings) if name.partition(":")[0] not in files}
    known = json.loads((catalogue.RESOURCES.parent / "settings.json").read_text(encoding="utf-8"))["names"]
    assert told - set(known) == set()
    assert all(setting_title(name, "de") for name in told)


def test_the_sampling_has_german_names() -> None:
    sampling = RunSettings(analyzers=("ocr",)).sampling.model_dump()
    said = settings_said(sampling, "de")
    assert "größter Abstand 2 s" in said
    assert "Bilder bis 250\u202f000\u202f000 Pixel" in said
    assert not [name for name in sampling if name.replace("_", " ") in said]


def test_the_sub_scores_of_an_assessment_have_german_names() -> None:
    features = json.loads((catalogue.RESOURCES / "restraint.json").read_text(encoding="utf-8"))["fusion"]["features"]
    known = json.loads((catalogue.RESOURCES.parent / "settings.json").read_text(encoding="utf-8"))["names"]
    assert set(features) - set(known) == set()


def test_postures_are_told_in_german() -> None:
    source = (catalogue.RESOURCES.parents[1] / "models" / "pose.py").read_text(encoding="utf-8")
    said = re.findall(r'\[\*why, "([^"]+)"\]', source)
    assert len(said) == 3
    assert [one for one in said if setting_value([one], "de") == one] == []
