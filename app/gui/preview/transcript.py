"""What is said in a film or recording, line by line with times. A click goes there, and the line that is being heard
is on a coloured ground; without a transcript, the stretches in which somebody speaks."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QListView, QStyleOptionViewItem, QWidget

from app.gui import theme
from app.gui.columns import percent, state_title
from app.gui.preview.clock import timecode
from app.gui.preview.finding_rows import FINDING, Index
from app.gui.preview.lines import LinePainter, Lines, LinesPanel
from app.gui.preview.subject import Subject, label_text
from app.gui.recorded import shown

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.details import FindingFacts

__all__ = ["TranscriptPanel", "language_name"]

_HELD = 1.0  # seconds after its end in which a line is still the one that is heard
_BAR = 3.0


class TranscriptPanel(LinesPanel):
    """What is said, with the language above it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        self._time: float | None = None
        self._spoken = _Spoken()
        super().__init__(context, self._spoken, _Line, parent)
        self.name(self.tr("What is said"), self.tr("Find in what is said"))
        self.heading = QLabel()
        self.heading.setWordWrap(True)
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.insertWidget(0, self.heading)
        self.set_subject(None)

    @property
    def _heard(self) -> _Line:
        assert isinstance(self._painter, _Line)
        return self._painter

    @property
    def current(self) -> int | None:
        """The finding of the line that is heard now."""
        row = self._heard.row
        return self._spoken.rows[row].id if 0 <= row < len(self._spoken.rows) else None

    def set_subject(self, subject: Subject | None) -> None:
        lines = subject.spoken if subject is not None else ()
        self._heard.row = -1
        self.heading.setVisible(bool(lines))
        self.heading.setText(self._said_above(lines))
        why = self._why_empty(subject) if subject is not None else ""
        self.show_lines(lines, why, searchable=any(one.text for one in lines))
        self.set_time(self._time)

    def set_time(self, seconds: float | None) -> None:
        """This moment is heard or seen now: its line is marked, and kept in sight."""
        self._time = seconds
        row = self._spoken.row_at(seconds) if seconds is not None else -1
        if row == self._heard.row:
            return
        self._heard.row = row
        self.list.viewport().update()
        if row >= 0 and self.list.isVisible():
            self.list.scrollTo(self._spoken.index(row, 0))

    def _said_above(self, lines: tuple[FindingFacts, ...]) -> str:
        written = [one for one in lines if one.text]
        if not written:
            return self.tr(
                "Somebody speaks here. It was not written down: no Whisper pack was installed, or none wanted."
            )
        code = str(written[0].attributes.get("main_language") or written[0].attributes.get("language") or "")
        sure = max((float(one.attributes.get("language_probability") or 0.0) for one in written), default=0.0)
        language = self.tr("{0}, {1} sure").format(language_name(code), percent(sure)) if code else ""
        caution = self.tr("Machine transcript: words may be wrong or invented. Quote from the recording.")
        return f"{language}. {caution}" if language else caution

    def _why_empty(self, subject: Subject) -> str:
        listeners = [one for one in subject.details.outcomes if one.newest and one.analyzer == "speech"]
        if not listeners:
            return self.tr("Nobody has listened to this file yet.")
        failed = [one for one in listeners if one.state not in ("done", "partial")]
        if failed:
            return self.tr("It could not be listened to: {0}").format(
                shown(failed[0].reason) or state_title(failed[0].state)
            )
        return self.tr("No speech was found in this file.")


class _Spoken(Lines):
    """What is said, in the order of time."""

    def row_at(self, seconds: float) -> int:
        """The line that is heard at this moment; -1: none. Of an original and its translation, the original."""
        row = bisect_right(self.rows, seconds, key=lambda one: one.start or 0.0) - 1
        if row < 0 or seconds > (self.rows[row].end or 0.0) + _HELD:
            return -1
        while row > 0 and self.rows[row].label == "translation":
            row -= 1
        return row

    def text(self, one: FindingFacts) -> str:
        doubts = f" ({doubts_text(one)})" if one.attributes.get("doubts") else ""
        return f"{timecode(one.start or 0.0, thousandths=False)}  {shown_text(one)}{doubts}"

    def hint(self, one: FindingFacts) -> str:
        parts = [f"{timecode(one.start or 0.0)} – {timecode(one.end or 0.0)}", percent(one.score)]
        return "   ".join([*parts, doubts_text(one)]).strip()


class _Line(LinePainter):
    """Doubtful lines have a bar at their left and paler letters, translations an arrow."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.row = -1

    def text(self, line: FindingFacts) -> str:
        return shown_text(line)

    def colour(self, line: FindingFacts) -> QColor:
        quiet = line.label in ("doubtful-transcript", "translation") or not line.text
        return theme.current().color("muted" if quiet else "text")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        if index.row() == self.row:
            painter.fillRect(option.rect, look.color("accent", 60))
        super().paint(painter, option, index)
        if index.data(FINDING).attributes.get("doubts"):
            bar = QRectF(option.rect).adjusted(2, 3, 0, -3)
            bar.setWidth(_BAR)
            painter.fillRect(bar, look.color("warning"))


def shown_text(line: FindingFacts) -> str:
    """What stands on a line: the words, with an arrow before a translation, or that somebody speaks."""
    if not line.text:
        length = (line.end or 0.0) - (line.start or 0.0)
        return f"{label_text(line.label)}, {QLocale().toString(length, 'f', 1)} s, {percent(line.score)}"
    return f"→ {line.text}" if line.label == "translation" else line.text


def doubts_text(line: FindingFacts) -> str:
    """Why a line is not to be believed, in words; empty when there is nothing against it."""
    from PySide6.QtCore import QCoreApplication

    words = {
        "no speech": QCoreApplication.translate("Transcript", "perhaps no speech"),
        "loop": QCoreApplication.translate("Transcript", "repeats itself"),
        "low probability": QCoreApplication.translate("Transcript", "guessed"),
        "chance": QCoreApplication.translate("Transcript", "not the same every time"),
        "time": QCoreApplication.translate("Transcript", "time uncertain"),
        "language": QCoreApplication.translate("Transcript", "language uncertain"),
    }
    found = [words.get(name, name) for name in line.attributes.get("doubts", ())]
    return QCoreApplication.translate("Transcript", "Doubtful: {0}").format(", ".join(found)) if found else ""


def language_name(code: str) -> str:
    """A language by its own name: `de` → `Deutsch`; the code where the system does not know it."""
    language = QLocale.codeToLanguage(code)
    name = QLocale(language).nativeLanguageName() if language != QLocale.Language.AnyLanguage else ""
    return name[:1].upper() + name[1:] if name else code
