"""The run, on real files and real child processes, with a backend that needs no weights."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import CaseLocked, UsageError
from core.events import Progress, RunFinished, SourceListed
from core.pipeline.run import run
from core.records import Sample
from core.settings import RunSettings
from tests.support.backend import FakeBackend, info
from tests.support.desk import Desk, tree
from tests.support.media import evidence, film, picture


def test_every_file_ends_in_a_stated_outcome(desk: Desk) -> None:
    evidence(desk.source)
    if hasattr(os, "symlink"):
        (desk.source / "link.jpg").symlink_to(desk.source / "film.mp4")
    before = tree(desk.source)
    backend = FakeBackend()
    events = list(desk.events(backend))
    assert tree(desk.source) == before

    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.state == "finished"
    rows = desk.outcomes()
    states = {path: row["state"] for (path, _), row in rows.items()}
    assert states.pop("link.jpg") == "skipped"
    assert states == {
        **{f"pictures/p{number}.png": "done" for number in range(6)},
        "Kopien/Müller twin.jpg": "done",
        "film.mp4": "done",
        "notes.txt": "unsupported",
        "empty.jpg": "unsupported",
        "broken.jpg": "failed",
        "garbage.png": "failed",
    }
    assert all(row["reason"] for row in rows.values() if row["state"] != "done")
    assert sum(finished.outcomes["bright"].values()) == finished.contents == 12
    assert finished.copies == 14
    listed = [event for event in events if isinstance(event, SourceListed)]
    assert [(event.copies, event.contents) for event in listed] == [(14, 12)]
    # the twins are one content, looked at once, with both places
    assert sum(call[1] == rows["Kopien/Müller twin.jpg", "bright"]["sha256"] for call in backend.calls) == 1
    assert rows["Kopien/Müller twin.jpg", "bright"]["paths"] == ["Kopien/Müller twin.jpg", "pictures/twin a.jpg"]
    thumbnail = desk.case.thumbnail(rows["film.mp4", "bright"]["sha256"])
    assert thumbnail.read_bytes()[:2] == b"\xff\xd8"


def test_film_findings_have_their_times(desk: Desk) -> None:
    film(desk.source / "film.mp4", seconds=4, levels=(40, 200))
    desk.run(FakeBackend())
    times = sorted((round(row[4], 2), row[2]) for row in desk.findings())
    assert (2.0, "bright") in times
    assert all(label == ("dark" if start < 2 else "bright") for start, label in times)


@pytest.mark.parametrize("workers", [1, 3])
def test_findings_do_not_depend_on_the_number_of_workers(tmp_path: Path, workers: int) -> None:
    found = []
    for number in (2, workers):
        desk = Desk(tmp_path / str(number))
        evidence(desk.source)
        desk.run(FakeBackend(info(batch=3)), workers=number)
        found.append((desk.findings(), {key: row["state"] for key, row in desk.outcomes().items()}))
        desk.case.close()
    assert found[0] == found[1]


def test_two_runs_on_one_case_are_refused(desk: Desk) -> None:
    picture(desk.source / "a.png")
    events = desk.events(FakeBackend())
    next(iter(events))
    other = Case.open(desk.case.folder)
    with pytest.raises(CaseLocked):
        next(iter(run(other, [], FakeBackend(), RunSettings(analyzers=("bright",)), Control())))
    other.close()
    list(events)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"analyzers": ("nonsense",)}, "no analyzer nonsense"), ({"options": {"bright": {"x": 1}}}, "no option x")],
)
def test_wrong_requests_are_refused_before_anything_starts(desk: Desk, settings: dict[str, Any], words: str) -> None:
    desk.source.mkdir()
    with pytest.raises(UsageError, match=words):
        list(desk.events(FakeBackend(), **settings))
    assert Runs(desk.case).last() is None


def test_progress_only_grows_and_ends_complete(desk: Desk) -> None:
    evidence(desk.source)
    seen = [event for event in desk.events(FakeBackend()) if isinstance(event, Progress)]
    assert all(a.contents <= b.contents and a.copies <= b.copies for a, b in itertools.pairwise(seen))
    last = seen[-1]
    assert (last.contents, last.copies) == (last.total_contents, last.total_copies)
    assert last.bytes == last.total_bytes
    assert last.listing_complete


def test_only_intake_needs_no_decoder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence(desk.source)
    finished = desk.run(FakeBackend(), analyzers=())
    assert finished.outcomes == {}
    assert finished.contents == 12


def test_a_value_that_cannot_be_used_is_said_before_the_run(desk: Desk) -> None:
    picture(desk.source / "a.png")

    class Strict(FakeBackend):
        def analyze(self, analyzer: str, samples: Any, options: Any, control: Control) -> Any:
            if not isinstance(options["threshold"], float):
                raise UsageError("threshold: not a number.")
            return super().analyze(analyzer, samples, options, control)

    with pytest.raises(UsageError, match="not a number"):
        list(desk.events(Strict(), options={"bright": {"threshold": "banana"}}))
    assert Runs(desk.case).last() is None


def test_the_database_is_not_asked_for_work_when_there_can_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each such question begins a transaction, which makes the examiner's own changes wait."""
    from core.pipeline import supply as module

    asked: list[float] = []
    looked: list[float] = []
    real = module.pending

    def counted(*given: Any, **named: Any) -> Any:
        asked.append(time.monotonic())
        return real(*given, **named)

    def slowly(_analyzer: str, _sample: Sample) -> None:
        looked.append(time.monotonic())
        time.sleep(0.4)

    monkeypatch.setattr(module, "pending", counted)
    desk = Desk(tmp_path)
    desk.source.mkdir(exist_ok=True)
    for number in range(4):
        picture(desk.source / f"{number}.png", seed=number)
    ended = desk.run(FakeBackend(trouble=slowly), workers=1)
    assert ended.state == "finished"
    assert len(looked) == 4
    assert sum(at > looked[1] for at in asked) <= 1
