"""Two processes on one case: one runs, the other runs, decides, reports, backs up, restores or migrates. Who is refused
is told so in a sentence; who dies with the lock leaves nothing that somebody has to clear away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.program import run_command
from app.parts import Parts
from core.case import decisions
from core.case.case import Case
from core.case.checks import check
from core.case.runs import Runs
from core.errors import CaseLocked
from core.sentences import told
from tests.core.case import desk
from tests.core.case.test_older_case import older_case, version
from tests.support.backend import FakeBackend

ROOT = Path(__file__).resolve().parents[2]

HOLDER = """
import sys, time
from pathlib import Path
from core.case.case import Case
from core.case.runs import Runs
with Case.open(Path(sys.argv[1]), upgrade=False) as case, case.locked():
    if not case.older:
        Runs(case).start({"analyzers": ["bright"]}, {}, "test")
    print("holds", flush=True)
    time.sleep(600)
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    """A process that runs on the case until it is killed."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holds\n"
    return holder


def end(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert holder.stdout is not None
    holder.stdout.close()


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("held") / "case"
    with desk.make(folder) as case:
        case.backup()
    holder = hold(folder)
    yield folder
    end(holder)


def call(*arguments: object) -> int:
    return run_command([str(one) for one in arguments], Parts(lambda *_: FakeBackend(), list))


@pytest.mark.parametrize("command", ["analyze", "resume", "restore"])
def test_who_would_run_or_restore_is_refused_in_a_sentence(
    held: Path, tmp_path: Path, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (held / "audit.jsonl").read_bytes()
    source = tmp_path / "evidence"
    source.mkdir()
    (backup,) = (held / "backups").glob("backup-*.db")
    code = {
        "analyze": lambda: call("analyze", source, "--case", held, "--analyzers", "bright"),
        "resume": lambda: call("resume", held),
        "restore": lambda: call("case", "restore", held, backup.name),
    }[command]()
    said = " ".join(capfd.readouterr().err.split())
    assert code == 1
    assert f"Another process is working on the case in {held}. Wait until it is done, or stop it." in said
    assert (held / "audit.jsonl").read_bytes() == before
    with Case.open(held, readonly=True) as case, case.reading() as connection:
        running = connection.exec_driver_sql("SELECT state FROM run ORDER BY id DESC LIMIT 1").scalar_one()
        sources = connection.exec_driver_sql("SELECT count(*) FROM source WHERE path LIKE '%evidence'").scalar_one()
    assert (running, sources) == ("running", 0)


def test_who_decides_reports_or_backs_up_goes_on_beside_a_run(
    held: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Case.open(held) as case:
        assert decisions.grade(case, [1], "4")
        assert decisions.undo(case)
    assert call("case", "backup", held) == 0
    assert call("report", held, "--out", tmp_path / "report", "--unsigned") == 0
    assert call("case", "info", held) == 0
    assert call("case", "check", held) == 0, capfd.readouterr().out
    with Case.open(held) as case:
        last = Runs(case).last()
    assert last is not None
    assert last["state"] == "running", "nobody takes a living run for a killed one"


def test_who_would_migrate_waits_for_who_works_on_it(tmp_path: Path) -> None:
    folder = older_case(tmp_path / "case", "0006")
    holder = hold(folder)
    try:
        with pytest.raises(CaseLocked, match="Another process is working"):
            Case.open(folder)
        with Case.open(folder, readonly=True, upgrade=False) as case:
            assert all(one.ok for one in check(case))
        assert version(folder) == "0006"
    finally:
        end(holder)
    Case.open(folder).close()
    assert version(folder) != "0006"


def test_who_dies_with_the_lock_leaves_nothing_to_clear_away(tmp_path: Path) -> None:
    """Also when its process id is somebody else's by now: it is written nowhere that counts."""
    folder = tmp_path / "case"
    desk.make(folder).close()
    end(hold(folder))
    (folder / "case.lock").write_text(f"{os.getpid()}\n", encoding="utf-8")  # as a power cut may leave it
    for name in ("case.turn", "audit.lock", "backup.lock"):
        (folder / name).write_text("1\n", encoding="utf-8")
    with Case.open(folder) as case, case.locked():
        last = Runs(case).last()
        assert last is not None
        assert last["state"] == "interrupted"
        case.backup()
    lines = [json.loads(line)["action"] for line in (folder / "audit.jsonl").read_bytes().splitlines()]
    assert lines.count("run interrupted") == lines.count("run started")


def test_a_share_without_locks_is_said_and_can_be_read(tmp_path: Path) -> None:
    """The library's stand-in for locks stays after a kill, and a case copied there would wait for ever."""
    folder = tmp_path / "case"
    desk.make(folder).close()
    done = subprocess.run(
        [sys.executable, "-c", SHARE, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    told_reading, told_writing = done.stdout.splitlines()
    assert told_reading == "6 contents"
    assert told_writing.endswith("knows no locks; nothing would keep two processes from writing at once.")
    assert told(told_writing, "de").known


SHARE = """
import errno, os, sys
from pathlib import Path
if sys.platform == "win32":
    import msvcrt as locks
else:
    import fcntl as locks

def refuse(*_):
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
setattr(locks, "locking" if sys.platform == "win32" else "flock", refuse)

from core.case.case import Case
from core.errors import StorageError

with Case.open(Path(sys.argv[1])) as case:
    with case.reading() as connection:
        print(connection.exec_driver_sql("SELECT count(*) FROM content").scalar_one(), "contents")
    try:
        with case.locked():
            print("locked")
    except StorageError as error:
        print(error.message)
"""
