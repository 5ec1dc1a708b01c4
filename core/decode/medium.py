"""A file of the evidence as decoders read it: it remembers what its medium refused, because libraries make of that a
damaged file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["Medium"]

T = TypeVar("T")


class Medium(io.FileIO):
    """Raw bytes of an open file. `trouble`: the first error of the system while it was read, also where a library kept
    it to itself."""

    trouble: OSError | None = None

    def readinto(self, buffer: Any, /) -> int | None:
        return self._watched(lambda: io.FileIO.readinto(self, buffer))

    def readall(self) -> bytes:
        return self._watched(lambda: io.FileIO.readall(self))

    def read(self, size: int | None = -1, /) -> bytes:
        return self._watched(lambda: io.FileIO.read(self, -1 if size is None else size))

    def _watched(self, take: Callable[[], T]) -> T:
        try:
            return take()
        except OSError as error:
            self.trouble = self.trouble or error
            raise
