"""The transcript beside a recording: lines with times, the one that is heard, doubts, search and language."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.gui.preview.panel import PreviewPanel
from app.gui.preview.subject import Subject
from app.gui.preview.transcript import language_name
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.filters import Filter, words
from core.case.runs import Runs
from core.case.store import FactsRow, Results, Store
from core.records import Finding, Outcome, SampleResult, State
from core.settings import RunSettings
from tests.app.gui.looking import _row, _sha, open_and_wait
from tests.app.gui.previewing import WAIT, choose
from tests.support.backend import info
from tests.support.media import picture

SAID = (
    (0.5, 2.0, "transcript", "Das Geld liegt im Keller.", {"words": [], "language_probability": 0.97}),
    (0.5, 2.0, "translation", "The money is in the cellar.", {"into": "en"}),
    (2.5, 4.0, "doubtful-transcript", "ja ja ja ja ja", {"doubts": ["loop", "low probability"]}),
    (6.0, 7.5, "transcript", "Wir treffen uns bei Müller.", {"language_probability": 0.97}),
)
MEASURES = {"language": "de", "main_language": "de", "language_probability": 0.9}


def _record(path: Path, seconds: float, pitch: float) -> None:
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.sin(np.arange(int(seconds * 16_000)) / pitch) * 9000).astype("<i2").tobytes())


def _make(folder: Path, evidence: Path) -> None:
    for name, pitch in (("said.wav", 5.0), ("spoken.wav", 6.0), ("silent.wav", 7.0), ("unheard.wav", 8.0)):
        _record(evidence / name, 8.0, pitch)
    picture(evidence / "picture.png")
    with Case.create(folder, name="Hören") as case:
        source = Runs(case).add_source(evidence, str(evidence))
        run = Runs(case).start(RunSettings(analyzers=("speech",)).model_dump(mode="json"), {"asservat": "0.1"}, "test")
        files = sorted(evidence.iterdir())
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register([_row(source.id, path) for path in files])
            ids = store.content_ids([_sha(path) for path in files])
            config = store.config(info("speech"), {"a": 1})
            for path in files:
                _results(store, config, ids[_sha(path)], path.name)
        Runs(case).finish(run, "finished", 1.0, {})


def _results(store: Store, config: int, content: int, name: str) -> None:
    store.facts(content, FactsRow(duration=8.0))
    speech = [Finding("speech", 0.9, start=0.4, end=4.1), Finding("speech", 0.8, start=5.9, end=7.6)]
    said = [
        Finding(label, 0.8, start=start, end=end, text=text, attributes={**MEASURES, **more})
        for start, end, label, text, more in SAID
    ]
    found = {"said.wav": [*speech, *said], "spoken.wav": speech, "silent.wav": []}.get(name)
    if found is not None:
        store.results(content, Results(config, Outcome("speech", State.DONE), [(0, SampleResult(tuple(found)))], {}))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence") / "files"


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], evidence: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    _make(tmp_path / "case", evidence)
    return open_and_wait(make_desk(), tmp_path / "case", qtbot)


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> PreviewPanel:
    found = PreviewPanel.all_of(window.context)[0]
    choose(window, "said.wav", qtbot)
    qtbot.waitUntil(lambda: found._subject is not None, timeout=WAIT)
    found.tabs.setCurrentWidget(found.transcript)
    return found


def _lines(panel: PreviewPanel) -> list[str]:
    model = panel.transcript.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _index(panel: PreviewPanel, row: int) -> QModelIndex:
    return panel.transcript.list.model().index(row, 0)


def test_lines_stand_in_order_with_times_and_doubts(panel: PreviewPanel) -> None:
    assert _lines(panel) == [
        "00:00  Das Geld liegt im Keller.",
        "00:00  → The money is in the cellar.",
        "00:02  ja ja ja ja ja (Doubtful: repeats itself, guessed)",
        "00:06  Wir treffen uns bei Müller.",
    ]
    assert panel.tabs.tabText(panel.tabs.indexOf(panel.transcript)) == "Speech (4)"
    assert panel.transcript.heading.text().startswith("Deutsch, 0.97 sure. Machine transcript")


def test_a_click_goes_to_the_moment(panel: PreviewPanel, qtbot: QtBot) -> None:
    view = panel.transcript.list
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(_index(panel, 3)).center())
    assert panel.stage.time == 6.0
    assert panel.transcript.current == _index(panel, 3).data(Qt.ItemDataRole.UserRole).id


def test_the_line_that_is_heard_is_the_current_one(panel: PreviewPanel) -> None:
    heard = {0.0: None, 0.5: 0, 1.9: 0, 2.7: 2, 5.5: None, 6.1: 3, 8.3: 3, 9.0: None}
    for seconds, row in heard.items():
        panel.stage.go_to_time(seconds)
        expected = None if row is None else _index(panel, row).data(Qt.ItemDataRole.UserRole).id
        assert panel.transcript.current == expected, seconds


def _painted(panel: PreviewPanel, row: int) -> QImage:
    view = panel.transcript.list
    image = QImage(400, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    option.font = view.font()
    painter = QPainter(image)
    view.itemDelegate().paint(painter, option, _index(panel, row))
    painter.end()
    return image


def test_doubt_and_the_current_line_can_be_seen(panel: PreviewPanel) -> None:
    calm = _painted(panel, 3)
    assert _painted(panel, 2).pixelColor(3, 20) != calm.pixelColor(3, 20)  # the bar of a doubtful line
    panel.stage.go_to_time(6.5)
    assert _painted(panel, 3).pixelColor(395, 35) != calm.pixelColor(395, 35)


def test_searched_words_are_marked(panel: PreviewPanel, window: MainWindow) -> None:
    before = _painted(panel, 3)
    panel.transcript.search.setText("muell")
    typed = _painted(panel, 3)
    assert typed != before
    panel.transcript.search.clear()
    assert _painted(panel, 3) == before
    window.context.set_filter(Filter((words("mueller"),)))
    assert _painted(panel, 3) != before


def test_without_a_transcript_the_stretches_are_there(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "spoken.wav", qtbot)
    qtbot.waitUntil(lambda: len(_lines(panel)) == 2, timeout=WAIT)
    assert _lines(panel) == ["00:00  speech, 3.7 s, 0.90", "00:05  speech, 1.7 s, 0.80"]
    assert "not written down" in panel.transcript.heading.text()
    assert panel.transcript.search.isHidden()


def test_nothing_said_and_nobody_listened_are_different_words(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    said = {}
    for name in ("silent.wav", "unheard.wav"):
        content = choose(window, name, qtbot)
        qtbot.waitUntil(lambda content=content: panel._subject is not None and panel._subject.content == content)
        said[name] = panel.transcript._empty.text()
    assert said == {
        "silent.wav": "No speech was found in this file.",
        "unheard.wav": "Nobody has listened to this file yet.",
    }


def test_pictures_have_no_tab_of_speech(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    place = panel.tabs.indexOf(panel.transcript)
    assert panel.tabs.isTabVisible(place)
    choose(window, "picture.png", qtbot)
    qtbot.waitUntil(lambda: not panel.tabs.isTabVisible(place), timeout=WAIT)


def test_what_is_said_is_no_text_of_the_picture(panel: PreviewPanel) -> None:
    subject = panel._subject
    assert isinstance(subject, Subject)
    assert subject.texts == ()
    assert len(subject.ticks(0.5)) == 2
    assert {one.label for one in subject.hits(0.5)} == {"speech"}


def test_languages_have_their_own_names() -> None:
    assert [language_name(code) for code in ("de", "fr", "xx", "")] == ["Deutsch", "Français", "xx", ""]
