"""The preview child: decodes what somebody looks at right now, one question after the other, and can be lost.

Confined like a decode child (`core.decode.child`): no network, no new files, limited memory; it opens the evidence
itself, read-only, and checks that it still is the registered file. What the desk gets has already lost what the
examiner does not want to see (`Treatment`).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, BinaryIO

from core.decode.child import _settle as settle  # the same confinement, of which there must be only one

if TYPE_CHECKING:
    import numpy as np

    from core.decode.jobs import DecodeJob
    from core.decode.pixels import Pixels8
    from core.decode.preview_film import Film
    from core.decode.preview_sound import Peaks, Sound
    from core.decode.preview_wire import Ask

__all__ = ["main"]

_BEAT_EVERY = 0.5  # seconds
_PICTURES_KEPT = 3
_KEPT_BYTES = 200_000_000
_NO_MEMORY = "This file needs more memory than a decoder may have; it cannot be shown."


def main(inbox: Connection, outbox: Connection, memory: int) -> None:  # pragma: no cover - runs in the child
    """Entry point of the process: get confined, get warm, answer until the parent closes the pipe."""
    settle(memory)
    with contextlib.suppress(EOFError, OSError):
        _Studio(inbox, outbox).run()
    os._exit(0)  # no tidying up: a library's exit handler could hang


@dataclass(frozen=True, slots=True)
class _Picture:
    """A decoded still picture as it was asked for, before any treatment."""

    pixels: Pixels8
    size: tuple[int, int]
    number: int
    count: int
    time: float | None
    caution: str


class _Enough(BaseException):
    """The wanted page has been decoded; no decoder is meant to catch this."""


class _Frame:
    """Stands in for `core.decode.sink.Sink`: keeps one sample of a picture file in ordinary memory."""

    wanted = True
    sound = False
    fingerprints = False
    capacity = 2**40

    def __init__(self, heart: _Heart, number: int) -> None:
        self.heart = heart
        self.decodes = 0
        self.base = 0.0
        self.index = 0
        self.number = number
        self.found: tuple[Pixels8, tuple[int, int], float | None, int] | None = None
        self.placed: Pixels8 | None = None

    def place(self, height: int, width: int) -> Pixels8:
        import numpy as np

        self.placed = np.empty((height, width, 3), np.uint8)
        return self.placed

    def add(
        self,
        _kind: Any,
        media_size: tuple[int, int],
        *,
        at: float | None = None,
        frame: int | None = None,
        page: int | None = None,
    ) -> None:
        self.index += 1
        number = page if page is not None else frame if frame is not None else 0
        self.heart.beat(float(self.index))
        if self.placed is not None and (self.found is None or number == self.number):
            self.found = (self.placed, media_size, at, number)
        if number == self.number and self.number > 0:
            raise _Enough

    def beat(self, media_seconds: float) -> None:
        self.heart.beat(media_seconds)


class _Heart:
    """Says now and then that the work goes on."""

    def __init__(self, outbox: Connection) -> None:
        self.outbox = outbox
        self.serial = 0
        self.at = 0.0
        self._beaten = time.monotonic()

    def beat(self, _media_seconds: float) -> None:
        from core.decode import pipe

        now = time.monotonic()
        if now - self._beaten > _BEAT_EVERY:
            self._beaten = now
            self.at += 1
            pipe.send(self.outbox, {"t": "beat", "serial": self.serial, "at": self.at})


class _Studio:
    """Keeps the last film, the last recording and the last pictures open, because the next question is about them."""

    def __init__(self, inbox: Connection, outbox: Connection) -> None:
        from core.decode import images, pipe, preview_film, preview_sound, preview_treat  # noqa: F401 - get warm

        self._pipe = pipe
        self._inbox, self._outbox = inbox, outbox
        self._heart = _Heart(outbox)
        self._film: tuple[str, BinaryIO, Film] | None = None
        self._sound: tuple[str, BinaryIO, Sound] | None = None
        self._pictures: OrderedDict[tuple[str, int, int], _Picture] = OrderedDict()

    def run(self) -> None:
        self._send({"t": "ready"})
        while True:
            serial, ask = self._inbox.recv()  # the parent is trusted; only what comes from here is not
            self._heart.serial = serial
            self._answer(serial, ask)

    def _send(self, fields: dict[str, Any], *blobs: bytes) -> None:
        self._pipe.send(self._outbox, fields, *blobs)

    def _answer(self, serial: int, ask: Ask) -> None:
        from core.decode.reading import CannotDecode
        from core.errors import EvidenceError
        from core.records import State

        try:
            match ask.what:
                case "picture":
                    self._show_picture(serial, ask)
                case "frame":
                    self._show_frame(serial, ask)
                case "peaks":
                    self._draw(serial, ask)
                case "sound":
                    self._play(serial, ask)
        except CannotDecode as error:
            self._refuse(serial, error.state.value, error.code, error.message)
        except EvidenceError as error:
            self._refuse(serial, State.FAILED.value, getattr(error, "code", "unreadable"), error.message)
        except MemoryError:
            self._forget()
            self._refuse(serial, State.FAILED.value, "decoder-memory", _NO_MEMORY)
        except (BrokenPipeError, EOFError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a decoder raises is a property of the file
            reason = f"This file is damaged in a way that the decoder cannot handle ({type(error).__name__})."
            self._forget()
            self._refuse(serial, State.FAILED.value, "damaged", reason)

    def _refuse(self, serial: int, state: str, code: str, reason: str) -> None:
        from core.decode.metadata import plain

        fields = {"t": "refused", "serial": serial, "state": state, "code": code, "reason": plain(reason, 3900)}
        self._send(fields)

    def _forget(self) -> None:
        self._pictures.clear()
        for held in (self._film, self._sound):
            if held is not None:
                with contextlib.suppress(Exception):
                    held[2].close()
                held[1].close()
        self._film = self._sound = None

    # ------------------------------------------------------------------ pictures

    def _show_picture(self, serial: int, ask: Ask) -> None:
        key = (ask.jobs[0].content, ask.number, ask.most)
        picture = self._pictures.get(key)
        if picture is None:
            picture = _read_picture(ask, self._heart)
            self._pictures[key] = picture
            while len(self._pictures) > _PICTURES_KEPT or (
                len(self._pictures) > 1 and sum(one.pixels.nbytes for one in self._pictures.values()) > _KEPT_BYTES
            ):
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        self._place(
            serial,
            ask,
            picture.pixels,
            kind="picture",
            size=picture.size,
            number=picture.number,
            count=picture.count,
            time=picture.time,
            caution=picture.caution,
        )

    def _place(self, serial: int, ask: Ask, pixels: Pixels8, **told: Any) -> None:
        import numpy as np

        from core.decode.pixels import fit, shrink
        from core.decode.preview_treat import treated
        from core.memory import attach

        shown = treated(pixels, ask.treatment)
        height, width = shown.shape[:2]
        if height * width * 3 > ask.capacity:
            shown = shrink(shown, *fit(width, height, ask.capacity // 3))
            height, width = shown.shape[:2]
        room: np.ndarray[Any, Any] = np.ndarray((height, width, 3), np.uint8, attach(ask.segment).buf)
        np.copyto(room, shown)
        defaults = {"end": None, "rate": None, "variable": False, "has_sound": False}
        fields = {"t": "picture", "serial": serial, "shape": [height, width, 3], **defaults, **told}
        self._send(fields)

    # ------------------------------------------------------------------ films

    def _show_frame(self, serial: int, ask: Ask) -> None:
        film = self._opened_film(ask)
        number = ask.number if ask.time is None else film.number_at(ask.time)
        if ask.slack:
            number = film.key_near(number, ask.slack)
        frame = film.show(number, min(ask.most, ask.capacity // 3))
        caution = "" if frame.number == number else f"Frame {number} cannot be decoded; frame {frame.number} is shown."
        self._place(
            serial,
            ask,
            frame.pixels,
            kind="film",
            size=frame.size,
            number=frame.number,
            count=film.count,
            time=frame.time,
            end=film.index.end,
            rate=film.rate,
            variable=film.variable,
            has_sound=film.has_sound,
            caution=caution,
        )

    def _opened_film(self, ask: Ask) -> Film:
        from core.decode.preview_film import Film

        content = ask.jobs[0].content
        if self._film is not None and self._film[0] == content:
            return self._film[2]
        if self._film is not None:
            self._film[2].close()
            self._film[1].close()
            self._film = None
        file = _open(ask.jobs)
        self._film = (content, file, Film(file, self._heart))
        return self._film[2]

    # ------------------------------------------------------------------ sound

    def _opened_sound(self, ask: Ask) -> Sound:
        from core.decode.preview_sound import Sound

        content = ask.jobs[0].content
        if self._sound is not None and self._sound[0] == content:
            return self._sound[2]
        if self._sound is not None:
            self._sound[2].close()
            self._sound[1].close()
            self._sound = None
        file = _open(ask.jobs)
        self._sound = (content, file, Sound(file, self._heart))
        return self._sound[2]

    def _draw(self, serial: int, ask: Ask) -> None:
        sound = self._opened_sound(ask)
        last: Peaks | None = None
        for peaks in sound.peaks():
            if last is not None:
                self._send_peaks(serial, peaks, done=False)
            last = peaks
        if last is not None:
            self._send_peaks(serial, last, done=True, caution=sound.error)

    def _send_peaks(self, serial: int, peaks: Peaks, *, done: bool, caution: str = "") -> None:
        fields = {"t": "peaks", "serial": serial, "step": peaks.step, "done": done, "caution": caution}
        self._send(fields, peaks.low.tobytes(), peaks.high.tobytes())

    def _play(self, serial: int, ask: Ask) -> None:
        import numpy as np

        from core.decode.preview_sound import CHANNELS, RATE
        from core.memory import attach

        seconds = min(ask.seconds, ask.capacity / (2 * CHANNELS * RATE))
        begin, values = self._opened_sound(ask).stretch(ask.time or 0.0, seconds)
        if len(values):
            room: np.ndarray[Any, Any] = np.ndarray(values.shape, np.int16, attach(ask.segment).buf)
            np.copyto(room, values)
        self._send({"t": "sound", "serial": serial, "frames": len(values), "at": begin})


def _open(jobs: tuple[DecodeJob, ...]) -> BinaryIO:
    """The first copy that is there and unchanged. The error is that of the first one."""
    from core.decode.child import _check_unchanged as check_unchanged
    from core.decode.reading import CannotDecode
    from core.errors import EvidenceError
    from core.evidence.opening import open_readonly

    first: CannotDecode | EvidenceError | None = None
    for job in jobs:
        try:
            file = os.fdopen(open_readonly(job.path), "rb")
            try:
                check_unchanged(file.fileno(), job)
            except CannotDecode:
                file.close()
                raise
            return file
        except (CannotDecode, EvidenceError) as error:
            first = first or error
    raise first or CannotDecode("no-copy", "No copy of this content could be read when the case was made.")


def _read_picture(ask: Ask, heart: _Heart) -> _Picture:
    """Decode one page or frame of a still picture with the decoder of the analysis."""
    from core.decode.images import read_image
    from core.decode.reading import CannotDecode
    from core.settings import SamplingPolicy

    if not ask.jobs:
        raise CannotDecode("no-copy", "No copy of this content could be read when the case was made.")
    if not ask.jobs[0].size:
        raise CannotDecode("empty", "The file is empty.")
    frames = 1_000_000 if ask.number else 1
    policy = SamplingPolicy(sample_pixels=ask.most, pages=ask.number + 1, animation_frames=frames)
    sink = _Frame(heart, ask.number)
    count, caution = 0, ""
    with _open(ask.jobs) as file:
        try:
            reading = read_image(file, replace(ask.jobs[0], policy=policy), sink)  # type: ignore[arg-type] # a stand-in
            caution = reading.reason
            count = (reading.facts.frames if reading.facts else None) or 1
        except _Enough:
            pass
    if sink.found is None:
        raise CannotDecode("damaged", "The decoder gave no picture.")
    pixels, size, at, number = sink.found
    return _Picture(pixels, size, number, max(count, number + 1), at, caution)
