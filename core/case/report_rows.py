"""How rows of a case become the records of a report: selection, places, decisions in force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from core.case.schema import config, content, decision, finding
from core.records import Region
from core.report.content import Decisions, FindingRow, Place, ReportSelection

__all__ = [
    "DECISIONS",
    "FINDINGS",
    "AnyRow",
    "Merged",
    "chosen",
    "finding_row",
    "in_force",
    "last_component",
    "plain_object",
    "unique_places",
]

AnyRow = Row[*tuple[Any, ...]]

# LEFT JOINs keep SQLite on the order of the first table's index; an inner join lets it start elsewhere and sort.
FINDINGS = select(finding, content.c.sha256, content.c.size, content.c.mime, config.c.hash).select_from(
    finding.outerjoin(content, content.c.id == finding.c.content_id).outerjoin(
        config, config.c.id == finding.c.config_id
    )
)
DECISIONS = select(decision).order_by(decision.c.content_id, decision.c.id)


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


def chosen(selection: ReportSelection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, wanted in (
        (finding.c.analyzer, selection.analyzers),
        (finding.c.label, selection.labels),
        (finding.c.grouping, selection.groups),
    ):
        if wanted is not None:
            conditions.append(column.in_(wanted))
    if selection.min_score is None and not selection.min_scores:
        return conditions
    score = finding.c.score
    others = finding.c.analyzer.not_in(list(selection.min_scores))
    enough: list[ColumnElement[bool]] = [
        score.is_(None),
        others if selection.min_score is None else and_(others, score >= selection.min_score),
        *(and_(finding.c.analyzer == name, score >= least) for name, least in sorted(selection.min_scores.items())),
    ]
    return [*conditions, or_(false(), *enough)]


def finding_row(row: AnyRow, places: tuple[Place, ...], said: Sequence[AnyRow]) -> FindingRow:
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
            facts |= {row.kind: row.value, f"{row.kind}_by": row.actor, f"{row.kind}_at": row.at}
        elif row.kind == "flag":
            facts["flag"] = row.value
        elif row.kind == "tag":
            tags[row.value] = None
        elif row.kind == "untag":
            tags.pop(row.value, None)
        elif row.kind == "note":
            notes.append(row.value)
    return Decisions(tags=tuple(tags), notes=tuple(notes), **facts)


def last_component(path: str) -> str:
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] or path


def plain_object(text: str | None) -> Mapping[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
