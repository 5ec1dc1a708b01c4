"""Pictures that the tests of this folder make for themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.memory import LocalPixels
from core.records import Sample, SampleKind

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"


def text_page(
    *lines: str, size: int = 30, width: int = 640, turn: float = 0, font: str = "DejaVuSans.ttf"
) -> NDArray[np.uint8]:
    """Black lines on white, uint8 RGB; not flatter than 20:13, because strips are enlarged and slow."""
    height = max((size + 20) * len(lines) + 20, width * 65 // 100)
    image = Image.new("RGB", (width, height), "white")
    drawing = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        drawing.text((20, 15 + number * (size + 20)), line, font=ImageFont.truetype(FONTS / font, size), fill="black")
    return np.array(image.rotate(turn, expand=True, fillcolor="white"))


def cloudy(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """Colour noise like a photo of nothing, uint8 RGB."""
    rng = np.random.default_rng(seed)
    canvas = np.zeros((height, width, 3))
    for cells in (4, 12, 40, 120):
        small = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        canvas += np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), dtype=float) / 4
    return canvas.astype(np.uint8)


def figure(width: int = 480, height: int = 640, seed: int = 0) -> NDArray[np.uint8]:
    """A drawn head and shoulders: enough for NudeNet to find a face with some confidence."""
    rng = np.random.default_rng(seed)
    image = Image.fromarray(cloudy(width, height, seed))
    drawing = ImageDraw.Draw(image)
    skin = tuple(int(v) for v in rng.normal((214, 170, 140), 8))
    cx, cy, r = width // 2, height // 3, min(width, height) // 5
    drawing.ellipse((cx - 2 * r, cy + r, cx + 2 * r, cy + 6 * r), fill=(60, 60, 90))
    drawing.rectangle((cx - r // 3, cy + r, cx + r // 3, cy + 2 * r), fill=skin)
    drawing.ellipse((cx - r, cy - int(1.35 * r), cx + r, cy + int(1.35 * r)), fill=skin)
    drawing.chord((cx - r, cy - int(1.5 * r), cx + r, cy + r), 180, 360, fill=(50, 35, 25))
    drawing.ellipse((cx - r, cy - r // 2, cx + r, cy + int(1.35 * r)), fill=skin)
    for side in (-1, 1):
        ex, ey = cx + side * int(0.42 * r), cy
        drawing.ellipse((ex - r // 5, ey - r // 9, ex + r // 5, ey + r // 9), fill="white")
        drawing.ellipse((ex - r // 11, ey - r // 11, ex + r // 11, ey + r // 11), fill=(40, 30, 20))
        drawing.arc((ex - r // 4, ey - r // 3, ex + r // 4, ey), 200, 340, fill=(50, 35, 25), width=max(2, r // 18))
    drawing.line(
        (cx, cy, cx - r // 8, cy + r // 2, cx + r // 10, cy + r // 2), fill=(180, 135, 110), width=max(2, r // 20)
    )
    drawing.chord((cx - r // 2, cy + r // 2, cx + r // 2, cy + int(1.0 * r)), 20, 160, fill=(170, 70, 70))
    return np.array(image)


def sample(picture: NDArray[np.uint8], index: int = 0) -> Sample:
    return Sample(f"made-{index}", index, SampleKind.IMAGE, LocalPixels(picture), (picture.shape[1], picture.shape[0]))
