"""A medium that breaks while it is read, in the decode child, below everything that decodes.

Use it through `extra_decoders=("tests.faults.media:factory",)`. A file beside the evidence says what happens to a file
called `NAME`: `NAME.fault` holds `EIO 20000` or `ENODEV 0` (which error, after how many bytes), or `truncate 20000`.
"""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.decode import medium
from core.decode.jobs import DecodeJob
from core.decode.reading import Decoder

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_fault: list[tuple[str, int, str]] = []


class Broken(medium.Medium):
    def readinto(self, buffer: WriteableBuffer, /) -> int | None:  # type: ignore[override] # as above it
        return self._watched(lambda: self._broken(memoryview(buffer).cast("B")))

    def readall(self) -> bytes:
        return self._watched(self._all)

    def _all(self) -> bytes:
        parts, buffer = [], bytearray(8192)
        while count := self._broken(memoryview(buffer)):
            parts.append(bytes(buffer[:count]))
        return b"".join(parts)

    def _broken(self, view: memoryview[int]) -> int:
        kind, after, path = _fault[0] if _fault else ("", 0, "")
        if kind and self.tell() >= after:
            if kind == "truncate":
                os.truncate(path, after)
            else:
                number = getattr(errno, kind)
                raise OSError(number, os.strerror(number))
        return io.FileIO.readinto(self, view) or 0


medium.Medium = Broken  # type: ignore[misc] # that is the fault


def factory(job: DecodeJob, _header: bytes) -> Decoder | None:
    """Decodes nothing; the job says which file is read now, after its first bytes."""
    _fault.clear()
    told = Path(os.fsdecode(job.path) + ".fault")
    if told.exists():
        kind, after = told.read_text(encoding="utf-8").split()
        _fault.append((kind, int(after), os.fsdecode(job.path)))
    return None
