"""At 200 % in the smallest window the page of problems scrolls; its sentences are not pressed into one another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.context import Context
from app.gui.pages.problems import ProblemsPage


@pytest.fixture
def large() -> Iterator[None]:
    theme.current().apply("dark", 2.0)
    yield
    theme.current().apply("dark", 1.0)


@pytest.mark.usefixtures("opened", "large")
def test_every_sentence_has_the_height_it_needs(opened: Context, qtbot: QtBot) -> None:
    theme.current().apply("dark", 2.0)
    page = ProblemsPage(opened)
    qtbot.addWidget(page)
    page.resize(1280, 560)
    page.show()
    qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 0)
    sentences = (page.heading, page.where, page.effect, page.action, page.told)
    for one in sentences:
        qtbot.waitUntil(lambda one=one: one.height() >= one.heightForWidth(one.width()), timeout=3_000)
