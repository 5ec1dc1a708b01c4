"""Files to measure on: made here, seeded, without people. Noise-free pictures decode twice too fast, so photos have some."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["cards", "copies", "hostile", "photos", "small_files", "tiny_pictures"]

WORDS = [
    "invoice",
    "total",
    "amount",
    "Straße",
    "Übergabe",
    "morgen",
    "account",
    "number",
    "delivery",
    "please",
    "before",
    "Friday",
    "signed",
    "Müller",
]


def photo(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """Fractal colour noise: structure at every scale and sensor grain, but no letter."""
    generator = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    cells = 3
    for octave in range(7):
        patch = generator.random((cells * height // width + 1, cells, 3), np.float32)
        picture += cv2.resize(patch, (width, height), interpolation=cv2.INTER_CUBIC) * 0.6**octave
        cells *= 2
    picture = (picture - picture.min()) / (picture.max() - picture.min()) * 235 + 10
    picture += generator.normal(0, 5, picture.shape).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def photos(folder: Path, count: int, size: tuple[int, int], seed: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"photo{seed}-{number}.jpg"
        cv2.imwrite(str(path), photo(*size, seed * 1000 + number), [cv2.IMWRITE_JPEG_QUALITY, 88])
        paths.append(path)
    return paths


def cards(folder: Path, count: int, size: tuple[int, int], seed: int) -> list[Path]:
    """Photos with a few lines of text on them."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(seed)
    paths = []
    for number in range(count):
        picture = photo(*size, seed * 1000 + number)
        scale = size[1] / 700
        for line in range(chosen.randint(2, 6)):
            words = " ".join(chosen.choice(WORDS).translate(str.maketrans("äöüßÜ", "aousU")) for _ in range(4))
            at = (int(40 * scale), int((90 + 95 * line) * scale))
            cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 1.3 * scale, (0, 0, 0), round(9 * scale))
            cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 1.3 * scale, (255, 255, 255), round(3 * scale))
        path = folder / f"card{seed}-{number}.jpg"
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
        paths.append(path)
    return paths


def copies(folder: Path, paths: list[Path], count: int) -> None:
    """Byte-identical copies under other names."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"copy{number}.jpg").write_bytes(paths[number % len(paths)].read_bytes())


def hostile(folder: Path, paths: list[Path], count: int, seed: int) -> None:
    """Pictures cut off, with flipped bits, or with a header and rubbish."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(seed)
    for number in range(count):
        data = bytearray(paths[number % len(paths)].read_bytes())
        if number % 3 == 0:
            del data[chosen.randrange(200, len(data)) :]
        elif number % 3 == 1:
            for _ in range(40):
                data[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
        else:
            data[64:] = chosen.randbytes(5000)
        (folder / f"hostile{number}.jpg").write_bytes(bytes(data))


def small_files(folder: Path, count: int, seed: int) -> int:
    """Files of 4 to 64 KB, all different. Returns their bytes."""
    blob = random.Random(seed).randbytes(70_000)
    chosen = random.Random(seed + 1)
    total = 0
    for number in range(count):
        path = folder / f"{number % 100:02d}"
        path.mkdir(parents=True, exist_ok=True)
        data = number.to_bytes(4, "big") + blob[: chosen.randint(4096, 65536)]
        (path / f"{number}.bin").write_bytes(data)
        total += len(data)
    return total


def tiny_pictures(folder: Path, count: int, sizes: int, seed: int) -> None:
    """Small pictures of so many different sizes, all different."""
    chosen = random.Random(seed)
    shapes = [(chosen.randint(40, 320), chosen.randint(40, 320)) for _ in range(sizes)]
    base = photo(400, 400, seed)
    for number in range(count):
        path = folder / f"{number // 1000:04d}"
        path.mkdir(parents=True, exist_ok=True)
        width, height = shapes[number % sizes]
        picture = base[:height, :width].copy()
        picture[0, 0] = (number % 256, number // 256 % 256, number // 65536)
        cv2.imwrite(str(path / f"{number}.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
