"""What is known of a source, in the words of the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.provenance import NO_BLOCKER, Provenance, clock_text

__all__ = ["blocker_text", "clock_said", "device_title", "field_title", "summary", "value_text"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("SourceWords", text)


def field_title(name: str) -> str:
    """The name of a fact, as forms and the history have it."""
    return {
        "label": _tr("Label"),
        "exhibit": _tr("Exhibit no."),
        "description": _tr("Description"),
        "device": _tr("Kind of device"),
        "serial": _tr("Serial number"),
        "seized_at": _tr("Seized on"),
        "seized_place": _tr("Seized at"),
        "seized_by": _tr("Seized by"),
        "acquired_with": _tr("Acquired with"),
        "image_type": _tr("Type of image"),
        "write_blocker": _tr("Write blocker"),
        "time_zone": _tr("Time zone"),
        "clock_offset": _tr("Clock"),
        "notes": _tr("Notes"),
    }.get(name, name)


def device_title(kind: str) -> str:
    return {
        "": _tr("not stated"),
        "phone": _tr("mobile phone"),
        "tablet": _tr("tablet"),
        "computer": _tr("computer"),
        "disk": _tr("hard disk or SSD"),
        "usb-stick": _tr("USB stick"),
        "memory-card": _tr("memory card"),
        "camera": _tr("camera"),
        "optical-disc": _tr("optical disc"),
        "cloud": _tr("cloud storage"),
        "other": _tr("other"),
    }.get(kind, kind)


def blocker_text(value: str) -> str:
    """Three different facts: nobody knows, none was used, this one was used."""
    return {"": _tr("write blocker unknown"), NO_BLOCKER: _tr("NO write blocker was used")}.get(
        value, _tr("write blocker {0}").format(value)
    )


def clock_said(seconds: int) -> str:
    if seconds == 0:
        return _tr("clock right")
    said = _tr("clock {0} ahead") if seconds > 0 else _tr("clock {0} behind")
    return said.format(clock_text(abs(seconds)).lstrip("+"))


def value_text(name: str, value: str) -> str:
    """A stored value of a fact, as the history shows it."""
    if not value:
        return _tr("not stated")
    if name == "device":
        return device_title(value)
    if name == "write_blocker" and value == NO_BLOCKER:
        return _tr("none was used")
    if name == "clock_offset":
        return clock_said(int(value))
    return value


def summary(known: Provenance) -> str:
    """One line: what helps to tell sources apart, and whether a write blocker is known of."""
    parts = [
        _tr("exhibit {0}").format(known.exhibit) if known.exhibit else "",
        device_title(known.device) if known.device else "",
        blocker_text(known.write_blocker),
        known.time_zone or _tr("time zone unknown"),
        clock_said(known.clock_offset) if known.clock_offset is not None else "",
    ]
    return "  ·  ".join(part for part in parts if part)
