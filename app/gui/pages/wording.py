"""Numbers, sizes and times as the language of the screen writes them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale

__all__ = ["bytes_text", "grouped", "moment", "number"]


def number(value: float, digits: int = 0) -> str:
    """41 220 or 41.220, as the locale groups digits."""
    locale = QLocale()
    return locale.toString(float(value), "f", digits) if digits else locale.toString(round(value))


def bytes_text(size: float) -> str:
    """4.2 GB: decimal units, as drives are sold."""
    return QLocale().formattedDataSize(round(size), 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def moment(iso: str) -> str:
    """A stored time (ISO 8601 UTC) in local time, ISO order: 2026-11-22 14:05."""
    if not iso:
        return ""
    try:
        when = datetime.fromisoformat(iso.replace("Z", "+00:00")).astimezone()
    except ValueError:
        return iso
    return QDateTime(when.replace(tzinfo=None)).toString("yyyy-MM-dd HH:mm")  # type: ignore[call-overload,no-any-return]  # PySide takes a datetime, its stubs do not say so


def grouped(text: str, count: int) -> str:
    """A translated text that has `count` in it as plain digits (Qt's `%n`), with the digits grouped."""
    return text.replace(str(count), number(count), 1)
