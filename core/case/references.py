"""The examiner's gallery: pictures of what is to be found again in the evidence, and whose idea each of them was.

A reference belongs to one analyzer (`kind` is its name) and has a name; several pictures may share it. Rows are never
deleted: a removed one keeps its picture and says when it was removed. Its findings are taken out, but for those that a
human has decided about; the audit trail says how many and of which contents. The picture can be added again, which
finds them again. Where its findings were, another reference may have lost against it: the next search compares the
others there anew.

A run and a search hand the gallery over as one file below `index/`, which can be made again at any time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.case.audit import actor, now
from core.case.case import Case
from core.case.items import Items, Part
from core.errors import UsageError
from core.records import Finding, canonical_json

__all__ = [
    "Kept",
    "Reference",
    "Removed",
    "add",
    "count_kept",
    "counts",
    "kept",
    "note_searched",
    "options",
    "picture",
    "references",
    "remove",
    "unsearched",
    "without_known",
]

NAMED = 20
"""So many contents are named in the audit line of a removal; more are told by count and one hash."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One picture. `sha256`: of its file. `facts`: width and height as read, file name, warnings, and how far what was
    analysed before has been searched for it (`searched`: id of the last vector; `complete`)."""

    id: int
    kind: str
    name: str
    sha256: str
    actor: str
    added: str
    removed: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal took out. `kept`: findings that stay, because somebody decided about them. `again`: the others may
    be found where it was, and have to be searched for (`core.pipeline.gallery.search`)."""

    references: tuple[Reference, ...]
    findings: int
    contents: int
    kept: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one sample: its vector, and where it lies."""

    vector: int
    content_id: int
    config_id: int
    run_id: int
    sample: int
    space: str
    data: bytes
    position: tuple[int, float | None, int | None, int | None]


_COLUMNS = "id, kind, name, sha256, actor, added, removed, facts"


def references(connection: Connection, kind: str, *, removed: bool = False) -> list[Reference]:
    """Those in force, by name; with the removed ones too where wanted."""
    which = "" if removed else " AND removed IS NULL"
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM reference WHERE kind = ?{which} ORDER BY name, id", (kind,)
    )
    return [_reference(row) for row in rows]


def counts(connection: Connection, kind: str) -> dict[int, int]:
    """Findings by reference."""
    rows = connection.exec_driver_sql(
        "SELECT json_extract(attributes, '$.reference'), count(*) FROM finding WHERE analyzer = ? GROUP BY 1", (kind,)
    )
    return {int(row[0]): int(row[1]) for row in rows if row[0] is not None}


def picture(connection: Connection, number: int) -> bytes:
    """The file of a reference, as it was added. Raises `UsageError` when there is none."""
    data = connection.exec_driver_sql("SELECT picture FROM reference WHERE id = ?", (number,)).scalar()
    if data is None:
        raise UsageError(f"There is no reference {number}.", "Ask for the list.")
    return bytes(data)


_TAKEN = ("unknown", "unknown logo")
"""What the analyzer of logos answers where it knows none (`models.logo_findings`)."""
_LONGEST = 200
"""Characters of a name, which stands in lists, filters and reports."""
_JOINERS = "\u200c\u200d"
"""Invisible, but parts of words in Persian and Hindi."""


def add(
    case: Case, kind: str, name: str, pictures: Sequence[tuple[bytes, bytes, Mapping[str, Any]]]
) -> list[Reference]:
    """Put pictures into the gallery under one name: (file, what the analyzer made of it, facts) each. A picture that is
    there under that name already is left as it is. Returns the new ones; recorded in the audit trail."""
    title = _title(name)
    if title.casefold() in _TAKEN:
        raise UsageError(
            f"A reference cannot be called {title}: that is what a logo is called that resembles none of them.",
            "Say what it shows.",
        )
    made = []
    with case.writing() as connection:
        known = {(one.name, one.sha256) for one in references(connection, kind)}
        for file, data, facts in pictures:
            sha256 = hashlib.sha256(file).hexdigest()
            if (title, sha256) in known:
                continue
            known.add((title, sha256))
            number = connection.exec_driver_sql(
                "INSERT INTO reference(kind, name, sha256, picture, data, facts, actor, added) VALUES(?,?,?,?,?,?,?,?)",
                (kind, title, sha256, file, data, canonical_json(dict(facts)), actor(), now()),
            ).lastrowid
            made.append(_one(connection, int(number)))
        _forget_parts(connection, kind)
        for one in made:
            case.owe(connection, f"{kind} reference added", str(one.id), name=one.name, sha256=one.sha256)
    return made


def _title(name: str) -> str:
    """The name as it is kept: blanks and line breaks as one blank, letters with their accents as one character."""
    title = unicodedata.normalize("NFC", " ".join(name.split()))
    if not title:
        raise UsageError("A reference needs a name.", "Say what it shows.")
    if len(title) > _LONGEST:
        raise UsageError(f"The name has {len(title)} characters; {_LONGEST} is the most.", "Say it in a few words.")
    if not all(letter.isprintable() or letter in _JOINERS for letter in title):
        raise UsageError("The name holds characters that cannot be shown.", "Type it anew.")
    return title


def remove(case: Case, kind: str, name: str) -> Removed:
    """Take every reference of that name out of the gallery, and its findings out of the case. Raises `UsageError` when
    there is none. Recorded in the audit trail."""
    title = unicodedata.normalize("NFC", " ".join(name.split()))
    with case.writing() as connection:
        gone = [one for one in references(connection, kind) if one.name in (name, title)]
        if not gone:
            listed = ", ".join(dict.fromkeys(one.name for one in references(connection, kind))) or "none"
            raise UsageError(f"The gallery has no {name!r}.", f"It has: {listed}.")
        ids = json.dumps([one.id for one in gone])
        connection.exec_driver_sql(
            "UPDATE reference SET removed = ? WHERE id IN (SELECT value FROM json_each(?))", (now(), ids)
        )
        contents, findings, kept_ = _take_out(connection, kind, ids)
        again = _compare_again(connection, kind, contents)
        named = [
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT sha256 FROM content WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps(contents),),
            )
        ]
        _forget_parts(connection, kind)
        told: dict[str, Any] = {"findings": findings, "findings_kept": kept_, "contents": len(contents)}
        if len(named) <= NAMED:
            told["content_sha256"] = named
        else:
            told["contents_hash"] = hashlib.sha256("\n".join(named).encode()).hexdigest()
        for one in gone:
            case.owe(connection, f"{kind} reference removed", str(one.id), name=one.name, sha256=one.sha256, **told)
    return Removed(tuple(gone), findings, len(contents), kept_, again)


def _take_out(connection: Connection, kind: str, ids: str) -> tuple[list[int], int, int]:
    """Delete findings of these references; returns their contents, how many went, and how many stay."""
    rows = connection.exec_driver_sql(
        "SELECT id, content_id, config_id, EXISTS (SELECT 1 FROM decision WHERE finding_id = finding.id) FROM finding"
        " WHERE analyzer = ? AND json_extract(attributes, '$.reference') IN (SELECT value FROM json_each(?))",
        (kind, ids),
    ).fetchall()
    gone = [row for row in rows if not row[3]]
    for row in gone:
        connection.exec_driver_sql("DELETE FROM vector WHERE finding_id = ?", (row[0],))
        connection.exec_driver_sql("DELETE FROM finding WHERE id = ?", (row[0],))
        connection.exec_driver_sql(
            "UPDATE outcome SET findings = findings - 1 WHERE content_id = ? AND config_id = ?", (row[1], row[2])
        )
    contents = sorted({int(row[1]) for row in gone})
    if contents:
        Items(connection).refresh(contents, Part.FINDINGS)
    return contents, len(gone), len(rows) - len(gone)


def _compare_again(connection: Connection, kind: str, contents: Sequence[int]) -> bool:
    """The other references were compared with these contents while a nearer one won; whether there are any. They are
    taken back to before the first of these contents, so that the next search looks there again."""
    first = connection.exec_driver_sql(
        "SELECT min(vector.id) FROM vector JOIN config ON config.id = vector.config_id WHERE config.analyzer = ?"
        " AND finding_id IS NULL AND vector.content_id IN (SELECT value FROM json_each(?))",
        (kind, json.dumps(list(contents))),
    ).scalar()
    if first is None:
        return False
    others = references(connection, kind)
    for one in others:
        reached = min(int(one.facts.get("searched", 0)), int(first) - 1)
        connection.exec_driver_sql(
            "UPDATE reference SET facts = json_set(facts, '$.searched', ?, '$.complete', json('false')) WHERE id = ?",
            (reached, one.id),
        )
    return bool(others)


def _forget_parts(connection: Connection, kind: str) -> None:
    """Half-finished films were compared with another gallery; they are looked at again."""
    connection.exec_driver_sql(
        "DELETE FROM part WHERE config_id IN (SELECT id FROM config WHERE analyzer = ?)", (kind,)
    )


def _one(connection: Connection, number: int) -> Reference:
    return _reference(connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM reference WHERE id = ?", (number,)).one())


def _reference(row: Any) -> Reference:
    number, kind, name, sha256, by, added, removed, facts = row
    return Reference(number, kind, name, sha256, by, added, removed, json.loads(facts))


# ---------------------------------------------------------------------- handing it over


def options(case: Case, kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each of these analyzers that has references in this case: its option `gallery`, a file below `index/`."""
    made = {}
    for kind in kinds:
        with case.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, name, sha256, data FROM reference WHERE kind = ? AND removed IS NULL AND data IS NOT NULL"
                " ORDER BY id",
                (kind,),
            ).fetchall()
        if rows:
            made[kind] = {"gallery": str(_file(case.folder / "index", kind, rows))}
    return made


def _file(folder: Path, kind: str, rows: Sequence[Any]) -> Path:
    """The gallery as JSON, named after what is in it: whoever has read it once need not look again."""
    listed = [
        {"id": row[0], "name": row[1], "sha256": row[2], "data": base64.b64encode(row[3]).decode("ascii")}
        for row in rows
    ]
    text = canonical_json({"kind": kind, "references": listed})
    path = folder / f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
    if not path.is_file():
        folder.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    for old in folder.glob(f"{kind}-*.json"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


# ---------------------------------------------------------------------- what was analysed before


def unsearched(connection: Connection, kind: str) -> list[Reference]:
    """References that were not yet compared with all that was kept: newly added, or the search was stopped."""
    return [one for one in references(connection, kind) if not one.facts.get("complete")]


def kept(connection: Connection, kind: str, after: int, limit: int) -> list[Kept]:
    """What that analyzer has kept of samples, in the order of the vectors, from behind `after` on."""
    rows = connection.exec_driver_sql(
        "SELECT vector.id, vector.content_id, vector.config_id, outcome.run_id, vector.sample, vector.space,"
        " vector.data, (SELECT positions FROM sample WHERE sample.content_id = vector.content_id LIMIT 1)"
        " FROM vector JOIN config ON config.id = vector.config_id JOIN outcome ON outcome.content_id ="
        " vector.content_id AND outcome.config_id = vector.config_id"
        " WHERE vector.id > ? AND config.analyzer = ? AND finding_id IS NULL ORDER BY vector.id LIMIT ?",
        (after, kind, limit),
    )
    found = []
    for number, content, config, run, sample, space, data, positions in rows:
        found.append(Kept(number, content, config, run, sample, space, data, _position(sample, positions)))
    return found


def _position(sample: int, positions: str | None) -> tuple[int, float | None, int | None, int | None]:
    for index, time, frame, page in json.loads(positions) if positions else ():
        if index == sample:
            return index, time, frame, page
    return sample, None, None, None


def without_known(connection: Connection, one: Kept, findings: Sequence[Finding]) -> list[Finding]:
    """Those of references that have no finding in this sample yet: a run may have compared it meanwhile."""
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT json_extract(attributes, '$.reference') FROM finding WHERE content_id = ? AND config_id = ?"
        " AND sample = ?",
        (one.content_id, one.config_id, one.sample),
    )
    known = {row[0] for row in rows}
    return [finding for finding in findings if finding.attributes.get("reference") not in known]


def note_searched(connection: Connection, kind: str, numbers: Sequence[int], vector: int, *, complete: bool) -> None:
    """These references were compared with everything up to that vector; within the caller's transaction. Once all is
    compared, outcomes no longer say that the gallery was empty."""
    connection.exec_driver_sql(
        "UPDATE reference SET facts = json_set(facts, '$.searched', ?, '$.complete', json(?))"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (vector, "true" if complete else "false", json.dumps(list(numbers))),
    )
    if complete:
        connection.exec_driver_sql(
            "UPDATE outcome SET code = '', reason = '' WHERE code = 'early-exit' AND config_id IN"
            " (SELECT id FROM config WHERE analyzer = ?)",
            (kind,),
        )


def count_kept(connection: Connection, kind: str, after: int) -> int:
    """How many samples `kept` would give in all."""
    return int(
        connection.exec_driver_sql(
            "SELECT count(*) FROM vector JOIN config ON config.id = vector.config_id WHERE vector.id > ? AND"
            " config.analyzer = ? AND finding_id IS NULL",
            (after, kind),
        ).scalar_one()
    )
