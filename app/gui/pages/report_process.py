"""Writing a report, or a few pages of it to look at, in a process of its own: the window never waits for a page.

Knows no Qt, because the process imports it. The audit trail is written by the desk before and after, not here.
"""

from __future__ import annotations

import io
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from core.case.audit import AuditHead, now
from core.case.case import Case
from core.case.report_source import CaseReportSource
from core.control import Control
from core.errors import AsservatError, ReportError
from core.evidence.integrity import Registered, reread
from core.pipeline.plan import versions
from core.report.content import ImagePolicy, Integrity, IntegrityResult, Language, ReportSelection
from core.report.pdf import draw_pdf
from core.report.plan import ReportPlan
from core.report.remembered import RememberedSource
from core.report.signing import Signer, fingerprint, load_public_key, public_path
from core.report.write import ReportResult, write_report

__all__ = ["ReportWish", "preview", "write"]

SHOWN_PER_CATEGORY = 3
SHOWN_ROWS = 12
LISTEN = 0.2  # seconds between two looks at whether to stop


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What the examiner chose. `key` None: unsigned. `check_sources`: hash the evidence again, which can take long."""

    case: Path
    language: Language
    images: ImagePolicy
    selection: ReportSelection
    key: Path | None = None
    passphrase: str = ""
    check_sources: bool = False


def preview(wish: ReportWish, control: Control) -> bytes:
    """A shortened PDF. It holds case data and so never lies on a disk: the process draws it into memory and sends it.
    Raises `ReportError`, `Stopped`."""
    drawn = _in_child(_draw_preview, (wish,), control, lambda _share: None, kept=False)
    assert isinstance(drawn, bytes)
    return drawn


def write(
    wish: ReportWish, out: Path, head: AuditHead, control: Control, progress: Callable[[float], None]
) -> ReportResult:
    """The whole report into `out`; `head` is where the audit trail stands. Raises `ReportError`, `Stopped`."""
    result = _in_child(_write_report, (wish, out, head), control, progress)
    assert isinstance(result, ReportResult)
    return result


def _in_child(
    work: Callable[..., None],
    arguments: tuple[object, ...],
    control: Control,
    progress: Callable[[float], None],
    *,
    kept: bool = True,
) -> object:
    """Run `work(*arguments, pipe)` in a fresh process; it sends floats while it works, then a result or an error.
    `kept`: quitting the program waits for it; else it ends with the program."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(*arguments, sender), name="report", daemon=not kept)
    process.start()
    sender.close()
    try:
        while True:
            while not receiver.poll(LISTEN):
                control.checkpoint()
            said = receiver.recv()
            if isinstance(said, float):
                progress(said)
            elif isinstance(said, AsservatError):
                raise said
            else:
                return said
    except EOFError as error:
        raise ReportError("The report process ended early.", "Try again; the health page shows free memory.") from error
    finally:
        receiver.close()
        if control.cancelled:
            process.terminate()
        process.join()


def _draw_preview(wish: ReportWish, pipe: Pipe) -> None:
    def work() -> object:
        with Case.open(wish.case, readonly=True) as case, case.reading() as connection:
            source = CaseReportSource(connection, case.folder)
            head = case.audit.head()
            plan = ReportPlan(
                report_id="R-PREVIEW",
                created=datetime.now(UTC),
                language=wish.language,
                images=wish.images,
                selection=wish.selection,
                software=_software(),
                audit_seq=head.seq,
                audit_sha256=head.sha256,
                fingerprint=_fingerprint(wish.key),
                thumbnails=case.thumbnails,
                per_category=SHOWN_PER_CATEGORY,
                rows=SHOWN_ROWS,
            )
            pages = io.BytesIO()
            draw_pdf(RememberedSource(source), pages, plan, lambda _share: None)
            return pages.getvalue()

    _tell(pipe, work)


def _fingerprint(key: Path | None) -> str:
    """Of the key that the report would be signed with. None is opened or made for a preview: what is not known yet is
    "…"."""
    if key is None:
        return ""
    try:
        return fingerprint(load_public_key(public_path(key)))
    except (AsservatError, OSError):
        return "…"


def _write_report(wish: ReportWish, out: Path, head: AuditHead, pipe: Pipe) -> None:
    def work() -> object:
        signer = Signer.open(wish.key, wish.passphrase or None) if wish.key else None
        with Case.open(wish.case, readonly=True) as case, case.reading() as connection:
            source = CaseReportSource(connection, case.folder)
            return write_report(
                source,
                out,
                language=wish.language,
                audit_head=head,
                created=datetime.now(UTC),
                thumbnails=case.thumbnails,
                software=_software(),
                images=wish.images,
                selection=wish.selection,
                signer=signer,
                integrity=_integrity(source) if wish.check_sources else None,
                progress=lambda share: pipe.send(float(share)),
            )

    _tell(pipe, work)


def _tell(pipe: Pipe, work: Callable[[], object]) -> None:
    try:
        pipe.send(work())
    except AsservatError as error:
        pipe.send(error)
    except Exception as error:  # noqa: BLE001 - this is a process: what is not sent is lost
        pipe.send(ReportError(f"The report could not be written ({type(error).__name__}: {error}).", "Try again."))
    finally:
        pipe.close()


def _integrity(source: CaseReportSource) -> dict[int, Integrity]:
    """Read the evidence again and compare: the only way to say `verified`."""
    copies = (Registered(place.source, place.root, place.path, place.sha256) for place in source.places())
    found: dict[int, Integrity] = {}
    for number, state in reread(copies, max(1, os.cpu_count() or 1)).items():
        result: IntegrityResult = "verified"
        if state.checked and state.missing == state.checked:
            result = "unavailable"
        elif state.changed or state.missing:
            result = "changed"
        found[number] = Integrity(result, checked=state.checked, changed=state.changed, missing=state.missing, at=now())
    return found


def _software() -> str:
    return f"Asservat {versions().get('asservat', '0.1.0')}"
