"""Backups hold the hash lists that their database knows; going back brings them back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import backup_lists, hash_lists
from core.case import case as case_module
from core.case.case import Case
from core.case.checks import check
from core.errors import StorageError


def a_list(folder: Path, name: str, first: int) -> Path:
    path = folder / f"{name}.txt"
    path.write_text("\n".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(first, first + 50)))
    return path


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """A case that knows one list, `known`."""
    with Case.create(tmp_path / "case") as made:
        hash_lists.apply(made, a_list(tmp_path, "known", 0))
        yield made


def kept(case: Case) -> list[Path]:
    return sorted((case.folder / "lists").glob("*.hashes"))


def copies(case: Case) -> list[Path]:
    return sorted((case.folder / "backups" / "lists").iterdir())


def forget_all(case: Case) -> None:
    with case.reading() as connection:
        known = hash_lists.known_lists(connection)
    for one in known:
        hash_lists.forget(case, one.id)


def lists_are_whole(case: Case) -> bool:
    return all(result.ok for result in check(case) if result.name == "hash lists")


def test_going_back_brings_back_a_list_that_was_forgotten(case: Case) -> None:
    before = kept(case)[0].read_bytes()
    saved = case.backup()
    forget_all(case)
    assert kept(case) == []
    case.restore(saved)
    assert [path.read_bytes() for path in kept(case)] == [before]
    with case.reading() as connection:
        assert [known.tag for known in hash_lists.known_lists(connection)] == ["list: known"]
    assert lists_are_whole(case)
    lines = [json.loads(line) for line in (case.folder / "audit.jsonl").read_text("utf-8").splitlines()]
    told = next(line for line in lines if line["action"] == "hash lists restored")
    assert told["details"] == {"back": ["list: known"], "missing": []}


def test_a_list_that_went_bad_in_the_case_is_good_in_the_backup(case: Case) -> None:
    saved = case.backup()
    kept(case)[0].write_bytes(b"spoilt")
    assert not lists_are_whole(case)
    case.restore(saved)
    assert lists_are_whole(case)


def test_the_state_before_a_restore_has_its_lists_too(case: Case, tmp_path: Path) -> None:
    saved = case.backup()
    hash_lists.apply(case, a_list(tmp_path, "later", 100))
    before = case.restore(saved)
    for path in kept(case):
        path.unlink()
    case.restore(before)
    assert len(kept(case)) == 2
    assert lists_are_whole(case)


def test_a_backup_that_was_carried_away_brings_its_lists_along(case: Case, tmp_path: Path) -> None:
    saved = case.backup()
    away = tmp_path / "stick"
    shutil.copytree(saved.parent, away)
    forget_all(case)
    shutil.rmtree(case.folder / "backups" / "lists")
    case.restore(away / saved.name)
    assert lists_are_whole(case)


def test_one_copy_for_all_backups_and_none_when_the_last_is_gone(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_module, "BACKUPS_KEPT", 2)
    first = case.backup()
    case.backup()
    assert len(copies(case)) == 1
    hash_lists.apply(case, a_list(tmp_path, "other", 200))
    forgotten = copies(case)[0]
    forget_all(case)
    case.backup()
    assert not first.exists()
    assert copies(case) == [forgotten], "the second backup still knows it"
    case.backup()
    assert copies(case) == []


def test_a_backup_that_cannot_be_asked_keeps_all_copies(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module, "BACKUPS_KEPT", 1)
    case.backup()
    (case.folder / "backups" / "damaged-1.db").write_bytes(b"rubbish" * 1000)
    forget_all(case)
    case.backup()
    assert len(copies(case)) == 1


def test_what_is_missing_is_said(case: Case) -> None:
    kept(case)[0].write_bytes(b"spoilt")
    saved = case.backup()
    assert backup_lists.lacking(saved) == ["list: known"]
    assert json.loads(saved.with_suffix(".json").read_text("utf-8"))["lists"] == {"missing": ["list: known"]}
    assert copies(case) == []
    case.restore(saved)
    assert not lists_are_whole(case)


def test_a_full_disk_is_said_and_leaves_no_half_a_list(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_lists.shutil, "copyfile", full)
    with pytest.raises(StorageError, match="hash lists cannot be copied"):
        case.backup()
    assert copies(case) == []


def test_backups_of_versions_without_lists(tmp_path: Path) -> None:
    with Case.create(tmp_path / "old") as case:
        saved = case.backup()
        with case.writing() as connection:
            connection.exec_driver_sql("DROP TABLE hash_list")
        old = case.folder / "backups" / "before-migration-1.db"
        case.engine.dispose()
        shutil.copyfile(case.folder / "case.db", old)
        assert backup_lists.keep(old, case.folder) == []
        assert backup_lists.lacking(old) == []
        backup_lists.tidy(saved.parent)
