"""Pixels and sound for the preview, asked of decode children on threads of their own.

The newest wish of a lane is answered first, wishes that nobody has any more are forgotten, and a child that still works
on another file a quarter of a second after the examiner moved on is ended. Answers are kept, so that going back, and
on to what was prefetched, shows pixels at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.gui import threads
from core.decode.jobs import DecodeJob
from core.decode.preview import (
    AS_IT_IS,
    CannotShow,
    Loudness,
    PreviewDecoder,
    Shown,
    SoundStretch,
    Superseded,
    Treatment,
)
from core.errors import AsservatError
from core.records import State

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["FIT_PIXELS", "FULL_PIXELS", "Answer", "Feed", "Wish"]

FIT_PIXELS = 2_100_000
"""What a picture that fits the screen is reduced to: 1920 × 1080."""
FULL_PIXELS = 33_000_000
_KEPT_BYTES = 160_000_000
_PATIENCE = 250  # milliseconds that a child may go on with a file that nobody looks at any more
_NO_PIXELS = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Wish:
    """Pixels of one content. Two equal wishes have one answer. `what` picture: `number` is a page or animation frame;
    frame: a frame of a film, or what is shown `at` that second."""

    content: int
    what: Literal["picture", "frame"]
    number: int = 0
    at: float | None = None
    slack: float = 0.0
    most: int = FIT_PIXELS
    treatment: Treatment = AS_IT_IS
    keep: bool = True  # False: one of many frames that run by
    jobs: tuple[DecodeJob, ...] = field(default=(), compare=False, hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """`image` is None when it cannot be shown; `refusal` says why. `shown` holds the facts, not the pixels."""

    wish: Wish
    image: QImage | None = None
    shown: Shown | None = None
    refusal: CannotShow | None = None


class Feed(QObject):
    """One per context (`of`). Everything here is called in the GUI thread; nothing blocks."""

    arrived = Signal(object)  # Answer

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._kept: OrderedDict[Wish, Answer] = OrderedDict()
        self._bytes = 0
        self._ahead: dict[str, list[Wish]] = {}
        self._lanes: dict[str, _Lane] = {}
        self._stale = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._stale.timeout.connect(self._end_stale)
        self._looked_at: int | None = None
        self._delivered.connect(self._deliver)
        context.case_closed.connect(self.clear)
        context.destroyed.connect(self._stop_lanes)

    _delivered = Signal(object)

    @staticmethod
    def of(context: Context) -> Feed:
        """The feed of this context; made on first use."""
        found = context.findChild(Feed)
        return found if found is not None else Feed(context)

    def get(self, wish: Wish) -> Answer | None:
        """The pixels if they are at hand. A refusal is never at hand: the medium may be back."""
        answer = self._kept.get(wish)
        if answer is None or answer.image is None:
            return None
        self._kept.move_to_end(wish)
        return answer

    def want(self, wish: Wish) -> None:
        """Somebody looks at this now: before everything else. `arrived` brings the answer."""
        self._looked_at = wish.content
        self._lane("look").urgent(wish.content, partial(self._decoded, wish=wish))
        if self._lane("look").busy_with not in (None, wish.content):
            self._stale.start()

    def prefetch(self, purpose: str, wishes: Sequence[Wish]) -> None:
        """Have these ready when there is time. They replace those of the same purpose that still wait."""
        self._ahead[purpose] = list(wishes)
        order = sorted(self._ahead, key=lambda one: one != "storyboard")
        fresh = [wish for one in order for wish in self._ahead[one] if wish not in self._kept]
        if fresh or "aside" in self._lanes:
            self._lane("aside").later([(wish.content, partial(self._decoded, wish=wish)) for wish in fresh])

    def loudness(
        self, content: int, jobs: tuple[DecodeJob, ...], told: Callable[[Loudness | CannotShow], None]
    ) -> None:
        """The loudness of a recording, at first in part."""

        def work(decoder: PreviewDecoder) -> None:
            def growing(part: Loudness) -> None:
                self._delivered.emit(lambda: told(part))

            try:
                whole: Loudness | CannotShow = decoder.loudness(jobs, growing)
            except CannotShow as refusal:
                whole = refusal
            self._delivered.emit(lambda: told(whole))

        self._lane("listen").urgent(content, work)

    def sound(
        self,
        content: int,
        jobs: tuple[DecodeJob, ...],
        at: float,
        seconds: float,
        told: Callable[[SoundStretch | CannotShow], None],
    ) -> None:
        """A stretch of sound to be played."""

        def work(decoder: PreviewDecoder) -> None:
            try:
                found: SoundStretch | CannotShow = decoder.sound(jobs, at, seconds)
            except CannotShow as refusal:
                found = refusal
            self._delivered.emit(lambda: told(found))

        self._lane("play").urgent(content, work)

    @property
    def busy(self) -> bool:
        """Somebody still waits for pixels or sound, or some are being prepared."""
        return any(lane.busy for lane in self._lanes.values())

    def warm_up(self) -> None:
        """Start the child that the first look will need."""
        self._lane("look").urgent(None, lambda decoder: decoder.warm_up())

    def clear(self) -> None:
        """Forget every picture and end the children: the case is closed."""
        self._kept.clear()
        self._ahead.clear()
        self._bytes = 0
        self._stop_lanes()

    # ------------------------------------------------------------------ inside

    def _lane(self, name: str) -> _Lane:
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane(name)
        return lane

    def _stop_lanes(self) -> None:
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.stop()
        for lane in lanes.values():
            lane.join()

    def _end_stale(self) -> None:
        lane = self._lanes.get("look")
        if lane is not None and lane.busy_with not in (None, self._looked_at):
            lane.interrupt()

    def _decoded(self, decoder: PreviewDecoder, wish: Wish) -> None:
        """In the lane's thread."""
        try:
            if wish.what == "picture":
                shown = decoder.picture(wish.jobs, wish.treatment, number=wish.number, most=wish.most)
            else:
                shown = decoder.frame(
                    wish.jobs,
                    wish.treatment,
                    number=wish.number,
                    at=wish.at,
                    slack=wish.slack,
                    most=wish.most,
                )
        except Superseded:
            raise
        except AsservatError as error:
            answer = Answer(wish, refusal=_as_refusal(error))
        else:
            answer = Answer(wish, _image(shown), replace(shown, pixels=_NO_PIXELS))
        self._delivered.emit(lambda: self._keep(answer))

    def _deliver(self, call: Callable[[], None]) -> None:
        call()

    def _keep(self, answer: Answer) -> None:
        if answer.wish.keep:
            self._bytes += _size(answer) - _size(self._kept.get(answer.wish))
            self._kept[answer.wish] = answer
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= _size(self._kept.popitem(last=False)[1])
        self.arrived.emit(answer)


Work = Callable[[PreviewDecoder], None]


class _Lane:
    """A thread with a decode child. An urgent piece of work replaces one that still waits."""

    def __init__(self, name: str) -> None:
        self._decoder = PreviewDecoder()
        self._wake = threading.Condition()
        self._urgent: tuple[int | None, Work] | None = None
        self._later: list[tuple[int, Work]] = []
        self._stopped = self._working = False
        self.busy_with: int | None = None
        self._thread = threads.begin(self._run, f"preview-{name}", self.stop)

    def urgent(self, content: int | None, work: Work) -> None:
        with self._wake:
            self._urgent = (content, work)
            self._wake.notify()

    def later(self, works: list[tuple[int, Work]]) -> None:
        with self._wake:
            self._later = works
            self._wake.notify()

    @property
    def busy(self) -> bool:
        with self._wake:
            return self._working or self._urgent is not None or bool(self._later)

    def interrupt(self) -> None:
        self._decoder.interrupt()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._urgent, self._later = None, []
            self._wake.notify()
        self._decoder.interrupt()

    def join(self) -> None:
        self._thread.join(15.0)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not (self._urgent or self._later or self._stopped):
                    self._wake.wait()
                if self._stopped:
                    break
                if self._urgent is not None:
                    (content, work), self._urgent = self._urgent, None
                else:
                    content, work = self._later.pop(0)
                self.busy_with, self._working = content, True
            try:
                work(self._decoder)
            except Superseded:
                pass
            finally:
                self.busy_with, self._working = None, False
        self._decoder.close()


def _image(shown: Shown) -> QImage:
    """A QImage of its own, in the format that paints fastest."""
    height, width, _ = shown.pixels.shape
    borrowed = QImage(shown.pixels.data, width, height, width * 3, QImage.Format.Format_RGB888)
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)


def _size(answer: Answer | None) -> int:
    return answer.image.sizeInBytes() if answer is not None and answer.image is not None else 0


def _as_refusal(error: AsservatError) -> CannotShow:
    """Any error of ours as the reason why something is not shown."""
    return error if isinstance(error, CannotShow) else CannotShow(str(error), State.FAILED, "error")
