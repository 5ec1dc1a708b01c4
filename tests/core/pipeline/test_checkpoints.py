"""A long film that is stopped in the middle goes on where it was; one whose decoder died begins anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.case import parts
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.events import RunFinished
from core.pipeline import checkpoints
from core.pipeline.run import run
from core.records import Failure, Finding, Region, Sample, SampleResult, State, Vector
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.media import film


def _go(case: Case, source: Path, backend: FakeBackend, control: Control, **settings: Any) -> RunFinished:
    chosen = RunSettings.model_validate({"analyzers": ("bright",), "workers": 1} | settings)
    events = []
    for event in run(case, [Runs(case).add_source(source, "evidence")], backend, chosen, control):
        events.append(event)
        if len(backend.calls) >= 20 and backend.infos[0].batch == 1 and getattr(backend, "stop_early", False):
            control.cancel()
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last


def _rows(case: Case, table: str) -> list[Any]:
    with case.reading() as connection:
        return list(connection.exec_driver_sql(f"SELECT * FROM {table}"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    film(tmp_path / "evidence/long.mp4", seconds=60, rate=5)
    return tmp_path / "evidence"


def test_a_stopped_film_goes_on_where_it_was(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 0.2)
    monkeypatch.setattr(checkpoints.Checkpoints.__init__, "__defaults__", (0.2,))
    with Case.create(tmp_path / "whole") as case:
        _go(case, source, FakeBackend(), Control())
        expected = [row[5:] for row in _rows(case, "finding")]
    with Case.create(tmp_path / "case") as case:
        first = FakeBackend(seconds=0.06)
        first.stop_early = True  # type: ignore[attr-defined]  # read by `_go` below
        assert _go(case, source, first, Control()).state == "stopped"
        kept = len(_rows(case, "part"))
        assert kept >= 10
        assert _rows(case, "finding") == []
        second = FakeBackend()
        assert _go(case, source, second, Control()).state == "finished"
        assert len(second.calls) == len(expected) - kept  # nothing was looked at twice
        assert [row[5:] for row in _rows(case, "finding")] == expected
        assert _rows(case, "part") == []


def test_what_was_kept_under_another_config_is_not_used(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints.Checkpoints.__init__, "__defaults__", (0.2,))
    with Case.create(tmp_path / "case") as case:
        first = FakeBackend(seconds=0.06)
        first.stop_early = True  # type: ignore[attr-defined]  # read by `_go` below
        _go(case, source, first, Control())
        second = FakeBackend()
        _go(case, source, second, Control(), sampling={"max_gap": 1.0})
        assert len(second.calls) == len(_rows(case, "finding"))


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    result = SampleResult(
        findings=(
            Finding(
                "a", 0.25, Region(0.1, 0.2, 0.3, 0.4), ((0.1, 0.2), (0.3, 0.4)), 1.5, 2.5, 3, 4, "Müller", {"x": [1]}
            ),
            Finding("b"),
        ),
        vectors=(
            Vector("s/1", np.arange(4, dtype=np.float16), 0),
            Vector("sift/1", np.arange(6, dtype=np.uint8)),
        ),
        exits=("gate 0.1 < 0.2: nothing",),
        seconds=0.5,
    )
    with Case.create(tmp_path / "case") as case, case.connected() as connection:
        with connection.begin():
            connection.exec_driver_sql(
                "INSERT INTO content(id, sha256, sha1, md5, size, mime, kind) VALUES(1,'a','','',1,'','video')"
            )
            connection.exec_driver_sql(
                "INSERT INTO config(id, hash, analyzer, json, info) VALUES(1,'h','bright','{}','{}')"
            )
            parts.add(connection, [(1, 1, "frame@1.0#", result)])
            connection.exec_driver_sql("INSERT INTO part VALUES(1, 1, 'frame@2.0#', x'00')")
        with connection.begin():
            assert parts.contents(connection) == {1}
            found = parts.load(connection, 1, 1)
    assert list(found) == ["frame@1.0#"]  # what cannot be read is looked at again
    back = found["frame@1.0#"]
    assert back.findings == result.findings
    assert back.exits == result.exits
    for ours, theirs in zip(back.vectors, result.vectors, strict=True):
        assert (ours.space, ours.finding) == (theirs.space, theirs.finding)
        assert ours.values.dtype == theirs.values.dtype
        assert np.array_equal(ours.values, theirs.values)


def test_failures_are_not_kept(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints.Checkpoints.__init__, "__defaults__", (0.05,))

    def trouble(_analyzer: str, sample: Sample) -> Failure | None:
        return Failure(State.FAILED, "analyzer-error", "It could not look.") if sample.index % 2 else None

    with Case.create(tmp_path / "case") as case:
        first = FakeBackend(seconds=0.06, trouble=trouble)
        first.stop_early = True  # type: ignore[attr-defined]  # read by `_go` below
        _go(case, source, first, Control())
        with case.reading() as connection:
            (kept,) = parts.contents(connection)
            places = parts.load(connection, kept, 1)
        assert places
        second = FakeBackend()
        _go(case, source, second, Control())
        assert {index for _, _, index in second.calls} >= set(range(1, 20, 2))
        assert [row[3] for row in _rows(case, "outcome")] == ["done"]
