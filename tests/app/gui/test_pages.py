from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from app.gui import log_file
from app.gui.acts import Acts
from app.gui.context import Changes, Context
from app.gui.pages.bundle import KEPT_PREFERENCES, bundle_parts
from app.gui.pages.engine import Engine
from app.gui.pages.explained import explain, lacking
from app.gui.pages.health import HealthPage
from app.gui.pages.machine import read_machine
from app.gui.pages.models import AnalyzerCard, ModelsPage
from app.gui.pages.problems import ProblemsPage
from app.gui.pages.rescue import can_be_rescued
from app.gui.pages.start import StartPage
from app.gui.preferences import Preferences, Values
from app.gui.window import MainWindow
from app.parts import Check, Parts
from core import sentences
from core.case.case import Case
from core.case.checks import check
from core.case.filters import Filter
from core.case.overview import Trouble
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
    assert any("before-restore" in path.name for path in (case_folder / "backups").iterdir())


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


# ---------------------------------------------------------------------- problems


@pytest.fixture
def problems(opened: Context, qtbot: QtBot) -> ProblemsPage:
    page = ProblemsPage(opened)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 0)
    return page


def test_problems_say_code_reason_effect_and_action(problems: ProblemsPage) -> None:
    assert "broken" in problems.where.text()
    assert problems.tree.topLevelItem(0).text(1) == "It is broken."
    assert "no negative result" in problems.effect.text()
    assert problems.action.text()
    assert problems.tree.isColumnHidden(2), "no column for reasons where there are none"


def test_files_are_excluded_with_a_reason_and_taken_back_in(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("not of this case", True))
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "not of this case")
    assert problems.tree.topLevelItem(1).text(2) == ""
    assert not problems.tree.isColumnHidden(2)
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.include_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "")


def test_an_exclusion_is_an_act_like_any_other(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what was done with a way back, and everybody who counts problems hears of it and of its undoing."""
    context = problems.context
    told: list[object] = []
    heard: list[Changes] = []
    context.message.connect(lambda _text, undo: told.append(undo))
    context.changed.connect(heard.append)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("not of this case", True))
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "not of this case")
    assert heard[-1].problems
    assert told[-1] is not None
    Acts.of(context).undo()
    qtbot.waitUntil(lambda: problems.tree.topLevelItem(0).text(2) == "")
    assert heard[-1].problems


def test_without_a_reason_nothing_is_excluded(
    problems: ProblemsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("  ", True))
    qtbot.mouseClick(problems.exclude_button, Qt.MouseButton.LeftButton)
    assert "excluded" not in problems.subtitle.text()


def test_only_the_chosen_files_are_looked_at_again(problems: ProblemsPage, qtbot: QtBot) -> None:
    started: list[RunSettings] = []
    problems.context.start_run = lambda settings, *_: started.append(settings)  # type: ignore[method-assign]  # no run
    count = problems.tree.topLevelItemCount()
    assert problems.again_button.text() == f"Retry this kind ({count})"
    qtbot.mouseClick(problems.again_button, Qt.MouseButton.LeftButton)
    assert (started[-1].retry_failed, started[-1].retry_codes, started[-1].retry_items) == (True, ("broken",), ())
    box = problems.tree.visualItemRect(problems.tree.topLevelItem(1))
    qtbot.mouseClick(problems.tree.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert problems.again_button.text() == "Retry selected (1)"
    qtbot.mouseClick(problems.again_button, Qt.MouseButton.LeftButton)
    assert started[-1].retry_codes == ("broken",)
    (only,) = started[-1].retry_items
    assert only == problems._files[1].sha256
    assert len(only) == 64
    qtbot.mouseClick(problems.retry_button, Qt.MouseButton.LeftButton)
    assert (started[-1].retry_failed, started[-1].retry_codes, started[-1].retry_items) == (True, (), ())


def test_problems_lead_to_their_items(problems: ProblemsPage, qtbot: QtBot) -> None:
    wanted: list[str] = []
    problems.context.view_wanted.connect(wanted.append)
    problems.tree.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(problems.show_button, Qt.MouseButton.LeftButton)
    assert wanted == ["grid"]
    assert problems.context.filter != Filter()
    assert len(problems.context.filter.parts) == 1


def test_a_case_without_problems_says_so(context: Context, tmp_path: Path, qtbot: QtBot) -> None:
    Case.create(tmp_path / "empty").close()
    context.open_case(tmp_path / "empty")
    page = ProblemsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: not context.busy())
    assert page._empty.isVisible()


def test_a_step_without_its_models_points_to_where_one_is_not_yet() -> None:
    said = "No model that makes vectors of pictures is installed (wanted: x)."
    assert "page “Models”" in lacking(said)
    assert "page “Models”" not in lacking(said, here=True)


def test_labels_with_commas_stay_apart(qtbot: QtBot) -> None:
    card = AnalyzerCard(replace(info("nsfw"), labels=("FEMALE_BREAST_COVERED", "FACE_FEMALE")), None)
    qtbot.addWidget(card)
    (said,) = [one.text() for one in card.findChildren(QLabel) if one.text().startswith("Labels")]
    assert said.count(" · ") == 1


def test_every_code_is_explained_even_unknown_ones() -> None:
    for code, state in (("damaged", "failed"), ("vanished", ""), ("from-the-future", "timed out"), ("", "partial")):
        said = explain(code, state)
        assert said.title
        assert said.effect
        assert said.action


# ---------------------------------------------------------------------- health


@pytest.fixture
def health(opened: Context, qtbot: QtBot) -> HealthPage:
    page = HealthPage(opened)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    qtbot.waitUntil(lambda: Engine.of(opened).known)
    return page


def test_gauges_show_this_computer(health: HealthPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: health._gauges.bars["memory"].value() > 0)
    reading = read_machine(Path.home())
    assert reading.own > 0
    assert reading.memory_total > reading.memory > 0
    assert reading.disk_total > 0


def test_a_backup_is_made_listed_and_gone_back_to(health: HealthPage, qtbot: QtBot) -> None:
    care = health.care
    qtbot.mouseClick(care.backup_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: care.choice.count() == 1)
    for left in ("reports", "evidence", "audit trail"):
        assert left in care.left_out.text()
        assert left in care.result.text(), "what is not in it is said with the result"
    case = health.context.case
    assert case is not None
    case.describe(examiner="later")
    qtbot.waitUntil(care.restore_button.isEnabled)
    with qtbot.waitSignal(health.context.case_opened):
        qtbot.mouseClick(care.restore_button, Qt.MouseButton.LeftButton)
    case = health.context.case
    assert case is not None
    assert case.facts().get("examiner", "") == ""
    assert "restored" in case.audit.path.read_text(encoding="utf-8")
    qtbot.waitUntil(lambda: "Restored" in care.result.text())
    qtbot.waitUntil(lambda: care.choice.count() == 2)


def test_an_open_case_that_was_damaged_meanwhile_goes_back_to_a_backup(health: HealthPage, qtbot: QtBot) -> None:
    care = health.care
    qtbot.mouseClick(care.backup_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: care.choice.count() == 1)
    qtbot.waitUntil(care.restore_button.isEnabled)
    case = health.context.case
    assert case is not None
    for name in ("case.db-wal", "case.db-shm"):
        (case.folder / name).unlink(missing_ok=True)
    (case.folder / "case.db").write_bytes(b"no database at all")
    with qtbot.waitSignal(health.context.case_opened, timeout=20_000):
        qtbot.mouseClick(care.restore_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Restored" in care.result.text())


def test_the_audit_trail_is_saved_as_it_is(health: HealthPage, qtbot: QtBot, tmp_path: Path) -> None:
    case = health.context.case
    assert case is not None
    health.care.save_audit(tmp_path / "trail.jsonl")
    qtbot.waitUntil(lambda: case.audit.head().sha256[:16] in health.care.result.text())
    assert (tmp_path / "trail.jsonl").read_bytes() == case.audit.path.read_bytes()
    with qtbot.waitSignal(health.context.failed):
        health.care.save_audit(tmp_path / "no" / "such" / "folder.jsonl")


def test_damage_is_said_loudly(health: HealthPage, qtbot: QtBot) -> None:
    care = health.care
    qtbot.mouseClick(care.check_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "is whole" in care.result.text())
    case = health.context.case
    assert case is not None
    lines = case.audit.path.read_bytes().splitlines(keepends=True)
    case.audit.path.write_bytes(b"".join([lines[0].replace(b"case created", b"case altered"), *lines[1:]]))
    qtbot.waitUntil(care.check_button.isEnabled)
    qtbot.mouseClick(care.check_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "DAMAGED" in care.result.text())


SECRETS = ("Keller", "2026-014", "holiday", "DCIM", "image_0000", "K. Weber")


def test_the_bundle_holds_no_case_data(
    health: HealthPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health.context.preferences.set(examiner="K. Weber", cases_folder=str(tmp_path / "Keller"))
    log_file.path().parent.mkdir(parents=True, exist_ok=True)
    log_file.path().write_text(log_file.scrubbed("cannot read /evidence/holiday/image_0000.jpg"), encoding="utf-8")
    target = tmp_path / "bundle.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    qtbot.mouseClick(health.bundle_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(health.saved.isVisible)
    with zipfile.ZipFile(target) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    for secret in SECRETS:
        assert not [name for name, text in texts.items() if secret in text]
    assert json.loads(texts["case.json"])["contents"] == ITEMS
    assert json.loads(texts["problems.json"])[0]["code"] == "broken"
    assert "python" in json.loads(texts["versions.json"])


def test_new_preferences_stay_out_of_the_bundle_until_somebody_decided() -> None:
    private = {"recent", "examiner", "agency", "cases_folder", "grading_scheme"}
    assert set(Values.model_fields) == set(KEPT_PREFERENCES) | private
    assert bundle_parts(Values(), [Check("a", True, "b")])


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("open /mnt/e/Müller/IMG_1.jpg failed", "open <path> failed"),
        (r"open F:\DCIM\IMG_1.jpg failed", "open <path> failed"),
        ("file IMG_1.JPG is damaged", "<file> is damaged"),
        ("text 'geheim' found", "text <text> found"),
        ("content a91fa91fa91fa91fa91f lost", "content <hash> lost"),
    ],
)
def test_logs_are_scrubbed(line: str, left: str) -> None:
    assert log_file.scrubbed(line) == left


def test_the_machine_can_be_read_where_the_case_has_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    shutil.rmtree(gone)
    assert read_machine(gone).disk_total > 0


def test_troubles_count_what_is_open() -> None:
    assert Trouble("ocr", "x", "failed", "m", 5, 2).open == 3


def test_keys_reach_the_pages(make_desk: Callable[[], MainWindow], parts: Parts) -> None:
    window = make_desk()
    for key, view in ((Qt.Key.Key_5, "models"), (Qt.Key.Key_6, "health"), (Qt.Key.Key_7, "settings")):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.context.view == view
