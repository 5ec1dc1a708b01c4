"""The lists of a report that stream: every listed file, every decision as it was recorded, every problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from core.case.report_rows import AnyRow, stream
from core.case.schema import config, content, copy, decision, finding, problem
from core.report.records import DecisionRow, FileRow, Place, ProblemRow

__all__ = ["decisions", "exclusions", "files", "problems"]

_withdrawal = decision.alias("withdrawal")
_WITHDRAWN = select(_withdrawal.c.id).where(_withdrawal.c.withdraws == decision.c.id).exists()


def _first(number: ColumnElement[int]) -> ScalarSelect[int]:
    """The copy of a content that is named: the first by source and path, as everywhere in the report."""
    here = copy.alias("here")
    wanted = select(here.c.id).where(here.c.content_id == number)
    return wanted.order_by(here.c.source_id, here.c.path_raw, here.c.version).limit(1).scalar_subquery()


_ROWS = (
    select(
        decision, content.c.sha256, finding.c.label, finding.c.analyzer, finding.c.score, finding.c.start,
        config.c.hash, copy.c.source_id, copy.c.path, copy.c.path_raw, _WITHDRAWN.label("withdrawn"),
    )
    .select_from(
        decision.outerjoin(content, content.c.id == decision.c.content_id)
        .outerjoin(finding, finding.c.id == decision.c.finding_id)
        .outerjoin(config, config.c.id == finding.c.config_id)
        .outerjoin(problem, problem.c.id == decision.c.problem_id)
        .outerjoin(copy, copy.c.id == func.coalesce(problem.c.copy_id, _first(decision.c.content_id)))
    )
    .order_by(decision.c.id)
)  # fmt: skip


def decisions(connection: Connection, newest: int | None = None) -> Iterator[DecisionRow]:
    """In the order they were made; all, or the `newest` so many."""
    wanted = _ROWS
    if newest is not None:
        wanted = wanted.where(decision.c.id.in_(select(decision.c.id).order_by(decision.c.id.desc()).limit(newest)))
    return map(_row, stream(connection, wanted))


def exclusions(connection: Connection) -> Sequence[DecisionRow]:
    """The newest word on each content or problem, where it is a reason to leave it out."""
    newest: dict[tuple[int | None, int | None], AnyRow] = {}
    for row in connection.execute(_ROWS.where(decision.c.kind == "exclude", ~_WITHDRAWN)):
        newest[row.content_id if row.problem_id is None else None, row.problem_id] = row
    return [_row(row) for row in newest.values() if row.value]


def _row(row: AnyRow) -> DecisionRow:
    return DecisionRow(
        sha256=row.sha256 or "",
        place=_place(row),
        kind=row.kind,
        value=row.value,
        actor=row.actor,
        at=row.at,
        finding_label=row.label or "",
        withdrawn=bool(row.withdrawn),
        number=row.id,
        act=row.act_id,
        time=row.time,
        withdraws=row.withdraws,
        problem=row.problem_id is not None,
        finding_analyzer=row.analyzer or "",
        finding_config=row.hash or "",
        finding_score=row.score,
        finding_start=row.start,
    )


def problems(connection: Connection, limit: int | None = None) -> Iterator[ProblemRow]:
    """In the order in which they were noted; all, or the first so many."""
    wanted = (
        select(problem, content.c.sha256, copy.c.source_id.label("source"), copy.c.path, copy.c.path_raw)
        .select_from(
            problem.outerjoin(content, content.c.id == problem.c.content_id).outerjoin(
                copy, copy.c.id == func.coalesce(problem.c.copy_id, _first(problem.c.content_id))
            )
        )
        .order_by(problem.c.id)
        .limit(limit)
    )
    for row in stream(connection, wanted):
        place = None if row.path_raw is None else Place(row.source, row.path, bytes(row.path_raw))
        yield ProblemRow(row.stage, row.code, row.message, row.sha256 or "", place, row.at, row.run_id)


def files(connection: Connection) -> Iterator[FileRow]:
    """By source and path, earlier versions of a path before later ones."""
    known = (content.c.sha256, content.c.sha1, content.c.md5, content.c.mime, content.c.kind)
    wanted = (
        select(copy, content.c.size.label("bytes"), *known)
        .select_from(copy.outerjoin(content, content.c.id == copy.c.content_id))
        .order_by(copy.c.source_id, copy.c.path_raw, copy.c.version)
    )
    for row in stream(connection, wanted):
        yield FileRow(
            place=Place(row.source_id, row.path, bytes(row.path_raw)),
            version=row.version,
            state=row.state,
            size=row.size if row.bytes is None else row.bytes,
            sha256=row.sha256 or "",
            sha1=row.sha1 or "",
            md5=row.md5 or "",
            mime=row.mime or "",
            kind=row.kind or "",
            modified_ns=row.modified_ns,
            created_ns=row.created_ns,
            mismatch=row.mismatch or "",
            problem=row.problem or "",
        )


def _place(row: AnyRow) -> Place | None:
    return None if row.path_raw is None else Place(row.source_id, row.path, bytes(row.path_raw))
