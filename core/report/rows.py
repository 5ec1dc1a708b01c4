"""How a finding, an outcome and a source are written: as a JSON object (exact) and as CSV columns (safe to open)."""

from __future__ import annotations

import json
from typing import Any

from core.provenance import FIELDS
from core.report.cells import Cell
from core.report.content import SourceFacts
from core.report.records import Decisions, FindingRow, OutcomeRow, Place

__all__ = [
    "FINDING_COLUMNS",
    "OUTCOME_COLUMNS",
    "SOURCE_COLUMNS",
    "finding_cells",
    "finding_object",
    "json_line",
    "outcome_cells",
    "source_cells",
    "source_object",
]

FINDING_COLUMNS = (
    "sha256", "first_path", "copies", "paths", "sources", "mime", "size",
    "analyzer", "group", "label", "score",
    "region_x", "region_y", "region_w", "region_h", "polygon",
    "start", "end", "frame", "page", "text", "config", "run",
    "grade", "grade_by", "grade_at", "verdict", "verdict_by", "verdict_at", "flag", "tags", "notes", "excluded",
    "disputed",
)  # fmt: skip
OUTCOME_COLUMNS = (
    "sha256", "first_path", "copies", "paths", "sources", "mime",
    "analyzer", "state", "code", "reason", "milliseconds", "samples", "config", "run",
)  # fmt: skip

SOURCE_COLUMNS = (
    "source", "kind", "name", "registered", "listed", "files", "bytes", "listing_sha256", *FIELDS, "stated_by",
    "stated_at",
)  # fmt: skip

# A spreadsheet cell holds 32 767 characters; longer lists of places end with a count, findings.jsonl has them all.
_PATHS_AT_MOST = 30_000
# JSON allows these inside a string, but line-oriented tools split or reorder at them: written as escapes, same value.
_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x61C, 0x2028, 0x2029)}
# A lone surrogate (JSON of a case may hold one) has no UTF-8; as an escape it has the same value.
_ESCAPED |= {code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}
_ESCAPED |= {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def json_line(value: dict[str, Any]) -> str:
    """One line of JSON Lines, keys in the order given, without the line end."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return line if line.isprintable() else line.translate(_ESCAPED)


def finding_object(row: FindingRow) -> dict[str, Any]:
    """The exact record. `region` is [x, y, w, h] relative to the upright picture; times are seconds."""
    region = row.region
    return {
        "sha256": row.sha256,
        **_places(row.places),
        "mime": row.mime,
        "size": row.size,
        "analyzer": row.analyzer,
        "group": row.group,
        "label": row.label,
        "score": row.score,
        "region": None if region is None else [region.x, region.y, region.w, region.h],
        "polygon": None if row.polygon is None else [list(point) for point in row.polygon],
        "start": row.start,
        "end": row.end,
        "frame": row.frame,
        "page": row.page,
        "text": row.text,
        "config": row.config,
        "run": row.run,
        **({"attributes": dict(row.attributes)} if row.attributes else {}),
        "decision": _decision(row.decisions),
    }


def finding_cells(row: FindingRow) -> tuple[Cell, ...]:
    region = row.region
    box: tuple[Cell, ...] = (None,) * 4 if region is None else (region.x, region.y, region.w, region.h)
    polygon = None if row.polygon is None else json.dumps([list(point) for point in row.polygon])
    said = row.decisions
    return (
        row.sha256, *_place_cells(row.places), row.mime, row.size,
        row.analyzer, row.group, row.label, row.score, *box, polygon,
        row.start, row.end, row.frame, row.page, row.text, row.config, row.run,
        said.grade, said.grade_by, said.grade_at, said.verdict, said.verdict_by, said.verdict_at,
        said.flag, " | ".join(said.tags), " | ".join(said.notes), said.excluded, " | ".join(said.disputed),
    )  # fmt: skip


def outcome_cells(row: OutcomeRow) -> tuple[Cell, ...]:
    return (
        row.sha256, *_place_cells(row.places), row.mime,
        row.analyzer, row.state, row.code, row.reason, row.milliseconds, row.samples, row.config, row.run,
    )  # fmt: skip


def source_object(one: SourceFacts) -> dict[str, Any]:
    """`facts` holds only what somebody has stated; `files` are those of its listing, by state in `states`."""
    return {
        "source": one.id,
        "kind": one.kind,
        "name": one.name,
        "registered": one.added,
        "listed": one.listed,
        "files": sum(one.states.values()) + one.superseded,
        "states": dict(sorted(one.states.items())),
        "superseded": one.superseded,
        "bytes": one.bytes,
        "listing_sha256": one.listing_sha256,
        "facts": one.provenance.stated(),
        "stated_by": one.stated_by or None,
        "stated_at": one.stated_at or None,
    }


def source_cells(one: SourceFacts) -> tuple[Cell, ...]:
    """An empty cell: nobody has stated it."""
    files = sum(one.states.values()) + one.superseded
    return (
        one.id, one.kind, one.name, one.added, one.listed, files, one.bytes, one.listing_sha256,
        *(getattr(one.provenance, name) for name in FIELDS), one.stated_by, one.stated_at,
    )  # fmt: skip


def _exact(raw: bytes) -> tuple[str, str | None]:
    """The path as text, and its bytes in hexadecimal when they are no UTF-8 (then the text shows them as `\\xNN`)."""
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace"), raw.hex()


def _places(places: tuple[Place, ...]) -> dict[str, Any]:
    exact = [_exact(place.raw) for place in places]
    said: dict[str, Any] = {"paths": [text for text, _ in exact], "sources": [place.source for place in places]}
    if any(hexadecimal is not None for _, hexadecimal in exact):
        said["path_hex"] = [hexadecimal for _, hexadecimal in exact]
    return said


def _place_cells(places: tuple[Place, ...]) -> tuple[Cell, Cell, Cell, Cell]:
    """First path, number of copies, all paths (as many as a cell holds), the sources they lie in."""
    kept: list[str] = []
    length = 0
    for place in places:
        length += len(place.shown) + 3
        if kept and length > _PATHS_AT_MOST:
            kept.append(f"… {len(places) - len(kept)} more in findings.jsonl")
            break
        kept.append(place.shown)
    sources = " | ".join(str(number) for number in sorted({place.source for place in places}))
    return (places[0].shown if places else "", len(places), " | ".join(kept), sources)


def _decision(said: Decisions) -> dict[str, Any] | None:
    if not said.any:
        return None
    return {
        "grade": said.grade or None,
        "grade_by": said.grade_by or None,
        "grade_at": said.grade_at or None,
        "verdict": said.verdict or None,
        "verdict_by": said.verdict_by or None,
        "verdict_at": said.verdict_at or None,
        "flag": said.flag or None,
        "tags": list(said.tags),
        "notes": list(said.notes),
        "excluded": said.excluded or None,
        "disputed": list(said.disputed),
    }
