"""`report` and `verify`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
from rich.markup import escape

from app.cli.output import console, errors, print_json
from core.case.audit import AuditTrail, now
from core.case.case import Case
from core.case.queries import FindingFilter, refuse_unknown
from core.case.report_source import CaseReportSource
from core.case.runs import Runs
from core.errors import UsageError, VerificationFailed
from core.evidence.integrity import Registered, reread
from core.evidence.naming import shown
from core.evidence.overlap import check_outside
from core.pipeline.plan import versions
from core.report.content import ImagePolicy, Integrity, Language, ReportSelection
from core.report.signing import Signer, public_path
from core.report.verify import Verification, verify
from core.report.write import ReportResult, write_report

__all__ = ["default_key", "report", "verify_report"]

PASSPHRASE = "ASSERVAT_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable


def default_key() -> Path:
    """The examiner's signing key: outside every case, in the user's own data folder."""
    return Path(platformdirs.user_data_dir("asservat", appauthor=False)) / "signing-key.pem"


def report(
    folder: Path,
    out: Path,
    *,
    images: ImagePolicy,
    language: Language,
    analyzers: tuple[str, ...],
    min_score: float | None,
    check_sources: bool,
    unsigned: bool,
    key: Path | None,
    as_json: bool,
) -> None:
    path = key or default_key()
    _outside_the_evidence(folder, out, *([key] if key else []))
    if unsigned and key:
        raise UsageError("--unsigned and --key exclude each other.", "Choose one.")
    signer = None if unsigned else Signer.open(path, os.environ.get(PASSPHRASE))
    selection = ReportSelection(analyzers=analyzers or None, min_score=min_score)
    with Case.open(folder) as case, case.reading() as connection:
        case.check_writable()
        refuse_unknown(connection, FindingFilter(analyzers))
        source = CaseReportSource(connection, case.folder)
        integrity = _integrity(source) if check_sources else None
        created = datetime.now(UTC)
        told = {"images": images, "language": language, "selection": selection.as_json()}
        head = case.audit.append("report", out.name, folder=shown(str(out.absolute().parent)), **told)
        written = write_report(
            source,
            out,
            language=language,
            audit_head=head,
            created=created,
            thumbnails=case.thumbnails,
            software=f"Asservat {versions().get('asservat', '0.1.0')}",
            images=images,
            selection=selection,
            signer=signer,
            integrity=integrity,
        )
        case.audit.append("report written", written.report_id, manifest_sha256=written.manifest_sha256)
    _tell(written, path if signer else None, integrity, as_json=as_json)


def _outside_the_evidence(folder: Path, *places: Path) -> None:
    with Case.open(folder) as case:
        for source in Runs(case).sources():
            for place in places:
                check_outside(place, source.path)


def _integrity(source: CaseReportSource) -> dict[int, Integrity]:
    """Read the evidence again; slow, and the only way to say `verified`."""
    copies = (Registered(place.source, place.root, place.path, place.sha256) for place in source.places())
    states = reread(copies, max(1, os.cpu_count() or 1))
    found: dict[int, Integrity] = {}
    for number, state in states.items():
        result = "verified"
        if state.checked and state.missing == state.checked:
            result = "unavailable"
        elif state.changed or state.missing:
            result = "changed"
        found[number] = Integrity(
            result,  # type: ignore[arg-type] # one of the literals above
            checked=state.checked,
            changed=state.changed,
            missing=state.missing,
            at=now(),
        )
    return found


def _tell(written: ReportResult, key: Path | None, integrity: Mapping[int, Integrity] | None, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "report": written.report_id,
                "folder": str(written.folder),
                "files": [file.path for file in written.files],
                "manifest_sha256": written.manifest_sha256,
                "findings": written.findings,
                "outcomes": written.outcomes,
                "signed": bool(written.fingerprint),
                "fingerprint": written.fingerprint,
                "sources": None if integrity is None else {number: asdict(one) for number, one in integrity.items()},
            }
        )
        return
    for number, one in (integrity or {}).items():
        told = f"{one.checked} files read again, {one.changed} differ, {one.missing} could not be read"
        console.print(f"Source {number}: {one.result} ({told}).", soft_wrap=True)
    console.print(f"Report {written.report_id} is in {escape(str(written.folder))}:", soft_wrap=True)
    for file in written.files:
        console.print(f"  {file.path}  {file.bytes} bytes  SHA-256 {file.sha256}", soft_wrap=True)
    if key is None:
        errors.print("[yellow]The report is UNSIGNED.[/]")
    else:
        console.print(f"Signed with key {written.fingerprint}.", soft_wrap=True)
        console.print(f"Give {escape(str(public_path(key)))} to whoever verifies it.", soft_wrap=True)


def verify_report(folder: Path, key: Path | None, case: Path | None = None, *, as_json: bool) -> None:
    """With `case` also against its audit trail. Raises `VerificationFailed` (exit code 4) when something does not
    hold."""
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name a report folder.")
    if case is not None and not (case / "audit.jsonl").is_file():
        raise UsageError(f"There is no audit trail in {case}.", "Name a case folder.")
    result = verify(folder, key, AuditTrail(case / "audit.jsonl") if case is not None else None)
    _tell_checks(result, as_json=as_json)
    _refuse_broken(result)


def _tell_checks(result: Verification, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "ok": result.ok,
                "intact": result.intact,
                "signed": result.signed,
                "report": result.report_id,
                "fingerprint": result.fingerprint,
                "checks": [{"name": one.name, "ok": one.ok, "sentence": one.sentence} for one in result.checks],
            }
        )
        sys.stdout.flush()
        return
    for one in result.checks:
        mark = "[green]holds[/]" if one.ok else "[red]DOES NOT HOLD[/]"
        console.print(f"{mark}  {escape(one.name)}: {escape(one.sentence)}", soft_wrap=True)


def _refuse_broken(result: Verification) -> None:
    """Raise what is worst of what does not hold: no manifest, other files, another trail, another signature."""
    if not result.checks[0].ok:  # the manifest: without it nothing else could be looked at
        raise VerificationFailed(
            "This folder has no manifest that could be relied on, so nothing in it can be verified.",
            "Name the folder of a report; if it is one, do not rely on it, and get it again.",
        )
    if not result.intact:
        raise VerificationFailed("The report does not match what was signed.", "Do not rely on it; get it again.")
    trail = [one for one in result.checks if one.name.startswith("trail:")]
    if not result.ok and not all(one.ok for one in trail):
        raise VerificationFailed(
            "The report does not fit the audit trail of the case.",
            "Keep both as they are, and find out which of them was changed.",
        )
    if not result.ok:
        raise VerificationFailed(
            "The files match their manifest, but its signature does not hold or is not of that key.",
            "Anybody could have written this report; ask its author for a signed one and for the key.",
        )
