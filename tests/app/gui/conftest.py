"""A case made through the case's own writer, and windows on it, without a display and without a model."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.wizard import WizardPage
from app.gui.preferences import Preferences
from app.gui.shortcuts import Actions
from app.gui.start import make_window
from app.gui.window import MainWindow
from app.parts import Check, Parts
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.decode.thumbnail import thumbnail
from core.interfaces import Backend
from core.records import Finding, Outcome, Region, SampleResult, State
from core.settings import RunSettings
from tests.app.gui.looking import make_evidence
from tests.support.backend import FakeBackend, info
from tests.support.decode_children import shared as decode_children_shared
from tests.support.media import picture
from tests.support.preview_children import shared as preview_children_shared

ITEMS = 60
KINDS = (("image", "jpg"), ("image", "jpg"), ("image", "png"), ("video", "mp4"), ("audio", "wav"), ("other", "zip"))


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def fill(case: Case, source: Path, first: int = 0, count: int = ITEMS) -> None:
    """Items of all kinds in two folders; every second picture has an explicit score that grows with its number, every
    tenth item failed, the last five were not looked at."""
    entry = Runs(case).add_source(source, str(source))
    number = Runs(case).start(RunSettings(analyzers=("bright",)).model_dump(mode="json"), {}, "test")
    rows = []
    for item in range(first, first + count):
        kind, suffix = KINDS[item % len(KINDS)]
        path = f"{'holiday' if item % 2 else 'phone/DCIM'}/{kind}_{item:04}.{suffix}"
        rows.append(
            CopyRow(
                entry.id,
                path,
                path.encode(),
                state="read",
                sha256=sha(item),
                size=1000 + 37 * item,
                modified_ns=(1_700_000_000 + 86_400 * item) * 10**9,
                kind=kind,
                mime=f"{kind}/x",
            )
        )
    with case.connected() as connection, connection.begin():
        store = Store(connection, number)
        store.register(rows)
        config = store.config(info(), {"a": 1})
        ids = store.content_ids([sha(item) for item in range(first, first + count)])
        for item in range(first, first + count - 5):
            _result(store, config, ids[sha(item)], item)
    for item in range(first, first + count):
        if KINDS[item % len(KINDS)][0] in ("image", "video"):
            path = case.thumbnail(sha(item))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(thumbnail(np.full((90, 120, 3), 40 + 3 * (item % 60), np.uint8)))
    Runs(case).finish(number, "finished", 1.0, {})


def _result(store: Store, config: int, content: int, item: int) -> None:
    kind = KINDS[item % len(KINDS)][0]
    length = 12.5 if kind in ("video", "audio") else None
    store.facts(
        content,
        FactsRow(
            width=120,
            height=90,
            duration=length,
            format="test",
            thumbnail=kind in ("image", "video"),
        ),
    )
    if item % 10 == 9:
        store.outcomes([(content, config, Outcome("bright", State.FAILED, "broken", "It is broken."), 0)])
    elif kind in ("image", "video"):
        found = Finding("bright", item / (2 * ITEMS), Region(0.1, 0.1, 0.5, 0.5), text=f"house number {item}")
        store.results(
            content,
            Results(config, Outcome("bright", State.DONE), [(0, SampleResult((found,)))], {"bright": "explicit"}),
        )
    else:
        store.outcomes([(content, config, Outcome("bright", State.UNSUPPORTED, "kind", "Not a picture."), 0)])


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a filled case, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "case"
    source = tmp_path_factory.mktemp("evidence")
    with Case.create(folder, name="Keller", number="2026-014") as case:
        fill(case, source)
    return folder


@pytest.fixture
def case_folder(template: Path, tmp_path: Path) -> Path:
    """A filled case of its own for one test: `ITEMS` items."""
    return Path(shutil.copytree(template, tmp_path / "case"))


def pictures_case(folder: Path, count: int) -> Path:
    """A case over a few pictures that nobody has looked at yet."""
    for number in range(count):
        picture(folder / "evidence" / f"{number}.png", level=30 * number + 20, seed=number)
    with Case.create(folder / "fresh") as case:
        Runs(case).add_source(folder / "evidence", "evidence")
    return folder / "fresh"


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real files to look at, the same for all tests of a module."""
    evidence = tmp_path_factory.mktemp("evidence") / "files"
    make_evidence(evidence)
    return evidence


class PatientBot(QtBot):
    """Waits for an event as long as a busy machine may need for it: the usual five seconds are soon gone when a process
    has to be started for the answer. A wait that is successful takes no longer for it."""

    def waitUntil(  # noqa: N802 - the name is pytest-qt's
        self, callback: Callable[[], bool | None], *, timeout: int = 30_000
    ) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = 30_000, **named: Any) -> Any:  # noqa: N802 - the name is pytest-qt's
        return super().waitSignal(signal, timeout=timeout, **named)


@pytest.fixture(scope="package", autouse=True)
def preview_children() -> Iterator[None]:
    """Windows of one test after the other use the same decoders."""
    yield from preview_children_shared()


@pytest.fixture(scope="package", autouse=True)
def decode_children() -> Iterator[None]:
    """And so do the runs that they start."""
    yield from decode_children_shared()


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def parts() -> Parts:
    def open_backend(_settings: RunSettings) -> Backend:
        return FakeBackend()

    return Parts(open_backend=open_backend, examine=lambda: [Check("test", True, "All is well.")])


@pytest.fixture
def preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preferences:
    """Preferences of nobody, in a folder that is thrown away."""
    monkeypatch.setenv("ASSERVAT_CONFIG_DIR", str(tmp_path / "config"))
    return Preferences(tmp_path / "config" / "desk.json")


@pytest.fixture
def context(qtbot: QtBot, parts: Parts, preferences: Preferences) -> Iterator[Context]:
    """A context without a window and without a case."""
    theme.current().apply("dark")
    made = Context(parts, preferences, Actions(preferences))
    yield made
    made.stop_run()
    made.close_case()


@pytest.fixture
def wizard(context: Context, tmp_path: Path, qtbot: QtBot) -> WizardPage:
    """The wizard for a new case, knowing which analyzers there are."""
    context.preferences.set(cases_folder=str(tmp_path))
    page = WizardPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    qtbot.waitUntil(lambda: Engine.of(context).known)
    return page


@pytest.fixture
def opened(context: Context, case_folder: Path, qtbot: QtBot) -> Context:
    """A context with the filled case, its list loaded."""
    with qtbot.waitSignal(context.items.loaded):
        context.open_case(case_folder)
    return context


@pytest.fixture
def make_desk(qtbot: QtBot, parts: Parts, preferences: Preferences) -> Iterator[Callable[[], MainWindow]]:
    """Windows on the screen; each is closed after the test."""
    made: list[MainWindow] = []

    def make() -> MainWindow:
        theme.current().apply("dark")
        window = make_window(parts, preferences)
        window.resize(1366, 768)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for window in made:
        window.context.stop_run()
        window.close()
        window.deleteLater()


@pytest.fixture
def desk(make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot) -> MainWindow:
    """A window with the filled case, showing the grid."""
    window = make_desk()
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(case_folder)
    qtbot.waitUntil(lambda: not window.context.busy())
    window.activateWindow()  # new docks are new windows for a moment
    qtbot.waitUntil(window.isActiveWindow)
    return window
