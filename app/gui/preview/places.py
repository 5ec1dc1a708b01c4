"""What is known of a file beside what was found in it: its facts, and every place where it lies."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.gui.columns import bytes_text, kind_title
from app.gui.preview.clock import timecode
from app.gui.preview.subject import Subject

__all__ = ["CopiesPanel", "FactsPanel"]

_LONGEST = 400
_MOST = 2000


def _tr(text: str) -> str:
    return QCoreApplication.translate("Facts", text)


def utc(nanoseconds: int | None) -> str:
    """A file's time in UTC to the second, as the file system gave it."""
    if nanoseconds is None:
        return ""
    try:
        moment = datetime.datetime.fromtimestamp(nanoseconds // 1_000_000_000, tz=datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return str(nanoseconds)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


class _Tree(QTreeWidget):
    """Two columns, sections, copying."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(True)
        self.header().setMaximumSectionSize(260)

    def section(self, title: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title])
        font = self.font()
        font.setBold(True)
        item.setFont(0, font)
        item.setFirstColumnSpanned(True)
        self.addTopLevelItem(item)
        item.setExpanded(True)
        item.setFirstColumnSpanned(True)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.matches(QKeySequence.StandardKey.Copy) and item is not None:
            QGuiApplication.clipboard().setText(item.text(1) or item.text(0))
        elif event.text().isalnum():
            event.ignore()  # letters and digits grade and navigate, here as everywhere
        else:
            super().keyPressEvent(event)


def _add(parent: QTreeWidgetItem, name: str, value: Any) -> None:
    if value in (None, "", {}, []):
        return
    text = str(value)
    item = QTreeWidgetItem([name, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"])
    item.setToolTip(0, name)
    item.setToolTip(1, text[:4000])
    item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    parent.addChild(item)


class FactsPanel(QWidget):
    """The file, the medium, and its metadata normalised and as found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Find in the facts"))
        self._search.setAccessibleName(self._search.placeholderText())
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self.tree = _Tree(self.tr("Facts"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(self._search)
        layout.addWidget(self.tree, 1)

    def set_subject(self, subject: Subject | None) -> None:
        self.tree.clear()
        if subject is None:
            return
        self._add_file(subject)
        self._add_medium(subject)
        sections = (
            (self.tr("Metadata, normalised"), subject.details.metadata),
            (self.tr("Metadata, as found"), subject.details.raw),
        )
        for title, values in sections:
            flat = _flat(values)
            if flat:
                section = self.tree.section(title)
                for name, value in flat[:_MOST]:
                    _add(section, name, value)
        if subject.details.problems:
            section = self.tree.section(self.tr("Problems"))
            for problem in subject.details.problems:
                _add(section, problem.code, problem.message)
        self._filter(self._search.text())

    def _add_file(self, subject: Subject) -> None:
        details = subject.details
        section = self.tree.section(self.tr("File"))
        _add(section, self.tr("Name"), subject.name)
        _add(section, self.tr("Type"), f"{kind_title(details.kind)} · {details.mime}" if details.mime else details.kind)
        _add(section, self.tr("Size"), self.tr("{0} ({1} bytes)").format(bytes_text(details.size), details.size))
        _add(section, "SHA-256", details.sha256)
        _add(section, "SHA-1", details.sha1)
        _add(section, "MD5", details.md5)
        for mismatch in dict.fromkeys(copy.mismatch for copy in details.copies if copy.mismatch):
            _add(section, self.tr("Its name says"), mismatch)

    def _add_medium(self, subject: Subject) -> None:
        media = subject.details.media
        if not media:
            return
        section = self.tree.section(self.tr("Medium"))
        if media.get("width"):
            _add(section, self.tr("Size in pixels"), f"{media['width']} × {media['height']}")
        if media.get("duration"):
            _add(section, self.tr("Length"), timecode(float(media["duration"])))
        _add(section, self.tr("Format"), media.get("format"))
        _add(section, self.tr("Frames or pages"), media.get("frames"))
        _add(section, self.tr("Looked at"), media.get("samples"))
        _add(section, self.tr("Orientation as found"), media.get("orientation"))
        _add(section, self.tr("Taken (camera's clock)"), media.get("taken"))
        _add(section, self.tr("Camera"), media.get("camera"))
        if media.get("latitude") is not None:
            _add(section, self.tr("Position"), f"{media['latitude']:.6f}, {media['longitude']:.6f}")

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        for number in range(self.tree.topLevelItemCount()):
            section = self.tree.topLevelItem(number)
            if section is None:
                continue
            shown = 0
            for item in filter(None, [section.child(place) for place in range(section.childCount())]):
                hidden = bool(wanted) and wanted not in f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(hidden)
                shown += not hidden
            section.setHidden(not shown)


def _flat(values: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Nested JSON values as `gps.latitude` and `streams.0.codec`."""
    if isinstance(values, Mapping):
        return [
            pair for key, value in values.items() for pair in _flat(value, f"{prefix}.{key}" if prefix else str(key))
        ]
    if isinstance(values, Sequence) and not isinstance(values, str):
        if all(not isinstance(value, (Mapping, list, tuple)) for value in values):
            return [(prefix, ", ".join(str(value) for value in values))] if values else []
        return [pair for number, value in enumerate(values) for pair in _flat(value, f"{prefix}.{number}")]
    return [(prefix, str(values))] if values not in (None, "") else []


class CopiesPanel(QWidget):
    """Every copy is evidence: each with its source, path, times and state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = _Tree(self.tr("Copies"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addWidget(self.tree)

    def set_subject(self, subject: Subject | None) -> None:
        self.tree.clear()
        for copy in subject.details.copies if subject is not None else ():
            section = self.tree.section(copy.path)
            section.setToolTip(0, copy.path)
            _add(section, self.tr("Source"), copy.source)
            states = {
                "read": self.tr("read whole"),
                "vanished": self.tr("no longer there"),
                "changed": self.tr("changed since"),
                "unreadable": self.tr("cannot be read"),
            }
            if copy.state != "read":
                _add(section, self.tr("State"), states.get(copy.state, copy.state))
            _add(section, self.tr("Problem"), copy.problem)
            _add(section, self.tr("Changed"), utc(copy.modified_ns))
            _add(section, self.tr("Created"), utc(copy.created_ns))
            _add(section, self.tr("Accessed"), utc(copy.accessed_ns))
            _add(section, self.tr("Its name says"), copy.mismatch)
            if copy.version > 1:
                _add(section, self.tr("Version"), copy.version)
