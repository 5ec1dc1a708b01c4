"""Sessions of one device within its memory: who is admitted, who has to go, and what happens when it is not enough.

An analyzer keeps the `Managed` session it was given; the real one behind it may be released when others need its place
and is opened again at the next call. So every model that is installed can be used on a small card, only slower.

When a call finds no memory, its batch is halved; a single sample makes the others give up their place, then waits
(other programs may end), and only then the run is stopped with a question: going on on the processor is the examiner's
choice, because results of another device stand under another configuration.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import DeviceExhausted, ModelError
from models.session import Plan, Session, Take, TensorSpec

T = TypeVar("T")

__all__ = ["Managed", "OutOfDeviceMemory", "Shelf"]

PATIENCE = (0.5, 2.0, 8.0)
"""Seconds to wait before each further try of a single sample."""


class OutOfDeviceMemory(ModelError):
    """What an engine raises when its device has no memory left; never leaves this module."""


class Shelf:
    """The open sessions of one device, least recently used first. Thread-safe."""

    def __init__(self, budget: int | None, patience: Sequence[float] = PATIENCE) -> None:
        """`budget`: bytes that sessions may need together; None: no limit but the device's own."""
        self.budget = budget
        self.patience = tuple(patience)
        self._changed = threading.Condition()
        self._open: dict[Managed, int] = {}  # in the order of their last use → calls under way
        self._taken = 0

    @property
    def taken(self) -> int:
        """Bytes that the open sessions were admitted with."""
        with self._changed:
            return self._taken

    def names(self) -> list[str]:
        """Models with an open session, least recently used first."""
        with self._changed:
            return [managed.model for managed in self._open]

    @contextlib.contextmanager
    def using(self, managed: Managed) -> Iterator[Session]:
        """The real session, open for as long as the call takes."""
        with self._changed:
            self._admit(managed)
            self._open[managed] = self._open.pop(managed) + 1
        try:
            session = managed.opened()
            yield session
        finally:
            with self._changed:
                self._leave(managed)

    def make_room(self, keep: Managed) -> None:
        """Release every session that nobody uses right now, but this one."""
        with self._changed:
            for other in [one for one, calls in self._open.items() if calls == 0 and one is not keep]:
                self._drop(other)

    def close(self) -> None:
        """Release all of them; the next call opens its own anew."""
        with self._changed:
            for managed in list(self._open):
                self._drop(managed)

    def _admit(self, managed: Managed) -> None:
        """Wait until there is a place. A model larger than the whole budget is let in alone: the estimate may be wrong,
        and the device has the last word."""
        if managed in self._open:
            return
        while self.budget is not None and self._open and self._taken + managed.need > self.budget:
            idle = next((one for one, calls in self._open.items() if calls == 0), None)
            if idle is not None:
                self._drop(idle)
            else:
                self._changed.wait(0.5)
                if managed in self._open:  # another thread has brought it in meanwhile
                    return
        self._open[managed] = 0
        self._taken += managed.need

    def _leave(self, managed: Managed) -> None:
        if managed in self._open:
            self._open[managed] -= 1
            if not managed.is_open and self._open[managed] == 0:  # it could not be loaded
                self._drop(managed)
        self._changed.notify_all()

    def _drop(self, managed: Managed) -> None:
        if self._open.pop(managed, None) is not None:
            self._taken -= managed.need
        managed.release()
        self._changed.notify_all()


class Managed:
    """A `Session` whose device memory can be taken away between two calls. Thread-safe."""

    def __init__(self, model: str, need: int, device: str, opener: Callable[[], Session], shelf: Shelf) -> None:
        self.model, self.need, self._device = model, need, device
        self._opener, self._shelf = opener, shelf
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._inputs: tuple[TensorSpec, ...] = ()
        self._outputs: tuple[TensorSpec, ...] = ()
        self._metadata: Mapping[str, str] = {}
        self._plan: Plan | None = None

    @property
    def is_open(self) -> bool:
        return self._session is not None

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._outputs

    @property
    def metadata(self) -> Mapping[str, str]:
        return self._metadata

    def describe(self) -> Plan:
        if self._plan is None:
            self.load()
        assert self._plan is not None
        return self._plan

    def load(self) -> None:
        """Open it now. Raises `ModelError`; `DeviceExhausted` when the device has no room for it."""
        self._patiently(lambda session: session)

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        """Inputs by name to outputs in order, or what `take` makes of them.

        Raises `DeviceExhausted` (a processor: `MemoryError`)."""
        try:
            with self._shelf.using(self) as session:
                return session.run(feeds, take)
        except OutOfDeviceMemory:
            count = self._batch(feeds)
        if count > 1:
            return self._halves(feeds, count, take)
        return self._patiently(lambda session: session.run(feeds, take))

    def close(self) -> None:
        self._shelf.make_room(self)
        self.release()

    def opened(self) -> Session:
        """The real session; opened when it is not. Called by the shelf."""
        with self._lock:
            if self._session is None:
                session = self._opener()
                self._inputs, self._outputs = session.inputs, session.outputs
                self._metadata, self._plan = session.metadata, session.describe()
                self._session = session
            return self._session

    def release(self) -> None:
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _batch(self, feeds: Mapping[str, NDArray[Any]]) -> int:
        """How many samples these inputs hold along a free first axis; 1 where they cannot be taken apart."""
        ports = {port.name: port for port in self._inputs}
        sizes = {len(array) for name, array in feeds.items() if ports[name].shape and ports[name].shape[0] is None}
        whole = all(port.shape and port.shape[0] is None for port in self._outputs)
        return sizes.pop() if whole and len(sizes) == 1 else 1

    def _halves(self, feeds: Mapping[str, NDArray[Any]], count: int, take: Take | None) -> list[NDArray[Any]]:
        ports = {port.name: port for port in self._inputs}
        parts = []
        for piece in (slice(0, count // 2), slice(count // 2, count)):
            free = {name: a[piece] if ports[name].shape[:1] == (None,) else a for name, a in feeds.items()}
            parts.append(self.run(free, take))
        return [np.concatenate(pair) for pair in zip(*parts, strict=True)]

    def _patiently(self, call: Callable[[Session], T]) -> T:
        for seconds in (0.0, *self._shelf.patience):
            time.sleep(seconds)
            try:
                with self._shelf.using(self) as session:
                    return call(session)
            except OutOfDeviceMemory as error:
                last = error
                self._shelf.make_room(self)
        if self._device == "cpu":
            raise MemoryError(str(last))
        raise DeviceExhausted(
            f"The memory of the device ({self._device}) is not enough for one sample of {self.model}, with everything "
            "else released and after waiting.",
            "Close other programs that use it and resume, or decide to go on on the processor (`resume --device cpu`): "
            "its results are stored under a configuration of their own.",
        )
