"""What the examiner says, kept for good: grades, tags, notes, bookmarks, flags, verdicts, exclusions; undo and redo.

Every act, to one item or to a million, is one transaction, one row of `act` and one line of the audit trail. Nothing is
ever changed or deleted: undo adds rows that withdraw what the act said, redo says it again. So undo and redo survive a
restart, and what was undone can still be read in the history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from core.case import acts
from core.case.acts import (
    NAMED,
    Change,
    Label,
    audited,
    follow,
    invert,
    newest_redoable,
    newest_undoable,
    open_act,
    say,
)
from core.case.audit import actor, now
from core.case.case import Case
from core.case.items import IN_FORCE
from core.errors import UsageError

__all__ = [
    "VERDICTS",
    "Change",
    "Entry",
    "Label",
    "Waiting",
    "bookmark",
    "exclude",
    "exclude_problem",
    "flag",
    "grade",
    "history",
    "include",
    "next_in_line",
    "note",
    "redo",
    "redoable",
    "review",
    "settled_problems",
    "tag",
    "tags",
    "undo",
    "undoable",
    "untag",
    "verdict",
    "withdraw",
]

VERDICTS = ("right", "wrong", "unclear")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of an item, with what was taken back since."""

    id: int
    act: int | None
    kind: str
    value: str
    time: float | None
    finding_id: int | None
    finding: str
    actor: str
    at: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that undo or redo could be about. `content`: the one it is about, None: several, or a source."""

    kind: Literal["undo", "redo"]
    act: int
    label: Label
    at: str
    content: int | None


# ---------------------------------------------------------------------- acts


def grade(case: Case, ids: Iterable[int], value: str) -> Change:
    """Grade these contents; an empty value takes their grade away. Those that have it already are left alone, unless
    they are disputed: who disagreed can settle that by giving the grade that the item has."""
    label = Label("grade" if value else "ungrade", value)
    return say(case, ids, "grade", value, label, unless="grade IS ? AND disputed = 0")


def flag(case: Case, ids: Iterable[int], on: bool = True) -> Change:
    """Flag for a second look, or take the flag away."""
    return say(
        case, ids, "flag", "1" if on else "", Label("flag" if on else "unflag"), unless="(flagged > 0) = (? IS '1')"
    )


def review(case: Case, ids: Iterable[int], on: bool = True) -> Change:
    """Mark as reviewed without a grade. What is graded is reviewed whatever this says."""
    return say(
        case,
        ids,
        "review",
        "1" if on else "",
        Label("review" if on else "unreview"),
        unless="(reviewed > 0) = (? IS '1')",
    )


def tag(case: Case, ids: Iterable[int], value: str) -> Change:
    """Add a tag. Raises `UsageError` when it is empty."""
    word = _text(value, "tag")
    return say(case, ids, "tag", word, Label("tag", word), unless=_TAGGED)


def untag(case: Case, ids: Iterable[int], value: str) -> Change:
    """Take a tag away from those that have it."""
    word = _text(value, "tag")
    return say(case, ids, "untag", word, Label("untag", word), unless=f"NOT {_TAGGED}")


_TAGGED = "EXISTS (SELECT 1 FROM item_tag WHERE item_tag.content_id = item.content_id AND tag = ?)"


def note(case: Case, ids: Iterable[int], text: str, *, time: float | None = None) -> Change:
    """Write a note to each of these contents, at a `time` in seconds where it belongs to one. Notes are found by the
    search for words. Raises `UsageError` when it is empty."""
    said = _text(text, "note")
    return say(case, ids, "note", said, Label("note", said), time=time)


def bookmark(case: Case, content: int, time: float, text: str = "") -> Change:
    """Remember a place in a film or a sound, `time` in seconds (PTS)."""
    return say(case, [content], "bookmark", text.strip(), Label("bookmark", text.strip()), time=time)


def exclude(case: Case, ids: Iterable[int], reason: str) -> Change:
    """Take contents out of the coverage, with a reason that the report shows. Raises `UsageError` without a reason."""
    why = _text(reason, "reason")
    return say(case, ids, "exclude", why, Label("exclude", why))


def include(case: Case, ids: Iterable[int]) -> Change:
    """Take excluded contents back in."""
    return say(case, ids, "exclude", "", Label("include"), unless="excluded = 0 AND ? IS ''")


def verdict(case: Case, finding: int, value: Literal["right", "wrong", "unclear", ""]) -> Change:
    """What a human says of one finding; an empty value takes it back. Raises `UsageError` for another word, or when
    there is no such finding."""
    if value and value not in VERDICTS:
        raise UsageError(f"A finding is not {value!r}.", f"Say {', '.join(VERDICTS)}.")
    with case.writing() as connection:
        content = connection.exec_driver_sql("SELECT content_id FROM finding WHERE id = ?", (finding,)).scalar()
        if content is None:
            raise UsageError("This finding is no longer there.", "A newer run replaced it; look at the item again.")
        change = open_act(connection, Label("verdict", value, 1), [int(content)])
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, finding_id, act_id, kind, value, actor, at) VALUES(?,?,?,?,?,?,?)",
            (content, finding, change.act, "verdict", value, actor(), now()),
        )
        follow(connection, change)
        return audited(case, connection, change, finding=finding)


def exclude_problem(case: Case, problems: Iterable[int], reason: str) -> Change:
    """Settle problems with a reason: their files stay out of the coverage. Works for files that were never read whole
    and so have no content. An empty reason takes it back. Ids are those of problems."""
    chosen = sorted(set(problems))
    if not chosen:
        return Change(0, Label("exclude_problem"))
    label = Label("exclude_problem" if reason.strip() else "include_problem", reason.strip(), len(chosen))
    with case.writing() as connection:
        rows = connection.exec_driver_sql(
            "SELECT problem.id, coalesce(problem.content_id, copy.content_id) FROM problem LEFT JOIN copy"
            " ON copy.id = problem.copy_id WHERE problem.id IN (SELECT value FROM json_each(?))",
            (json.dumps(chosen),),
        ).fetchall()
        change = open_act(connection, label, [row[1] for row in rows if row[1] is not None])
        connection.exec_driver_sql(
            "INSERT INTO decision(problem_id, content_id, act_id, kind, value, actor, at) VALUES(?,?,?,?,?,?,?)",
            [(*row, change.act, "exclude", reason.strip(), actor(), now()) for row in rows],
        )
        return audited(case, connection, change, problems=chosen[:NAMED])


def withdraw(case: Case, decisions: Iterable[int]) -> Change:
    """Take back single notes and bookmarks, wherever they stand in the order of acts (their ids are those of
    `Details.notes` and `Details.bookmarks`). Raises `UsageError` for other decisions: those are said anew or undone."""
    chosen = json.dumps(list(decisions))
    with case.writing() as connection:
        rows = connection.exec_driver_sql(
            "SELECT content_id, kind FROM decision WHERE id IN (SELECT value FROM json_each(?))"
            f" AND kind <> 'withdraw' AND {IN_FORCE}",
            (chosen,),
        ).fetchall()
        others = {row[1] for row in rows} - {"note", "bookmark"}
        if others:
            raise UsageError(f"A {others.pop()} cannot be taken back by itself.", "Say it anew, or undo it.")
        if not rows:
            return Change(0, Label("withdraw"))
        change = open_act(connection, Label("withdraw", "", len(rows)), [row[0] for row in rows])
        acts.withdraw(connection, change, "SELECT value FROM json_each(?)", chosen)
        follow(connection, change)
        return audited(case, connection, change)


# ---------------------------------------------------------------------- undo and redo


def undoable(connection: Connection, among: Iterable[int] | None = None) -> Label | None:
    """What the next undo would take back; None: there is nothing. `among`: the acts that count (numbers); None: all."""
    found = newest_undoable(connection, among)
    return found[1] if found else None


def redoable(connection: Connection, among: Iterable[int] | None = None) -> Label | None:
    """What the next redo would do again; None: there is nothing, or something else was done since the undo."""
    found = newest_redoable(connection, among)
    return found[1] if found else None


def undo(case: Case, among: Iterable[int] | None = None) -> Change:
    """Take back the newest act that is not taken back yet; `among`: of these acts only (their numbers). An empty
    `Change` when there is none."""
    with case.writing() as connection:
        change = invert(connection, newest_undoable(connection, among), "undo")
        return audited(case, connection, change) if change else change


def redo(case: Case, among: Iterable[int] | None = None) -> Change:
    """Do again what the newest undo took back; `among`: as if there were these acts only. An empty `Change` when there
    is none."""
    with case.writing() as connection:
        change = invert(connection, newest_redoable(connection, among), "redo")
        return audited(case, connection, change) if change else change


def next_in_line(connection: Connection, kind: Literal["undo", "redo"]) -> Waiting | None:
    """What undo or redo would be about if every act of this person counted, wherever it was done."""
    found = newest_undoable(connection) if kind == "undo" else newest_redoable(connection)
    if found is None:
        return None
    act, label = found
    at, of = connection.exec_driver_sql('SELECT at, coalesce("of", id) FROM act WHERE id = ?', (act,)).one()
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT content_id FROM decision WHERE act_id IN (?, ?) AND content_id IS NOT NULL LIMIT 2", (act, of)
    ).fetchall()
    return Waiting(kind, act, label, str(at), int(rows[0][0]) if len(rows) == 1 else None)


# ---------------------------------------------------------------------- what was said


def history(connection: Connection, content: int) -> list[Entry]:
    """Everything that was ever said of this item, newest first, with what was taken back since."""
    rows = connection.exec_driver_sql(
        "SELECT decision.id, act_id, kind, value, time, finding_id, coalesce(finding.label, ''), actor, at,"
        f" NOT {IN_FORCE} FROM decision LEFT JOIN finding ON finding.id = finding_id"
        " WHERE decision.content_id = ? AND kind <> 'withdraw' ORDER BY decision.id DESC",
        (content,),
    )
    return [Entry(*(*row[:9], bool(row[9]))) for row in rows]


def settled_problems(connection: Connection) -> dict[int, Entry]:
    """The problems that were settled with a reason, by their ids: who said so, when and why."""
    rows = connection.exec_driver_sql(
        "SELECT problem_id, decision.id, act_id, kind, value, time, finding_id, '', actor, at FROM decision"
        f" WHERE problem_id IS NOT NULL AND kind = 'exclude' AND {IN_FORCE} ORDER BY decision.id"
    )
    newest = {row[0]: Entry(*(*row[1:], False)) for row in rows}
    return {problem: entry for problem, entry in newest.items() if entry.value}


def tags(connection: Connection) -> list[tuple[str, int]]:
    """Every tag in use with the number of its items, by name: what a tag box completes."""
    rows = connection.exec_driver_sql("SELECT tag, count(*) FROM item_tag GROUP BY tag ORDER BY tag COLLATE NOCASE")
    return [(row[0], int(row[1])) for row in rows]


def _text(value: str, what: str) -> str:
    text = value.strip()
    if not text:
        raise UsageError(f"The {what} is empty.", "Write at least one character.")
    return text
