"""Sound in a run: one decode feeds who looks and who listens, stretches are kept as it goes, broken sound is not held
against pictures; and one file without a case."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.control import Control
from core.decode.hearing import RATE
from core.errors import EvidenceError, Stopped, UsageError
from core.events import ContentFinished
from core.pipeline import checkpoints
from core.pipeline.alone import look_at
from core.pipeline.plan import make_steps
from core.records import Failure, Options, Position, Sample, SampleKind, SampleResult, State
from core.settings import RunSettings
from tests.support.backend import FakeBackend, info
from tests.support.desk import Desk
from tests.support.media import picture
from tests.support.sounds import film, noise, record, spoil

LISTENER = replace(info("ears"), accepts=frozenset({SampleKind.SOUND}))
BOTH = replace(info("all"), accepts=info().accepts | {SampleKind.SOUND})


class Listening(FakeBackend):
    """Remembers which kinds each analyzer was given; the loudness is the score."""

    def __init__(self, *infos: Any, **more: Any) -> None:
        super().__init__(*infos, **more)
        self.kinds: set[tuple[str, SampleKind]] = set()

    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        self.kinds.add((analyzer, sample.kind))
        if sample.kind is SampleKind.SOUND:
            assert sample.array().dtype == np.float32
            assert sample.duration == len(sample.array()) / RATE
        return super()._one(analyzer, sample, control)

    def conclude(
        self, analyzer: str, places: Sequence[Position], results: Sequence[SampleResult], options: Options
    ) -> list[SampleResult]:
        assert [place[0] for place in places] == sorted(place[0] for place in places)
        return [replace(result, exits=("together: yes",)) for result in results]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "evidence").mkdir()
    made = Desk(tmp_path)
    yield made
    made.case.close()


def _loud(seconds: float) -> Any:
    return np.abs(noise(seconds))


def test_one_decode_for_who_looks_and_who_listens(desk: Desk) -> None:
    film(desk.source / "film.mkv", 5, _loud(5), codec="pcm_s16le")
    film(desk.source / "mute.mkv", 5, None)
    record(desk.source / "sound.wav", _loud(3))
    picture(desk.source / "picture.png")
    backend = Listening(info("eyes"), LISTENER, BOTH)
    assert desk.run(backend).state == "finished"
    frame, sound, image = SampleKind.FRAME, SampleKind.SOUND, SampleKind.IMAGE
    assert backend.kinds == {
        ("eyes", frame),
        ("eyes", image),
        ("ears", sound),
        ("all", frame),
        ("all", image),
        ("all", sound),
    }
    states = {place: row["state"] for place, row in desk.outcomes().items()}
    assert {name for name, state in states.items() if state != "done"} == {
        ("sound.wav", "eyes"),
        ("picture.png", "ears"),
        ("mute.mkv", "ears"),
    }
    assert set(states.values()) == {"done", "unsupported"}
    with desk.case.reading() as connection:
        looked = connection.exec_driver_sql("SELECT count(*) FROM sample").scalar()
    assert looked == 2  # the films


def test_who_only_listens_costs_no_pictures(desk: Desk) -> None:
    film(desk.source / "film.mkv", 5, _loud(5), codec="pcm_s16le")
    picture(desk.source / "picture.png")
    backend = Listening(LISTENER)
    desk.run(backend)
    assert backend.kinds == {("ears", SampleKind.SOUND)}
    assert len(backend.calls) == 1


def test_broken_sound_is_not_held_against_the_pictures(desk: Desk) -> None:
    path = film(desk.source / "film.mkv", 6, noise(6))
    spoil(path, "audio", 0.3)
    desk.run(Listening(info("eyes"), LISTENER))
    outcomes = desk.outcomes()
    assert outcomes["film.mkv", "eyes"]["state"] == "done"
    assert outcomes["film.mkv", "ears"]["state"] == "partial"
    assert "sound is damaged" in outcomes["film.mkv", "ears"]["reason"]


def test_sound_without_one_good_picture_is_heard(desk: Desk) -> None:
    path = film(desk.source / "film.mkv", 4, _loud(4), codec="pcm_s16le")
    spoil(path, "video", 0.0, spare=0)
    desk.run(Listening(info("eyes"), LISTENER))
    outcomes = desk.outcomes()
    assert outcomes["film.mkv", "eyes"]["state"] == "failed"
    assert outcomes["film.mkv", "ears"]["state"] == "done"


def test_how_sound_is_cut_is_nothing_to_who_only_looks() -> None:
    backend = FakeBackend(info("eyes"), LISTENER, BOTH)
    eyes, ears, everything = make_steps(backend, RunSettings(analyzers=("eyes", "ears", "all")))
    assert "sound_seconds" not in eyes.config["sampling"]
    assert set(ears.config["sampling"]) == {"sound_seconds"}
    assert set(everything.config["sampling"]) == set(eyes.config["sampling"]) | {"sound_seconds"}


def test_a_long_recording_goes_on_where_it_was_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints.Checkpoints.__init__, "__defaults__", (0.05,))
    record(desk.source / "long.wav", _loud(300))
    settings: dict[str, Any] = {"sampling": {"sound_seconds": 10.0}, "workers": 1}
    first = Listening(LISTENER, seconds=0.08)
    for _ in desk.events(first, **settings):
        if len(first.calls) >= 12:
            desk.control.cancel()
    with desk.case.reading() as connection:
        kept = int(connection.exec_driver_sql("SELECT count(*) FROM part").scalar() or 0)
    assert kept >= 3
    desk.control = Control()
    second = Listening(LISTENER)
    assert desk.run(second, **settings).state == "finished"
    rows = desk.findings()
    assert len(rows) == len(second.calls) + kept
    assert len({row[-1] for row in rows}) == len(rows)  # each stretch once, at its own time


def test_cancelling_stops_between_stretches(desk: Desk) -> None:
    record(desk.source / "long.wav", _loud(200))
    backend = Listening(LISTENER, seconds=0.1)
    for event in desk.events(backend, sampling={"sound_seconds": 10.0}, workers=1):
        assert not isinstance(event, ContentFinished)
        if backend.calls:
            desk.control.cancel()
    assert len(backend.calls) < 10
    assert desk.findings() == []


# ---------------------------------------------------------------------- one file, no case

SETTINGS = RunSettings.model_validate({"analyzers": ("ears",), "workers": 2, "sampling": {"sound_seconds": 10.0}})


def test_one_file_is_looked_at_without_a_case(tmp_path: Path) -> None:
    import hashlib

    path = record(tmp_path / "long.wav", _loud(45))
    backend = Listening(replace(LISTENER, concludes=True))
    told: list[float] = []
    looked = look_at(path, backend, SETTINGS, Control(), told.append)
    assert sum(told) == pytest.approx(45)
    assert looked.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert looked.outcome.state is State.DONE
    assert len(looked.results) == looked.decoded.samples >= 5
    starts = [result.findings[0].start for result in looked.results]
    assert starts == sorted(starts, key=lambda value: value or 0.0)
    assert all(result.exits == ("together: yes",) for result in looked.results)
    assert list(tmp_path.iterdir()) == [path]


def test_one_file_that_cannot_be_looked_at(tmp_path: Path) -> None:
    backend = Listening(LISTENER, trouble=lambda *_: Failure(State.FAILED, "x", "It did not work."))
    looked = look_at(record(tmp_path / "a.wav", _loud(2)), backend, SETTINGS, Control())
    assert (looked.outcome.state, looked.outcome.reason) == (State.FAILED, "It did not work.")
    (tmp_path / "no.wav").write_bytes(b"RIFF\x10\0\0\0WAVEfmt ")
    assert look_at(tmp_path / "no.wav", backend, SETTINGS, Control()).outcome.state is State.FAILED
    assert look_at(picture(tmp_path / "a.png"), backend, SETTINGS, Control()).outcome.state is State.UNSUPPORTED
    with pytest.raises(EvidenceError):
        look_at(tmp_path / "gone.wav", backend, SETTINGS, Control())
    with pytest.raises(UsageError):
        look_at(tmp_path / "a.wav", backend, SETTINGS.model_copy(update={"analyzers": ("nobody",)}), Control())


def test_one_file_can_be_stopped(tmp_path: Path) -> None:
    control = Control()
    backend = Listening(LISTENER, seconds=0.2)
    threading.Timer(1.0, control.cancel).start()
    with pytest.raises(Stopped):
        look_at(record(tmp_path / "a.wav", _loud(400)), backend, SETTINGS, control)
