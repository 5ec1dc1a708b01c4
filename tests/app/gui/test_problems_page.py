"""The page of problems: what it says, what is excluded and tried again, and what every code means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.context import Changes, Context
from app.gui.pages.explained import explain, lacking
from app.gui.pages.models import AnalyzerCard
from app.gui.pages.problems import ProblemsPage
from core.case.case import Case
from core.case.filters import Filter
from core.case.overview import Trouble
from core.settings import RunSettings
from tests.support.backend import info

# ---------------------------------------------------------------------- problems


@pytest.fixture
def problems(opened: Context, qtbot: QtBot) -> ProblemsPage:
    page = ProblemsPage(opened)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 0)
    return page


def test_problems_say_code_reason_effect_and_action(problems: ProblemsPage) -> None:
    assert "broken" in problems.where.text()
    assert problems.tree.topLevelItem(0).text(1) == "It is broken."
    assert "no negative result" in problems.effect.text()
    assert problems.action.text()
    assert problems.tree.isColumnHidden(2), "no column for reasons where there are none"


def test_files_are_excluded_with_a_reason_and_taken_back_in(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("not of this case", True))
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "not of this case")
    assert problems.tree.topLevelItem(1).text(2) == ""
    assert not problems.tree.isColumnHidden(2)
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.include_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "")


def test_an_exclusion_is_an_act_like_any_other(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what was done with a way back, and everybody who counts problems hears of it and of its undoing."""
    context = problems.context
    told: list[object] = []
    heard: list[Changes] = []
    context.message.connect(lambda _text, undo: told.append(undo))
    context.changed.connect(heard.append)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("not of this case", True))
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "not of this case")
    assert heard[-1].problems
    assert told[-1] is not None
    Acts.of(context).undo()
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "")
    assert heard[-1].problems


def test_without_a_reason_nothing_is_excluded(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("  ", True))
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    assert "excluded" not in problems.subtitle.text()


def test_only_the_chosen_files_are_looked_at_again(problems: ProblemsPage, qtbot: QtBot) -> None:
    started: list[RunSettings] = []
    problems.context.start_run = lambda settings, *_: started.append(settings)  # type: ignore[method-assign]  # no run
    count = problems.tree.topLevelItemCount()
    assert problems.again_button.text() == f"Retry this kind ({count})"
    qtbot.mouseClick(problems.again_button, Qt.MouseButton.LeftButton)
    assert (started[-1].retry_failed, started[-1].retry_codes, started[-1].retry_items) == (True, ("broken",), ())
    box = problems.tree.visualItemRect(problems.tree.topLevelItem(1))
    qtbot.mouseClick(problems.tree.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert problems.again_button.text() == "Retry selected (1)"
    qtbot.mouseClick(problems.again_button, Qt.MouseButton.LeftButton)
    assert started[-1].retry_codes == ("broken",)
    (only,) = started[-1].retry_items
    assert only == problems._files[1].sha256
    assert len(only) == 64
    qtbot.mouseClick(problems.retry_button, Qt.MouseButton.LeftButton)
    assert (started[-1].retry_failed, started[-1].retry_codes, started[-1].retry_items) == (True, (), ())


def test_problems_lead_to_their_items(problems: ProblemsPage, qtbot: QtBot) -> None:
    wanted: list[str] = []
    problems.context.view_wanted.connect(wanted.append)
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.show_button, Qt.MouseButton.LeftButton)
    assert wanted == ["grid"]
    assert problems.context.filter != Filter()
    assert len(problems.context.filter.parts) == 1


def test_a_case_without_problems_says_so(context: Context, tmp_path: Path, qtbot: QtBot) -> None:
    Case.create(tmp_path / "empty").close()
    context.open_case(tmp_path / "empty")
    page = ProblemsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page._empty.isVisible)


def test_a_step_without_its_models_points_to_where_one_is_not_yet() -> None:
    said = "No model that makes vectors of pictures is installed (wanted: x)."
    assert "page “Models”" in lacking(said)
    assert "page “Models”" not in lacking(said, here=True)


def test_labels_with_commas_stay_apart(qtbot: QtBot) -> None:
    card = AnalyzerCard(replace(info("nsfw"), labels=("FEMALE_BREAST_COVERED", "FACE_FEMALE")), None)
    qtbot.addWidget(card)
    (said,) = [one.text() for one in card.findChildren(QLabel) if one.text().startswith("Labels")]
    assert said.count(" · ") == 1


def test_every_code_is_explained_even_unknown_ones() -> None:
    for code, state in (("damaged", "failed"), ("vanished", ""), ("from-the-future", "timed out"), ("", "partial")):
        said = explain(code, state)
        assert said.title
        assert said.effect
        assert said.action


def test_troubles_count_what_is_open() -> None:
    assert Trouble("ocr", "x", "failed", "m", 5, 2).open == 3
