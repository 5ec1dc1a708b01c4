"""Running the program for a measurement: the command line in a process of its own, or the run in this one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from core.case import queries
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.events import ContentFinished, Event
from core.pipeline.run import run
from core.settings import RunSettings
from models.isolated import IsolatedBackend
from models.local import BackendSpec

ROOT = Path(__file__).resolve().parents[1]


def analyse(source: Path, case: Path, *more: str, fresh: bool = True) -> dict[str, Any]:
    """`main.py analyze`, and its summary."""
    if fresh:
        shutil.rmtree(case, ignore_errors=True)
    done = subprocess.run(_command(source, case, *more), capture_output=True, text=True, check=True, env=environment())
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _command(source: Path, case: Path, *more: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "analyze", str(source), "--case", str(case), "--json", *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def analyse_and_kill(source: Path, case: Path, after: float) -> None:
    """Start it, and kill the whole process group after so many seconds."""
    shutil.rmtree(case, ignore_errors=True)
    process = subprocess.Popen(
        _command(source, case), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def peak_memory(source: Path, case: Path) -> tuple[int, int]:
    """Highest sum of what all its processes hold for themselves (USS: shared pages counted once in none), and seconds
    taken. Sampled twice a second."""
    shutil.rmtree(case, ignore_errors=True)
    started = time.perf_counter()
    process = subprocess.Popen(_command(source, case), stdout=subprocess.DEVNULL, env=environment())
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, _held(watched))
        time.sleep(0.5)
    return peak, round(time.perf_counter() - started)


def _held(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_full_info().uss
    except psutil.Error:
        pass
    return total


def events(source: Path, folder: Path, *, analyzers: tuple[str, ...] = ("nsfw", "ocr")) -> Iterator[Event]:
    """The run in this process (its helpers are processes all the same)."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = RunSettings(analyzers=analyzers)
    backend = IsolatedBackend(BackendSpec(workers=settings.workers))
    control = Control()
    try:
        with Case.create(folder) as case:
            yield from run(case, [Runs(case).add_source(source, "evidence")], backend, settings, control)
    finally:
        backend.close()


def seconds_to_first_finding(source: Path, folder: Path) -> float:
    """From the start of the run to the first content whose results are stored."""
    started = time.perf_counter()
    stream = events(source, folder)
    for event in stream:
        if isinstance(event, ContentFinished):
            break
    taken = time.perf_counter() - started
    stream.close()  # type: ignore[attr-defined]  # a generator, declared as what it yields
    return taken


def texts(case: Path) -> dict[str, list[str]]:
    """File name → recognised lines in reading order."""
    with Case.open(case, readonly=True) as opened, opened.reading() as connection:
        found: dict[str, list[str]] = {}
        for row in queries.findings(connection, queries.FindingFilter(analyzers=("ocr",))):
            for path in row["paths"]:
                found.setdefault(Path(path).name, []).append(row["text"])
    return found
