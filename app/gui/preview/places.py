"""What is known of a file beside what was found in it: its facts, and every place where it lies."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from app.gui import recorded, theme
from app.gui.columns import bytes_text, kind_title
from app.gui.preview.clock import number, timecode
from app.gui.preview.fact_names import fact_name
from app.gui.preview.subject import Subject

__all__ = ["CopiesPanel", "FactsPanel", "utc"]

_LONGEST = 2000  # characters of one value; the whole of it is in the case and in the report
_MOST = 1500  # rows of one section
Pairs = list[tuple[str, str]]
Section = tuple[str, Pairs]


def utc(nanoseconds: int | None) -> str:
    """A file's time in UTC to the second, as the file system gave it."""
    if nanoseconds is None:
        return ""
    # Added, not `fromtimestamp`: Windows has no times before 1970 there.
    moment = datetime.datetime.fromtimestamp(0, tz=datetime.UTC) + datetime.timedelta(seconds=nanoseconds // 10**9)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


class _Sheet(QTextBrowser):
    """Sections of names and values that can be selected and copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sections: list[Section] = []
        theme.current().changed.connect(self._write)

    def show_sections(self, sections: Iterable[Section]) -> None:
        self._sections = list(sections)
        self._write()

    def _write(self) -> None:
        look = theme.current()
        muted, text = look.color("muted").name(), look.color("text").name()
        parts = []
        for title, pairs in self._sections:
            parts.append(f"<p style='margin-top:10px; margin-bottom:3px; color:{text}'><b>{escape(title)}</b></p>")
            rows = "".join(
                f"<tr><td width='34%' style='color:{muted}; padding:1px 10px 1px 0'>{escape(name)}</td>"
                f"<td style='color:{text}; padding:1px 0'>{escape(value[:_LONGEST])}</td></tr>"
                for name, value in pairs[:_MOST]
            )
            parts.append(f"<table width='100%' cellspacing='0' cellpadding='0'>{rows}</table>")
        self.setHtml("".join(parts))


def _pairs(*pairs: tuple[str, Any]) -> Pairs:
    return [(name, str(value)) for name, value in pairs if value not in (None, "", {}, [])]


class FactsPanel(QWidget):
    """The file, the medium, and its metadata normalised and as found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: Subject | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in the facts"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.sheet = _Sheet(self.tr("Facts"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(2)
        layout.addWidget(self.search)
        layout.addWidget(self.sheet, 1)

    def set_subject(self, subject: Subject | None) -> None:
        self._subject = subject
        self.search.setVisible(subject is not None)
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().casefold().strip()
        sections = []
        for title, pairs in self._sections():
            found = [pair for pair in pairs if wanted in f"{pair[0]} {pair[1]}".casefold()]
            if found:
                sections.append((title, found))
        self.sheet.show_sections(sections)

    def _sections(self) -> list[Section]:
        subject = self._subject
        if subject is None:
            return []
        problems = [
            (problem.code, recorded.in_full(problem.message, problem.detail)) for problem in subject.details.problems
        ]
        metadata = subject.details.metadata
        return [
            (self.tr("Problems"), problems),
            (self.tr("File"), self._file(subject)),
            (self.tr("Medium"), self._medium(subject)),
            (self.tr("Metadata, normalised"), [(fact_name(key), text) for key, text in _flat(metadata)]),
            (self.tr("Metadata, as found"), _flat(subject.details.raw)),
        ]

    def _file(self, subject: Subject) -> Pairs:
        details = subject.details
        claims = dict.fromkeys(copy.mismatch for copy in details.copies if copy.mismatch)
        return _pairs(
            (self.tr("Name"), subject.name),
            (self.tr("Type"), " · ".join(part for part in (kind_title(details.kind), details.mime) if part)),
            (self.tr("Its name says"), ", ".join(claims)),
            (self.tr("Size"), self.tr("{0} ({1} bytes)").format(bytes_text(details.size), number(details.size))),
            ("SHA-256", details.sha256),
            ("SHA-1", details.sha1),
            ("MD5", details.md5),
        )

    def _taken(self, subject: Subject) -> str:
        """As the camera wrote it, never shifted; beside it the zone that its sources state, where it carries none."""
        taken = str(subject.details.media.get("taken") or "")
        zones = dict.fromkeys(copy.time_zone for copy in subject.details.copies if copy.time_zone)
        if not taken or not zones or _CARRIES_ZONE.search(taken):
            return taken
        return self.tr("{0} (source states {1})").format(taken, ", ".join(zones))

    def _medium(self, subject: Subject) -> Pairs:
        media = subject.details.media
        placed = media.get("latitude") is not None and media.get("longitude") is not None
        return _pairs(
            (self.tr("Size in pixels"), f"{media['width']} × {media['height']}" if media.get("width") else ""),
            (self.tr("Length"), timecode(float(media["duration"])) if media.get("duration") else ""),
            (self.tr("Format"), media.get("format")),
            (self.tr("Frames or pages"), media.get("frames")),
            (self.tr("Looked at"), media.get("samples")),
            (self.tr("Orientation as found"), media.get("orientation")),
            (self.tr("Taken (camera's clock)"), self._taken(subject)),
            (self.tr("Camera"), media.get("camera")),
            (self.tr("Position"), f"{media['latitude']:.6f}, {media['longitude']:.6f}" if placed else ""),
        )


_CARRIES_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


def _flat(values: Any, prefix: str = "") -> Pairs:
    """Nested JSON values as `gps.latitude` and `streams.0.codec`."""
    if isinstance(values, Mapping):
        named = [(f"{prefix}.{key}" if prefix else str(key), value) for key, value in values.items()]
        return [pair for name, value in named for pair in _flat(value, name)]
    if isinstance(values, Sequence) and not isinstance(values, str):
        if all(not isinstance(value, (Mapping, list, tuple)) for value in values):
            return [(prefix, ", ".join(str(value) for value in values))] if values else []
        return [pair for place, value in enumerate(values) for pair in _flat(value, f"{prefix}.{place}")]
    return [(prefix, str(values))] if values not in (None, "") else []


class CopiesPanel(QWidget):
    """Every copy is evidence: each with its source, path, times and state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = _Sheet(self.tr("Copies"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 0)
        layout.addWidget(self.sheet)

    def set_subject(self, subject: Subject | None) -> None:
        states = {
            "read": "",
            "vanished": self.tr("no longer there"),
            "changed": self.tr("changed since"),
            "unreadable": self.tr("cannot be read"),
        }
        self.sheet.show_sections(
            (
                copy.path,
                _pairs(
                    (self.tr("Source"), f"{copy.label} ({copy.source})" if copy.label else copy.source),
                    (self.tr("Time zone it states"), copy.time_zone),
                    (self.tr("State"), states.get(copy.state, copy.state)),
                    (self.tr("Problem"), recorded.in_full(copy.problem or "")),
                    (self.tr("Its name says"), copy.mismatch),
                    (self.tr("Changed"), utc(copy.modified_ns)),
                    (self.tr("Created"), utc(copy.created_ns)),
                    (self.tr("Accessed"), utc(copy.accessed_ns)),
                    (self.tr("Version"), copy.version if copy.version > 1 else ""),
                ),
            )
            for copy in (subject.details.copies if subject is not None else ())
        )
