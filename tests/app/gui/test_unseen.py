"""A case without problems claims no more than it knows: what nobody looked into is said, and can be seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.pages.problems import ProblemsPage
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.overview import Unseen, unseen
from core.case.runs import Runs
from core.case.store import CopyRow, Store
from core.records import Outcome, State
from tests.support.backend import info


def case_of(folder: Path, states: tuple[State | None, ...]) -> Path:
    """One item for each state; None: no step has come to it yet."""
    with Case.create(folder) as case:
        source = Runs(case).add_source(folder.parent, "evidence")
        number = Runs(case).start({}, {}, "test")
        hashes = [f"{place:064x}" for place in range(len(states))]
        with case.connected() as connection, connection.begin():
            store = Store(connection, number)
            store.register(
                [
                    CopyRow(source.id, one, one.encode(), 0, 0, "read", sha256=one, kind="other", mime="x")
                    for one in hashes
                ]
            )
            config = store.config(info(), {})
            ids = store.content_ids(hashes)
            for one, state in zip(hashes, states, strict=True):
                if state is not None:
                    store.outcomes([(ids[one], config, Outcome("bright", state, "kind", "This is an empty file."), 0)])
        Runs(case).finish(number, "finished", 1.0, {})
    return folder


def shown(desk: MainWindow, folder: Path, qtbot: QtBot) -> ProblemsPage:
    desk.open_case(folder)
    desk.show_view("problems")
    page = desk.page("problems")
    assert isinstance(page, ProblemsPage)
    qtbot.waitUntil(page._empty.isVisible)
    return page


def test_an_empty_file_is_no_problem_and_no_negative_result_either(
    make_desk: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    desk = make_desk()
    folder = case_of(tmp_path / "case", (State.DONE, State.UNSUPPORTED, State.UNSUPPORTED, State.SKIPPED, None))
    page = shown(desk, folder, qtbot)
    assert "Every file" not in page._empty.text.text()
    assert not page.retry_button.isEnabled()  # nothing has failed
    said = page.unseen_text.text()
    assert "not supported: 2" in said
    assert "models missing: 1" in said
    assert "not analysed yet: 1" in said
    assert "no negative result" in said
    qtbot.mouseClick(page.unseen_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desk.context.items.ids) == 4)
    assert desk.context.view == "grid"


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ((), "Nothing has been read yet"),
        ((State.DONE, State.DONE), "Every file"),
        ((State.UNSUPPORTED,), "no item of this case was looked into"),
    ],
)
def test_the_empty_page_says_what_is_known(
    make_desk: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot, states: tuple[State, ...], text: str
) -> None:
    page = shown(make_desk(), case_of(tmp_path / "case", states), qtbot)
    assert text in page._empty.text.text()
    assert page.unseen.isVisible() == (State.UNSUPPORTED in states)


def test_what_another_step_has_read_counts_as_seen(tmp_path: Path) -> None:
    folder = case_of(tmp_path / "case", (State.DONE, State.UNSUPPORTED))
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        found = unseen(connection)
    assert found == Unseen(2, 1, 0, 0)
    assert (found.count, found.states) == (1, ("unsupported",))
