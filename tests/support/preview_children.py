"""Preview children that go from one test to the next.

Every window starts two as soon as something is looked at, and most of a second goes by until they have imported what
they decode with. A child that is idle when its decoder is closed is told to forget everything and is handed to the next
decoder. One that was interrupted, crashed or hung is ended as ever: the tests of `core.decode.preview` do without this.
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
from core.decode import preview, preview_child
from core.decode.preview_wire import Ask

KEPT = 4
_FORGET = 0  # no question has this number


class _Studio(preview_child._Studio):
    def _answer(self, serial: int, ask: Ask) -> None:
        if serial != _FORGET:
            super()._answer(serial, ask)
            return
        self._forget()
        while memory._attached:  # the segment of a decoder that is gone
            memory._close(memory._attached.popitem()[1])


def main(inbox: Connection, outbox: Connection, room: int) -> None:
    """Entry point of such a child: like that of `preview_child`, down to its confinement."""
    preview_child.settle(room)
    with contextlib.suppress(EOFError, OSError):
        _Studio(inbox, outbox).run()
    os._exit(0)


class Shelf:
    """Idle children, and what stands in for the making and the closing of `core.decode.preview`."""

    def __init__(self) -> None:
        self._idle: list[preview._Process] = []
        self._make = preview._Process

    def take(self, context: SpawnContext, room: int) -> preview._Process:
        while self._idle:
            child = self._idle.pop()
            if child.alive():
                return child
            child.kill()
        return self._make(context, room)

    def close(self, decoder: preview.PreviewDecoder) -> None:
        decoder.interrupt()
        with decoder._lock:  # no question is under way any more
            child, decoder._child = decoder._child, None
            if child is not None and child.alive() and len(self._idle) < KEPT:
                child.say((_FORGET, None))
                self._idle.append(child)
            elif child is not None:
                child.kill()
            decoder._drop()
            if decoder._segment is not None:
                decoder._segment.close()
                decoder._segment = None

    def empty(self) -> None:
        for child in self._idle:
            child.kill()
        self._idle.clear()


def shared() -> Iterator[None]:
    """Body of a fixture: as long as it lasts, children of closed decoders are used again."""
    shelf = Shelf()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "preview_child", SimpleNamespace(main=main))
        patch.setattr(preview, "_Process", shelf.take)
        patch.setattr(preview.PreviewDecoder, "close", lambda decoder: shelf.close(decoder))  # noqa: PLW0108 - a bound method of its own would lose the decoder
        yield
    shelf.empty()
