"""The database file of a case: how it is opened, brought up to date, and how its errors are said in our words."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from core.case.items import Part, rebuild, work_out
from core.case.schema import VERSION
from core.errors import CaseDamaged, CaseLocked, CaseTooNew, StorageError
from core.locks import NO_LOCKS, BaseFileLock, Timeout, lock_on

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "Connection",
    "gone",
    "migrate",
    "open_engine",
    "refuse_newer",
    "said_in_our_words",
    "schema_version",
    "small_cache",
    "snapshot",
    "way_back",
    "writable",
    "written",
]

BUSY_SECONDS = 30
_ADDED_SINCE = {"0006": (Part.DISPUTES,)}
"""What came to the derived tables after this schema. The rest of them stands: to make it again takes minutes."""
_NOT_THERE = "unable to open database file"  # SQLite's own words
READING = "asservat_reading"
"""Execution option of a connection that only asks: it must not wait for, or hold up, the writer."""


def writable(folder: Path) -> bool:
    """Whether files can be made in the folder: not on a disc, a write-blocked disk or a share for reading."""
    with contextlib.suppress(OSError, AttributeError):
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            return False
    return os.access(folder, os.W_OK)


def open_engine(path: Path, *, readonly: bool = False, new: bool = False) -> Engine:
    """An engine on the case database; only with `new` may there be none yet: SQLite would make an empty one in place of
    one that is gone. Writers begin IMMEDIATE, so that two never deadlock half-way; readers see the
    last committed state and can never write. On a medium that cannot be written the file is taken as it lies there."""
    url = URL.create("sqlite", database=str(path))  # put together, not written: a folder may be called "Fall #1 ?"
    if readonly and not writable(path.parent):
        fixed = {"mode": "ro", "immutable": "1", "uri": "true"}
        url = URL.create("sqlite", database=path.absolute().as_uri(), query=fixed)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    from core.case.folding import holds

    @event.listens_for(engine, "do_connect")
    def find(*_: object) -> None:
        if not new and not path.is_file():
            raise sqlite3.OperationalError(_NOT_THERE)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.create_function("tag_holds", 2, holds, deterministic=True)
        connection.isolation_level = None  # transactions are begun by the event below, not guessed by the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        if readonly:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
            # Pages of an index in random order change again and again: written back together, they are written once.
            cursor.execute("PRAGMA wal_autocheckpoint = 4000")
        cursor.execute("PRAGMA cache_size = -32000")
        cursor.close()

    turnstile = lock_on(path.with_name(f"{path.stem}.turn"))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if readonly or connection.get_execution_options().get(READING, False):
            connection.exec_driver_sql("BEGIN")
            return
        if not path.is_file():  # a lock would make the folder anew
            raise sqlite3.OperationalError(_NOT_THERE)
        with _turn(turnstile):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextlib.contextmanager
def _turn(turnstile: BaseFileLock) -> Iterator[None]:
    """Writers take turns. SQLite's own waiting is not fair: a run that commits and begins again at once would keep the
    examiner's key presses waiting for seconds. Who waits for the database stands in the turnstile, so that nobody can
    begin twice in a row past them. Where it cannot be used, SQLite's waiting has to do."""
    try:
        turnstile.acquire(timeout=BUSY_SECONDS, poll_interval=0.003)
    except (Timeout, OSError):
        yield
        return
    try:
        yield
    finally:
        turnstile.release()


def schema_version(connection: Connection) -> str | None:
    """The version that this database has; None for an empty one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def migrate(
    engine: Engine,
    backup: Path | None,
    tell: Callable[[Connection, str, str], None] | None = None,
    done: Callable[[dict[Any, Any]], None] | None = None,
) -> tuple[str | None, str]:
    """Bring the schema up to date, after copying the database to `backup` when there is something to lose. `tell` is
    called at the end of the transaction with the versions before and after, `done` after it with what is kept with its
    connection.

    Returns the versions before and after. Raises `CaseTooNew` for a schema that this program does not know; then
    nothing was changed.
    """
    with engine.connect() as connection:
        current = schema_version(connection)
    if current == VERSION:
        return current, VERSION
    # Alembic takes a quarter of a second to import, and nearly every start finds the newest schema.
    from alembic import command

    config = refuse_newer(current)
    if current is not None and backup is not None:
        snapshot(engine, backup)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if current in _ADDED_SINCE:
            work_out(connection, *_ADDED_SINCE[current])
        elif current is not None:
            rebuild(connection)
        if tell is not None and current is not None:
            tell(connection, current, VERSION)
        info = connection.info
    if done is not None:
        done(info)
    return current, VERSION


def refuse_newer(current: str | None) -> Config:
    """The way from schema to schema, for a database that has this one. Raises `CaseTooNew` for an unknown one."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise CaseTooNew(
            f"This case was written by a newer version of Asservat (schema {current}, this program knows {VERSION}).",
            "Open it with that version; nothing was changed.",
        )
    return config


def snapshot(engine: Engine, target: Path) -> None:
    """A consistent copy of the live database (SQLite's online backup), on the disk as a whole or not there at all.

    The copy is read to its end before it gets its name: SQLite copies pages without looking at them, and a damaged
    copy that is called a backup would in time be the only one. One process at a time, and what a killed one has left
    goes first. Raises `CaseDamaged`, `CaseLocked`; errors of SQLite as they are.
    """
    part = target.with_suffix(".part")
    target.parent.mkdir(exist_ok=True)
    with _copying(target.parent.parent):
        for left in target.parent.glob("*.part"):
            left.unlink(missing_ok=True)
        _copy(engine, part, target)


@contextlib.contextmanager
def _copying(folder: Path) -> Iterator[None]:
    try:
        lock = lock_on(folder / "backup.lock").acquire(timeout=BUSY_SECONDS)
    except Timeout as error:
        raise CaseLocked(
            f"Another process is making a backup of the case in {folder}.", "Wait until it is done, then try again."
        ) from error
    with lock:
        yield


def _copy(engine: Engine, part: Path, target: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy, engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.rollback()
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise CaseDamaged(
                f"The case database in {target.parent.parent} is damaged ({found}).", way_back(target.parent.parent)
            )
        with part.open("r+b") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def way_back(folder: Path) -> str:
    """What to do about a damaged case, by whether there is a backup to go back to."""
    if any((folder / "backups").glob("*.db")):
        return "Restore the newest backup with `case restore`; the damaged file is kept beside it."
    return "There is no backup beside it: keep the folder as it is, and bring the case back from a copy of your own."


@contextlib.contextmanager
def said_in_our_words(folder: Path) -> Iterator[None]:
    """Turn the database library's errors into `StorageError` (the environment) or `CaseDamaged` (the file)."""
    try:
        yield
    except OperationalError as error:
        raise _storage_error(str(error.orig), folder) from error
    except DatabaseError as error:
        if (damaged := _damaged(str(error.orig), folder)) is not None:
            raise damaged from error
        raise
    except sqlite3.OperationalError as error:  # a backup is made past the database library
        raise _storage_error(str(error), folder) from error
    except sqlite3.DatabaseError as error:
        if (damaged := _damaged(str(error), folder)) is not None:
            raise damaged from error
        raise


@contextlib.contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turn what the system says about files of the case (full, gone, read-only) into `StorageError`."""
    try:
        yield
    except Timeout:  # of a lock: it is an OSError, but says nothing about the disk
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _storage_error("full", folder) from error
        if not folder.is_dir():
            raise gone(folder) from error
        if error.errno in NO_LOCKS:
            raise StorageError(
                f"The disk that holds {folder} knows no locks; nothing would keep two processes from writing at once.",
                "Move the case to a local disk, or to a share that knows locks, and open it there.",
            ) from error
        raise StorageError(
            f"The case in {folder} cannot be written ({error.strerror or error}).",
            "Check its disk and its permissions, then do it again. What was stored is safe.",
        ) from error


def gone(folder: Path) -> StorageError:
    """The folder was moved, removed or disconnected while it was worked on."""
    return StorageError(
        f"The case folder {folder} is no longer there.",
        "Bring it back to this place (connect its disk, undo a renaming), then do it again.",
    )


def _no_room(folder: Path) -> bool:
    """Whether the file system has no place left for another file: bytes, or entries in its table."""
    with contextlib.suppress(OSError, AttributeError):
        found = os.statvfs(folder)
        return found.f_bavail == 0 or (found.f_files > 0 and found.f_favail == 0)
    return False


def _damaged(cause: str, folder: Path) -> CaseDamaged | None:
    if "malformed" in cause or "not a database" in cause:
        return CaseDamaged(f"The case database in {folder} is damaged ({cause}).", way_back(folder))
    return None


def _storage_error(cause: str, folder: Path) -> StorageError:
    if "full" in cause or ("unable to open" in cause and _no_room(folder)):
        return StorageError(
            f"The disk that holds {folder} is full.",
            "Make room, then do it again (a run: `resume`). What was stored is safe; this was not stored any more.",
        )
    if "readonly" in cause or "read-only" in cause:
        return StorageError(f"The case in {folder} cannot be written.", "Check its permissions, or open a copy.")
    if "locked" in cause:
        return StorageError(
            f"The case in {folder} is busy in another process.", "Wait for it or close it, then try again."
        )
    if not any((folder / name).is_file() for name in ("case.db", "case.db.new")):
        return gone(folder)
    return StorageError(f"The case database in {folder} could not be used ({cause}).", "Run `case check` on it.")


def small_cache(connection: Connection) -> None:
    """For one of several connections that only ask. Scans of a million items pass through any cache; the few thousand
    rows that a search finds lie in as many pages, and 16 MB hold those of the search before: 5 ms instead of 8."""
    connection.exec_driver_sql("PRAGMA cache_size = -16000")
