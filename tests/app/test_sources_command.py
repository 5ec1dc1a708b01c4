"""`sources DIR …` through the program's own front door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.program import run_command
from app.parts import Parts
from core.case.case import Case
from core.case.runs import Runs

Ask = Callable[..., Any]


def _none(*_: object) -> Any:
    raise AssertionError("no model is needed for this")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    with Case.create(tmp_path / "case", number="7") as made:
        for name in ("Handy", "USB Stick"):
            (tmp_path / name).mkdir()
            Runs(made).add_source(tmp_path / name, str(tmp_path / name))
    return tmp_path / "case"


@pytest.fixture
def ask(case: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Ask:
    def call(*arguments: str, code: int = 0) -> Any:
        parts = Parts(_none, list, _none, _none)
        assert run_command(["sources", str(case), *arguments], parts) == code
        out, err = (stream.decode() for stream in capfdbinary.readouterr())
        said = out if code == 0 else err
        return json.loads(said) if "--json" in arguments else said

    return call


def test_facts_are_stated_listed_and_told_with_their_history(ask: Ask, case: Path) -> None:
    made = ask("set", "1", "--exhibit", "3.1", "--label", "Handy A.", "--clock-offset", "-90", "--json")
    assert made["changed"] == [
        {"field": "label", "old": "", "new": "Handy A."},
        {"field": "exhibit", "old": "", "new": "3.1"},
        {"field": "clock_offset", "old": "", "new": "-90"},
    ]
    listed = ask("list", "--json")
    assert [(one["id"], one["facts"]) for one in listed] == [
        (1, {"label": "Handy A.", "exhibit": "3.1", "clock_offset": -90}),
        (2, {}),
    ]
    ask("set", "handy a.", "--exhibit", "3.2")
    told = ask("history", "3.2", "--json")
    assert (told[0]["field"], told[0]["old"], told[0]["new"]) == ("exhibit", "3.1", "3.2")
    assert len((case / "audit.jsonl").read_text().splitlines()) == 3  # case created and two acts


def test_what_is_not_known_is_said(ask: Ask) -> None:
    ask("set", "USB Stick", "--write-blocker", "none", "--time-zone", "europe/berlin")
    text = " ".join(ask("list").split())
    assert "write_blocker unknown: nobody has stated whether one was used" in text
    assert "write_blocker none was used" in text
    assert "time_zone Europe/Berlin" in text
    assert "not stated label, exhibit" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "9", "--exhibit", "1"), "no source '9'"),
        (("set", "1"), "Nothing to state"),
        (("set", "1", "--time-zone", "Europe/Atlantis"), "no time zone"),
        (("set", "1", "--device", "toaster"), "no kind of device"),
        (("history", "nobody"), "no source 'nobody'"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    assert said in ask(*arguments, code=2)
    assert ask("list", "--json")[0]["facts"] == {}


def test_stating_it_again_changes_nothing(ask: Ask) -> None:
    ask("set", "2", "--serial", "S-1")
    assert "nothing was changed" in ask("set", "2", "--serial", "S-1")
