"""Recognised text in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.gui.columns import state_title
from app.gui.preview.lines import LinePainter, Lines, LinesPanel
from app.gui.preview.subject import Subject
from app.gui.recorded import shown

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["TextPanel"]


class TextPanel(LinesPanel):
    """Recognised text."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, Lines(), LinePainter, parent)
        self.name(self.tr("Recognised text"), self.tr("Find in this text"))
        self.set_subject(None)

    def set_subject(self, subject: Subject | None) -> None:
        lines = subject.texts if subject is not None else ()
        why = self._why_empty(subject) if subject is not None else ""
        self.show_lines(lines, why, searchable=bool(lines))

    def _why_empty(self, subject: Subject) -> str:
        readers = [one for one in subject.details.outcomes if one.newest and one.analyzer == "ocr"]
        if not readers:
            return self.tr("Nobody has looked for text in this file yet.")
        failed = [one for one in readers if one.state not in ("done", "partial")]
        if failed:
            return self.tr("No text could be read: {0}").format(shown(failed[0].reason) or state_title(failed[0].state))
        return self.tr("No text was found in this file.")
