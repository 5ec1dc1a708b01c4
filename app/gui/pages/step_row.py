"""One step of a run as it is being prepared: whether, what for, what would happen, and its options behind a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.gui import icons
from app.gui.pages.explained import lacking, limits
from app.gui.pages.option_rows import OptionRow, Place
from app.gui.pages.page import button, label
from app.gui.step_options import Scope, StepOptions
from app.gui.terms import analyzer_title
from core.records import AnalyzerInfo

__all__ = ["StepRow", "panel_place"]

INDENT = 26  # pixels: what is said of a step stands under its name, not under its mark


class StepRow(QWidget):
    """`box` chooses the step, `options_button` opens its options. `preset` gives what the preset asks of the step."""

    changed = Signal()

    def __init__(
        self,
        info: AnalyzerInfo,
        options: StepOptions,
        scopes: Callable[[], Sequence[Scope]],
        preset: Callable[[], Mapping[str, Any]],
    ) -> None:
        super().__init__()
        self.info, self._options, self._scopes, self._preset = info, options, scopes, preset
        self.rows: list[OptionRow] = []
        title = analyzer_title(info.name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self.box = QCheckBox(title)
        self.box.toggled.connect(lambda _on: self.changed.emit())
        grid.addWidget(self.box, 0, 0)
        self.text = label(limits(info.name, info.limits), "muted")
        self.said = label("")
        grid.addWidget(self.said, 0, 1)
        self.options_button = self._make_button(title)
        grid.addWidget(self.options_button, 0, 2)
        self.text.setContentsMargins(INDENT, 0, 0, 4)
        grid.addWidget(self.text, 1, 0, 1, 3)
        self.panel = QFrame()
        self.panel.setProperty("card", True)
        self.panel.hide()
        grid.addWidget(self.panel, 2, 0, 1, 3)
        self.setTabOrder(self.box, self.options_button)
        self.say("", "")

    def _make_button(self, title: str) -> QWidget:
        made = button("", None, icon="down", quiet=True)
        made.setCheckable(True)
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the mark stands behind the word
        made.setAccessibleName(QCoreApplication.translate("StepRow", "Options of the step {0}").format(title))
        made.toggled.connect(self._open)
        made.setVisible(bool(self.info.facts))
        self._button = made
        return made

    # ------------------------------------------------------------------ the options

    def open(self, on: bool = True) -> None:
        self._button.setChecked(on)

    def _open(self, on: bool) -> None:
        if on and not self.rows:
            self._fill()
        self.panel.setVisible(on)
        icons.put(self._button, "up" if on else "down", "muted")

    def _fill(self) -> None:
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 6, 16, 10)
        column.setSpacing(0)
        rest = QWidget()
        more = QVBoxLayout(rest)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(0)
        rest.hide()
        before: QWidget = self._button
        for fact in self.info.facts:
            row = OptionRow(self.info.name, fact, panel_place(self, fact.name))
            self.rows.append(row)
            (column if fact.main else more).addWidget(row)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 6, 0, 0)
        self.more_button = button("", lambda: self._show_more(rest, not rest.isVisibleTo(self.panel)), quiet=True)
        self.reset_button = button(
            QCoreApplication.translate("StepRow", "All back to the preset"), self._reset, icon="undo", quiet=True
        )
        foot.addWidget(self.more_button)
        foot.addStretch(1)
        foot.addWidget(self.reset_button)
        column.addWidget(rest)
        column.addLayout(foot)
        special = [row for row in self.rows if not row.fact.main]
        self.more_button.setVisible(bool(special))
        changed = any(self._options.origin(self.info.name, row.fact.name, self._scopes()) for row in special)
        self._show_more(rest, changed)
        for widget in (*(stop for row in self.rows for stop in row.stops), self.more_button, self.reset_button):
            self.setTabOrder(before, widget)
            before = widget
        self.refresh()

    def _show_more(self, rest: QWidget, on: bool) -> None:
        rest.setVisible(on)
        self.more_button.setText(
            QCoreApplication.translate("StepRow", "Fewer options")
            if on
            else QCoreApplication.translate("StepRow", "More options")
        )
        icons.put(self.more_button, "up" if on else "down", "muted")

    def _reset(self) -> None:
        self._options.back_to_preset(self.info, self._preset(), scopes=self._scopes())

    def value(self, name: str) -> Any:
        """The value that holds for the next run."""
        given = self._options.changes(self._scopes()).get(self.info.name, {})
        return given.get(name, self.base(name))

    def base(self, name: str) -> Any:
        """What the preset says, else the analyzer itself."""
        return self._preset().get(name, self.info.options[name])

    @property
    def changed_options(self) -> int:
        return sum(self.value(fact.name) != self.base(fact.name) for fact in self.info.facts)

    def refresh(self) -> None:
        """Values, badges and marks anew."""
        for row in self.rows:
            row.refresh()
        count = self.changed_options
        self._button.setText(
            QCoreApplication.translate("StepRow", "Options, %n changed", "", count)
            if count
            else QCoreApplication.translate("StepRow", "Options")
        )
        if self.rows:
            self.reset_button.setEnabled(count > 0)

    # ------------------------------------------------------------------ what would happen

    def say(self, text: str, role: str) -> None:
        """What would happen with this step; `role`: muted, warning or danger."""
        for one in ("section", "muted", "warning", "danger"):
            self.said.setProperty(one, one == role)
        self.said.style().polish(self.said)
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.box.setAccessibleDescription(" ".join(filter(None, (text, self.text.text()))))

    def say_missing(self, info: AnalyzerInfo) -> None:
        """It cannot run with any of its options: why, in place of what it can do."""
        if info.missing:
            self.text.setText(lacking(info.missing))
            self.text.setProperty("muted", False)
            self.text.setProperty("warning", True)
            self.text.style().polish(self.text)


def panel_place(row: StepRow, name: str) -> Place:
    """Where an option of the next run is kept: for this run, over what case and program say."""
    options, analyzer = row._options, row.info.name

    def put(value: Any) -> None:
        options.choose(analyzer, name, value, row.base(name), row._scopes())

    def badge() -> str:
        if row.value(name) == row.base(name):
            return ""
        match options.origin(analyzer, name, row._scopes()):
            case "program":
                return QCoreApplication.translate("StepRow", "from this program")
            case "case":
                return QCoreApplication.translate("StepRow", "from the case")
        return QCoreApplication.translate("StepRow", "for this run")

    return Place(
        value=lambda: row.value(name),
        put=put,
        is_default=lambda: row.value(name) == row.base(name),
        reset=lambda: options.back_to_preset(row.info, row._preset(), name, row._scopes()),
        badge=badge,
    )
