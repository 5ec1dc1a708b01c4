"""The numbers that `bench` prints are of real sessions, and both sides of a ratio do the same work."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from typing import Any

import cv2
import pytest

from app.cli import benching
from app.parts import Parts, Speed
from core.errors import UsageError
from core.records import SampleKind
from core.settings import RunSettings
from models import bench
from models.local import BackendSpec
from models.runtime import Runtime
from tests.support.backend import FakeBackend


def test_an_analyzer_is_measured_against_its_own_calls() -> None:
    (row,) = bench.speeds(BackendSpec(analyzers=("models.nsfw:Nsfw",)), seconds=0.05, pairs=3)
    assert row.analyzer == "nsfw"
    assert row.calls == row.pictures == 8
    assert row.bare is not None
    assert row.ratio is not None
    assert row.worst is not None
    assert row.pairs >= 3
    assert row.worst <= row.ratio
    assert row.ratio == pytest.approx(row.rate / row.bare, rel=0.3)  # the median of ratios, not the ratio of medians
    assert "cpu fp32" in row.where


def test_both_sides_are_measured_on_one_thread_of_opencv() -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    try:
        rows = bench.speeds(BackendSpec(analyzers=("models.nsfw:Nsfw",)), seconds=0.01, pairs=1)
        assert next(rows).pairs >= 1
        assert cv2.getNumThreads() == 1
        rows.close()  # type: ignore[attr-defined]  # a generator, declared as what it yields
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)


def test_an_analyzer_without_sessions_has_a_rate_and_no_ratio() -> None:
    (row,) = bench.speeds(BackendSpec(analyzers=("tests.faults.analyzers:Faulty",)), seconds=0.01, pairs=1)
    assert row.rate > 0
    assert (row.bare, row.ratio, row.worst, row.calls) == (None, None, None, 0)


@pytest.mark.slow
def test_curves_go_over_batches_and_streams() -> None:
    runtime = Runtime(workers=2)
    rows = list(bench.curves(runtime, "ppocr-cls-v2-mobile", 0.02, (1, 2)))
    assert {row.batch for row in rows} == set(bench.BATCHES)
    assert {row.streams for row in rows} == {1, 2}
    assert all(row.rate > 0 for row in rows)
    runtime.close()


def test_who_works_outside_sessions_gets_no_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    """What dlib's detector takes is not in any session: a quarter of "all that is possible" would be a false alarm."""
    assert {"faces", "logo"} == bench.BESIDE
    monkeypatch.setattr(bench, "BESIDE", frozenset({"nsfw"}))
    (row,) = bench.speeds(BackendSpec(), seconds=0.01, pairs=1, only=["nsfw"])
    assert (row.analyzer, row.bare, row.ratio, row.calls) == ("nsfw", None, None, 8)


Measure = Callable[[RunSettings, float], Iterable[Speed]]


def measured(settings: RunSettings, _seconds: float) -> Iterable[Speed]:
    for name in settings.analyzers:
        yield Speed("analyzer", name, 10.0, 20.0, 0.5, "here")
    yield Speed("session", "bright, batch 1, 1 stream", 20.0, None, None, "here")


def benched(
    monkeypatch: pytest.MonkeyPatch, *analyzers: str, as_json: bool = False, measure: Measure = measured
) -> None:
    monkeypatch.setattr(benching, "FILES", 3)
    parts = Parts(open_backend=lambda _settings: FakeBackend(), examine=tuple, measure=measure)
    benching.bench(parts, RunSettings(workers=1, analyzers=analyzers), 0.1, as_json=as_json)


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_all_three_tables(
    as_json: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    benched(monkeypatch, "all", as_json=as_json)
    out, said = capsys.readouterr()
    if as_json:
        rows = json.loads(out)["rows"]
        assert [row["kind"] for row in rows] == ["analyzer", "session", "pipeline"]
        assert all(row["rate"] > 0 for row in rows)
    else:
        assert "0.50" in out
        assert out.index("Analyzers, one thread") < out.index("Sessions by") < out.index("3 JPEG files")
    assert "analyzer bright: 10.00/s, 0.50 of the bare calls" in said


def test_rows_are_said_when_they_come_and_a_table_when_the_next_begins(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    def watched(settings: RunSettings, seconds: float) -> Iterable[Speed]:
        for row in measured(settings, seconds):
            seen.append(capsys.readouterr())
            yield row

    benched(monkeypatch, "bright", measure=watched)
    told = [("Measuring bright" in said, "analyzer bright" in said) for _, said in seen]
    assert told == [(True, False), (False, True)]
    assert "Analyzers" not in "".join(out for out, _ in seen)  # until the last of them is there
    assert "Analyzers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, "no analyzer 'dark'"),
        ({"name": "dark", "accepts": frozenset({SampleKind.SOUND})}, "looks at no pictures"),
        ({"name": "dark", "missing": "A pack is missing."}, "A pack is missing. Leave"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    changed: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (info,) = FakeBackend().describe()
    monkeypatch.setattr(FakeBackend, "describe", lambda _self: (dataclasses.replace(info, **changed),))
    with pytest.raises(UsageError, match=message):
        benched(monkeypatch, "dark")


def test_an_installation_that_can_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeBackend, "describe", lambda _self: ())
    with pytest.raises(UsageError, match="No analyzer"):
        benched(monkeypatch, "all")
