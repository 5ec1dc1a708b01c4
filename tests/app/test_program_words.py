"""What the command line says: its help, and to slips of the hand (the wrong folder, a folder inside the case, a
mistyped command, a console that lacks a letter)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import main
from app.cli.program import make_program
from core.case.case import Case
from tests.support.here import Here


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return Here(capfdbinary)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    Case.create(tmp_path / "case").close()
    return tmp_path / "case"


def test_a_folder_without_a_case_is_no_mistyped_command(here: Here, tmp_path: Path) -> None:
    said = here(tmp_path)
    assert (said.code, said.out) == (2, "")
    assert f"There is no case in {tmp_path}." in said.err
    assert "make a case there" in said.err


@pytest.mark.parametrize("inside", ["reports", "case.db", "thumbnails/ab"])
def test_a_folder_inside_a_case_names_the_case(here: Here, case: Path, inside: str) -> None:
    said = here("status", case / inside)
    assert said.code == 2
    assert said.err.strip().endswith(f"lies inside one. The case is {case}.")


@pytest.mark.parametrize(("typed", "meant"), [("statsu", "status"), ("serach", "search"), ("analyse", "analyze")])
def test_a_mistyped_command_is_asked_back(here: Here, typed: str, meant: str) -> None:
    said = here(typed)
    assert said.code == 2
    assert f"Did you mean '{meant}'?" in said.err


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_name_that_the_console_cannot_write_ends_no_command(
    tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Case.create(tmp_path / "case", name="日本 → Köln").close()
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding, write_through=True))
    monkeypatch.setattr("app.cli.output.console._width", 200)
    assert main.main(["case", "info", str(tmp_path / "case")]) == 0
    assert "\\u65e5\\u672c \\u2192 K" in written.getvalue().decode(encoding)


def test_an_error_for_machines_is_json_in_any_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii", errors="backslashreplace", write_through=True)
    monkeypatch.setattr("sys.stderr", stream)
    assert main.main(["status", str(tmp_path / "Fälle"), "--json"]) == 2
    assert json.loads(written.getvalue())["error"] == f"There is no case in {tmp_path / 'Fälle'}."


@pytest.mark.parametrize("group", ["", "case", "models", "faces", "logos x", "sources x"])
def test_help_names_every_command_in_a_sentence_that_fits(
    here: Here, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = here(*group.split(), "--help")
    assert said.code == 0
    commands = said.out.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert len(commands) >= 2
    assert [line for line in commands if not line.endswith(".") or line.endswith("...")] == []


def test_every_option_says_what_it_is_for() -> None:
    command = make_program(main.parts())
    silent = [f"{place} {name}" for place, name, told in _parameters(command, "") if not told]
    assert silent == []


def _parameters(command: Any, place: str) -> Iterator[tuple[str, str, str]]:
    for one in command.params:
        yield place, one.name, one.help or ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from _parameters(inner, f"{place} {name}".strip())
