"""What the desk asks of a case: which items, how many, and what stands in the rows on the screen.

All of it is read-only, takes a connection of `Case.reading()`, and can be stopped from another thread with `interrupt`
(the question then raises). Ids are content ids. Large answers leave SQLite as one text, made by its own C code outside
of Python's interpreter lock, so that a million ids neither take a second nor make the window stutter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.case.choosing import choosing, holds, unchoosing
from core.case.conditions import condition
from core.case.details import Details, details
from core.case.facets import FACETS, Facet, FacetValue, facet, facets
from core.case.filters import EVERYTHING, Chip, Filter, Sort, Term
from core.case.items import NOT_ANALYSED, STATES
from core.case.listing import ids, numbers, soon
from core.case.piles import differing_bits, piled, whole_stacks

__all__ = [
    "EVERYTHING",
    "FACETS",
    "NOT_ANALYSED",
    "STATES",
    "Chip",
    "Connection",
    "Details",
    "Facet",
    "FacetValue",
    "Filter",
    "ItemRow",
    "LabelScore",
    "Marks",
    "Sort",
    "Term",
    "choosing",
    "count",
    "details",
    "differing_bits",
    "facet",
    "facets",
    "holds",
    "ids",
    "interrupt",
    "lookers",
    "marks",
    "piled",
    "rows",
    "soon",
    "total",
    "unchoosing",
    "whole_stacks",
]

SEVERE = ("explicit", "nude", "suggestive")
HEAT = 24
"""How many parts the strip of hits along a film or a sound has."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label of an item: highest raw score and how often it was found."""

    analyzer: str
    label: str
    group: str
    score: float | None
    count: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What one row or one thumbnail shows. `path` is the first copy's; `state` the worst outcome of the newest
    configurations, `not analysed` where there is none. `taken`: the camera's own clock; `dated`: that, or the file's
    time in UTC. `heat`: highest raw score in each of `HEAT` parts of the length, 0 where nothing was found.
    `stack`: the stack of near duplicates that it belongs to, `stacked`: how many items that has, counted up to 1000.
    `looked`: somebody has looked for what is severe in it (`lookers`); other steps say nothing about that."""

    id: int
    sha256: str
    mime: str
    kind: str
    name: str
    folder: str
    source_id: int | None
    source: str
    size: int
    modified_ns: int | None
    taken: str | None
    dated: str | None
    duration: float | None
    width: int | None
    height: int | None
    frames: int | None
    copies: int
    state: str
    explicit: float | None
    nude: float | None
    suggestive: float | None
    findings: int
    text: int
    problems: int
    notes: int
    grade: str | None
    flagged: bool
    reviewed: bool
    excluded: bool
    thumbnail: bool
    storyboard: bool
    labels: tuple[LabelScore, ...] = ()
    tags: tuple[str, ...] = ()
    heat: tuple[float, ...] = ()
    stack: int | None = None
    stacked: int = 0
    looked: bool = True

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True, slots=True)
class Marks:
    """For the bar beside the list: of each of equally long stretches of it, how many items are what. All lists are of
    the same length."""

    items: Sequence[int]
    hits: Sequence[int]
    graded: Sequence[int]
    flagged: Sequence[int]
    extra: Mapping[str, Sequence[int]] = field(default_factory=dict)


def count(connection: Connection, wanted: Filter = EVERYTHING) -> int:
    """How many items match."""
    sql, values = condition(wanted, connection)
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM item WHERE {sql}", values).scalar_one())


def total(connection: Connection) -> int:
    """How many items there are."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM item").scalar_one())


def rows(connection: Connection, wanted: Sequence[int]) -> list[ItemRow]:
    """The rows of these items, in this order; best a few hundred at a time. Ids that are not there are left out."""
    chosen = json.dumps(list(wanted))
    labels = _labels(connection, chosen)
    tags = _tags(connection, chosen)
    heat = _heat(connection, chosen)
    found: dict[int, ItemRow] = {}
    for row in connection.exec_driver_sql(_ROWS, (json.dumps(sorted(lookers(connection))), chosen)):
        number = row[0]
        yes = [bool(value) for value in row[26:31]]
        more = (labels.get(number, ()), tags.get(number, ()), heat.get(number, ()))
        values = (*row[:17], STATES[row[17]], *row[18:26], *yes, *more, row[31], row[32], bool(row[33]))
        found[number] = ItemRow(*values)
    return [found[number] for number in wanted if number in found]


def lookers(connection: Connection) -> frozenset[int]:
    """The configurations that look for what is severe: their analyzer gives such groups to its labels, or has done."""
    severe = json.dumps(SEVERE)
    found = connection.exec_driver_sql(
        "SELECT id FROM config WHERE EXISTS (SELECT 1 FROM json_each(info, '$.groups') AS said WHERE said.value IN"
        " (SELECT value FROM json_each(?))) OR analyzer IN (SELECT analyzer FROM label WHERE grouping IN"
        " (SELECT value FROM json_each(?)))",
        (severe, severe),
    )
    return frozenset(int(number) for number in found.scalars())


_ROWS = """
SELECT item.content_id, content.sha256, content.mime, item.kind, item.name, coalesce(folder.path, ''), item.source_id,
    coalesce(source.label, source.path, ''), item.size, item.modified, item.taken, item.dated, item.duration,
    media.width, media.height, media.frames, item.copies, item.state, explicit, nude, suggestive, findings,
    item.text, problems, notes, grade, flagged, reviewed, excluded, coalesce(thumbnail, 0), coalesce(storyboard, 0),
    item.stack, (SELECT count(*) FROM (SELECT 1 FROM item other WHERE other.stack = item.stack LIMIT 1000)),
    EXISTS (SELECT 1 FROM outcome WHERE outcome.content_id = item.content_id AND outcome.state IN ('done', 'partial')
        AND outcome.config_id IN (SELECT value FROM json_each(?)))
FROM json_each(?) AS wanted CROSS JOIN item ON item.content_id = wanted.value
    CROSS JOIN content ON content.id = item.content_id LEFT JOIN folder ON folder.id = item.folder_id
    LEFT JOIN source ON source.id = item.source_id LEFT JOIN media ON media.content_id = item.content_id
"""


def _labels(connection: Connection, chosen: str) -> dict[int, tuple[LabelScore, ...]]:
    found: dict[int, list[LabelScore]] = {}
    for row in connection.exec_driver_sql(
        "SELECT content_id, analyzer, label, grouping, score, count FROM json_each(?) AS wanted CROSS JOIN item_label"
        " ON content_id = wanted.value CROSS JOIN label ON label.id = label_id ORDER BY score DESC, label",
        (chosen,),
    ):
        found.setdefault(row[0], []).append(LabelScore(*row[1:]))
    return {number: tuple(labels) for number, labels in found.items()}


def _tags(connection: Connection, chosen: str) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for number, tag in connection.exec_driver_sql(
        "SELECT content_id, tag FROM json_each(?) AS wanted CROSS JOIN item_tag ON content_id = wanted.value"
        " ORDER BY tag",
        (chosen,),
    ):
        found[number] = (*found.get(number, ()), tag)
    return found


def _heat(connection: Connection, chosen: str) -> dict[int, tuple[float, ...]]:
    strips: dict[int, list[float]] = {}
    for number, part, score in connection.exec_driver_sql(
        f"SELECT finding.content_id, min({HEAT - 1}, max(0, cast(start / item.duration * {HEAT} AS INTEGER))),"
        " max(coalesce(score, 1)) FROM json_each(?) AS wanted CROSS JOIN item ON item.content_id = wanted.value"
        " CROSS JOIN finding ON finding.content_id = item.content_id WHERE item.duration > 0"
        " AND findings > 0 AND start IS NOT NULL GROUP BY 1, 2",
        (chosen,),
    ):
        strips.setdefault(number, [0.0] * HEAT)[part] = score
    return {number: tuple(strip) for number, strip in strips.items()}


def marks(connection: Connection, listed: Sequence[int], stretches: int) -> Marks:
    """Where in this list of ids the hits, the graded and the flagged ones are. A hit has a label of a severity group
    of 0.5 or more."""
    places = np.asarray(listed, dtype=np.int64)
    parts = max(1, min(stretches, len(places)))
    edges = np.linspace(0, len(places), parts + 1).astype(np.int64)
    highest = int(places.max(initial=0))

    def counted(where: str) -> list[int]:
        found = numbers(connection.exec_driver_sql(f"SELECT group_concat(content_id) FROM item WHERE {where}").scalar())
        is_one = np.zeros(highest + 1, dtype=np.int64)
        is_one[found[found <= highest]] = 1
        sums = np.concatenate(([0], np.cumsum(is_one[places])))
        return list(map(int, np.diff(sums[edges])))

    return Marks(
        items=list(map(int, np.diff(edges))),
        hits=counted("explicit >= 0.5 OR nude >= 0.5 OR suggestive >= 0.5"),
        graded=counted("grade IS NOT NULL"),
        flagged=counted("flagged > 0"),
    )


def interrupt(connection: Connection) -> None:
    """Stop what this connection is being asked right now, from another thread; there it raises `StorageError`."""
    driver: Any = connection.connection.driver_connection
    driver.interrupt()
