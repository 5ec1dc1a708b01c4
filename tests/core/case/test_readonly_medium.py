"""A case on a medium that cannot be written: it can be read, nothing is left there, and what cannot work says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import case as case_module
from core.case import database
from core.case.case import Case
from core.errors import StorageError


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed case in a folder that counts as read-only (tests may run as a user whom no permission stops). Its name
    has what an address must not have."""
    folder = tmp_path / "disc #1 ?50%"
    with Case.create(folder, name="Archive"):
        pass
    for module in (database, case_module):
        monkeypatch.setattr(module, "writable", lambda _folder: False)
    return folder


def test_it_can_be_read_and_nothing_is_left_there(archived: Path) -> None:
    before = listing(archived)
    with Case.open(archived) as case:
        assert case.readonly
        assert case.facts()["name"] == "Archive"
        with case.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM content").scalar_one() == 0
    assert listing(archived) == before


def test_work_on_it_is_refused_in_words(archived: Path) -> None:
    with Case.open(archived) as case, pytest.raises(StorageError, match="cannot be written"), case.locked():
        pytest.fail("it may not be worked on")


def test_changes_that_were_not_taken_in_are_not_passed_over(archived: Path) -> None:
    (archived / "case.db-wal").write_bytes(b"x" * 100)
    with pytest.raises(StorageError, match="not closed before") as caught:
        Case.open(archived)
    assert "Copy the whole" in caught.value.advice


def test_an_older_schema_is_not_brought_up_to_date_there(archived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module.schema, "VERSION", "9999")
    with pytest.raises(StorageError, match="older schema"):
        Case.open(archived)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A really read-only mount, where the system lets the tests make one."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs the right to mount")
    source, target = tmp_path / "source", tmp_path / "mounted"
    source.mkdir()
    target.mkdir()
    with Case.create(source / "case", name="Archive"):
        pass
    if subprocess.run(["mount", "--bind", source, target], capture_output=True, check=False).returncode:
        pytest.skip("the system does not let the tests mount anything")
    subprocess.run(["mount", "-o", "remount,bind,ro", target], check=True)
    yield target / "case"
    subprocess.run(["umount", target], check=True)


def test_a_real_mount(mounted: Path) -> None:
    assert not database.writable(mounted)
    with Case.open(mounted) as case:
        assert case.facts()["name"] == "Archive"
