"""Windows waits for 63 things at most; a run on a large machine has more pipes than that."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from multiprocessing import Pipe, connection
from typing import Any

import pytest

from core import waiting
from core.waiting import wait

Ends = list[tuple[Any, Any]]


@pytest.fixture
def pipes() -> Iterator[Ends]:
    made = [Pipe(duplex=False) for _ in range(130)]
    yield made
    for ends in made:
        for end in ends:
            end.close()


@pytest.fixture
def _windows(monkeypatch: pytest.MonkeyPatch) -> None:
    real = connection.wait

    def as_there(objects: Sequence[Any], timeout: float | None = None) -> list[Any]:
        if len(objects) > 63:
            raise ValueError(f"need at most 63 handles, got a sequence of length {len(objects)}")
        return real(objects, timeout)

    monkeypatch.setattr(connection, "wait", as_there)
    monkeypatch.setattr(waiting, "_limited", True)


@pytest.mark.usefixtures("_windows")
@pytest.mark.parametrize("count", [0, 1, 60, 61, 130])
def test_all_that_are_ready_are_found(pipes: Ends, count: int) -> None:
    readers = [reader for reader, _ in pipes[:count]]
    began = time.monotonic()
    assert wait(readers, 0.05) == []
    assert time.monotonic() - began >= 0.04
    chosen = readers[:1] + readers[60:61] + readers[129:]
    for reader, writer in pipes[:count]:
        if reader in chosen:
            writer.send("here")
    assert set(wait(readers, 5)) == set(chosen)


def test_elsewhere_the_system_waits_for_all_of_them(pipes: Ends) -> None:
    readers = [reader for reader, _ in pipes]
    pipes[129][1].send("here")
    assert wait(readers, 5) == [readers[129]]
