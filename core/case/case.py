"""A case: one folder that holds everything the software knows. Made, opened, locked, backed up, restored, checked."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text, update

from core.case import schema
from core.case.audit import AuditTrail, now
from core.case.database import (
    READING,
    gone,
    migrate,
    open_engine,
    refuse_newer,
    said_in_our_words,
    schema_version,
    snapshot,
    way_back,
    writable,
    written,
)
from core.case.owed import PREFIX, Ledger, owed
from core.errors import CaseDamaged, CaseError, CaseExists, CaseLocked, CaseNotFound, StorageError, UsageError
from core.evidence.naming import shown
from core.locks import Timeout, lock_on

__all__ = ["BACKUPS_KEPT", "Case", "case_settings", "nothing_stored"]

BACKUPS_KEPT = 20
PARTS = ("index", "thumbnails", "reports", "backups", "lists")
UNFINISHED = (
    "case.db.new", "case.db.new-wal", "case.db.new-shm", "case.db.turn", "case.turn", "audit.jsonl", "audit.lock",
)  # fmt: skip
"""What a kill while a case was made may leave behind; nobody has stored anything in it yet."""
FACTS = ("name", "number", "exhibit", "agency", "examiner", "requester", "authority")


def case_settings(facts: Mapping[str, str]) -> dict[str, str]:
    """Only what a case knows about itself; anything else is a mistake of the caller."""
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise UsageError(f"A case has no {', '.join(sorted(unknown))}.", f"Known: {', '.join(FACTS)}.")
    return {key: value for key, value in facts.items() if value}


class Case:
    """An open case. Reading is always possible; writing needs `locked()`, which one process at a time can have."""

    def __init__(self, folder: Path, engine: Engine, readonly: bool) -> None:
        self.folder = folder
        self.engine = engine
        self.readonly = readonly
        self.older = False  # its schema is older and was left as it is
        self.audit = AuditTrail(folder / "audit.jsonl")
        self._ledger = Ledger(self.audit)
        self._lock = lock_on(folder / "case.lock")

    # ------------------------------------------------------------------ making and opening

    @classmethod
    def create(cls, folder: Path, **facts: str) -> Case:
        """A new case in an empty or not yet existing folder. Raises `CaseExists`, `UsageError`, `StorageError`."""
        folder = folder.absolute()
        if (folder / "case.db").exists():
            raise CaseExists(f"There is a case in {folder} already.", "Open it, or choose another folder.")
        if folder.exists() and not nothing_stored(folder):
            raise UsageError(f"{folder} is not an empty folder.", "Choose a new folder for the case.")
        known = case_settings(facts)
        try:
            for part in PARTS:
                (folder / part).mkdir(parents=True, exist_ok=True)
            for left in UNFINISHED:
                (folder / left).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"The case folder {folder} cannot be made ({error.strerror}).", "Choose another."
            ) from error
        values = {"name": shown(folder.name), **known, "case_id": str(uuid.uuid4()), "created": now()}
        # Under another name until it is whole: a kill in between leaves no half-made case, but nothing at all.
        engine = open_engine(folder / "case.db.new", new=True)
        with said_in_our_words(folder):
            migrate(engine, None)
            with engine.begin() as connection:
                connection.execute(insert(schema.meta), [{"key": k, "value": v} for k, v in values.items()])
            engine.dispose()
        case = cls(folder, open_engine(folder / "case.db"), readonly=False)
        case.audit.append("case created", values["case_id"], name=values["name"])
        (folder / "case.db.new").replace(folder / "case.db")
        return case

    @classmethod
    def open(cls, folder: Path, *, readonly: bool = False, upgrade: bool = True) -> Case:
        """Open an existing case; an older schema is brought up to date on a backup, a newer one is refused. `upgrade`
        False: for who looks only at what every schema has, and must leave the folder as it is."""
        folder = folder.absolute()
        path = folder / "case.db"
        _refuse_lost(folder)
        fixed = not writable(folder)
        if fixed and _unsettled(path):
            raise StorageError(
                f"The case in {folder} lies on a medium that cannot be written and was not closed before it was copied "
                "there: its newest changes are in a second file that only a writable copy can take in.",
                "Copy the whole case folder to a disk and open it there.",
            )
        readonly = readonly or fixed
        engine = open_engine(path, readonly=readonly)
        case = cls(folder, engine, readonly)
        with said_in_our_words(folder):
            with engine.connect() as connection:
                current = schema_version(connection)
            if current is None:
                raise CaseDamaged(f"The case database in {folder} is damaged (it holds no case).", way_back(folder))
            if current != schema.VERSION:
                refuse_newer(current)
                case.older = not upgrade
                if upgrade:
                    case._migrate()
            elif not readonly:
                case._mark_interrupted()
                case._settle()
        return case

    def _migrate(self) -> None:
        if not writable(self.folder):
            raise StorageError(
                f"The case in {self.folder} has an older schema and lies on a medium that cannot be written.",
                "Copy the case folder to a disk and open it there; it is brought up to date then.",
            )
        from core.case.upgrade import upgrade

        with Case(self.folder, open_engine(self.folder / "case.db"), readonly=False) as writer, writer.locked():
            backup = self.folder / "backups" / f"before-migration-{_stamp()}.db"
            upgrade(writer, backup)  # also for who only reads
            if backup.is_file():
                self._keep_lists(backup)

    def _mark_interrupted(self) -> None:
        """A run that still says `running` while nobody holds the lock was killed; say so, so that it can be resumed.
        Where that cannot be stored now (no room), the case opens all the same: the next opening says it."""
        try:
            with written(self.folder), self._lock.acquire(timeout=0), self.writing() as connection:
                dead = connection.execute(
                    update(schema.run)
                    .where(schema.run.c.state == "running")
                    .values(state="interrupted", ended=now())
                    .returning(schema.run.c.id)
                ).scalars()
                for run in dead.all():
                    self.owe(connection, "run interrupted", str(run))
        except (Timeout, StorageError):
            return  # it is running, in another process; or there is no room

    def _settle(self) -> None:
        """Give the audit trail the lines that a kill or a full disk has kept from it. Where there is no room now, the
        next opening does it."""
        with self.reading() as connection:
            if not owed(connection):
                return
        with contextlib.suppress(StorageError), self.writing() as connection:
            self._ledger.settle(connection)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """The right to run on this case, for one process at a time. Raises `CaseLocked`. The operating system gives it
        back when the process dies, however it dies."""
        self.check_writable()
        try:
            with written(self.folder):
                self._lock.acquire(timeout=0)
        except Timeout as error:
            raise CaseLocked(
                f"Another process is working on the case in {self.folder}.", "Wait until it is done, or stop it."
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    def check_writable(self) -> None:
        """Raise `StorageError` when nothing can be recorded in this case."""
        if self.readonly:
            raise StorageError(
                f"The case in {self.folder} cannot be written, and what is done must be recorded in its audit trail.",
                "Copy its folder to a disk and work on the copy.",
            )

    def check_there(self) -> None:
        """Raise `StorageError` when the folder was moved or removed: a database that is open could be written on for
        hours, into nothing."""
        if not (self.folder / "case.db").is_file():
            raise gone(self.folder)

    def close(self) -> None:
        # A line that is written and owed still would be written again over one that somebody has cut off.
        if self._ledger.paid:
            with contextlib.suppress(CaseError), self.writing() as connection:
                self._ledger.forget(connection)
        self.engine.dispose()

    def __enter__(self) -> Case:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ what it knows about itself

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with said_in_our_words(self.folder), self.engine.connect() as connection:
            yield connection.execution_options(**{READING: True})

    @contextlib.contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection for many transactions, kept open: SQLite makes a checkpoint each time the last one is closed."""
        with said_in_our_words(self.folder), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside one transaction: all of it is stored, or nothing. At its end the lines that it owes the
        audit trail (`owe`) are on the disk."""
        with said_in_our_words(self.folder), self.engine.begin() as connection:
            info = connection.info
            yield connection
        self.pay(info)

    def owe(self, connection: Connection, action: str, target: str = "", *, at: str = "", **details: Any) -> None:
        """In a transaction of `writing`: what the audit trail is to say of it. A kill between the two files cannot part
        them: the next opening writes the line. `at`: the time of the act, where it was taken already."""
        self._ledger.owe(connection, action, target, details, at)

    def pay(self, info: dict[Any, Any]) -> None:
        """After a commit: write what the transaction owed; `info` is that of its connection. `writing` does it."""
        self._ledger.pay(info)

    def facts(self) -> dict[str, str]:
        with self.reading() as connection:
            rows = connection.execute(
                select(schema.meta.c.key, schema.meta.c.value).where(
                    schema.meta.c.key.not_like("desk.%"), schema.meta.c.key.not_like(f"{PREFIX}%")
                )
            )
            return {row.key: row.value for row in rows}

    @property
    def case_id(self) -> str:
        facts = self.facts()
        if "case_id" not in facts:
            told = f"The case database in {self.folder} is damaged (it does not say which case it is)."
            raise CaseDamaged(told, way_back(self.folder))
        return facts["case_id"]

    def describe(self, **facts: str) -> None:
        """Change what the case says about itself (number, exhibit, examiner …). Recorded in the audit trail."""
        values = case_settings(facts)
        case_id = self.case_id
        with self.writing() as connection:
            for key, value in values.items():
                connection.execute(
                    text("INSERT INTO meta(key, value) VALUES(:k, :v) ON CONFLICT(key) DO UPDATE SET value = :v"),
                    {"k": key, "v": value},
                )
            self.owe(connection, "case facts changed", case_id, **values)

    @property
    def thumbnails(self) -> Path:
        return self.folder / "thumbnails"

    def thumbnail(self, sha256: str, kind: str = "") -> Path:
        """Where the thumbnail of a content lies (`kind` "story" for a storyboard), whether it is there or not."""
        return self.thumbnails / sha256[:2] / f"{sha256}{'.' + kind if kind else ''}.jpg"

    # ------------------------------------------------------------------ care

    def backup(self) -> Path:
        """A consistent copy of database, audit head and hash lists into `backups/`; the newest twenty are kept.

        What else lies in the case folder is in no backup, and going back to one leaves it as it is: thumbnails and the
        index can be made again, reports are finished documents, and the audit trail must not be rewound.
        """
        from core.case import backup_lists  # which needs this module

        self.check_there()
        target = self.folder / "backups" / f"backup-{_stamp()}.db"
        with said_in_our_words(self.folder), written(self.folder):
            snapshot(self.engine, target)
        lists = self._keep_lists(target)
        head = self.audit.append("backup", target.name)  # not before: a disk that is full would make it a lie
        pinned = {"audit": {"seq": head.seq, "sha256": head.sha256}, "made": now(), "lists": lists}
        with written(self.folder):
            _put(target.with_suffix(".json"), json.dumps(pinned))
        for old in sorted((self.folder / "backups").glob("backup-*.db"), key=_in_order)[:-BACKUPS_KEPT]:
            old.unlink(missing_ok=True)
            old.with_suffix(".json").unlink(missing_ok=True)
        backup_lists.tidy(self.folder / "backups")
        return target

    def _keep_lists(self, backup: Path) -> dict[str, list[str]]:
        from core.case import backup_lists

        try:
            missing = backup_lists.keep(backup, self.folder)
        except OSError as error:
            raise StorageError(
                f"The hash lists cannot be copied into the backup ({error.strerror or error}).",
                "Make room and try again; the copy of the database is kept.",
            ) from error
        return {"missing": missing}

    def backups(self) -> list[Path]:
        """Newest first: by the lines of the audit trail that tell of them, which a clock that is set back does not
        change; those that it does not know come last."""
        told = self.audit.lines_about(b'.db"', _backups_in)
        paths = (self.folder / "backups").glob("*.db")
        return sorted(paths, key=lambda path: (told.get(path.name, 0), path.stat().st_mtime_ns), reverse=True)

    def restore(self, backup: Path) -> Path | None:
        """Put a backup in place of the database. What is there now is kept as a backup first; the audit trail is not
        rewound, the restore is one more line in it. Returns the copy of the state before; None: there was none."""
        if not backup.is_file():
            raise UsageError(f"There is no backup {backup.name}.", "`case backup` makes one; `case info` lists them.")
        probe = open_engine(backup, readonly=True)
        with said_in_our_words(self.folder), probe.connect() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check").scalar() != "ok":
                raise CaseDamaged(f"The backup {backup.name} is damaged.", "Choose another one; nothing was changed.")
            case_id = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "case_id")).scalar()
        probe.dispose()
        if case_id != self._own_id():
            raise UsageError(f"{backup.name} belongs to another case.", "Choose a backup of this case.")
        with self.locked():
            with written(self.folder):
                before = self._put_aside()
                self._put_in_place(backup)
            self.audit.append("restored", backup.name, before=before.name if before else "")
            with said_in_our_words(self.folder):
                migrate(self.engine, None)
            self._lists_back(backup)
        return before

    def _put_in_place(self, backup: Path) -> None:
        part = self.folder / "case.db.part"
        try:
            shutil.copyfile(backup, part)
            with part.open("r+b") as copy:
                os.fsync(copy.fileno())
            for leftover in ("case.db-wal", "case.db-shm"):
                (self.folder / leftover).unlink(missing_ok=True)
            part.replace(self.folder / "case.db")
        finally:
            part.unlink(missing_ok=True)

    def _lists_back(self, backup: Path) -> None:
        """The restored database may know hash lists that were forgotten since; `check` says which are still missing."""
        from core.case import backup_lists

        try:
            with self.reading() as connection:
                back, missing = backup_lists.put_back(connection, backup, self.folder)
        except OSError as error:
            raise StorageError(
                f"The case is restored, but its hash lists could not be brought back ({error.strerror or error}).",
                "Make room and restore again, or read the lists again.",
            ) from error
        if back or missing:
            self.audit.append("hash lists restored", backup.name, back=back, missing=missing)

    @classmethod
    def to_restore(cls, folder: Path) -> Case:
        """A case whose database may be damaged or gone: good for `restore`, nothing else is promised."""
        folder = folder.absolute()
        if not (folder / "backups").is_dir():
            raise CaseNotFound(f"There is no case with backups in {folder}.", "Name the folder of the case.")
        return cls(folder, open_engine(folder / "case.db"), readonly=False)

    def _own_id(self) -> str:
        """The case's id from the database, or, when that cannot be read, from the first line of the audit trail."""
        if self._has_database():
            with contextlib.suppress(CaseError, KeyError):
                return self.case_id
        return self.audit.first_target()

    def _has_database(self) -> bool:
        """Whether there is anything to ask or to keep: SQLite would make an empty database of nothing."""
        path = self.folder / "case.db"
        return path.is_file() and path.stat().st_size > 0

    def _put_aside(self) -> Path | None:
        """Keep the database as it is before a restore: a snapshot, or the very file when it is too damaged for that."""
        before = self.folder / "backups" / f"before-restore-{_stamp()}.db"
        if not self._has_database():
            return None
        try:
            with said_in_our_words(self.folder):
                snapshot(self.engine, before)
                self.engine.dispose()
            self._keep_lists(before)
        except CaseDamaged:
            self.engine.dispose()
            before = before.with_name(before.name.replace("before-restore", "damaged"))
            for suffix in ("", "-wal"):
                if (self.folder / f"case.db{suffix}").exists():
                    shutil.copyfile(self.folder / f"case.db{suffix}", f"{before}{suffix}")
        return before

    def size(self) -> dict[str, int]:
        """Bytes on disk, by part of the folder."""
        parts: dict[str, int] = {}
        for root, _, files in os.walk(self.folder):
            top = Path(root).relative_to(self.folder).parts
            key = top[0] if top else "database"
            parts[key] = parts.get(key, 0) + sum(Path(root, name).lstat().st_size for name in files)
        return parts


def nothing_stored(folder: Path) -> bool:
    """An empty folder, or one where making a case was cut off before anything could be stored."""
    if not folder.is_dir():
        return False
    for path in folder.iterdir():
        if path.name in PARTS:
            if any(path.iterdir()):
                return False
        elif path.name == "audit.jsonl":
            if path.read_bytes().count(b"\n") > 1:
                return False
        elif path.name not in UNFINISHED:
            return False
    return True


def _refuse_lost(folder: Path) -> None:
    """Raise what is wrong where there is no database: no case at all, one that has lost it, or an empty file."""
    path = folder / "case.db"
    if path.is_file():
        if path.stat().st_size == 0:
            raise CaseDamaged(f"The case database in {folder} is damaged (it is empty).", way_back(folder))
        return
    if (folder / "audit.jsonl").is_file() and not nothing_stored(folder):
        raise CaseDamaged(f"The case in {folder} has lost its database (case.db).", way_back(folder))
    raise CaseNotFound(f"There is no case in {folder}.", "Make one with `case new` or `analyze SOURCE --case DIR`.")


def _put(path: Path, text: str) -> None:
    """Write a small file as a whole or not at all."""
    part = path.with_suffix(".json.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _stamp() -> str:
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)  # asked once: names are sorted by it
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds)) + f"{rest:09d}"


def _backups_in(entry: Mapping[str, Any]) -> Iterator[str]:
    """The backups that this line of the audit trail says were made."""
    details = entry["details"]
    if entry["action"] == "backup":
        yield str(entry["target"])
    yield from (str(details[name]) for name in ("backup", "before") if name in details)


def _in_order(backup: Path) -> tuple[int, str]:
    """By what the audit trail had come to, which a clock that was set back does not change; then by name."""
    try:
        pinned = json.loads(backup.with_suffix(".json").read_text(encoding="utf-8"))
        return int(pinned["audit"]["seq"]), backup.name
    except (OSError, ValueError, KeyError, TypeError):
        return 0, backup.name  # made by a kill in between, or not ours


def _unsettled(database: Path) -> bool:
    """Whether committed changes still lie beside the database, in its write-ahead log."""
    log = database.with_name(f"{database.name}-wal")
    return log.is_file() and log.stat().st_size > 0
