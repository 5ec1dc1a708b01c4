"""The program ends when its last window has been closed: with its own exit code, soon, whatever is still at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from app.gui import threads
from app.gui.pages.job import Job
from app.gui.window import MainWindow
from tests.conftest import ROOT

GUI = ROOT / "app" / "gui"

DESK = """
import sys, threading, time
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from app.gui import threads
from app.gui.pages.job import Job

def smaller(job):
    while not (HEEDS and job.control.cancelled):
        QImage(2000, 2000, QImage.Format.Format_RGB32).scaled(100, 100)

if __name__ == "__main__":
    application = QGuiApplication([])
    owner = QObject()
    for _ in range(2):
        Job(owner, smaller, print).start()
    time.sleep(0.2)
    if LEAVES:
        threads.leave(7)
    sys.exit(7)
"""


def end_of(script: str, **values: bool) -> tuple[int, str, float]:
    """Exit code, what it said, and the seconds it took."""
    head = "".join(f"{name} = {value}\n" for name, value in values.items())
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", head + script],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr, time.monotonic() - began


@pytest.mark.skipif(sys.platform == "win32", reason="threads end in another way there")
def test_without_the_end_of_the_desk_the_process_is_torn_down() -> None:
    """Why all this is needed. Should this ever fail, then because Python or Qt have learnt it."""
    code, said, _ = end_of(DESK, HEEDS=True, LEAVES=False)
    assert code in (-signal.SIGABRT, -signal.SIGSEGV), said


@pytest.mark.parametrize("heeds", [True, False], ids=["gives up", "never gives up"])
def test_pixels_in_the_making_do_not_change_the_exit_code(heeds: bool) -> None:
    code, said, _ = end_of(DESK, HEEDS=heeds, LEAVES=True)
    assert code == 7
    assert said == ("" if heeds else "ending although something still works: job, job\n")


def test_what_stores_something_is_waited_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PATIENCE", 0.05)
    stored: list[str] = []
    owner, go_on = QObject(), threading.Event()

    def store(_job: Job) -> None:
        assert go_on.wait(10)
        stored.append("all of it")

    Job(owner, store, lambda _none: None, kept="It is being stored.").start()
    threading.Timer(0.3, go_on.set).start()
    assert threads.leave(3) == 3
    assert stored == ["all of it"]
    assert threads.running() == []


def test_what_only_looks_is_given_up(qtbot: QtBot) -> None:
    owner, heard = QObject(), list[object]()

    def look(job: Job) -> None:
        while True:
            job.control.checkpoint()
            time.sleep(0.01)

    Job(owner, look, heard.append).start()
    began = time.monotonic()
    assert threads.leave(0) == 0
    assert time.monotonic() - began < threads.PATIENCE
    assert (heard, threads.running()) == ([], [])


def being_written(window: MainWindow, go_on: threading.Event) -> Job:
    """A report in the making, as far as the end of the program can see."""

    def store(job: Job) -> None:
        while not go_on.wait(0.02):
            job.control.checkpoint()

    return Job(window, store, lambda _none: None, kept="The report is being written.", stoppable=True).start()


def test_closing_over_a_report_says_so_and_closes_when_it_is_done(
    make_desk: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window, go_on = make_desk(), threading.Event()
    being_written(window, go_on)
    window.close()
    assert window.isVisible()
    ending = window.leaving.ending
    assert ending is not None
    qtbot.waitUntil(ending.isVisible)
    assert "The report is being written." in ending.works.text()
    assert ending.what.height() >= ending.what.heightForWidth(ending.what.width()), "its words are not cut off"
    qtbot.mouseClick(ending.stay_button, Qt.MouseButton.LeftButton)
    assert not ending.isVisible()
    window.close()
    qtbot.waitUntil(ending.isVisible)
    go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not ending.isVisible()


def test_who_does_not_want_to_wait_for_a_report_need_not(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_desk()
    job = being_written(window, threading.Event())
    window.close()
    ending = window.leaving.ending
    assert ending is not None
    qtbot.mouseClick(ending.leave_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert job.control.cancelled
    assert threads.wait() == []


def test_what_must_not_be_cut_off_offers_no_way_out(
    desk: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An act of the examiner that takes long, like a change of a million items."""
    go_on = threading.Event()
    stored: list[bool] = []
    desk.context.act(lambda _case: stored.append(go_on.wait(60)))
    began = time.monotonic()
    desk.close()
    assert time.monotonic() - began < 10, "the window does not freeze while it waits"
    ending = desk.leaving.ending
    assert ending is not None
    assert "being stored" in ending.works.text()
    assert not ending.leave_button.isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: not desk.isVisible())
    assert stored == [True]


def test_a_thread_that_does_not_come_back_ends_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(threads, "PATIENCE", 0.05)
    monkeypatch.setattr(threads, "_end_now", ended.append)
    come_back = threading.Event()
    thread = threads.begin(lambda: assert_(come_back.wait(10)), "library")
    threads.leave(0)
    assert ended == [0]
    come_back.set()
    thread.join()
    threads.leave(0, hung=True)
    assert ended == [0, 0]


def assert_(value: bool) -> None:
    assert value


def test_a_closed_window_leaves_no_thread(make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot) -> None:
    window = make_desk()
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(case_folder)
    for view in ("grid", "table", "single", "run", "health", "report"):
        window.show_view(view)  # and closed while they are still asking
    assert threads.running() != []
    window.close()
    assert threads.wait() == []


def test_every_thread_of_the_desk_is_one_that_its_end_knows() -> None:
    """`threading.Thread` is in one module, so that nobody forgets the end of it."""
    found = [path.relative_to(ROOT) for path in GUI.rglob("*.py") if "threading.Thread(" in path.read_text("utf-8")]
    inherits = [path for path in found if path.name != "threads.py"]
    assert inherits == []


@pytest.mark.slow
@pytest.mark.parametrize("view", ["grid", "single", "start", "models", "health"])
def test_a_picture_of_a_view_ends_well_every_time(case_folder: Path, tmp_path: Path, view: str) -> None:
    """Views that look at the machine, load its libraries and decode pixels in threads of their own."""
    for number in range(4):
        target = tmp_path / f"{number}.png"
        done = subprocess.run(
            [sys.executable, "main.py", "desk", str(case_folder), "--view", view, "--screenshot", str(target)],
            cwd=ROOT,
            env={**os.environ, "ASSERVAT_CONFIG_DIR": str(tmp_path / "config"), "PYTHONFAULTHANDLER": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert target.stat().st_size > 0
