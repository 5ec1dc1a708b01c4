from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from core.case import database, schema
from core.case.case import BACKUPS_KEPT, Case, nothing_stored
from core.case.checks import check
from core.case.database import migrate
from core.case.runs import Runs
from core.errors import CaseDamaged, CaseExists, CaseLocked, CaseNotFound, CaseTooNew, StorageError, UsageError
from core.records import canonical_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "case"


def test_a_new_case_knows_what_it_was_told(folder: Path) -> None:
    with Case.create(folder, number="4 Js 12/26", examiner="Jörg") as case:
        facts = case.facts()
    assert facts["number"] == "4 Js 12/26"
    assert facts["name"] == "case"
    with Case.open(folder) as again:
        assert again.facts() == facts
        again.describe(agency="LKA")
        assert again.facts()["agency"] == "LKA"
        assert all(result.ok for result in check(again))


def test_a_first_attempt_on_a_full_disk_can_be_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(engine: Engine, backup: Path | None) -> tuple[int, int]:
        migrate(engine, backup)
        raise StorageError("The disk is full.", "Make room.")

    with monkeypatch.context() as full:
        full.setattr("core.case.case.migrate", run_out)
        with pytest.raises(StorageError):
            Case.create(folder)
    assert (folder / "case.db.new").is_file()
    assert nothing_stored(folder)
    with Case.create(folder, number="7") as case:
        assert case.facts()["number"] == "7"
    assert not nothing_stored(folder)


def test_a_case_is_not_made_over_something_else(folder: Path) -> None:
    Case.create(folder).close()
    with pytest.raises(CaseExists):
        Case.create(folder)
    (folder.parent / "photos").mkdir()
    (folder.parent / "photos/a.jpg").touch()
    with pytest.raises(UsageError, match="not an empty"):
        Case.create(folder.parent / "photos")
    with pytest.raises(UsageError, match="colour"):
        Case.create(folder.parent / "other", colour="red")


def test_no_case_there(folder: Path) -> None:
    with pytest.raises(CaseNotFound):
        Case.open(folder)


def test_a_newer_schema_is_refused_and_left_alone(folder: Path) -> None:
    Case.create(folder).close()
    with sqlite3.connect(folder / "case.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (folder / "case.db").read_bytes()
    with pytest.raises(CaseTooNew, match="9999"):
        Case.open(folder)
    assert (folder / "case.db").read_bytes() == before


def test_an_older_schema_is_brought_up_to_date_on_a_backup(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Case.create(folder, number="5").close()
    stamped: list[str] = []
    monkeypatch.setattr("alembic.command.upgrade", lambda _config, target: stamped.append(target))
    monkeypatch.setattr("core.case.schema.VERSION", "9999")
    monkeypatch.setattr("core.case.database.VERSION", "9999")
    with Case.open(folder) as case:
        assert case.facts()["number"] == "5"
    assert stamped == ["head"]
    (backup,) = (folder / "backups").glob("before-migration-*.db")
    with sqlite3.connect(backup) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'number'").fetchone() == ("5",)


def test_the_version_in_the_code_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(Path(database.__file__).with_name("migrations")))
    assert script.get_current_head() == schema.VERSION


def test_a_damaged_database_is_said_plainly(folder: Path) -> None:
    Case.create(folder).close()
    (folder / "case.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(CaseDamaged, match="damaged"):
        Case.open(folder)


def test_one_process_at_a_time(folder: Path) -> None:
    with Case.create(folder) as case, Case.open(folder) as other, case.locked():
        with pytest.raises(CaseLocked), other.locked():
            pass
        assert other.facts()["name"] == "case"  # reading is always possible
    with Case.open(folder) as case, case.locked():
        pass


def test_a_killed_run_is_marked_and_can_be_resumed(folder: Path) -> None:
    with Case.create(folder) as case:
        with pytest.raises(UsageError, match="Nothing was ever run"):
            Runs(case).resumable()
        Runs(case).start({"analyzers": ["a"]}, {}, "test")
    with Case.open(folder) as case:
        last = Runs(case).resumable()
        assert (last["state"], last["settings"]) == ("interrupted", {"analyzers": ["a"]})


def test_a_running_run_is_not_marked(folder: Path) -> None:
    with Case.create(folder) as case, case.locked():
        Runs(case).start({}, {}, "test")
        with Case.open(folder) as other:
            last = Runs(other).last()
            assert last is not None
            assert last["state"] == "running"


def test_backup_and_restore(folder: Path) -> None:
    with Case.create(folder, number="before") as case:
        saved = case.backup()
        case.describe(number="after")
        kept = case.restore(saved)
        assert case.facts()["number"] == "before"
        case.restore(kept)
        assert case.facts()["number"] == "after"
        trail = (folder / "audit.jsonl").read_text(encoding="utf-8")
        assert trail.count('"restored"') == 2
        assert check(case)[2].ok


def test_a_backup_of_another_case_is_refused(folder: Path, tmp_path: Path) -> None:
    with Case.create(folder) as case, Case.create(tmp_path / "other") as other:
        strange = other.backup()
        with pytest.raises(UsageError, match="another case"):
            case.restore(strange)
        (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
        with pytest.raises(CaseDamaged):
            case.restore(tmp_path / "junk.db")


def test_old_backups_go(folder: Path) -> None:
    with Case.create(folder) as case:
        for _ in range(BACKUPS_KEPT + 2):
            case.backup()
        assert len(list((folder / "backups").glob("backup-*.db"))) == BACKUPS_KEPT


def test_a_cut_audit_tail_shows_against_a_backup(folder: Path) -> None:
    with Case.create(folder) as case:
        case.backup()
        path = folder / "audit.jsonl"
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
        result = check(case)[2]
        assert not result.ok
        assert "missing" in result.sentence


def test_a_read_only_case_cannot_be_written(folder: Path) -> None:
    Case.create(folder).close()
    with Case.open(folder, readonly=True) as case, pytest.raises(Exception, match=r"cannot be written|readonly"):
        case.describe(number="1")


def test_making_a_case_can_be_cut_off_anywhere(folder: Path) -> None:
    for part in ("index", "thumbnails", "reports", "backups"):
        (folder / part).mkdir(parents=True)
    (folder / "case.db.new").write_bytes(b"half")
    (folder / "audit.jsonl").write_bytes(b'{"seq":1}\n')
    with Case.create(folder) as case:
        assert case.facts()["name"] == "case"
        assert all(result.ok for result in check(case))


@pytest.mark.parametrize("damage", ["overwritten", "gone"])
def test_a_damaged_or_lost_database_can_be_restored(folder: Path, damage: str) -> None:
    with Case.create(folder, number="9") as case:
        saved = case.backup()
    for leftover in folder.glob("case.db-*"):
        leftover.unlink()
    if damage == "gone":
        (folder / "case.db").unlink()
    else:
        (folder / "case.db").write_bytes(b"rubbish" * 1000)
    with Case.to_restore(folder) as case:
        case.restore(saved)
    with Case.open(folder) as case:
        assert case.facts()["number"] == "9"
        assert all(result.ok for result in check(case))


def test_a_trail_written_anew_shows_against_a_backup(folder: Path) -> None:
    with Case.create(folder) as case:
        case.backup()
        path = folder / "audit.jsonl"
        previous, lines = "0" * 64, []
        for raw in path.read_bytes().splitlines():
            line = canonical_json(json.loads(raw) | {"actor": "somebody else", "prev": previous}).encode()
            previous = hashlib.sha256(line).hexdigest()
            lines.append(line + b"\n")
        path.write_bytes(b"".join(lines))
        result = check(case)[2]
        assert not result.ok
        assert "written anew" in result.sentence
