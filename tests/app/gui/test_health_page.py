"""The page of health: this computer, backups, the audit trail, damage, and a support bundle without case data."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.gui import log_file
from app.gui.context import Context
from app.gui.pages.bundle import KEPT_PREFERENCES, bundle_parts
from app.gui.pages.engine import Engine
from app.gui.pages.health import HealthPage
from app.gui.pages.machine import read_machine
from app.gui.preferences import Values
from app.parts import Check
from tests.app.gui.conftest import ITEMS

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
