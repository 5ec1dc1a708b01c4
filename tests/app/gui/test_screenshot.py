"""A picture of a view waits for what belongs into it."""

from __future__ import annotations

import hashlib
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.gui.preview.panel import PreviewPanel
from app.gui.screenshot import unfinished
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Store
from core.decode.preview import Loudness, PreviewDecoder


@pytest.fixture
def sound_case(tmp_path: Path) -> Path:
    """One recording: a second of silence, a second of a tone."""
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    path = evidence / "tone.wav"
    tone = np.concatenate([np.zeros(8000), 20_000 * np.sin(np.arange(8000) / 3)]).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone.tobytes())
    with Case.create(tmp_path / "case") as case:
        source = Runs(case).add_source(evidence, str(evidence))
        run = Runs(case).start({}, {}, "test")
        digest, facts = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat()
        row = CopyRow(
            source.id, path.name, path.name.encode(), "read", facts.st_size, facts.st_mtime_ns, sha256=digest,
            kind="audio", mime="audio/wav",
        )  # fmt: skip
        with case.connected() as connection, connection.begin():
            Store(connection, run).register([row])
        Runs(case).finish(run, "finished", 1.0, {})
    return tmp_path / "case"


def test_the_loudness_of_a_recording_belongs_into_the_picture(
    make_desk: Callable[[], MainWindow], sound_case: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    real = PreviewDecoder.loudness

    def late(decoder: PreviewDecoder, *given: object) -> Loudness:
        assert go_on.wait(30)
        return real(decoder, *given)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(PreviewDecoder, "loudness", late)
    window = make_desk()
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(sound_case)
    window.context.set_current(window.context.items.ids[0])
    window.show_view("single")
    (panel,) = PreviewPanel.all_of(window.context)
    qtbot.waitUntil(lambda: panel.stage.ready and not window.context.busy(), timeout=20_000)
    assert unfinished(window), "the words are there, the waveform is not"
    assert panel.stage.timeline._loudness is None
    go_on.set()
    qtbot.waitUntil(lambda: not unfinished(window), timeout=20_000)
    qtbot.waitUntil(lambda: panel.stage.timeline._loudness is not None)
    loudness = panel.stage.timeline._loudness
    assert loudness is not None
    assert loudness.done
    assert np.abs(loudness.high[-5:].astype(int)).min() > 50
