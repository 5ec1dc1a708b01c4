"""A medium that is not connected waits; everything else of the case goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import EvidenceError
from core.events import Event, ProblemNoted, RunFinished
from core.pipeline.run import run
from core.settings import RunSettings
from tests.support.backend import FakeBackend


def _picture(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 30), (value, value, value)).save(path)


def _go(case: Case, backend: FakeBackend, control: Control | None = None) -> list[Event]:
    settings = RunSettings.model_validate({"analyzers": ("bright",), "workers": 1})
    return list(run(case, Runs(case).sources(), backend, settings, control or Control()))


def _outcomes(case: Case) -> list[tuple[str, str, str]]:
    with case.reading() as connection:
        return sorted(
            tuple(row)
            for row in connection.exec_driver_sql(
                "SELECT copy.path, outcome.state, outcome.code FROM outcome JOIN copy USING(content_id)"
            )
        )


def test_one_missing_source_does_not_stop_the_others(tmp_path: Path) -> None:
    for number, value in enumerate((10, 60, 110)):
        _picture(tmp_path / f"a/a{number}.png", value)
    _picture(tmp_path / "b/b.png", 200)
    _picture(tmp_path / "b/twin.png", 10)  # the same bytes as a0
    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(tmp_path / "a", "a")
        list(run(case, Runs(case).sources(), FakeBackend(), RunSettings(analyzers=(), workers=1), Control()))
        Runs(case).add_source(tmp_path / "b", "b")
        (tmp_path / "a").rename(tmp_path / "away")

        events = _go(case, FakeBackend())
        assert isinstance(events[-1], RunFinished)
        assert events[-1].state == "finished"
        assert [event.problem.code for event in events if isinstance(event, ProblemNoted)] == ["source-missing"]
        assert _outcomes(case) == [
            ("a0.png", "done", ""),  # read from its twin
            ("a1.png", "skipped", "source-missing"),
            ("a2.png", "skipped", "source-missing"),
            ("b.png", "done", ""),
            ("twin.png", "done", ""),
        ]
        with case.reading() as connection:
            assert set(connection.exec_driver_sql("SELECT DISTINCT state FROM copy").scalars()) == {"read"}

        (tmp_path / "away").rename(tmp_path / "a")
        backend = FakeBackend()
        _go(case, backend)
        assert len(backend.calls) == 2
        assert {state for _, state, _ in _outcomes(case)} == {"done"}


def test_no_source_at_all_is_an_error_and_no_run(tmp_path: Path) -> None:
    _picture(tmp_path / "a/a.png", 10)
    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(tmp_path / "a", "a")
        (tmp_path / "a").rename(tmp_path / "away")
        with pytest.raises(EvidenceError, match="not there"):
            _go(case, FakeBackend())
        assert Runs(case).last() is None


def test_looking_for_what_is_left_lets_others_have_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million contents that need nothing, one after the other, would keep pause, cancel and progress from coming."""
    monkeypatch.setattr("core.pipeline.supply.SCAN", 2)
    monkeypatch.setattr("core.pipeline.supply.AT_ONCE", 0.0)
    for number in range(9):
        _picture(tmp_path / f"a/a{number}.png", 20 * number)
    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(tmp_path / "a", "a")
        _go(case, FakeBackend())
        done = _outcomes(case)
        assert [state for _, state, _ in done] == ["done"] * 9

        monkeypatch.setattr("core.pipeline.run.TICK", 10.0)
        began = time.monotonic()
        events = _go(case, FakeBackend())
        assert time.monotonic() - began < 30  # it goes on at once, without waiting a tick after each of five looks
        assert isinstance(events[-1], RunFinished)
        assert events[-1].state == "finished"
        assert _outcomes(case) == done

        control = Control()
        stopped = []
        settings = RunSettings.model_validate({"analyzers": ("bright",), "workers": 1})
        for event in run(case, Runs(case).sources(), FakeBackend(), settings, control):
            control.cancel()
            stopped.append(event)
        assert isinstance(stopped[-1], RunFinished)
        assert stopped[-1].state == "stopped"
