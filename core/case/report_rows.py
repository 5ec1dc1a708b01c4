"""How rows of a case become the records of a report: selection, places, decisions in force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, false, literal_column, or_, select

from core.case.calibrations import Calibrations
from core.case.schema import config, content, copy, decision, finding, item
from core.records import Region
from core.report.content import Category, ReportSelection
from core.report.records import Decisions, FindingRow, Place

__all__ = [
    "DECISIONS",
    "FINDINGS",
    "IS_NEWEST",
    "AnyRow",
    "Merged",
    "chosen",
    "finding_row",
    "in_force",
    "inside",
    "last_component",
    "plain_object",
    "stream",
    "unique_places",
]

AnyRow = Row[*tuple[Any, ...]]

# LEFT JOINs keep SQLite on the order of the first table's index; an inner join lets it start elsewhere and sort.
FINDINGS = select(finding, content.c.sha256, content.c.size, content.c.mime, config.c.hash).select_from(
    finding.outerjoin(content, content.c.id == finding.c.content_id).outerjoin(
        config, config.c.id == finding.c.config_id
    )
)
_AT_ONCE = 2000
_later = copy.alias("later")
IS_NEWEST = ~(
    select(_later.c.id)
    .where(
        _later.c.source_id == copy.c.source_id,
        _later.c.path_raw == copy.c.path_raw,
        _later.c.version > copy.c.version,
    )
    .exists()
)

# What was said of a file that was never read whole belongs to no content; `CaseReportSource.decisions` tells of it.
DECISIONS = select(decision).where(decision.c.content_id.is_not(None)).order_by(decision.c.content_id, decision.c.id)


def stream(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> Iterator[AnyRow]:
    """Rows as they come, a few thousand in memory at a time."""
    with connection.execute(wanted.execution_options(yield_per=_AT_ONCE)) as rows:
        yield from rows


class Merged:
    """Rows sorted by `content_id`, handed out per content to a caller that asks in rising order."""

    def __init__(self, rows: Iterator[AnyRow]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self._at = -1
        self._held: list[AnyRow] = []

    def take(self, number: int) -> Sequence[AnyRow]:
        if number == self._at:
            return self._held
        self._at, self._held = number, []
        while self._next is not None and self._next.content_id <= number:
            if self._next.content_id == number:
                self._held.append(self._next)
            self._next = next(self._rows, None)
        return self._held


# The plus keeps SQLite from looking up an analyzer's findings of the whole case where one content's are wanted.
_PLAIN_ANALYZER: ColumnElement[str] = literal_column("+finding.analyzer", Text)


def chosen(selection: ReportSelection) -> list[ColumnElement[bool]]:
    """Conditions for the findings that the report was asked for, in the whole case."""
    return _chosen(selection, finding.c.analyzer)


def inside(selection: ReportSelection, category: Category, content_id: int | None = None) -> list[ColumnElement[bool]]:
    """Conditions for the findings of a category; `content_id`: only those of one content."""
    analyzer: ColumnElement[Any] = finding.c.analyzer if content_id is None else _PLAIN_ANALYZER
    return [
        *_chosen(selection, analyzer),
        analyzer == category.analyzer,
        finding.c.grouping == category.group,
        finding.c.text.is_not(None) if category.text else finding.c.text.is_(None),
        *([] if content_id is None else [finding.c.content_id == content_id]),
    ]


def _chosen(selection: ReportSelection, analyzer: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, wanted in (
        (analyzer, selection.analyzers),
        (finding.c.label, selection.labels),
        (finding.c.grouping, selection.groups),
    ):
        if wanted is not None:
            conditions.append(column.in_(wanted))
    if selection.grades is not None:
        graded = select(item.c.content_id).where(item.c.content_id == finding.c.content_id)
        conditions.append(graded.where(item.c.grade.in_(selection.grades)).exists())
    if selection.min_score is None and not selection.min_scores:
        return conditions
    score = finding.c.score
    others = analyzer.not_in(list(selection.min_scores))
    enough: list[ColumnElement[bool]] = [
        score.is_(None),
        others if selection.min_score is None else and_(others, score >= selection.min_score),
        *(and_(analyzer == name, score >= least) for name, least in sorted(selection.min_scores.items())),
    ]
    return [*conditions, or_(false(), *enough)]


def finding_row(
    row: AnyRow, places: tuple[Place, ...], said: Sequence[AnyRow], known: Calibrations | None = None
) -> FindingRow:
    """A row of `FINDINGS` for the report. `said`: the decisions on its content; `known`: calibrations to apply."""
    attributes = plain_object(row.attributes)
    return FindingRow(
        sha256=row.sha256,
        size=row.size,
        mime=row.mime,
        places=places,
        analyzer=row.analyzer,
        label=row.label,
        group=row.grouping,
        score=row.score,
        region=None if row.x is None else Region(row.x, row.y, row.w, row.h),
        polygon=None if row.polygon is None else tuple((x, y) for x, y in json.loads(row.polygon)),
        start=row.start,
        end=row.end,
        frame=row.frame,
        page=row.page,
        text=row.text,
        config=row.hash,
        run=row.run_id,
        decisions=in_force(said, row.id) if said else Decisions(),
        attributes=known.applied(row.config_id, row.label, row.score, attributes) if known else attributes,
    )


def unique_places(rows: Iterable[AnyRow]) -> tuple[Place, ...]:
    """Each place once: a path whose content came back to what it was has several versions."""
    seen = {(row.source_id, bytes(row.path_raw)): row.path for row in rows}
    return tuple(Place(number, shown, raw) for (number, raw), shown in seen.items())


def in_force(rows: Sequence[AnyRow], finding_id: int | None) -> Decisions:
    """What holds of the content, and of that one finding of it, after withdrawals; later acts replace earlier ones."""
    withdrawn = {row.withdraws for row in rows if row.withdraws is not None}
    tags: dict[str, None] = {}
    notes: list[str] = []
    facts: dict[str, str] = {}
    for row in rows:
        if row.id in withdrawn or row.kind == "withdraw" or row.finding_id not in {None, finding_id}:
            continue
        if row.kind in {"grade", "verdict"}:
            told = (row.value, row.actor, row.at) if row.value else ("", "", "")  # empty: taken away again
            facts |= zip((row.kind, f"{row.kind}_by", f"{row.kind}_at"), told, strict=True)
        elif row.kind == "flag":
            facts["flag"] = row.value
        elif row.kind == "exclude" and row.problem_id is None:
            facts["excluded"] = row.value
        elif row.kind == "tag":
            tags[row.value] = None
        elif row.kind == "untag":
            tags.pop(row.value, None)
        elif row.kind == "note":
            notes.append(row.value)
    disputed = _disputed(row for row in rows if row.id not in withdrawn and row.finding_id in {None, finding_id})
    return Decisions(tags=tuple(tags), notes=tuple(notes), disputed=disputed, **facts)


def _disputed(rows: Iterable[AnyRow]) -> tuple[str, ...]:
    """Each person's last word on the grade, or on this finding, where these differ; as `core.case.items` has it."""
    last: dict[str, dict[str, AnyRow]] = {"grade": {}, "verdict": {}}
    for row in rows:
        if row.kind in last:
            last[row.kind].pop(row.actor, None)
            last[row.kind][row.actor] = row
    said: list[str] = []
    for kind in last.values():
        words = [row for row in kind.values() if row.value]
        if len({row.value for row in words}) > 1:
            said += [f"{row.value} ({row.actor}, {row.at})" for row in words]
    return tuple(said)


def last_component(path: str) -> str:
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] or path


def plain_object(text: str | None) -> Mapping[str, Any]:
    """Stored JSON as an object; whatever else it may be, or nothing, is an empty one."""
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
