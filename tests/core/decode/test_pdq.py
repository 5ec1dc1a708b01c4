"""The perceptual hash against Meta's own code (`pdqhash` 0.2.8), and against what ThreatExchange publishes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode import pdq
from core.decode.pdq import BYTES, CELLS, fingerprint, fingerprint_of_grey
from tests.core.decode.test_images import Decode


def picture(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    """Smooth shapes from plain arithmetic."""
    y, x = 6.283 * (np.arange(height) + 0.5) / height, 6.283 * (np.arange(width) + 0.5) / width
    rng = np.random.RandomState(seed)
    channels = []
    for _ in range(3):
        value = np.zeros((height, width))
        for _ in range(12):
            fy, fx, phase, size = rng.uniform(0, 9), rng.uniform(0, 9), rng.uniform(0, 6.28), rng.uniform(10, 40)
            down, across = fy * y + phase, fx * x  # the sine of a sum
            value += size * (np.outer(np.sin(down), np.cos(across)) + np.outer(np.cos(down), np.sin(across)))
        channels.append(np.clip(128 + value, 0, 255))
    return np.stack(channels, axis=-1).astype(np.uint8)


def distance(one: bytes | str, other: bytes | str) -> int:
    first, second = (int(value if isinstance(value, str) else value.hex(), 16) for value in (one, other))
    return (first ^ second).bit_count()


KNOWN = pytest.mark.parametrize(
    ("height", "width", "seed", "known"),
    [
        (5, 7, 1, "6d29c47392d63b8c913e907e7d286f81c6d3c4736d29c47392d63b8c392c907e"),
        (64, 64, 2, "2c5521fc07f9fca65b59eef352c2fe907ab6d42a83903e24902905eb9709be43"),
        (63, 130, 3, "a10f4aa21fafca211cef1dcf78fbc1460cfcfb2a52dd758205060bfd1e0444ed"),
        (127, 129, 4, "9ad50b846ad1c3857b78d1a102af368afd0ee61a84ae3f9a862f2fbaac043bbc"),
        (480, 640, 5, "8e0bd4ab815697d5bf553a597df2ea7102e22e434086164cfdcda26c2fc4ea85"),
        (1003, 777, 6, "a5ca4f3f58faa1d5cbea7728de42a9544a121c56bc17f862a5ce0d15fa312117"),
        (1500, 2000, 7, "a5790f71fe200ccbfbb0ce05588f1fcab08d45bbff0a0a5530dfe4b0712ae415"),
    ],
)


def hash_in_the_first_order(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """What cases made before pictures were weighed a few points at a time hold."""
    found = pdq._hashed(pdq._reduced_in_order(pixels))
    return found.bits, found.quality


@KNOWN
def test_the_bits_are_those_of_pdqhash(height: int, width: int, seed: int, known: str) -> None:
    pixels = picture(height, width, seed)
    found = fingerprint(pixels)
    assert distance(found.bits, known) <= 2, "only bits at the median may differ, by the order of adding up"
    assert found.quality == 100
    if (height, width) != (64, 64):
        assert (found.bits, found.quality) == hash_in_the_first_order(pixels)


@pytest.mark.parametrize(("height", "width"), [(90, 70), (333, 500), (1200, 1700)])
def test_where_the_order_of_adding_up_decides_the_first_order_does(height: int, width: int) -> None:
    down, across = np.arange(height)[:, None, None], np.arange(width)[None, :, None]
    shades = {
        "gradient": down * 255 // height + 0 * across,  # nearly all waves are nothing but what rounding leaves
        "stairs": across * 5 // width * 51 + 0 * down,  # each step is 20 hundredths, or a little less
        "flat": 77 + 0 * down + 0 * across,
        "board": (down * 8 // height + across * 8 // width) % 2 * 255,
    }
    for name, values in shades.items():
        pixels = np.repeat(values.astype(np.uint8), 3, axis=2)
        found = fingerprint(pixels)
        assert (found.bits, found.quality) == hash_in_the_first_order(pixels), name


def test_a_hash_is_settled_unless_two_values_beside_the_median_or_a_hundredth_are_close() -> None:
    usual = pdq._tall(picture(300, 400, 1)) @ pdq._picking(400).T
    assert pdq._settled(usual), "else every picture is weighed twice"
    flat = np.full((64, 64), 77, np.float32)
    assert not pdq._settled(flat), "all values are the same"
    faint = (usual * 0.02).astype(np.float32)  # less than a hundredth from point to point
    assert pdq._settled(faint)
    faint[32:] += 51
    faint[32] = faint[31] + 51  # 64 steps of 20 hundredths, or a little less: 1280 or 1216 in all
    assert not pdq._settled(faint)
    faint[32] += 0.5
    assert pdq._settled(faint)


@KNOWN
def test_the_bits_from_averaged_luminance_are_those_of_pdqhash(height: int, width: int, seed: int, known: str) -> None:
    exact = picture(height, width, seed).astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    size = min(width, CELLS), min(height, CELLS)
    grey = np.rint(cv2.resize(exact, size, interpolation=cv2.INTER_AREA)).astype(np.uint8)
    found = fingerprint_of_grey(grey, height, width)
    assert distance(found.bits, known) <= 10, "within what Meta calls right"
    assert found.quality == 100


def test_averaged_luminance_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not the size"):
        fingerprint_of_grey(np.zeros((200, 256), np.uint8), 300, 400)
    assert fingerprint_of_grey(np.zeros((4, 90), np.uint8), 4, 90).quality == 0
    assert fingerprint_of_grey(np.full((CELLS, CELLS), 77, np.uint8), 300, 400).quality == 0


def test_what_is_too_small_or_empty_means_nothing() -> None:
    small = fingerprint(picture(4, 90, 1))
    assert (small.bits, small.quality) == (bytes(BYTES), 0)
    assert fingerprint(np.full((300, 400, 3), 77, np.uint8)).quality == 0


def test_half_of_the_bits_are_set_and_another_size_changes_few() -> None:
    large = picture(800, 1200, 3)
    found = fingerprint(large)
    assert int(found.bits.hex(), 16).bit_count() == 128
    assert distance(found.bits, fingerprint(np.ascontiguousarray(large[::4, ::4])).bits) <= 10
    assert distance(found.bits, fingerprint(picture(800, 1200, 4)).bits) > 80


def test_published_values_of_real_pictures(decode: Decode, shared_data: Path) -> None:
    """Decoded by our own decoder; Meta calls an implementation right within 10 bits."""
    rows = json.loads((shared_data / "ground_truth" / "neardup_groups.json").read_text("utf-8"))
    known = {row["file"]: row["pdq"] for row in rows if row.get("pdq") and row["file"].endswith(".jpg")}
    assert len(known) >= 10
    for name, bits in known.items():
        decoded = decode(shared_data / name).decoded
        assert decoded.fingerprint is not None
        assert distance(decoded.fingerprint.bits, bits) <= 10, name
