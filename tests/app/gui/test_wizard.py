from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.pages.counting import Counts
from app.gui.pages.engine import speed_key
from app.gui.pages.opening import wish_wizard
from app.gui.pages.presets import PRESETS, duration, estimate, run_settings
from app.gui.pages.wizard import WizardPage
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.runs import Runs
from tests.support.backend import info
from tests.support.media import picture


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    (folder / "sub").mkdir(parents=True)
    for number in range(3):
        picture(folder / f"IMG_{number}.jpg", seed=number)
    (folder / "sub" / "clip.mp4").write_bytes(b"\0" * 2000)
    (folder / "notes.txt").write_text("words", encoding="utf-8")
    return folder


def counted(page: WizardPage) -> bool:
    return page.evidence.counts.complete


def test_the_examiner_is_required_and_said_so(wizard: WizardPage) -> None:
    assert "examiner" in wizard.hint.text()
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    assert wizard.hint.text() == ""


def test_the_folder_follows_the_number_until_it_is_edited(wizard: WizardPage, tmp_path: Path) -> None:
    QTest.keyClicks(wizard.case_step.fields["number"], "2026/014")
    assert wizard.case_step.path == tmp_path / "2026-014"
    QTest.keyClicks(wizard.case_step.folder, "x")
    QTest.keyClicks(wizard.case_step.fields["number"], "9")
    assert wizard.case_step.path == tmp_path / "2026-014x"


def test_sources_are_counted_while_one_looks(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    wizard.add_sources([evidence])
    qtbot.waitUntil(lambda: counted(wizard))
    counts = wizard.evidence.counts
    assert (counts.files, counts.pictures, counts.films, counts.others) == (5, 3, 1, 1)
    assert "3" in wizard.evidence.rows[0].detail.text()


def test_folders_are_dropped_and_files_left_out(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    wizard.show_step("evidence")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(evidence)), QUrl.fromLocalFile(str(evidence / "notes.txt"))])
    drop = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    wizard.evidence.zone.dropEvent(drop)
    assert wizard.evidence.folders == [evidence]
    assert wizard.evidence._note.isVisible()
    qtbot.waitUntil(lambda: counted(wizard))


def test_a_case_inside_its_evidence_is_refused(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.case_step.folder.setText(str(evidence / "case"))
    wizard.add_sources([evidence])
    qtbot.waitUntil(lambda: counted(wizard))
    assert "never written to" in wizard.evidence.rows[0].detail.text()
    wizard.show_step("comfort")
    assert not wizard.create_button.isEnabled()


def test_a_source_inside_a_source_is_refused(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    wizard.add_sources([evidence, evidence / "sub"])
    qtbot.waitUntil(lambda: counted(wizard))
    assert wizard.evidence.problem()
    wizard.evidence.rows[1].removed.emit(wizard.evidence.rows[1])
    assert not wizard.evidence.problem()


def test_presets_choose_steps_and_say_the_time(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    step = wizard.analysis
    assert step.boxes["bright"].isChecked()
    wizard.add_sources([evidence])
    qtbot.waitUntil(lambda: counted(wizard))
    assert "not measured" in step.cards["standard"].time.text()
    wizard.context.preferences.set(speeds={speed_key("bright", "strict"): 0.5})
    assert "about" in step.cards["standard"].time.text()
    wizard.show_step("analysis")
    qtbot.mouseClick(step.cards["triage"], Qt.MouseButton.LeftButton)
    assert step.preset == "triage"
    assert not step.cards["standard"].choice.isChecked()
    assert step.problem()  # triage looks for a step that this backend does not have


def test_this_computer_can_be_measured(wizard: WizardPage, qtbot: QtBot) -> None:
    wizard.show_step("analysis")
    qtbot.mouseClick(wizard.analysis.measure, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(wizard.context.preferences.values.speeds))
    assert wizard.context.preferences.values.speeds["bright/strict"] > 0


def test_create_only_makes_a_case_with_facts_scheme_and_sources(
    wizard: WizardPage, evidence: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.keyClicks(wizard.case_step.fields["number"], "2026-014")
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.add_sources([evidence])
    wizard.show_step("comfort")
    assert wizard.create_button.isEnabled()
    with qtbot.waitSignal(wizard.context.changed):
        qtbot.mouseClick(wizard.create_button, Qt.MouseButton.LeftButton)
    case = wizard.context.case
    assert case is not None
    assert case.folder == tmp_path / "2026-014"
    assert case.facts()["examiner"] == "K. Weber"
    assert [source.path for source in Runs(case).sources()] == [evidence]
    audit = case.audit.path.read_text(encoding="utf-8")
    assert "source added" in audit
    assert "grading scheme set" in audit
    assert wizard.context.preferences.values.examiner == "K. Weber"
    assert not wizard.context.run_state


def test_create_and_start_runs(wizard: WizardPage, evidence: Path, qtbot: QtBot) -> None:
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.add_sources([evidence])
    wizard.show_step("comfort")
    qtbot.waitUntil(wizard.start_button.isEnabled)
    qtbot.mouseClick(wizard.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: wizard.context.run_state == "running", timeout=10_000)
    assert wizard.context.stop_run(20_000)


@pytest.mark.parametrize("where", ["long", "file", "in-a-file"])
def test_a_folder_that_cannot_be_is_said_before_it_is_made(wizard: WizardPage, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wanted = {"long": "x" * 300, "in-a-file": "file/case"}.get(where, where)
    wizard.case_step.folder.setText(str(tmp_path / wanted))
    assert any(said in wizard.hint.text() for said in ("cannot be used", "is a file"))
    wizard.show_step("comfort")
    assert not wizard.create_button.isEnabled()


def test_where_nothing_can_be_written_is_said_before(
    wizard: WizardPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    monkeypatch.setattr("app.gui.pages.wizard_steps.os.access", lambda *_: False)
    wizard.case_step.folder.setText(str(tmp_path / "new" / "case"))
    assert "Nothing can be written" in wizard.hint.text()


def test_a_folder_with_a_case_is_not_taken_twice(wizard: WizardPage, tmp_path: Path) -> None:
    Case.create(tmp_path / "there").close()
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.case_step.folder.setText(str(tmp_path / "there"))
    assert "already" in wizard.hint.text()


def test_over_an_open_case_only_evidence_and_analysis_are_asked(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot, evidence: Path
) -> None:
    window = make_desk()
    window.open_case(case_folder)
    wish_wizard(window.context, "run", [evidence])
    page = window.page("wizard")
    assert isinstance(page, WizardPage)
    assert page.mode == "run"
    assert [name for name, entry in page.rail.entries.items() if not entry.isHidden()] == ["evidence", "analysis"]
    assert evidence in page.evidence.folders
    assert len(page.evidence.folders) == 2
    page.evidence.clear()


def test_estimates_grow_with_the_material_and_need_a_measurement() -> None:
    settings = run_settings(PRESETS["standard"], [info("ocr"), info("nsfw")])
    counts = Counts(files=100, pictures=100, complete=True)
    assert estimate(settings, counts, {"ocr/strict": 1.0}) is None
    speeds = {"ocr/strict": 1.0, "nsfw/strict": 0.1}
    found = estimate(settings, counts, speeds)
    assert found is not None
    assert found[0] < 110 < found[1]
    more = estimate(settings, counts + Counts(film_bytes=10**9, complete=True), speeds)
    assert more is not None
    assert more[0] > found[0]
    heard = run_settings(PRESETS["standard"], [info("speech")])
    assert estimate(heard, counts, {"speech/strict": 30.0}) == (0.0, 0.0)  # a hundred pictures make no sound


def test_deep_switches_early_exits_off_where_there_are_any() -> None:
    gated = info("ocr")
    object.__setattr__(gated, "options", {"gate": True})
    spoken = replace(info("speech"), options={"mode": "evidential"})
    assert run_settings(PRESETS["triage"], [spoken], ("speech",)).options == {"speech": {"mode": "triage"}}
    assert run_settings(PRESETS["standard"], [spoken], ("speech",)).options == {}
    settings = run_settings(PRESETS["deep"], [gated, info("nsfw")])
    assert settings.options == {"ocr": {"gate": False}}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (59, "59 s"), (600, "10 min"), (7200, "2 h 0 min"), (200_000, "2 d 7 h")]
)
def test_durations_are_as_exact_as_anybody_needs(seconds: float, said: str) -> None:
    assert duration(seconds) == said
