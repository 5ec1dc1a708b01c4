from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core.report.texts import RESOURCES, texts

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CODE = Path(__file__).parents[3] / "core" / "report"


def _words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((RESOURCES / "report" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def test_both_languages_say_the_same_things() -> None:
    english, german = _words("en"), _words("de")
    assert english.keys() == german.keys()
    for key, sentence in english.items():
        assert set(_PLACEHOLDER.findall(sentence)) == set(_PLACEHOLDER.findall(german[key])), key
        assert sentence, key
        assert german[key], key


def test_every_key_that_the_code_names_exists() -> None:
    known = _words("en")
    kinds = {key.split(".")[0] for key in known}
    pattern = re.compile(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"')
    for path in _CODE.glob("pdf*.py"):
        for key in pattern.findall(path.read_text(encoding="utf-8")):
            if key.split(".")[0] in kinds:
                assert key in known or f"{key}.one" in known, f"{path.name}: {key}"


def test_all_labels_of_the_detector_and_all_states_have_words() -> None:
    from core.records import State

    for language in ("de", "en"):
        words = _words(language)
        assert sum(key.startswith("label.") and key.isupper() is False for key in words) >= 19
        assert all(f"state.{state.value}" in words for state in State)


def test_numbers_sizes_and_times() -> None:
    german, english = texts("de"), texts("en")
    assert german.number(9999) == "9999"
    assert german.number(1234567) == "1\u202f234\u202f567"
    assert german.number(-12345) == "−12\u202f345"
    assert (german.score(0.875), english.score(0.875), english.score(None)) == ("0,87", "0.87", "–")
    assert english.score(0.9999) == "0.99"
    assert english.score(0.29) == "0.29"
    assert english.size(999) == "999\u202fB"
    assert german.size(1_500_000) == "1,5\u202fMB"
    assert english.duration(3723.25) == "1:02:03.25"
    assert english.duration(59.999) == "1:00.00"
    assert english.moment("2026-11-20T08:15:00.123Z") == "2026-11-20 08:15:00"


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_called_a_verdict(language: str) -> None:
    for word in ("csam", "kinderporno", "illegal", "strafbar ", "schuldig", "guilty"):
        assert not any(word in sentence.lower() for sentence in _words(language).values()), word
