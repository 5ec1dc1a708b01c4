"""Counts beside the list: how many of the matching items are of each kind, outcome, label, grade …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case import filters
from core.case.conditions import condition
from core.case.filters import EVERYTHING, Filter, Term
from core.case.items import NOT_ANALYSED, STATES
from core.case.listing import numbers
from core.case.scan import BANDS, GROUPS, KINDS, Column, Scan

__all__ = ["FACETS", "Facet", "FacetValue", "facet", "facets"]

MOST = 200
YEARS_FROM = 72
"""So many months fill a histogram; more are counted by year."""


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


@dataclass(frozen=True, slots=True)
class _Question:
    """`whole` is the filter in force, `wanted` that without the facet's own conditions, `scan` a look at its items."""

    connection: Connection
    whole: Filter
    wanted: Filter
    scan: Scan

    @property
    def where(self) -> tuple[str, tuple[object, ...]]:
        return condition(self.wanted, self.connection)


def facets(connection: Connection, wanted: Filter = EVERYTHING, keys: Sequence[str] | None = None) -> list[Facet]:
    """All of them, or those of these keys. Facets whose conditions are the same share one look at the items."""
    columns: dict[Filter, set[str]] = {}
    chosen = [key for key in FACETS if keys is None or key in keys]
    for key in chosen:
        columns.setdefault(_without_own(wanted, key), set()).update(_columns(key, wanted))
    scans = {narrowed: Scan(connection, narrowed, needed) for narrowed, needed in columns.items()}
    return [found for key in chosen for found in _made(connection, key, wanted, scans[_without_own(wanted, key)])]


def facet(connection: Connection, key: str, wanted: Filter = EVERYTHING) -> list[Facet]:
    """The facets of this key, without empty ones; outcomes and labels have one for each analyzer, scores for each
    group, folders for each source. Conditions of the facet itself do not narrow its own counts: beside `image` it
    still says how many films there are."""
    return _made(connection, key, wanted, Scan(connection, _without_own(wanted, key), _columns(key, wanted)))


def _made(connection: Connection, key: str, wanted: Filter, scan: Scan) -> list[Facet]:
    question = _Question(connection, wanted, _without_own(wanted, key), scan)
    return [found for found in _MAKERS[key](question) if found.values]


def _columns(key: str, wanted: Filter) -> set[str]:
    """Scores of all items are read from their indexes, not from the items."""
    if key == "score":
        return {Column.BANDS} if _without_own(wanted, key) else set()
    return {_SCANNED[key]} if key in _SCANNED else set()


def _without_own(wanted: Filter, key: str) -> Filter:
    own = {"score": {"group"}, "state": set[str]()}.get(key, {key})
    if wanted.mode != "all" or wanted.negated:
        return wanted
    return replace(wanted, parts=tuple(part for part in wanted.parts if not _about(part, own)))


def _about(part: Term | Filter, keys: set[str]) -> bool:
    if isinstance(part, Term):
        return part.key in keys and not part.negated
    return part.mode == "any" and not part.negated and all(_about(inner, keys) for inner in part.parts)


def _values(counted: Iterable[tuple[str, int, Term]]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(text, int(count), term) for text, count, term in counted if count)


def _sized(key: str, counted: Iterable[tuple[str, int, Term]], scope: str = "") -> Facet:
    """With the most items first, and not too many."""
    ranked = sorted(_values(counted), key=lambda value: (-value.count, value.text))
    return Facet(key, tuple(ranked[:MOST]), scope, max(0, len(ranked) - MOST))


# ---------------------------------------------------------------------- of the item itself


def _kinds(question: _Question) -> Iterator[Facet]:
    counts = zip(KINDS, question.scan.kinds, strict=True)
    yield Facet("kind", _values((kind, count, filters.kind(kind)) for kind, count in counts))


def _states(question: _Question) -> Iterator[Facet]:
    """Where the review stands; the values overlap."""
    scan, reviewed = question.scan, question.scan.flagged("reviewed")
    yield Facet(
        "state",
        _values(
            (
                ("not reviewed", scan.items - reviewed, ~filters.reviewed()),
                ("reviewed", reviewed, filters.reviewed()),
                ("flagged", scan.flagged("flagged"), filters.flagged()),
                ("note", scan.flagged("notes"), filters.has_note()),
                ("text", scan.flagged("text"), filters.text()),
                ("problem", scan.flagged("problems"), filters.has_problem()),
                ("stack", scan.flagged("stack"), filters.stacked()),
                ("excluded", scan.flagged("excluded"), filters.excluded()),
            )
        ),
    )


def _grades(question: _Question) -> Iterator[Facet]:
    """In the order of the grades, what has none last; nothing where no grade was given yet."""
    none, *counts = question.scan.graded
    given = [(grade, count, filters.grade(grade)) for grade, count in zip(question.scan.grades, counts, strict=False)]
    yield Facet("grade", _values([*given, ("", none, filters.grade(""))] if given else ()))


def _scores(question: _Question) -> Iterator[Facet]:
    for group in GROUPS:
        counts = question.scan.bands(group) if question.wanted else _all_bands(question.connection, group)
        bands = ((f"{band / BANDS:.1f}", count, _band(group, band)) for band, count in enumerate(counts))
        yield Facet("score", _values(bands), group)


def _all_bands(connection: Connection, group: str) -> list[int]:
    """Of all items: counted along the index of this score."""
    edges = [f"count(*) FILTER (WHERE {group} >= {band / BANDS})" for band in range(1, BANDS)]
    row = connection.exec_driver_sql(f"SELECT count(*), {', '.join(edges)} FROM item WHERE {group} IS NOT NULL").one()
    above = [*row, 0]
    return [above[band] - above[band + 1] for band in range(BANDS)]


def _band(group: str, band: int) -> Term:
    return filters.group(group, least=band / BANDS, most=None if band == BANDS - 1 else (band + 1) / BANDS - 1e-9)


def _dates(question: _Question) -> Iterator[Facet]:
    """By month, or by year where there are very many months."""
    counts = question.scan.months
    months = [(divmod(int(month), 12), int(counts[month])) for month in np.flatnonzero(counts)]
    if len(months) <= YEARS_FROM:
        yield Facet(
            "date",
            _values((f"{year:04}-{month + 1:02}", n, _days(year, month, month)) for (year, month), n in months),
        )
        return
    years: dict[int, int] = {}
    for (year, _), count in months:
        years[year] = years.get(year, 0) + count
    yield Facet("date", _values((f"{year:04}", count, _days(year, 0, 11)) for year, count in years.items()))


def _days(year: int, first: int, last: int) -> Term:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[last]
    return filters.dated(f"{year:04}-{first + 1:02}-01", f"{year:04}-{last + 1:02}-{days}")


# ---------------------------------------------------------------------- of what belongs to it


def _outcomes(question: _Question) -> Iterator[Facet]:
    """The worst of an item first, then that of each analyzer."""
    counted = zip(STATES, question.scan.states, strict=False)
    yield Facet("outcome", _values((state, count, filters.outcome(state)) for state, count in counted))
    for analyzer, config in newest_configs(question.connection):
        by_state = _outcomes_of(question, config)
        by_state[NOT_ANALYSED] = question.scan.items - sum(by_state.values())
        yield Facet(
            "outcome",
            _values((state, by_state.get(state, 0), filters.outcome(state, analyzer=analyzer)) for state in STATES),
            analyzer,
        )


def _outcomes_of(question: _Question, config: int) -> dict[str, int]:
    if not question.wanted:
        rows = question.connection.exec_driver_sql(
            "SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state", (config,)
        )
        return {row[0]: int(row[1]) for row in rows}
    sql, values = question.where
    ranks = " ".join(f"WHEN '{state}' THEN {rank}" for rank, state in enumerate(STATES))
    text = question.connection.exec_driver_sql(
        f"SELECT group_concat(CASE outcome.state {ranks} END) FROM item CROSS JOIN outcome ON outcome.content_id ="
        f" item.content_id AND outcome.config_id = ? WHERE {sql}",
        (config, *values),
    ).scalar()
    return {STATES[rank]: int(count) for rank, count in enumerate(np.bincount(numbers(text))) if count}


def newest_configs(connection: Connection) -> list[tuple[str, int]]:
    """Every analyzer with the configuration that it was run with last."""
    rows = connection.exec_driver_sql(
        "SELECT analyzer, config_id, max(run_id * 1000000 + config_id) FROM run_config JOIN config"
        " ON config.id = config_id GROUP BY analyzer ORDER BY analyzer"
    )
    return [(row[0], row[1]) for row in rows]


def _labels(question: _Question) -> Iterator[Facet]:
    names = question.connection.exec_driver_sql("SELECT id, analyzer, label FROM label ORDER BY analyzer, id")
    counted = _counted_labels(question)
    by_analyzer: dict[str, dict[str, int]] = {}
    for number, analyzer, label in names:
        labels = by_analyzer.setdefault(analyzer, {})
        labels[label] = max(labels.get(label, 0), counted.get(number, 0))
    for analyzer, labels in by_analyzer.items():
        lines = ((label, count, filters.label(analyzer, label)) for label, count in labels.items())
        yield _sized("label", lines, analyzer)


def _counted_labels(question: _Question) -> dict[int, int]:
    if not question.wanted:
        rows = question.connection.exec_driver_sql("SELECT label_id, count(*) FROM item_label GROUP BY label_id")
        return {row[0]: int(row[1]) for row in rows}
    sql, values = question.where
    text = question.connection.exec_driver_sql(
        "SELECT group_concat(label_id) FROM item CROSS JOIN item_label ON item_label.content_id = item.content_id"
        f" WHERE {sql}",
        values,
    ).scalar()
    return dict(enumerate(map(int, np.bincount(numbers(text)))))


def _tags(question: _Question) -> Iterator[Facet]:
    sql, values = question.where
    rows = question.connection.exec_driver_sql(
        "SELECT tag, count(*) FROM item_tag CROSS JOIN item ON item.content_id = item_tag.content_id"
        f" WHERE {sql} GROUP BY tag",
        values,
    )
    yield _sized("tag", ((tag, count, filters.tag(tag)) for tag, count in rows))


# ---------------------------------------------------------------------- of where it lies


def _sources(question: _Question) -> Iterator[Facet]:
    rows = question.connection.exec_driver_sql("SELECT id, coalesce(label, path) FROM source ORDER BY id").fetchall()
    folders = question.connection.exec_driver_sql("SELECT id, source_id FROM folder").fetchall()
    names: dict[int, str] = {row[0]: row[1] for row in rows}
    counts = _placed(question.scan.sources, {row[0]: row[1] for row in folders}, question.scan)
    yield _sized("source", ((names[n], count, filters.source(n)) for n, count in counts.items() if n in names))


def _folders(question: _Question) -> Iterator[Facet]:
    """One level below the folder that is chosen in each source, the first level where none is; each with all that is
    below it."""
    known = question.connection.exec_driver_sql("SELECT id, source_id, path FROM folder").fetchall()
    chosen = {
        term.scope: term.values[0].strip("/")
        for term in question.whole.terms()
        if term.key == "folder" and term.values and not term.negated
    }
    children: dict[tuple[int, str], int] = {}
    child_of: dict[int, int] = {}
    for number, source_id, path in known:
        below = _below(path, chosen.get(str(source_id), ""))
        if below:
            child_of[number] = children.setdefault((source_id, below), len(children) + 1)
    first = np.zeros(len(children) + 1, dtype=np.int64)
    for number, count in enumerate(question.scan.folders):
        first[child_of.get(number, 0)] += count
    counts = _placed(first, child_of, question.scan)
    for source_id in sorted({row[1] for row in known}):
        lines = (
            (path.rsplit("/", 1)[-1], counts.get(child, 0), filters.folder(source_id, path))
            for (number, path), child in children.items()
            if number == source_id
        )
        yield _sized("folder", lines, str(source_id))


def _below(path: str, above: str) -> str:
    """The folder directly below `above` that `path` is or lies in; empty where it does not lie below."""
    if above and not path.startswith(above + "/"):
        return ""
    rest = path[len(above) + 1 :] if above else path
    return "/".join(filter(None, (above, rest.split("/", 1)[0]))) if rest else ""


def _placed(first: NDArray[np.int64], place_of: Mapping[int, int], scan: Scan) -> dict[int, int]:
    """Items of each place, counted once a place however many of their copies lie there. `first`: by first copies."""
    counts = {place: int(count) for place, count in enumerate(first) if place}
    further = scan.further
    if not len(further.contents):
        return counts
    highest = max(int(further.folders.max()), int(further.firsts.max()), *place_of, 0)
    places = np.zeros(highest + 1, dtype=np.int64)
    places[list(place_of)] = list(place_of.values())
    there, before = places[further.folders], places[further.firsts]
    new = (there != before) & (there > 0)
    pairs = np.unique(further.contents[new] * (int(places.max()) + 1) + there[new])
    for place, count in zip(*np.unique(pairs % (int(places.max()) + 1), return_counts=True), strict=True):
        counts[int(place)] = counts.get(int(place), 0) + int(count)
    return counts


_MAKERS: dict[str, Callable[[_Question], Iterator[Facet]]] = {
    "kind": _kinds,
    "state": _states,
    "grade": _grades,
    "tag": _tags,
    "score": _scores,
    "label": _labels,
    "outcome": _outcomes,
    "source": _sources,
    "folder": _folders,
    "date": _dates,
}
_SCANNED = {
    "kind": Column.CODE,
    "state": Column.CODE,
    "grade": Column.CODE,
    "outcome": Column.CODE,
    "source": Column.CODE,
    "folder": Column.FOLDER,
    "date": Column.MONTH,
}
FACETS = tuple(_MAKERS)
"""Every facet, in the order of the panel. `state` is where the review stands, `outcome` how the analysis ended."""
