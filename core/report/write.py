"""A report is one folder: written beside its place under another name, moved there when it is whole."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from core.case.audit import AuditHead
from core.errors import ReportError
from core.records import canonical_json
from core.report.cells import Cell, cell
from core.report.content import ImagePolicy, Integrity, Language, ReportSelection, ReportSource
from core.report.halves import half
from core.report.manifest import FILES, MANIFEST, SIGNATURE, Manifest, ManifestFile, digest
from core.report.pdf import write_pdf
from core.report.plan import ReportPlan
from core.report.records import DecisionRow
from core.report.remembered import RememberedSource
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
from core.report.signing import UNSIGNED_TEXT, Signer, signature_text

__all__ = ["ReportResult", "report_id", "write_report"]

_EVERY = 500  # rows between two words about the progress
_PDF_SHARE = 0.5
_EVERYTHING = ReportSelection()


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What was written. `fingerprint` is empty for an unsigned report."""

    folder: Path
    report_id: str
    files: tuple[ManifestFile, ...]
    manifest_sha256: str
    findings: int
    outcomes: int
    fingerprint: str


def report_id(case_id: str, created: datetime, head: AuditHead) -> str:
    """The same inputs name the same report: `R-20261122-204612-1f0c9a3e`."""
    moment = created.astimezone(UTC)
    mixed = canonical_json([case_id, moment.isoformat(), head.seq, head.sha256])
    return f"R-{moment:%Y%m%d-%H%M%S}-{hashlib.sha256(mixed.encode()).hexdigest()[:8]}"


def write_report(
    source: ReportSource,
    out: Path,
    *,
    language: Language,
    audit_head: AuditHead,
    created: datetime,
    thumbnails: Path,
    software: str,
    images: ImagePolicy = "redacted",
    selection: ReportSelection = _EVERYTHING,
    signer: Signer | None = None,
    integrity: Mapping[int, Integrity] | None = None,
    progress: Callable[[float], None] | None = None,
) -> ReportResult:
    """Write report.pdf, the tables (`core.report.manifest.FILES`), manifest.json and manifest.sig into `out`.

    `created` is time-zone aware; with the same inputs the same bytes are written. `software` is name and version.
    `thumbnails` holds `<2>/<sha256>.jpg`. `integrity` (source id → result) is what re-reading the sources showed;
    sources that are not in it are printed as not checked. `progress` hears 0–1 and may raise to stop: then, as after
    any error, nothing of the report is left. Raises `ReportError` when `out` is not empty or cannot be written.
    """
    if created.tzinfo is None:
        raise ValueError("created has no time zone")
    source = RememberedSource(source)
    say = _rising(progress)
    plan = ReportPlan(
        report_id=report_id(source.case().case_id, created, audit_head),
        created=created.astimezone(UTC),
        language=language,
        images=images,
        selection=selection,
        software=software,
        audit_seq=audit_head.seq,
        audit_sha256=audit_head.sha256,
        fingerprint=signer.fingerprint if signer else "",
        thumbnails=thumbnails,
        integrity=dict(integrity or {}),
    )
    try:
        _prepare(out)
        with half(out) as (folder, whole):
            result = _write(source, folder, plan, signer, say)
            whole()
            _publish(folder, out)
    except OSError as error:
        raise ReportError(
            f"The report could not be written to {out}: {error.strerror or error}.",
            "Check free space and permissions there, or choose another folder; nothing was left half-written.",
        ) from error
    say(1.0)
    return ReportResult(out, *result)


def _rising(progress: Callable[[float], None] | None) -> Callable[[float], None]:
    """Progress that never falls: ReportLab counts a table that it splits more than once."""
    highest = -1.0

    def say(share: float) -> None:
        nonlocal highest
        if progress is not None and share > highest:
            highest = share
            progress(share)

    return say


def _write(
    source: ReportSource, folder: Path, plan: ReportPlan, signer: Signer | None, say: Callable[[float], None]
) -> tuple[str, tuple[ManifestFile, ...], str, int, int, str]:
    say(0.0)
    findings = _write_findings(source, folder, plan.selection, lambda share: say(share * 0.3))
    outcomes = _write_outcomes(source, folder, plan.selection, say)
    _write_sources(source, folder)
    _write_lists(source, folder)
    write_pdf(source, folder / FILES[0], plan, lambda share: say(_PDF_SHARE + share * (1 - _PDF_SHARE) * 0.95))
    files = tuple(ManifestFile(name, *digest(folder / name)) for name in FILES)
    manifest = Manifest(_facts(source, plan), files, signer.public_key if signer else None).encoded()
    _store(folder / MANIFEST, manifest)
    _store(folder / SIGNATURE, (signature_text(signer.sign(manifest)) if signer else UNSIGNED_TEXT).encode())
    return (plan.report_id, files, hashlib.sha256(manifest).hexdigest(), findings, outcomes, plan.fingerprint)


def _facts(source: ReportSource, plan: ReportPlan) -> dict[str, Any]:
    case = source.case()
    return {
        "report_id": plan.report_id,
        "case_id": case.case_id,
        "case_number": case.number,
        "created": plan.created.isoformat(timespec="seconds"),
        "software": plan.software,
        "language": plan.language,
        "images": plan.images,
        "selection": plan.selection.as_json(),
        "audit_head": {"seq": plan.audit_seq, "sha256": plan.audit_sha256},
    }


def _write_findings(
    source: ReportSource, folder: Path, selection: ReportSelection, say: Callable[[float], None]
) -> int:
    """findings.csv and findings.jsonl in one pass, so that they cannot differ."""
    expected = max(1, source.count_findings(selection))
    count = 0
    with (
        (folder / FILES[1]).open("w", encoding="utf-8-sig", newline="") as table,
        (folder / FILES[3]).open("w", encoding="utf-8", newline="\n") as lines,
    ):
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(FINDING_COLUMNS)
        for count, row in enumerate(source.findings(selection), 1):
            rows.writerow(_safe(finding_cells(row)))
            lines.write(json_line(finding_object(row)) + "\n")
            if count % _EVERY == 0:
                say(min(1.0, count / expected))
        _flush(table, lines)
    return count


def _write_outcomes(
    source: ReportSource, folder: Path, selection: ReportSelection, say: Callable[[float], None]
) -> int:
    count = 0
    with (folder / FILES[2]).open("w", encoding="utf-8-sig", newline="") as table:
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(OUTCOME_COLUMNS)
        for count, row in enumerate(source.outcomes(selection), 1):
            rows.writerow(_safe(outcome_cells(row)))
            if count % _EVERY == 0:
                say(0.3 + 0.2 * count / (count + 20_000))  # their number is not known beforehand
        _flush(table)
    return count


def _write_sources(source: ReportSource, folder: Path) -> None:
    """sources.csv and sources.jsonl: what is known of each source that the other tables name by number."""
    with (
        (folder / FILES[4]).open("w", encoding="utf-8-sig", newline="") as table,
        (folder / FILES[5]).open("w", encoding="utf-8", newline="\n") as lines,
    ):
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow(SOURCE_COLUMNS)
        for one in source.sources():
            rows.writerow(_safe(source_cells(one)))
            lines.write(json_line(source_object(one)) + "\n")
        _flush(table, lines)


def _write_lists(source: ReportSource, folder: Path) -> None:
    """files.csv, decisions.csv with decisions.jsonl, problems.csv: the whole case, whatever was selected."""
    _table(folder / FILES[6], FILE_COLUMNS, map(file_cells, source.files()))
    with (folder / FILES[8]).open("w", encoding="utf-8", newline="\n") as lines:
        _table(folder / FILES[7], DECISION_COLUMNS, _written(source.all_decisions(), lines))
        _flush(lines)
    _table(folder / FILES[9], PROBLEM_COLUMNS, map(problem_cells, source.problems()))


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
        _flush(table)


def _safe(values: Iterable[Cell]) -> list[Cell]:
    return [cell(value) for value in values]


def _flush(*files: Any) -> None:
    for file in files:
        file.flush()
        os.fsync(file.fileno())


def _store(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        _flush(file)


def _prepare(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ReportError(
            f"{out} is there already and not empty, so no report was written.",
            "Choose a new folder: reports are never overwritten.",
        )
    out.parent.mkdir(parents=True, exist_ok=True)


def _publish(folder: Path, out: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        out.rmdir()  # Windows does not rename over an empty folder
    folder.rename(out)
    if os.name == "posix":  # the new name itself must be on the disk, too
        descriptor = os.open(out.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
