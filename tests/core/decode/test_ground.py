"""What a transparent picture is put on, so that what is on it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.decode.pixels import rgb_array
from tests.core.decode.conftest import Outcome

Decode = Callable[..., Outcome]
MOST = 10_000_000


def writing(*greys: int, mode: str = "RGBA") -> Image.Image:
    """A bar for each grey on nothing, with half-transparent rims as smoothed letters have them."""
    image = Image.new("RGBA", (40 * len(greys) + 20, 80), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(image)
    for number, grey in enumerate(greys):
        left = 20 + 40 * number
        drawing.rectangle((left - 1, 19, left + 21, 61), fill=(grey, grey, grey, 100))
        drawing.rectangle((left, 20, left + 20, 60), fill=(grey, grey, grey, 255))
    return image.convert(mode)


def shown(image: Image.Image) -> tuple[NDArray[np.uint8], str]:
    notes: dict[str, str] = {}
    return rgb_array(image, MOST, notes), notes["alpha"]


@pytest.mark.parametrize(
    ("greys", "ground", "name"),
    [
        ((0,), 255, "white"),
        ((0, 128, 200), 255, "white"),
        ((255,), 0, "black"),
        ((240, 255), 0, "black"),
        ((255, 0), 128, "grey"),
        ((255, 0, 0, 0), 255, "white"),  # most of it is seen there, as ever
    ],
)
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_outlines_can_be_seen(greys: tuple[int, ...], ground: int, name: str, mode: str) -> None:
    pixels, said = shown(writing(*greys, mode=mode))
    assert set(pixels[5, :].ravel().tolist()) == {ground}
    assert said.startswith(f"composited on {name}")
    assert ("outlines would be lost" in said) == (ground != 255)
    for number, grey in enumerate(greys):
        assert pixels[40, 30 + 40 * number].tolist() == [grey] * 3


def test_a_palette_with_one_transparent_colour(decode: Decode, tmp_path: Path) -> None:
    image = Image.new("P", (60, 40), 0)
    image.putpalette([10, 10, 10, 250, 250, 250] + [0] * 750)
    ImageDraw.Draw(image).rectangle((20, 10, 40, 30), fill=1)
    image.save(tmp_path / "a.png", transparency=0)
    outcome = decode(tmp_path / "a.png")
    assert outcome.pixels[0][20, 30].tolist() == [250] * 3
    assert outcome.pixels[0][2, 2].tolist() == [0] * 3
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.normal["alpha"] == "composited on black: on white its outlines would be lost"


def test_nothing_but_faint_white_is_seen_too() -> None:
    image = Image.new("RGBA", (60, 40), (255, 255, 255, 0))
    ImageDraw.Draw(image).rectangle((20, 10, 40, 30), fill=(255, 255, 255, 40))
    pixels, said = shown(image)
    assert said.startswith("composited on black")
    assert int(pixels[20, 30, 0]) == 40


def test_an_opaque_picture_with_an_alpha_channel_and_a_large_one() -> None:
    opaque = Image.new("RGBA", (30, 30), (255, 255, 255, 255))
    assert shown(opaque)[1] == "composited on white"
    large = Image.new("RGBA", (3000, 2000), (0, 0, 0, 0))
    ImageDraw.Draw(large).rectangle((500, 500, 2500, 1500), fill=(255, 255, 255, 255))
    pixels, said = shown(large)
    assert said.startswith("composited on black")
    assert pixels[1000, 1000].tolist() == [255] * 3
