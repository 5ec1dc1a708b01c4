"""Pictures like this one, and pictures for a description, in the list."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.nearness import Nearness
from app.gui.similar import Similar
from app.gui.window import MainWindow
from core.case.filters import Sort
from core.case.store import Results, Store
from core.control import Control
from core.records import Outcome, Sample, SampleResult, State, Vector
from tests.app.gui.conftest import ITEMS, KINDS, sha
from tests.support.backend import FakeBackend, info

SPACE = "siglip2/x/1"


def unit(*values: float) -> np.ndarray:
    return np.array(values, np.float32) / np.linalg.norm(values)


def store_vectors(context: Context, space: str, vectors: dict[int, np.ndarray]) -> dict[int, int]:
    """One vector an item. Returns item → content id."""
    assert context.case is not None
    with context.case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        config = store.config(info("embedding"), {"analyzer": "embedding"})
        ids = store.content_ids([sha(item) for item in vectors])
        for item, vector in vectors.items():
            result = SampleResult(vectors=(Vector(space, vector.astype(np.float16)),))
            store.results(ids[sha(item)], Results(config, Outcome("embedding", State.DONE), [(0, result)]))
    return {item: ids[sha(item)] for item in vectors}


def give_vectors(context: Context) -> dict[int, int]:
    """Vectors for the first four pictures: 0 and 2 alike, 1 and 3 elsewhere. Returns item → content id."""
    return store_vectors(context, SPACE, {0: unit(1, 0, 0), 1: unit(0, 1, 0), 2: unit(1, 0.1, 0), 3: unit(0, 0, 1)})


def chosen(context: Context) -> list[int]:
    (part,) = context.filter.parts
    return [int(value) for value in part.values]  # type: ignore[union-attr]  # a Term, not a Filter


@pytest.fixture
def told_by_desk(desk: MainWindow) -> list[str]:
    said: list[str] = []
    desk.context.message.connect(lambda text, _undo: said.append(text))
    return said


@pytest.fixture
def told(opened: Context) -> list[str]:
    said: list[str] = []
    opened.message.connect(lambda text, _undo: said.append(text))
    return said


def test_the_nearest_become_the_list_and_can_be_taken_back(opened: Context, told: list[str], qtbot: QtBot) -> None:
    ids = give_vectors(opened)
    undo: list[object] = []
    opened.message.connect(lambda _text, back: undo.append(back))
    opened.set_current(ids[0])
    before = opened.filter
    Similar.of(opened).like_current()
    qtbot.waitUntil(lambda: opened.filter != before)
    assert chosen(opened)[:2] == [ids[0], ids[2]]
    qtbot.waitUntil(lambda: list(opened.items.ids) == chosen(opened))  # the nearest first
    assert "1.00" in told[-1]
    assert callable(undo[-1])
    undo[-1]()
    assert opened.filter == before
    assert opened.sort == Sort()


def give_spread(context: Context, space: str, count: int = 12) -> dict[int, float]:
    """Pictures that turn away from the first one, further and further. Returns content → cosine to the first."""
    pictures = [item for item in range(ITEMS) if KINDS[item % len(KINDS)][0] == "image" and item % 10 != 9][:count]
    vectors = {
        item: unit(np.cos(turn), np.sin(turn)) for turn, item in zip(np.linspace(0, 1.5, count), pictures, strict=True)
    }
    ids = store_vectors(context, space, vectors)
    return {ids[item]: float(vector[0]) for item, vector in vectors.items()}


KNOWN = "siglip2-base-p16-224/x/1"


def test_a_line_says_where_weaker_matches_begin_and_can_be_moved(
    desk: MainWindow, qtbot: QtBot, told_by_desk: list[str]
) -> None:
    context = desk.context
    cosines = give_spread(context, KNOWN)
    first = next(iter(cosines))
    context.set_current(first)
    Similar.of(context).like_current()
    qtbot.waitUntil(lambda: list(context.items.ids) == list(cosines))
    nearness, grid = Nearness.of(context), desk.review.grid
    near = sum(value >= 0.75 for value in cosines.values())
    assert nearness.divider() == near
    assert f"{near} near, {len(cosines) - near} weaker" in told_by_desk[-1]
    assert nearness.text() == "weaker below 0.75, not calibrated"
    grid.viewport().repaint()
    grip = grid._grip
    assert not grip.isEmpty()
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=grip.center())
    qtbot.mouseMove(grid.viewport(), grid.cell(2).center())
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.cell(2).center())
    assert nearness.divider() == 2
    assert "moved by you" in nearness.text()
    context.actions["similar.more"].trigger()
    assert nearness.divider() == 3
    assert list(context.items.ids) == list(cosines), "nothing is left out"
    context.set_sort(Sort("name"))
    assert nearness.divider() == -1, "in another order there is no such line"


def test_a_model_without_a_line_draws_none(opened: Context, qtbot: QtBot) -> None:
    cosines = give_spread(opened, SPACE)
    opened.set_current(next(iter(cosines)))
    Similar.of(opened).like_current()
    qtbot.waitUntil(lambda: list(opened.items.ids) == list(cosines))
    assert Nearness.of(opened).divider() == -1


def test_a_description_finds_its_pictures(opened: Context, told: list[str], qtbot: QtBot) -> None:
    ids = give_vectors(opened)
    asked: list[tuple[list[str], list[str]]] = []

    def embed(sentences: list[str], spaces: list[str]) -> tuple[str, np.ndarray]:
        asked.append((sentences, spaces))
        return SPACE, np.array([[0, 1, 0]], np.float16)

    opened.parts = dataclasses.replace(opened.parts, embed_text=embed)
    Similar.of(opened).described("a red car")
    qtbot.waitUntil(lambda: bool(opened.filter.parts))
    assert asked == [(["a red car"], [SPACE])]  # in which spaces there are pictures, so that the model fits them
    assert chosen(opened)[0] == ids[1]
    other = ("clip/y/1", np.ones((1, 3), np.float16))
    opened.parts = dataclasses.replace(opened.parts, embed_text=lambda _sentences, _spaces: other)
    Similar.of(opened).described("a red car")
    count = len(told)
    qtbot.waitUntil(lambda: len(told) > count)


def test_it_says_why_there_is_nothing(opened: Context, told: list[str], qtbot: QtBot) -> None:
    similar = Similar.of(opened)
    similar.like_current()
    qtbot.waitUntil(lambda: len(told) == 1)
    give_vectors(opened)
    opened.set_current(30)  # an item without a vector
    similar.like_current()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] != told[1]
    opened.set_current(None)
    similar.like_current()
    assert len(told) == 3
    assert not opened.filter.parts


class PictureBackend(FakeBackend):
    """Describes each picture by its first pixel's colour."""

    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        red, green, blue = (float(value) for value in sample.array()[0, 0])
        return SampleResult(vectors=(Vector(SPACE, unit(red, green, blue).astype(np.float16)),))


def test_pictures_like_a_file_from_outside(opened: Context, told: list[str], qtbot: QtBot, tmp_path: Path) -> None:
    ids = give_vectors(opened)
    Image.new("RGB", (16, 16), (0, 250, 5)).save(tmp_path / "green.png")
    opened.parts = dataclasses.replace(opened.parts, open_backend=lambda _s: PictureBackend(info("embedding")))
    Similar.of(opened).like_file(tmp_path / "green.png")
    qtbot.waitUntil(lambda: bool(opened.filter.parts), timeout=20_000)
    assert chosen(opened)[0] == ids[1]
    assert "A hint" in told[-1]
    (tmp_path / "words.png").write_text("no picture", encoding="utf-8")
    with qtbot.waitSignal(opened.failed, timeout=20_000) as failed:
        Similar.of(opened).like_file(tmp_path / "words.png")
    assert "no picture" in str(failed.args[0])  # type: ignore[index]  # the signal came
    missing = info("embedding", missing="The pack is not installed.")
    opened.parts = dataclasses.replace(opened.parts, open_backend=lambda _s: PictureBackend(missing))
    with qtbot.waitSignal(opened.failed, timeout=20_000) as failed:
        Similar.of(opened).like_file(tmp_path / "green.png")
    assert "not installed" in str(failed.args[0])  # type: ignore[index]  # the signal came
