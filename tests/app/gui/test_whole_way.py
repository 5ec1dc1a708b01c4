"""The whole way of an examiner, by mouse and keys, on real files: new case, folder, run, filter, grades, report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.pages import report_options
from app.gui.pages.engine import Engine
from app.gui.pages.report import ReportPage
from app.gui.pages.wizard import WizardPage
from app.gui.preferences import Preferences
from app.gui.preview import pixels_ready_for
from app.gui.window import MainWindow
from core.case import browse
from core.report.verify import verify
from tests.app.gui.looking import make_evidence

WAIT = 30_000


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """The files of `looking`, and one scene in two sizes."""
    folder = tmp_path / "evidence"
    make_evidence(folder)
    scene = Image.radial_gradient("L").resize((640, 480)).rotate(30)
    scene = Image.merge("RGB", (scene, scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT), scene.rotate(90)))
    scene.save(folder / "scene.jpg", quality=95)
    scene.resize((320, 240)).save(folder / "scene small.jpg", quality=60)
    return folder


def drop(window: MainWindow, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def made_case(window: MainWindow, evidence: Path, qtbot: QtBot) -> None:
    """A folder is dropped on the start page; the wizard asks for the rest, and the run begins."""
    drop(window, evidence)
    wizard = window.page("wizard")
    assert isinstance(wizard, WizardPage)
    assert window.context.view == "wizard"
    qtbot.waitUntil(lambda: Engine.of(window.context).known, timeout=WAIT)
    wizard.show_step("case")
    QTest.keyClicks(wizard.case_step.fields["number"], "2026-031")
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    assert wizard.case_step.fields["examiner"].text() == "K. Weber"
    wizard.show_step("comfort")
    qtbot.waitUntil(wizard.start_button.isEnabled, timeout=WAIT)
    QTest.mouseClick(wizard.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.context.run_state == "running", timeout=WAIT)
    qtbot.waitUntil(lambda: window.context.run_state == "", timeout=WAIT)


def ready(window: MainWindow, qtbot: QtBot) -> None:
    current = window.context.current
    assert current is not None
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, current), timeout=WAIT)


def test_from_a_dropped_folder_to_a_signed_report(
    make_desk: Callable[[], MainWindow],
    preferences: Preferences,
    evidence: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report_options, "signing_key", lambda: tmp_path / "key.pem")
    before = tree(evidence)
    (tmp_path / "cases").mkdir()
    preferences.set(cases_folder=str(tmp_path / "cases"))
    window = make_desk()
    context = window.context
    made_case(window, evidence, qtbot)
    assert context.case is not None
    assert context.case.folder.parent == tmp_path / "cases"
    assert context.case.facts()["number"] == "2026-031"

    window.activateWindow()  # the docks of the review were windows for a moment
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.context.view == "grid" and not context.busy(), timeout=WAIT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    with qtbot.waitSignal(context.items.loaded, timeout=WAIT):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert len(context.items) == len(before)

    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(context.items.loaded, timeout=WAIT):
        QTest.keyClicks(window.review.filter_bar.search, "scene")
        QTest.keyClick(window.review.filter_bar.search, Qt.Key.Key_Return)
    assert len(context.items) == 2
    window.review.focus_list()
    qtbot.waitUntil(lambda: context.items.row(0) is not None, timeout=WAIT)
    row = context.items.row(0)
    assert row is not None
    assert row.stacked == 2, "the same scene in two sizes is one stack"
    context.set_current(row.id)
    ready(window, qtbot)
    with qtbot.waitSignal(Acts.of(context).acted, timeout=WAIT):
        press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)

    with qtbot.waitSignal(context.items.loaded, timeout=WAIT):
        press(Qt.Key.Key_Escape)
        press(Qt.Key.Key_Escape)
    window.review.focus_list()
    press(Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: context.items.row(len(context.items) - 1) is not None, timeout=WAIT)
    rows = [context.items.row(number) for number in range(len(context.items))]
    place = next(number for number, one in enumerate(rows) if one is not None and one.name == "a.png")
    for _ in range(place):  # files come in the order in which the folder lists them
        press(Qt.Key.Key_Right)
    ready(window, qtbot)
    with qtbot.waitSignal(Acts.of(context).acted, timeout=WAIT):
        press(Qt.Key.Key_1)
    with context.case.reading() as connection:
        grades = {one.name: one.grade for one in browse.rows(connection, list(browse.ids(connection)))}
    assert (grades["scene.jpg"], grades["scene small.jpg"]) == ("2", "2")
    assert grades["a.png"] == "1"
    assert sorted(grade for grade in grades.values() if grade) == ["1", "2", "2"]

    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    page = window.page("report")
    assert isinstance(page, ReportPage)
    qtbot.waitUntil(lambda: bool(page.options.grade_boxes), timeout=WAIT)
    QTest.mouseClick(page.write_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._written is not None, timeout=WAIT)
    assert page._written is not None
    assert verify(page._written.folder, None).intact
    text = "".join(one.extract_text() for one in PdfReader(page._written.folder / "report.pdf").pages)
    assert "2026-031" in text
    assert "K. Weber" in text
    assert tree(evidence) == before
