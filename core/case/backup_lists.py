"""Hash lists in backups: a database that is restored knows lists whose files may be gone from the case by then.

The files lie once in `backups/lists/`, named after their own SHA-256, whatever number of backups know them; they are
copies, so that a file that goes bad in the case is still good here. A file goes with the last backup that knows it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from core.case.database import open_engine
from core.case.hash_lists import FOLDER, KnownList, known_lists
from core.case.kept_hashes import sha256_of

__all__ = ["keep", "lacking", "put_back", "tidy"]


def keep(backup: Path, case_folder: Path) -> list[str]:
    """Keep the files of the lists that this backup (a database in `backups/`) knows. Returns the tags of those that
    are missing or not what was kept, so that nobody has them. Raises `OSError` when a copy cannot be written."""
    missing = []
    for known in _known(backup):
        kept = backup.parent / FOLDER / _name(known)
        if not _is(kept, known) and not _copied(case_folder / FOLDER / known.kept, kept, known):
            missing.append(known.tag)
    return missing


def lacking(backup: Path) -> list[str]:
    """The tags of lists that this backup knows without having their hashes."""
    return [known.tag for known in _known(backup) if not (backup.parent / FOLDER / _name(known)).is_file()]


def put_back(connection: Connection, backup: Path, case_folder: Path) -> tuple[list[str], list[str]]:
    """After the restore of `backup`: bring back the files of the lists that the case knows now. Returns the tags of
    those brought back and of those that are still missing. Raises `OSError` when a file cannot be written."""
    back: list[str] = []
    missing: list[str] = []
    for known in known_lists(connection) if _has_lists(connection) else []:
        place = case_folder / FOLDER / known.kept
        if _is(place, known):
            continue
        kept = backup.parent / FOLDER / _name(known)
        (back if _copied(kept, place, known) else missing).append(known.tag)
    return back, missing


def tidy(backups: Path) -> None:
    """Take away the files that no backup knows any more; none, when a backup cannot be asked."""
    files = [path for path in (backups / FOLDER).glob("*.hashes") if path.is_file()]
    if not files:
        return
    try:
        wanted = {known.kept_sha256 for backup in backups.glob("*.db") for known in _known(backup)}
    except DatabaseError:
        return
    _drop(path for path in files if path.stem not in wanted)


def _name(known: KnownList) -> str:
    return f"{known.kept_sha256}.hashes"


def _known(backup: Path) -> list[KnownList]:
    engine = open_engine(backup, readonly=True)
    try:
        with engine.connect() as connection:
            return known_lists(connection) if _has_lists(connection) else []
    finally:
        engine.dispose()


def _has_lists(connection: Connection) -> bool:
    """Backups of older versions have no table of them."""
    return bool(connection.dialect.has_table(connection, "hash_list"))


def _is(path: Path, known: KnownList) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file() and sha256_of(path) == known.kept_sha256
    return False


def _copied(source: Path, target: Path, known: KnownList) -> bool:
    """Whether `source` was what was kept and is `target` now. Only the copy is looked at: it is what counts."""
    if not source.is_file():
        return False
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    try:
        shutil.copyfile(source, part)
        if not _is(part, known):
            return False
        with part.open("r+b") as copy:
            os.fsync(copy.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return True


def _drop(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # it is asked for again the next time
            path.unlink()
