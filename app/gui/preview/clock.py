"""How moments are written: `00:12:41.320`, and the place of a frame."""

from __future__ import annotations

from PySide6.QtCore import QLocale

__all__ = ["number", "timecode"]


def timecode(seconds: float, *, thousandths: bool = True) -> str:
    """Hours, minutes, seconds and thousandths on the medium's own clock; hours only where there are some."""
    whole = round(max(0.0, seconds) * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    text = f"{minutes:02}:{rest // 1000:02}"
    if hours:
        text = f"{hours:02}:{text}"
    return f"{text}.{rest % 1000:03}" if thousandths else text


def number(value: int) -> str:
    """A whole number with the separators of the language."""
    return QLocale().toString(value)
