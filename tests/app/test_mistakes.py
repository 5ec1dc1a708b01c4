"""What the command line says to slips of the hand: the wrong folder, a folder beside the case, a mistyped command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import main
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
    monkeypatch.setenv("COLUMNS", "200")
    assert main.main(["case", "info", str(tmp_path / "case")]) == 0
    assert "\\u65e5\\u672c \\u2192 K" in written.getvalue().decode(encoding)


def test_an_error_for_machines_is_json_in_any_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii", errors="backslashreplace", write_through=True)
    monkeypatch.setattr("sys.stderr", stream)
    assert main.main(["status", str(tmp_path / "Fälle"), "--json"]) == 2
    assert json.loads(written.getvalue())["error"] == f"There is no case in {tmp_path / 'Fälle'}."
