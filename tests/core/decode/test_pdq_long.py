"""Very long pictures: the same hash in a bounded piece of memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode import pdq


def blocks(height: int, width: int) -> NDArray[np.uint8]:
    """Colours in a grid of 40 × 40 fields at most."""
    down, across = min(40, height), min(40, width)
    small = np.random.default_rng(height).integers(0, 255, (down, across, 3), dtype=np.uint8)
    rows, columns = np.arange(height) * down // height, np.arange(width) * across // width
    return np.ascontiguousarray(small[rows][:, columns])


@pytest.mark.parametrize("size", [(30, 150_000), (150_000, 30)])
def test_memory_is_bounded(size: tuple[int, int]) -> None:
    """The weights of a whole side, 64 × 150 000 numbers and what makes them, took 230 MB for a picture of 13."""
    picture = blocks(*size)
    pdq._picking.cache_clear()
    pdq._strips.cache_clear()
    tracemalloc.start()
    found = pdq.fingerprint(picture)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.quality == 100
    assert peak < 40_000_000


@pytest.mark.parametrize("size", [(60, 17_000), (17_000, 60), (300, 20_000)])
def test_in_pieces_it_is_the_same_hash(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    picture = blocks(*size)
    pieces = pdq.fingerprint(picture)
    monkeypatch.setattr(pdq, "_LONG", 1_000_000)
    assert pdq.fingerprint(picture) == pieces


@pytest.mark.parametrize("length", [5, 63, 64, 65, 127, 128, 129, 1000, 4097])
def test_the_weights_of_an_axis_are_a_window_run_over_it_twice(length: int) -> None:
    """Written out: two averages over what lies in the window, one over the other, and 64 places of the result."""
    window = -(-length // 128)
    right = (window + 2) // 2
    once = np.zeros((length, length))
    for place in range(length):
        used = slice(max(0, place - (window - right)), min(length, place + right))
        once[place, used] = 1 / (used.stop - used.start)
    middles = ((np.arange(64) + 0.5) * length / 64).astype(int)
    np.testing.assert_allclose(pdq._picking(length), once[middles] @ once, atol=1e-7)
