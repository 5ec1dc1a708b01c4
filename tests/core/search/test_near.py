"""Near hashes are all found, however they are cut into bands; the reference is comparing with every one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.search import near
from core.search.near import WITHIN, NearIndex


def hashes(count: int, seed: int) -> NDArray[np.uint8]:
    """Random lines of 32 bytes; behind every tenth one another that differs in 0 to 40 bits."""
    rng = np.random.default_rng(seed)
    found = rng.integers(0, 256, (count, 32), np.uint8)
    for place in range(0, count - 1, 10):
        bits = np.unpackbits(found[place])
        bits[rng.choice(256, rng.integers(0, 41), replace=False)] ^= 1
        found[place + 1] = np.packbits(bits)
    return found


def distances(lines: NDArray[np.uint8], one: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(np.unpackbits(lines ^ one, axis=1).sum(axis=1, dtype=np.int64))


@pytest.mark.parametrize("tail", [10, 100_000])
def test_near_finds_what_comparing_with_all_finds(monkeypatch: pytest.MonkeyPatch, tail: int) -> None:
    monkeypatch.setattr(near, "_LEAST_TAIL", tail)
    lines = hashes(1500, 1)
    index = NearIndex()
    index.extend(range(1000, 2200), lines[:1200].tobytes())
    for number in range(1200, 1500):
        index.add(1000 + number, lines[number].tobytes())
    assert len(index) == 1500
    pairs = 0
    for one in lines[::7]:
        wanted = np.flatnonzero(distances(lines, one) <= WITHIN) + 1000
        assert index.near(one.tobytes()).tolist() == wanted.tolist()
        pairs += len(wanted) - 1
    assert pairs > 20


def test_bits_spread_over_all_bands_are_found_up_to_31() -> None:
    """The worst case of the bands: two differences in fifteen of them, one in the last."""
    index = NearIndex()
    base = bytearray(32)
    index.extend([1], bytes(base))
    index.extend(range(2, 20_000), np.random.default_rng(2).integers(0, 256, (19_998, 32), np.uint8).tobytes())
    for byte in range(0, 30, 2):
        base[byte] = 0b11
    assert 1 not in index.near(bytes([*base[:30], 0b11, 0])), "32 bits are too many"
    assert index.near(bytes([*base[:30], 0b1, 0])).tolist() == [1], "31 bits are near"
    assert 1 not in index.near(bytes([255] * 32)), "256 differing bits are not none"


def test_lowest_is_the_lowest_of_all_near_ones() -> None:
    lines = hashes(3000, 5)
    lines[2000:2010] = lines[100]
    numbers = np.random.default_rng(6).permutation(3000) + 1
    index = NearIndex()
    index.extend(numbers, lines.tobytes())
    found = {int(one): int(best) for some, bests in index.lowest() for one, best in zip(some, bests, strict=True)}
    wanted = {}
    for place in range(3000):
        close = numbers[distances(lines, lines[place]) <= WITHIN]
        if len(close) > 1:
            wanted[int(numbers[place])] = int(close.min())
    assert found == wanted
    assert len(wanted) > 100


def test_an_empty_index_and_numbers_that_do_not_fit() -> None:
    index = NearIndex()
    assert index.near(bytes(32)).tolist() == []
    assert list(index.lowest()) == []
    with pytest.raises(ValueError, match="2 numbers for 1 hashes"):
        index.extend([1, 2], bytes(32))
