"""Filters as SQL: each term becomes a condition on `item`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.case import words
from core.case.filters import Filter, Term
from core.case.folding import bare, match_terms
from core.case.items import IN_FORCE, NOT_ANALYSED, STATES, TROUBLED
from core.case.words import is_frequent, trigrams
from core.errors import UsageError

__all__ = ["Statement", "condition", "distinct"]

Statement = tuple[str, tuple[Any, ...]]
"""SQL with question marks, and what they stand for."""

_NONE: Statement = ("0", ())


def condition(wanted: Filter | Term, connection: Connection | None = None, *, walking: bool = False) -> Statement:
    """What must hold of a row of `item`. A filter without parts holds always. Raises `UsageError` for values that make
    no sense. With a `connection` the case is asked, for a millisecond or two, which of several ways is quick there.
    `walking`: for who goes along the items and stops after a screen of them, instead of fetching all that match."""
    if isinstance(wanted, Term):
        sql, values = (_quick(wanted, connection, walking) if connection is not None else None) or _TERMS[wanted.key](
            wanted
        )
    elif not wanted.parts:
        sql, values = "1", ()
    else:
        parts = [condition(part, connection, walking=walking) for part in wanted.parts]
        glue = " AND " if wanted.mode == "all" else " OR "
        sql, values = f"({glue.join(part[0] for part in parts)})", tuple(v for part in parts for v in part[1])
    # Where nothing is known a comparison is NULL, and so is its negation: `not over 60 s` includes what has no length.
    return (f"NOT coalesce(({sql}), 0)", values) if wanted.negated else (sql, values)


# ---------------------------------------------------------------------- terms


def _marks(values: tuple[Any, ...]) -> str:
    return ",".join("?" * len(values))


def _chosen(column: str) -> Callable[[Term], Statement]:
    return lambda term: (f"{column} IN ({_marks(term.values)})", term.values) if term.values else _NONE


def _range(column: str) -> Callable[[Term], Statement]:
    def between(term: Term) -> Statement:
        terms, values = _limits(column, term)
        return " AND ".join(terms) or f"{column} IS NOT NULL", values

    return between


def _limits(column: str, term: Term) -> tuple[list[str], tuple[float, ...]]:
    terms, values = [], []
    for limit, sign in ((term.least, ">="), (term.most, "<=")):
        if limit is not None:
            terms.append(f"{column} {sign} ?")
            values.append(limit)
    return terms, tuple(values)


def _yes(column: str) -> Callable[[Term], Statement]:
    return lambda _term: (f"{column} > 0", ())


def _quick(term: Term, connection: Connection, walking: bool) -> Statement | None:
    """Another way to the same items, where this case has many that match (words, labels) or few (a part of a name)."""
    if term.key == "words" and walking:
        return _words(term, connection)
    if walking and (labels := _labels(term)) is not None:
        where, values = scored = _scored(labels, term)
        if not _is_frequent(scored, connection):
            return None
        return f"EXISTS (SELECT 1 FROM item_label WHERE item_label.content_id = item.content_id AND {where})", values
    if term.key == "name":
        candidates = trigrams("".join(term.values))
        if candidates and not is_frequent(connection, "grams", candidates):
            return _name_of_few(term, candidates)
    return None


def _words(term: Term, walking: Connection | None = None) -> Statement:
    """All words that were typed are somewhere in the item, each perhaps in another line of a picture, in a name, a note
    or a tag; what must not be there is in none of them. `walking`: the case, which is asked what is frequent there."""
    wanted, unwanted = match_terms(" ".join(term.values))
    if not wanted:
        return _NONE

    def holds(expression: str, typed: str) -> Statement:
        each = walking is not None and is_frequent(walking, "words", expression)
        return (_word_of_each if each else _word_anywhere)(expression, bare(typed))

    parts = [holds(*one) for one in wanted]
    parts += [(f"NOT ({sql})", values) for sql, values in (holds(*one) for one in unwanted)]
    return " AND ".join(part[0] for part in parts), tuple(value for part in parts for value in part[1])


_TAGGED = "EXISTS (SELECT 1 FROM item_tag WHERE item_tag.content_id = item.content_id AND tag_holds(item_tag.tag, ?))"


def _word_anywhere(expression: str, typed: str) -> Statement:
    """The word index is asked at once for all items."""
    found = "SELECT word_item.content_id FROM words CROSS JOIN word_item ON word_item.id = words.rowid"
    tagged = f"SELECT content_id FROM item_tag WHERE tag IN ({_TAGS})"
    return f"item.content_id IN ({found} WHERE words MATCH ? UNION ALL {tagged})", (expression, typed)


def _word_of_each(expression: str, typed: str) -> Statement:
    """The word index is asked about the copies, findings and notes of one item after the other."""
    parts = [
        f"EXISTS (SELECT 1 FROM {table} CROSS JOIN words ON words.rowid = {table}.id * 4 + {place}"
        f" WHERE {table}.content_id = item.content_id AND {sooner} AND words MATCH ?)"
        for place, (table, sooner) in enumerate(_WORDED)
    ]
    return f"({' OR '.join((*parts, _TAGGED))})", (*(expression,) * len(parts), typed)


_WORDED = (("copy", "1"), ("finding", "item.text > 0"), ("decision", "notes > 0"))
"""Tables in the order of `core.case.words.KINDS`, and what says sooner that an item has nothing there."""


def distinct(table: str, column: str) -> str:
    """The values of an indexed column by stepping from one to the next, not by reading every row."""
    return (
        f"WITH RECURSIVE step(value) AS (SELECT min({column}) FROM {table} WHERE {column} IS NOT NULL UNION ALL"
        f" SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM step WHERE value IS NOT NULL)"
        " SELECT value FROM step WHERE value IS NOT NULL"
    )


_TAGS = f"{distinct('item_tag', 'tag')} AND tag_holds(value, ?)"


def _like(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _name(term: Term) -> Statement:
    part = _like("".join(term.values))
    return (
        "(item.name LIKE ? ESCAPE '\\' OR item.content_id IN (SELECT content_id FROM item_place"
        " WHERE name LIKE ? ESCAPE '\\'))",
        (part, part),
    )


def _name_of_few(term: Term, candidates: str) -> Statement:
    """The trigrams give the copies that may have it in their name, or had it before they were looked at again. Whose
    copies they are is read from the narrow table of the word index (a name's row there is its copy's id × 4)."""
    part = _like("".join(term.values))
    return (
        "(item.content_id IN (SELECT word_item.content_id FROM grams"
        " CROSS JOIN word_item ON word_item.id = grams.rowid * 4 WHERE grams MATCH ?)"
        " AND (item.name LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM item_place"
        " WHERE item_place.content_id = item.content_id AND item_place.name LIKE ? ESCAPE '\\')))",
        (candidates, part, part),
    )


def _sha256(term: Term) -> Statement:
    beginning = "".join(term.values).strip().lower()
    if not beginning or set(beginning) - set("0123456789abcdef"):
        return _NONE
    return "item.content_id IN (SELECT id FROM content WHERE sha256 >= ? AND sha256 < ?)", (beginning, beginning + "g")


def _labels(term: Term) -> Statement | None:
    """The numbers of the labels that are meant; None where it is not asked for labels, or their groups have columns."""
    if term.key == "label":
        where = "analyzer = ?" + (f" AND label IN ({_marks(term.values)})" if term.values else "")
        return f"(SELECT id FROM label WHERE {where})", (term.scope, *term.values)
    if term.key != "group" or not term.values or set(term.values) <= _GROUPS_WITH_COLUMNS:
        return None
    return f"(SELECT id FROM label WHERE grouping IN ({_marks(term.values)}))", term.values


_GROUPS_WITH_COLUMNS = {"explicit", "nude", "suggestive"}


def _scored(labels: Statement, term: Term) -> Statement:
    """What must hold of a row of `item_label`."""
    limits, more = _limits("item_label.score", term)
    return " AND ".join([f"item_label.label_id IN {labels[0]}", *limits]), (*labels[1], *more)


def _is_frequent(scored: Statement, connection: Connection) -> bool:
    asked = f"SELECT count(*) FROM (SELECT 1 FROM item_label WHERE {scored[0]} LIMIT ?)"
    return int(connection.exec_driver_sql(asked, (*scored[1], words.FREQUENT)).scalar_one()) >= words.FREQUENT


def _labelled(term: Term) -> Statement:
    labels = _labels(term)
    if labels is not None:
        where, values = _scored(labels, term)
        return f"item.content_id IN (SELECT content_id FROM item_label WHERE {where})", values
    return _either([_range(f"item.{group}")(term) for group in term.values])


def _outcome(term: Term) -> Statement:
    unknown = set(term.values) - set(STATES)
    if unknown:
        raise UsageError(f"There is no outcome called {', '.join(sorted(unknown))}.", f"Known: {', '.join(STATES)}.")
    if not term.scope:
        ranks = tuple(STATES.index(state) for state in term.values)
        return (f"item.state IN ({_marks(ranks)})", ranks) if ranks else _NONE
    config = (
        "(SELECT config_id FROM run_config JOIN config ON config.id = config_id WHERE analyzer = ?"
        " ORDER BY run_id DESC, config_id DESC LIMIT 1)"
    )
    parts: list[Statement] = []
    real = tuple(state for state in term.values if state != NOT_ANALYSED)
    if real:
        parts.append(
            (
                f"item.content_id IN (SELECT content_id FROM outcome WHERE config_id = {config} AND state IN"
                f" ({_marks(real)}))",
                (term.scope, *real),
            )
        )
    if NOT_ANALYSED in term.values:
        parts.append(
            (f"item.content_id NOT IN (SELECT content_id FROM outcome WHERE config_id = {config})", (term.scope,))
        )
    return _either(parts)


def _either(parts: list[Statement]) -> Statement:
    if not parts:
        return _NONE
    return f"({' OR '.join(sql for sql, _ in parts)})", tuple(value for _, values in parts for value in values)


def _grade(term: Term) -> Statement:
    graded = tuple(value for value in term.values if value)
    parts: list[Statement] = [(f"item.grade IN ({_marks(graded)})", graded)] if graded else []
    if "" in term.values:
        parts.append(("item.grade IS NULL", ()))
    return _either(parts)


def _tag(term: Term) -> Statement:
    if not term.values:
        return "item.content_id IN (SELECT content_id FROM item_tag)", ()
    return f"item.content_id IN (SELECT content_id FROM item_tag WHERE tag IN ({_marks(term.values)}))", term.values


def _verdict(term: Term) -> Statement:
    chosen = f" AND value IN ({_marks(term.values)})" if term.values else ""
    return (
        "item.content_id IN (SELECT content_id FROM decision WHERE kind = 'verdict' AND content_id IS NOT NULL"
        f"{chosen} AND {IN_FORCE} AND NOT EXISTS (SELECT 1 FROM decision later WHERE later.finding_id ="
        " decision.finding_id AND later.kind = 'verdict' AND later.id > decision.id AND NOT EXISTS"
        " (SELECT 1 FROM decision w WHERE w.withdraws = later.id)))",
        term.values,
    )


def _problem(term: Term) -> Statement:
    if not term.values:
        return TROUBLED, ()
    codes = _marks(term.values)
    return (
        "item.content_id IN (SELECT coalesce(problem.content_id, copy.content_id, 0) FROM problem LEFT JOIN copy"
        f" ON copy.id = problem.copy_id WHERE code IN ({codes}))",
        term.values,
    )


def _source(term: Term) -> Statement:
    number = _number(term.scope)
    return (
        "(item.source_id = ? OR item.content_id IN (SELECT content_id FROM item_place JOIN folder ON folder.id ="
        " item_place.folder_id WHERE folder.source_id = ?))",
        (number, number),
    )


def _folder(term: Term) -> Statement:
    if not term.values or not term.values[0].strip("/"):
        return _source(term)
    path, number = term.values[0].strip("/"), _number(term.scope)
    inside = "(SELECT id FROM folder WHERE source_id = ? AND (path = ? OR (path >= ? AND path < ?)))"
    values = (number, path, path + "/", path + "0")  # `0` is the character after `/`
    return (
        f"(item.folder_id IN {inside} OR item.content_id IN (SELECT content_id FROM item_place"
        f" WHERE folder_id IN {inside}))",
        (*values, *values),
    )


def _date(term: Term) -> Statement:
    first, last = (*term.values, "", "")[:2]
    terms: list[str] = []
    values: list[Any] = []
    for day, after, sign in ((first, 0, ">="), (last, 1, "<")):
        if day:
            limit = _day(day) + timedelta(days=after)
            stamp = int(limit.timestamp()) * 1_000_000_000 if term.scope == "modified" else limit.strftime("%Y-%m-%d")
            terms.append(f"{{column}} {sign} ?")
            values.append(stamp)
    column = {"any": "item.dated", "taken": "item.taken", "modified": "item.modified", "": "item.dated"}.get(term.scope)
    if column is None:
        raise UsageError(f"There is no date called {term.scope!r}.", "Known: any, taken, modified.")
    return " AND ".join(terms).format(column=column) or f"{column} IS NOT NULL", tuple(values)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day.", "Write it as 2024-03-01.") from error


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a number.", "Choose it from the list.") from error


def _items(term: Term) -> Statement:
    numbers = ",".join(str(_number(value)) for value in term.values)
    return "item.content_id IN (SELECT value FROM json_each(?))", (f"[{numbers}]",)


def _mismatch(_term: Term) -> Statement:
    return "item.content_id IN (SELECT content_id FROM copy WHERE mismatch IS NOT NULL)", ()


def _stack(term: Term) -> Statement:
    if not term.values:
        return "item.stack IS NOT NULL", ()
    stacks = tuple(_number(value) for value in term.values)
    return f"item.stack IN ({_marks(stacks)})", stacks


_TERMS: dict[str, Callable[[Term], Statement]] = {
    "words": _words,
    "name": _name,
    "sha256": _sha256,
    "kind": _chosen("item.kind"),
    "label": _labelled,
    "group": _labelled,
    "outcome": _outcome,
    "grade": _grade,
    "tag": _tag,
    "verdict": _verdict,
    "disputed": lambda _term: ("item.disputed = 1", ()),
    "flagged": lambda _term: ("(item.flagged > 0 AND item.flagged = 1)", ()),  # `> 0` its index, `=` its order
    "reviewed": _yes("item.reviewed"),
    "excluded": _yes("item.excluded"),
    "problem": _problem,
    "note": _yes("item.notes"),
    "text": _yes("item.text"),
    "source": _source,
    "folder": _folder,
    "date": _date,
    "size": _range("item.size"),
    "duration": _range("item.duration"),
    "copies": _range("item.copies"),
    "items": _items,
    "stack": _stack,
    "mismatch": _mismatch,
}
