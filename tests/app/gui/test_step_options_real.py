"""Options from the desk to the result, with the real analyzers on real files: what is chosen is recorded and shows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

import main
from app.gui.pages.engine import Engine
from app.gui.pages.opening import resume_run, wish_wizard
from app.gui.pages.option_rows import OptionRow
from app.gui.pages.run import RunPage
from app.gui.pages.step_row import StepRow
from app.gui.pages.wizard import WizardPage
from app.gui.step_options import StepOptions
from app.gui.window import MainWindow
from app.parts import Parts
from core.case.case import Case
from core.case.overview import runs
from core.case.queries import FindingFilter, findings
from core.case.runs import Runs
from models import catalogue
from tests.app.gui.step_options.driving import pick
from tests.support import whisper_pack
from tests.support.micro_whisper import MODEL, bare, utterances

if not (MODEL / "model.bin").is_file():
    pytest.skip("the tests' own small Whisper is not made yet", allow_module_level=True)

WAIT = 90_000


@pytest.fixture
def parts() -> Parts:
    return main.parts()


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    whisper_pack.install(tmp_path / "packs")
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
    catalogue.forget()
    yield tmp_path / "packs"
    monkeypatch.undo()
    catalogue.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case over a spoken sentence and a page with one line of print."""
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    said = next(one for one in utterances() if one.language == "en")
    shutil.copy(said.path, evidence / said.path.name)
    page = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(page).text((40, 60), "Lagerhaus am Hafen 17", fill="black", font=ImageFont.load_default(48))
    page.save(evidence / "page.png")
    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(evidence, "evidence")
    return tmp_path / "case"


def prepared(window: MainWindow, qtbot: QtBot) -> WizardPage:
    wish_wizard(window.context, "run")
    page = window.page("wizard")
    assert isinstance(page, WizardPage)
    qtbot.waitUntil(lambda: Engine.of(window.context).known and page.evidence.counts.complete, timeout=WAIT)
    page.show_step("analysis")
    return page


def only(page: WizardPage, *wanted: str) -> None:
    for name, box in page.analysis.boxes.items():
        if box.isChecked() != (name in wanted):
            box.setFocus()
            QTest.keyClick(box, Qt.Key.Key_Space)


def opened(page: WizardPage, name: str, qtbot: QtBot) -> dict[str, OptionRow]:
    step: StepRow = page.analysis.rows[name]
    qtbot.mouseClick(step._button, Qt.MouseButton.LeftButton)
    return {row.fact.name: row for row in step.rows}


def run_to_its_end(window: MainWindow, page: WizardPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.start_button.isEnabled, timeout=WAIT)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.context.run_state == "running", timeout=WAIT)
    qtbot.waitUntil(lambda: window.context.run_state == "", timeout=WAIT)


def found(window: MainWindow, analyzer: str) -> list[dict[str, Any]]:
    case = window.context.case
    assert case is not None
    with case.reading() as connection:
        return [dict(row) for row in findings(connection, FindingFilter(analyzers=(analyzer,)))]


def recorded(window: MainWindow) -> tuple[int, Any]:
    case = window.context.case
    assert case is not None
    with case.reading() as connection:
        return runs(connection)[0].id, runs(connection)[0].settings["options"]


@pytest.mark.slow
def test_from_an_option_in_the_desk_to_the_run_and_its_result(
    make_desk: Callable[[], MainWindow], packs: Path, folder: Path, qtbot: QtBot
) -> None:
    window = make_desk()
    window.open_case(folder)
    page = prepared(window, qtbot)
    only(page, "ocr", "speech")
    speech, ocr = opened(page, "speech", qtbot), opened(page, "ocr", qtbot)
    pick(speech["model"], whisper_pack.NAME)
    assert speech["model"].note.text() == "For tests: two dozen words."
    pick(speech["language"], "en")
    field = ocr["languages"].field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "klingonisch")
    assert "klingonisch" in ocr["languages"].flaw.text()
    assert not page.start_button.isEnabled()
    field.selectAll()
    QTest.keyClicks(field, "en, de")
    gate = ocr["gate"].field
    assert isinstance(gate, QCheckBox)
    gate.setFocus()
    QTest.keyClick(gate, Qt.Key.Key_Space)
    run_to_its_end(window, page, qtbot)

    given = {
        "speech": {"model": whisper_pack.NAME, "language": "en"},
        "ocr": {"languages": ["de", "en"], "gate": False},
    }
    first, options = recorded(window)
    assert options == given
    said = next(one for one in utterances() if one.language == "en")
    heard = [one for one in found(window, "speech") if one["text"]]
    assert [word for one in heard for word in bare(one["text"])] == bare(said.text)
    assert "Hafen" in " ".join(str(one["text"]) for one in found(window, "ocr"))
    case = window.context.case
    assert case is not None
    with case.reading() as connection:
        stored = connection.exec_driver_sql("SELECT json FROM config").scalars().all()
    assert any('"languages":["de","en"]' in one for one in stored)
    assert any(f'"model":"{whisper_pack.NAME}"' in one for one in stored)

    shown = window.page("run")
    assert isinstance(shown, RunPage)
    qtbot.waitUntil(lambda: "de, en" in shown.chosen.text(), timeout=WAIT)
    assert whisper_pack.NAME in shown.chosen.text()

    # resuming asks the run itself, whatever was chosen for the next one
    StepOptions.of(window.context).put("run", "speech", "model", "none")
    resume_run(window.context)
    qtbot.waitUntil(lambda: window.context.run_state == "running", timeout=WAIT)
    qtbot.waitUntil(lambda: window.context.run_state == "", timeout=WAIT)
    second, options = recorded(window)
    assert second > first
    assert options == given

    # the next run begins with what this one had, and says that nothing is left to do
    StepOptions.of(window.context).start_over()
    page = prepared(window, qtbot)
    only(page, "ocr", "speech")
    assert page.analysis.settings().options == given
    qtbot.waitUntil(lambda: "Nothing to do" in page.analysis.rows["speech"].said.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: "Nothing to do" in page.analysis.rows["ocr"].said.text(), timeout=WAIT)
    pick(speech["model"], "none")  # the panel is still open
    qtbot.waitUntil(lambda: "looked at again" in page.analysis.rows["speech"].said.text(), timeout=WAIT)


def test_the_panel_knows_the_key_under_which_a_run_stores(
    make_desk: Callable[[], MainWindow], packs: Path, folder: Path, qtbot: QtBot
) -> None:
    """Also with fast arithmetic, where settings are others: what the panel asks for is what a run makes."""
    window = make_desk()
    window.open_case(folder)
    page = prepared(window, qtbot)
    qtbot.mouseClick(page.analysis.cards["triage"], Qt.MouseButton.LeftButton)
    only(page, "nsfw", "speech")
    run_to_its_end(window, page, qtbot)
    page = prepared(window, qtbot)
    only(page, "nsfw", "speech")
    for name in ("nsfw", "speech"):
        row = page.analysis.rows[name]
        qtbot.waitUntil(lambda row=row: "Nothing to do" in row.said.text(), timeout=WAIT)
