"""Bringing the database of an older case up to date, on a backup, all of it or nothing.

The whole way is one transaction, so a kill, a full disk or a step that cannot be made leaves the database as it was.
What a case of some schema has to look like is told by the same steps, made in memory.
"""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from core.case.database import migrate, refuse_newer
from core.errors import CaseDamaged

if TYPE_CHECKING:
    from core.case.case import Case

__all__ = ["faults", "upgrade"]

_ENVIRONMENT = ("full", "readonly", "read-only", "locked", "unable to open", "I/O", "malformed", "not a database")
"""In SQLite's words: what is said in other words (`said_in_our_words`), because it is not about the schema."""
_SHOWN = 5


def upgrade(case: Case, backup: Path) -> None:
    """Bring the case up to date, after a copy to `backup`. The caller holds the lock. Raises `CaseDamaged` when its
    database is not what its schema says; then it is as it was, and the copy is there."""
    told: list[str | None] = []

    def tell(connection: Connection, before: str, after: str) -> None:
        told.append(before)
        case.owe(connection, "schema migrated", case_id, before=before, after=after, backup=backup.name)

    case_id = case.case_id
    try:
        migrate(case.engine, backup, tell, case.pay)
    except DatabaseError as error:
        cause = str(error.orig)
        if any(word in cause for word in _ENVIRONMENT):
            raise
        raise CaseDamaged(
            f"The case in {case.folder} could not be brought up to date ({cause}); it is as it was.",
            _advice(case.folder, backup),
        ) from error
    finally:
        _drop_tries(backup)


def _advice(folder: Path, made: Path) -> str:
    """A way that works: the copy that was made just now has the same fault, an older one may not have it."""
    older = sorted(
        (path for path in (folder / "backups").glob("backup-*.db") if path != made), key=lambda one: one.name
    )
    way = (
        f"Go back to an older backup: `case restore {folder} {older[-1].name}`."
        if older
        else "There is no older backup beside it: open it with the version that wrote it, or bring back a copy."
    )
    return f"`case check` says what does not fit. {way}"


def _drop_tries(backup: Path) -> None:
    """Tries that were cut off have each left a copy of the same database. One is enough."""
    if not backup.is_file():
        return
    for path in backup.parent.glob("before-migration-*.db"):
        if path != backup and path.stat().st_size == backup.stat().st_size and filecmp.cmp(path, backup, shallow=False):
            path.unlink(missing_ok=True)


def faults(connection: Connection, version: str) -> str:
    """In which tables and columns a database is not what this schema is; empty: in none."""
    wanted, found = _expected(version), _columns(connection)
    missing = sorted(wanted - found)
    extra = sorted(found - wanted)
    said = [f"missing: {_named(missing)}"] if missing else []
    said += [f"too many: {_named(extra)}"] if extra else []
    return "; ".join(said)


def _named(columns: list[tuple[str, str]]) -> str:
    names = [table if not column else f"{table}.{column}" for table, column in columns]
    tables = {table for table, column in columns if not column}
    shown = [name for name in names if name.partition(".")[0] not in tables or "." not in name]
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _expected(version: str) -> set[tuple[str, str]]:
    from alembic import command

    config = refuse_newer(version)
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        found = _columns(connection)
    engine.dispose()
    return found


def _columns(connection: Connection) -> set[tuple[str, str]]:
    """(table, column) of all tables, and (table, "") for each."""
    rows = connection.exec_driver_sql(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
    )
    return {pair for table, column in rows for pair in ((table, column), (table, ""))}
