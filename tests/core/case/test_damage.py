"""Databases that are lost, emptied, cut off or damaged, and disks without room: what is said, and the way back."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from core.case import audit, database
from core.case import case as case_module
from core.case.case import Case
from core.case.checks import check
from core.case.runs import Runs
from core.errors import CaseDamaged, CaseNotFound, CaseTooNew, StorageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed case with one backup."""
    with Case.create(tmp_path / "case", number="9") as case:
        case.backup()
    return tmp_path / "case"


def sql(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "case.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def damage(folder: Path) -> None:
    """Zeros over one page in the middle, as a bad sector leaves them: a table that opening does not need."""
    sql(folder, "PRAGMA wal_checkpoint(TRUNCATE)")
    with sqlite3.connect(folder / "case.db") as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'finding'").fetchone()[0]
    connection.close()
    with (folder / "case.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))


@pytest.mark.parametrize("loss", ["gone", "emptied", "no schema", "schema without a version"])
def test_a_case_without_its_database_is_no_new_case(folder: Path, loss: str) -> None:
    if loss == "gone":
        (folder / "case.db").unlink()
    elif loss == "emptied":
        os.truncate(folder / "case.db", 0)
    elif loss == "no schema":
        sql(folder, "DROP TABLE alembic_version")
    else:
        sql(folder, "DELETE FROM alembic_version")
    before = (folder / "case.db").read_bytes() if loss != "gone" else b""
    for readonly in (True, False):
        with pytest.raises(CaseDamaged) as raised:
            Case.open(folder, readonly=readonly)
        assert "case restore" in raised.value.advice
    if loss != "gone":
        assert (folder / "case.db").read_bytes() == before  # nothing was made of it

    with Case.to_restore(folder) as case:
        kept = case.restore(case.backups()[0])
    assert (kept is None) == (loss in ("gone", "emptied"))
    with Case.open(folder) as case:
        assert case.facts()["number"] == "9"
        assert all(result.ok for result in check(case))
        assert all(path.stat().st_size for path in case.backups())


def test_without_a_backup_nobody_is_sent_to_one(folder: Path) -> None:
    for path in (folder / "backups").iterdir():
        path.unlink()
    os.truncate(folder / "case.db", 0)
    with pytest.raises(CaseDamaged) as raised:
        Case.open(folder)
    assert "no backup" in raised.value.advice


def test_a_folder_that_never_was_a_case_is_none(tmp_path: Path) -> None:
    with pytest.raises(CaseNotFound):
        Case.open(tmp_path)


def test_a_database_that_forgot_its_case_is_damaged(folder: Path) -> None:
    sql(folder, "DELETE FROM meta")
    with Case.open(folder) as case, pytest.raises(CaseDamaged):
        _ = case.case_id


def test_reading_a_newer_schema_says_so(folder: Path) -> None:
    sql(folder, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CaseTooNew):
        Case.open(folder, readonly=True)


def test_a_damaged_database_makes_no_backup(folder: Path) -> None:
    damage(folder)
    with Case.open(folder) as case:
        before = sorted(path.name for path in (folder / "backups").iterdir())
        with pytest.raises(CaseDamaged) as raised:
            case.backup()
        assert "case restore" in raised.value.advice
        assert sorted(path.name for path in (folder / "backups").iterdir()) == before
        assert b'"backup"' in case.audit.path.read_bytes().splitlines()[1]
        assert case.audit.head().seq == 2  # that of the good one
        assert not check(case)[0].ok


def test_a_last_page_that_is_cut_off_is_seen(folder: Path) -> None:
    sql(folder, "PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(folder / "case.db", (folder / "case.db").stat().st_size - 1000)
    with Case.open(folder, readonly=True) as case:
        found = check(case)[0]
    assert not found.ok


def test_the_folder_of_backups_is_made_again(folder: Path) -> None:
    for path in (folder / "backups").iterdir():
        path.unlink()
    (folder / "backups").rmdir()
    with Case.open(folder) as case:
        assert case.backup().is_file()


def test_a_full_disk_while_backing_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:  # type: ignore[override]  # the one statement of a snapshot
            raise sqlite3.OperationalError("database or disk is full")

    real = sqlite3.connect
    monkeypatch.setattr(database.sqlite3, "connect", lambda path: real(path, factory=Full))
    with Case.open(folder) as case:
        before, lines = sorted((folder / "backups").iterdir()), case.audit.head().seq
        with pytest.raises(StorageError, match="full"):
            case.backup()
        assert sorted((folder / "backups").iterdir()) == before
        assert case.audit.head().seq == lines  # no line says that there is a backup


def test_a_full_disk_while_an_act_is_written_down(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Case.open(folder) as case:
        before = case.audit.head()
        with monkeypatch.context() as patched:
            patched.setattr(audit.os, "fsync", full)
            with pytest.raises(StorageError, match="full"):
                case.audit.append("not to be")
        again = case.audit.append("there is room")
        assert case.audit.check() == again
        assert again.seq > before.seq


def test_a_killed_run_has_one_line_however_often_the_disk_is_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Case.open(folder) as case:
        Runs(case).start({}, {}, "none")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for _ in range(3):
        with monkeypatch.context() as patched:
            patched.setattr(audit.os, "fsync", full)
            with Case.open(folder) as case:
                assert case.facts()["number"] == "9"
    for _ in range(2):
        with Case.open(folder) as case:
            last = Runs(case).last()
    assert last is not None
    assert last["state"] == "interrupted"
    assert (folder / "audit.jsonl").read_bytes().count(b'"run interrupted"') == 1
    with Case.open(folder, readonly=True) as case:
        assert all(one.ok for one in check(case))


def test_a_line_cut_off_by_a_power_failure_is_no_forgery(folder: Path) -> None:
    with Case.open(folder) as case:
        whole = case.audit.head().seq
    for rest in (b'{"action":"half', bytes(300)):
        with (folder / "audit.jsonl").open("ab") as file:
            file.write(rest)
        with Case.open(folder, readonly=True) as case:
            found = check(case)[2]
            assert found.ok, found.sentence
            assert "cut off" in found.sentence
            assert case.audit.check().seq == whole
        with Case.open(folder) as case:
            whole = case.audit.append("next").seq
            assert "cut off" not in check(case)[2].sentence


def test_a_lock_that_cannot_be_taken_is_said(folder: Path) -> None:
    (folder / "case.lock").unlink(missing_ok=True)
    (folder / "case.lock").mkdir()
    with Case.open(folder) as case, pytest.raises(StorageError), case.locked():
        pass


def test_a_case_that_is_moved_away_is_not_made_anew(folder: Path) -> None:
    with Case.open(folder) as case:
        case.check_there()
        away = folder.rename(folder.with_name("away"))
        folder.mkdir()  # as somebody does who writes into it
        for ask in (case.check_there, case.facts, case.backup, lambda: case.describe(number="10")):
            with pytest.raises(StorageError, match="no longer there"):
                ask()
        assert list(folder.iterdir()) == []
        folder.rmdir()
        with pytest.raises(StorageError, match="no longer there"):
            case.audit.append("into nothing")
        with pytest.raises(StorageError, match="no longer there"):
            case.describe(number="10")
        assert not folder.exists()
    with Case.open(away) as case:
        assert case.facts()["number"] == "9"


def test_a_clock_that_is_set_back_takes_no_new_backup_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module, "BACKUPS_KEPT", 3)
    clock = 1_700_000_000_999_999_999
    monkeypatch.setattr(case_module.time, "time_ns", lambda: clock)
    with Case.open(folder) as case:
        made = []
        for step in (0, 1, -3_600_000_000_000, 2):
            clock += step
            made.append(case.backup())
        assert [path.exists() for path in made] == [False, True, True, True]
        assert made[1].name > made[0].name  # over the full second, too
        for path in made[1:]:  # as the files' times are when the clock of the system is set back
            os.utime(path, (clock / 1e9 - made.index(path), clock / 1e9 - made.index(path)))
        assert case.backups()[:3] == [made[3], made[2], made[1]]
