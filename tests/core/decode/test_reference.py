"""Reference pictures as examiners bring them: transparent, turned by EXIF, huge, or no picture at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.decode.reference import read_reference
from core.errors import UsageError


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize(("ink", "ground"), [((255, 255, 255), 0), ((10, 10, 10), 255), ((255, 200, 0), 0)])
def test_what_is_transparent_becomes_what_leaves_the_logo_to_see(ink: tuple[int, int, int], ground: int) -> None:
    image = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    image.paste((*ink, 255), (10, 10, 20, 20))
    image.putpixel((0, 0), (*ink, 128))
    pixels = read_reference(saved(image), "a.png")
    assert pixels.shape == (30, 40, 3)
    assert tuple(pixels[15, 15]) == ink
    assert tuple(pixels[25, 30]) == (ground,) * 3
    assert np.abs(pixels[0, 0].astype(float) - (np.array(ink) * 128 + ground * 127) / 255).max() <= 1


def test_palettes_with_transparency_and_pictures_without_any() -> None:
    image = Image.new("P", (20, 20), 0)
    image.putpalette([255, 255, 255, 200, 0, 0])
    image.paste(1, (5, 5, 15, 15))
    pixels = read_reference(saved(image, transparency=0), "a.png")
    assert tuple(pixels[10, 10]) == (200, 0, 0)
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    plain = Image.new("RGB", (7, 9), (1, 2, 3))
    assert (read_reference(saved(plain), "b.png") == (1, 2, 3)).all()


def test_it_is_upright_and_bounded() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    image = Image.new("RGB", (4000, 1000), "white")
    image.paste((0, 0, 0), (0, 0, 1000, 1000))
    pixels = read_reference(saved(image, "JPEG", exif=exif), "a.jpg")
    assert pixels.shape[:2] == (1600, 400)
    assert pixels[100, 200].max() < 30 < 200 < pixels[1500, 200].min()


def test_what_is_no_picture_is_said() -> None:
    with pytest.raises(UsageError, match=r"a\.svg is not a picture that can be read") as refused:
        read_reference(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")
    assert "object at" not in str(refused.value)
    with pytest.raises(UsageError, match="not a picture"):
        read_reference(saved(Image.new("RGB", (50, 50)))[:60], "cut.png")
