"""When something was done and by whom, as the trail and the database say it."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

__all__ = ["actor", "now", "seconds_of"]


def now() -> str:
    """The time of an act: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(at: str) -> float:
    """Seconds since 1970 of such a time. Raises `ValueError` for another text."""
    return datetime.fromisoformat(at).timestamp()


def actor() -> str:
    """Who is at the keyboard, as the operating system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account entry and no environment: a bare container
        return "unknown"
