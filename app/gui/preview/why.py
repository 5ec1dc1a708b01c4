"""Why flagged: what was found, where, how sure, by what, and what it cannot know. And what the examiner says to it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, recorded, theme
from app.gui.columns import percent, state_title
from app.gui.preview.findings_list import FindingsList
from app.gui.preview.reason_card import ReasonCard
from app.gui.preview.subject import SENSITIVE_GROUPS, Subject
from app.gui.terms import analyzer_title

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from app.gui.context import Context
    from core.case.details import FindingFacts, OutcomeFacts

__all__ = ["WhyPanel"]

_STATES = {"done": "good", "partial": "warning", "failed": "danger", "timed out": "danger"}
_STANDING = {"failed": 0, "timed out": 0, "partial": 1, "done": 2, "skipped": 3, "unsupported": 4}
_LEAST = 0.25


class WhyPanel(QScrollArea):
    """`chosen` brings a finding's id. `threshold_changed` comes while the slider moves."""

    chosen = Signal(int)
    threshold_changed = Signal(float)
    menu_wanted = Signal(int, QPoint)  # right click on a finding's line: its id, the place on the screen

    def __init__(self, context: Context, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._subject: Subject | None = None
        self._active: int | None = None
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
        self.list = FindingsList()
        self.list.clicked.connect(self._row_chosen)
        self.list.activated.connect(self._row_chosen)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._row_menu)
        self._layout.addWidget(self.list)
        self.card = ReasonCard(acts)
        self._layout.addWidget(self.card)
        self._layout.addStretch(1)
        self.setWidget(body)
        theme.current().changed.connect(self._cover)
        stored = context.preferences.value("why.threshold", _LEAST)
        self.slider.setValue(round(100 * (stored if isinstance(stored, (int, float)) else _LEAST)))
        self.set_subject(None)

    def _add_threshold(self) -> None:
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(self.tr("From score"))
        label.setProperty("muted", True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(5)
        self.slider.setAccessibleName(self.tr("Threshold"))
        label.setBuddy(self.slider)
        self._value = QLabel()
        self._value.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 "))
        self._to_list = QToolButton()
        self._to_list.setCheckable(True)
        icons.put(self._to_list, "filter")
        self._to_list.setToolTip(self.tr("Filter the list by this threshold, while the slider moves"))
        self._to_list.setAccessibleName(self.tr("Filter the list by this threshold"))
        self._to_list.toggled.connect(self._filter_list)
        for widget, stretch in ((label, 0), (self.slider, 1), (self._value, 0), (self._to_list, 0)):
            row.addWidget(widget, stretch)
        self._row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._layout.addWidget(self._row)
        self.slider.valueChanged.connect(self._slid)
        self._context.filter_changed.connect(self._filter_changed)

    @property
    def threshold(self) -> float:
        """Raw scores below it are not shown; nothing is lost, they stay in the case."""
        return self.slider.value() / 100

    # ------------------------------------------------------------------ what is shown

    def set_subject(self, subject: Subject | None) -> None:
        same = self._subject is not None and subject is not None and subject.content == self._subject.content
        self._subject = subject
        if not same:
            self._active = None
        self._cover()
        self._fill()

    def set_active(self, finding: int | None) -> None:
        """Show this finding's reasons."""
        self._active = finding
        self.list.choose(finding)
        self._show_card()

    def _fill(self) -> None:
        found = self._found()
        self._row.setVisible(self._subject is not None and any(not one.text for one in self._subject.findings))
        self._value.setText(percent(self.threshold))
        self.list.set_findings(found)
        if self._active is None and found:
            self._active = found[0].id
        self.list.choose(self._active)
        self._show_card()

    def _found(self) -> list[FindingFacts]:
        """Indicators first, the surest first. Texts have a panel of their own."""
        if self._subject is None:
            return []
        found = [one for one in self._subject.findings if not one.text and (one.score or 0.0) >= self.threshold]
        return sorted(found, key=lambda one: (one.group not in SENSITIVE_GROUPS, -(one.score or 0.0), one.id))

    def _show_card(self) -> None:
        found = self._subject.finding(self._active) if self._subject else None
        self.card.setVisible(found is not None)
        if found is not None and self._subject is not None:
            self.card.show_finding(self._subject, found, self.threshold)

    def _row_chosen(self, index: QModelIndex) -> None:
        finding = self.list.finding_at(index)
        if finding is not None:
            self.chosen.emit(finding.id)

    def _row_menu(self, where: QPoint) -> None:
        finding = self.list.finding_at(self.list.indexAt(where))
        if finding is not None:
            self.menu_wanted.emit(finding.id, self.list.viewport().mapToGlobal(where))

    def _cover(self) -> None:
        """What each analyzer came to. Not analysed, failed and nothing found are different words."""
        subject, look = self._subject, theme.current()
        if subject is None:
            self._coverage.setText("")
            return
        outcomes = [one for one in subject.details.outcomes if one.newest]
        lacking = [one for one in outcomes if one.code == "model-missing"]
        aside = [one for one in outcomes if one.state == "unsupported" and len(outcomes) > 1]
        spoken = [one for one in outcomes if one not in lacking and one not in aside]
        lines = [self._line(alike) for alike in _alike(sorted(spoken, key=lambda one: _STANDING.get(one.state, 0)))]
        if aside and not spoken:
            lines += [self._line(alike) for alike in _alike(aside)]
        elif aside:
            lines.append(self._together(self.tr("Nothing here for: {0}"), aside))
        if lacking:
            lines.append(self._together(self.tr("Not looked for, because models are not installed: {0}"), lacking))
        if not outcomes:
            text = self.tr("Not analysed yet: nobody has looked for anything in this file.")
            lines = [f"<span style='color:{look.color('warning').name()}'>{escape(text)}</span>"]
        self._coverage.setText("<br>".join(lines))

    def _line(self, outcomes: Sequence[OutcomeFacts]) -> str:
        """Steps that came to the same for the same reason, in one line."""
        look, one = theme.current(), outcomes[0]
        title = escape(", ".join(analyzer_title(each.analyzer) for each in outcomes))
        colour = look.color("muted" if _compared_nothing(one) else _STATES.get(one.state, "muted")).name()
        state = escape(state_title(one.state))
        if one.state in ("done", "partial"):
            state = f"{state}, {escape(self._count(one))}"
        muted = look.color("muted").name()
        told = escape(recorded.in_full(one.reason)).replace("\n", "<br>")
        reason = f"<br><span style='color:{muted}'>{told}</span>" if told else ""
        return f"{title}: <span style='color:{colour}'>{state}</span>{reason}"

    def _count(self, outcome: OutcomeFacts) -> str:
        """How many findings; that none of them is an indicator, where there are only faces and the like: a count beside
        “Explicit content” would read as one."""
        if _compared_nothing(outcome):
            return self.tr("nothing was looked for")
        if not outcome.findings:
            return self.tr("nothing found")
        count = self.tr("%n finding(s)", "", outcome.findings)
        findings = self._subject.findings if self._subject is not None else ()
        groups = {one.group for one in findings if one.config_id == outcome.config_id}
        return self.tr("{0}, no indicator").format(count) if groups == {"context"} else count

    def _together(self, words: str, outcomes: Sequence[OutcomeFacts]) -> str:
        """Steps that say nothing about this file, in one muted line: what they lack stands on the page of models."""
        titles = ", ".join(analyzer_title(one.analyzer) for one in outcomes)
        return f"<span style='color:{theme.current().color('muted').name()}'>{escape(words.format(titles))}</span>"

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
            if _is_threshold(part):
                wanted = wanted.without(part)
        if on:
            wanted = wanted.with_part(filters.group(*SENSITIVE_GROUPS, least=self.threshold))
        self._context.set_filter(wanted)

    def _filter_changed(self) -> None:
        """The chip was taken away, or a filter with one has come: the button says what is so."""
        self._to_list.blockSignals(True)
        self._to_list.setChecked(any(_is_threshold(part) for part in self._context.filter.parts))
        self._to_list.blockSignals(False)


def _is_threshold(part: object) -> bool:
    """Whether this part of the list's filter is the one that the slider moves."""
    groups = getattr(part, "key", "") == "group" and getattr(part, "values", ()) == SENSITIVE_GROUPS
    return groups and not getattr(part, "negated", False)


def _compared_nothing(outcome: OutcomeFacts) -> bool:
    """It ended well because there was nothing to compare with: no negative result."""
    return not outcome.findings and outcome.reason.startswith("The gallery of logos is empty")


def _alike(outcomes: Sequence[OutcomeFacts]) -> list[list[OutcomeFacts]]:
    """Those that say the same on the screen together, at the place of the first: one damaged file fails in every step
    alike, and what is recorded of one that nobody reads names the step."""
    found: dict[tuple[object, ...], list[OutcomeFacts]] = {}
    for one in outcomes:
        said = (one.state, recorded.in_full(one.reason)) if one.reason else (one.analyzer,)
        found.setdefault((*said, one.findings), []).append(one)
    return list(found.values())
