"""The tables of a report: every file of it beside the PDF.

A new table has its columns and cells in `core.report.rows` (what was selected) or `core.report.row_lists` (the whole
case), its rows from `core.report.content.ReportSource`, its name in `core.report.manifest.FILES`, and is written here.
Reports of older versions have to verify still: what they hold stands in `FILES_BEFORE`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TextIO

from core.report.cells import Cell, cell
from core.report.content import ReportSelection, ReportSource
from core.report.records import DecisionRow
from core.report.row_lists import (
    DECISION_COLUMNS,
    FILE_COLUMNS,
    PROBLEM_COLUMNS,
    decision_cells,
    decision_object,
    file_cells,
    problem_cells,
)
from core.report.rows import (
    FINDING_COLUMNS,
    OUTCOME_COLUMNS,
    SOURCE_COLUMNS,
    finding_cells,
    finding_object,
    json_line,
    outcome_cells,
    source_cells,
    source_object,
)

__all__ = ["flush", "write_tables"]

_EVERY = 500  # rows between two words about the progress
_FINDINGS_SHARE = 0.6


def write_tables(
    source: ReportSource, folder: Path, selection: ReportSelection, say: Callable[[float], None]
) -> tuple[int, int]:
    """Write all of them into `folder`. `say` hears 0–1. Returns how many findings and how many outcomes."""
    findings = _findings(source, folder, selection, say)
    outcomes = _outcomes(source, folder, selection, say)
    _sources(source, folder)
    _lists(source, folder)
    return findings, outcomes


def _findings(source: ReportSource, folder: Path, selection: ReportSelection, say: Callable[[float], None]) -> int:
    """findings.csv and findings.jsonl in one pass, so that they cannot differ."""
    expected = max(1, source.count_findings(selection))
    count = 0
    with (
        (folder / "findings.csv").open("w", encoding="utf-8-sig", newline="") as table,
        (folder / "findings.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
    ):
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(FINDING_COLUMNS)
        for count, row in enumerate(source.findings(selection), 1):
            rows.writerow(_safe(finding_cells(row)))
            lines.write(json_line(finding_object(row)) + "\n")
            if count % _EVERY == 0:
                say(_FINDINGS_SHARE * min(1.0, count / expected))
        flush(table, lines)
    return count


def _outcomes(source: ReportSource, folder: Path, selection: ReportSelection, say: Callable[[float], None]) -> int:
    count = 0
    with (folder / "outcomes.csv").open("w", encoding="utf-8-sig", newline="") as table:
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(OUTCOME_COLUMNS)
        for count, row in enumerate(source.outcomes(selection), 1):
            rows.writerow(_safe(outcome_cells(row)))
            if count % _EVERY == 0:
                of_all = count / (count + 20_000)  # their number is not known beforehand
                say(_FINDINGS_SHARE + (1 - _FINDINGS_SHARE) * of_all)
        flush(table)
    return count


def _sources(source: ReportSource, folder: Path) -> None:
    """sources.csv and sources.jsonl: what is known of each source that the other tables name by number."""
    with (
        (folder / "sources.csv").open("w", encoding="utf-8-sig", newline="") as table,
        (folder / "sources.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
    ):
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(SOURCE_COLUMNS)
        for one in source.sources():
            rows.writerow(_safe(source_cells(one)))
            lines.write(json_line(source_object(one)) + "\n")
        flush(table, lines)


def _lists(source: ReportSource, folder: Path) -> None:
    """files.csv, decisions.csv with decisions.jsonl, problems.csv: the whole case, whatever was selected."""
    _table(folder / "files.csv", FILE_COLUMNS, map(file_cells, source.files()))
    with (folder / "decisions.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        _table(folder / "decisions.csv", DECISION_COLUMNS, _written(source.all_decisions(), lines))
        flush(lines)
    _table(folder / "problems.csv", PROBLEM_COLUMNS, map(problem_cells, source.problems()))


def _written(decisions: Iterable[DecisionRow], lines: TextIO) -> Iterator[tuple[Cell, ...]]:
    """Each decision as a line of JSON on its way into the table, so that the two cannot differ."""
    for row in decisions:
        lines.write(json_line(decision_object(row)) + "\n")
        yield decision_cells(row)


def _table(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as table:
        written = csv.writer(table, lineterminator="\r\n")
        written.writerow(columns)
        written.writerows(_safe(row) for row in rows)
        flush(table)


def _safe(values: Iterable[Cell]) -> list[Cell]:
    return [cell(value) for value in values]


def flush(*files: IO[Any]) -> None:
    """Bring what was written to the disk."""
    for file in files:
        file.flush()
        os.fsync(file.fileno())
