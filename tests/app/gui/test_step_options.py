"""The options of the steps in the desk: through real keys and clicks, over a backend without weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui import languages
from app.gui.context import Context
from app.gui.pages.engine import Engine, speed_key
from app.gui.pages.option_rows import OptionRow, ValueList
from app.gui.pages.settings import SettingsPage
from app.gui.pages.step_row import StepRow
from app.gui.pages.wizard import WizardPage
from app.gui.preferences import Preferences
from app.gui.step_options import StepOptions, flaw_text, language_title, options_text, range_text, value_text
from app.parts import Check, Parts
from core.case import saved
from core.case.case import Case
from core.case.overview import runs
from core.case.runs import Runs
from core.errors import UsageError
from core.interfaces import Backend
from core.options import Flaw, OptionFact, OptionValue
from core.records import AnalyzerInfo
from core.settings import RunSettings
from tests.support.backend import FakeBackend, info
from tests.support.media import picture


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


@pytest.fixture
def parts() -> Parts:
    def open_backend(_settings: RunSettings) -> Backend:
        return FakeBackend(optioned(), info("plainest"))

    return Parts(open_backend=open_backend, examine=lambda: [Check("test", True, "All is well.")])


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A case over a few pictures that nobody has looked at yet."""
    for number in range(4):
        picture(tmp_path / "evidence" / f"{number}.png", level=40 * number + 20, seed=number)
    with Case.create(tmp_path / "fresh") as case:
        Runs(case).add_source(tmp_path / "evidence", "evidence")
    return tmp_path / "fresh"


@pytest.fixture
def wizard(context: Context, fresh: Path, qtbot: QtBot) -> WizardPage:
    """The run panel over an open case, at its steps."""
    context.preferences.set(cases_folder=str(fresh.parent))
    context.open_case(fresh)
    return shown(context, qtbot)


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


# ---------------------------------------------------------------------- the panel


def test_options_are_behind_a_button_and_only_where_there_are_any(wizard: WizardPage, qtbot: QtBot) -> None:
    steps = wizard.analysis.rows
    assert steps["bright"]._button.text() == "Options"
    assert not steps["bright"].panel.isVisible()
    assert not steps["plainest"]._button.isVisible()
    step = opened_row(wizard, qtbot)
    assert [row.fact.name for row in step.rows if row.isVisible()] == ["engine", "languages", "gate"]
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    assert all(row.isVisible() for row in step.rows)
    qtbot.mouseClick(step._button, Qt.MouseButton.LeftButton)
    assert not step.panel.isVisible()


def test_everything_can_be_reached_by_keys_and_has_a_name(wizard: WizardPage, qtbot: QtBot) -> None:
    step = wizard.analysis.rows["bright"]
    step.box.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is step._button
    assert "bright" in step._button.accessibleName()
    QTest.keyClick(step._button, Qt.Key.Key_Space)
    assert step.panel.isVisible()
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    step._button.setFocus()
    reached = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
        if reached[-1] is step.more_button:
            break
    chosen = option(step, "languages").option.choose
    fields = [row.field for row in step.rows]
    assert reached == [*fields[:2], chosen, *fields[2:], step.more_button]
    pick(option(step, "engine"), "plain")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is option(step, "engine").reset
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert wizard.analysis.settings().options == {}
    for row in step.rows:
        assert row.field.accessibleName().startswith("bright: ")
        assert row.field.accessibleDescription()
        assert row.reset.accessibleName()
    languages_row = option(step, "languages")
    assert languages_row.option.choose.accessibleName() == "Choose: Languages"


def test_what_is_chosen_is_what_the_run_is_given(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    typed(option(step, "languages"), "RU, de")
    gate = option(step, "gate").field
    gate.setFocus()
    QTest.keyClick(gate, Qt.Key.Key_Space)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    typed(option(step, "threshold"), "0.75")
    assert step._button.text() == "Options, 4 changed"
    assert option(step, "engine").badge.text() == "for this run"
    assert option(step, "engine").note.text() == "It is small."
    expected = {"bright": {"engine": "plain", "languages": ["de", "ru"], "gate": False, "threshold": 0.75}}
    assert wizard.analysis.settings().options == expected
    run_of(wizard, qtbot)
    assert last_options(wizard.context) == expected
    qtbot.waitUntil(lambda: kept(wizard.context) == expected)
    assert wizard.analysis.settings().options == expected
    assert option(step, "engine").badge.text() == "from the case"


def test_what_is_the_default_anyway_is_not_recorded(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    typed(option(step, "languages"), "auto")
    pick(option(step, "engine"), "auto")
    assert wizard.analysis.settings().options == {}
    assert step._button.text() == "Options"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("languages", "de, xx", "Not known here: xx."),
        ("languages", "", "Name at least one, or write auto."),
        ("threshold", "3", "3 is out of range. From 0.01 to 1."),
        ("threshold", "half", "“half” is no number."),
        ("smallest", "8.5", "“8.5” is no whole number. At least 8."),
        ("smallest", "7", "7 is out of range. At least 8."),
    ],
)
def test_a_bad_value_is_said_beside_the_field_and_stops_the_start(
    wizard: WizardPage, qtbot: QtBot, name: str, text: str, said: str
) -> None:
    step = opened_row(wizard, qtbot)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    row = option(step, name)
    assert wizard.start_button.isEnabled()
    typed(row, text)
    assert row.flaw.isVisible()
    assert said in row.flaw.text()
    assert said in row.field.accessibleDescription()
    assert said in wizard.hint.text()
    assert "cannot be used" in step.said.text()
    assert not wizard.start_button.isEnabled()
    qtbot.mouseClick(step.box, Qt.MouseButton.LeftButton, pos=QPoint(8, step.box.height() // 2))
    assert not step.box.isChecked()
    assert wizard.start_button.isEnabled()  # what is not run need not be right
    step.box.click()
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert not row.flaw.isVisible()
    assert wizard.start_button.isEnabled()


def test_a_missing_pack_says_that_the_step_would_be_skipped(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "engine")
    box = row.field
    assert isinstance(box, QComboBox)
    assert box.itemText(box.findData("large")) == "the large one – not installed"
    pick(row, "large")
    assert "pack-large" in row.lack.text()
    assert row.lack.isVisible()
    assert "Would be skipped" in step.said.text()
    assert "pack-large" in step.said.text()
    assert wizard.start_button.isEnabled()
    run_of(wizard, qtbot)
    case = wizard.context.case
    assert case is not None
    with case.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT state, code, reason FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'bright'"
        ).fetchall()
    assert len(rows) == 4
    assert {tuple(row) for row in rows} == {("skipped", "model-missing", "The pack pack-large is not installed.")}


def test_a_step_without_its_models_can_be_asked_for_and_is_skipped(
    context: Context, fresh: Path, qtbot: QtBot, parts: Parts
) -> None:
    def open_backend(_settings: RunSettings) -> Backend:
        return FakeBackend(optioned(), info("blind", missing="Its pack is not installed."))

    object.__setattr__(parts, "open_backend", open_backend)
    context.open_case(fresh)
    page = shown(context, qtbot)
    row = page.analysis.rows["blind"]
    assert not row.box.isChecked(), "no preset asks for what cannot run"
    assert "not installed" in row.text.text()
    row.box.setFocus()
    QTest.keyClick(row.box, Qt.Key.Key_Space)
    assert "Would be skipped for every item" in row.said.text()
    run_of(page, qtbot)
    assert context.case is not None
    with context.case.reading() as connection:
        reasons = connection.exec_driver_sql(
            "SELECT DISTINCT state, reason FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'blind'"
        ).fetchall()
    assert [tuple(one) for one in reasons] == [("skipped", "Its pack is not installed.")]


def test_a_language_without_its_pack_is_possible_and_said(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "languages")
    typed(row, "ar")
    assert "pack-arabic" in row.lack.text()
    assert wizard.start_button.isEnabled()


def test_it_says_how_many_items_are_looked_at_again(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    assert "no item yet" in step.said.text()
    run_of(wizard, qtbot)
    wizard.begin("run")
    qtbot.waitUntil(lambda: "Nothing to do: all 4" in step.said.text())
    pick(option(step, "engine"), "plain")
    qtbot.waitUntil(lambda: "All 4" in step.said.text())
    assert "looked at again" in step.said.text()
    run_of(wizard, qtbot)
    wizard.begin("run")
    qtbot.waitUntil(lambda: "Nothing to do: all 4" in step.said.text())
    assert wizard.context.case is not None
    with wizard.context.case.reading() as connection:
        count = connection.exec_driver_sql(
            "SELECT count(*) FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'bright'"
        ).scalar_one()
    assert count == 8, "old results stay beside the new ones"


def test_times_are_those_of_the_options_and_of_what_is_left(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    speeds = {speed_key("bright", "strict"): 100.0, speed_key("plainest", "strict"): 100.0}
    wizard.context.preferences.set(speeds=speeds)
    assert "4 min to 11 min" in step.said.text()
    assert "other options" not in wizard.analysis.speed.text()
    pick(option(step, "engine"), "plain")
    assert "With other options than the chosen ones: bright." in wizard.analysis.speed.text()
    measured = {speed_key("bright", "strict", {"engine": "plain"}): 1.0}
    wizard.context.preferences.set(speeds=speeds | measured)
    assert "other options" not in wizard.analysis.speed.text()
    assert "about 2 s to 7 s" in step.said.text()
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)


def test_the_speed_test_measures_the_chosen_options(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.analysis.measure, Qt.MouseButton.LeftButton)
    key = speed_key("bright", "strict", {"engine": "plain"})
    qtbot.waitUntil(lambda: key in wizard.context.preferences.values.speeds)
    assert speed_key("bright", "strict") not in wizard.context.preferences.values.speeds


def test_back_to_the_preset_whatever_case_and_program_say(wizard: WizardPage, qtbot: QtBot) -> None:
    options = StepOptions.of(wizard.context)
    options.put("program", "bright", "threshold", 0.9)
    options.put("case", "bright", "engine", "plain")
    step = opened_row(wizard, qtbot)
    assert option(step, "threshold").isVisible(), "what is changed is not hidden"
    assert option(step, "threshold").badge.text() == "from this program"
    assert option(step, "engine").badge.text() == "from the case"
    assert wizard.analysis.settings().options == {"bright": {"threshold": 0.9, "engine": "plain"}}
    qtbot.mouseClick(option(step, "engine").reset, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {"bright": {"threshold": 0.9}}
    qtbot.mouseClick(step.reset_button, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {}
    assert not step.reset_button.isEnabled()
    run_of(wizard, qtbot)
    assert last_options(wizard.context) == {}
    assert wizard.analysis.settings().options == {}, "the next run of this case does it again"
    assert options.own("program") == {"bright": {"threshold": 0.9}}


def test_deep_changes_the_base_and_not_what_was_chosen(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.analysis.cards["deep"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {"bright": {"gate": False, "engine": "plain"}}
    assert step._button.text() == "Options, 1 changed"
    gate = option(step, "gate")
    gate.field.setFocus()
    QTest.keyClick(gate.field, Qt.Key.Key_Space)
    assert wizard.analysis.settings().options == {"bright": {"engine": "plain"}}


def test_cancelling_forgets_and_another_case_has_its_own(
    wizard: WizardPage, qtbot: QtBot, case_folder: Path, fresh: Path
) -> None:
    options = StepOptions.of(wizard.context)
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.cancel, Qt.MouseButton.LeftButton)
    assert options.changes() == {}
    options.put("case", "bright", "engine", "plain")
    wizard.context.open_case(case_folder)
    qtbot.waitUntil(lambda: not wizard.context.busy())
    assert options.own("case") == {}
    wizard.context.open_case(fresh)
    qtbot.waitUntil(lambda: options.own("case") == {"bright": {"engine": "plain"}})


def test_a_new_case_does_not_inherit_from_the_open_one(wizard: WizardPage, qtbot: QtBot, tmp_path: Path) -> None:
    StepOptions.of(wizard.context).put("case", "bright", "engine", "plain")
    wizard.begin("case")
    assert wizard.analysis.settings().options == {}
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    QTest.keyClicks(wizard.case_step.fields["number"], "7")
    wizard.add_sources([tmp_path / "evidence"])
    wizard.show_step("analysis")
    step = opened_row(wizard, qtbot)
    typed(option(step, "languages"), "de")
    wizard.show_step("comfort")
    assert wizard.hint.text() == ""
    run_of(wizard, qtbot)
    assert wizard.context.case is not None
    assert wizard.context.case.folder == tmp_path / "7"
    assert last_options(wizard.context) == {"bright": {"languages": ["de"]}}
    qtbot.waitUntil(lambda: kept(wizard.context) == {"bright": {"languages": ["de"]}})


def test_scrolling_over_a_choice_does_not_change_it(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "engine")
    box = row.field
    assert isinstance(box, QComboBox)
    wheel = QWheelEvent(
        QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.currentData() == "auto"
    assert wizard.analysis.settings().options == {}


def whole(page: WizardPage, name: str, value: str) -> OptionRow:
    row = page.analysis.whole.rows[name]
    pick(row, value)
    return row


def test_device_and_arithmetic_belong_to_the_run_too(wizard: WizardPage, qtbot: QtBot) -> None:
    row = whole(wizard, "precision", "fast")
    assert row.badge.text() == "for this run"
    assert row.field.accessibleName() == "Arithmetic"
    whole(wizard, "device", "cpu")
    settings = wizard.analysis.settings()
    assert (settings.precision, settings.device) == ("fast", "cpu")
    run_of(wizard, qtbot)
    assert wizard.context.case is not None
    with wizard.context.case.reading() as connection:
        stored = runs(connection)[0].settings
    assert (stored["precision"], stored["device"]) == ("fast", "cpu")
    assert row.badge.text() == "from the case"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "strict"
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "strict", "what was chosen for this run stays"


def test_what_the_preset_says_anyway_is_not_pinned(wizard: WizardPage, qtbot: QtBot) -> None:
    whole(wizard, "precision", "fast")
    whole(wizard, "precision", "strict")
    assert StepOptions.of(wizard.context).changes() == {}
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "fast"


def test_a_device_that_is_not_there_is_said_and_stops_the_start(wizard: WizardPage, qtbot: QtBot) -> None:
    def open_backend(settings: RunSettings) -> Backend:
        if settings.device == "intel-gpu":
            raise UsageError("Models cannot run on intel-gpu here: there is none.")
        return FakeBackend(optioned(), info("plainest"))

    object.__setattr__(wizard.context.parts, "open_backend", open_backend)
    row = whole(wizard, "device", "intel-gpu")
    qtbot.waitUntil(lambda: "cannot run on intel-gpu" in wizard.hint.text())
    assert not wizard.start_button.isEnabled()
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert wizard.start_button.isEnabled()


# ---------------------------------------------------------------------- several of many


def test_languages_are_chosen_from_a_list_by_keys(wizard: WizardPage, qtbot: QtBot) -> None:
    dialog = ValueList(wizard, FACTS[1], ["de"])
    qtbot.addWidget(dialog)
    dialog.show()
    shown_texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert shown_texts == ["de (Deutsch)", "en (English)", "ru (русский)", "ar (العربية) – pack-arabic not installed"]
    QTest.keyClicks(dialog.search, "ru (")
    assert [row for row in range(4) if not dialog.list.isRowHidden(row)] == [2]
    dialog.list.setFocus()
    dialog.list.setCurrentRow(2)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen == ["de", "ru"]
    dialog.list.setCurrentRow(0)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    dialog.list.setCurrentRow(2)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen == "auto"


def test_the_list_gives_its_choice_to_the_field(
    wizard: WizardPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "languages")
    asked: list[Any] = []

    def answer(_parent: object, _fact: object, chosen: Any) -> list[str]:
        asked.append(chosen)
        return ["en", "ru"]

    monkeypatch.setattr(ValueList, "ask", answer)
    typed(row, "de")
    qtbot.mouseClick(row.option.choose, Qt.MouseButton.LeftButton)
    assert asked == [["de"]]
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "en, ru"
    assert wizard.analysis.settings().options == {"bright": {"languages": ["en", "ru"]}}


# ---------------------------------------------------------------------- in words


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    assert languages.install("de") == "de"
    yield
    languages.install("en")


def test_numbers_are_read_and_written_as_the_language_does(
    german: None, context: Context, fresh: Path, qtbot: QtBot
) -> None:
    context.open_case(fresh)
    page = shown(context, qtbot)
    step = opened_row(page, qtbot)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    row = option(step, "threshold")
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "0,5"
    typed(row, "0,25")
    assert page.analysis.settings().options == {"bright": {"threshold": 0.25}}
    typed(row, "0.75")
    assert page.analysis.settings().options == {"bright": {"threshold": 0.75}}
    box = option(step, "engine").field
    assert isinstance(box, QComboBox)
    assert box.itemText(1) == "das einfache"


def test_values_and_flaws_in_words() -> None:
    engine, named, gate, threshold, smallest = FACTS
    assert value_text(engine, "plain") == "the plain one"
    assert value_text(named, "ru,de") == "de, ru"
    assert value_text(gate, False) == "off"
    assert value_text(threshold, 0.05) == QLocale().toString(0.05, "f", 2)
    assert range_text(replace(threshold, open_least=True)) == "Between 0.01 and 1."
    assert range_text(replace(threshold, least=None)) == "At most 1."
    assert range_text(replace(threshold, least=None, open_most=True)) == "Less than 1."
    assert range_text(replace(smallest, open_least=True)) == "More than 8."
    assert "pack-large" in flaw_text(engine, Flaw("missing", "pack-large"))
    assert "Choose from the list" in flaw_text(engine, Flaw("value", "huge"))
    assert language_title("de") == "de (Deutsch)"
    assert language_title("inh").startswith("inh")
    said = options_text({"bright": {"engine": "plain", "odd": 3}, "gone": {"x": 1}}, (optioned(),))
    assert said == "bright: Engine the plain one, odd 3  ·  gone: x 1"


# ---------------------------------------------------------------------- the settings


@pytest.fixture
def settings_page(context: Context, fresh: Path, qtbot: QtBot) -> SettingsPage:
    context.open_case(fresh)
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: bool(made.steps.cards) and not context.busy())
    return made


def setting(page: SettingsPage, name: str) -> OptionRow:
    rows = (row for _, some in page.steps.cards for row in some)
    return next(row for row in rows if isinstance(row, OptionRow) and row.fact.name == name)


def choose_scope(page: SettingsPage, index: int) -> None:
    page.steps.scope.setFocus()
    QTest.keyClick(page.steps.scope, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(page.steps.scope, Qt.Key.Key_Down)


def test_three_scopes_and_the_narrower_wins(settings_page: SettingsPage, qtbot: QtBot) -> None:
    context, row = settings_page.context, setting(settings_page, "threshold")
    options = StepOptions.of(context)
    typed(row, "0.9")
    assert context.preferences.values.step_options == {"bright": {"threshold": 0.9}}
    choose_scope(settings_page, 1)
    assert row.badge.text() == "every case"
    assert not row.reset.isVisible(), "here is nothing to take back"
    typed(row, "0.8")
    assert row.badge.text() == "this case"
    qtbot.waitUntil(lambda: kept(context) == {"bright": {"threshold": 0.8}})
    choose_scope(settings_page, 2)
    typed(row, "0.7")
    assert row.badge.text() == "next run"
    assert options.changes()["bright"]["threshold"] == 0.7
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert options.changes()["bright"]["threshold"] == 0.8
    choose_scope(settings_page, 0)
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "0.9"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert context.preferences.values.step_options == {}


def test_in_the_settings_a_bad_value_is_said_and_not_kept(settings_page: SettingsPage) -> None:
    row = setting(settings_page, "threshold")
    typed(row, "0.9")
    typed(row, "90")
    assert "out of range" in row.flaw.text()
    assert row.flaw.isVisible()
    assert settings_page.context.preferences.values.step_options == {"bright": {"threshold": 0.9}}
    typed(row, "0.4")
    assert not row.flaw.isVisible()
    assert settings_page.context.preferences.values.step_options == {"bright": {"threshold": 0.4}}


def test_the_search_finds_options_by_step_label_and_value(settings_page: SettingsPage) -> None:
    for asked in ("languages", "bright engine", "plain one"):
        settings_page.search.clear()
        QTest.keyClicks(settings_page.search, asked)
        assert settings_page.steps.isVisible(), asked
        assert not settings_page.program.isVisible(), asked
    assert not setting(settings_page, "threshold").isVisible()
    settings_page.search.clear()
    assert setting(settings_page, "threshold").isVisible()


def test_without_a_case_options_hold_for_the_computer(settings_page: SettingsPage) -> None:
    choose_scope(settings_page, 1)
    settings_page.context.close_case()
    assert settings_page.steps.chosen == "program"
    assert not settings_page.steps.scope.isEnabled()


def test_options_survive_the_program(preferences: Preferences) -> None:
    preferences.set(step_options={"bright": {"languages": ["de"], "gate": False}})
    preferences.flush()
    again = Preferences(preferences.path).values.step_options
    assert again == {"bright": {"languages": ["de"], "gate": False}}
