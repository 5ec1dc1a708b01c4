"""What will look at samples on this computer: its analyzers, what is missing, and how fast it is here.

Asking starts the backend's child process for a moment, so it is done once and remembered by the window's context.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QImage, QPainter

from app.gui.context import Context
from app.gui.pages.job import Job
from app.parts import Check
from core.control import Control
from core.errors import AsservatError
from core.interfaces import Backend
from core.memory import LocalPixels
from core.records import AnalyzerInfo, Sample, SampleKind, config_hash
from core.settings import Device, RunSettings, SamplingPolicy

__all__ = ["Engine", "Precision", "speed_key", "test_pictures"]

Precision = Literal["strict", "fast"]
AT_ONCE = 2  # calls in flight, as a run has them
ROUNDS = 3
SOUND_SECONDS, SOUND_RATE = 20, 16_000


class Engine(QObject):
    """One per context (`Engine.of`). `analyzers` is empty until `look` was answered."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.setObjectName("engine")
        self._context = context
        self.analyzers: tuple[AnalyzerInfo, ...] = ()
        self.checks: tuple[Check, ...] = ()
        self.error: AsservatError | None = None
        self.known = False
        self.busy = ""
        """What it does right now: "", looking, measuring."""
        self._job: Job | None = None
        self._described: dict[tuple[Precision, Device], tuple[AnalyzerInfo, ...]] = {}
        self._reasons: dict[tuple[Precision, Device], AsservatError] = {}

    @classmethod
    def of(cls, context: Context) -> Engine:
        for child in context.findChildren(cls, "engine", Qt.FindChildOption.FindDirectChildrenOnly):
            return child
        return cls(context)

    @property
    def missing(self) -> tuple[AnalyzerInfo, ...]:
        return tuple(info for info in self.analyzers if info.missing)

    def look(self, *, again: bool = False) -> None:
        """Ask what there is, once; `changed` tells when it is known."""
        if self.busy or (self.known and not again):
            return
        self._start("looking", self._ask, self._found)

    def described(self, precision: Precision, device: Device) -> tuple[AnalyzerInfo, ...]:
        """The analyzers as they are with this arithmetic on this device, which is part of the key of every result;
        empty until that is known, and `changed` tells when it is. On a device that is not here, it stays empty."""
        if (precision, device) not in self._described:
            self._described[precision, device] = ()
            key = (precision, device)
            job = Job(self, lambda _job: self._describe(*key), self._told, lambda error: self._refused(key, error))
            job.start()
        return self._described[precision, device]

    def measure(
        self,
        precision: Precision = "strict",
        options: Mapping[str, Mapping[str, Any]] = {},
        device: Device | None = None,
    ) -> None:
        """The speed test: how long each analyzer takes for one picture here, with these options. Kept in the
        preferences."""
        if not self.busy:
            self._start("measuring", lambda job: self._measure(job, precision, options, device), self._measured)

    def stop(self) -> None:
        """Give up what is being done; what was known stays."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait(5)
            self._job = None
            self._set_busy("")

    def _start(self, doing: str, work: object, done: object) -> None:
        self._job = Job(self, work, done, self._failed)  # type: ignore[arg-type] # results are matched by `_start`
        self._set_busy(doing)
        self._job.start()

    def _set_busy(self, doing: str) -> None:
        self.busy = doing
        self.changed.emit()

    # ------------------------------------------------------------------ on the job's thread

    def _ask(self, _job: Job) -> tuple[Sequence[AnalyzerInfo], Sequence[Check]]:
        checks = tuple(self._context.parts.examine())
        backend = self._context.parts.open_backend(RunSettings(workers=1))
        try:
            return backend.describe(), checks
        finally:
            backend.close()

    def _describe(
        self, precision: Precision, device: Device
    ) -> tuple[tuple[Precision, Device], tuple[AnalyzerInfo, ...]]:
        backend = self._context.parts.open_backend(RunSettings(workers=1, precision=precision, device=device))
        try:
            return (precision, device), tuple(backend.describe())
        finally:
            backend.close()

    def _measure(
        self, job: Job, precision: Precision, options: Mapping[str, Mapping[str, Any]], device: Device | None
    ) -> Mapping[str, float]:
        there = device or self._context.preferences.values.device
        backend = self._context.parts.open_backend(RunSettings(precision=precision, device=there))
        try:
            return {
                speed_key(info.name, precision, options.get(info.name, {})): _seconds(
                    backend, info, {**info.options, **options.get(info.name, {})}, job.control
                )
                for info in backend.describe()
                if _measurable(info, options.get(info.name, {}))
            }
        finally:
            backend.close()

    # ------------------------------------------------------------------ back in the GUI thread

    def _found(self, result: tuple[Sequence[AnalyzerInfo], Sequence[Check]]) -> None:
        self.analyzers, self.checks = tuple(result[0]), tuple(result[1])
        self.error, self.known, self._job = None, True, None
        self._described.clear()
        self._reasons.clear()
        self._set_busy("")

    def _told(self, found: tuple[tuple[Precision, Device], tuple[AnalyzerInfo, ...]]) -> None:
        self._described[found[0]] = found[1]
        self.changed.emit()

    def _refused(self, key: tuple[Precision, Device], error: AsservatError) -> None:
        self._reasons[key] = error
        self.changed.emit()

    def refusal(self, precision: Precision, device: Device) -> AsservatError | None:
        """Why nothing can run on this device, where that is known."""
        return self._reasons.get((precision, device))

    def _measured(self, speeds: Mapping[str, float]) -> None:
        self._job = None
        stored = dict(self._context.preferences.values.speeds)
        self._context.preferences.set(speeds=stored | dict(speeds))
        self._set_busy("")

    def _failed(self, error: AsservatError) -> None:
        self.error, self.known, self._job = error, True, None
        self._set_busy("")


def speed_key(analyzer: str, precision: str, options: Mapping[str, Any] = {}) -> str:
    """Under which a speed is kept. `options`: those that differ from the analyzer's own."""
    return f"{analyzer}/{precision}" + (f"/{config_hash(options)[:8]}" if options else "")


def _measurable(info: AnalyzerInfo, options: Mapping[str, Any]) -> bool:
    chosen = info.choices.get(str(options.get(info.choice, info.options.get(info.choice)))) if info.choice else info
    return chosen is not None and not chosen.missing


def _seconds(backend: Backend, info: AnalyzerInfo, options: Mapping[str, Any], control: Control) -> float:
    """Wall-clock seconds for one picture or one stretch of sound, with as many calls in flight as a run keeps; the
    first call warms up."""
    if SampleKind.IMAGE not in info.accepts:
        return _seconds_of_sound(backend, info, options, control)
    samples = [
        Sample("0" * 64, number, SampleKind.IMAGE, LocalPixels(picture), (picture.shape[1], picture.shape[0]))
        for number, picture in enumerate(test_pictures())
    ]
    backend.analyze(info.name, samples[:1], options, control)
    calls = [[sample] for _ in range(ROUNDS) for sample in samples]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda call: backend.analyze(info.name, call, options, control), calls))
    return (time.perf_counter() - began) / len(calls)


def _seconds_of_sound(backend: Backend, info: AnalyzerInfo, options: Mapping[str, Any], control: Control) -> float:
    """For a stretch as long as a run makes them, told from a shorter one. Nobody speaks in it: what a transcript costs
    hangs on how much is said, and is not told."""
    noise = np.random.default_rng(7).normal(0, 0.01, SOUND_SECONDS * SOUND_RATE).astype(np.float32)
    sample = Sample("0" * 64, 0, SampleKind.SOUND, LocalPixels(noise), time=0.0, duration=float(SOUND_SECONDS))
    backend.analyze(info.name, [sample], options, control)
    began = time.perf_counter()
    for _ in range(ROUNDS):
        backend.analyze(info.name, [sample], options, control)
    return (time.perf_counter() - began) / ROUNDS * SamplingPolicy().sound_seconds / SOUND_SECONDS


def test_pictures() -> list[NDArray[np.uint8]]:
    """What turns up in casework: two pictures without text, one with some, one page full; 1280 × 960, RGB."""
    across, down = np.meshgrid(np.linspace(0, 9, 1280), np.linspace(0, 7, 960))
    plasma = np.stack([np.sin(across * k + down) for k in (1.0, 1.7, 2.3)], axis=-1)
    smooth = np.asarray((plasma + 1) * 127, dtype=np.uint8)
    blocks = np.kron(np.random.default_rng(7).integers(0, 255, (30, 40, 3), dtype=np.uint8), np.ones((32, 32, 1)))
    return [smooth, np.asarray(blocks, dtype=np.uint8), _page(smooth, 6), _page(np.full_like(smooth, 245), 24)]


def _page(ground: NDArray[np.uint8], lines: int) -> NDArray[np.uint8]:
    height, width = ground.shape[:2]
    data = np.ascontiguousarray(ground)
    image = QImage(data.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
    painter = QPainter(image)
    painter.setFont(QFont("DejaVu Sans", 20))
    for line in range(lines):
        painter.drawText(60, 60 + line * 36, f"{line + 1:02d}  Asservat 4711-0815: words to be found in a picture")
    painter.end()
    values = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(values[:, :width, 2::-1])
