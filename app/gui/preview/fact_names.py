"""The normalised facts of a file in the words of the screen; what this list does not know keeps its own name."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

__all__ = ["fact_name"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("FactNames", text)


def fact_name(key: str) -> str:
    """`gps.latitude` → “GPS latitude”; see `core.decode.metadata.normalised` for where the names come from."""
    return {
        "taken": _tr("Taken"),
        "digitised": _tr("Digitised"),
        "modified": _tr("Modified"),
        "make": _tr("Maker"),
        "model": _tr("Model"),
        "camera": _tr("Camera"),
        "lens": _tr("Lens"),
        "serial": _tr("Serial number"),
        "software": _tr("Software"),
        "artist": _tr("Author"),
        "title": _tr("Title"),
        "description": _tr("Description"),
        "mode": _tr("Colour mode"),
        "alpha": _tr("Transparency"),
        "streams": _tr("Tracks"),
        "rotation": _tr("Rotation"),
        "frame_rate": _tr("Frames per second"),
        "video_codec": _tr("Coding of the film"),
        "audio_codec": _tr("Coding of the sound"),
        "sample_rate": _tr("Samples per second"),
        "gps.latitude": _tr("GPS latitude"),
        "gps.longitude": _tr("GPS longitude"),
        "gps.altitude": _tr("GPS altitude"),
        "gps.time": _tr("GPS time"),
        "sampled.frames": _tr("Frames looked at"),
        "sampled.pages": _tr("Pages looked at"),
        "sampled.of": _tr("Of how many"),
    }.get(key, key)
