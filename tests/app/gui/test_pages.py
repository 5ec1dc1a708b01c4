"""The start page, the page of models, and the keys that reach the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.models import ModelsPage
from app.gui.pages.start import StartPage
from app.gui.preferences import Preferences
from app.gui.window import MainWindow
from app.parts import Parts
from core import sentences
from core.case.case import Case
from core.case.checks import check
from core.case.overview import can_be_rescued
from core.errors import ModelError
from core.interfaces import Backend
from core.settings import RunSettings
from tests.app.gui.conftest import ITEMS
from tests.support.backend import FakeBackend, info

# ---------------------------------------------------------------------- start


def start_page(context: Context, qtbot: QtBot) -> StartPage:
    page = StartPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    return page


def test_without_recent_cases_it_says_what_to_do(context: Context, qtbot: QtBot) -> None:
    page = start_page(context, qtbot)
    texts = [child.text() for child in page.findChildren(type(page.title))]
    assert any("Create a case" in text for text in texts)


def test_recent_cases_say_how_far_they_are(context: Context, case_folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    context.preferences.allow_recent("name")
    context.preferences.remember_case(tmp_path / "gone", "Nord")
    context.preferences.remember_case(case_folder, "Keller")
    page = start_page(context, qtbot)
    here, gone = page._rows[str(case_folder)], page._rows[str(tmp_path / "gone")]
    qtbot.waitUntil(lambda: f"{ITEMS} items" in here.state.text().replace("(s)", "s"))
    qtbot.waitUntil(gone.locate.isVisible)
    assert not gone.open.isVisible()
    assert not here.resume.isVisible()


def test_only_folders_are_shown_where_names_are_not_allowed(context: Context, case_folder: Path, qtbot: QtBot) -> None:
    context.preferences.remember_case(case_folder, "Keller")
    page = start_page(context, qtbot)
    qtbot.waitUntil(lambda: page._job is None)
    texts = " ".join(child.text() for child in page._recent.findChildren(type(page.title)))
    assert "Keller" not in texts
    assert str(ITEMS) not in texts.replace(str(case_folder), "")  # a number in the name of the folder says nothing


def test_an_interrupted_run_offers_to_resume(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    with Case.open(case_folder) as case, case.writing() as connection:
        connection.exec_driver_sql("UPDATE run SET state = 'interrupted'")
    window = make_desk()
    window.context.preferences.remember_case(case_folder)
    page = window.page("start")
    assert isinstance(page, StartPage)
    row = page._rows[str(case_folder)]
    qtbot.waitUntil(row.resume.isVisible)
    qtbot.mouseClick(row.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.context.view == "run")
    assert window.context.run_state
    assert window.context.stop_run(20_000)


def test_a_damaged_case_goes_back_to_its_newest_whole_backup(context: Context, case_folder: Path, qtbot: QtBot) -> None:
    with Case.open(case_folder) as case:
        whole = case.backup()
        torn = case.backup()
    torn.write_bytes(b"no database")
    (case_folder / "case.db").write_bytes((case_folder / "case.db").read_bytes()[:20_000])
    context.preferences.remember_case(case_folder)
    page = StartPage(context)
    qtbot.addWidget(page)
    page.show()
    row = page._rows[str(case_folder)]
    qtbot.waitUntil(row.rescue.isVisible, timeout=20_000)
    told: list[str] = []
    context.message.connect(lambda text, _undo: told.append(text))
    failed: list[object] = []
    context.failed.connect(failed.append)
    with qtbot.waitSignal(context.case_opened, timeout=20_000):
        qtbot.mouseClick(row.rescue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told))
    assert "Back at the backup" in told[0]
    assert not failed
    assert whole.is_file()
    assert any(path.name.startswith("damaged-") for path in (case_folder / "backups").iterdir())


def test_a_damaged_case_without_a_backup_offers_none(context: Context, case_folder: Path, qtbot: QtBot) -> None:
    (case_folder / "case.db").write_bytes(b"no database")
    assert not can_be_rescued(case_folder)
    with Case.create(case_folder.parent / "whole", name="Whole") as case:
        case.backup()
    assert not can_be_rescued(case_folder.parent / "whole")


def test_a_case_leaves_the_list_on_request(context: Context, case_folder: Path, qtbot: QtBot) -> None:
    context.preferences.remember_case(case_folder)
    page = start_page(context, qtbot)
    qtbot.mouseClick(page._rows[str(case_folder)].forget, Qt.MouseButton.LeftButton)
    assert page._rows == {}
    assert (case_folder / "case.db").exists()


def test_the_engine_line_names_what_can_run(context: Context, qtbot: QtBot) -> None:
    page = start_page(context, qtbot)
    qtbot.waitUntil(lambda: "network: off" in page._engine_card.text.text())


# ---------------------------------------------------------------------- models


def models_page(context: Context, qtbot: QtBot) -> ModelsPage:
    page = ModelsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: Engine.of(context).known)
    return page


def test_what_is_missing_is_named_first_with_what_it_means(
    qtbot: QtBot, preferences: Preferences, context: Context
) -> None:
    backend = FakeBackend(info("bright"), info("speech", missing="Its weights are not installed (model.bin)."))
    object.__setattr__(context.parts, "open_backend", lambda _settings: backend)
    page = models_page(context, qtbot)
    assert list(page.cards) == ["speech", "bright"]
    texts = " ".join(child.text() for child in page.cards["speech"].findChildren(type(page.title)))
    assert "not installed" in texts
    assert "never as" in texts
    hints = " ".join(child.toolTip() for child in page.cards["speech"].findChildren(type(page.title)))
    assert "model.bin" in hints
    assert backend.closed


def test_an_engine_that_does_not_start_is_said(qtbot: QtBot, context: Context) -> None:
    def broken(_settings: RunSettings) -> Backend:
        raise ModelError("The inference process died.", "Install it again.")

    object.__setattr__(context.parts, "open_backend", broken)
    page = models_page(context, qtbot)
    assert page.cards == {}
    assert Engine.of(context).error is not None


def test_what_a_check_has_found_well_is_said_in_german(case_folder: Path) -> None:
    """A sentence that is worded anew in the core would be English on every screen."""
    with Case.open(case_folder) as case:
        (case.folder / "thumbnails").mkdir(exist_ok=True)
        results = check(case)
    assert results
    for one in results:
        assert sentences.told(one.name, "de").text != one.name
        assert sentences.told(one.sentence, "de").text != one.sentence


def test_keys_reach_the_pages(make_desk: Callable[[], MainWindow], parts: Parts) -> None:
    window = make_desk()
    for key, view in ((Qt.Key.Key_5, "models"), (Qt.Key.Key_6, "health"), (Qt.Key.Key_7, "settings")):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.context.view == view
