"""The options of the steps in the settings, for the scope that is chosen: all cases, this case, the next run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.option_rows import OptionRow, Place
from app.gui.pages.page import Card, label
from app.gui.pages.setting_rows import Section
from app.gui.step_options import SCOPES, Scope, StepOptions
from app.gui.terms import analyzer_title
from core.options import OptionFact
from core.records import AnalyzerInfo

__all__ = ["StepSettings"]


class StepSettings(Section):
    """One card a step. The narrower scope wins: next run, case, program, then the preset."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("Options of the steps"))
        self._context, self._engine = context, Engine.of(context)
        self._options = StepOptions.of(context)
        self._infos: tuple[AnalyzerInfo, ...] = ()
        self._column.addLayout(self._make_scope())
        self._engine.changed.connect(self._engine_changed)
        self._options.changed.connect(self.refresh)
        context.case_opened.connect(self._case_changed)
        context.case_closed.connect(self._case_changed)
        self._case_changed()
        self._engine_changed()

    def _make_scope(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.scope = QComboBox()
        for scope, title in (
            ("program", self.tr("every case on this computer")),
            ("case", self.tr("this case only")),
            ("run", self.tr("the next run")),
        ):
            self.scope.addItem(title, scope)
        self.scope.setAccessibleName(self.tr("What the options hold for"))
        self.scope.currentIndexChanged.connect(lambda _index: self.refresh())
        said = label(self.tr("Hold for"), wrap=False)
        said.setBuddy(self.scope)
        row.addWidget(said)
        row.addWidget(self.scope)
        row.addWidget(
            label(
                self.tr("What is chosen for the next run wins over the case, and the case over the computer."), "muted"
            ),
            1,
        )
        return row

    @property
    def chosen(self) -> Scope:
        return SCOPES[SCOPES.index(self.scope.currentData())]

    def _upto(self) -> Sequence[Scope]:
        return SCOPES[: SCOPES.index(self.chosen) + 1]

    def _case_changed(self) -> None:
        """Without a case, there is nothing but the computer to choose for."""
        there = self._context.case is not None
        self.scope.setEnabled(there)
        if not there:
            self.scope.setCurrentIndex(0)
        self.refresh()

    def _engine_changed(self) -> None:
        if self._engine.analyzers == self._infos:
            return
        self._infos = self._engine.analyzers
        for card, _rows in self.cards:
            card.hide()
            card.deleteLater()
        self.cards: list[tuple[Card, list[Any]]] = []
        for info in self._infos:
            if info.facts:
                rows = [OptionRow(info.name, fact, self._place(info, fact)) for fact in info.facts]
                self.add(analyzer_title(info.name), *rows)

    def _place(self, info: AnalyzerInfo, fact: OptionFact) -> Place:
        options, analyzer, name = self._options, info.name, fact.name

        def value() -> Any:
            return options.changes(self._upto()).get(analyzer, {}).get(name, info.options[name])

        def put(given: Any) -> None:
            flaw = fact.flaw(given)
            if flaw is None:
                options.put(self.chosen, analyzer, name, given)
            row = next(one for _, rows in self.cards for one in rows if one.fact is fact)
            row.refuse(flaw)

        def badge() -> str:
            match options.origin(analyzer, name, self._upto()):
                case "program":
                    return self.tr("every case")
                case "case":
                    return self.tr("this case")
                case "run":
                    return self.tr("next run")
            return ""

        return Place(
            value=value,
            put=put,
            is_default=lambda: name not in options.own(self.chosen).get(analyzer, {}),
            reset=lambda: options.forget(self.chosen, analyzer, name),
            badge=badge,
        )

    def search(self, words: Sequence[str]) -> bool:
        """Without steps (nothing is known of them yet) there is nothing to show."""
        found = super().search(words)
        self.setVisible(found)
        return found
