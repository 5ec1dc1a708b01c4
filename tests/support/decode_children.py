"""Decode children that go from one run to the next.

Every run starts its own, and most of what a run over a few small files costs is what they import. A child that is idle
when its pool is closed is told to forget everything and waits for the next pool that wants one with the same limits.
One that has work, was lost or is on its way out is ended as ever. The tests of `core.decode` do without this.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from types import SimpleNamespace

import pytest

from core import memory
from core.decode import child, pool, worker
from core.settings import DecodeLimits

KEPT = 4
_FORGET = ""  # no slot has this name
_HEARD = ("ASSERVAT_BEHIND_WINDOW", "ASSERVAT_DECODE_STDERR")  # what a child takes from the environment

Kind = tuple[DecodeLimits, int, tuple[str, ...], tuple[str | None, ...]]


class _Child(child._Child):
    def _receive(self) -> None:
        super()._receive()
        if self._slot == _FORGET:
            self._slot = None
            while memory._attached:  # the segments of a pool that is gone
                memory._close(memory._attached.popitem()[1])


def main(inbox: Connection, outbox: Connection, room: int, slot_bytes: int, extra: tuple[str, ...]) -> None:
    """Entry point of such a child: like that of `core.decode.child`, down to its confinement."""
    child._settle(room)
    child.step_back()
    with contextlib.suppress(child._Ended, BrokenPipeError):
        _Child(inbox, outbox, slot_bytes, extra).run()
    os._exit(0)


class Shelf:
    """Idle children by what they were started with, and what stands in for the making of `core.decode.pool`'s."""

    def __init__(self) -> None:
        self._idle: list[tuple[Kind, worker.Worker]] = []
        self._make = worker.Worker
        self._end = pool.DecodePool.close

    def take(
        self, context: SpawnContext, limits: DecodeLimits, slot_bytes: int, extra: tuple[str, ...]
    ) -> worker.Worker:
        kind = _kind(limits, slot_bytes, extra)
        for place, (other, one) in enumerate(self._idle):
            if other == kind:
                del self._idle[place]
                if not one.gone():
                    return one
                one.kill()
                break
        return self._make(context, limits, slot_bytes, extra)

    def close(self, closed: pool.DecodePool) -> None:
        with closed._lock:
            for one in list(closed._workers):
                if len(self._idle) < KEPT and one.ready and not one.tasks and not one.gone():
                    closed._workers.remove(one)
                    one.slot, one.finished = None, 0
                    one._say(("slot", _FORGET))
                    self._idle.append((_kind(closed._limits, closed._slots.slot_bytes, closed._extra), one))
        self._end(closed)

    def empty(self) -> None:
        for _, one in self._idle:
            one.kill()
        self._idle.clear()


def _kind(limits: DecodeLimits, slot_bytes: int, extra: tuple[str, ...]) -> Kind:
    return limits, slot_bytes, extra, tuple(os.environ.get(name) for name in _HEARD)


def shared() -> Iterator[None]:
    """Body of a fixture: as long as it lasts, idle children of closed pools are used again."""
    shelf = Shelf()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "child", SimpleNamespace(main=main))
        patch.setattr(pool, "Worker", shelf.take)
        patch.setattr(pool.DecodePool, "close", lambda closed: shelf.close(closed))  # noqa: PLW0108 - a bound method of its own would lose the pool
        yield
    shelf.empty()
