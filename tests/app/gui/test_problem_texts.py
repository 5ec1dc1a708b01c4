"""Problems in German: of files that are really broken, on the page, in the preview's panels, in dialogs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.gui import languages, recorded
from app.gui.context import Context
from app.gui.labels import label_choice
from app.gui.pages.explained import Explanation, explain
from app.gui.pages.problems import ProblemsPage
from app.gui.window import MainWindow
from core.case import queries
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import StorageError
from core.pipeline.run import run
from core.records import SampleKind
from core.sentences import told
from core.settings import RunSettings
from tests.support.backend import FakeBackend, info
from tests.support.broken import broken_files
from tests.support.sentences_said import ROOT, said

_CODES = {
    "CannotDecode": {"code": 0},
    "CannotOpen": {"code": 2},
    "Done": {"code": 1},
    "Failure": {"code": 1},
    "Fault": {"code": 0},
    "Outcome": {"code": 2},
    "Problem": {"code": 0},
    "Reading": {"code": 1},
    "_failed": {"code": 0},
    "outcome": {"code": 1},
}
_NO_PROBLEM = {"early-exit", "nothing-to-see", "no-reference"}  # states of what went well
_PREVIEW = {"no-pictures", "no-sound", "not-seekable"}  # said where it is shown, never recorded


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    assert languages.install("de") == "de"
    yield
    languages.install("en")


@pytest.fixture(scope="module")
def broken_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case over broken files, made by a real run with real decoders."""
    folder = tmp_path_factory.mktemp("broken")
    broken_files(folder / "evidence")
    with Case.create(folder / "case") as case:
        source = Runs(case).add_source(folder / "evidence", "evidence")
        backend = FakeBackend(info(), dataclasses.replace(info("ears"), accepts=frozenset({SampleKind.SOUND})))
        chosen = RunSettings(analyzers=("bright", "ears"), workers=2)
        for _ in run(case, [source], backend, chosen, Control()):
            pass
    return folder / "case"


def codes() -> set[str]:
    """Every code that can be recorded."""
    found = {
        one.fixed for one in said(("core", "models"), _CODES) if all(isinstance(part, str) for part in one.sentence)
    }
    return found - {""} - _PREVIEW


def test_every_code_is_explained(german: None) -> None:
    known = codes() - _NO_PROBLEM
    assert {"damaged", "empty", "source-missing", "reader-stuck", "hash-list-missing"} <= known
    general = {explain("", state) for state in ("", "partial", "failed", "timed out", "skipped")}
    assert [code for code in sorted(known) if explain(code, "failed") in general] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_report_has_words_for_every_code(language: str) -> None:
    words = json.loads((ROOT / "resources" / "report" / f"{language}.json").read_text(encoding="utf-8"))
    assert [code for code in sorted(codes() - {"no-reference"}) if f"code.{code}" not in words] == []


def test_whatever_a_real_run_records_has_a_german_text(broken_case: Path) -> None:
    with Case.open(broken_case, readonly=True) as case, case.reading() as connection:
        noted = [row["message"] for row in queries.problems(connection)]
        ended = [row["reason"] for row in queries.outcomes(connection) if row["reason"]]
        codes_found = {row["code"] for row in queries.outcomes(connection) if row["state"] in ("failed", "partial")}
    assert len(set(noted + ended)) >= 10
    assert {"damaged", "truncated", "picture-bomb"} <= codes_found
    assert [text for text in (*noted, *ended) if not told(text, "de").known] == []


@pytest.fixture
def page(german: None, broken_case: Path, context: Context, qtbot: QtBot) -> ProblemsPage:
    with qtbot.waitSignal(context.items.loaded):
        context.open_case(broken_case)
    page = ProblemsPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 0)
    return page


def test_the_page_speaks_german_and_keeps_the_library_apart(page: ProblemsPage, qtbot: QtBot) -> None:
    texts, details = set(), set()
    for row in range(page.list.count()):
        page.tree.clear()
        page.list.setCurrentRow((row + 1) % page.list.count())
        qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 0)
        for place in range(page.tree.topLevelItemCount()):
            page.tree.setCurrentItem(page.tree.topLevelItem(place))
            texts.add(page.tree.topLevelItem(place).text(1))
            details.add(page.detail.text())
            assert page.tree.topLevelItem(place).text(0) in page.told.text()
    assert len(texts) >= 8
    english = {word for text in texts for word in text.split() if word in {"the", "The", "was", "of", "not", "is"}}
    assert english == set()
    said_apart = {text for text in details if text}
    assert said_apart
    assert all(text.startswith("Technische Einzelheit: ") for text in said_apart)


def test_what_is_copied_has_the_record_as_well(page: ProblemsPage) -> None:
    page.tree.topLevelItem(0).setSelected(True)
    page.copy_button.click()
    fields = QApplication.clipboard().text().split("\t")
    assert fields[2] == told(fields[-1], "de").text
    assert fields[-1] != fields[2]


def test_an_error_of_the_core_is_told_in_german(german: None, make_desk: Callable[[], MainWindow]) -> None:
    shown = make_desk()
    error = StorageError("The case database in /cases/7 could not be used (disk I/O error).", "Run `case check` on it.")
    shown.complain(error)
    (box,) = shown.findChildren(QMessageBox)
    assert box.text() == "Die Falldatenbank in /cases/7 ließ sich nicht benutzen."
    assert box.informativeText() == "Prüfen Sie den Fall mit `case check`."
    assert box.detailedText() == "disk I/O error"
    box.close()


def test_details_that_say_the_same_are_shown_once(german: None) -> None:
    recorded_text = "The picture is damaged beyond what can be decoded (bad header); it was not analysed."
    text = recorded.in_full(recorded_text, "ValueError: bad header")
    assert text.splitlines()[1:] == ["Technische Einzelheit: ValueError: bad header"]


def test_labels_to_choose_from_are_words(german: None) -> None:
    assert label_choice("rope") == "Seil"
    assert len({label_choice("FACE_FEMALE"), label_choice("FACE_MALE")}) == 2


def test_explanations_are_not_shared_by_mistake() -> None:
    assert isinstance(explain("empty", "failed"), Explanation)
    assert explain("empty", "failed") != explain("damaged", "failed")
