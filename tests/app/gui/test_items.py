from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui import item_list, item_model
from app.gui.context import Changes, Context
from app.gui.item_model import PAGE, ROW_ROLE, ItemModel
from core.case import browse, filters
from core.case.browse import ItemRow
from core.case.case import Case
from core.case.filters import Filter, Sort
from core.errors import AsservatError, StorageError
from tests.app.gui.conftest import ITEMS, fill


def row_of(items: ItemModel, number: int, qtbot: QtBot) -> object:
    qtbot.waitUntil(lambda: items.row(number) is not None)
    return items.row(number)


def test_the_list_has_all_items_and_rows_come_when_they_are_painted(opened: Context, qtbot: QtBot) -> None:
    assert opened.items.rowCount() == len(opened.items) == ITEMS
    first = row_of(opened.items, 0, qtbot)
    assert first.id == opened.items.id_at(0)
    assert opened.items.data(opened.items.index(0, 0), ROW_ROLE) is first
    assert opened.current == first.id


def test_a_filter_is_new_sql_and_the_current_item_stays(opened: Context, qtbot: QtBot) -> None:
    film = opened.items.id_at(3)
    opened.set_current(film)
    with qtbot.waitSignals([opened.items.busy_changed, opened.items.loaded]):
        opened.set_filter(Filter((filters.kind("video"),)))
    assert 0 < len(opened.items) < ITEMS
    assert opened.current == film
    assert opened.items.id_at(opened.items.row_of(film)) == film
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_filter(Filter((filters.kind("audio"),)))
    assert opened.current == opened.items.id_at(0) != film


def test_a_newer_filter_replaces_an_older_question(opened: Context, qtbot: QtBot) -> None:
    lists: list[int] = []
    opened.items.loaded.connect(lambda: lists.append(len(opened.items)))
    for kind in ("image", "video", "audio", "other"):
        opened.set_filter(Filter((filters.kind(kind),)))
    qtbot.waitUntil(lambda: not opened.items.busy and not opened.busy())
    assert lists[-1] == ITEMS // 6
    assert opened.items.row_of(opened.current) == 0


def test_selection_survives_sort_and_filter(opened: Context, qtbot: QtBot) -> None:
    chosen = [opened.items.id_at(row) for row in (1, 5, 7)]
    opened.selection.set(chosen)
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_sort(Sort("size", descending=True))
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_filter(Filter((filters.kind("audio"),)))
    assert sorted(opened.selection.ids()) == sorted(chosen)


def test_new_items_wait_for_the_examiner(opened: Context, qtbot: QtBot, tmp_path: Path) -> None:
    before = list(opened.items.ids)
    assert opened.case is not None
    fill(opened.case, tmp_path, ITEMS, 12)
    with qtbot.waitSignal(opened.items.news_changed, timeout=5000):
        opened.changed.emit(Changes(contents=True, findings=True))
    assert opened.items.news == 12
    assert list(opened.items.ids) == before
    with qtbot.waitSignal(opened.items.loaded):
        opened.items.refresh()
    assert len(opened.items) == ITEMS + 12
    assert opened.items.news == 0


def test_an_empty_list_fills_by_itself(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    Case.create(tmp_path / "new").close()
    with qtbot.waitSignal(context.items.loaded):
        context.open_case(tmp_path / "new")
    assert len(context.items) == 0
    assert context.case is not None
    fill(context.case, tmp_path, 0, 8)
    with qtbot.waitSignal(context.items.loaded, timeout=5000):
        context.changed.emit(Changes(contents=True))
    assert len(context.items) == 8


def test_only_a_window_of_rows_is_asked_for(opened: Context, qtbot: QtBot) -> None:
    opened.items.row(0)
    opened.items.keep_only(0, 10)
    qtbot.waitUntil(lambda: not opened.busy())
    assert len(opened.items._pages) <= ITEMS // PAGE + 1


def test_a_patch_is_shown_before_it_is_stored(opened: Context, qtbot: QtBot) -> None:
    row_of(opened.items, 0, qtbot)
    content = opened.items.id_at(0)
    with qtbot.waitSignal(opened.items.rows_changed):
        opened.items.patch([content], grade="3")
    assert opened.items.cached(content).grade == "3"
    with qtbot.waitSignal(opened.items.rows_changed):
        opened.changed.emit(Changes(decisions=frozenset([content])))
    opened.items.row(0)
    qtbot.waitUntil(lambda: opened.items.cached(content).grade is None)  # the case says otherwise


def test_headers_and_cells_speak_the_language_of_the_screen(opened: Context, qtbot: QtBot) -> None:
    row_of(opened.items, 0, qtbot)
    names = [opened.items.headerData(column, Qt.Orientation.Horizontal) for column in range(opened.items.columnCount())]
    assert "Name" in names
    assert all(names)
    text = opened.items.data(opened.items.index(0, names.index("Name")))
    assert text == "image_0000.jpg"


def test_an_error_in_a_question_reaches_who_asked(opened: Context, qtbot: QtBot) -> None:
    heard: list[AsservatError] = []

    def break_it(_connection: object) -> int:
        raise StorageError("The disk is gone.", "Connect it.")

    opened.query(break_it, lambda _answer: pytest.fail("there is no answer"), failed=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0].message == "The disk is gone."
    with qtbot.waitSignal(opened.failed):
        opened.query(break_it, lambda _answer: None)


def test_a_question_cannot_write(opened: Context, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.failed):
        opened.query(lambda connection: connection.exec_driver_sql("DELETE FROM meta"), lambda _answer: None)


def test_acts_are_done_in_order_on_one_thread(opened: Context, qtbot: QtBot) -> None:
    order: list[int] = []
    for number in range(20):
        opened.act(lambda _case, number=number: number, order.append)
    qtbot.waitUntil(lambda: len(order) == 20)
    assert order == list(range(20))


def test_closing_stores_every_act_first(opened: Context, case_folder: Path) -> None:
    for number in range(5):
        opened.act(lambda case, number=number: case.describe(exhibit=str(number)))
    opened.close_case()
    with Case.open(case_folder) as case:
        assert case.facts()["exhibit"] == "4"
    assert opened.case is None
    assert len(opened.items) == 0


def test_a_long_list_shows_its_beginning_first(
    context: Context, case_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_model, "PAGE", 8)
    came: list[tuple[str, int]] = []
    context.items.arrived.connect(lambda how: came.append((how, len(context.items))))
    with qtbot.waitSignal(context.items.loaded):
        context.open_case(case_folder)
    assert came in ([("new", 8), ("rest", ITEMS)], [("new", ITEMS)])  # the second where all came before the beginning
    last = context.items.id_at(ITEMS - 1)
    context.set_current(last)
    came.clear()
    with qtbot.waitSignal(context.items.loaded):
        context.items.refresh()
    assert came == [("same", ITEMS)]
    assert context.items.row(ITEMS - 1).id == last  # its page came with the list


def test_a_list_that_is_replaced_before_it_came_never_shows(
    context: Context, case_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_model, "PAGE", 8)
    context.open_case(case_folder)
    context.set_filter(Filter((filters.kind("video"),)))
    qtbot.waitUntil(lambda: not context.items.busy and not context.busy())
    assert len(context.items) == ITEMS // 6
    assert len(set(context.items.ids)) == ITEMS // 6


def test_a_whole_list_that_is_there_first_waits_for_its_first_page(
    opened: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is not shown without rows, only to ask for them again."""
    monkeypatch.setattr(item_model, "PAGE", 16)
    taken, resets, came = threading.Event(), [], []
    rows, take = browse.rows, opened.items._take

    def late(connection: Any, wanted: Sequence[int]) -> list[ItemRow]:
        assert taken.wait(5)
        return rows(connection, wanted)

    def watched(found: Any) -> None:
        take(found)
        taken.set()

    monkeypatch.setattr(browse, "rows", late)
    monkeypatch.setattr(opened.items, "_take", watched)
    opened.items.modelReset.connect(lambda: resets.append(opened.items.row(0)))
    opened.items.arrived.connect(came.append)
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_sort(Sort("size", descending=True))
    assert came == ["new", "rest"]
    assert len(resets) == 1
    assert resets[0] is not None
    assert len(opened.items) == ITEMS


def test_without_a_quick_beginning_the_whole_list_brings_its_first_page(
    opened: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_model, "PAGE", 16)
    monkeypatch.setattr(browse, "soon", lambda *_given: None)
    resets: list[object] = []
    opened.items.modelReset.connect(lambda: resets.append(opened.items.row(0)))
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_sort(Sort("size", descending=True))
    assert len(resets) == 1
    assert resets[0] is not None
    assert len(opened.items) == ITEMS


def test_the_beginning_of_a_list_brings_what_a_screen_shows_and_painting_it_asks_for_the_rest(
    opened: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_model, "PAGE", 16)
    monkeypatch.setattr(item_model, "FIRST", 4)
    asked: list[int] = []
    rows = browse.rows

    def counted(connection: Any, wanted: Sequence[int]) -> list[ItemRow]:
        asked.append(len(wanted))
        return rows(connection, wanted)

    monkeypatch.setattr(browse, "rows", counted)
    shown: list[tuple[object, object]] = []
    opened.items.modelReset.connect(lambda: shown.append((opened.items.row(3), opened.items.row(4))))
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_filter(Filter((filters.kind("video"),)))
    assert asked[0] == 4
    assert shown[0][0] is not None
    assert shown[0][1] is None
    expected = min(16, len(opened.items))
    assert expected > 4
    qtbot.waitUntil(lambda: opened.items.row(expected - 1) is not None)
    assert asked == [4, expected]
    qtbot.waitUntil(lambda: not opened.busy())
    assert opened.items.row(0) is not None
    assert asked == [4, expected], "a page that is there is not asked for again"


def test_nobody_looks_for_the_rest_of_a_list_that_came_whole(
    opened: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few matches are all found with the first page, however many pages they are."""
    monkeypatch.setattr(item_model, "PAGE", 4)
    monkeypatch.setattr(item_list, "AFTER_FIRST", 30)
    came: list[str] = []
    everything: list[object] = []
    monkeypatch.setattr(browse, "ids", lambda *given: everything.append(given))
    opened.items.arrived.connect(came.append)
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_list(Filter((filters.name("video"),)), Sort("size"))
    qtbot.waitUntil(lambda: not opened.busy())
    assert came == ["new"]
    assert everything == []
    assert len(opened.items) == ITEMS // 6 > 4
    last = row_of(opened.items, len(opened.items) - 1, qtbot)
    assert isinstance(last, ItemRow)
    assert last.name.startswith("video")
