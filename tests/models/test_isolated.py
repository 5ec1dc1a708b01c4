from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.control import Control
from core.errors import BackendCrashed, ModelMissing, Stopped, UsageError
from core.memory import Segment, SharedPixels
from core.records import Sample, SampleKind, SampleResult, State
from models.isolated import IsolatedBackend, IsolationLimits
from models.local import BackendSpec
from tests.faults.analyzers import Fault, picture

FAULTY = ("tests.faults.analyzers:Faulty", "tests.faults.analyzers:DiesLoading")
Make = Callable[..., IsolatedBackend]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[IsolatedBackend] = []

    def new(**limits: float) -> IsolatedBackend:
        made.append(IsolatedBackend(BackendSpec(workers=2, analyzers=FAULTY), IsolationLimits.model_validate(limits)))
        return made[-1]

    yield new
    for backend in made:
        backend.close()


def look(backend: IsolatedBackend, *faults: Fault) -> list[str]:
    """`ok` or the code of the failure, for each sample."""
    samples = [picture(fault, index) for index, fault in enumerate(faults)]
    results = backend.analyze("faulty", samples, {}, Control())
    assert len(results) == len(samples)
    return [result.failure.code if result.failure else "ok" for result in results]


def child_pid(backend: IsolatedBackend) -> int:
    (result,) = backend.analyze("faulty", [picture()], {}, Control())
    return int(result.findings[0].attributes["pid"])


def test_it_works_in_another_process_and_places_findings(make: Make) -> None:
    (result,) = make().analyze("faulty", [picture()], {}, Control())
    (finding,) = result.findings
    assert finding.attributes["pid"] != os.getpid()
    assert (finding.start, finding.frame) == (1.5, 7)


def test_samples_travel_as_names_of_shared_memory(make: Make) -> None:
    with Segment(24 * 32 * 3) as segment:
        pixels = SharedPixels(segment.name, 0, (24, 32, 3))
        made = Sample("shared", 0, SampleKind.IMAGE, pixels, (32, 24))
        (result,) = make().analyze("faulty", [made], {}, Control())
    assert result.failure is None
    assert result.findings


@pytest.mark.parametrize("fault", ["segfault", "abort", "exit"])
def test_a_sample_that_kills_the_child_costs_itself(make: Make, fault: Fault) -> None:
    backend = make()
    assert look(backend, "none", fault, "none") == ["ok", "analyzer-crashed", "ok"]
    assert look(backend, "none") == ["ok"]


def test_the_reason_names_the_signal_in_a_plain_sentence(make: Make) -> None:
    (result,) = make().analyze("faulty", [picture("segfault")], {}, Control())
    assert result.failure is not None
    assert result.failure.state is State.FAILED
    assert "crashed at this picture" in result.failure.reason


def test_a_sample_that_raises_costs_itself_and_no_process(make: Make) -> None:
    backend = make()
    before = child_pid(backend)
    assert look(backend, "none", "raise", "none") == ["ok", "analyzer-error", "ok"]
    assert child_pid(backend) == before


def test_a_sample_that_hangs_is_stopped_at_its_deadline(make: Make) -> None:
    backend = make(batch_seconds=0.5)
    start = time.monotonic()
    results = backend.analyze("faulty", [picture("none"), picture("hang", 1)], {}, Control())
    assert time.monotonic() - start < 60  # a busy machine takes long to start three processes
    assert results[0].failure is None
    assert results[1].failure is not None
    assert results[1].failure.state is State.TIMED_OUT
    assert results[1].failure.code == "analyzer-hung"


def test_two_that_hung_side_by_side_are_tried_alone_before_one_is_blamed(make: Make) -> None:
    backend = make(batch_seconds=4.0)
    found: dict[int, list[str]] = {}

    def run(number: int) -> None:
        samples = [picture("crowded", number)]
        results = backend.analyze("faulty", samples, {"slow_seconds": 1.0}, Control())
        found[number] = [result.failure.code if result.failure else "ok" for result in results]

    look(backend, "none")  # the child is there, so both begin at once
    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {0: ["ok"], 1: ["ok"]}


@pytest.mark.parametrize(
    ("fault", "function"), [("hang", "_look (analyzers.py:"), ("segfault", "string_at (__init__.py:")]
)
def test_the_detail_says_where_it_stood(make: Make, fault: Fault, function: str) -> None:
    (result,) = make(batch_seconds=1.0).analyze("faulty", [picture(fault)], {}, Control())
    assert result.failure is not None
    assert result.failure.detail is not None
    assert "SIGKILL" in result.failure.detail or "SIGSEGV" in result.failure.detail or sys.platform == "win32"
    assert function in result.failure.detail
    assert "analyze (analyzers.py:" in result.failure.detail


def test_neighbours_in_flight_get_their_results(make: Make) -> None:
    backend = make()
    found: dict[int, list[str]] = {}
    work: dict[int, tuple[Fault, ...]] = {0: ("slow", "none"), 1: ("none", "abort"), 2: ("slow",), 3: ("none",) * 4}

    def run(number: int) -> None:
        found[number] = look(backend, *work[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {0: ["ok", "ok"], 1: ["ok", "analyzer-crashed"], 2: ["ok"], 3: ["ok"] * 4}


def test_killed_from_outside_nothing_is_lost(make: Make) -> None:
    backend = make()
    pid = child_pid(backend)
    results: list[SampleResult] = []
    call = threading.Thread(
        target=lambda: results.extend(
            backend.analyze("faulty", [picture("slow"), picture("slow", 1)], {"slow_seconds": 0.6}, Control())
        )
    )
    call.start()
    time.sleep(0.4)
    psutil.Process(pid).kill()
    call.join(20)
    assert [result.failure for result in results] == [None, None]


def test_a_child_that_cannot_load_is_an_error_and_blames_no_sample(make: Make) -> None:
    with pytest.raises(BackendCrashed, match="before it could look at anything"):
        make().analyze("dies-loading", [picture()], {}, Control())


def test_missing_weights_are_said_by_name() -> None:
    backend = IsolatedBackend(BackendSpec(analyzers=("tests.models.test_local:Weightless",)))
    try:
        with pytest.raises(ModelMissing, match="weightless cannot run here"):
            backend.analyze("weightless", [picture()], {}, Control())
    finally:
        backend.close()


def test_cancelling_does_not_wait_for_the_sample(make: Make) -> None:
    backend, control = make(), Control()
    child_pid(backend)  # the start of the process is not what is measured
    threading.Timer(0.3, control.cancel).start()
    start = time.monotonic()
    with pytest.raises(Stopped):
        backend.analyze("faulty", [picture("slow")], {"slow_seconds": 60.0}, control)
    assert time.monotonic() - start < 15  # a moment, also where others keep the machine busy


def test_paused_it_sends_nothing(make: Make) -> None:
    backend, control = make(), Control()
    child_pid(backend)
    control.pause()
    done = threading.Event()

    def run() -> None:
        backend.analyze("faulty", [picture()], {}, control)
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert not done.wait(0.4)
    control.resume()
    assert done.wait(5)
    thread.join()


def test_a_child_that_grew_is_replaced_between_batches(make: Make) -> None:
    backend = make(memory_bytes=300_000_000)
    before = child_pid(backend)
    for _ in range(3):
        assert look(backend, "grow") == ["ok"]
        time.sleep(0.5)
    assert child_pid(backend) != before


def test_wrong_requests_are_refused_before_anything_is_sent(make: Make) -> None:
    backend = make()
    with pytest.raises(UsageError, match="no analyzer called nothing"):
        backend.analyze("nothing", [picture()], {}, Control())
    with pytest.raises(UsageError, match="slow_seconds"):
        backend.analyze("faulty", [picture()], {"slow_seconds": "soon"}, Control())
    assert backend.analyze("faulty", [], {}, Control()) == []
    assert not multiprocessing.active_children()


def test_closed_twice_and_used_no_more(make: Make) -> None:
    backend = make()
    pid = child_pid(backend)
    backend.close()
    backend.close()
    assert not psutil.pid_exists(pid)
    with pytest.raises(BackendCrashed, match="closed"):
        backend.analyze("faulty", [picture()], {}, Control())


def _hold(pipe: multiprocessing.connection.Connection, folder: str) -> None:
    tempfile.tempdir = folder  # what a killed process leaves is swept by the next start of the program
    backend = IsolatedBackend(BackendSpec(analyzers=FAULTY[:1]))
    pipe.send(child_pid(backend))
    time.sleep(60)


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    parent = context.Process(target=_hold, args=(sender, str(tmp_path)))
    parent.start()
    pid = receiver.recv()
    os.kill(parent.pid or 0, getattr(signal, "SIGKILL", signal.SIGTERM))
    parent.join()
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_sound_has_time_by_its_length_and_weights_have_room() -> None:
    limits = IsolationLimits(seconds_per_sound_second=3.0)
    heard = Sample("c", 0, SampleKind.SOUND, SharedPixels("x", 0, (16_000 * 300,), "<f4"), time=0.0, duration=300.0)
    assert limits.batch([heard]) == pytest.approx(60 + 900)
    seen = Sample("c", 0, SampleKind.IMAGE, SharedPixels("x", 0, (1000, 1000, 3)))
    assert limits.batch([seen, heard]) == pytest.approx(60 + 2 + 900)
    most = int(psutil.virtual_memory().total * 0.75)
    assert limits.memory(1, 500_000_000) == min(limits.memory(1) + 500_000_000, most)
    assert IsolationLimits(memory_bytes=7).memory(1, 500) == 7


def test_an_analyzer_may_ask_for_patience(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = make(batch_seconds=10, seconds_per_megapixel=0)
    info = backend.describe()[0]
    assert backend._seconds(info.name, [picture(), picture()], {}) == 10
    monkeypatch.setattr(backend, "describe", lambda: [dataclasses.replace(info, patience=30.0)])
    assert backend._seconds(info.name, [picture(), picture()], {}) == 70


def test_a_busy_machine_is_given_more_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes twice its time is no hang where four programs wait for each processor; seconds say what was waited."""
    monkeypatch.setattr(psutil, "getloadavg", lambda: (8.0 * (psutil.cpu_count() or 1), 0.0, 0.0))
    backend = make(batch_seconds=1.0)
    (result,) = backend.analyze("faulty", [picture("slow")], {"slow_seconds": 2.0}, Control())
    assert result.failure is None
    (result,) = backend.analyze("faulty", [picture("hang")], {}, Control())
    assert result.failure is not None
    assert 4.0 < result.seconds < 30.0
    assert f"within {result.seconds:.0f} s" in result.failure.reason
