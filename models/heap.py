"""How glibc keeps the memory of the process that holds the models.

Left alone it gives every thread a heap, maps larger blocks anew for every picture and returns them at once. Whoever
works on pictures asks for the same tens of megabytes again and again, and each time the system hands out empty pages:
with SIFT's pyramids that was a quarter of all the time that `logo` takes. So there is one heap, blocks of up to 32 MB
come out of it, and up to 128 MB at its end are kept. That is what it costs, however many files there are: in a run of
`nsfw`, `ocr` and `logo` with two workers the peak of all processes was 1.98 GB in place of 1.84.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

__all__ = ["keep_pages"]

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_SETTINGS = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, 32 << 20), (_M_TRIM_THRESHOLD, 128 << 20))


def keep_pages() -> None:
    """For this process, from now on. Nothing happens where the C library is another one."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            for setting, value in _SETTINGS:
                library.mallopt(setting, value)
