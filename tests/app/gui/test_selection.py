from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.gui import selection
from app.gui.context import Context
from app.gui.selection import Cursor, Selection
from core.case import filters


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "toggle", "all"]), st.integers(0, 12)), max_size=20))
def test_many_and_few_behave_like_one_set(steps: list[tuple[str, int]]) -> None:
    few, selection.FEW = selection.FEW, 3
    try:
        chosen, model = Selection(), set[int]()
        for step, number in steps:
            if step == "all":
                chosen.set(array("q", range(number)))
                model = set(range(number))
            elif step == "toggle":
                chosen.toggle(number)
                model ^= {number}
            else:
                getattr(chosen, step)((number, number + 1))
                model = model | {number, number + 1} if step == "add" else model - {number, number + 1}
            assert list(chosen.ids()) == sorted(model)
            assert len(chosen) == len(model)
            assert all((content in chosen) == (content in model) for content in range(15))
    finally:
        selection.FEW = few


def test_nothing_is_told_when_nothing_changes() -> None:
    chosen, told = Selection(), []
    chosen.changed.connect(lambda: told.append(1))
    chosen.set((1, 2))
    chosen.set((2, 1))
    chosen.add((1,))
    chosen.remove((7,))
    assert told == [1]
    chosen.clear()
    assert told == [1, 1]


def test_all_means_the_list_that_was_asked_for_and_not_the_one_before(opened: Context, qtbot: QtBot) -> None:
    before = len(opened.items)
    with qtbot.waitSignal(opened.items.loaded):
        opened.set_filter(filters.Filter((filters.kind("video"),)))
        Cursor(opened).select_all()  # the answer is not there yet
    assert len(opened.selection) == len(opened.items) < before
    assert set(opened.selection) == set(opened.items.ids)
