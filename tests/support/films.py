"""Films that show something: shots of smooth random scenery that move a little, made with PyAV."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

RATE = 12
WIDTH, HEIGHT = 256, 144
SHOT = 1.6  # seconds


def scenery(seed: int, time: float) -> NDArray[np.uint8]:
    """The picture of film `seed` at this moment: height × width × 3."""
    shot, inside = divmod(time, SHOT)
    x, y = int(inside * 12), int(inside * 6)
    return np.ascontiguousarray(_backdrop(seed, int(shot))[y : y + HEIGHT, x : x + WIDTH])


@lru_cache(maxsize=32)
def _backdrop(seed: int, shot: int) -> NDArray[np.uint8]:
    """Random patches of many sizes on one another, the large ones the strongest: as in photographs."""
    rng = np.random.default_rng((seed, shot))
    found = np.zeros((180, 300, 3), np.float32)
    for cells in (2, 4, 8, 16, 32):
        patches = rng.normal(0, 110 / cells**0.7, (cells, cells * 2, 3)).astype(np.float32)
        found += cv2.resize(patches, (300, 180), interpolation=cv2.INTER_CUBIC)
    return np.clip(found + 128, 0, 255).astype(np.uint8)


def pan(seed: int, time: float) -> NDArray[np.uint8]:
    """One shot that moves on for eight seconds."""
    x, y = int(time * 5.4), int(time * 4.4)
    return np.ascontiguousarray(_backdrop(seed, 0)[y : y + HEIGHT, x : x + WIDTH])


def black(_seed: int, _time: float) -> NDArray[np.uint8]:
    return np.zeros((HEIGHT, WIDTH, 3), np.uint8)


def scenes(
    path: Path,
    seed: int = 1,
    begin: float = 0.0,
    end: float = 8.0,
    scale: float = 1.0,
    codec: str = "libx264",
    group: int = 24,
    picture: Any = scenery,
) -> Path:
    """Write the film `seed` from `begin` to `end` (seconds); its own clock starts at 0. `group`: frames from one
    keyframe to the next. `scale`: of the sides."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width, height = int(WIDTH * scale) // 2 * 2, int(HEIGHT * scale) // 2 * 2
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.thread_type = "NONE"
        stream.codec_context.gop_size = group
        if codec == "libx264":
            stream.options = {"crf": "26", "preset": "veryfast", "g": str(group), "sc_threshold": "0"}
        else:
            stream.bit_rate = 900_000
        for number in range(round((end - begin) * RATE)):
            pixels = picture(seed, begin + number / RATE)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(width=width, height=height, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
