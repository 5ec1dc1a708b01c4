"""A case with real files, for what has to show pixels."""

from __future__ import annotations

import fractions
import hashlib
import wave
from pathlib import Path

import av
import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from app.gui.window import MainWindow
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.evidence.sniff import sniff
from core.records import Finding, Outcome, Region, SampleResult, State
from core.settings import RunSettings
from tests.support.backend import info

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)
FILM_FRAMES = 50
HIT_FRAME = 30


def make_evidence(folder: Path) -> None:
    """a.png red with an indicator, b.png green with text, c.png blue not analysed, d.mp4 a film with a hit in frame 30,
    e.wav a tone, f.bin nothing, g.jpg broken, h.tif of three pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, colour in (("a.png", RED), ("b.png", GREEN), ("c.png", BLUE)):
        picture = np.full((90, 160, 3), colour, np.uint8)
        picture[::2, ::2] = 255 - picture[::2, ::2]  # detail, so that a blurred picture is another one
        Image.fromarray(picture).save(folder / name)
    with av.open(str(folder / "d.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25, options={"g": "10"})
        stream.width, stream.height, stream.pix_fmt = 256, 64, "yuv420p"
        stream.time_base = fractions.Fraction(1, 25)
        for number in range(FILM_FRAMES):
            picture = np.zeros((64, 256, 3), np.uint8)
            picture[:, number * 4 : number * 4 + 4] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with wave.open(str(folder / "e.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.sin(np.arange(32_000) / 5) * 9000).astype("<i2").tobytes())
    (folder / "f.bin").write_bytes(bytes(range(256)))
    (folder / "g.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300))
    pages = [Image.new("RGB", (40, 30), (value, 0, 0)) for value in (10, 120, 250)]
    pages[0].save(folder / "h.tif", save_all=True, append_images=pages[1:])


def make_case(folder: Path, evidence: Path) -> None:
    """The case as a run would have left it."""
    with Case.create(folder, name="Looking") as case:
        source = Runs(case).add_source(evidence, str(evidence))
        run = Runs(case).start(RunSettings(analyzers=("bright",)).model_dump(mode="json"), {"asservat": "0.1"}, "test")
        files = sorted(evidence.iterdir())
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register([_row(source.id, path) for path in files])
            hashes = {path.name: _sha(path) for path in files}
            ids = store.content_ids(hashes.values())
            config = store.config(info(), {"a": 1})
            for name, digest in hashes.items():
                _results(store, config, ids[digest], name)
        Runs(case).finish(run, "finished", 1.0, {})


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _row(source: int, path: Path) -> CopyRow:
    found = path.stat()
    mime, kind = sniff(path.read_bytes()[:4096], size=found.st_size)
    return CopyRow(
        source,
        path.name,
        path.name.encode(),
        state="read",
        size=found.st_size,
        modified_ns=found.st_mtime_ns,
        sha256=_sha(path),
        mime=mime,
        kind=kind,
    )


def _results(store: Store, config: int, content: int, name: str) -> None:
    done = Outcome("bright", State.DONE)
    box = Region(0.25, 0.25, 0.5, 0.5)
    findings: tuple[Finding, ...] = ()
    match name:
        case "a.png":
            store.facts(content, FactsRow(width=160, height=90))
            found = Finding("bright", 0.81, box)
            weak = Finding("bright", 0.31, Region(0.0, 0.0, 0.1, 0.1))
            findings = (found, weak)
        case "b.png":
            quad = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.2), (0.1, 0.2))
            findings = tuple(Finding("text", 0.9, polygon=quad, text=text) for text in ("Müller AG", "zweite Zeile"))
        case "d.mp4":
            store.facts(content, FactsRow(width=256, height=64, duration=FILM_FRAMES / 25, frames=FILM_FRAMES))
            findings = (Finding("bright", 0.7, box, start=HIT_FRAME / 25, end=HIT_FRAME / 25, frame=HIT_FRAME),)
        case "g.jpg":
            store.outcomes([(content, config, Outcome("bright", State.FAILED, "damaged", "It is damaged."), 0)])
            return
        case "c.png":
            return
    groups = {"bright": "explicit"} if name in ("a.png", "d.mp4") else {}
    store.results(content, Results(config, done, [(0, SampleResult(findings))], groups))


def open_and_wait(window: MainWindow, case: Path, qtbot: QtBot) -> MainWindow:
    """The window in front with this case, every row of its list at hand."""
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(case)
    qtbot.waitUntil(lambda: not window.context.busy(), timeout=30_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    items = window.context.items
    qtbot.waitUntil(lambda: all(items.row(number) is not None for number in range(len(items))), timeout=30_000)
    return window
