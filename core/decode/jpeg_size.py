"""Width and height of a JPEG from its bytes alone, for the process that must not run a decoder."""

from __future__ import annotations

__all__ = ["jpeg_size"]

_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


def jpeg_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a whole JPEG file. Raises ValueError when it is not one, or not whole."""
    if not data.startswith(b"\xff\xd8\xff") or not data.endswith(b"\xff\xd9"):
        raise ValueError("not a whole JPEG file")
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            return int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
        if marker == 0xDA:
            break
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    raise ValueError("a JPEG file without a picture")
