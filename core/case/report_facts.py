"""The facts and totals of a case, for its report: sources, runs, configurations, how far each of them got."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from core.case import sources as people
from core.case.calibrations import Calibration, Calibrations
from core.case.report_rows import IS_NEWEST, last_component, plain_object, stream
from core.case.schema import config, content, copy, decision, finding, outcome, run, run_config
from core.case.schema import source as source_table
from core.records import State
from core.report.content import (
    CalibrationFacts,
    ConfigFacts,
    Coverage,
    Difference,
    KindCount,
    ReasonCount,
    RunFacts,
    SourceFacts,
    Totals,
)

__all__ = ["configs", "coverage", "differences", "newest_configs", "reasons", "runs", "sources", "totals"]


def sources(connection: Connection) -> Sequence[SourceFacts]:
    """Every source with what is stated of it and how many of its files are in which state, oldest first."""
    states: dict[int, dict[str, int]] = defaultdict(dict)
    counted = select(copy.c.source_id, copy.c.state, func.count()).where(IS_NEWEST)
    for number, state, count in connection.execute(counted.group_by(copy.c.source_id, copy.c.state)):
        states[number][state] = count
    superseded = {
        row[0]: row[1]
        for row in connection.execute(
            select(copy.c.source_id, func.count()).where(~IS_NEWEST).group_by(copy.c.source_id)
        )
    }
    stated = people.provenance(connection)
    last = people.last_changes(connection)
    return [
        SourceFacts(
            id=row.id,
            kind=row.kind,
            name=last_component(row.path),
            added=row.added,
            listed=row.listed,
            copies=row.copies,
            bytes=row.bytes,
            states=states[row.id],
            superseded=superseded.get(row.id, 0),
            listing_sha256=_listing(connection, row.id),
            provenance=stated[row.id],
            stated_by=last[row.id].actor if row.id in last else "",
            stated_at=last[row.id].at if row.id in last else "",
        )
        for row in connection.execute(select(source_table).order_by(source_table.c.id)).all()
    ]


def _listing(connection: Connection, number: int) -> str:
    """SHA-256 over `<sha256>  <relative path>` + NUL for every copy read, sorted by the bytes of the path: what
    `find -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum` gives in the source."""
    hasher = hashlib.sha256()
    wanted = (
        select(content.c.sha256, copy.c.path_raw)
        .select_from(copy.join(content))
        .where(copy.c.source_id == number, IS_NEWEST)
        .order_by(copy.c.path_raw)
    )
    for sha256, raw in stream(connection, wanted):
        hasher.update(sha256.encode() + b"  " + bytes(raw) + b"\0")
    return hasher.hexdigest()


def runs(connection: Connection) -> Sequence[RunFacts]:
    """Every run, the first one first."""
    return [
        RunFacts(
            id=row.id,
            started=row.started,
            ended=row.ended,
            state=row.state,
            backend=row.backend,
            versions=plain_object(row.versions),
            settings=plain_object(row.settings),
            seconds=row.seconds,
        )
        for row in connection.execute(select(run).order_by(run.c.id))
    ]


def configs(connection: Connection) -> Sequence[ConfigFacts]:
    """Every configuration that was ever run, by analyzer, with its runs and the calibration that applies to it."""
    runs: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(select(run_config).order_by(run_config.c.run_id)):
        runs[row.config_id].append(row.run_id)
    known = Calibrations(connection)
    return [
        ConfigFacts(
            row.hash,
            row.analyzer,
            plain_object(row.json),
            plain_object(row.info),
            tuple(runs[row.id]),
            _calibrated(known.of(row.id)),
        )
        for row in connection.execute(select(config).order_by(config.c.analyzer, config.c.id))
    ]


def _calibrated(found: Calibration | None) -> CalibrationFacts | None:
    return None if found is None else CalibrationFacts(found.id, found.at, found.data)


def totals(connection: Connection) -> Totals:
    """How much there is in the case, whatever was selected for the report."""
    kinds = tuple(
        KindCount(row[0], row[1], row[2])
        for row in connection.execute(
            select(content.c.kind, func.count(), func.coalesce(func.sum(content.c.size), 0))
            .group_by(content.c.kind)
            .order_by(content.c.kind)
        )
    )
    read, referenced, mismatches = connection.execute(
        select(func.count(copy.c.content_id), func.count(copy.c.content_id.distinct()), func.count(copy.c.mismatch))
    ).one()
    return Totals(
        contents=sum(kind.contents for kind in kinds),
        bytes=sum(kind.bytes for kind in kinds),
        read_copies=read,
        referenced=referenced,
        mismatches=mismatches,
        kinds=kinds,
        findings=connection.execute(select(func.count()).select_from(finding)).scalar_one(),
        decisions=connection.execute(select(func.count()).select_from(decision)).scalar_one(),
    )


def coverage(connection: Connection) -> Sequence[Coverage]:
    """For each configuration how many contents ended how and how many are `open`; together all of the case."""
    contents = connection.execute(select(func.count()).select_from(content)).scalar_one()
    states: dict[int, dict[str, int]] = defaultdict(dict)
    work: dict[int, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    counted = select(
        outcome.c.config_id,
        outcome.c.state,
        func.count(),
        func.sum(outcome.c.samples),
        func.sum(outcome.c.milliseconds),
    ).group_by(outcome.c.config_id, outcome.c.state)
    for number, state, count, samples, milliseconds in connection.execute(counted):
        states[number][state] = count
        before = work[number]
        work[number] = (before[0] + samples, before[1] + milliseconds / 1000)
    newest = set(newest_configs(connection))
    return [
        Coverage(
            config=row.hash,
            analyzer=row.analyzer,
            states=states[row.id],
            open=contents - sum(states[row.id].values()),
            samples=work[row.id][0],
            seconds=work[row.id][1],
            newest=row.id in newest,
        )
        for row in connection.execute(select(config).order_by(config.c.analyzer, config.c.id))
    ]


def newest_configs(connection: Connection) -> list[int]:
    """The configuration that each analyzer was run with last."""
    last: dict[str, tuple[int, int]] = {}
    asked = select(config.c.analyzer, config.c.id, func.coalesce(func.max(run_config.c.run_id), 0)).select_from(
        config.outerjoin(run_config)
    )
    for analyzer, number, latest in connection.execute(asked.group_by(config.c.id)):
        last[analyzer] = max(last.get(analyzer, (-1, -1)), (latest, number))
    return sorted(number for _, number in last.values())


def reasons(connection: Connection) -> list[ReasonCount]:
    """Why contents are not simply done under the newest configurations, the most frequent reason first. Reasons of one
    code are counted together, under the wording that is met most."""
    count = func.count().label("count")
    counted = (
        select(config.c.analyzer, outcome.c.state, outcome.c.code, outcome.c.reason, count)
        .select_from(outcome.join(config))
        .where(outcome.c.config_id.in_(newest_configs(connection)))
        .where(or_(outcome.c.state != State.DONE.value, outcome.c.code != ""))
        .group_by(config.c.analyzer, outcome.c.state, outcome.c.code, outcome.c.reason)
        .order_by(count.desc(), outcome.c.reason)
    )
    found: dict[tuple[str, str, str], tuple[str, int]] = {}
    for analyzer, state, code, reason, number in connection.execute(counted):
        first, before = found.get((analyzer, state, code), (reason, 0))
        found[analyzer, state, code] = (first, before + number)
    rows = [ReasonCount(*key, reason, number) for key, (reason, number) in found.items()]
    return sorted(rows, key=lambda one: (-one.contents, one.analyzer, one.state, one.code))


def differences(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[Difference]:
    """Only contents that both configurations looked at are compared: what one never saw says nothing about it."""
    newest = set(newest_configs(connection))
    rows = connection.execute(select(config.c.id, config.c.analyzer, config.c.hash).order_by(config.c.id)).all()
    last = {row.analyzer: row.id for row in rows if row.id in newest}
    found: list[Difference] = []
    for row in rows:
        if row.id in newest:
            continue
        before, now = (_having(connection, one, other, conditions) for one, other in
                       ((row.id, last[row.analyzer]), (last[row.analyzer], row.id)))  # fmt: skip
        for label in sorted({*before, *now}):
            earlier, later = before.get(label, set()), now.get(label, set())
            both = len(earlier & later)
            found.append(Difference(row.analyzer, row.hash, label, both, len(earlier) - both, len(later) - both))
    return found


def _having(
    connection: Connection, number: int, other: int, conditions: Sequence[ColumnElement[bool]]
) -> dict[str, set[int]]:
    """Label → contents with such a finding of this configuration, among those that the other looked at, too."""
    looked = select(outcome.c.content_id).where(
        outcome.c.config_id == other,
        outcome.c.content_id == finding.c.content_id,
        outcome.c.state.in_([State.DONE.value, State.PARTIAL.value]),
    )
    wanted = (
        select(finding.c.label, finding.c.content_id)
        .distinct()
        .where(finding.c.config_id == number, looked.exists(), *conditions)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for label, content_id in stream(connection, wanted):
        found[label].add(content_id)
    return found
