"""How acts are written: one transaction, one row of `act`, one line of the audit trail, whatever their size.

Decisions are only ever added. To take an act back is to add rows that withdraw what it said; to do it again is to take
that back in turn. Lists of ids go into SQLite and come out of it as one text each, so that a million are no loop here.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection

from core.case import words
from core.case.audit import actor, now
from core.case.case import Case
from core.case.items import IN_FORCE, Items, Part
from core.case.listing import numbers

__all__ = [
    "NAMED",
    "Change",
    "Fact",
    "Label",
    "audited",
    "follow",
    "invert",
    "newest",
    "newest_redoable",
    "newest_undoable",
    "open_act",
    "say",
    "state_facts",
    "withdraw",
]

NAMED = 20
"""So many contents are named by their SHA-256 in the audit line of an act; more are told by count and one hash."""
_MANY = 1000
"""From so many items on it is worth asking first who acted."""


@dataclass(frozen=True, slots=True)
class Label:
    """What an act did, for the undo bar and the history: `key` chooses the translated sentence (grade, ungrade, tag,
    untag, note, bookmark, flag, unflag, review, unreview, verdict, likeness, exclude, include, exclude_problem,
    include_problem, withdraw, describe), `value` is the grade, tag, text or name of the source, `count` the number of
    items, or of facts of a source, that it changed."""

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
    "likeness": "Said “{value}” to the likeness of two faces",
    "exclude": "Excluded {items}",
    "include": "Took {items} back in",
    "exclude_problem": "Settled a problem of {items}",
    "include_problem": "Took up a problem of {items} again",
    "withdraw": "Took back a note of {items}",
    "describe": "Changed facts of the source “{value}”",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a source that an act changed; empty text: not stated."""

    source: int
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an act changed. `ids`: the contents, sorted; empty when nothing changed (they had it all already) or when
    it was about files without a content. `act` 0: nothing was stored. `named`: SHA-256 of the contents, where they are
    few. `facts`: what it changed of sources; such an act changes nothing else."""

    act: int
    label: Label
    ids: array[int] = field(default_factory=lambda: array("q"), repr=False)
    kind: Literal["do", "undo", "redo"] = "do"
    of: int | None = None
    named: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def __bool__(self) -> bool:
        return self.act != 0


def say(
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
        change = open_act(connection, Label(label.key, label.value, len(contents)), contents)
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, act_id, kind, value, time, actor, at)"
            " SELECT value, ?, ?, ?, ?, ?, ? FROM json_each(?)",
            (change.act, kind, value, time, actor(), now(), f"[{chosen}]"),
        )
        _index_notes(connection, change)
        statement = _KNOWN.get((kind, bool(value)))
        parts = _parts(connection, change, [kind])
        if statement:
            connection.exec_driver_sql(statement, (value, f"[{chosen}]"))
            parts = [part for part in parts if part is Part.DISPUTES]
        Items(connection).refresh(change.ids, *parts)
        return audited(case, connection, change)


_KNOWN = {
    ("grade", True): "UPDATE item SET grade = ?, reviewed = 1 WHERE content_id IN (SELECT value FROM json_each(?))",
    ("flag", True): "UPDATE item SET flagged = ? IS NOT NULL WHERE content_id IN (SELECT value FROM json_each(?))",
    ("tag", True): "INSERT OR IGNORE INTO item_tag(tag, content_id) SELECT ?, value FROM json_each(?)",
    ("untag", True): "DELETE FROM item_tag WHERE tag = ? AND content_id IN (SELECT value FROM json_each(?))",
}
"""What the newest decision of a kind makes of the items, where that needs no look at the older ones: (kind, value or
none) → statement for the value and the ids."""

_PARTS = {
    "grade": (Part.GRADES, Part.DISPUTES),
    "verdict": (Part.DISPUTES,),
    "review": (Part.GRADES,),
    "flag": (Part.FLAGS,),
    "exclude": (Part.EXCLUSIONS,),
    "note": (Part.NOTES,),
    "bookmark": (Part.NOTES,),
    "tag": (Part.TAGS,),
    "untag": (Part.TAGS,),
}


def _parts(connection: Connection, change: Change, kinds: list[str]) -> list[Part]:
    """What decisions of these kinds can change in the items of an act. One person alone cannot disagree about grades:
    to look for that in every act costs less than to ask who acted, to look for it in a million items costs more."""
    found = dict.fromkeys(part for kind in kinds for part in _PARTS.get(kind, ()))
    if len(change.ids) > _MANY and Part.DISPUTES in found and "verdict" not in kinds:
        several = connection.exec_driver_sql(
            "SELECT (SELECT min(actor) <> max(actor) FROM act)"
            " OR EXISTS (SELECT 1 FROM decision WHERE act_id IS NULL AND kind = 'grade')"  # before there were acts
        )
        if not several.scalar():
            del found[Part.DISPUTES]
    return list(found)


def open_act(
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


def withdraw(connection: Connection, change: Change, chosen: str, *values: Any) -> None:
    """Withdraw the decisions that `chosen` (a SELECT of ids) gives, where they are still in force."""
    connection.exec_driver_sql(
        "INSERT INTO decision(content_id, finding_id, problem_id, act_id, kind, value, actor, at, withdraws)"
        " SELECT content_id, finding_id, problem_id, ?, 'withdraw', kind, ?, ?, id FROM decision"
        f" WHERE id IN ({chosen}) AND {IN_FORCE} ORDER BY id",
        (change.act, actor(), now(), *values),
    )
    notes = connection.exec_driver_sql(
        "SELECT withdraws FROM decision WHERE act_id = ? AND kind = 'withdraw' AND value IN ('note', 'bookmark')",
        (change.act,),
    ).fetchall()
    if notes:
        words.forget(connection, "note", [row[0] for row in notes])


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
    words.keep(connection, [("note", *row) for row in rows])


def follow(connection: Connection, change: Change) -> None:
    """Work out again what the kinds of decisions in this act change in the items."""
    kinds = connection.exec_driver_sql(
        "SELECT DISTINCT CASE kind WHEN 'withdraw' THEN value ELSE kind END FROM decision WHERE act_id = ?",
        (change.act,),
    )
    Items(connection).refresh(change.ids, *_parts(connection, change, [row[0] for row in kinds]))


def audited(case: Case, connection: Connection, change: Change, **more: Any) -> Change:
    """One line in the audit trail for the whole act: the contents by name where they are few, else by their number and
    the SHA-256 of their ids (decimal, ascending, joined by commas). Last in the transaction of the act."""
    details: dict[str, Any] = {
        "said": str(change.label),
        "value": change.label.value,
        "contents": len(change.ids),
        **more,
    }
    if change.of is not None:
        details["of"] = change.of
    if change.facts:
        del details["contents"]
        details["facts"] = [asdict(fact) for fact in change.facts]
    elif change.named:
        details["sha256"] = list(change.named)
    else:
        details["ids_sha256"] = hashlib.sha256(",".join(map(str, change.ids)).encode()).hexdigest()
    done = "" if change.kind == "do" else f"{change.kind} "
    at = str(connection.exec_driver_sql("SELECT at FROM act WHERE id = ?", (change.act,)).scalar_one())
    case.owe(connection, f"decision {done}{change.label.key}", str(change.act), at=at, **details)
    return change


def invert(connection: Connection, found: tuple[int, Label] | None, kind: Literal["undo", "redo"]) -> Change:
    """A new act that withdraws what this one said, and says again what it withdrew."""
    if found is None:
        return Change(0, Label("withdraw"), kind=kind)
    act, label = found
    contents = connection.exec_driver_sql(
        "SELECT group_concat(content_id) FROM (SELECT DISTINCT content_id FROM decision WHERE act_id = ?"
        " AND content_id IS NOT NULL)",
        (act,),
    ).scalar()
    change = open_act(connection, label, numbers(contents), kind=kind, of=act)
    _say_again(connection, change, act)
    withdraw(connection, change, "SELECT id FROM decision WHERE act_id = ? AND kind <> 'withdraw'", act)
    follow(connection, change)
    change = replace(change, facts=_facts_back(connection, act))
    state_facts(connection, change)
    return change


def state_facts(connection: Connection, change: Change) -> None:
    """Keep the facts of sources that this act changes."""
    if not change.facts:
        return
    connection.exec_driver_sql(
        "INSERT INTO source_fact(source_id, act_id, field, value, before) VALUES(?,?,?,?,?)",
        [(fact.source, change.act, fact.field, fact.new, fact.old) for fact in change.facts],
    )
    labels = [(fact.new or None, fact.source) for fact in change.facts if fact.field == "label"]
    if labels:
        connection.exec_driver_sql("UPDATE source SET label = ? WHERE id = ?", labels)


def _facts_back(connection: Connection, act: int) -> tuple[Fact, ...]:
    """The facts that an act changed, the other way round. What somebody else has changed since stays as that said."""
    rows = connection.exec_driver_sql(
        "SELECT source_id, field, value, before FROM source_fact said WHERE act_id = ? AND value IS (SELECT value FROM"
        " source_fact newest WHERE newest.source_id = said.source_id AND newest.field = said.field"
        " ORDER BY newest.id DESC LIMIT 1) ORDER BY id",
        (act,),
    )
    return tuple(Fact(*row) for row in rows)


def newest(connection: Connection) -> int:
    """The id of the newest act, 0 where nothing was done yet."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM act").scalar_one())


def newest_undoable(connection: Connection, among: Iterable[int] | None = None) -> tuple[int, Label] | None:
    """This person's newest act that was not taken back; `among`: of these acts only. What others have said is theirs:
    it can be contradicted, and stands beside that."""
    row = connection.exec_driver_sql(
        "SELECT id, label FROM act WHERE kind <> 'undo' AND actor = ?1"
        " AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2))) AND NOT EXISTS"
        " (SELECT 1 FROM act later WHERE later.\"of\" = act.id AND later.kind = 'undo') ORDER BY id DESC LIMIT 1",
        (actor(), _listed(among)),
    ).fetchone()
    return (int(row[0]), _label(row[1])) if row else None


def newest_redoable(connection: Connection, among: Iterable[int] | None = None) -> tuple[int, Label] | None:
    """This person's newest undo that was not taken back, unless the same person has done something else since; `among`:
    as if there were these acts only."""
    row = connection.exec_driver_sql(
        "SELECT id, label FROM act WHERE kind = 'undo' AND actor = ?1"
        " AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2))) AND id > coalesce((SELECT max(id) FROM act WHERE"
        " kind = 'do' AND actor = ?1 AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))), 0)"
        " AND NOT EXISTS (SELECT 1 FROM act later WHERE later.\"of\" = act.id AND later.kind = 'redo')"
        " ORDER BY id DESC LIMIT 1",
        (actor(), _listed(among)),
    ).fetchone()
    return (int(row[0]), _label(row[1])) if row else None


def _listed(among: Iterable[int] | None) -> str | None:
    return None if among is None else json.dumps(sorted(among))
