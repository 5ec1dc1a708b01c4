"""How fast this machine is: every analyzer against the bare calls of its own sessions; sessions by batch and stream.

While an analyzer looks at the pictures, what it hands to its sessions is recorded; played back without the analyzer,
that is the least its answers can cost here: the arithmetic of the models alone, without reducing a picture to what a
model takes and without making boxes or text of what it says. `main.py bench` prints it, so that anybody can repeat a
number.

Both sides take turns picture by picture, either being first as often, so that a machine that is busy or throttled
slows both. On a processor the ratio is of CPU seconds, which other programs hardly change (the wall clock
counts their turns as ours); a graphics card works while the processor waits, so there it is of the wall clock.
"""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.control import Control
from core.errors import ModelError
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from models.session import Plan, Session, Take, TensorSpec

__all__ = ["BESIDE", "Curve", "Speed", "Spent", "curves", "pictures", "speeds", "spent"]

Call = tuple[Session, Mapping[str, NDArray[Any]]]
BATCHES = (1, 2, 4, 8, 16, 32)
PAIRS = 5
BESIDE = frozenset({"faces", "logo"})
"""Analyzers that do most of their work outside sessions (dlib's detector, OpenCV): what their sessions alone would take
is no measure of them, so they get a rate and no ratio. The rows `faces` and `logo` of `make bench` measure them."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Pictures a second on one thread: through the analyzer, and of its bare session calls (None: it uses none, or does
    most of its work outside them); CPU seconds on a processor, else seconds of the clock.

    `ratio` is the analyzer's rate by the bare one, the median of `pairs`; `worst` the lowest of them; `wall` the median
    by the clock. 1.0 is all that is possible."""

    analyzer: str
    pictures: int
    rate: float
    bare: float | None
    ratio: float | None
    worst: float | None
    wall: float | None
    pairs: int
    calls: int
    where: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Inputs a second of one model at a batch size, from so many threads at once."""

    model: str
    batch: int
    streams: int
    rate: float
    where: str


class _Recorded:
    """A session that writes down what it was given, while its runtime records."""

    def __init__(self, session: Session, runtime: _Recording) -> None:
        self._session, self._runtime = session, runtime

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._session.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._session.outputs

    @property
    def metadata(self) -> Mapping[str, str]:
        return self._session.metadata

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        if self._runtime.recording:
            self._runtime.calls.append((self._session, {name: array.copy() for name, array in feeds.items()}))
        return self._session.run(feeds, take)

    def describe(self) -> Plan:
        return self._session.describe()

    def close(self) -> None:
        self._session.close()


class _Recording(Runtime):
    """A runtime whose sessions write down their calls in `calls` while `recording`."""

    def __init__(self, spec: BackendSpec) -> None:
        super().__init__(spec.precision, 1, spec.device)
        self.recording = False
        self.calls: list[Call] = []

    def session(self, model: str) -> Session:
        return _Recorded(super().session(model), self)


def pictures(count: int = 8, width: int = 1280, height: int = 960) -> list[NDArray[np.uint8]]:
    """Half of them smooth like photos, half with lines of text; uint8, height × width × 3. The same ones every time."""
    rng = np.random.default_rng(7)
    made = []
    for number in range(count):
        coarse = rng.integers(0, 255, (12, 16, 3), np.uint8)
        picture = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
        if number % 2:
            picture = np.full_like(picture, 245)
            for line in range(12):
                words = " ".join(str(value) for value in rng.integers(100, 99999, 6))
                cv2.putText(picture, words, (40, 80 + line * 70), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 2)
        made.append(picture)
    return made


def speeds(spec: BackendSpec, seconds: float = 2.0, pairs: int = PAIRS, only: Collection[str] = ()) -> Iterator[Speed]:
    """One row for every analyzer (of `only`) that looks at pictures and can run here, measured for about `seconds` each
    way and in at least so many pairs."""
    samples = [
        Sample(f"bench {number}", 0, SampleKind.IMAGE, LocalPixels(picture), (picture.shape[1], picture.shape[0]))
        for number, picture in enumerate(pictures())
    ]
    with _one_thread():
        for place in spec.analyzers:
            runtime = _Recording(spec)
            backend = LocalBackend(BackendSpec(analyzers=(place,)), runtime)
            try:
                (info,) = backend.describe()
                wanted = not only or info.name in only
                if wanted and not info.missing and SampleKind.IMAGE in info.accepts:
                    yield _speed(_Both(backend, runtime, info.name, samples), seconds, pairs)
            finally:
                backend.close()


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """As in the process that holds the models in a run: OpenCV would spread a resize over all cores."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


class _Both:
    """An analyzer and the calls of its sessions, picture by picture (on a graphics card: batch by batch)."""

    def __init__(self, backend: LocalBackend, runtime: _Recording, name: str, samples: Sequence[Sample]) -> None:
        self.name, self.samples, self.runtime, self._backend = name, samples, runtime, backend
        step = runtime.batch
        self._parts = [samples[start : start + step] for start in range(0, len(samples), step)]
        self._look(samples)  # loads and warms up
        self.calls: list[list[Call]] = []
        runtime.recording = True
        for part in self._parts:
            runtime.calls = []
            self._look(part)
            self.calls.append(runtime.calls)
        runtime.recording = False

    def pair(self, turn: int) -> tuple[Spent, Spent]:
        """What all pictures take, through the analyzer and by the bare calls.

        Who comes second finds the shapes of this picture prepared by the engine. So each side is first at half of the
        photos and at half of the pages (which alternate), and at the other half in the next turn."""
        ours, bare = Spent(), Spent()
        for number, (part, calls) in enumerate(zip(self._parts, self.calls, strict=True)):
            bare_first = (number // 2 + turn) % 2 == 1
            if bare_first:
                bare += spent(lambda: self._play(calls))  # noqa: B023 - called at once
            ours += spent(lambda: self._look(part))  # noqa: B023 - called at once
            if not bare_first:
                bare += spent(lambda: self._play(calls))  # noqa: B023 - called at once
        return ours, bare

    def _look(self, samples: Sequence[Sample]) -> None:
        self._backend.analyze(self.name, samples, {}, Control())

    def _play(self, calls: Sequence[Call]) -> None:
        for session, feeds in calls:
            session.run(feeds, _nothing)


def _nothing(_outputs: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The arithmetic is done; what the analyzer reads of its outputs, and each copy of them, is its own affair."""
    return []


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of all processors together."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


def spent(work: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def _speed(both: _Both, seconds: float, pairs: int) -> Speed:
    measured: list[tuple[Spent, Spent]] = []
    end = time.perf_counter() + 2 * seconds
    while len(measured) < pairs or time.perf_counter() < end:
        measured.append(both.pair(len(measured)))
    on_processor = both.runtime.device == "cpu"

    def of(one: Spent) -> float:
        return one.cpu if on_processor else one.wall

    count = len(both.samples)
    rate = count / statistics.median(of(ours) for ours, _ in measured)
    calls = [call for part in both.calls for call in part]
    if not calls or both.name in BESIDE:
        return Speed(both.name, count, rate, None, None, None, None, len(measured), len(calls), "")
    ratios = [of(bare) / of(ours) for ours, bare in measured]
    return Speed(
        analyzer=both.name,
        pictures=count,
        rate=rate,
        bare=count / statistics.median(of(bare) for _, bare in measured),
        ratio=statistics.median(ratios),
        worst=min(ratios),
        wall=statistics.median(bare.wall / ours.wall for ours, bare in measured),
        pairs=len(measured),
        calls=len(calls),
        where="; ".join(dict.fromkeys(" ".join(session.describe().settings().values()) for session, _ in calls)),
    )


def curves(runtime: Runtime, model: str, seconds: float = 1.0, streams: Sequence[int] = (1,)) -> Iterator[Curve]:
    """Inputs a second of the bare session over batch sizes and threads, on noise of the shape the model declares."""
    session = runtime.session(model)
    where = " ".join(session.describe().settings().values())
    free = all(port.shape[:1] == (None,) for port in session.inputs)
    for count in streams:
        for batch in BATCHES if free else (1,):
            feeds = {port.name: _noise(port, batch) for port in session.inputs}
            try:
                yield Curve(model, batch, count, _rate(session, feeds, batch, count, seconds), where)
            except (ModelError, MemoryError):  # larger ones would not fit either
                break


def _noise(port: TensorSpec, batch: int) -> NDArray[np.float32]:
    shape = [batch, *((320 if one is None else one) for one in port.shape[1:])]
    return np.random.default_rng(0).random(shape, np.float32)


def _rate(session: Session, feeds: Mapping[str, NDArray[Any]], batch: int, streams: int, seconds: float) -> float:
    session.run(feeds)
    counts = [0] * streams
    end = time.perf_counter() + seconds

    def loop(number: int) -> None:
        while not counts[number] or time.perf_counter() < end:
            session.run(feeds)
            counts[number] += batch

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(streams)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)
