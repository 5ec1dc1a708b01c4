from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from models import resample
from tests.models.pictures import cloudy

SIZES = [(640, 480), (480, 640), (100, 77), (224, 300), (300, 450), (1999, 13), (1, 5), (1200, 901)]
KERNELS: dict[resample.Kernel, Image.Resampling] = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("kernel", sorted(KERNELS))
def test_resizing_is_pillows_bit_for_bit(width: int, height: int, kernel: resample.Kernel) -> None:
    picture = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    across = Image.fromarray(picture).resize((224, height), KERNELS[kernel])  # in this order, whatever the version
    expected = np.asarray(across.resize((224, 224), KERNELS[kernel]))
    np.testing.assert_array_equal(resample.pillow(picture, (224, 224), kernel), expected)


def test_newer_pillows_order_of_passes_differs_by_little() -> None:
    picture = cloudy(300, 450)
    newest = np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(resample.pillow(picture, (224, 224), "bicubic") - newest).max() <= 3


def test_the_original_size_is_left_alone() -> None:
    picture = cloudy(50, 40)
    np.testing.assert_array_equal(resample.pillow(picture, (50, 40), "bicubic"), picture)


def _as_written_out(picture: np.ndarray, side: int) -> np.ndarray:
    """Owlv2ImageProcessor on one channel: pad, gaussian along both axes with mirrored edges, bilinear."""
    height, width = picture.shape
    square = max(height, width)
    padded = np.zeros((square, square))
    padded[:height, :width] = picture
    factor = square / side
    sigma = max(0.0, (factor - 1) / 2)
    if sigma:
        radius = int(4 * sigma + 0.5)
        taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
        taps /= taps.sum()
        for axis in (0, 1):
            mirrored = np.pad(padded, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], mode="reflect")
            padded = np.apply_along_axis(lambda line, t=taps: np.convolve(line, t, "valid"), axis, mirrored)
    place = np.abs((np.arange(side) + 0.5) * factor - 0.5)
    place = np.minimum(place, 2 * (square - 1) - place)
    low = np.minimum(place.astype(int), square - 2)
    share = place - low
    rows = padded[low] * (1 - share)[:, None] + padded[low + 1] * share[:, None]
    return rows[:, low] * (1 - share) + rows[:, low + 1] * share


@pytest.mark.parametrize(("width", "height"), [(300, 200), (200, 333), (96, 96), (70, 20)])
def test_the_blurred_resize_is_the_one_written_out(width: int, height: int) -> None:
    picture = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    ours = resample.blurred(picture, 96)
    for channel in range(3):
        np.testing.assert_allclose(ours[..., channel], _as_written_out(picture[..., channel], 96), atol=2e-3)


def test_a_square_is_padded_around_the_middle() -> None:
    padded = resample.pad_square(np.zeros((3, 8, 3), np.uint8), 255)
    assert padded.shape == (8, 8, 3)
    assert padded[:, 0, 0].tolist() == [255, 255, 0, 0, 0, 255, 255, 255]


def test_planes_are_normalised_channels_first() -> None:
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[:] = (255, 51, 0)
    made = resample.planes(picture, (0.5, 0.5, 0.5), (0.5, 0.25, 0.5))
    np.testing.assert_allclose(made[:, 0, 0], (1.0, (0.2 - 0.5) / 0.25, -1.0), atol=1e-6)
