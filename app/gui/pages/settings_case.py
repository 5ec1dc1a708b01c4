"""Settings of the open case: its facts and how it is graded. They lie in the case and travel with it."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit

from app.gui.context import Changes, Context
from app.gui.languages import spoken
from app.gui.pages.setting_rows import Section, SettingRow
from core.case import schemes
from core.case.case import FACTS, Case

__all__ = ["CaseSettings"]


class CaseSettings(Section):
    """Each change is recorded in the audit trail."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("This case"))
        self._context = context
        self._add_facts()

    def _add_facts(self) -> None:
        self.facts: dict[str, QLineEdit] = {}
        names = {
            "number": self.tr("Case number"),
            "name": self.tr("Name"),
            "examiner": self.tr("Examiner"),
            "agency": self.tr("Unit"),
            "requester": self.tr("Requested by"),
            "authority": self.tr("Legal basis"),
            "exhibit": self.tr("Exhibit no."),
        }
        rows = []
        for key in (key for key in names if key in FACTS):
            field = QLineEdit()
            field.editingFinished.connect(lambda key=key: self._store_fact(key))
            self.facts[key] = field
            rows.append(SettingRow(names[key], "", field))
        self.scheme = QComboBox()
        for scheme in schemes.available():
            self.scheme.addItem(scheme.title(spoken()), scheme.key)
        self.scheme.activated.connect(self._use_scheme)
        rows.append(
            SettingRow(
                self.tr("Grading scheme"),
                self.tr("Grades that were given keep their digits. Recorded in the audit trail."),
                self.scheme,
            )
        )
        self.add(self.tr("Facts and grading"), *rows)

    def load(self) -> None:
        """Show what the open case says about itself."""
        if self._context.case is not None:
            facts = self._context.case.facts()
            for key, field in self.facts.items():
                field.setText(facts.get(key, ""))
            self._context.query(schemes.of_case, self._show_scheme, key="settings-scheme")

    def _show_scheme(self, scheme: schemes.Scheme) -> None:
        index = self.scheme.findData(scheme.key)
        if index < 0:
            self.scheme.addItem(scheme.title(spoken()), scheme.key)
            index = self.scheme.count() - 1
        self.scheme.setCurrentIndex(index)

    def _store_fact(self, key: str) -> None:
        case, value = self._context.case, self.facts[key].text().strip()
        if case is None or case.facts().get(key, "") == value:
            return

        def work(case: Case) -> None:
            case.describe(**{key: value})

        self._context.act(work, lambda _none: self._context.changed.emit(Changes(facts=True)))

    def _use_scheme(self) -> None:
        wanted = next((one for one in schemes.available() if one.key == self.scheme.currentData()), None)
        if wanted is not None:
            self._context.act(
                lambda case: schemes.use(case, wanted), lambda _none: self._context.changed.emit(Changes(facts=True))
            )
