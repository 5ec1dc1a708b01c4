"""Hash lists are chosen with the case, so that the first run already knows what it finds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.gui.pages.wizard import WizardPage
from core.case import hash_lists
from tests.support.media import picture


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    for number in range(3):
        picture(tmp_path / "evidence" / f"IMG_{number}.jpg", seed=number)
    return tmp_path / "evidence"


@pytest.fixture
def known(tmp_path: Path, evidence: Path) -> Path:
    """A list that holds one of the pictures."""
    digest = hashlib.sha256((evidence / "IMG_1.jpg").read_bytes()).hexdigest()
    (tmp_path / "known.txt").write_text(f"{digest}\n{'ab' * 16}\n", encoding="utf-8")
    return tmp_path / "known.txt"


def test_the_first_run_marks_what_a_list_knows(
    wizard: WizardPage, evidence: Path, known: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(known), str(known)], ""))
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.add_sources([evidence])
    wizard.show_step("lists")
    qtbot.mouseClick(wizard.lists.choose_button, Qt.MouseButton.LeftButton)
    assert wizard.lists.files == [known]
    wizard.show_step("comfort")
    qtbot.waitUntil(wizard.start_button.isEnabled)
    qtbot.mouseClick(wizard.start_button, Qt.MouseButton.LeftButton)
    context = wizard.context
    qtbot.waitUntil(lambda: context.run_state == "running")
    qtbot.waitUntil(lambda: not context.run_state)
    assert context.case is not None
    with context.case.reading() as connection:
        found = hash_lists.lists_in_use(connection)
    assert [(one.known.hashes, one.items) for one in found] == [(2, 1)]
    assert wizard.lists.files == []


def test_lists_are_dropped_and_folders_are_left_to_the_window(wizard: WizardPage, evidence: Path, known: Path) -> None:
    wizard.show_step("lists")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(evidence)), QUrl.fromLocalFile(str(known))])
    none = Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    wizard.lists.dropEvent(drop)
    assert wizard.lists.files == [known]


def test_a_list_that_is_gone_is_said_before_anything_is_made(wizard: WizardPage, known: Path) -> None:
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.lists.add([known])
    known.unlink()
    wizard.show_step("lists")
    assert "known.txt is not there any more" in wizard.hint.text()
    wizard.show_step("comfort")
    assert not wizard.create_button.isEnabled()
    wizard.lists._take_out(known)
    assert wizard.create_button.isEnabled()


def test_a_run_over_an_open_case_asks_for_no_lists(wizard: WizardPage, known: Path) -> None:
    wizard.lists.add([known])
    wizard.begin("case")
    assert wizard.lists.files == []
    assert list(wizard.rail.entries) == ["case", "evidence", "lists", "analysis", "comfort"]
