"""A case that another program analyses: said so, and nothing is offered that could not be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.context import Changes
from app.gui.pages.run import RunPage
from app.gui.pages.start import StartPage
from app.gui.status_bar import StatusBar
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.runs import Runs


def test_the_start_page_offers_no_resume_while_another_program_runs(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    with Case.open(case_folder) as other, other.locked():
        Runs(other).start({}, {}, "test")
        window = make_desk()
        window.context.preferences.remember_case(case_folder)
        page = window.page("start")
        assert isinstance(page, StartPage)
        row = page._rows[str(case_folder)]
        qtbot.waitUntil(lambda: "another program since" in row.state.text())
        assert row.resume.isHidden()
    page._look()  # it was killed: nobody has written how the run ended
    qtbot.waitUntil(row.resume.isVisible)
    assert "run interrupted" in row.state.text()
    assert "another program" not in row.state.text()


def test_the_run_page_follows_a_run_of_another_program_and_notices_its_end(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    window = make_desk()
    with Case.open(case_folder) as other, other.locked():
        number = Runs(other).start({}, {}, "test")
        window.open_case(case_folder)
        window.show_view("run")
        page = window.page("run")
        assert isinstance(page, RunPage)
        qtbot.waitUntil(lambda: "another program" in page.headline.text())
        shown = (page.resume_button, page.start_button, page.retry_button, page.pause_button, page.stop_button)
        assert not any(button.isVisible() for button in shown)
        assert page.notify.isHidden()  # nobody would hear of its end
        assert page._timer.isActive()
        heard: list[Changes] = []
        window.context.changed.connect(heard.append)
        Runs(other).finish(number, "finished", 3.0, {})
    qtbot.waitUntil(lambda: "finished" in page.headline.text())
    qtbot.waitUntil(page.start_button.isVisible)
    assert not page._timer.isActive()
    assert any(one.contents and one.run for one in heard)  # whoever shows results asks anew


def test_the_run_page_offers_to_resume_when_the_other_program_was_killed(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    window = make_desk()
    with Case.open(case_folder) as other, other.locked():
        Runs(other).start({}, {}, "test")
        window.open_case(case_folder)
        window.show_view("run")
        page = window.page("run")
        assert isinstance(page, RunPage)
        qtbot.waitUntil(lambda: "another program" in page.headline.text())
    qtbot.waitUntil(page.resume_button.isVisible)
    assert "resume it" in page.headline.text()


def test_the_status_bar_says_who_analyses_until_it_has_ended(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.status_bar.ASK_AGAIN", 200)
    window = make_desk()
    bar = window.findChild(StatusBar)
    assert bar is not None
    with Case.open(case_folder) as other, other.locked():
        number = Runs(other).start({}, {}, "test")
        window.open_case(case_folder)
        qtbot.waitUntil(lambda: bar._run.text() == "Another program is analysing")
        Runs(other).finish(number, "finished", 3.0, {})
    qtbot.waitUntil(lambda: bar._run.text() == "No run")
