"""A report is one folder: written beside its place under another name, moved there when it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.case.audit import AuditHead
from core.errors import ReportError
from core.records import canonical_json
from core.report.content import ImagePolicy, Integrity, Language, ReportSelection, ReportSource
from core.report.halves import half
from core.report.manifest import FILES, MANIFEST, SIGNATURE, Manifest, ManifestFile, digest
from core.report.pdf import write_pdf
from core.report.plan import ReportPlan
from core.report.remembered import RememberedSource
from core.report.signing import UNSIGNED_TEXT, Signer, signature_text
from core.report.tables import flush, write_tables

__all__ = ["ReportResult", "report_id", "write_report"]

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
    findings, outcomes = write_tables(source, folder, plan.selection, lambda share: say(_PDF_SHARE * share))
    write_pdf(source, folder / "report.pdf", plan, lambda share: say(_PDF_SHARE + share * (1 - _PDF_SHARE) * 0.95))
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


def _store(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        flush(file)


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
