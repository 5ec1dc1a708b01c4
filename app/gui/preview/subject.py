"""The item that is looked at: what the case knows of it, in the shape the preview needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.gui.columns import group_title, percent
from app.gui.labels import label_text
from app.gui.preview.marks import Mark, colour_role
from app.gui.preview.timeline import Tick
from core.decode.jobs import DecodeJob
from core.records import MediaKind, Region
from core.settings import SamplingPolicy

if TYPE_CHECKING:
    from core.case.details import Details, FindingFacts
    from core.report.content import RunFacts

__all__ = ["SENSITIVE_GROUPS", "Subject", "caption", "label_text", "load", "summary"]

SENSITIVE_GROUPS = ("explicit", "nude", "suggestive")
_COVERED = (*SENSITIVE_GROUPS, "restraint")
"""What is shown covered first: looking at it costs."""
_NEAR = 2.05  # seconds: an indicator holds until the next sample could have been taken
_POLICY = SamplingPolicy()


@dataclass(frozen=True, slots=True)
class Subject:
    """One content and everything that is said about it. `findings` are those of the newest configurations; `looked`:
    somebody has looked for indicators in it."""

    details: Details
    jobs: tuple[DecodeJob, ...]
    findings: tuple[FindingFacts, ...]
    runs: dict[int, RunFacts]
    looked: bool = True

    @property
    def content(self) -> int:
        return self.details.id

    @property
    def name(self) -> str:
        """The name of the first copy, safe to show."""
        copies = self.details.copies
        return copies[0].path.rpartition("/")[2] if copies else self.details.sha256[:12]

    @property
    def kind(self) -> Literal["image", "video", "audio", "other"]:
        kind = self.details.kind
        return kind if kind in ("image", "video", "audio") else "other"  # type: ignore[return-value]  # narrowed by `in`, which mypy does not see

    @property
    def duration(self) -> float:
        return float(self.details.media.get("duration") or 0.0)

    @property
    def analysed(self) -> bool:
        """Something has looked at the pixels, at least in part."""
        return any(outcome.newest and outcome.state in ("done", "partial") for outcome in self.details.outcomes)

    @property
    def sensitive(self) -> bool:
        """It has indicators, or nobody has looked for them: other steps, and one that failed, say nothing of them."""
        return not self.looked or any(one.group in _COVERED for one in self.findings)

    def finding(self, wanted: int | None) -> FindingFacts | None:
        """The finding with this id, where the item has it."""
        return next((one for one in self.findings if one.id == wanted), None)

    @property
    def texts(self) -> tuple[FindingFacts, ...]:
        """Recognised text in reading order."""
        return tuple(one for one in self.findings if one.text and one.analyzer != "speech")

    @property
    def spoken(self) -> tuple[FindingFacts, ...]:
        """What is said, in the order of time, a translation behind its original; where nothing was written down, the
        stretches in which somebody speaks."""
        heard = [one for one in self.findings if one.analyzer == "speech"]
        lines = [one for one in heard if one.text] or heard
        return tuple(sorted(lines, key=lambda one: (one.start or 0.0, one.label == "translation", one.id)))

    def masks(self, time: float | None, page: int | None) -> tuple[Region, ...] | None:
        """Regions of bodies at this place; None: nobody has looked for them, so nothing can be covered."""
        if not any(one.newest and one.analyzer == "nsfw" and one.state == "done" for one in self.details.outcomes):
            return None
        here = [one for one in self.findings if one.group in SENSITIVE_GROUPS and _is_at(one, time, page, _NEAR)]
        if here and all(one.region is None for one in here):  # said of the whole picture, and nobody knows where
            return (Region(0, 0, 1, 1),)
        return tuple(
            one.region
            for one in self.findings
            if one.region is not None and one.analyzer in ("nsfw", "faces") and _is_at(one, time, page, _NEAR)
        )

    def shown_at(
        self, time: float | None, page: int | None, frame: int | None, least: float
    ) -> tuple[FindingFacts, ...]:
        """Findings with a place in the picture at this time, page or frame, with at least this score."""
        return tuple(
            one
            for one in self.findings
            if (one.region is not None or one.polygon)
            and (one.frame == frame if frame is not None and one.frame is not None else _is_at(one, time, page, 0.02))
            and (one.analyzer == "ocr" or one.score is None or one.score >= least)
        )

    def hits(self, least: float) -> tuple[FindingFacts, ...]:
        """What `H` goes through: indicators and objects by place, each at least this sure; texts where there is nothing
        else."""
        found = [
            one
            for one in self.findings
            if not one.text and one.analyzer != "ocr" and (one.score is None or one.score >= least)
        ]
        found = found or [one for one in self.findings if one.text]
        return tuple(sorted(found, key=lambda one: (one.page or 0, one.start or 0.0, -(one.score or 0.0), one.id)))

    def ticks(self, least: float) -> list[Tick]:
        """Hits and bookmarks on the axis."""
        ticks = [
            Tick(one.start, colour_role(one.group, one.analyzer), caption(one), _stretch(one))
            for one in self.findings
            if one.start is not None
            and (one.text or one.score is None or one.score >= least)
            and not (one.text and one.analyzer == "speech")  # its stretches of speech are there already
        ]
        marks = [Tick(said.time, "warning", said.value, bookmark=True) for said in self.details.bookmarks if said.time]
        return [*ticks, *marks]

    def marks(self, findings: Sequence[FindingFacts]) -> list[Mark]:
        found = []
        for one in findings:
            role = colour_role(one.group, one.analyzer)
            if one.polygon:
                found.append(Mark(one.id, one.polygon, caption(one), role, quiet=bool(one.text)))
            elif one.region is not None:
                found.append(Mark.box(one.id, one.region, caption(one), role, landmarks(one)))
        return found


def landmarks(finding: FindingFacts) -> tuple[tuple[float, float], ...]:
    """The points of a face, relative to the upright picture."""
    points = finding.attributes.get("landmarks", ())
    return tuple((float(x), float(y)) for x, y in points) if finding.analyzer == "faces" else ()


def _stretch(finding: FindingFacts) -> float | None:
    longer = finding.end is not None and finding.start is not None and finding.end - finding.start > 0.5
    return finding.end if longer else None


def _is_at(finding: FindingFacts, time: float | None, page: int | None, slack: float) -> bool:
    if time is not None and finding.start is not None:
        return finding.start - slack <= time <= max(finding.end or finding.start, finding.start) + slack
    if page is not None and finding.page is not None:
        return finding.page == page
    return time is None or finding.start is None


def caption(finding: FindingFacts) -> str:
    """What is written at a box."""
    if finding.text:
        text = finding.text if len(finding.text) <= 40 else f"{finding.text[:39]}…"
        return f"{text}  {percent(finding.score)}".rstrip()
    return f"{label_text(finding.label)} {percent(finding.score)}".rstrip()


def summary(subject: Subject) -> list[str]:
    """The text-first card: what can be known before a pixel is seen."""
    lines = []
    best: dict[str, float] = {}
    for one in subject.findings:
        if not one.text:
            said = one.group and one.group != "context"
            name = f"{group_title(one.group)}: {label_text(one.label)}" if said else label_text(one.label)
            best[name] = max(best.get(name, 0.0), one.score or 0.0)
    for name, score in sorted(best.items(), key=lambda entry: -entry[1])[:6]:
        lines.append(f"{name} {percent(score)}")
    text = " · ".join((one.text or "") for one in (*subject.texts, *subject.spoken) if one.text)
    if text:
        lines.append(f"“{text[:240]}{'…' if len(text) > 240 else ''}”")
    return lines


def load(connection: Any, content: int) -> Subject | None:
    """Everything about one content. Runs on a worker thread; None: there is no such content."""
    from core.case import browse, report_facts

    details = browse.details(connection, content)
    if details is None:
        return None
    newest = {one.config_id for one in details.outcomes if one.newest}
    findings = tuple(one for one in details.findings if one.config_id in newest or not newest)
    runs = {run.id: run for run in report_facts.runs(connection)}
    looking = browse.lookers(connection)
    looked = any(one.config_id in looking and one.state in ("done", "partial") for one in details.outcomes)
    return Subject(details, _jobs(details), findings, runs, looked)


def _jobs(details: Details) -> tuple[DecodeJob, ...]:
    """The copies, those that were last seen whole first."""
    kind = details.kind if details.kind in set(MediaKind) else MediaKind.OTHER
    copies = sorted(details.copies, key=lambda copy: copy.state != "read")
    return tuple(
        DecodeJob(
            content=details.sha256,
            path=str(Path(os.fsdecode(copy.source_raw)) / os.fsdecode(copy.path_raw)),
            size=copy.size if copy.size is not None else details.size,
            modified_ns=copy.modified_ns or 0,
            kind=MediaKind(kind),
            mime=details.mime,
            policy=_POLICY,
        )
        for copy in copies
    )
