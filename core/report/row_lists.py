"""How a listed file, a decision and a problem are written: as CSV columns, a decision also as an exact JSON object."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from core.report.cells import Cell, cell
from core.report.records import DecisionRow, FileRow, Place, ProblemRow

__all__ = [
    "DECISION_COLUMNS",
    "FILE_COLUMNS",
    "PROBLEM_COLUMNS",
    "decision_cells",
    "decision_object",
    "file_cells",
    "problem_cells",
]

FILE_COLUMNS = (
    "source", "path", "path_hex", "version", "state", "size", "sha256", "sha1", "md5", "mime", "kind",
    "modified", "created", "extension_claims", "problem",
)  # fmt: skip
DECISION_COLUMNS = (
    "decision", "act", "kind", "value", "about", "sha256", "source", "path", "path_hex", "time",
    "finding_analyzer", "finding_label", "finding_score", "finding_start", "finding_config",
    "actor", "at", "withdrawn", "withdraws",
)  # fmt: skip
PROBLEM_COLUMNS = ("stage", "code", "message", "sha256", "source", "path", "path_hex", "at", "run")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def file_cells(row: FileRow) -> tuple[Cell, ...]:
    """`modified` and `created` in UTC to the nanosecond, as the file system had them."""
    return (
        *_place(row.place), row.version, row.state, row.size, row.sha256, row.sha1, row.md5, row.mime, row.kind,
        _moment(row.modified_ns), _moment(row.created_ns), row.mismatch, row.problem,
    )  # fmt: skip


def decision_cells(row: DecisionRow) -> tuple[Cell, ...]:
    return (
        row.number, row.act, row.kind, row.value, _about(row), row.sha256, *_place(row.place), row.time,
        row.finding_analyzer, row.finding_label, row.finding_score, row.finding_start, row.finding_config,
        row.actor, row.at, "yes" if row.withdrawn else "no", row.withdraws,
    )  # fmt: skip


def decision_object(row: DecisionRow) -> dict[str, Any]:
    """The exact record; null where there is nothing."""
    place = row.place
    finding = {
        "analyzer": row.finding_analyzer, "label": row.finding_label, "score": row.finding_score,
        "start": row.finding_start, "config": row.finding_config,
    }  # fmt: skip
    return {
        "decision": row.number,
        "act": row.act,
        "kind": row.kind,
        "value": row.value,
        "about": _about(row),
        "sha256": row.sha256 or None,
        "source": None if place is None else place.source,
        "path": None if place is None else place.raw.decode("utf-8", "backslashreplace"),
        "path_hex": None if place is None or _is_utf8(place.raw) else place.raw.hex(),
        "time": row.time,
        "finding": finding if row.finding_label else None,
        "actor": row.actor,
        "at": row.at,
        "withdrawn": row.withdrawn,
        "withdraws": row.withdraws,
    }


def problem_cells(row: ProblemRow) -> tuple[Cell, ...]:
    return (row.stage, row.code, row.message, row.sha256, *_place(row.place), row.at, row.run)


def _about(row: DecisionRow) -> str:
    if row.problem:
        return "problem"
    return "finding" if row.finding_label else "content"


def _place(place: Place | None) -> tuple[Cell, Cell, Cell]:
    """Source, path, and the bytes of the path in hexadecimal wherever the cell does not show them exactly."""
    if place is None:
        return (None, "", "")
    exact = _is_utf8(place.raw) and cell(place.shown) == place.raw.decode("utf-8")
    return (place.source, place.shown, "" if exact else place.raw.hex(" "))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _moment(nanoseconds: int | None) -> Cell:
    """ISO 8601, or the bare number where no calendar reaches."""
    if nanoseconds is None:
        return None
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except OverflowError:
        return f"{nanoseconds} ns"
