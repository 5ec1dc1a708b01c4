"""A migration that is killed or cannot be made leaves the case as it was, says so, and names a way that works."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.case import schema
from core.case.case import Case
from core.case.checks import check
from core.case.owed import owed
from core.errors import CaseDamaged
from core.sentences import told
from tests.core.case.test_older_case import older_case, version

ROOT = Path(__file__).resolve().parents[3]

KILLED = """
import os, signal, sys
from pathlib import Path
from alembic import command
from core.case import case as cases, database, owed, upgrade
moment, folder = sys.argv[1], Path(sys.argv[2])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if moment == "in the copy":
    os.fsync = die
elif moment == "after the copy":
    command.upgrade = die
elif moment == "before the commit":
    owed.Ledger.owe = die
elif moment == "before the line":
    owed.Ledger.pay = die
cases.Case.open(folder)
"""
MOMENTS = ["in the copy", "after the copy", "before the commit", "before the line"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("revision", ["0006", pytest.param("0002", marks=pytest.mark.slow)])
def test_killed_in_a_migration_the_case_is_old_or_new(tmp_path: Path, revision: str) -> None:
    old = older_case(tmp_path / "old", revision)
    for number, moment in enumerate(MOMENTS):
        folder = tmp_path / str(number)
        shutil.copytree(old, folder)
        for _ in range(2 if moment != "before the line" else 1):
            done = subprocess.run(
                [sys.executable, "-c", KILLED, moment, str(folder)], cwd=ROOT, capture_output=True, check=False
            )
            assert done.returncode == -9, done.stderr.decode()
        assert version(folder) == (schema.VERSION if moment == "before the line" else revision)
        with Case.open(folder, readonly=True, upgrade=False) as case:
            assert all(one.ok for one in check(case)), moment
        with Case.open(folder) as case, case.reading() as connection:
            assert owed(connection) == []
            assert all(one.ok for one in check(case)), moment
        assert version(folder) == schema.VERSION
        assert (folder / "audit.jsonl").read_bytes().count(b'"schema migrated"') == 1
        assert [path.suffix for path in (folder / "backups").iterdir()] == [".db"], "one copy, and no half of one"


def sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "case.db")) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("CREATE TABLE source_fact(x)", "too many: source_fact"),
        ("DROP TABLE finding", "missing: finding"),
        ("ALTER TABLE content ADD COLUMN later TEXT", "too many: content.later"),
    ],
)
def test_check_says_what_is_wrong_with_an_older_case_and_writes_nothing(
    tmp_path: Path, statement: str, found: str
) -> None:
    folder = older_case(tmp_path / "case", "0002")
    sql(folder, statement)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with Case.open(folder, readonly=True, upgrade=False) as case:
        results = {one.name: one for one in check(case)}
    assert not results["schema"].ok
    assert found in results["schema"].sentence
    assert told(results["schema"].sentence, "de").known
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_migration_that_cannot_be_made_names_a_way_back_that_works(tmp_path: Path) -> None:
    folder = older_case(tmp_path / "case", "0002")
    (folder / "backups").mkdir(exist_ok=True)
    shutil.copyfile(folder / "case.db", folder / "backups" / "backup-20200101T000000.db")
    sql(folder, "CREATE TABLE source_fact(x)")
    for _ in range(3):
        with pytest.raises(CaseDamaged, match="brought up to date") as raised:
            Case.open(folder)
    assert told(raised.value.message, "de").known
    assert version(folder) == "0002"
    assert len(list((folder / "backups").glob("before-migration-*.db"))) == 1
    name = raised.value.advice.rstrip("`.").split()[-1]
    with Case.to_restore(folder) as case:
        case.restore(folder / "backups" / name)
    assert version(folder) == schema.VERSION


def test_half_a_backup_of_a_killed_process_goes_with_the_next(tmp_path: Path) -> None:
    with Case.create(tmp_path / "case") as case:
        left = case.folder / "backups" / "backup-20200101T000000.part"
        left.write_bytes(b"half")
        case.backup()
        assert not left.exists()
