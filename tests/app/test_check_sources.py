"""`report --check-sources` says at once, and for machines, whether the evidence is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.pipeline.run import run
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.here import Here
from tests.support.media import picture


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return Here(capfdbinary)


def test_what_became_of_each_source_is_printed(here: Here, tmp_path: Path) -> None:
    for number in range(2):
        picture(tmp_path / "evidence" / f"{number}.png", seed=number)
    with Case.create(tmp_path / "case") as case:
        source = Runs(case).add_source(tmp_path / "evidence", "evidence")
        list(run(case, [source], FakeBackend(), RunSettings(analyzers=("bright",), workers=1), Control()))
    said = here("report", tmp_path / "case", "--out", tmp_path / "one", "--unsigned", "--check-sources")
    assert said.code == 0, said.err
    assert "Source 1: verified (2 files read again, 0 differ, 0 could not be read)." in said.out
    picture(tmp_path / "evidence" / "0.png", seed=9)
    told = here("report", tmp_path / "case", "--out", tmp_path / "two", "--unsigned", "--check-sources", "--json").json
    found = told["sources"]["1"]
    assert (found["result"], found["checked"], found["changed"], found["missing"]) == ("changed", 2, 1, 0)
    plain = here("report", tmp_path / "case", "--out", tmp_path / "three", "--unsigned", "--json").json
    assert plain["sources"] is None
