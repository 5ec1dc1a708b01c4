"""Faces like one: begun by key, mouse or a dropped file; looked at, decided, taken back, put into the list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.gui.exposure import Exposure
from app.gui.faces.dialog import FacesDialog
from app.gui.faces.listing import Divider
from app.gui.faces.search import FaceSearch
from app.gui.preview.panel import PreviewPanel
from app.gui.window import MainWindow
from app.parts import Parts
from core.case.candidates import Candidate
from core.case.case import Case
from core.case.filters import Term
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.control import Control
from core.records import Finding, Options, Outcome, Region, Sample, SampleResult, State, Vector
from tests.support.backend import FakeBackend, info

SPACE = f"dlib-face-resnet/{'ab' * 32}/faces/1"
BOX = Region(0.25, 0.25, 0.5, 0.5)
DISTANCES = {"a.png": 0.0, "b.png": 0.2, "c.png": 0.4, "far.png": 1.2}


def face(distance: float, *, space: str = SPACE) -> SampleResult:
    values = np.array([distance, *[0.0] * 127], np.float16)
    finding = Finding("face", 0.9, BOX, attributes={"quality": 0.8})
    return SampleResult((finding,), (Vector(space, values, 0),))


def picture(path: Path, shade: int) -> None:
    """A grey field with a lighter square where the face is said to be."""
    pixels = np.full((80, 80, 3), shade, np.uint8)
    pixels[20:60, 20:60] = 230
    Image.fromarray(pixels).save(path)


class FaceBackend(FakeBackend):
    """Finds one face in each picture, as far from the axis' zero as the picture's first pixel says."""

    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        return face(float(sample.array()[0, 0, 0]) / 100)

    def analyze(self, analyzer: str, samples: object, options: Options, control: Control) -> list[SampleResult]:
        return super().analyze(analyzer, samples, options, control)  # type: ignore[arg-type]  # handed on as they came


@pytest.fixture
def parts() -> Parts:
    return Parts(open_backend=lambda _settings: FaceBackend(info("faces")), examine=list)


@pytest.fixture
def faces_case(tmp_path: Path) -> Path:
    """Four pictures with a face each, and one whose face another model described."""
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    names = [*DISTANCES, "other.png"]
    rows = []
    for number, name in enumerate(names):
        picture(evidence / name, 10 * number)
    with Case.create(tmp_path / "case") as case:
        source = Runs(case).add_source(evidence, str(evidence))
        run = Runs(case).start({}, {}, "test")
        for name in names:
            path = evidence / name
            digest, facts = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat()
            rows.append(
                CopyRow(
                    source.id, name, name.encode(), "read", facts.st_size, facts.st_mtime_ns, sha256=digest,
                    kind="image", mime="image/png",
                )
            )  # fmt: skip
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register(rows)
            config = store.config(info("faces"), {"analyzer": "faces", "options": {}})
            ids = store.content_ids([row.sha256 or "" for row in rows])
            for name, row in zip(names, rows, strict=True):
                result = face(
                    DISTANCES.get(name, 0.0), space=SPACE if name in DISTANCES else "sface-2021dec/cd/faces/1"
                )
                content = ids[row.sha256 or ""]
                store.facts(content, FactsRow(width=80, height=80, format="PNG"))
                store.results(content, Results(config, Outcome("faces", State.DONE), [(0, result)]))
                if name == "a.png":  # another step marked the face as well, without a vector
                    seen = SampleResult((Finding("FACE_FEMALE", 0.6, Region(0.35, 0.35, 0.3, 0.3)),))
                    marked = store.config(info("nsfw"), {"analyzer": "nsfw"})
                    store.results(content, Results(marked, Outcome("nsfw", State.DONE), [(0, seen)]))
        Runs(case).finish(run, "finished", 1.0, {})
    return tmp_path / "case"


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], faces_case: Path, qtbot: QtBot) -> MainWindow:
    made = make_desk()
    with qtbot.waitSignal(made.context.items.loaded):
        made.open_case(faces_case)
    context = made.context
    qtbot.waitUntil(lambda: not context.busy())
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    context.set_current(context.items.ids[0])
    (panel,) = PreviewPanel.all_of(context)
    qtbot.waitUntil(lambda: bool(panel.stage.canvas.image and panel.stage.canvas.shown_marks), timeout=30_000)
    return made


def panel_of(window: MainWindow) -> PreviewPanel:
    (panel,) = PreviewPanel.all_of(window.context)
    return panel


def opened(window: MainWindow, qtbot: QtBot) -> FacesDialog:
    """The dialog, with its candidates and both faces on the screen."""
    search = FaceSearch.of(window.context)
    qtbot.waitUntil(lambda: search.dialog is not None and search.dialog._found is not None, timeout=20_000)
    dialog = search.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.left.ready and dialog.right.ready, timeout=20_000)
    return dialog


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> FacesDialog:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    return opened(window, qtbot)


def rows(dialog: FacesDialog) -> list[str]:
    """Names of candidates, and the dividers."""
    found = (dialog.list.rows.at(row) for row in range(dialog.list.rows.rowCount()))
    return [f"-- {one.text}" if isinstance(one, Divider) else one.name for one in found]


def chosen(dialog: FacesDialog) -> Candidate:
    assert dialog.list.candidate is not None
    return dialog.list.candidate


# ---------------------------------------------------------------------- how it is begun


def test_a_key_ranks_the_candidates_and_divides_the_weaker_ones(dialog: FacesDialog) -> None:
    assert rows(dialog) == ["b.png", "c.png", "-- weaker matches below", "far.png"]
    assert chosen(dialog).name == "b.png"
    assert "2 candidate" in dialog.coverage.text()
    assert "3 face" in dialog.coverage.text()
    assert "1 described by another model" in dialog.coverage.text()
    assert dialog.value.text() == "0.71"
    assert "0.90" in dialog.verdict.text()
    assert "candidate" in dialog.verdict.text()
    assert not dialog.list.rows.flags(dialog.list.rows.index(2, 0)) & Qt.ItemFlag.ItemIsSelectable


def test_right_click_on_the_box_of_a_face_and_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    canvas = panel_of(window).stage.canvas
    corner = canvas.place().map(QPointF(0.02, 0.02)).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, corner, canvas.mapToGlobal(corner))
    QApplication.sendEvent(canvas, event)
    assert QApplication.activePopupWidget() is None
    middle = canvas.place().map(QPointF(0.5, 0.5)).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, canvas.mapToGlobal(middle))
    QApplication.sendEvent(canvas, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)  # the inner box is another step's: the face that lies there is meant
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert opened(window, qtbot).wanted is not None


def test_from_the_list_of_findings_by_menu_and_by_button(window: MainWindow, qtbot: QtBot) -> None:
    why = panel_of(window).why
    where = why.list.visualRect(why.list.model().index(0, 0)).center()
    why.list.customContextMenuRequested.emit(where)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].objectName() == "faces.like"
    menu.close()
    assert why.card.faces.isVisibleTo(why)
    why.ensureWidgetVisible(why.card.faces)
    qtbot.mouseClick(why.card.faces, Qt.MouseButton.LeftButton)
    assert rows(opened(window, qtbot))[0] == "b.png"


def test_an_item_without_a_face_says_so(window: MainWindow, qtbot: QtBot) -> None:
    said: list[str] = []
    window.context.message.connect(lambda text, _undo: said.append(text))
    window.context.set_current(None)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    assert FaceSearch.of(window.context).dialog is None
    assert "No face" in said[-1]


def drop(widget: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(50, 50), copy, data, left, none))


def test_a_picture_dropped_on_the_window_is_a_reference(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    picture(tmp_path / "outside.png", 40)
    drop(window, tmp_path / "outside.png")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    dialog = opened(window, qtbot)
    assert rows(dialog)[:2] == ["c.png", "b.png"]
    assert dialog.left.shot is not None
    assert dialog.left.shot.name == "outside.png"
    assert dialog.left.canvas.image is not None
    QTest.keyClick(dialog.list, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: "-- 1 rejected" in rows(dialog))
    drop(dialog, tmp_path / "outside.png")  # the same again: what was said of it is remembered
    qtbot.waitUntil(lambda: dialog._found is None)
    qtbot.waitUntil(lambda: dialog._found is not None, timeout=20_000)
    assert rows(dialog)[0] == "b.png"
    assert rows(dialog)[-2:] == ["-- 1 rejected", "c.png"]


def test_a_picture_that_cannot_be_used_says_why(
    window: MainWindow, dialog: FacesDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "words.png").write_text("no picture", encoding="utf-8")
    drop(dialog, tmp_path / "words.png")
    qtbot.waitUntil(lambda: "no picture" in dialog.told.text(), timeout=20_000)
    assert rows(dialog) == []


# ---------------------------------------------------------------------- looking and deciding


def test_keys_confirm_reject_and_take_back(window: MainWindow, dialog: FacesDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.list.rows.at(0).said == "yes")  # type: ignore[union-attr]  # a candidate
    assert chosen(dialog).name == "c.png", "the next one loads itself"
    qtbot.waitUntil(lambda: dialog.right.ready)
    QTest.keyClick(dialog.list, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: rows(dialog)[-2:] == ["-- 1 rejected", "c.png"])
    assert rows(dialog)[:1] == ["b.png"]
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: rows(dialog)[:2] == ["b.png", "c.png"])
    dialog.list.setCurrentIndex(dialog.list.rows.index(0, 0))
    qtbot.waitUntil(lambda: dialog.right.ready and dialog.yes_button.isChecked())
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)  # the same again
    qtbot.waitUntil(lambda: dialog.list.rows.at(0).said == "")  # type: ignore[union-attr]  # a candidate


def test_a_rejected_one_is_not_suggested_again(window: MainWindow, dialog: FacesDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.no_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "-- 1 rejected" in rows(dialog))
    dialog.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    again = opened(window, qtbot)
    assert rows(again) == ["c.png", "-- weaker matches below", "far.png", "-- 1 rejected", "b.png"]


def test_nothing_is_decided_that_cannot_be_seen(dialog: FacesDialog) -> None:
    dialog.right.ready = False
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert "Not done" in dialog.told.text()
    assert chosen(dialog).said == ""


def test_crops_only_until_the_whole_picture_is_asked_for(dialog: FacesDialog, qtbot: QtBot) -> None:
    crop = dialog.right.canvas.image
    assert crop is not None
    assert crop.width() < 80, "the face and a little around it"
    assert dialog.right.canvas.shown_marks == frozenset()
    QTest.keyClick(dialog.list, Qt.Key.Key_Z)
    qtbot.waitUntil(lambda: dialog.right.ready and dialog.left.ready)
    whole = dialog.right.canvas.image
    assert whole is not None
    assert (whole.width(), whole.height()) == (80, 80)
    assert dialog.right.canvas.shown_marks
    assert dialog.whole_button.isChecked()
    qtbot.waitUntil(lambda: len(dialog.list.rows.faces) == 3)


def test_the_threshold_moves_the_line_and_the_list_is_filtered_to_what_reaches_it(
    window: MainWindow, dialog: FacesDialog, qtbot: QtBot
) -> None:
    dialog.slider.setFocus()
    while dialog.slider.value() < 820:
        QTest.keyClick(dialog.slider, Qt.Key.Key_PageUp)
    assert rows(dialog) == ["b.png", "-- weaker matches below", "c.png", "far.png"]
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert rows(dialog)[1] == "c.png"
    context, undo = window.context, []
    context.message.connect(lambda _text, back: undo.append(back))
    before = context.filter
    qtbot.mouseClick(dialog.filter_button, Qt.MouseButton.LeftButton)
    (part,) = context.filter.parts
    assert isinstance(part, Term)
    names = []
    qtbot.waitUntil(lambda: len(context.items) == 3)
    for content in part.values:
        row = context.items.cached(int(content))
        assert row is not None
        names.append(row.name)
    assert names == ["a.png", "b.png", "c.png"]
    undo[-1]()
    assert context.filter == before
    QTest.keyClick(dialog.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.context.current == chosen(dialog).content


def test_hide_everything_hides_faces_too(window: MainWindow, dialog: FacesDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(dialog.list.rows.faces) == 3)
    exposure = Exposure.of(window.context)
    QTest.keyClick(dialog, Qt.Key.Key_F9)
    assert exposure.hidden
    assert dialog.list.rows.faces == {}
    assert dialog.right.canvas.image is None
    exposure.toggle_hidden()
    qtbot.waitUntil(lambda: dialog.right.canvas.image is not None and len(dialog.list.rows.faces) == 3)
