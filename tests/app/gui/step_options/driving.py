"""The steps of the run panel and their options, driven with keys and clicks over a backend without weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.option_rows import OptionRow
from app.gui.pages.step_row import StepRow
from app.gui.pages.wizard import WizardPage
from core.case import saved
from core.case.overview import runs
from core.options import OptionFact, OptionValue
from core.records import AnalyzerInfo
from tests.support.backend import info


def words(english: str, german: str = "") -> dict[str, str]:
    return {"en": english, "de": german or english}


CODES = ("ar", "de", "en", "ru")
FACTS = (
    OptionFact(
        "engine",
        "choice",
        "auto",
        words("Engine", "Verfahren"),
        words("Which models look."),
        values=(
            OptionValue("auto", words("the best there is", "das beste")),
            OptionValue("plain", words("the plain one", "das einfache"), words("It is small.", "Es ist klein.")),
            OptionValue("large", words("the large one", "das große"), needs=("pack-large",)),
        ),
        main=True,
        decides=True,
    ),
    OptionFact(
        "languages",
        "list",
        "auto",
        words("Languages", "Sprachen"),
        words("What is read."),
        values=tuple(OptionValue(code, needs=("pack-arabic",) if code == "ar" else ()) for code in CODES),
        main=True,
    ),
    OptionFact("gate", "flag", True, words("Pass over blank pictures"), words("Quick."), main=True),
    OptionFact("threshold", "number", 0.5, words("Threshold", "Schwelle"), words("Share."), least=0.01, most=1),
    OptionFact("smallest", "whole", 20, words("Smallest"), words("Pixels."), least=8),
)


def optioned(name: str = "bright") -> AnalyzerInfo:
    options: dict[str, Any] = {fact.name: fact.default for fact in FACTS}
    base = replace(info(name), options=options, facts=FACTS)
    lacking = replace(base, missing="The pack pack-large is not installed.")
    return replace(base, choice="engine", choices={"auto": base, "plain": base, "large": lacking})


def shown(context: Context, qtbot: QtBot) -> WizardPage:
    page = WizardPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.begin("run")
    qtbot.waitUntil(lambda: Engine.of(context).known and not context.busy() and page.evidence.counts.complete)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def opened_row(page: WizardPage, qtbot: QtBot, name: str = "bright") -> StepRow:
    step = page.analysis.rows[name]
    qtbot.mouseClick(step._button, Qt.MouseButton.LeftButton)
    assert step.panel.isVisible()
    return step


def option(step: StepRow, name: str) -> OptionRow:
    return next(row for row in step.rows if row.fact.name == name)


def typed(row: OptionRow, text: str) -> None:
    field = row.field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def pick(row: OptionRow, value: str) -> None:
    """With the arrow keys, as somebody without a mouse does."""
    box = row.field
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findData(value)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == value


def run_of(page: WizardPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.start_button.isEnabled)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.context.run_state == "running", timeout=20_000)
    qtbot.waitUntil(lambda: page.context.run_state == "", timeout=20_000)


def last_options(context: Context) -> Any:
    assert context.case is not None
    with context.case.reading() as connection:
        return runs(connection)[0].settings["options"]


def kept(context: Context) -> Any:
    assert context.case is not None
    with context.case.reading() as connection:
        return saved.setting(connection, "step-options")
