"""Filters as SQL: each term becomes a condition on `item`.

A new key of `core.case.filters.KEYS` is a function from its term to a statement, and one line in `_TERMS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.case import words
from core.case.filters import Filter, Term
from core.case.items import IN_FORCE, NOT_ANALYSED, STATES, TROUBLED
from core.case.statements import NOTHING, Statement, either, marks
from core.case.word_conditions import name_of_few, name_part, typed_words
from core.errors import UsageError

__all__ = ["condition"]


def condition(wanted: Filter | Term, connection: Connection | None = None, *, walking: bool = False) -> Statement:
    """What must hold of a row of `item`. A filter without parts holds always. Raises `UsageError` for values that make
    no sense. With a `connection` the case is asked, for a millisecond or two, which of several ways is quick there.
    `walking`: for who goes along the items and stops after a screen of them, instead of fetching all that match."""
    if isinstance(wanted, Term):
        quick = _quick(wanted, connection, walking) if connection is not None else None
        sql, values = quick or _TERMS[wanted.key](wanted)
    elif not wanted.parts:
        sql, values = "1", ()
    else:
        parts = [condition(part, connection, walking=walking) for part in wanted.parts]
        glue = " AND " if wanted.mode == "all" else " OR "
        sql, values = f"({glue.join(part[0] for part in parts)})", tuple(v for part in parts for v in part[1])
    # Where nothing is known a comparison is NULL, and so is its negation: `not over 60 s` includes what has no length.
    return (f"NOT coalesce(({sql}), 0)", values) if wanted.negated else (sql, values)


# ---------------------------------------------------------------------- terms


def _chosen(column: str) -> Callable[[Term], Statement]:
    return lambda term: (f"{column} IN ({marks(term.values)})", term.values) if term.values else NOTHING


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
        return typed_words(term, connection)
    if walking and (labels := _labels(term)) is not None:
        where, values = scored = _scored(labels, term)
        if not _is_frequent(scored, connection):
            return None
        return f"EXISTS (SELECT 1 FROM item_label WHERE item_label.content_id = item.content_id AND {where})", values
    if term.key == "name":
        candidates = words.trigrams("".join(term.values))
        if candidates and not words.is_frequent(connection, "grams", candidates):
            return name_of_few(term, candidates)
    return None


def _sha256(term: Term) -> Statement:
    beginning = "".join(term.values).strip().lower()
    if not beginning or set(beginning) - set("0123456789abcdef"):
        return NOTHING
    return "item.content_id IN (SELECT id FROM content WHERE sha256 >= ? AND sha256 < ?)", (beginning, beginning + "g")


def _labels(term: Term) -> Statement | None:
    """The numbers of the labels that are meant; None where it is not asked for labels, or their groups have columns."""
    if term.key == "label":
        where = "analyzer = ?" + (f" AND label IN ({marks(term.values)})" if term.values else "")
        return f"(SELECT id FROM label WHERE {where})", (term.scope, *term.values)
    if term.key != "group" or not term.values or set(term.values) <= _GROUPS_WITH_COLUMNS:
        return None
    return f"(SELECT id FROM label WHERE grouping IN ({marks(term.values)}))", term.values


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
    return either([_range(f"item.{group}")(term) for group in term.values])


def _outcome(term: Term) -> Statement:
    unknown = set(term.values) - set(STATES)
    if unknown:
        raise UsageError(f"There is no outcome called {', '.join(sorted(unknown))}.", f"Known: {', '.join(STATES)}.")
    if not term.scope:
        ranks = tuple(STATES.index(state) for state in term.values)
        return (f"item.state IN ({marks(ranks)})", ranks) if ranks else NOTHING
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
                f" ({marks(real)}))",
                (term.scope, *real),
            )
        )
    if NOT_ANALYSED in term.values:
        parts.append(
            (f"item.content_id NOT IN (SELECT content_id FROM outcome WHERE config_id = {config})", (term.scope,))
        )
    return either(parts)


def _grade(term: Term) -> Statement:
    graded = tuple(value for value in term.values if value)
    parts: list[Statement] = [(f"item.grade IN ({marks(graded)})", graded)] if graded else []
    if "" in term.values:
        parts.append(("item.grade IS NULL", ()))
    return either(parts)


def _tag(term: Term) -> Statement:
    if not term.values:
        return "item.content_id IN (SELECT content_id FROM item_tag)", ()
    return f"item.content_id IN (SELECT content_id FROM item_tag WHERE tag IN ({marks(term.values)}))", term.values


def _verdict(term: Term) -> Statement:
    chosen = f" AND value IN ({marks(term.values)})" if term.values else ""
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
    codes = marks(term.values)
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
    return f"item.stack IN ({marks(stacks)})", stacks


_TERMS: dict[str, Callable[[Term], Statement]] = {
    "words": typed_words,
    "name": name_part,
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
