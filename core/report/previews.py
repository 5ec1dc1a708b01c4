"""Pictures as they may be printed: re-encoded without metadata, and with their pixels destroyed where asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.decode.thumbnail import redact
from core.errors import AsservatError
from core.records import Region
from core.report.content import ImagePolicy

__all__ = ["preview"]

_LARGEST = 4 << 20  # thumbnails are tens of kilobytes; anything else in the folder is not one


def preview(thumbnails: Path, sha256: str, policy: ImagePolicy, masks: Sequence[Region] | None = None) -> bytes | None:
    """A JPEG to print, or None: no thumbnail, or one that cannot be read (one bad picture costs only itself). `masks`:
    what is covered by the policy `masked`; None: all of it."""
    if policy == "none":
        return None
    path = thumbnails / sha256[:2] / f"{sha256}.jpg"
    try:
        if path.stat().st_size > _LARGEST:
            return None
        return redact(path.read_bytes(), policy, masks)
    except (OSError, ValueError, AsservatError):
        return None
