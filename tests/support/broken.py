"""Files that are broken in a dozen ways, made on the spot: what stands on the page of problems."""

from __future__ import annotations

import os
import struct
import wave
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from tests.support.media import film, picture

__all__ = ["broken_files"]


def broken_files(folder: Path) -> list[str]:
    """Fill the folder. Returns the names of what cannot be read whole, or is irregular."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = picture(folder / "whole.jpg", size=(320, 240)).read_bytes()
    page = picture(folder / "whole.png", size=(320, 240)).read_bytes()
    pages = [Image.fromarray(np.full((60, 80, 3), level, np.uint8)) for level in (10, 120, 230)]
    pages[0].save(folder / "pages.tiff", save_all=True, append_images=pages[1:])
    reel = film(folder / "whole.mp4").read_bytes()
    noise = np.random.default_rng(1).bytes(20_000)
    broken = {
        "cut.jpg": whole[: len(whole) // 2],
        "cut.png": page[: len(page) // 2],
        "cut.mp4": reel[: len(reel) // 2],
        "head only.jpg": whole[:20],
        "junk inside.jpg": whole[:20] + b"\0" * 40 + whole[20:],
        "noise.png": noise,
        "noise.heic": noise[5_000:],
        "zeros.gif": b"GIF89a" + bytes(2_000),
        "empty.png": b"",
        "checksum.png": page[:40] + bytes([page[40] ^ 255]) + page[41:],
        "bomb.png": _bomb(60_000, 60_000),
        "last page.tiff": (folder / "pages.tiff").read_bytes()[:-40],
        "spoilt.mp4": _spoilt(reel),
        "cut.wav": _recording(folder / "whole.wav")[:20_000],
    }
    for name, data in broken.items():
        (folder / name).write_bytes(data)
    names = list(broken)
    if os.name == "posix":
        (folder / "link.jpg").symlink_to(folder / "whole.jpg")
        os.mkfifo(folder / "pipe.jpg")
        names += ["link.jpg", "pipe.jpg"]
    return names


def _bomb(width: int, height: int) -> bytes:
    """A PNG whose header claims far more pixels than anybody wants to decode."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def _spoilt(reel: bytes) -> bytes:
    """Holes in the pictures of a film; its index is whole."""
    data = bytearray(reel)
    start, end = reel.index(b"mdat") + 400, len(reel) - 4_000
    for place in range(start, max(start + 1, end), 997):
        data[place : place + 60] = b"\xff" * 60
    return bytes(data)


def _recording(path: Path) -> bytes:
    tone = (np.sin(np.arange(16_000 * 4) * 0.2) * 8_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(tone.tobytes())
    return path.read_bytes()
