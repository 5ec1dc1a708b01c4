"""The clock of playing, and its sound. Frames and sound are decoded in children; here is only when, and loudness.

QtMultimedia is loaded when somebody wants to hear something, not before: on Linux it talks to the sound server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from core.decode.preview import SOUND_RATE, CannotShow, SoundStretch

if TYPE_CHECKING:
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioSink

__all__ = ["SPEEDS", "Player"]

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_CHUNK = 0.5  # seconds of sound asked for at once
_AHEAD = 1.5  # seconds of sound kept ready
_TICK = 15  # milliseconds

Ask = Callable[[float, float, Callable[[SoundStretch | CannotShow], None]], None]


class Player(QObject):
    """Says where playing is. `ticked` brings the seconds; `stopped` comes at the end or when paused."""

    ticked = Signal(float)
    stopped = Signal()
    complained = Signal(str)

    def __init__(self, ask_sound: Ask, parent: QObject | None = None) -> None:
        """`ask_sound(at, seconds, told)` brings a stretch of sound."""
        super().__init__(parent)
        self._ask = ask_sound
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._tick)
        self._clock = QElapsedTimer()
        self._begun = 0.0
        self._end = 0.0
        self.speed = 1.0
        self.audible = False
        self._round = 0
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._pending = bytearray()
        self._heard_until = 0.0
        self._asked = False
        self._over = False

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def position(self) -> float:
        """Seconds."""
        if not self.playing:
            return self._begun
        return min(self._end, self._begun + self._clock.elapsed() / 1000 * self.speed)

    def play(self, start: float, end: float, *, audible: bool) -> None:
        """From `start` to `end` seconds; `audible` where there is sound and it is not muted."""
        self.pause()
        self._begun, self._end = start, end
        self.audible = audible
        self._round += 1
        if audible and self.speed == 1.0:
            self._open_sink()
            self._heard_until, self._over, self._asked = start, False, False
            self._more_sound()
        self._clock.start()
        self._timer.start()

    def rest_at(self, seconds: float) -> None:
        """Where playing will begin."""
        self._begun = seconds

    def pause(self) -> None:
        if self.playing:
            self._begun = self.position
            self._timer.stop()
            self._round += 1
            self._close_sink()
            self.stopped.emit()

    def set_speed(self, speed: float) -> None:
        playing, audible = self.playing, self.audible
        at, end = self.position, self._end
        self.speed = speed
        if playing:
            self.play(at, end, audible=audible)

    def _tick(self) -> None:
        self._write()
        self.ticked.emit(self.position)
        if self.position >= self._end:
            self.pause()

    # ------------------------------------------------------------------ sound

    def _open_sink(self) -> None:
        try:
            from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices
        except ImportError:
            self.complained.emit(self.tr("This system cannot play sound: QtMultimedia is not installed."))
            return
        device = QMediaDevices.defaultAudioOutput()
        form = QAudioFormat()
        form.setSampleRate(SOUND_RATE)
        form.setChannelCount(2)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if device.isNull() or not device.isFormatSupported(form):
            self.complained.emit(self.tr("No device that could play sound was found on this system."))
            return
        self._sink = QAudioSink(device, form, self)
        self._sink.setBufferSize(SOUND_RATE * 4 // 4)
        self._device = self._sink.start()

    def _close_sink(self) -> None:
        self._pending.clear()
        if self._sink is not None:
            with contextlib.suppress(RuntimeError):
                self._sink.stop()
                self._sink.deleteLater()
        self._sink = self._device = None

    def _more_sound(self) -> None:
        if self._asked or self._over or self._sink is None:
            return
        if self._heard_until - self.position > _AHEAD:
            return
        self._asked = True
        current = self._round
        self._ask(self._heard_until, _CHUNK, lambda found: self._take(current, found))

    def _take(self, asked_in: int, found: SoundStretch | CannotShow) -> None:
        if asked_in != self._round:
            return
        self._asked = False
        if isinstance(found, CannotShow) or not found.frames:
            self._over = True
            if isinstance(found, CannotShow):
                self.complained.emit(found.message)
            return
        self._pending += found.data
        self._heard_until = max(found.time, self._heard_until) + found.frames / SOUND_RATE
        self._write()

    def _write(self) -> None:
        device: Any = self._device
        if device is not None and self._pending and self._sink is not None:
            room = self._sink.bytesFree() // 4 * 4
            part = bytes(self._pending[:room])
            if part:
                del self._pending[: int(device.write(part))]
        self._more_sound()
