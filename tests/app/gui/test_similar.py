"""Pictures like this one, and pictures for a description, in the list."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.similar import Similar
from core.case.filters import Sort
from core.case.store import Results, Store
from core.control import Control
from core.records import Outcome, Sample, SampleResult, State, Vector
from tests.app.gui.conftest import sha
from tests.support.backend import FakeBackend, info

SPACE = "siglip2/x/1"


def unit(*values: float) -> np.ndarray:
    return np.array(values, np.float32) / np.linalg.norm(values)


def give_vectors(context: Context) -> dict[int, int]:
    """Vectors for the first four pictures: 0 and 2 alike, 1 and 3 elsewhere. Returns item → content id."""
    assert context.case is not None
    vectors = {0: unit(1, 0, 0), 1: unit(0, 1, 0), 2: unit(1, 0.1, 0), 3: unit(0, 0, 1)}
    with context.case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        config = store.config(info("embedding"), {"analyzer": "embedding"})
        ids = store.content_ids([sha(item) for item in vectors])
        for item, vector in vectors.items():
            result = SampleResult(vectors=(Vector(SPACE, vector.astype(np.float16)),))
            store.results(ids[sha(item)], Results(config, Outcome("embedding", State.DONE), [(0, result)]))
    return {item: ids[sha(item)] for item in vectors}


def chosen(context: Context) -> list[int]:
    (part,) = context.filter.parts
    return [int(value) for value in part.values]  # type: ignore[union-attr]


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
