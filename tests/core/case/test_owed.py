"""A kill at any moment of an act parts neither database and audit trail nor the halves of either."""

from __future__ import annotations

import errno
import getpass
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import audit, decisions
from core.case.case import Case
from core.case.checks import check
from core.case.owed import owed
from core.case.runs import Runs
from core.errors import StorageError

ROOT = Path(__file__).resolve().parents[3]

KILLED = """
import os, signal, sys
from pathlib import Path
from core.case import audit, case as cases, database, decisions, items, owed
from core.case.case import Case
from core.case.runs import Runs

moment, act, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

ACTS = {
    "grade": lambda case: decisions.grade(case, [1], "3"),
    "bulk": lambda case: decisions.tag(case, range(1, 7), "many"),
    "undo": decisions.undo,
    "redo": decisions.redo,
    "run": lambda case: Runs(case).start({}, {}, "test"),
    "facts": lambda case: case.describe(number="77"),
    "source": lambda case: Runs(case).add_source(folder, "a", tell=True),
}
case = Case.open(folder)
if act == "redo":
    decisions.undo(case)
if moment == "before it is stored":
    owed.Ledger.owe = die
elif moment == "before its line":
    owed.Ledger.pay = die
elif moment == "in its line":
    def half(self, head, who, action, target, details):
        with self.path.open("ab") as file:
            file.write(b'{"action":"half of')
            file.flush()
        die()
    audit.AuditTrail._write = half
elif moment == "after its line":
    write = audit.AuditTrail._write
    def whole(self, *arguments):
        write(self, *arguments)
        die()
    audit.AuditTrail._write = whole
ACTS[act](case)
"""

MOMENTS = ["before it is stored", "before its line", "in its line", "after its line"]


@pytest.fixture(scope="module")
def graded(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded") / "case"
    shutil.copytree(made, folder)
    with Case.open(folder) as case:
        decisions.grade(case, [1, 2], "5")
    return folder


def stands(folder: Path) -> tuple[object, ...]:
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        ask = connection.exec_driver_sql
        return (
            ask("SELECT count(*) FROM act").scalar_one(),
            ask("SELECT count(*) FROM decision").scalar_one(),
            ask("SELECT count(*) FROM run").scalar_one(),
            ask("SELECT count(*) FROM source").scalar_one(),
            ask("SELECT group_concat(coalesce(grade, '-')) FROM item ORDER BY content_id").scalar_one(),
            ask("SELECT count(*) FROM item_tag WHERE tag = 'many'").scalar_one(),
            case.facts().get("number"),
        )


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize(
    "act",
    [
        "grade",
        "undo",
        "run",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("bulk", "redo", "facts", "source")),
    ],
)
def test_killed_in_an_act_all_of_it_is_there_or_nothing(graded: Path, tmp_path: Path, act: str) -> None:
    """Each moment on a copy of its own; those before the commit leave nothing, those after it everything."""
    found = []
    for number, moment in enumerate(MOMENTS):
        folder = tmp_path / str(number)
        shutil.copytree(graded, folder)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, moment, act, str(folder)], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == -9, done.stderr.decode()
        with Case.open(folder, readonly=True, upgrade=False) as case:
            results = check(case)
            assert all(one.ok for one in results), (moment, [one.sentence for one in results if not one.ok])
        with Case.open(folder) as case, case.reading() as connection:
            assert owed(connection) == []
            assert [one.name for one in check(case) if not one.ok or one.name == "owed"] == []
            lines = [json.loads(line) for line in case.audit.path.read_bytes().splitlines()]
        good = [line for line in lines if "made_good_by" in line["details"]]
        assert len(good) == (moment in ("before its line", "in its line"))
        found.append(stands(folder))
    assert found[1] == found[2] == found[3]
    assert found[0] != found[1]


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Iterator[Case]:
    shutil.copytree(made, tmp_path / "case")
    with Case.open(tmp_path / "case") as case:
        yield case


def lines(case: Case) -> list[dict[str, object]]:
    return [json.loads(line) for line in case.audit.path.read_bytes().splitlines()]


def test_what_a_full_disk_kept_back_is_written_before_the_next_line(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: audit.AuditTrail, *_: object) -> None:
        raise StorageError("The disk is full.", "")

    with monkeypatch.context() as patched:
        patched.setattr(audit.AuditTrail, "_write", full)
        with pytest.raises(StorageError):
            decisions.grade(case, [1], "1")
    second = decisions.grade(case, [2], "2")
    newest = lines(case)[-2:]
    assert [(line["action"], line["target"]) for line in newest] == [
        ("decision grade", str(second.act - 1)),
        ("decision grade", str(second.act)),
    ]
    assert all(one.ok for one in check(case))


def test_the_line_of_a_killed_act_has_its_person_and_its_time(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(getpass, "getuser", lambda: "anna")
        patched.setattr("core.case.acts.now", lambda: "2020-02-02T02:02:02.000Z")
        patched.setattr("core.case.owed.Ledger.pay", lambda *_: None)
        done = decisions.grade(case, [1], "1")
    monkeypatch.setattr(getpass, "getuser", lambda: "berta")
    with Case.open(case.folder) as later:
        line = lines(later)[-1]
        assert (line["action"], line["target"], line["actor"]) == ("decision grade", str(done.act), "anna")
        details = line["details"]
        assert isinstance(details, dict)
        assert (details["done_at"], details["made_good_by"]) == ("2020-02-02T02:02:02.000Z", "berta")
        assert all(one.ok for one in check(later))


def test_a_line_that_is_cut_off_later_is_not_written_again(case: Case) -> None:
    """The trail of a case that was closed loses its end: that is a forgery, and nothing makes it good."""
    with Case.open(case.folder) as other:
        decisions.grade(other, [1], "1")
    whole = case.audit.path.read_bytes()
    case.audit.path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with Case.open(case.folder) as later:
        assert [one.name for one in check(later) if not one.ok] == ["record"]


def test_two_who_write_the_same_line_write_it_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody opens the case between the commit of an act and its line."""
    real = audit.AuditTrail.append_owed
    opened = []

    def between(trail: audit.AuditTrail, line: object, **more: bool) -> audit.AuditHead:
        if not opened:
            opened.append(True)
            Case.open(case.folder).close()
        return real(trail, line, **more)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(audit.AuditTrail, "append_owed", between)
    before = len(lines(case))
    decisions.grade(case, [1], "1")
    assert opened
    assert len(lines(case)) == before + 1
    assert all(one.ok for one in check(case))


def test_a_clock_that_is_set_back_in_an_act_makes_no_forger(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("core.case.acts.now", lambda: "2031-01-01T00:00:00.000Z")
        decisions.grade(case, [1], "1")
    assert all(one.ok for one in check(case))


def test_a_run_that_never_got_its_line_gets_it(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(audit.os, "fsync", full)
        with pytest.raises(StorageError):
            Runs(case).start({}, {}, "test")
    with Case.open(case.folder) as later:
        assert all(one.ok for one in check(later))
        assert [line["action"] for line in lines(later)].count("run started") == 2
