"""A run that was stopped goes on, and one over changed evidence takes only what is new."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from core.case import queries
from core.case.runs import Runs
from core.control import Control
from core.events import ContentFinished, ProblemNoted, Progress, RunFinished
from core.records import Failure, Sample
from tests.support.backend import FakeBackend, info
from tests.support.desk import Desk
from tests.support.media import evidence, film, picture


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


def test_cancel_inside_a_long_film_is_heard_at_the_next_sample(desk: Desk) -> None:
    film(desk.source / "long.mp4", seconds=120, rate=5)
    looked_at: list[int] = []
    backend = FakeBackend(seconds=0.2)
    events = []
    for event in desk.events(backend):
        events.append(event)
        if backend.calls and not looked_at:
            looked_at.append(len(backend.calls))
            desk.control.cancel()
    event = events[-1]
    assert isinstance(event, RunFinished)
    assert event.state == "stopped"
    assert len(backend.calls) <= looked_at[0] + 3, "of a hundred and more"


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
