"""What a report needs, read from the tables of a case: the implementation of `core.report.content.ReportSource`.

Large tables stream in the order of their index. Copies and decisions are merged in by content id, so that no more than
one content's rows are held at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from core.case import report_facts, report_lists, sources
from core.case.audit import AuditTrail
from core.case.calibrations import Calibrations
from core.case.report_masks import masks
from core.case.report_rows import (
    DECISIONS,
    FINDINGS,
    IS_NEWEST,
    AnyRow,
    Merged,
    chosen,
    finding_row,
    in_force,
    inside,
    stream,
    unique_places,
)
from core.case.schema import config, content, copy, decision, finding, media, meta, outcome, problem
from core.case.schema import source as source_table
from core.records import State
from core.report.content import (
    ActCount,
    CaseFacts,
    Category,
    ConfigFacts,
    ContentEntry,
    Coverage,
    Difference,
    LabelCount,
    PlaceDigest,
    ProblemCount,
    ReasonCount,
    ReportSelection,
    RunFacts,
    SourceFacts,
    Totals,
)
from core.report.records import DecisionRow, FileRow, FindingRow, OutcomeRow, Place, ProblemRow

__all__ = ["INTAKE", "NOT_ANALYSED", "CaseReportSource"]

INTAKE = "intake"
"""The `analyzer` of outcome rows about copies that were never read whole, in a case where none was run yet."""
NOT_ANALYSED = "not analysed"
"""The state of a content that has no outcome yet under the newest configuration of an analyzer."""

_CARRIES_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_PLACES_SHOWN = 6
_FINDINGS_SHOWN = 6
_LINES_SHOWN = 80


class CaseReportSource:
    """Reads one case through `connection`, best inside one transaction, so that all numbers are of one moment."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection = connection
        self.thumbnails = folder / "thumbnails"
        self._trail = AuditTrail(folder / "audit.jsonl")

    # -- facts ---------------------------------------------------------------------------------------------------

    def case(self) -> CaseFacts:
        known = {row.key: row.value for row in self._connection.execute(select(meta))}
        fields = ("case_id", "number", "name", "exhibit", "agency", "examiner", "requester", "authority", "created")
        return CaseFacts(**{name: known.get(name, "") for name in fields})

    def sources(self) -> Sequence[SourceFacts]:
        return report_facts.sources(self._connection)

    def runs(self) -> Sequence[RunFacts]:
        return report_facts.runs(self._connection)

    def configs(self) -> Sequence[ConfigFacts]:
        return report_facts.configs(self._connection)

    def totals(self) -> Totals:
        return report_facts.totals(self._connection)

    def coverage(self) -> Sequence[Coverage]:
        return report_facts.coverage(self._connection)

    # -- counts --------------------------------------------------------------------------------------------------

    def reasons(self) -> Sequence[ReasonCount]:
        return report_facts.reasons(self._connection)

    def differences(self, selection: ReportSelection) -> Sequence[Difference]:
        return report_facts.differences(self._connection, chosen(selection))

    def categories(self, selection: ReportSelection, *, newest: bool = False) -> Sequence[Category]:
        text = finding.c.text.is_not(None)
        only = [finding.c.config_id.in_(report_facts.newest_configs(self._connection))] if newest else []
        counted = (
            select(
                finding.c.analyzer, finding.c.grouping, text, func.count(), func.count(finding.c.content_id.distinct())
            )
            .where(*chosen(selection), *only)
            .group_by(finding.c.analyzer, finding.c.grouping, text)
            .order_by(finding.c.analyzer, finding.c.grouping, text)
        )
        return [Category(row[0], row[1], bool(row[2]), row[3], row[4]) for row in self._connection.execute(counted)]

    def labels(self, selection: ReportSelection) -> Sequence[LabelCount]:
        keys = (finding.c.analyzer, finding.c.grouping, finding.c.label)
        counted = (
            select(*keys, func.count(), func.count(finding.c.content_id.distinct()), func.max(finding.c.score))
            .where(*chosen(selection))
            .group_by(*keys)
            .order_by(*keys)
        )
        return [LabelCount(*row) for row in self._connection.execute(counted)]

    def count_findings(self, selection: ReportSelection) -> int:
        counted = select(func.count()).select_from(finding).where(*chosen(selection))
        return int(self._connection.execute(counted).scalar_one())

    # -- rows ----------------------------------------------------------------------------------------------------

    def findings(self, selection: ReportSelection) -> Iterator[FindingRow]:
        places, said, known = self._all_places(), self._all_decisions(), Calibrations(self._connection)
        wanted = FINDINGS.where(*chosen(selection)).order_by(finding.c.content_id, finding.c.config_id, finding.c.id)
        for row in stream(self._connection, wanted):
            yield finding_row(row, unique_places(places.take(row.content_id)), said.take(row.content_id), known)

    def outcomes(self, selection: ReportSelection) -> Iterator[OutcomeRow]:
        places = self._all_places()
        wanted = (
            select(outcome, content.c.sha256, content.c.mime, config.c.hash, config.c.analyzer)
            .select_from(
                outcome.outerjoin(content, content.c.id == outcome.c.content_id).outerjoin(
                    config, config.c.id == outcome.c.config_id
                )
            )
            .order_by(outcome.c.content_id, outcome.c.config_id)
        )
        if selection.analyzers is not None:
            wanted = wanted.where(config.c.analyzer.in_(selection.analyzers))
        if selection.states is not None:
            wanted = wanted.where(outcome.c.state.in_(selection.states))
        for row in stream(self._connection, wanted):
            yield OutcomeRow(
                row.sha256, unique_places(places.take(row.content_id)), row.mime, row.analyzer, row.state, row.code,
                row.reason, row.milliseconds, row.samples, row.hash, row.run_id,
            )  # fmt: skip
        yield from self._without_outcome(selection)
        yield from self._never_read(selection)

    def _without_outcome(self, selection: ReportSelection) -> Iterator[OutcomeRow]:
        """Contents that the newest configuration of an analyzer has not looked at: said, not left out."""
        if selection.states is not None and NOT_ANALYSED not in selection.states:
            return
        for number in report_facts.newest_configs(self._connection):
            name, key = self._connection.execute(
                select(config.c.analyzer, config.c.hash).where(config.c.id == number)
            ).one()
            if selection.analyzers is not None and name not in selection.analyzers:
                continue
            places = self._all_places()
            looked = select(outcome.c.content_id).where(
                outcome.c.content_id == content.c.id, outcome.c.config_id == number
            )
            for row in stream(self._connection, select(content).where(~looked.exists()).order_by(content.c.id)):
                yield OutcomeRow(
                    row.sha256, unique_places(places.take(row.id)), row.mime, name, NOT_ANALYSED, "no-outcome",
                    "No outcome is stored: the run was not finished.", None, None, key, None,
                )  # fmt: skip

    def _never_read(self, selection: ReportSelection) -> Iterator[OutcomeRow]:
        """A copy that could not be read has no hash, but it has an outcome for every analyzer all the same."""
        asked = (
            self._connection.execute(select(config.c.analyzer).distinct().order_by(config.c.analyzer)).scalars().all()
        )
        analyzers = [name for name in asked or [INTAKE] if selection.analyzers is None or name in selection.analyzers]
        wanted = select(copy).where(copy.c.content_id.is_(None), IS_NEWEST)
        for row in stream(self._connection, wanted.order_by(copy.c.source_id, copy.c.path_raw)):
            state = State.SKIPPED if row.state in {"link", "special"} else State.FAILED
            if selection.states is not None and state.value not in selection.states:
                continue
            place = Place(row.source_id, row.path, bytes(row.path_raw))
            for name in analyzers:
                yield OutcomeRow(
                    "", (place,), "", name, state.value, row.state, row.problem or f"not read: {row.state}",
                    None, None, "", None,
                )  # fmt: skip

    def top(self, selection: ReportSelection, category: Category, limit: int) -> Iterator[ContentEntry]:
        order: tuple[ColumnElement[Any], ...] = (finding.c.content_id,)
        if not category.text:
            order = (func.max(finding.c.score).desc().nulls_last(), finding.c.content_id)
        ranked = (
            select(finding.c.content_id)
            .where(*inside(selection, category))
            .group_by(finding.c.content_id)
            .order_by(*order)
        )
        for number in self._connection.execute(ranked.limit(limit)).scalars().all():
            yield self._entry(number, inside(selection, category, number), category.text)

    def _entry(self, number: int, here: Sequence[ColumnElement[bool]], text: bool) -> ContentEntry:
        facts = self._connection.execute(
            select(content, media.c.width, media.c.height, media.c.duration, media.c.taken)
            .select_from(content.outerjoin(media))
            .where(content.c.id == number)
        ).one()
        labels = self._labels(here)
        places, copies = self._places(number)
        said = self._connection.execute(DECISIONS.where(decision.c.content_id == number)).all()
        known = Calibrations(self._connection)
        return ContentEntry(
            sha256=facts.sha256,
            size=facts.size,
            mime=facts.mime,
            kind=facts.kind,
            width=facts.width,
            height=facts.height,
            duration=facts.duration,
            taken=facts.taken or "",
            places=places,
            copies=copies,
            findings=tuple(finding_row(row, (), said, known) for row in self._shown(here, text)),
            labels=labels,
            total=sum(count for _, count, _ in labels),
            decisions=in_force(said, None),
            zones=self._zones(facts.taken or "", number),
            masks=masks(self._connection, number),
        )

    def _labels(self, here: Sequence[ColumnElement[bool]]) -> tuple[tuple[str, int, float | None], ...]:
        """(label, how many findings, highest score), the highest first."""
        rows = self._connection.execute(
            select(finding.c.label, func.count(), func.max(finding.c.score))
            .where(*here)
            .group_by(finding.c.label)
            .order_by(func.max(finding.c.score).desc().nulls_last(), finding.c.label)
        )
        return tuple((row[0], row[1], row[2]) for row in rows)

    def _shown(self, here: Sequence[ColumnElement[bool]], text: bool) -> Iterable[AnyRow]:
        """The findings that a card shows."""
        order: tuple[ColumnElement[Any], ...] = (finding.c.score.desc().nulls_last(), finding.c.id)
        if text:  # what two configurations read stands one after the other, not line by line mixed
            order = (finding.c.config_id.desc(), finding.c.sample, finding.c.id)
        most = _LINES_SHOWN if text else _FINDINGS_SHOWN
        return self._connection.execute(FINDINGS.where(*here).order_by(*order).limit(most))

    def _places(self, number: int) -> tuple[tuple[Place, ...], int]:
        """The first places of a content, and how many copies there are."""
        where = copy.c.content_id == number
        rows = self._connection.execute(
            select(copy.c.source_id, copy.c.path, copy.c.path_raw)
            .where(where)
            .order_by(copy.c.source_id, copy.c.path_raw, copy.c.version)
            .limit(_PLACES_SHOWN)
        ).all()
        copies = self._connection.execute(select(func.count()).select_from(copy).where(where)).scalar_one()
        return unique_places(rows), copies

    def _zones(self, taken: str, number: int) -> tuple[str, ...]:
        """What its sources state of their time zone, where the camera's time carries none."""
        if not taken or _CARRIES_ZONE.search(taken):
            return ()
        stated = sources.provenance(self._connection)
        lies = select(copy.c.source_id).where(copy.c.content_id == number).distinct().order_by(copy.c.source_id)
        zones = (stated[source].time_zone for source in self._connection.execute(lies).scalars().all())
        return tuple(dict.fromkeys(zone for zone in zones if zone))

    def decisions(self, limit: int) -> Iterator[DecisionRow]:
        return report_lists.decisions(self._connection, limit)

    def all_decisions(self) -> Iterator[DecisionRow]:
        return report_lists.decisions(self._connection)

    def exclusions(self) -> Sequence[DecisionRow]:
        return report_lists.exclusions(self._connection)

    def acts(self, lines: int) -> Sequence[ActCount]:
        return [ActCount(*one) for one in self._trail.counted(lines)]

    def problem_counts(self) -> Sequence[ProblemCount]:
        count = func.count().label("count")
        counted = (
            select(problem.c.stage, problem.c.code, func.min(problem.c.message), count)
            .group_by(problem.c.stage, problem.c.code)
            .order_by(count.desc(), problem.c.stage, problem.c.code)
        )
        return [ProblemCount(*row) for row in self._connection.execute(counted)]

    def problems(self, limit: int | None = None) -> Iterator[ProblemRow]:
        return report_lists.problems(self._connection, limit)

    def files(self) -> Iterator[FileRow]:
        return report_lists.files(self._connection)

    def places(self) -> Iterator[PlaceDigest]:
        wanted = (
            select(
                copy.c.source_id,
                source_table.c.path_raw.label("root"),
                copy.c.path_raw,
                content.c.size,
                content.c.sha256,
            )
            .select_from(copy.join(source_table).join(content))
            .where(IS_NEWEST)
            .order_by(copy.c.source_id, copy.c.path_raw)
        )
        for row in stream(self._connection, wanted):
            yield PlaceDigest(row.source_id, bytes(row.root), bytes(row.path_raw), row.size, row.sha256)

    # -- streams -------------------------------------------------------------------------------------------------

    def _all_places(self) -> Merged:
        wanted = (
            select(copy.c.content_id, copy.c.source_id, copy.c.path, copy.c.path_raw)
            .where(copy.c.content_id.is_not(None))
            .order_by(copy.c.content_id, copy.c.source_id, copy.c.path_raw, copy.c.version)
        )
        return Merged(stream(self._connection, wanted))

    def _all_decisions(self) -> Merged:
        return Merged(stream(self._connection, DECISIONS))
