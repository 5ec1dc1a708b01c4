"""Counts beside the list: how many of the matching items are of each kind, outcome, label, grade …

What has few values (kind, state, grade, score bands) is packed into one number an item in SQL, leaves it as one text
and is counted by numpy: one scan for all of it, and none of it in Python's interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case import filters
from core.case.conditions import condition
from core.case.filters import EVERYTHING, Filter, Term
from core.case.items import NOT_ANALYSED, STATES
from core.case.listing import numbers

__all__ = ["FACETS", "Facet", "FacetValue", "facet", "facets"]

GROUPS = ("explicit", "nude", "suggestive")
BANDS = 10
_KINDS = ("image", "video", "audio", "other")
_MOST = 200
_YEARS_FROM = 72  # so many months fill a histogram; more are counted by year


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line: `term` is the condition that choosing it adds, `count` how many matching items it has. `text` is the
    bare value for display: a kind, a label, a folder's name, a month (`2024-03`), a band (`0.7`, its lower end)."""

    text: str
    count: int
    term: Term


@dataclass(frozen=True, slots=True)
class Facet:
    """`key` chooses the translated heading; `scope` says of what: the analyzer of labels and outcomes, the group of
    scores, the source of folders. `more`: how many values, those with the fewest items, were left out."""

    key: str
    values: tuple[FacetValue, ...]
    scope: str = ""
    more: int = 0


def facets(connection: Connection, wanted: Filter = EVERYTHING) -> list[Facet]:
    """All of them, one after the other; `facet` answers one."""
    return [found for key in FACETS for found in facet(connection, key, wanted)]


def facet(connection: Connection, key: str, wanted: Filter = EVERYTHING) -> list[Facet]:
    """The facets of this key, without empty ones; outcomes and labels have one for each analyzer, scores for each
    group, folders for each source. Conditions of the facet itself do not narrow its own counts: beside `image` it
    still says how many films there are."""
    maker = _folders_below(wanted) if key == "folder" else _MAKERS[key]
    return [found for found in maker(connection, _without_own(wanted, key)) if found.values]


def _without_own(wanted: Filter, key: str) -> Filter:
    own = {"score": {"group"}, "state": set[str]()}.get(key, {key})
    if wanted.mode != "all" or wanted.negated:
        return wanted
    return replace(wanted, parts=tuple(part for part in wanted.parts if not _about(part, own)))


def _about(part: Term | Filter, keys: set[str]) -> bool:
    if isinstance(part, Term):
        return part.key in keys and not part.negated
    return part.mode == "any" and not part.negated and all(_about(inner, keys) for inner in part.parts)


def _packed(connection: Connection, expression: str, wanted: Filter) -> NDArray[np.int64]:
    """Counts of an integer expression over the matching items: how many have 0, 1, 2 …"""
    sql, values = condition(wanted)
    text = connection.exec_driver_sql(f"SELECT group_concat({expression}) FROM item WHERE {sql}", values).scalar()
    return np.bincount(numbers(text))


def _sized(key: str, values: Iterable[FacetValue], scope: str = "") -> Facet:
    """With the most items first, and not too many."""
    ranked = sorted((value for value in values if value.count), key=lambda value: (-value.count, value.text))
    return Facet(key, tuple(ranked[:_MOST]), scope, max(0, len(ranked) - _MOST))


# ---------------------------------------------------------------------- of the item itself


def _case(column: str, values: Iterable[str], otherwise: int) -> str:
    quoted = ((value.replace("'", "''"), number) for number, value in enumerate(values))
    whens = " ".join(f"WHEN '{value}' THEN {number}" for value, number in quoted)
    return f"CASE {column} {whens} ELSE {otherwise} END" if whens else str(otherwise)


def _kinds(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    counts = _packed(connection, _case("kind", _KINDS, 3), wanted)
    yield Facet(
        "kind",
        tuple(
            FacetValue(kind, int(count), filters.kind(kind))
            for kind, count in zip(_KINDS, counts, strict=False)
            if count
        ),
    )


_STATES: tuple[tuple[str, str, Term], ...] = (
    ("not reviewed", "reviewed = 0", ~filters.reviewed()),
    ("reviewed", "reviewed > 0", filters.reviewed()),
    ("flagged", "flagged > 0", filters.flagged()),
    ("note", "notes > 0", filters.has_note()),
    ("text", "item.text > 0", filters.text()),
    ("problem", "problems > 0", filters.has_problem()),
    ("excluded", "excluded > 0", filters.excluded()),
)


def _states(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    """Where the review stands; the values overlap."""
    sql, values = condition(wanted)
    sums = ", ".join(f"total({where})" for _, where, _ in _STATES)
    counts = connection.exec_driver_sql(f"SELECT {sums} FROM item WHERE {sql}", values).one()
    yield Facet(
        "state",
        tuple(
            FacetValue(text, int(count), term) for (text, _, term), count in zip(_STATES, counts, strict=True) if count
        ),
    )


def _grades(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    given = [row[0] for row in connection.exec_driver_sql(_distinct("item", "grade"))]
    counts = _packed(connection, _case("grade", given, len(given)), wanted)
    yield Facet(
        "grade",
        tuple(
            FacetValue(grade, int(count), filters.grade(grade))
            for grade, count in zip([*given, ""], counts, strict=False)
            if count and (given or grade)
        ),
    )


def _distinct(table: str, column: str) -> str:
    """The values of an indexed column by stepping from one to the next, not by reading every row."""
    return (
        f"WITH RECURSIVE step(value) AS (SELECT min({column}) FROM {table} UNION ALL SELECT (SELECT min({column})"
        f" FROM {table} WHERE {column} > value) FROM step WHERE value IS NOT NULL)"
        " SELECT value FROM step WHERE value IS NOT NULL"
    )


def _scores(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    sql, values = condition(wanted)
    for group in GROUPS:
        text = connection.exec_driver_sql(
            f"SELECT group_concat(min({BANDS - 1}, max(0, cast({group} * {BANDS} AS INTEGER)))) FROM item"
            f" WHERE {group} IS NOT NULL AND {sql}",
            values,
        ).scalar()
        counts = np.bincount(numbers(text), minlength=BANDS)
        yield Facet(
            "score",
            tuple(
                FacetValue(f"{band / BANDS:.1f}", int(count), _band(group, band))
                for band, count in enumerate(counts)
                if count
            ),
            group,
        )


def _band(group: str, band: int) -> Term:
    return filters.group(group, least=band / BANDS, most=None if band == BANDS - 1 else (band + 1) / BANDS - 1e-9)


def _dates(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    """By month, or by year where there are very many months."""
    counts = _packed(
        connection,
        "CASE WHEN dated IS NULL THEN 0 ELSE max(0, min(9999, cast(substr(dated, 1, 4) AS INTEGER))) * 12"
        " + max(0, min(11, cast(substr(dated, 6, 2) AS INTEGER) - 1)) END",
        wanted,
    )
    months = [(divmod(int(month), 12), int(counts[month])) for month in np.flatnonzero(counts) if month]
    if len(months) <= _YEARS_FROM:
        values = [
            FacetValue(f"{year:04}-{month + 1:02}", count, _days(year, month, year, month))
            for (year, month), count in months
        ]
    else:
        years: dict[int, int] = {}
        for (year, _), count in months:
            years[year] = years.get(year, 0) + count
        values = [FacetValue(f"{year:04}", count, _days(year, 0, year, 11)) for year, count in years.items()]
    yield Facet("date", tuple(values))


def _days(year: int, month: int, last_year: int, last_month: int) -> Term:
    leap = last_year % 4 == 0 and (last_year % 100 != 0 or last_year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[last_month]
    return filters.dated(f"{year:04}-{month + 1:02}-01", f"{last_year:04}-{last_month + 1:02}-{days}")


# ---------------------------------------------------------------------- of what belongs to it


def _outcomes(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    """The worst of an item first, then that of each analyzer."""
    counts = _packed(connection, "state", wanted)
    worst = [
        FacetValue(state, int(count), filters.outcome(state))
        for state, count in zip(STATES, counts, strict=False)
        if count
    ]
    yield Facet("outcome", tuple(worst))
    sql, values = condition(wanted)
    items = f"content_id IN (SELECT item.content_id FROM item WHERE {sql})" if wanted else "1"
    everything = int(connection.exec_driver_sql(f"SELECT count(*) FROM item WHERE {sql}", values).scalar_one())
    for analyzer, config in newest_configs(connection):
        by_state = {
            row[0]: int(row[1])
            for row in connection.exec_driver_sql(
                f"SELECT state, count(*) FROM outcome WHERE config_id = ? AND {items} GROUP BY state",
                (config, *(values if wanted else ())),
            )
        }
        by_state[NOT_ANALYSED] = everything - sum(by_state.values())
        yield Facet(
            "outcome",
            tuple(
                FacetValue(state, by_state[state], filters.outcome(state, analyzer=analyzer))
                for state in STATES
                if by_state.get(state)
            ),
            analyzer,
        )


def newest_configs(connection: Connection) -> list[tuple[str, int]]:
    """Every analyzer with the configuration that it was run with last."""
    rows = connection.exec_driver_sql(
        "SELECT analyzer, config_id, max(run_id * 1000000 + config_id) FROM run_config JOIN config"
        " ON config.id = config_id GROUP BY analyzer ORDER BY analyzer"
    )
    return [(row[0], row[1]) for row in rows]


def _labels(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    names = connection.exec_driver_sql("SELECT id, analyzer, label FROM label ORDER BY analyzer, id").fetchall()
    counted = _counted_labels(connection, wanted)
    by_analyzer: dict[str, dict[str, int]] = {}
    for number, analyzer, label in names:
        labels = by_analyzer.setdefault(analyzer, {})
        labels[label] = max(labels.get(label, 0), counted.get(number, 0))
    for analyzer, labels in by_analyzer.items():
        yield _sized(
            "label",
            (FacetValue(label, count, filters.label(analyzer, label)) for label, count in labels.items()),
            analyzer,
        )


def _counted_labels(connection: Connection, wanted: Filter) -> dict[int, int]:
    if not wanted:
        rows = connection.exec_driver_sql("SELECT label_id, count(*) FROM item_label GROUP BY label_id")
        return {row[0]: int(row[1]) for row in rows}
    sql, values = condition(wanted)
    text = connection.exec_driver_sql(
        "SELECT group_concat(label_id) FROM item CROSS JOIN item_label ON item_label.content_id = item.content_id"
        f" WHERE {sql}",
        values,
    ).scalar()
    return dict(enumerate(map(int, np.bincount(numbers(text)))))


def _tags(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    sql, values = condition(wanted)
    rows = connection.exec_driver_sql(
        "SELECT tag, count(*) FROM item_tag CROSS JOIN item ON item.content_id = item_tag.content_id"
        f" WHERE {sql} GROUP BY tag",
        values,
    )
    yield _sized("tag", (FacetValue(tag, int(count), filters.tag(tag)) for tag, count in rows))


def _sources(connection: Connection, wanted: Filter) -> Iterator[Facet]:
    names: dict[int, str] = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, path FROM source")}
    counts = dict.fromkeys(names, 0)
    for number, count in enumerate(_packed(connection, "coalesce(source_id, 0)", wanted)):
        if number in counts:
            counts[number] += int(count)
    sql, values = condition(wanted)
    for number, count in connection.exec_driver_sql(
        "SELECT folder.source_id, count(DISTINCT item.content_id) FROM item_place CROSS JOIN folder ON folder.id ="
        " item_place.folder_id CROSS JOIN item ON item.content_id = item_place.content_id"
        f" WHERE folder.source_id <> item.source_id AND {sql} GROUP BY 1",
        values,
    ):
        counts[number] += count
    yield _sized("source", (FacetValue(names[n], count, filters.source(n)) for n, count in counts.items()))


def _folders_below(whole: Filter) -> Callable[[Connection, Filter], Iterator[Facet]]:
    """One level below the folder that is chosen in each source; the first level where none is."""
    chosen = {
        term.scope: term.values[0].strip("/")
        for term in whole.terms()
        if term.key == "folder" and term.values and not term.negated
    }
    return lambda connection, wanted: _folders(connection, wanted, chosen)


def _folders(connection: Connection, wanted: Filter, chosen: Mapping[str, str]) -> Iterator[Facet]:
    """Folders with all that is below them."""
    known = connection.exec_driver_sql("SELECT id, source_id, path FROM folder").fetchall()
    child: dict[int, tuple[int, str]] = {}
    for number, source_id, path in known:
        above = chosen.get(str(source_id), "")
        if above and not path.startswith(above + "/"):
            continue
        below = path[len(above) + 1 :] if above else path
        if below:
            child[number] = (source_id, "/".join(filter(None, (above, below.split("/", 1)[0]))))
    counts: dict[tuple[int, str], int] = {}
    for number, count in enumerate(_packed(connection, "coalesce(folder_id, 0)", _once(wanted))):
        if count and number in child:
            counts[child[number]] = counts.get(child[number], 0) + int(count)
    for place in {(content, child[number]) for content, number in _several(connection, wanted) if number in child}:
        counts[place[1]] = counts.get(place[1], 0) + 1
    for source_id in sorted({row[1] for row in known}):
        yield _sized(
            "folder",
            (
                FacetValue(path.rsplit("/", 1)[-1], count, filters.folder(source_id, path))
                for (number, path), count in counts.items()
                if number == source_id
            ),
            str(source_id),
        )


def _once(wanted: Filter) -> Filter:
    return Filter((wanted, filters.copies(most=1)))


def _several(connection: Connection, wanted: Filter) -> Iterator[tuple[int, int]]:
    """(content, folder) of the matching items that lie in more than one place."""
    sql, values = condition(wanted)
    rows = connection.exec_driver_sql(
        f"SELECT item.content_id, item.folder_id FROM item WHERE copies > 1 AND {sql} UNION ALL"
        " SELECT item.content_id, item_place.folder_id FROM item_place CROSS JOIN item ON item.content_id ="
        f" item_place.content_id WHERE {sql}",
        (*values, *values),
    )
    return ((row[0], row[1]) for row in rows)


_MAKERS: dict[str, Callable[[Connection, Filter], Iterator[Facet]]] = {
    "kind": _kinds,
    "state": _states,
    "grade": _grades,
    "tag": _tags,
    "score": _scores,
    "label": _labels,
    "outcome": _outcomes,
    "source": _sources,
    "folder": _folders_below(EVERYTHING),
    "date": _dates,
}
FACETS = tuple(_MAKERS)
"""Every facet, in the order of the panel. `state` is where the review stands, `outcome` how the analysis ended."""
