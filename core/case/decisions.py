"""What the examiner says, kept for good: grades, tags, notes, bookmarks, flags, verdicts, exclusions; undo and redo.

Every act, to one item or to a million, is one transaction, one row of `act` and one line of the audit trail. Nothing is
ever changed or deleted: undo adds rows that withdraw what the act said, redo says it again. So undo and redo survive a
restart, and what was undone can still be read in the history.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection

from core.case.audit import actor, now
from core.case.case import Case
from core.case.facets import numbers
from core.case.folding import german, plain
from core.case.items import IN_FORCE, Items, Part
from core.case.store import WORD_KINDS
from core.errors import UsageError

__all__ = [
    "VERDICTS",
    "Change",
    "Entry",
    "Label",
    "bookmark",
    "exclude",
    "exclude_problem",
    "flag",
    "grade",
    "history",
    "include",
    "note",
    "redo",
    "redoable",
    "review",
    "tag",
    "tags",
    "undo",
    "undoable",
    "untag",
    "verdict",
    "withdraw",
]

VERDICTS = ("right", "wrong", "unclear")
NAMED = 20
"""So many contents are named by their SHA-256 in the audit line of an act; more are told by count and one hash."""

_NOTE = WORD_KINDS.index("note")


@dataclass(frozen=True, slots=True)
class Label:
    """What an act did, for the undo bar and the history: `key` chooses the translated sentence (grade, ungrade, tag,
    untag, note, bookmark, flag, unflag, review, unreview, verdict, exclude, include, exclude_problem,
    include_problem, withdraw), `value` is the grade, tag or text, `count` the number of items that it changed."""

    key: str
    value: str = ""
    count: int = 0

    def __str__(self) -> str:
        """In English, for logs and the command line."""
        return _SENTENCES[self.key].format(value=self.value, items=f"{self.count} item{'' if self.count == 1 else 's'}")


_SENTENCES = {
    "grade": "Graded {items} as {value}",
    "ungrade": "Took the grade from {items}",
    "tag": "Tagged {items} with “{value}”",
    "untag": "Took the tag “{value}” from {items}",
    "note": "Wrote a note to {items}",
    "bookmark": "Set a bookmark",
    "flag": "Flagged {items} for a second look",
    "unflag": "Took the flag from {items}",
    "review": "Marked {items} as reviewed",
    "unreview": "Marked {items} as not reviewed",
    "verdict": "Called a finding {value}",
    "exclude": "Excluded {items}",
    "include": "Took {items} back in",
    "exclude_problem": "Settled a problem of {items}",
    "include_problem": "Took up a problem of {items} again",
    "withdraw": "Took back a note of {items}",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What an act changed. `ids`: the contents, sorted; empty when nothing changed (they had it all already) or when
    it was about files without a content. `act` 0: nothing was stored. `named`: SHA-256 of the contents, where they are
    few."""

    act: int
    label: Label
    ids: array[int] = field(default_factory=lambda: array("q"), repr=False)
    kind: Literal["do", "undo", "redo"] = "do"
    of: int | None = None
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.act != 0


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


# ---------------------------------------------------------------------- acts


def grade(case: Case, ids: Iterable[int], value: str) -> Change:
    """Grade these contents; an empty value takes their grade away. Those that have it already are left alone."""
    return _say(case, ids, "grade", value, Label("grade" if value else "ungrade", value), unless="grade IS ?")


def flag(case: Case, ids: Iterable[int], on: bool = True) -> Change:
    """Flag for a second look, or take the flag away."""
    return _say(
        case, ids, "flag", "1" if on else "", Label("flag" if on else "unflag"), unless="(flagged > 0) = (? IS '1')"
    )


def review(case: Case, ids: Iterable[int], on: bool = True) -> Change:
    """Mark as reviewed without a grade. What is graded is reviewed whatever this says."""
    return _say(
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
    return _say(case, ids, "tag", word, Label("tag", word), unless=_TAGGED)


def untag(case: Case, ids: Iterable[int], value: str) -> Change:
    """Take a tag away from those that have it."""
    word = _text(value, "tag")
    return _say(case, ids, "untag", word, Label("untag", word), unless=f"NOT {_TAGGED}")


_TAGGED = "EXISTS (SELECT 1 FROM item_tag WHERE item_tag.content_id = item.content_id AND tag = ?)"


def note(case: Case, ids: Iterable[int], text: str, *, time: float | None = None) -> Change:
    """Write a note to each of these contents, at a `time` in seconds where it belongs to one. Notes are found by the
    search for words. Raises `UsageError` when it is empty."""
    said = _text(text, "note")
    return _say(case, ids, "note", said, Label("note", said), time=time)


def bookmark(case: Case, content: int, time: float, text: str = "") -> Change:
    """Remember a place in a film or a sound, `time` in seconds (PTS)."""
    return _say(case, [content], "bookmark", text.strip(), Label("bookmark", text.strip()), time=time)


def exclude(case: Case, ids: Iterable[int], reason: str) -> Change:
    """Take contents out of the coverage, with a reason that the report shows. Raises `UsageError` without a reason."""
    why = _text(reason, "reason")
    return _say(case, ids, "exclude", why, Label("exclude", why))


def include(case: Case, ids: Iterable[int]) -> Change:
    """Take excluded contents back in."""
    return _say(case, ids, "exclude", "", Label("include"), unless="excluded = 0 AND ? IS ''")


def verdict(case: Case, finding: int, value: Literal["right", "wrong", "unclear", ""]) -> Change:
    """What a human says of one finding; an empty value takes it back. Raises `UsageError` for another word, or when
    there is no such finding."""
    if value and value not in VERDICTS:
        raise UsageError(f"A finding is not {value!r}.", f"Say {', '.join(VERDICTS)}.")
    with case.writing() as connection:
        content = connection.exec_driver_sql("SELECT content_id FROM finding WHERE id = ?", (finding,)).scalar()
        if content is None:
            raise UsageError("This finding is no longer there.", "A newer run replaced it; look at the item again.")
        change = _act(connection, Label("verdict", value, 1), [int(content)])
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, finding_id, act_id, kind, value, actor, at) VALUES(?,?,?,?,?,?,?)",
            (content, finding, change.act, "verdict", value, actor(), now()),
        )
    return _audited(case, change, finding=finding)


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
        change = _act(connection, label, [row[1] for row in rows if row[1] is not None])
        connection.exec_driver_sql(
            "INSERT INTO decision(problem_id, content_id, act_id, kind, value, actor, at) VALUES(?,?,?,?,?,?,?)",
            [(*row, change.act, "exclude", reason.strip(), actor(), now()) for row in rows],
        )
    return _audited(case, change, problems=chosen[:NAMED])


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
        change = _act(connection, Label("withdraw", "", len(rows)), [row[0] for row in rows])
        _withdraw(connection, change, "SELECT value FROM json_each(?)", chosen)
        _follow(connection, change)
    return _audited(case, change)


# ---------------------------------------------------------------------- undo and redo


def undoable(connection: Connection) -> Label | None:
    """What the next undo would take back; None: there is nothing."""
    found = _newest_undoable(connection)
    return _label(found[1]) if found else None


def redoable(connection: Connection) -> Label | None:
    """What the next redo would do again; None: there is nothing, or something else was done since the undo."""
    found = _newest_redoable(connection)
    return _label(found[1]) if found else None


def undo(case: Case) -> Change:
    """Take back the newest act that is not taken back yet. An empty `Change` when there is none."""
    with case.writing() as connection:
        change = _invert(connection, _newest_undoable(connection), "undo")
    return _audited(case, change) if change else change


def redo(case: Case) -> Change:
    """Do again what the newest undo took back. An empty `Change` when there is none."""
    with case.writing() as connection:
        change = _invert(connection, _newest_redoable(connection), "redo")
    return _audited(case, change) if change else change


def _invert(connection: Connection, found: tuple[int, str] | None, kind: Literal["undo", "redo"]) -> Change:
    """A new act that withdraws what this one said, and says again what it withdrew."""
    if found is None:
        return Change(0, Label("withdraw"), kind=kind)
    act, label = found
    contents = connection.exec_driver_sql(
        "SELECT group_concat(content_id) FROM (SELECT DISTINCT content_id FROM decision WHERE act_id = ?"
        " AND content_id IS NOT NULL)",
        (act,),
    ).scalar()
    change = _act(connection, _label(label), numbers(contents), kind=kind, of=act)
    _say_again(connection, change, act)
    _withdraw(connection, change, "SELECT id FROM decision WHERE act_id = ? AND kind <> 'withdraw'", act)
    _follow(connection, change)
    return change


def _newest_undoable(connection: Connection) -> tuple[int, str] | None:
    row = connection.exec_driver_sql(
        "SELECT id, label FROM act WHERE kind <> 'undo' AND NOT EXISTS"
        " (SELECT 1 FROM act later WHERE later.\"of\" = act.id AND later.kind = 'undo') ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def _newest_redoable(connection: Connection) -> tuple[int, str] | None:
    row = connection.exec_driver_sql(
        "SELECT id, label FROM act WHERE kind = 'undo' AND id > coalesce((SELECT max(id) FROM act WHERE kind = 'do'), 0)"
        " AND NOT EXISTS (SELECT 1 FROM act later WHERE later.\"of\" = act.id AND later.kind = 'redo')"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else None


# ---------------------------------------------------------------------- what was said


def history(connection: Connection, content: int) -> list[Entry]:
    """Everything that was ever said of this item, newest first, with what was taken back since."""
    rows = connection.exec_driver_sql(
        "SELECT decision.id, act_id, kind, value, time, finding_id, coalesce(finding.label, ''), actor, at,"
        f" NOT {IN_FORCE} FROM decision LEFT JOIN finding ON finding.id = finding_id"
        " WHERE decision.content_id = ? AND kind <> 'withdraw' ORDER BY decision.id DESC",
        (content,),
    )
    return [Entry(*row[:9], bool(row[9])) for row in rows]


def tags(connection: Connection) -> list[tuple[str, int]]:
    """Every tag in use with the number of its items, by name: what a tag box completes."""
    rows = connection.exec_driver_sql("SELECT tag, count(*) FROM item_tag GROUP BY tag ORDER BY tag COLLATE NOCASE")
    return [(row[0], int(row[1])) for row in rows]


# ---------------------------------------------------------------------- how it is written


def _say(
    case: Case,
    ids: Iterable[int],
    kind: str,
    value: str,
    label: Label,
    *,
    unless: str = "? IS NULL",
    time: float | None = None,
) -> Change:
    """One decision of this kind for each of these contents that it changes something for. `unless`: a condition on
    `item` with one question mark, for the value, under which nothing would change."""
    wanted = json.dumps(list(ids))
    with case.writing() as connection:
        chosen = connection.exec_driver_sql(
            "SELECT group_concat(content_id) FROM item WHERE content_id IN (SELECT value FROM json_each(?))"
            f" AND NOT coalesce({unless}, 0)",
            (wanted, value),
        ).scalar()
        if not chosen:
            return Change(0, label)
        contents = numbers(chosen)
        change = _act(connection, Label(label.key, label.value, len(contents)), contents)
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, act_id, kind, value, time, actor, at)"
            " SELECT value, ?, ?, ?, ?, ?, ? FROM json_each(?)",
            (change.act, kind, value, time, actor(), now(), f"[{chosen}]"),
        )
        _index_notes(connection, change)
        Items(connection).refresh(change.ids, *_PARTS[kind])
    return _audited(case, change)


_PARTS = {
    "grade": (Part.GRADES,),
    "review": (Part.GRADES,),
    "flag": (Part.FLAGS,),
    "exclude": (Part.EXCLUSIONS,),
    "note": (Part.NOTES,),
    "bookmark": (Part.NOTES,),
    "tag": (Part.TAGS,),
    "untag": (Part.TAGS,),
}


def _act(
    connection: Connection,
    label: Label,
    contents: Iterable[int],
    *,
    kind: Literal["do", "undo", "redo"] = "do",
    of: int | None = None,
) -> Change:
    number = connection.exec_driver_sql(
        'INSERT INTO act(kind, label, "of", actor, at) VALUES(?,?,?,?,?)',
        (kind, json.dumps(asdict(label), ensure_ascii=False), of, actor(), now()),
    ).lastrowid
    ids = array("q", sorted({int(content) for content in contents}))
    named: tuple[str, ...] = ()
    if len(ids) <= NAMED:
        rows = connection.exec_driver_sql(
            "SELECT sha256 FROM content WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )
        named = tuple(row[0] for row in rows)
    return Change(int(number), label, ids, kind, of, named)


def _label(text: str) -> Label:
    found = json.loads(text)
    return Label(str(found["key"]), str(found["value"]), int(found["count"]))


def _withdraw(connection: Connection, change: Change, chosen: str, *values: Any) -> None:
    """Withdraw the decisions that `chosen` (a SELECT of ids) gives, where they are still in force."""
    connection.exec_driver_sql(
        "INSERT INTO decision(content_id, finding_id, problem_id, act_id, kind, value, actor, at, withdraws)"
        " SELECT content_id, finding_id, problem_id, ?, 'withdraw', kind, ?, ?, id FROM decision"
        f" WHERE id IN ({chosen}) AND {IN_FORCE} ORDER BY id",
        (change.act, actor(), now(), *values),
    )
    connection.exec_driver_sql(
        f"DELETE FROM words WHERE rowid IN (SELECT withdraws * 4 + {_NOTE} FROM decision WHERE act_id = ?"
        " AND kind = 'withdraw' AND value IN ('note', 'bookmark'))",
        (change.act,),
    )


def _say_again(connection: Connection, change: Change, act: int) -> None:
    """Say again, as new decisions of this act, what another act withdrew."""
    connection.exec_driver_sql(
        "INSERT INTO decision(content_id, finding_id, problem_id, act_id, kind, value, time, actor, at)"
        " SELECT content_id, finding_id, problem_id, ?, kind, value, time, ?, ? FROM decision WHERE id IN"
        " (SELECT withdraws FROM decision WHERE act_id = ? AND kind = 'withdraw') ORDER BY id",
        (change.act, actor(), now(), act),
    )
    _index_notes(connection, change)


def _index_notes(connection: Connection, change: Change) -> None:
    """Notes and the texts of bookmarks are found by the search for words."""
    rows = connection.exec_driver_sql(
        "SELECT id, value, content_id FROM decision WHERE act_id = ? AND kind IN ('note', 'bookmark') AND value <> ''",
        (change.act,),
    ).fetchall()
    if rows:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO words(rowid, plain, german, kind, ref, content_id) VALUES(?,?,?,'note',?,?)",
            [(row[0] * 4 + _NOTE, plain(row[1]), german(row[1]), row[0], row[2]) for row in rows],
        )


def _follow(connection: Connection, change: Change) -> None:
    """Work out again what the kinds of decisions in this act change in the items."""
    kinds = connection.exec_driver_sql(
        "SELECT DISTINCT CASE kind WHEN 'withdraw' THEN value ELSE kind END FROM decision WHERE act_id = ?",
        (change.act,),
    )
    parts = dict.fromkeys(part for row in kinds for part in _PARTS.get(row[0], ()))
    Items(connection).refresh(change.ids, *parts)


def _audited(case: Case, change: Change, **more: Any) -> Change:
    """One line in the audit trail for the whole act: the contents by name where they are few, else by their number and
    the SHA-256 of their ids (decimal, ascending, joined by commas)."""
    details: dict[str, Any] = {
        "said": str(change.label),
        "value": change.label.value,
        "contents": len(change.ids),
        **more,
    }
    if change.of is not None:
        details["of"] = change.of
    if change.named:
        details["sha256"] = list(change.named)
    else:
        details["ids_sha256"] = hashlib.sha256(",".join(map(str, change.ids)).encode()).hexdigest()
    done = "" if change.kind == "do" else f"{change.kind} "
    case.audit.append(f"decision {done}{change.label.key}", str(change.act), **details)
    return change


def _text(value: str, what: str) -> str:
    text = value.strip()
    if not text:
        raise UsageError(f"The {what} is empty.", "Write at least one character.")
    return text
