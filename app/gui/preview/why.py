"""Why flagged: what was found, where, how sure, by what, and what it cannot know. And what the examiner says to it."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, theme
from app.gui.columns import bytes_text, group_title, moment, percent, state_title
from app.gui.preview.clock import number, timecode
from app.gui.preview.marks import colour_role
from app.gui.preview.subject import SENSITIVE_GROUPS, Subject, label_text

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from app.gui.context import Context
    from core.case.details import FindingFacts

__all__ = ["WhyPanel"]

_MOST_ROWS = 500
_STATES = {"done": "good", "partial": "warning", "failed": "danger", "timed out": "danger"}


class WhyPanel(QScrollArea):
    """`chosen` brings a finding's id. `threshold_changed` comes while the slider moves."""

    chosen = Signal(int)
    threshold_changed = Signal(float)

    def __init__(self, context: Context, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._acts = acts
        self._subject: Subject | None = None
        self._active: int | None = None
        self._filling = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(12, 10, 12, 12)
        self._layout.setSpacing(8)
        self._coverage = QLabel()
        self._coverage.setWordWrap(True)
        self._coverage.setTextFormat(Qt.TextFormat.RichText)
        self._layout.addWidget(self._coverage)
        self._add_threshold()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Findings"))
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.list.currentItemChanged.connect(self._row_chosen)
        self._layout.addWidget(self.list)
        self._card = _Card(acts)
        self._layout.addWidget(self._card)
        self._layout.addStretch(1)
        self.setWidget(body)
        stored = context.preferences.value("why.threshold", 0.25)
        self._slider.setValue(round(100 * float(stored)) if isinstance(stored, (int, float)) else 25)
        self.set_subject(None)

    def _add_threshold(self) -> None:
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(self.tr("From score"))
        label.setProperty("muted", True)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setPageStep(5)
        self._slider.setAccessibleName(self.tr("Threshold"))
        label.setBuddy(self._slider)
        self._value = QLabel()
        self._value.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 "))
        self._to_list = QToolButton()
        self._to_list.setCheckable(True)
        icons.put(self._to_list, "filter")
        self._to_list.setToolTip(self.tr("Filter the list by this threshold, while the slider moves"))
        self._to_list.setAccessibleName(self.tr("Filter the list by this threshold"))
        self._to_list.toggled.connect(self._filter_list)
        for widget, stretch in ((label, 0), (self._slider, 1), (self._value, 0), (self._to_list, 0)):
            row.addWidget(widget, stretch)
        self._layout.addWidget(self._row)
        self._slider.valueChanged.connect(self._slid)

    @property
    def threshold(self) -> float:
        """Raw scores below it are not shown; nothing is lost, they stay in the case."""
        return self._slider.value() / 100

    # ------------------------------------------------------------------ what is shown

    def set_subject(self, subject: Subject | None) -> None:
        same = self._subject is not None and subject is not None and subject.content == self._subject.content
        self._subject = subject
        if not same:
            self._active = None
        self._coverage.setText(self._covered(subject) if subject is not None else "")
        self._fill()

    def set_active(self, finding: int | None) -> None:
        """Show this finding's reasons."""
        self._active = finding
        self._filling = True
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == finding:
                self.list.setCurrentRow(place)
        self._filling = False
        self._show_card()

    def set_place(self, _time: float | None, _page: int | None) -> None:
        """Another frame or page is on the screen; the list keeps all of the file's findings."""

    def _fill(self) -> None:
        self._filling = True
        self.list.clear()
        found = self._found()
        for one in found[:_MOST_ROWS]:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            self.list.addItem(item)
            row = _Row(one)
            item.setSizeHint(QSize(0, row.sizeHint().height()))
            item.setText(row.spoken)
            item.setForeground(Qt.GlobalColor.transparent)
            self.list.setItemWidget(item, row)
            if one.id == self._active:
                self.list.setCurrentItem(item)
        rows = min(6, self.list.count())
        self.list.setFixedHeight(rows * (self.fontMetrics().height() + 12) + 4)
        self.list.setVisible(bool(rows))
        self._row.setVisible(self._subject is not None and any(not one.text for one in self._subject.findings))
        self._filling = False
        self._value.setText(percent(self.threshold))
        if self._active is None and found:
            self._active = max(found, key=lambda one: (one.group in SENSITIVE_GROUPS, one.score or 0.0)).id
        self._show_card()

    def _found(self) -> list[FindingFacts]:
        if self._subject is None:
            return []
        found = [one for one in self._subject.findings if not one.text and (one.score or 0.0) >= self.threshold]
        return sorted(found, key=lambda one: (one.group not in SENSITIVE_GROUPS, -(one.score or 0.0), one.id))

    def _show_card(self) -> None:
        found = next((one for one in self._subject.findings if one.id == self._active), None) if self._subject else None
        self._card.setVisible(found is not None)
        if found is not None and self._subject is not None:
            self._card.show_finding(self._subject, found, self.threshold)

    def _row_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))

    def _covered(self, subject: Subject) -> str:
        """What each analyzer came to. Not analysed, failed and nothing found are different words."""
        look = theme.current()
        outcomes = [one for one in subject.details.outcomes if one.newest]
        if not outcomes:
            text = self.tr("Not analysed yet: nobody has looked for anything in this file.")
            return f"<span style='color:{look.color('warning').name()}'>{escape(text)}</span>"
        lines = []
        for one in outcomes:
            made = subject.details.provenance.get(one.config_id)
            title = escape(made.title if made is not None else one.analyzer)
            colour = look.color(_STATES.get(one.state, "muted")).name()
            state = escape(state_title(one.state))
            if one.state in ("done", "partial"):
                count = self.tr("%n finding(s)", "", one.findings) if one.findings else self.tr("nothing found")
                state = f"{state}, {escape(count)}"
            reason = (
                f"<br><span style='color:{look.color('muted').name()}'>{escape(one.reason)}</span>"
                if one.reason
                else ""
            )
            lines.append(f"{title}: <span style='color:{colour}'>{state}</span>{reason}")
        return "<br>".join(lines)

    # ------------------------------------------------------------------ the threshold

    def _slid(self) -> None:
        self._context.preferences.set_value("why.threshold", self.threshold)
        self._fill()
        self.threshold_changed.emit(self.threshold)
        if self._to_list.isChecked():
            self._filter_list(True)

    def _filter_list(self, on: bool) -> None:
        """Put the threshold into the list's filter, in the place of the one that was there."""
        from core.case import filters

        wanted = self._context.filter
        for part in wanted.parts:
            if getattr(part, "key", "") == "group" and getattr(part, "values", ()) == SENSITIVE_GROUPS:
                wanted = wanted.without(part)
        if on:
            wanted = wanted.with_part(filters.group(*SENSITIVE_GROUPS, least=self.threshold))
        self._context.set_filter(wanted)


class _Row(QWidget):
    """One finding in the list: a bar as long as its score, label, place, verdict."""

    def __init__(self, finding: FindingFacts) -> None:
        super().__init__()
        self._finding = finding
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        place = ""
        if finding.start is not None:
            place = timecode(finding.start)
        elif finding.page is not None:
            place = self.tr("page {0}").format(finding.page + 1)
        self._place = place
        self._verdict = {"right": "✓", "wrong": "✗", "unclear": "?"}.get(finding.verdict, "")
        self.spoken = " ".join(part for part in (label_text(finding.label), percent(finding.score), place) if part)

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        role = colour_role(self._finding.group, self._finding.analyzer)
        inner = QRectF(self.rect()).adjusted(8, 2, -8, -2)
        metrics = painter.fontMetrics()
        score = percent(self._finding.score)
        right = f"{self._place}   {score}" if self._place else score
        bar = QRectF(inner.left(), inner.bottom() - 3, inner.width(), 3)
        painter.fillRect(bar, look.color("border"))
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * (self._finding.score or 0.0), 3), look.color(role))
        painter.setPen(look.color("muted"))
        line = inner.adjusted(0, 0, 0, -4)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        painter.setPen(look.color("text"))
        name = f"{self._verdict} {label_text(self._finding.label)}".strip()
        width = inner.width() - metrics.horizontalAdvance(right) - 12
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(max(20.0, width)))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class _Card(QFrame):
    """The reasons of one finding."""

    def __init__(self, acts: Acts) -> None:
        super().__init__()
        self._acts = acts
        self._finding: FindingFacts | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        self._heading = QLabel()
        self._heading.setProperty("heading", True)
        self._heading.setWordWrap(True)
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._heading)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for value, text in (("right", self.tr("Right")), ("wrong", self.tr("Wrong")), ("unclear", self.tr("Unclear"))):
            button = QPushButton(text)
            button.setCheckable(True)
            button.clicked.connect(partial(self._say, value))
            self._buttons[value] = button
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(5)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addLayout(self._form)

    def _say(self, value: str) -> None:
        if self._finding is not None:
            self._acts.verdict(self._finding.id, "" if self._finding.verdict == value else value)

    def show_finding(self, subject: Subject, finding: FindingFacts, threshold: float) -> None:
        self._finding = finding
        title = f"“{finding.text}”" if finding.text else label_text(finding.label)
        group = group_title(finding.group) if finding.group else ""
        self._heading.setText(f"{title} · {group}" if group else title)
        for value, button in self._buttons.items():
            button.setChecked(finding.verdict == value)
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, text in self._rows(subject, finding, threshold):
            label = QLabel(name)
            label.setProperty("muted", True)
            value_label = QLabel(text)
            value_label.setWordWrap(True)
            value_label.setMinimumWidth(60)
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            value_label.setTextInteractionFlags(flags)
            self._form.addRow(label, value_label)

    def _rows(self, subject: Subject, finding: FindingFacts, threshold: float) -> list[tuple[str, str]]:
        made = subject.details.provenance.get(finding.config_id)
        run = subject.runs.get(finding.run_id)
        rows = [
            (self.tr("Where"), self._where(subject, finding)),
            (self.tr("How sure"), self._sure(finding, threshold)),
        ]
        if made is not None:
            version = str(made.info.get("version", ""))
            rows.append((self.tr("By"), f"{made.title} {version}".strip()))
            for model in made.models:
                text = f"{model.get('name', '')} {model.get('version', '')}".strip()
                size = bytes_text(int(model["bytes"])) if model.get("bytes") else ""
                licence = str(model.get("licence", ""))
                extra = ", ".join(part for part in (size, licence) if part)
                rows.append((self.tr("Model"), f"{text} ({extra})" if extra else text))
                rows.append((self.tr("SHA-256"), _spaced(str(model.get("sha256", "")))))
            rows.append((self.tr("Settings"), _settings(made.settings)))
            rows.append((self.tr("Config"), _spaced(made.hash)))
        if run is not None:
            version = str(run.versions.get("asservat", ""))
            text = self.tr("{0}, {1} UTC").format(run.id, moment(run.started))
            rows.append((self.tr("Run"), f"{text}, Asservat {version}" if version else text))
        if made is not None and made.limits:
            rows.append((self.tr("It cannot know"), made.limits))
        return [(name, text) for name, text in rows if text]

    def _where(self, subject: Subject, finding: FindingFacts) -> str:
        parts = []
        if finding.page is not None:
            parts.append(self.tr("page {0}").format(finding.page + 1))
        if finding.start is not None:
            parts.append(timecode(finding.start))
        if finding.frame is not None:
            parts.append(self.tr("frame {0}").format(number(finding.frame)))
        width, height = subject.details.media.get("width"), subject.details.media.get("height")
        region = finding.region
        if region is not None and width and height:
            values = (region.x * width, region.y * height, region.w * width, region.h * height)
            left, top, wide, high = (number(round(value)) for value in values)
            parts.append(self.tr("box {0}, {1}, {2} × {3} pixels").format(left, top, wide, high))
        return ", ".join(parts) or self.tr("the whole file")

    def _sure(self, finding: FindingFacts, threshold: float) -> str:
        if finding.score is None:
            return self.tr("no score")
        if finding.text:
            return self.tr("{0} (the recogniser's own confidence, not calibrated)").format(percent(finding.score))
        sign = "≥" if finding.score >= threshold else "<"
        return self.tr("{0} {1} {2} (raw score against your threshold; not calibrated)").format(
            percent(finding.score), sign, percent(threshold)
        )


def _spaced(sha256: str) -> str:
    """A hash that can be wrapped and compared: groups of eight."""
    return " ".join(sha256[first : first + 8] for first in range(0, len(sha256), 8))


def _settings(settings: Any) -> str:
    """Device, precision, engine and what else decides a result, in one line."""
    found: dict[str, Any] = {}

    def walk(value: Any, prefix: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{prefix}.{key}" if prefix and key not in ("device", "precision") else str(key))
        elif not isinstance(value, (list, tuple)) and value not in (None, ""):
            found[prefix] = value

    for part in ("settings", "options", "sampling"):
        walk(settings.get(part, {}), "")
    return ", ".join(f"{name} {value}" for name, value in list(found.items())[:16])
