"""A case of an older version: reading commands bring it up to date as every other does, and who only looks at it from
outside sees what it holds and leaves it as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.case import database, schema
from core.case.case import Case
from core.case.checks import check
from core.case.database import open_engine
from core.case.overview import glance
from core.errors import CaseTooNew

SCRIPTS = Path(database.__file__).with_name("migrations")
OLDER = [one.revision for one in ScriptDirectory(str(SCRIPTS)).walk_revisions() if one.revision != schema.VERSION]


def older_case(folder: Path, revision: str) -> Path:
    """A case as the version with this schema would have left it, but empty."""
    Case.create(folder, name="Old").close()
    (folder / "case.db").unlink()
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    engine = open_engine(folder / "case.db", new=True)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql("INSERT INTO meta VALUES ('name', 'Old'), ('case_id', '1')")
    engine.dispose()
    with closing(sqlite3.connect(folder / "case.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return folder


def version(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "case.db")) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("revision", OLDER)
def test_looking_from_outside_changes_nothing(tmp_path: Path, revision: str) -> None:
    folder = older_case(tmp_path / "case", revision)
    before = (folder / "case.db").read_bytes()
    seen = glance(folder)
    assert (seen.state, seen.name, seen.items, seen.graded, seen.reason) == ("there", "Old", 0, 0, "")
    with Case.open(folder, readonly=True, upgrade=False) as case:
        results = {one.name: one for one in check(case)}
    assert all(one.ok for one in results.values())
    assert "older schema" in results["schema"].sentence
    assert (folder / "case.db").read_bytes() == before
    assert not list((folder / "backups").iterdir())


def test_who_only_reads_reads_what_this_version_knows(tmp_path: Path) -> None:
    folder = older_case(tmp_path / "case", OLDER[0])
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM item WHERE disputed = 1").scalar_one() == 0
    assert version(folder) == schema.VERSION
    assert len(list((folder / "backups").glob("before-migration-*.db"))) == 1


@pytest.mark.parametrize("upgrade", [True, False])
def test_a_newer_schema_is_called_newer_wherever_it_lies(
    tmp_path: Path, upgrade: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "case"
    Case.create(folder).close()
    with closing(sqlite3.connect(folder / "case.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in glance(folder).reason
    with monkeypatch.context() as archived:
        for module in ("core.case.case.writable", "core.case.database.writable"):
            archived.setattr(module, lambda _folder: False)
        with pytest.raises(CaseTooNew, match="9999"):
            Case.open(folder, upgrade=upgrade)
    with pytest.raises(CaseTooNew, match="9999"):
        Case.open(folder, readonly=True, upgrade=upgrade)
