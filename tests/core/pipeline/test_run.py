"""The run, on real files and real child processes, with a backend that needs no weights."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.case import queries
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import CaseLocked, UsageError
from core.events import ContentFinished, Event, ProblemNoted, Progress, RunFinished, SourceListed
from core.interfaces import Backend
from core.pipeline.run import run
from core.records import Failure, Sample, State
from core.settings import RunSettings
from tests.support.backend import FakeBackend, broken_model, info, refuse
from tests.support.media import evidence, film, picture


class Desk:
    """One case over one source, and short words for running it and asking it. A run has one child of each kind unless
    told otherwise: starting more costs more than most tests."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "evidence"
        self.case = Case.create(folder / "case")
        self.control = Control()

    def events(self, backend: Backend, **settings: Any) -> Iterator[Event]:
        runs = Runs(self.case)
        names = tuple(one.name for one in backend.describe())
        chosen = RunSettings.model_validate({"analyzers": names, "workers": 1} | settings)
        return run(self.case, [runs.add_source(self.source, "evidence")], backend, chosen, self.control)

    def run(self, backend: Backend, **settings: Any) -> RunFinished:
        last = list(self.events(backend, **settings))[-1]
        assert isinstance(last, RunFinished)
        return last

    def outcomes(self) -> dict[tuple[str, str], dict[str, Any]]:
        with self.case.reading() as connection:
            return {(row["paths"][0], row["analyzer"]): row for row in queries.outcomes(connection)}

    def findings(self) -> list[tuple[Any, ...]]:
        with self.case.reading() as connection:
            rows = list(queries.findings(connection))
        return sorted((row["sha256"], row["analyzer"], row["label"], row["score"], row["start"] or 0.0) for row in rows)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.case.close()


def tree(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Everything about a source that must never change: names, times, bytes."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            path.lstat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


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


def test_the_same_run_again_does_nothing_and_a_new_analyzer_adds(desk: Desk) -> None:
    evidence(desk.source)
    desk.run(FakeBackend())
    before = desk.findings()
    again = FakeBackend()
    events = list(desk.events(again))
    assert again.calls == []
    assert not any(isinstance(event, ContentFinished) for event in events)
    assert desk.findings() == before
    more = FakeBackend(info(), info("reader"))
    desk.run(more)
    assert {call[0] for call in more.calls} == {"reader"}
    assert [row for row in desk.findings() if row[1] == "bright"] == before
    with desk.case.reading() as connection:
        assert queries.search(connection, "mueller helligkeit", 3)


def test_another_config_adds_beside(desk: Desk) -> None:
    picture(desk.source / "a.png")
    desk.run(FakeBackend())
    desk.run(FakeBackend(), options={"bright": {"threshold": 0.7}})
    desk.run(FakeBackend(info(version="2")))
    with desk.case.reading() as connection:
        assert len({row["config"] for row in queries.findings(connection)}) == 3


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


def test_cancelled_anywhere_it_goes_on_where_it_was(desk: Desk, tmp_path: Path) -> None:
    whole = Desk(tmp_path / "whole")
    for source in (desk.source, whole.source):
        evidence(source)
        for number in range(30):
            picture(source / f"more/{number}.png", seed=1000 + number)
    whole.run(FakeBackend())
    for stop_after in (0, 1, 4):
        desk.control = Control()
        finished = 0
        for event in desk.events(FakeBackend(seconds=0.1), workers=2):
            finished += isinstance(event, ContentFinished)
            if finished >= stop_after:
                desk.control.cancel()
        assert isinstance(event, RunFinished)
        assert event.state == "stopped"
    desk.control = Control()
    assert desk.run(FakeBackend()).state == "finished"
    assert desk.findings() == whole.findings()
    assert len(desk.outcomes()) == len(whole.outcomes())
    whole.case.close()


def test_a_closed_generator_leaves_a_resumable_case(desk: Desk) -> None:
    evidence(desk.source)
    events = desk.events(FakeBackend(seconds=0.05), workers=2)
    next(event for event in events if isinstance(event, ContentFinished))
    events.close()  # type: ignore[attr-defined]  # a generator, declared as what it yields
    last = Runs(desk.case).last()
    assert last is not None
    assert last["state"] == "stopped"
    desk.control = Control()
    assert desk.run(FakeBackend()).state == "finished"


def test_cancel_inside_a_long_film_reacts_within_two_seconds(desk: Desk) -> None:
    film(desk.source / "long.mp4", seconds=120, rate=5)
    moments: list[float] = []

    def cancel() -> None:
        moments.append(time.monotonic())
        desk.control.cancel()

    backend = FakeBackend(seconds=0.2)
    events = []
    for event in desk.events(backend):
        events.append(event)
        if backend.calls and not moments:
            cancel()
    event = events[-1]
    assert isinstance(event, RunFinished)
    assert event.state == "stopped"
    assert time.monotonic() - moments[0] < 2.0


def test_pause_holds_still_and_resume_goes_on(desk: Desk) -> None:
    for number in range(90):
        picture(desk.source / f"{number}.png", seed=number)
    backend = FakeBackend(seconds=0.08)
    paused_calls: list[int] = []

    def let_go() -> None:
        time.sleep(1.2)
        paused_calls.append(len(backend.calls))
        time.sleep(0.8)
        paused_calls.append(len(backend.calls))
        desk.control.resume()

    said_paused = False
    for event in desk.events(backend):
        if isinstance(event, ContentFinished) and not desk.control.paused and not paused_calls:
            desk.control.pause()
            threading.Thread(target=let_go).start()
        said_paused |= isinstance(event, Progress) and event.paused
    assert said_paused
    assert paused_calls[0] == paused_calls[1] < 90
    assert len(backend.calls) == 90


def test_a_bad_sample_costs_one_file_and_is_tried_again_only_on_request(desk: Desk) -> None:
    for number in range(4):
        picture(desk.source / f"{number}.png", 60 * number + 20, seed=number)
    bad = hashlib.sha256((desk.source / "2.png").read_bytes()).hexdigest()

    def trouble(_name: str, sample: Sample) -> Failure | None:
        return refuse() if sample.content == bad else None

    desk.run(FakeBackend(trouble=trouble))
    assert [row["state"] for _, row in sorted(desk.outcomes().items())] == ["done", "done", "failed", "done"]
    again = FakeBackend()
    desk.run(again)
    assert again.calls == []
    desk.run(again, retry_failed=True)
    assert [call[1] for call in again.calls] == [bad]
    assert all(row["state"] == "done" for row in desk.outcomes().values())


def test_some_bad_samples_make_it_partial(desk: Desk) -> None:
    film(desk.source / "film.mp4", seconds=6)

    def trouble(_name: str, sample: Sample) -> Failure | None:
        return refuse("analyzer-hung", State.TIMED_OUT) if sample.index == 1 else None

    desk.run(FakeBackend(trouble=trouble))
    (row,) = desk.outcomes().values()
    assert (row["state"], row["code"]) == ("partial", "analyzer-hung")
    assert row["reason"].startswith("1 of ")


def test_a_raising_analyzer_costs_its_samples_only(desk: Desk) -> None:
    for number in range(3):
        picture(desk.source / f"{number}.png", seed=number)

    def trouble(name: str, _sample: Sample) -> Failure | None:
        if name == "clumsy":
            raise ZeroDivisionError("oops")
        return None

    finished = desk.run(FakeBackend(info(), info("clumsy"), trouble=trouble))
    assert finished.outcomes == {"bright": {"done": 3}, "clumsy": {"failed": 3}}


def test_a_broken_model_does_not_stop_the_others_and_is_tried_again(desk: Desk) -> None:
    for number in range(3):
        picture(desk.source / f"{number}.png", seed=number)
    finished = desk.run(FakeBackend(info(), info("broken"), trouble=broken_model))
    assert finished.outcomes == {"bright": {"done": 3}, "broken": {"failed": 3}}
    assert "cannot be read" in finished.notes[0]
    again = FakeBackend(info(), info("broken"))
    assert desk.run(again).outcomes["broken"] == {"done": 3}
    assert {call[0] for call in again.calls} == {"broken"}


def test_missing_weights_are_a_stated_skip(desk: Desk) -> None:
    picture(desk.source / "a.png")
    finished = desk.run(FakeBackend(info(), info("absent", missing="The pack absent-1 is not installed.")))
    assert finished.outcomes == {"bright": {"done": 1}, "absent": {"skipped": 1}}
    assert desk.outcomes()["a.png", "absent"]["reason"] == "The pack absent-1 is not installed."
    assert desk.run(FakeBackend(info(), info("absent"))).outcomes["absent"] == {"done": 1}


def test_changed_vanished_and_new_files_are_noticed(desk: Desk) -> None:
    for number in range(3):
        picture(desk.source / f"{number}.png", seed=number)
    desk.run(FakeBackend())
    picture(desk.source / "0.png", seed=77)
    os.utime(desk.source / "0.png", ns=(1, 1))
    (desk.source / "1.png").unlink()
    picture(desk.source / "3.png", seed=3)
    backend = FakeBackend()
    noted = [event for event in desk.events(backend) if isinstance(event, ProblemNoted)]
    assert len(backend.calls) == 2
    assert {(event.path, event.problem.code) for event in noted} == {("1.png", "vanished")}
    with desk.case.reading() as connection:
        codes = {row["path"]: row["code"] for row in queries.problems(connection)}
        status = queries.status(connection)
    assert codes == {"0.png": "changed", "1.png": "vanished"}
    assert status["copies"] == {"changed": 1, "read": 3, "vanished": 1}
    assert all(counts["open"] == 0 for counts in status["analyzers"].values())


def test_a_file_that_vanishes_before_decoding_uses_its_twin(desk: Desk) -> None:
    for number in range(8):
        picture(desk.source / f"{number}.png", seed=number)
    (desk.source / "z").mkdir()
    (desk.source / "z/twin.png").write_bytes((desk.source / "7.png").read_bytes())
    gone = threading.Event()

    def trouble(_name: str, _sample: Sample) -> Failure | None:
        if not gone.is_set():
            gone.set()
            (desk.source / "7.png").unlink()
        return None

    finished = desk.run(FakeBackend(seconds=0.05, trouble=trouble), workers=1)
    assert finished.outcomes["bright"] == {"done": 8}


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


def _faulty(desk: Desk, bad: bytes, seconds: float) -> RunFinished:
    for number in range(6):
        picture(desk.source / f"good{number}.png", 40 * number, seed=number)
    (desk.source / "bad.jpg").write_bytes(bad)
    return desk.run(
        FakeBackend(),
        workers=2,
        extra_decoders=("tests.faults.decoders:factory",),
        limits={"wall_seconds": seconds, "cpu_seconds": seconds, "memory_bytes": 400_000_000},
    )


@pytest.mark.parametrize(
    ("command", "state"),
    [(b"segfault", "failed"), (b"hang", "timed out"), (b"eat", "failed"), (b"raise", "failed")],
)
def test_a_decoder_that_dies_hangs_or_balloons_costs_one_file(desk: Desk, command: bytes, state: str) -> None:
    seconds = 3 if command == b"hang" else 40  # on a busy machine it takes more than a moment to eat all memory
    finished = _faulty(desk, b"ASVTEST " + command + b"\n" + bytes(range(256)), seconds)
    assert finished.outcomes["bright"] == {"done": 6, state: 1}
    assert desk.outcomes()["bad.jpg", "bright"]["reason"]


def test_what_was_only_touched_or_away_is_no_new_copy(desk: Desk) -> None:
    for number in range(3):
        picture(desk.source / f"{number}.png", seed=number)
    desk.run(FakeBackend())
    away = desk.source.parent / "away.png"
    (desk.source / "0.png").rename(away)
    os.utime(desk.source / "1.png", ns=(7, 7))
    assert desk.run(FakeBackend()).copies == 3
    away.rename(desk.source / "0.png")
    again = FakeBackend()
    finished = desk.run(again)
    assert (finished.copies, finished.contents, again.calls) == (3, 3, [])
    with desk.case.reading() as connection:
        assert queries.status(connection)["copies"] == {"read": 3}
        assert all(len(row["paths"]) == 1 for row in queries.outcomes(connection))


def test_a_file_that_can_be_read_at_last_is_one_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(desk.source / "a.png")
    Runs(desk.case)
    desk.run(FakeBackend())
    with desk.case.writing() as connection:  # as if it could not have been read at first
        connection.exec_driver_sql("DELETE FROM outcome")
        connection.exec_driver_sql("DELETE FROM finding")
        connection.exec_driver_sql("UPDATE copy SET content_id = NULL, state = 'unreadable', problem = 'no permission'")
    finished = desk.run(FakeBackend())
    assert (finished.copies, finished.contents) == (1, 1)
    assert [row["state"] for row in desk.outcomes().values()] == ["done"]


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
