"""Models share the memory of a device: the one used longest ago goes first, a batch is halved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import DeviceExhausted, ModelError
from models.session import Plan, Take, TensorSpec
from models.shelf import Managed, OutOfDeviceMemory, Shelf

PLAN = Plan("onnxruntime", "1", "cuda", "fp32")


class Doubling:
    """A session that doubles what it gets, and has room for `room` samples at once."""

    inputs = (TensorSpec("x", (None, 2)),)
    outputs = (TensorSpec("y", (None, 2)),)
    metadata: Mapping[str, str] = {"made": "here"}

    def __init__(self, room: int = 100, wait: threading.Event | None = None) -> None:
        self.room, self.wait = room, wait
        self.batches: list[int] = []
        self.closed = False

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        assert not self.closed
        self.batches.append(len(feeds["x"]))
        if self.wait is not None:
            assert self.wait.wait(10)
        if len(feeds["x"]) > self.room:
            raise OutOfDeviceMemory("Failed to allocate memory for requested buffer of size 123")
        return [feeds["x"] * 2] if take is None else take([feeds["x"] * 2])

    def describe(self) -> Plan:
        return PLAN

    def close(self) -> None:
        self.closed = True


def managed(shelf: Shelf, name: str, need: int, make: Callable[[], Doubling], device: str = "cuda") -> Managed:
    return Managed(name, need, device, make, shelf)


def rows(count: int) -> NDArray[np.float32]:
    return np.arange(count * 2, dtype=np.float32).reshape(count, 2)


def test_the_model_used_longest_ago_makes_room_and_comes_back() -> None:
    shelf = Shelf(100)
    made: dict[str, list[Doubling]] = {name: [] for name in "abc"}

    def maker(name: str) -> Callable[[], Doubling]:
        return lambda: made[name].append(Doubling()) or made[name][-1]  # type: ignore[func-returns-value]  # append gives None, and so what follows

    a, b, c = (managed(shelf, name, 50, maker(name)) for name in "abc")
    for one in (a, b, a):
        one.run({"x": rows(1)})
    assert shelf.names() == ["b", "a"]
    c.run({"x": rows(1)})
    assert shelf.names() == ["a", "c"]
    assert made["b"][0].closed
    assert shelf.taken == 100
    np.testing.assert_array_equal(b.run({"x": rows(3)})[0], rows(3) * 2)  # whoever holds it notices nothing
    assert len(made["b"]) == 2
    assert shelf.names() == ["c", "b"]
    shelf.close()
    assert shelf.taken == 0
    assert all(one.closed for sessions in made.values() for one in sessions)


def test_a_model_in_use_keeps_its_place_and_the_other_waits() -> None:
    shelf, go = Shelf(50), threading.Event()
    busy, late = Doubling(wait=go), Doubling()
    first, second = managed(shelf, "busy", 50, lambda: busy), managed(shelf, "late", 50, lambda: late)
    order: list[str] = []

    def use(one: Managed) -> None:
        one.run({"x": rows(1)})
        order.append(one.model)

    threads = [threading.Thread(target=use, args=(one,)) for one in (first, second)]
    threads[0].start()
    while not busy.batches:
        threading.Event().wait(0.005)
    threads[1].start()
    threads[1].join(0.2)
    assert late.batches == []
    assert not busy.closed
    go.set()
    for thread in threads:
        thread.join(10)
    assert order == ["busy", "late"]
    assert busy.closed


def test_a_model_larger_than_the_budget_is_tried_alone() -> None:
    shelf = Shelf(10)
    small, large = managed(shelf, "small", 5, Doubling), managed(shelf, "large", 1000, Doubling)
    small.run({"x": rows(1)})
    large.run({"x": rows(1)})
    assert shelf.names() == ["large"]


@pytest.mark.parametrize("room", [1, 3, 8])
def test_a_batch_is_halved_until_it_fits(room: int) -> None:
    session = Doubling(room)
    one = managed(Shelf(None), "m", 1, lambda: session)
    np.testing.assert_array_equal(one.run({"x": rows(13)})[0], rows(13) * 2)
    taken = one.run({"x": rows(13)}, lambda outputs: [outputs[0][:, 0].copy()])  # of each half, put together again
    np.testing.assert_array_equal(taken[0], rows(13)[:, 0] * 2)
    session.batches.clear()
    one.run({"x": rows(13)})
    assert max(size for size in session.batches[1:] if size <= room) <= room
    assert sum(size for size in session.batches if size <= room) == 13


def test_a_single_sample_makes_the_others_go_then_waits() -> None:
    shelf = Shelf(None, patience=(0.0, 0.01))
    other, crowded = Doubling(), Doubling(room=0)
    idle = managed(shelf, "idle", 1, lambda: other)
    idle.run({"x": rows(1)})
    one = managed(shelf, "crowded", 1, lambda: crowded)
    with pytest.raises(DeviceExhausted, match="one sample of crowded") as caught:
        one.run({"x": rows(1)})
    assert other.closed
    assert "--device cpu" in caught.value.advice
    assert len(crowded.batches) == 4  # as asked, with everything else released, and after each wait
    crowded.room = 1
    np.testing.assert_array_equal(one.run({"x": rows(1)})[0], rows(1) * 2)  # later there may be room again


def test_a_processor_without_memory_costs_the_sample() -> None:
    one = managed(Shelf(None, patience=()), "m", 1, lambda: Doubling(room=0), device="cpu")
    with pytest.raises(MemoryError):
        one.run({"x": rows(1)})


def test_loading_without_room_is_tried_with_the_others_gone() -> None:
    shelf = Shelf(None, patience=(0.0,))
    other = Doubling()
    idle = managed(shelf, "idle", 1, lambda: other)
    idle.run({"x": rows(1)})

    def opener() -> Doubling:
        if not other.closed:
            raise OutOfDeviceMemory("CUDA failure 2: out of memory")
        return Doubling()

    one = managed(shelf, "m", 1, opener)
    one.load()
    assert one.describe() == PLAN
    assert one.metadata == {"made": "here"}
    assert shelf.names() == ["m"]


def test_a_model_that_cannot_be_loaded_leaves_no_trace() -> None:
    shelf = Shelf(100)

    def opener() -> Doubling:
        raise ModelError("It is broken.")

    with pytest.raises(ModelError, match="broken"):
        managed(shelf, "m", 50, opener).load()
    assert shelf.taken == 0
    assert shelf.names() == []


def test_what_cannot_be_taken_apart_is_not_halved() -> None:
    session = Doubling(room=1)
    session.outputs = (TensorSpec("y", (2,)),)  # type: ignore[assignment]  # a shape that this session does not have by itself
    one = managed(Shelf(None, patience=()), "m", 1, lambda: session)
    with pytest.raises(DeviceExhausted):
        one.run({"x": rows(2)})
    assert session.batches == [2, 2]
