"""What the pool promises: one bad file costs itself, whatever its decoder does; and nothing is believed unseen."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from core.decode.jobs import Decoded, DecodeEvent, Retrying, SamplesReady
from core.decode.pool import DecodePool
from core.errors import DecodeError
from core.records import MediaKind, State
from core.settings import DecodeLimits
from tests.core.decode.conftest import EXTRA, drain, job_for, photo
from tests.faults.decoders import write

QUICK = DecodeLimits(
    wall_seconds=1.5, wall_seconds_per_megabyte=0, cpu_seconds=1.0, cpu_seconds_per_megabyte=0, memory_bytes=600_000_000
)
SMALL: dict[str, Any] = {"slots": 3, "slot_bytes": 12_000_000, "extra_decoders": EXTRA}


def good(folder: Path, number: int) -> Path:
    path = folder / f"good{number}.png"
    Image.fromarray(photo(64, 48, number)).save(path)
    return path


def poll_until(pool: DecodePool, deadline: float) -> None:
    while time.monotonic() < deadline:
        pool.poll(0.1)


FAULTS = {
    "segfault": (State.FAILED, "decoder-crashed", "SIGSEGV"),
    "abort": (State.FAILED, "decoder-crashed", "SIGABRT"),
    "exit": (State.FAILED, "decoder-crashed", "exit code 7"),
    "hang": (State.TIMED_OUT, "decoder-hung", "time limit"),
    "sleep": (State.TIMED_OUT, "decoder-hung", "time limit"),
    "burn": (State.TIMED_OUT, "decoder-hung", ""),
    "eat": (State.FAILED, "decoder-memory", "memory"),
    "lie": (State.FAILED, "decoder-crashed", "nonsense"),
    "lie-late": (State.FAILED, "decoder-crashed", "outside its slot"),
    "flood": (State.FAILED, "decoder-crashed", "nonsense"),
    "half": (State.TIMED_OUT, "decoder-hung", "time limit"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="how a process ends is told differently on Windows")
@pytest.mark.parametrize("state", [State.FAILED, State.TIMED_OUT])
def test_each_fault_costs_one_file_and_nothing_else(tmp_path: Path, state: State) -> None:
    faults = {command: told for command, told in FAULTS.items() if told[0] is state}
    # Only who is meant to run out of time gets little of it: on a busy machine memory is eaten slowly, too.
    limits = QUICK if state is State.TIMED_OUT else QUICK.model_copy(update={"wall_seconds": 60.0, "cpu_seconds": 60.0})
    paths = []
    for number, command in enumerate(faults):
        paths += [good(tmp_path, number), write(tmp_path / command, command)]
    with DecodePool(2, limits, **SMALL) as pool:
        outcomes = drain(pool, [job_for(path) for path in paths], seconds=120)
    for path in paths:
        end = outcomes[str(path)].decoded
        if path.suffix:
            assert (end.state, end.samples, end.attempt) == (State.DONE, 1, 1), path
            continue
        _, code, words = faults[path.name]
        assert (end.state, end.code, end.attempt) == (state, code, 2), path.name
        assert words in end.reason
        assert "tried 2 times" in end.reason
        assert end.facts is None
        assert len(outcomes[str(path)].retries) == 1


def test_a_file_is_given_longer_on_a_machine_that_others_keep_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "getloadavg", lambda: (6.0 * (psutil.cpu_count() or 1), 0.0, 0.0))
    job = job_for(write(tmp_path / "sleep", "sleep"))
    limits = QUICK.model_copy(update={"wall_seconds": 0.5})
    start = time.monotonic()
    with DecodePool(1, limits, **SMALL) as pool:
        outcome = drain(pool, [job], seconds=150)[job.path]
    assert time.monotonic() - start > 2 * 1.5, "twice three times as long"
    assert (outcome.decoded.state, outcome.decoded.code) == (State.TIMED_OUT, "decoder-hung")


def test_an_exception_is_told_plainly_without_a_retry(pool: DecodePool, tmp_path: Path) -> None:
    job = job_for(write(tmp_path / "raise", "raise"))
    outcome = drain(pool, [job])[job.path]
    assert (outcome.decoded.state, outcome.decoded.code, outcome.retries) == (State.FAILED, "damaged", [])
    assert "the decoder is broken" in outcome.decoded.problems[0].detail


def test_what_was_seen_before_a_crash_is_kept(pool: DecodePool, tmp_path: Path) -> None:
    job = job_for(write(tmp_path / "partial", "partial"))
    outcome = drain(pool, [job])[job.path]
    assert (outcome.decoded.state, outcome.decoded.code) == (State.FAILED, "decoder-crashed")
    assert "the first 3 samples were looked at" in outcome.decoded.reason
    assert outcome.decoded.samples == len(outcome.samples) == 3
    assert [position[1] for position in outcome.decoded.positions] == [0.0, 1.0, 2.0]


def test_a_second_attempt_may_succeed_and_the_first_is_forgotten(pool: DecodePool, tmp_path: Path) -> None:
    job = job_for(write(tmp_path / "once", "once"))
    pool.submit(job)
    events: list[DecodeEvent] = []
    deadline = time.monotonic() + 30
    while not (events and isinstance(events[-1], Decoded)) and time.monotonic() < deadline:
        for event in pool.poll(0.1):
            if isinstance(event, SamplesReady):
                pool.release(event.slot)
            if isinstance(event, Retrying):
                Path(job.path + ".again").touch()
            events.append(event)
    kinds = [(type(event), event.attempt) for event in events]
    assert kinds == [(SamplesReady, 1), (Retrying, 2), (SamplesReady, 2), (Decoded, 2)]
    last = events[-1]
    assert isinstance(last, Decoded)
    assert (last.state, last.samples) == (State.DONE, 1)


def test_a_long_film_that_goes_on_is_not_stopped_by_the_clock(tmp_path: Path) -> None:
    """Three times the wall limit, but never that long without a sign of life."""
    limits = QUICK.model_copy(update={"wall_seconds": 1.0})
    job = job_for(write(tmp_path / "film", "frames 9 0.35"), kind=MediaKind.VIDEO)
    with DecodePool(1, limits, **SMALL) as pool:
        outcome = drain(pool, [job])[job.path]
    assert (outcome.decoded.state, outcome.decoded.samples) == (State.DONE, 9)


def test_waiting_for_a_slot_does_not_count(tmp_path: Path) -> None:
    job = job_for(write(tmp_path / "film", "frames 6"), kind=MediaKind.VIDEO)
    with DecodePool(1, QUICK, slots=2, slot_bytes=12_000_000, extra_decoders=EXTRA) as pool:
        pool.submit(job)
        held: list[int] = []
        ends: list[object] = []
        begun, full = time.monotonic(), 0.0
        while not full or time.monotonic() - full < 2.5:  # well above the wall limit, nothing released
            assert time.monotonic() - begun < 60
            for event in pool.poll(0.1):
                assert isinstance(event, SamplesReady)
                held.append(event.slot)
            full = full or (time.monotonic() if len(held) == 2 else 0.0)
        assert len(held) == 2, "back pressure: no more samples than slots"
        while not ends and time.monotonic() - full < 60:
            for slot in held:
                pool.release(slot)
            held = []
            for event in pool.poll(0.1):
                if isinstance(event, SamplesReady):
                    held.append(event.slot)
                else:
                    ends.append(event)
    assert isinstance(ends[0], Decoded)
    assert (ends[0].state, ends[0].samples) == (State.DONE, 6)


def test_discarded_jobs_end_without_a_word(tmp_path: Path) -> None:
    with DecodePool(1, DecodeLimits(), **SMALL) as pool:
        hanging = job_for(write(tmp_path / "hang", "hang"))
        behind = job_for(good(tmp_path, 1))
        unwanted = job_for(good(tmp_path, 2))
        for job in (hanging, behind, unwanted):
            pool.submit(job)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            assert pool.poll(0.1) == []
        pool.discard(hanging.content)
        pool.discard(unwanted.content)
        events = []
        deadline = time.monotonic() + 60
        while not pool.idle() and time.monotonic() < deadline:
            for event in pool.poll(0.1):
                events.append(event)
                if isinstance(event, SamplesReady):
                    pool.release(event.slot)
        assert {event.job.path for event in events} == {behind.path}
        assert pool.room() == 2


def test_a_file_that_changed_or_went_is_not_decoded(pool: DecodePool, tmp_path: Path) -> None:
    changed, vanished, link = good(tmp_path, 1), good(tmp_path, 2), tmp_path / "link.png"
    jobs = [job_for(changed), job_for(vanished)]
    os.utime(changed, ns=(1, 1))
    vanished.unlink()
    if sys.platform != "win32":
        link.symlink_to(changed)
        jobs.append(job_for(link))
    outcomes = drain(pool, jobs)
    codes = {Path(path).name: outcome.decoded.code for path, outcome in outcomes.items()}
    assert codes["good1.png"] == "changed"
    assert codes["good2.png"] == "vanished"
    assert codes.get("link.png", "link") == "link"
    assert {outcome.decoded.state for outcome in outcomes.values()} == {State.FAILED}


def test_a_decoder_has_neither_network_nor_files_to_write(pool: DecodePool, tmp_path: Path) -> None:
    network, writing = write(tmp_path / "network", "network"), write(tmp_path / "write", "write")
    outcomes = drain(pool, [job_for(network), job_for(writing)])
    assert "socket" in outcomes[str(network)].decoded.problems[0].detail
    if sys.platform != "win32":
        assert outcomes[str(writing)].decoded.state is State.FAILED
        assert Path(f"{writing}.written").stat().st_size == 0


def test_a_killed_child_is_replaced_without_blame(pool: DecodePool, tmp_path: Path) -> None:
    children = [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]
    assert len(children) >= 2
    for child in children:
        child.kill()
    jobs = [job_for(good(tmp_path, number)) for number in range(4)]
    assert {outcome.decoded.state for outcome in drain(pool, jobs).values()} == {State.DONE}


def test_children_that_cannot_start_are_an_error_and_not_a_storm(tmp_path: Path) -> None:
    with DecodePool(1, DecodeLimits(), slots=2, slot_bytes=12_000_000, extra_decoders=("no.such:module",)) as pool:
        pool.submit(job_for(good(tmp_path, 1)))
        deadline = time.monotonic() + 60
        with pytest.raises(DecodeError, match="cannot be started"):
            poll_until(pool, deadline)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    pool = DecodePool(2, DecodeLimits(), **SMALL)
    jobs = [job_for(good(tmp_path, number)) for number in range(3)]
    drain(pool, jobs)
    shared = Path("/dev/shm")
    mine = f"asservat-{os.getpid()}-"
    before = len(list(shared.glob(mine + "*"))) if shared.is_dir() else 0
    children = psutil.Process().children()
    pool.close()
    pool.close()
    assert len(psutil.Process().children()) <= len(children) - 2
    if shared.is_dir():
        assert len(list(shared.glob(mine + "*"))) == before - 3


def test_names_that_are_no_text(pool: DecodePool, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("file names are text here")
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n\xe2\x80\xae.png"))
    Image.fromarray(photo(20, 10)).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(path)
    job = job_for(path)
    assert drain(pool, [job])[job.path].decoded.state is State.DONE
