"""Names and texts of the evidence are whatever somebody wanted them to be: on a terminal they are only text."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.evidence.naming import printable, shown
from core.records import Finding, Outcome, SampleResult, State
from tests.support.backend import info
from tests.support.here import Here

NAME = "owned\x1b]0;title\x07\x1b[31m\u202egpj.exe\n[bold]x"
TEXT = "read \x1b[2J \x9b31m this"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("app.cli.output.console._width", 300)
    return Here(capfdbinary)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    with Case.create(tmp_path / "case") as case:
        runs = Runs(case)
        source, run = runs.add_source(tmp_path / "e", "e").id, runs.start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register([CopyRow(source, shown(NAME), NAME.encode(), "read", 1, 1, sha256="a" * 64, kind="image")])
            found = SampleResult((Finding("bright", 0.5, text=TEXT),))
            config = store.config(info(), {})
            store.results(1, Results(config, Outcome("bright", State.PARTIAL, "odd", TEXT), [(0, found)]))
        runs.finish(run, "finished", 0.0, {})
    return tmp_path / "case"


@pytest.mark.parametrize("command", ["findings", "outcomes", "status", "search"])
def test_a_terminal_is_told_nothing_to_obey(here: Here, case: Path, command: str) -> None:
    said = here(command, case, *(["owned", "this"] if command == "search" else []))
    assert said.code == 0, said.err
    for sign in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert sign not in said.out + said.err
    if command != "status":
        assert r"owned\u001b]0;title\u0007\u001b[31m\u202egpj.exe\n[bold]x" in said.out


def test_what_can_be_printed_stays_as_it_is() -> None:
    for text in ("", "a\\b c:\\d", r"\xff.jpg", "Grüße 日本 عربي", "[red]"):
        assert printable(text) == text
    assert printable("a\\b\tc\u200b") == r"a\b\tc\u200b"
