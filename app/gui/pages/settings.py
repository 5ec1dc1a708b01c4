"""Settings in three scopes: this program on this computer, this case, the next run. One search over all of them."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit

from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.page import EmptyState, Page
from app.gui.pages.setting_rows import Section
from app.gui.pages.settings_case import CaseSettings
from app.gui.pages.settings_program import ProgramSettings
from app.gui.pages.settings_run import RunOptions
from app.gui.pages.settings_steps import StepSettings

__all__ = ["SettingsPage"]


class SettingsPage(Page):
    """A change is in force and stored at once; nothing has to be saved."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=980)
        self.title.setText(self.tr("Settings"))
        self.setAccessibleName(self.tr("Settings"))
        self.say(self.tr("Every change is stored at once."))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(260)
        self.search.textChanged.connect(self._filter)
        self.head.addWidget(self.search)
        self.program, self.next_run, self.case = ProgramSettings(context), RunOptions(context), CaseSettings(context)
        self.steps = StepSettings(context)
        self.sections: tuple[Section, ...] = (self.program, self.next_run, self.steps, self.case)
        for section in self.sections:
            self.body.addWidget(section)
        self._nothing = EmptyState("search", self.tr("No setting has these words"))
        self._nothing.hide()
        self.body.addWidget(self._nothing)
        self.body.addStretch(1)
        context.preferences.changed.connect(self._refresh)
        Engine.of(context).changed.connect(lambda: self._filter(self.search.text()))
        context.case_opened.connect(self._case_changed)
        context.case_closed.connect(self._case_changed)
        self._case_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        Engine.of(self.context).look()  # which steps there are, and their options
        self._case_changed()

    def _case_changed(self) -> None:
        self.case.load()
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = [section.search(words) for section in self.sections]
        if self.context.case is None:
            self.case.hide()
            found[-1] = False
        self._nothing.setVisible(not any(found))

    def _refresh(self, _name: str) -> None:
        for section in self.sections:
            section.refresh()
