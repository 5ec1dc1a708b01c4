from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import psutil
import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages import report_options
from app.gui.pages.report import ReportPage
from app.gui.pages.report_preview import ReportPreview
from core.case import decisions
from core.report.verify import verify


@pytest.fixture
def page(opened: Context, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReportPage:
    monkeypatch.setattr(report_options, "signing_key", lambda: tmp_path / "key.pem")
    case = opened.case
    assert case is not None
    decisions.grade(case, list(opened.items.ids[:3]), "1")
    made = ReportPage(opened)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    made.show()
    qtbot.waitUntil(lambda: bool(made.options.step_boxes) and bool(made.options.grade_boxes))
    return made


def test_pages_are_seen_before_anything_is_written(page: ReportPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.preview.document.pageCount() > 0, timeout=30_000)
    case = page.context.case
    assert case is not None
    assert list((case.folder / "reports").iterdir()) == []


@pytest.mark.parametrize("screen", ["de", "en"])
def test_the_report_begins_in_the_language_of_the_screen(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    monkeypatch.setattr("app.gui.pages.report_options.spoken", lambda: screen)
    page = ReportPage(context)
    qtbot.addWidget(page)
    assert page.options.language.currentData() == screen
    context.preferences.set(report_language="en")  # and what was chosen stays, whatever the screen speaks
    other = ReportPage(context)
    qtbot.addWidget(other)
    assert other.options.language.currentData() == "en"


def test_the_preview_says_unsigned_only_of_what_would_be(page: ReportPage, qtbot: QtBot) -> None:
    def text() -> str:
        document = page.preview.document
        return document.getAllText(0).text() if document.pageCount() else ""

    qtbot.waitUntil(lambda: bool(text()), timeout=30_000)
    assert "UNSIGNED" not in text()
    assert "Fingerprint" in text()
    page.options.sign.click()
    qtbot.waitUntil(lambda: "UNSIGNED" in text(), timeout=30_000)


def test_pages_fit_a_large_screen_until_somebody_chooses(qtbot: QtBot) -> None:
    preview = ReportPreview()
    qtbot.addWidget(preview)
    preview.resize(800, 600)
    preview.show()
    assert preview.view.zoomMode() is QPdfView.ZoomMode.FitToWidth
    preview.resize(1900, 1200)
    assert preview.view.zoomMode() is QPdfView.ZoomMode.FitInView
    preview.fit_width()
    preview.resize(1800, 1200)
    assert preview.view.zoomMode() is QPdfView.ZoomMode.FitToWidth


def test_the_preview_follows_the_language_of_the_report(page: ReportPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.preview.document.pageCount() > 0, timeout=30_000)
    before = page.preview.document.getAllText(0).text()
    page.options.language.setFocus()
    QTest.keyClick(page.options.language, Qt.Key.Key_Up)
    assert page.context.preferences.values.report_language == "de"
    qtbot.waitUntil(
        lambda: page.preview.document.pageCount() > 0 and page.preview.document.getAllText(0).text() != before,
        timeout=30_000,
    )
    assert "Bericht" in page.preview.document.getAllText(0).text()


def test_the_whole_report_is_written_signed_and_holds(page: ReportPage, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.mouseClick(page.write_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._written is not None, timeout=60_000)
    written = page._written
    assert written is not None
    assert verify(written.folder, None).intact
    assert written.fingerprint
    assert PdfReader(written.folder / "report.pdf").pages
    case = page.context.case
    assert case is not None
    qtbot.waitUntil(lambda: written.manifest_sha256 in case.audit.path.read_text(encoding="utf-8"))
    qtbot.mouseClick(page.verify_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "It holds" in page.result.text())


def test_a_report_that_is_finished_after_its_case_was_closed_is_in_the_audit_trail(
    page: ReportPage, qtbot: QtBot, tmp_path: Path
) -> None:
    case = page.context.case
    assert case is not None
    page._write_to(tmp_path / "out")
    qtbot.waitUntil(lambda: page._writing is not None)
    job = page._writing
    assert job is not None
    page.context.close_case()
    job.wait(60)
    manifest = hashlib.sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest()
    lines = [json.loads(line) for line in case.audit.path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["action"] == "report written"
    assert lines[-1]["details"]["manifest_sha256"] == manifest


def test_pictures_are_not_printed_unless_chosen(page: ReportPage, qtbot: QtBot) -> None:
    wish = page.options.wish()
    assert wish is not None
    assert wish.images == "none"
    qtbot.mouseClick(page.options.images["redacted"], Qt.MouseButton.LeftButton)
    assert page.options.images["redacted"].isChecked()
    assert page.context.preferences.values.report_images == "redacted"


def test_scope_is_what_was_graded(page: ReportPage, qtbot: QtBot) -> None:
    assert page.options.selection().everything
    qtbot.waitUntil(page.options.only_graded.isEnabled)
    page.options.only_graded.click()
    for key, box in page.options.grade_boxes.items():
        box.setChecked(key == "1")
    assert page.options.selection().grades == ("1",)
    page.options.use_score.click()
    page.options.score.setValue(0.6)
    assert page.options.selection().min_score == 0.6
    for box in page.options.step_boxes.values():
        box.click()
    assert page.options.selection().analyzers == ()


def test_unsigned_is_possible_and_said(page: ReportPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.options.sign.click()
    page._write_to(tmp_path / "out")
    qtbot.waitUntil(lambda: page._written is not None, timeout=60_000)
    assert "UNSIGNED" in page.result.text()


def test_a_folder_that_is_not_empty_is_refused(page: ReportPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    with qtbot.waitSignal(page.context.failed, timeout=60_000):
        page._write_to(tmp_path / "full")
    assert page.write_button.isEnabled()


def _pids() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


def test_a_preview_that_is_cut_off_leaves_neither_files_nor_processes(
    page: ReportPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends it: another choice, an error in the process, the process killed, the case closed."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    qtbot.waitUntil(lambda: page.preview.document.pageCount() > 0, timeout=30_000)
    before = _pids()

    page.options.score.setValue(0.3)  # turns the pages stale; now the process for them starts, and is cancelled
    page._draw()
    first = page._drawing
    assert first is not None
    qtbot.waitUntil(lambda: bool(_pids() - before), timeout=10_000)
    page._draw()
    first.wait(20)
    assert page._drawing is not first

    qtbot.waitUntil(lambda: page._drawing is None, timeout=30_000)
    page._draw()  # killed from outside
    second = page._drawing
    assert second is not None
    qtbot.waitUntil(lambda: bool(_pids() - before), timeout=10_000)
    for pid in _pids() - before:
        psutil.Process(pid).kill()
    qtbot.waitUntil(lambda: page._drawing is None, timeout=30_000)
    assert "ended early" in page.preview._empty.text.text()

    page._draw()  # the window closes the case while the answer is under way
    third = page._drawing
    assert third is not None
    qtbot.waitUntil(lambda: bool(_pids() - before), timeout=10_000)
    page.context.close_case()
    third.wait(20)
    qtbot.waitUntil(lambda: not (_pids() - before), timeout=10_000)
    assert page.preview.document.pageCount() == 0
    assert list(temp.rglob("*")) == []
