from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui import languages, theme
from app.gui.pages.run import Look, RunPage
from app.gui.pages.stages import Rate, StageTable
from app.gui.pages.wizard import WizardPage
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.overview import RunRecord, Stage, Standing, runs, standing
from core.case.runs import Runs
from core.errors import DeviceExhausted
from core.events import RunFinished
from core.interfaces import Backend
from core.records import Sample
from core.settings import RunSettings
from tests.app.gui.conftest import pictures_case
from tests.support.backend import FakeBackend

SETTINGS = RunSettings(analyzers=("bright",), workers=1)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return pictures_case(tmp_path, 6)


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], fresh: Path, qtbot: QtBot) -> MainWindow:
    made = make_desk()
    made.open_case(fresh)
    made.show_view("run")
    qtbot.waitUntil(lambda: not made.context.busy())
    return made


def page_of(window: MainWindow) -> RunPage:
    page = window.page("run")
    assert isinstance(page, RunPage)
    return page


def test_before_the_first_run_it_says_what_works_already(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    assert page._empty.isVisible()
    assert "already work" in page._empty.text.text()
    window.context.actions["run.start"].trigger()
    assert window.context.view == "wizard"
    wizard = window.page("wizard")
    assert isinstance(wizard, WizardPage)
    assert wizard.mode == "run"
    wizard.evidence.clear()


def test_a_run_is_shown_stage_by_stage_to_its_end(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    ends: list[RunFinished] = []
    window.context.progress.connect(lambda event: ends.append(event) if isinstance(event, RunFinished) else None)
    window.context.start_run(SETTINGS)
    assert page.pause_button.isVisible()
    assert page.stop_button.isVisible()
    qtbot.waitUntil(lambda: bool(ends) and not window.context.run_state, timeout=30_000)
    qtbot.waitUntil(lambda: "bright" in page.table.rows and page.table.rows["bright"].state.text() == "done")
    assert page.table.rows["bright"].cells[0].text() == "6 / 6"
    assert "finished" in page.headline.text()
    assert not page.pause_button.isVisible()
    assert page.start_button.isVisible()


def test_pause_stop_and_resume(window: MainWindow, qtbot: QtBot) -> None:
    def slow(_settings: RunSettings) -> Backend:
        return FakeBackend(seconds=0.2)

    object.__setattr__(window.context.parts, "open_backend", slow)
    page = page_of(window)
    window.context.start_run(SETTINGS)
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    assert window.context.run_state == "paused"
    assert page.pause_button.text() == "Go on"
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    assert window.context.run_state == "running"
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.context.run_state, timeout=20_000)
    qtbot.waitUntil(page.resume_button.isVisible)
    assert "stopped: resume it" in page.headline.text()
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.context.run_state, timeout=30_000)
    qtbot.waitUntil(lambda: "finished" in page.headline.text())


def test_failed_files_are_tried_again_on_request(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    window = make_desk()
    window.open_case(case_folder)
    window.show_view("run")
    page = page_of(window)
    qtbot.waitUntil(page.retry_button.isVisible)
    started: list[RunSettings] = []
    window.context.start_run = lambda settings, *_: started.append(settings)  # type: ignore[method-assign]  # nothing is to run here
    qtbot.mouseClick(page.retry_button, Qt.MouseButton.LeftButton)
    assert started[0].retry_failed
    assert started[0].analyzers == ("bright",)


def test_folders_dropped_on_the_page_go_to_the_wizard(window: MainWindow, tmp_path: Path) -> None:
    page_of(window).add_sources([tmp_path / "evidence"])
    assert window.context.view == "wizard"
    wizard = window.page("wizard")
    assert isinstance(wizard, WizardPage)
    wizard.evidence.clear()


# ---------------------------------------------------------------------- rates


def test_a_rate_is_of_the_last_minute_and_silent_at_first() -> None:
    rate = Rate()
    rate.add(0, 0)
    rate.add(2, 4)
    assert rate.left(1000) is None
    for moment in range(3, 200):
        rate.add(moment, moment * 2)
    assert rate.per_second == pytest.approx(2.0)
    low, high = rate.left(1000) or (0, 0)
    assert low < (1000 - 398) / 2 < high
    for moment in range(200, 300):
        rate.add(moment, 398)
    assert rate.per_second == 0
    assert rate.left(1000) is None


def test_bars_do_not_fall_when_the_total_grows(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.show_standing(Standing(10, 10, 0, 0, (Stage("ocr", "Text", {"done": 5}),)), "running", False, 0.0)
    table.show_standing(
        Standing(
            20,
            20,
            0,
            0,
            (
                Stage(
                    "ocr",
                    "Text",
                    {"done": 15},
                ),
            ),
        ),
        "running",
        True,
        2.0,
    )
    assert table.rows["ocr"].cells[0].text() == "15 / 20"
    assert table.rows[""].cells[0].text() == "20 / 20"


def test_a_step_that_was_skipped_is_not_called_done(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    stages = (
        Stage("restraint", "Restraint", {"skipped": 10}),
        Stage("faces", "Faces", {"done": 7, "skipped": 3}),
        Stage("ocr", "Text", {"done": 9, "unsupported": 1}),
    )
    table.show_standing(Standing(10, 10, 0, 0, stages), "", True, 0.0)
    skipped, some, done = table.rows["restraint"], table.rows["faces"], table.rows["ocr"]
    assert (skipped.cells[0].text(), skipped.state.text()) == ("0 / 10", "skipped")
    assert (skipped.bar.value(), some.bar.value(), done.bar.value()) == (0, 7, 10)
    assert "Models" in skipped.state.toolTip()
    assert some.state.text() == "done; 3 skipped"
    assert (done.state.text(), done.state.toolTip()) == ("done", "")


def test_with_large_letters_nothing_of_the_table_is_cut_off(qtbot: QtBot) -> None:
    theme.current().apply("dark", 2.0)
    languages.install("de")
    try:
        table = StageTable()
        qtbot.addWidget(table)
        stages = tuple(Stage(name, name, {"done": 67, "failed": 8}) for name in ("restraint", "embedding", "nsfw"))
        stages += (Stage("logo", "Logo", {"skipped": 75}),)
        for moment in (0.0, 20.0):
            table.show_standing(Standing(75, 80, 3, 8, stages), "", True, moment)
        assert table.minimumSizeHint().width() <= 1146  # what a window of 1366 pixels leaves it
    finally:
        languages.install("en")
        theme.current().apply("dark")


def test_a_range_names_its_unit_once(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    assert table.span((12 * 60.0, 18 * 60.0)) == "12–18 min"
    assert table.span((80.0, 130.0)) == "80 s to 2 min"
    assert table.span((60.0, 60.0)) == "60 s"


def test_only_the_newest_run_is_said_to_be_resumable(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    old, new = (RunRecord(number, state, "", "", 1.0, {}) for number, state in ((1, "interrupted"), (2, "stopped")))
    page._history = [new, old]
    assert (page._ended(new), page._ended(old)) == ("stopped: resume it to go on where it was", "interrupted")
    page._history = [old]
    assert page._ended(old) == "interrupted: resume it to go on where it was"


def test_a_device_without_memory_asks_and_the_choice_is_recorded(
    make_desk: Callable[[], MainWindow], fresh: Path, qtbot: QtBot
) -> None:
    tight: list[str] = []

    def open_backend(settings: RunSettings) -> Backend:
        def trouble(_analyzer: str, sample: Sample) -> None:
            if settings.device != "cpu":
                tight.append(sample.content)
                raise DeviceExhausted("The memory of the device (cuda) is not enough.", "Decide how to go on.")

        return FakeBackend(trouble=trouble)

    window = make_desk()
    object.__setattr__(window.context.parts, "open_backend", open_backend)
    window.open_case(fresh)
    window.show_view("table")
    qtbot.waitUntil(lambda: not window.context.busy())
    page = page_of(window)
    window.context.start_run(SETTINGS)
    qtbot.waitUntil(lambda: page.question.isVisible() and not window.context.run_state, timeout=30_000)
    assert window.context.view == "run"
    assert tight
    assert "not enough" in page.question.text.text()
    ends: list[RunFinished] = []
    window.context.progress.connect(lambda event: ends.append(event) if isinstance(event, RunFinished) else None)
    qtbot.mouseClick(page.question.processor, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(ends) and not window.context.run_state, timeout=30_000)
    assert ends[0].state == "finished"
    assert not page.question.isVisible()
    with Case.open(fresh, readonly=True) as case:
        last = Runs(case).last()
    assert last is not None
    assert last["settings"]["device"] == "cpu"


def test_a_run_that_has_ended_is_never_called_interrupted(window: MainWindow, qtbot: QtBot) -> None:
    """The answer to what was asked before its end may come after it."""
    page = page_of(window)
    ends: list[RunFinished] = []
    window.context.progress.connect(lambda event: ends.append(event) if isinstance(event, RunFinished) else None)
    window.context.start_run(SETTINGS)
    qtbot.waitUntil(lambda: bool(ends) and not window.context.run_state, timeout=30_000)
    qtbot.waitUntil(lambda: not window.context.busy())
    case = window.context.case
    assert case is not None
    with case.reading() as connection:
        late = [replace(one, state="running", seconds=0.0) for one in runs(connection)]
        page._answered(Look(standing(connection), late, 0, True))
    assert "finished" in page.headline.text()
    assert not page.resume_button.isVisible()
