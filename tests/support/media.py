"""Small media for tests, made on the spot and always the same."""

from __future__ import annotations

import fractions
from pathlib import Path

import av
import numpy as np
from PIL import Image


def picture(path: Path, level: int = 128, size: tuple[int, int] = (64, 48), seed: int = 0) -> Path:
    """A noisy picture around a grey level; the format follows the extension. Another seed gives other bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(-20, 21, (size[1], size[0], 3))
    Image.fromarray(np.clip(level + noise, 0, 255).astype(np.uint8)).save(path)
    return path


def film(path: Path, seconds: float = 4.0, rate: int = 10, levels: tuple[int, ...] = (40, 200)) -> Path:
    """An MPEG-4 film without sound whose brightness changes at equal distances."""
    path.parent.mkdir(parents=True, exist_ok=True)
    total = int(seconds * rate)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.time_base = fractions.Fraction(1, rate)
        for number in range(total):
            level = levels[number * len(levels) // total]
            noise = np.random.default_rng(number).integers(-10, 11, (64, 96, 3))
            frame = av.VideoFrame.from_ndarray(np.clip(level + noise, 0, 255).astype(np.uint8), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def evidence(folder: Path) -> Path:
    """A small source with a bit of everything: pictures, duplicates, a film, text, nothing, broken files."""
    for number in range(6):
        picture(folder / f"pictures/p{number}.png", 30 * number + 20, seed=number)
    twin = picture(folder / "pictures/twin a.jpg", 220, seed=99)
    (folder / "Kopien").mkdir()
    (folder / "Kopien/Müller twin.jpg").write_bytes(twin.read_bytes())
    film(folder / "film.mp4")
    (folder / "notes.txt").write_text("nothing to see", encoding="utf-8")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 200)
    (folder / "garbage.png").write_bytes(bytes(range(1, 200)))
    return folder
