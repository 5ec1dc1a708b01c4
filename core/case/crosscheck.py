"""Does the database say what the audit trail says? Either can be edited past the program; both together are harder.

What this finds: acts, runs and decisions that were added, removed or changed in one of the two, a trail that was cut or
replaced by an older one, a database that was. What it cannot find: findings and outcomes that were changed, whose
values the trail does not hold, and changes to both that fit together. Against those helps only what was kept elsewhere:
a report or the head of the trail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from core.case.case import Case
from core.case.checks import CheckResult
from core.case.clock import seconds_of
from core.case.items import IN_FORCE
from core.case.owed import owed

__all__ = ["check"]

_SHOWN = 5  # of what is wrong
_SLACK = 2.0  # seconds that two processes' lines may lie apart without a clock that was moved
_LATE = 3600.0  # seconds between a decision and its line in the trail: an act over a million items takes a while
_SAYS_ITS_VALUE = frozenset(
    {"grade", "ungrade", "tag", "untag", "note", "bookmark", "verdict", "exclude", "exclude_problem"}
)


@dataclass
class _Trail:
    """What the trail says: the newest line for each act and run, and which of them have to be in the database."""

    lines: int = 0
    acts: dict[int, dict[str, Any]] = field(default_factory=dict)
    runs: set[int] = field(default_factory=set)
    acts_since: set[int] = field(default_factory=set)
    runs_since: set[int] = field(default_factory=set)
    back: int = 0
    first_back: int = 0
    """How often the clock went back, and at which line first."""


def check(case: Case) -> list[CheckResult]:
    """`record`: one result that all is well, or one for each of the first things that are not; `clock`: only where it
    was moved."""
    trail = _read(case)
    if not trail.lines:
        return [CheckResult("record", False, "The audit trail is missing or empty, so nothing shows what was done.")]
    with case.reading() as connection:
        late = [line for line in owed(connection) if not case.audit.has(line)]
        for line in late:
            plain = {"action": line.action, "actor": line.actor, "at": line.at, "details": line.details}
            _take(trail, line.action, line.target, plain)
        wrong = [*islice(_wrong(connection, trail), _SHOWN)]
    known = len(trail.acts) + len(trail.runs)
    told = f"{known} acts and runs stand in the audit trail as in the database."
    results = wrong or [CheckResult("record", True, told)]
    if late:
        told = f"{len(late)} lines of the audit trail could not be written any more; the next opening writes them."
        results.append(CheckResult("owed", True, told))
    if trail.back:
        told = f"The clock went back {trail.back} times, first at line {trail.first_back} of the audit trail."
        results.append(CheckResult("clock", True, told))
    return results


def _wrong(connection: Connection, trail: _Trail) -> Iterator[CheckResult]:
    yield from _acts(connection, trail)
    yield from _runs(connection, trail)
    yield from _grades(connection)


def _read(case: Case) -> _Trail:
    """Lines that cannot be read are passed over: that the chain is broken is said elsewhere."""
    trail, before = _Trail(), 0.0
    if not case.audit.path.exists():
        return trail
    with case.audit.path.open("rb") as file:
        for trail.lines, raw in enumerate(file, start=1):
            try:
                entry = json.loads(raw)
                action, target, at = str(entry["action"]), str(entry["target"]), seconds_of(str(entry["at"]))
            except (ValueError, KeyError, TypeError):
                continue
            if at < before - _SLACK:
                trail.back += 1
                trail.first_back = trail.first_back or trail.lines
            before = at
            _take(trail, action, target, entry)
    return trail


def _take(trail: _Trail, action: str, target: str, entry: dict[str, Any]) -> None:
    if action == "restored":  # the database went back: what was done since its backup is in the trail alone
        trail.acts_since.clear()
        trail.runs_since.clear()
    if not target.isdecimal():
        return
    if action.startswith("decision "):
        trail.acts[int(target)] = entry
        trail.acts_since.add(int(target))
    elif action == "run started":
        trail.runs.add(int(target))
        trail.runs_since.add(int(target))


def _acts(connection: Connection, trail: _Trail) -> Iterator[CheckResult]:
    rows = connection.exec_driver_sql("SELECT id, kind, label, actor, at FROM act ORDER BY id").fetchall()
    for number, kind, label, actor, at in rows:
        entry = trail.acts.get(number)
        if entry is None:
            yield CheckResult(
                "record",
                False,
                f"Act {number} is in the database and not in the audit trail: the program was ended in between, or "
                "somebody wrote it past the program.",
            )
            continue
        what = _differs(connection, number, (kind, label, actor, at), entry)
        if what:
            yield CheckResult(
                "record",
                False,
                f"Act {number} in the database is not what the audit trail says of it ({what}): somebody changed one "
                "of the two past the program.",
            )
    for number in sorted(trail.acts_since - {row[0] for row in rows}):
        yield CheckResult(
            "record",
            False,
            f"Act {number} is in the audit trail and not in the database: it was removed, or the database is an older "
            "one.",
        )


def _differs(connection: Connection, number: int, act: tuple[str, str, str, str], entry: dict[str, Any]) -> str | None:
    """In one word what differs between an act and its line."""
    kind, label, actor, at = act
    details, said = entry.get("details") or {}, json.loads(label)
    done = "" if kind == "do" else f"{kind} "
    if entry["action"] != f"decision {done}{said['key']}":
        return "kind"
    if entry.get("actor") != actor:
        return "person"
    done_at = details.get("done_at", entry["at"])  # of a line that was written late, or while the clock was moved
    if not -_SLACK < seconds_of(str(done_at)) - seconds_of(at) < _LATE:
        return "time"
    if "facts" in details:
        return None if _facts(connection, number) == details["facts"] else "facts"
    if details.get("value", said["value"]) != said["value"]:
        return "value"
    rows = "SELECT count(*) FROM decision WHERE act_id = ?"
    if connection.exec_driver_sql(f"{rows} AND actor <> ?", (number, actor)).scalar():
        return "person"
    literal = kind == "do" and said["key"] in _SAYS_ITS_VALUE
    if literal and connection.exec_driver_sql(f"{rows} AND value <> ?", (number, said["value"])).scalar():
        return "value"
    return None if _same_contents(connection, number, kind, details) else "files"


def _facts(connection: Connection, number: int) -> list[dict[str, Any]]:
    rows = connection.exec_driver_sql(
        "SELECT source_id, field, before, value FROM source_fact WHERE act_id = ? ORDER BY id", (number,)
    )
    return [{"source": row[0], "field": row[1], "old": row[2], "new": row[3]} for row in rows]


def _same_contents(connection: Connection, number: int, kind: str, details: dict[str, Any]) -> bool:
    """An act names the few contents it is about, and has one hash for many. What is undone or done again may leave out
    some of them, because a note may have been taken back by itself before."""
    inside = "SELECT DISTINCT content_id FROM decision WHERE act_id = ? AND content_id IS NOT NULL ORDER BY content_id"
    if "sha256" in details:
        rows = connection.exec_driver_sql(f"SELECT sha256 FROM content WHERE id IN ({inside}) ORDER BY id", (number,))
        found = [row[0] for row in rows]
        return found == details["sha256"] if kind == "do" else set(found) <= set(details["sha256"])
    ids = connection.exec_driver_sql(f"SELECT group_concat(content_id) FROM ({inside})", (number,)).scalar() or ""
    if kind != "do" and ids.count(",") + bool(ids) < details.get("contents", 0):
        return True
    return hashlib.sha256(str(ids).encode()).hexdigest() == details.get("ids_sha256")


def _runs(connection: Connection, trail: _Trail) -> Iterator[CheckResult]:
    known = {row[0] for row in connection.exec_driver_sql("SELECT id FROM run")}
    for number in sorted(known - trail.runs):
        told = f"Run {number} is in the database and not in the audit trail: somebody removed its lines, or wrote it."
        yield CheckResult("record", False, told)
    for number in sorted(trail.runs_since - known):
        yield CheckResult(
            "record",
            False,
            f"Run {number} is in the audit trail and not in the database: it was removed, or the database is an older "
            "one.",
        )


def _grades(connection: Connection) -> Iterator[CheckResult]:
    """Lists, filters and selections of reports go by `item.grade`, which follows from the decisions."""
    newest = (
        "(SELECT nullif(value, '') FROM decision WHERE decision.content_id = item.content_id AND kind = 'grade' AND"
        f" finding_id IS NULL AND problem_id IS NULL AND {IN_FORCE} ORDER BY decision.id DESC LIMIT 1)"
    )
    wrong = connection.exec_driver_sql(
        f"SELECT count(*) FROM item WHERE (grade IS NOT NULL OR content_id IN (SELECT content_id FROM decision WHERE"
        f" kind = 'grade')) AND grade IS NOT {newest}"
    ).scalar_one()
    if wrong:
        told = f"Lists show another grade than the one that was given, for {wrong} items: the database was changed."
        yield CheckResult("record", False, told)
