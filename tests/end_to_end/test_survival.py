"""Killed at any moment, cut off from the network, fed with broken files: the promises, proved on the real program."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core.memory import PREFIX
from tests.end_to_end.conftest import ROOT, Program
from tests.support.desk import tree
from tests.support.here import Here
from tests.support.media import evidence, film, picture

WATCHER = """
import os, sys
def watch(event, arguments):
    local = event == "socket.__new__" and getattr(arguments[1], "name", str(arguments[1])) in ("AF_UNIX", "1")
    if event.startswith("socket.") and not local:
        with open(os.environ["WATCH_LOG"], "a") as log:
            log.write(f"{os.getpid()} {event} {arguments[1:]}\\n")
sys.addaudithook(watch)
with open(os.environ["WATCH_LOG"] + ".processes", "a") as log:
    log.write(f"{os.getpid()}\\n")
"""


def results(here: Here, case: Path) -> tuple[list[Any], list[Any]]:
    """Findings and outcomes, without what may differ between two runs (ids, run numbers, times taken)."""
    findings = [
        {key: value for key, value in row.items() if key not in ("id", "run")}
        for row in here("findings", case, "--json").lines
    ]
    outcomes = [
        {key: value for key, value in row.items() if key != "milliseconds"}
        for row in here("outcomes", case, "--json").lines
    ]
    return tuple(sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) for rows in (findings, outcomes))  # type: ignore[return-value]  # two in, two out


def kill_and_resume(
    asservat: Program, here: Here, tmp_path: Path, *asked: str, kills: int, seed: int, pictures: int = 40
) -> None:
    source, case = tmp_path / "evidence", tmp_path / "case"
    evidence(source)
    film(source / "long.mp4", seconds=30, rate=8)
    for number in range(pictures):
        picture(source / f"more/{number}.jpg", 5 * number, size=(400, 300), seed=500 + number)
    undisturbed = tmp_path / "undisturbed"
    started = time.monotonic()
    assert asservat("analyze", source, "--case", undisturbed, "--json", *asked).code == 0
    whole = time.monotonic() - started

    moments = random.Random(seed)
    killed = 0
    while killed < kills:
        command = [sys.executable, str(ROOT / "main.py"), "analyze", str(source), "--case", str(case), "--json"]
        process = subprocess.Popen(
            [*command, *asked], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moments.uniform(0.3, max(1.0, 0.7 * whole)))
        if process.poll() is not None:  # it had reached its end: whatever it was killed at before, that must be right
            assert process.returncode == 0
            assert results(here, case) == results(here, undisturbed)
            shutil.rmtree(case)
            continue
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        killed += 1
    last = asservat("resume", case, "--json") if (case / "case.db").exists() else None
    if last is None or last.code:
        last = asservat("analyze", source, "--case", case, "--json", *asked)
    assert last.code == 0, last.err
    assert results(here, case) == results(here, undisturbed)
    assert asservat("case", "check", case).code == 0
    if Path("/dev/shm").is_dir():
        mine = [path.name for path in Path("/dev/shm").glob(f"{PREFIX}-*")]
        alive = [name for name in mine if Path(f"/proc/{name.split('-')[1]}").exists()]
        assert mine == alive


@pytest.mark.timeout(900)  # a minute, but on a busy machine every one of its seven runs takes long
@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups to kill on Windows")
def test_killed_three_times_it_ends_as_if_nothing_had_happened(asservat: Program, here: Here, tmp_path: Path) -> None:
    kill_and_resume(asservat, here, tmp_path, "--analyzers", "nsfw", kills=3, seed=7, pictures=20)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups to kill on Windows")
def test_killed_twenty_times(asservat: Program, here: Here, tmp_path: Path) -> None:
    kill_and_resume(asservat, here, tmp_path, kills=20, seed=20)


def test_no_process_opens_a_network_socket(asservat: Program, tmp_path: Path) -> None:
    source = evidence(tmp_path / "evidence")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(WATCHER, encoding="utf-8")
    log = tmp_path / "sockets"
    watched = {"PYTHONPATH": str(tmp_path / "site"), "WATCH_LOG": str(log)}
    for command in (
        ["analyze", source, "--case", tmp_path / "case", "--json"],
        ["report", tmp_path / "case", "--out", tmp_path / "report"],
        ["verify", tmp_path / "report"],
        ["doctor"],
    ):
        done = asservat(*command, **watched)
        assert done.code == 0, done.err
    processes = set((tmp_path / "sockets.processes").read_text().split())
    assert len(processes) >= 8  # the program itself, readers, decoders, the models' child: all were watched
    assert not log.exists(), log.read_text()


@pytest.mark.skipif(not shutil.which("unshare") or os.name != "posix" or os.geteuid() != 0, reason="needs a namespace")
def test_it_works_without_any_network(tmp_path: Path) -> None:
    source = evidence(tmp_path / "evidence")
    command = ["unshare", "--net", sys.executable, str(ROOT / "main.py"), "analyze", str(source), "--json"]
    done = subprocess.run(
        [*command, "--case", str(tmp_path / "case"), "--analyzers", "nsfw"],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"]["nsfw"]["done"] == 8


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_malformed_files_cost_only_themselves(asservat: Program, tmp_path: Path, shared_data: Path) -> None:
    good, mixed = tmp_path / "good", tmp_path / "mixed"
    for folder in ("ocr", "exif", "image_formats"):
        shutil.copytree(shared_data / folder, good / folder)
    shutil.copytree(good, mixed)
    for folder in ("malformed_images", "malformed_av"):
        shutil.copytree(shared_data / folder, mixed / folder)
    before = tree(mixed)
    for source, case in ((good, "a"), (mixed, "b")):
        assert asservat("analyze", source, "--case", tmp_path / case, "--json").code == 0
    assert tree(mixed) == before
    clean, dirty = (asservat("findings", tmp_path / case, "--json").lines for case in "ab")
    hashes = {row["sha256"] for row in asservat("outcomes", tmp_path / "a", "--json").lines}

    def facts(rows: list[dict[str, Any]]) -> list[str]:
        kept = ({k: v for k, v in row.items() if k not in ("id", "run", "paths")} for row in rows)
        return sorted(json.dumps(row) for row in kept if row["sha256"] in hashes)

    assert facts(clean) == facts(dirty)
    counted = {path for row in asservat("outcomes", tmp_path / "b", "--json").lines for path in row["paths"]}
    assert counted == {str(path.relative_to(mixed)) for path in mixed.rglob("*") if path.is_file()}
