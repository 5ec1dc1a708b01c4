"""Where a decode child puts its samples: the slot of shared memory that it has in hand, one slot after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.decode import pipe
from core.memory import attach
from core.records import SampleKind

__all__ = ["Sink"]

_FLUSH_AFTER = 1.0  # seconds: the first sample of a slot does not wait longer for company
_BEAT_EVERY = 0.5  # seconds


class Sink:
    """Samples of one file on their way to the parent.

    `take` waits for a slot from the parent and returns its name; only small messages go through `outbox`. `renew` is
    called when the work has got further in the medium. `base` seconds are added to what `beat` is told: a decoder that
    goes through the file twice sets it before the second time, so that the position never goes back.
    Pictures not wanted (`wanted` False), sound not wanted (`sound` False): `place` or `place_sound` must not be called;
    beats still go through.
    """

    def __init__(
        self,
        outbox: Connection,
        take: Callable[[], str],
        renew: Callable[[], None],
        *,
        serial: int,
        capacity: int,
        wanted: bool,
        sound: bool = False,
    ) -> None:
        self.outbox = outbox
        self.serial = serial
        self.capacity = capacity
        self.wanted = wanted
        self.sound = sound
        self.fingerprints = True  # the preview decodes the same pictures again and wants none
        self.decodes = 0
        self.index = 0
        self.base = 0.0
        self._take = take
        self._renew = renew
        self._slot: str | None = None
        self._used = 0
        self._placed: tuple[int, int, tuple[int, ...]] | None = None  # offset, bytes, shape
        self._samples: list[dict[str, Any]] = []
        self._first = 0.0
        self._beaten = time.monotonic()
        self._position = 0.0

    def place(self, height: int, width: int) -> NDArray[np.uint8]:
        """Room for one sample (height × width × 3, uint8), to be filled and then confirmed with `add`."""
        if not 0 < height * width * 3 <= self.capacity:
            raise ValueError(f"a sample of {width} × {height} does not fit into a slot of {self.capacity} bytes")
        return np.ndarray((height, width, 3), np.uint8, *self._room((height, width, 3), 1))

    def place_sound(self, count: int) -> NDArray[np.float32]:
        """Room for one stretch of sound (`count` values, float32), to be filled and then confirmed with `add`."""
        if not 0 < count * 4 <= self.capacity:
            raise ValueError(f"{count} values of sound do not fit into a slot of {self.capacity} bytes")
        return np.ndarray((count,), np.float32, *self._room((count,), 4))

    def _room(self, shape: tuple[int, ...], item: int) -> tuple[Any, int]:
        """(memory, offset) for values of `item` bytes each."""
        size, offset = math.prod(shape) * item, -(-self._used // item) * item
        if offset + size > self.capacity:
            self.flush()
            offset = 0
        if self._slot is None:
            self._slot = self._take()
        self._placed = (offset, size, shape)
        return attach(self._slot).buf, offset

    def begin_again(self) -> None:
        """The file is gone through once more: positions go on behind what was reached."""
        self.base = self._position

    def add(
        self,
        kind: SampleKind,
        media_size: tuple[int, int],
        *,
        at: float | None = None,
        frame: int | None = None,
        page: int | None = None,
        duration: float | None = None,
    ) -> None:
        """Confirm what was written into the room of the last `place` or `place_sound`. `at`, `duration`: seconds."""
        assert self._placed is not None, "add without place"
        offset, size, shape = self._placed
        self._placed = None
        self._used = offset + size
        if not self._samples:
            self._first = time.monotonic()
        place = {"index": self.index, "time": at, "frame": frame, "page": page, "duration": duration}
        self._samples.append({"kind": kind.value, "offset": offset, "shape": shape, "size": media_size, **place})
        self.index += 1
        if at is not None:
            self._advance(at)
        if time.monotonic() - self._first > _FLUSH_AFTER:
            self.flush()

    def flush(self) -> None:
        """Hand over what has been added so far. The slot then belongs to the parent."""
        if self._samples:
            samples, self._samples = self._samples, []
            self._slot, self._used = None, 0
            pipe.send(self.outbox, {"t": "filled", "serial": self.serial, "samples": samples, "at": self._position})
            self._beaten = time.monotonic()

    def beat(self, media_seconds: float) -> None:
        """Say that the work goes on: `media_seconds` of the medium are behind us. Cheap enough for every packet."""
        now = time.monotonic()
        if now - self._beaten > _BEAT_EVERY:
            self._advance(media_seconds)
            self._beaten = now
            pipe.send(self.outbox, {"t": "beat", "serial": self.serial, "at": self._position})

    def close(self) -> str | None:
        """Hand over the rest; returns the slot that is still in hand and unused."""
        self.flush()
        return self._slot

    def _advance(self, media_seconds: float) -> None:
        if self.base + media_seconds > self._position:
            self._position = self.base + media_seconds
            self._renew()
