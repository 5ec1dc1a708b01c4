"""Whether a case is whole: looks at everything that can go wrong with it, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from core.case import hash_lists, list_watch, schema, upgrade
from core.case.audit import AuditHead
from core.case.case import Case
from core.case.database import schema_version
from core.errors import CaseDamaged, StorageError

__all__ = ["CheckResult", "check"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was looked at."""

    name: str
    ok: bool
    sentence: str


def check(case: Case) -> list[CheckResult]:
    """All of it; takes as long as reading the database once."""
    results = [
        _unless_damaged("database", _database, case),
        _unless_damaged("references", _links, case),
        _audit(case),
        _unless_damaged("thumbnails", _thumbnails, case),
    ]
    wrong = _unless_damaged("schema", _schema, case)
    if not wrong.ok:
        return [*results, wrong]
    if case.older:
        return [*results, wrong, *_record(case)]
    try:
        return [*results, *_lists(case)]
    except CaseDamaged as error:
        return [*results, CheckResult("hash lists", False, error.message)]


def _unless_damaged(name: str, look: Callable[[Case], CheckResult], case: Case) -> CheckResult:
    """What was found, or that the database could not be read that far; the other things are looked at all the same."""
    try:
        return look(case)
    except CaseDamaged as error:
        return CheckResult(name, False, error.message)


def _schema(case: Case) -> CheckResult:
    """Whether tables and columns are those of its schema: a migration that was cut off, or a strange hand."""
    with case.reading() as connection:
        version = str(schema_version(connection))
        found = upgrade.faults(connection, version)
    if found:
        told = f"The database is not what schema {version} is ({found}): it was changed half, or past the program."
        return CheckResult("schema", False, told)
    return CheckResult("schema", True, "The case has an older schema; what came to it later was not looked at.")


def _record(case: Case) -> list[CheckResult]:
    """What the audit trail says, as far as an older database can be asked."""
    from core.case import crosscheck

    try:
        return crosscheck.check(case)
    except StorageError:  # it has no acts, or others
        return []


def _thumbnails(case: Case) -> CheckResult:
    missing = _missing_thumbnails(case)
    if missing:
        return CheckResult("thumbnails", True, f"{missing} thumbnails are missing; the next run makes them again.")
    return CheckResult("thumbnails", True, "All thumbnails are there.")


def _lists(case: Case) -> list[CheckResult]:
    """What lies beside the database: what the audit trail says of it, and the hash lists, where the case has some."""
    from core.case import crosscheck  # it says what it finds in our words

    with case.reading() as connection:
        known = hash_lists.known_lists(connection)
    bad = list_watch.check_lists(case.folder, known)
    told = f"The hashes of {', '.join(bad)} are not what was kept." if bad else "All hash lists are as they were kept."
    return [*crosscheck.check(case), *([CheckResult("hash lists", not bad, told)] if known else [])]


def _database(case: Case) -> CheckResult:
    with case.reading() as connection:
        answer = str(connection.exec_driver_sql("PRAGMA integrity_check(5)").scalar())
        page = int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    if answer == "ok" and (case.folder / "case.db").stat().st_size % page:
        answer = "its last page is cut off"  # SQLite reads zeros there, and in places without a pointer believes them
    ok = answer == "ok"
    return CheckResult("database", ok, "The database is whole." if ok else f"The database is damaged: {answer}.")


def _links(case: Case) -> CheckResult:
    with case.reading() as connection:
        broken = len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())
        for index in filter(partial(connection.dialect.has_table, connection), ("words", "grams")):
            connection.exec_driver_sql(f"SELECT count(*) FROM {index} WHERE {index} MATCH 'ass'")
    sentence = "Every finding belongs to a content and a run." if not broken else f"{broken} rows point to nothing."
    return CheckResult("references", not broken, sentence)


def _audit(case: Case) -> CheckResult:
    """A rewritten or cut trail can be a valid chain; the heads pinned in backups and reports show it."""
    try:
        head = case.audit.check()
        pins = list(_pinned(case))
        found = case.audit.hashes({pin.seq for _, pin in pins})
    except CaseDamaged as error:
        return CheckResult("audit trail", False, error.message)
    for where, pin in pins:
        if pin.seq > head.seq:
            told = f"Lines are missing: {where} saw {pin.seq}, there are {head.seq}."
            return CheckResult("audit trail", False, told)
        if pin.seq and found[pin.seq] != pin.sha256:
            told = f"Line {pin.seq} is not what it was when {where} was made: the trail was written anew."
            return CheckResult("audit trail", False, told)
    if case.audit.torn():
        cut = "the line after them was cut off while it was written and does not count"
        return CheckResult("audit trail", True, f"{head.seq} lines, unbroken; head {head.sha256[:16]}…; {cut}.")
    return CheckResult("audit trail", True, f"{head.seq} lines, unbroken; head {head.sha256[:16]}….")


def _pinned(case: Case) -> Iterator[tuple[str, AuditHead]]:
    places = [*(case.folder / "backups").glob("backup-*.json"), *(case.folder / "reports").glob("*/manifest.json")]
    for path in places:
        name = path.stem if path.parent.name == "backups" else f"report {path.parent.name}"
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            head = stored.get("audit") or stored["audit_head"]
            yield name, AuditHead(int(head["seq"]), str(head["sha256"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            told = f"What {name} pinned of the audit trail cannot be read."
            raise CaseDamaged(told, "Keep it as it is.") from error


def _missing_thumbnails(case: Case) -> int:
    with case.reading() as connection:
        rows = connection.execute(
            select(schema.content.c.sha256).join(schema.media).where(schema.media.c.thumbnail == 1)
        )
        return sum(not case.thumbnail(row.sha256).exists() for row in rows)
