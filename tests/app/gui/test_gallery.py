"""The dialog of the gallery: pictures in, matches told, pictures out, and nothing while a run is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.gallery import GalleryDialog
from app.gui.window import MainWindow
from app.parts import Parts
from core.case import references
from core.control import Control
from core.pipeline import gallery
from core.records import Failure, Options, Sample, SampleResult, State, Vector
from tests.support.backend import FakeBackend


class Galleries(FakeBackend):
    """Makes references of everything but of pictures that are all black."""

    def analyze(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
    ) -> list[SampleResult]:
        assert (analyzer, options) == ("logo", {"purpose": "reference"})
        if not samples[0].array().any():
            return [SampleResult(failure=Failure(State.UNSUPPORTED, "no-reference", "There is nothing on it."))]
        return [SampleResult(vectors=(Vector("reference/test", np.arange(8, dtype=np.uint8)),))]


@pytest.fixture
def parts() -> Parts:
    return Parts(open_backend=lambda _settings: Galleries(), examine=list)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "Acme.png"
    Image.new("RGB", (60, 40), (200, 30, 30)).save(path)
    return path


@pytest.fixture
def dialog(opened: Context, qtbot: QtBot) -> GalleryDialog:
    made = GalleryDialog(opened)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not opened.busy())
    return made


def names(dialog: GalleryDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_a_picture_comes_in_and_goes_out(
    dialog: GalleryDialog, opened: Context, picture: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dialog.empty.isVisible()
    assert not dialog.remove_button.isEnabled()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **known: (known["text"] + " & Co", True))
    with qtbot.waitSignal(opened.changed):
        dialog.take([picture])
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    assert names(dialog)[0].startswith("Acme & Co\n0 found")
    assert not dialog.list.item(0).icon().isNull()
    assert "Added" in dialog.told.text()
    assert not dialog.empty.isVisible()
    assert opened.case is not None
    with opened.case.reading() as connection:
        assert [one.facts["file"] for one in references.references(connection, "logo")] == ["Acme.png"]
    dialog.list.setCurrentRow(0)
    with qtbot.waitSignal(opened.changed):
        dialog.remove()
    qtbot.waitUntil(lambda: dialog.list.count() == 0)
    assert "Removed" in dialog.told.text()


def test_after_a_removal_the_others_are_searched_for(
    dialog: GalleryDialog, opened: Context, picture: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wrong", "right"):
        with qtbot.waitSignal(opened.changed):
            dialog.add(name, [picture])
    qtbot.waitUntil(lambda: dialog.list.count() == 2)
    remove = references.remove
    monkeypatch.setattr(references, "remove", lambda *given: replace(remove(*given), again=True))
    asked = []
    search = gallery.search
    monkeypatch.setattr(gallery, "search", lambda *given: asked.append(given[2]) or search(*given))
    dialog.list.setCurrentRow(next(row for row, name in enumerate(names(dialog)) if name.startswith("wrong")))
    dialog.remove()
    qtbot.waitUntil(lambda: bool(asked) and not dialog.stop_button.isVisible())
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    assert asked == ["logo"]
    assert "Removed" in dialog.told.text()
    assert [name.split("\n")[0] for name in names(dialog)] == ["right"]


def test_what_cannot_be_a_reference_is_said(dialog: GalleryDialog, tmp_path: Path, qtbot: QtBot) -> None:
    black, text = tmp_path / "black.png", tmp_path / "text.png"
    Image.new("RGB", (60, 40)).save(black)
    text.write_text("no picture")
    for path, words in ((black, "There is nothing on it"), (text, "not a picture")):
        dialog.add("x", [path])
        qtbot.waitUntil(lambda words=words: words in dialog.told.text())
        assert dialog.add_button.isEnabled()
    assert dialog.list.count() == 0


def test_nothing_changes_while_a_run_is_under_way(
    dialog: GalleryDialog, opened: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(opened), "run_state", property(lambda _self: "running"))
    opened.run_state_changed.emit("running")
    assert not dialog.add_button.isEnabled()
    assert "under way" in dialog.told.text()


def test_the_window_opens_it_for_its_case(desk: MainWindow, qtbot: QtBot) -> None:
    (entry,) = [one for one in desk.context.actions.entries() if one.id == "case.logos"]
    entry.action.trigger()
    found = desk.findChildren(GalleryDialog)
    assert [one.isVisible() for one in found] == [True]
    found[0].close()
