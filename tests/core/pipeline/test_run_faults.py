"""What breaks on the way costs what it concerns and nothing else."""

from __future__ import annotations

import hashlib

import pytest

from core.events import RunFinished
from core.records import Failure, Sample, State
from tests.support.backend import FakeBackend, broken_model, info, refuse
from tests.support.desk import Desk
from tests.support.media import film, picture


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
