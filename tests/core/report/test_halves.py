"""Half a report of a killed process goes with the next report or check; half a report of a living one stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.case import leftovers
from core.report.halves import half, sweep

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys, time
from pathlib import Path
from core.report.halves import half
with half(Path(sys.argv[1])) as (folder, whole):
    (folder / "report.pdf").write_bytes(b"half")
    if len(sys.argv) > 2:
        whole()
    print(folder.name, flush=True)
    time.sleep(600)
"""


def test_of_a_living_process_it_stays_and_of_a_killed_one_it_goes(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "r")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    left = tmp_path / writer.stdout.readline().strip()
    try:
        assert sweep(tmp_path) == 0
        with half(tmp_path / "another"):
            assert (left / "report.pdf").is_file()
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert left.is_dir()
    with half(tmp_path / "another"):
        assert not left.exists()


def test_its_number_may_be_somebody_elses_by_now(tmp_path: Path) -> None:
    left = tmp_path / f".r.{os.getpid()}.partial"
    left.mkdir()
    (left / "owner.lock").touch()
    assert sweep(tmp_path) == 1
    assert not left.exists()


@pytest.mark.parametrize(
    ("name", "age", "inside", "goes"),
    [
        (".r.999999999.partial", 120, "report.pdf", True),
        (".r.999999999.partial", 0, "report.pdf", False),  # just before it gets its name
        (".r.OURS.partial", 120, "report.pdf", False),
        (".r.999999999.partial", 120, "thesis.txt", False),  # somebody else's
        (".download.partial", 120, "report.pdf", False),
    ],
)
def test_without_a_lock(tmp_path: Path, name: str, age: float, inside: str, goes: bool) -> None:
    import time

    left = tmp_path / name.replace("OURS", str(os.getpid()))
    left.mkdir()
    (left / inside).write_bytes(b"x")
    moment = time.time() - age
    os.utime(left, (moment, moment))
    assert sweep(tmp_path) == goes
    assert left.exists() is not goes


def test_halves_in_the_case_folder(tmp_path: Path) -> None:
    from filelock import FileLock

    for folder in ("backups", "lists"):
        (tmp_path / folder).mkdir()
    backup, restored, fresh, old = (
        tmp_path / name for name in ("backups/backup-1.part", "case.db.part", "lists/a.part", "lists/b.part")
    )
    for path in (backup, restored, fresh, old):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    with FileLock(tmp_path / "backup.lock"), FileLock(tmp_path / "case.lock"):
        assert leftovers.clear(tmp_path) == 1
    assert backup.exists()
    assert restored.exists()
    assert fresh.exists()
    assert not old.exists()
    assert leftovers.clear(tmp_path) == 2
    assert fresh.exists()
