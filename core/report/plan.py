"""Everything about a report that is not in the case: when, in which language, for whom, signed by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.report.content import ImagePolicy, Integrity, Language, ReportSelection

__all__ = ["ReportPlan"]


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """`created` is in UTC. `fingerprint` is that of the signing key, empty for an unsigned report. `per_category`
    contents are shown of each category, `rows` lines of each list that has its complete twin in a CSV file."""

    report_id: str
    created: datetime
    language: Language
    images: ImagePolicy
    selection: ReportSelection
    software: str
    audit_seq: int
    audit_sha256: str
    fingerprint: str
    thumbnails: Path
    integrity: Mapping[int, Integrity] = field(default_factory=dict)
    per_category: int = 200
    rows: int = 200
