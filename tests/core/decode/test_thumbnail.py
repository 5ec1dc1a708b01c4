"""Thumbnails are small; what is redacted cannot be brought back; what is full carries nothing but pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.decode.pixels import fit
from core.decode.thumbnail import SIDE, jpeg_size, redact, shrunk, storyboard, thumbnail
from core.errors import DecodeError
from tests.core.decode.conftest import photo


@pytest.mark.parametrize("size", [(1, 1), (256, 256), (257, 3), (1600, 1200), (1, 9000), (9000, 2), (600, 300)])
def test_sizes(size: tuple[int, int]) -> None:
    width, height = jpeg_size(thumbnail(photo(*size)))
    assert max(width, height) == min(SIDE, max(size))
    assert min(width, height) == max(1, round(min(size) * min(1, SIDE / max(size))))


def test_a_thumbnail_looks_like_its_picture() -> None:
    pixels = photo(2000, 1500)
    exact = np.asarray(Image.fromarray(pixels).resize((256, 192), Image.Resampling.BOX)).astype(int)
    for fine, most in ((True, 4), (False, 7)):
        assert np.abs(shrunk(pixels, 256, fine=fine) - exact).mean() < most


def test_redaction_destroys_pixels() -> None:
    checks = (np.indices((192, 256)).sum(axis=0) // 4 % 2 * 255).astype(np.uint8)
    jpeg = thumbnail(np.dstack([checks] * 3))
    with Image.open(io.BytesIO(redact(jpeg, "redacted"))) as image:
        assert image.size == (256, 192)
        assert np.asarray(image).std() < 8, "the pattern is gone"
    with Image.open(io.BytesIO(redact(jpeg, "full"))) as image:
        assert np.asarray(image).std() > 100


def test_full_leaves_nothing_but_pixels() -> None:
    tags = Image.Exif()
    tags[0x010E] = "secret"
    buffer = io.BytesIO()
    Image.fromarray(photo(64, 48)).save(buffer, "JPEG", exif=tags, comment=b"secret")
    assert b"secret" in buffer.getvalue()
    assert b"secret" not in redact(buffer.getvalue(), "full")


def test_what_is_no_jpeg_is_refused() -> None:
    with pytest.raises(DecodeError, match="cannot be read"):
        redact(b"GIF89a", "full")


@pytest.mark.parametrize("count", [0, 1, 2, 5, 16, 40])
def test_storyboards(count: int) -> None:
    board = storyboard([(photo(320, 180, number), f"0:{number:02}") for number in range(count)])
    assert (board is None) == (count < 2)
    if board is not None:
        assert max(jpeg_size(board)) <= 1280


@pytest.mark.parametrize("size", [(1, 1), (10_000, 1), (1, 10_000), (5000, 5000), (7, 9000)])
@pytest.mark.parametrize("most", [1, 17, 5000])
def test_fit(size: tuple[int, int], most: int) -> None:
    width, height = fit(*size, most)
    assert 1 <= width <= size[0]
    assert 1 <= height <= size[1]
    assert width * height <= most
