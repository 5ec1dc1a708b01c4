"""Who looks like a face: candidates in their order, and what the examiner says of each. A likeness, never an identity.

A *reference* is a face of the case or of a picture from outside. What the examiner says of a pair is kept as a decision
and remembered for that pair, in both directions: a face that was rejected for another is not suggested for it again.
Pairs are named by what the faces are (content, place), not by the numbers of findings, so that this outlives a run
that finds the same faces once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case.acts import Change, Label, audited, open_act
from core.case.audit import actor, now
from core.case.case import Case
from core.case.faces import vector_of, vectors_of
from core.case.items import IN_FORCE
from core.case.queries import current_configs
from core.errors import UsageError
from core.likeness import Comparing, comparing, least, quality_of, similarities
from core.records import Region

__all__ = [
    "SHOWN",
    "Candidate",
    "Candidates",
    "Described",
    "Reference",
    "Said",
    "candidates",
    "decide",
    "described",
    "face_key",
    "judged",
    "needed",
    "reference",
]

Said = Literal["", "yes", "no"]

SHOWN = 200
"""So many are listed; whoever is not found among them is not found by looking."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A face that is looked for. `finding`, `content`, `track`: where it is in the case, None for a picture from
    outside. `quality` decides with that of the other face what a likeness is worth (`core.likeness.least`)."""

    key: str
    space: str
    values: NDArray[np.float16]
    quality: float | None = None
    finding: int | None = None
    content: int | None = None
    track: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One face like the reference; of a track through a film the shot that is most alike. `start` to `end`: seconds,
    of the shot, `track_start` to `track_end` of the whole track.
    `said`: what the examiner said of this pair."""

    finding: int
    content: int
    sha256: str
    key: str
    name: str
    folder: str
    kind: str
    similarity: float
    region: Region | None
    start: float | None
    frame: int | None
    page: int | None
    track: int | None
    track_start: float | None
    track_end: float | None
    quality: float | None
    said: Said = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """`found`: the most similar first, whatever the threshold, at most `SHOWN`; rejected ones are in `rejected`.
    `compared`: other faces with a vector of this space. Not compared were `elsewhere`: faces of items that only another
    model described, whose vectors have no common meaning with these; `bare`: faces without any vector (too small)."""

    reference: Reference
    comparing: Comparing
    found: tuple[Candidate, ...]
    rejected: tuple[Candidate, ...]
    compared: int
    elsewhere: int
    bare: int


@dataclass(frozen=True, slots=True)
class Described:
    """How most faces of the case were found and described: `options` of the step, the `space` of their vectors."""

    options: Mapping[str, Any]
    space: str


def described(connection: Connection) -> Described:
    """Raises `UsageError` when no face of the case has a vector."""
    row = connection.exec_driver_sql(
        "SELECT config_id, space FROM vector WHERE finding_id IS NOT NULL AND config_id IN (SELECT id FROM config"
        " WHERE analyzer = 'faces') GROUP BY space, config_id ORDER BY count(*) DESC, config_id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise UsageError(
            "No face of this case has been described yet.", "Run the step “faces” first; then faces can be compared."
        )
    text = connection.exec_driver_sql("SELECT json FROM config WHERE id = ?", (row[0],)).scalar_one()
    return Described(dict(json.loads(text).get("options", {})), str(row[1]))


def reference(connection: Connection, finding_id: int) -> Reference:
    """The face of a finding. Raises `UsageError` when it is no face, is gone, or has no vector (too small)."""
    space, values, quality = vector_of(connection, finding_id)
    row = connection.exec_driver_sql(f"{_FACES} WHERE finding.id = ?", (finding_id,)).one()
    return Reference(_key(row), space, values, quality, finding_id, row[1], json.loads(row[11]).get("track"))


def candidates(connection: Connection, wanted: Reference) -> Candidates:
    """Every other face of the case with a vector of that space, ranked; of results of several configurations the newest
    count, and other shots of the reference's own track do not. Raises `UsageError` for a space of no known model."""
    facts = comparing(wanted.space)
    numbers: list[NDArray[np.int64]] = []
    alike: list[NDArray[np.float64]] = []
    for ids, matrix, _qualities in vectors_of(connection, wanted.space, wanted.finding or 0):
        numbers.append(np.asarray(ids, np.int64))
        alike.append(similarities(wanted.space, wanted.values, matrix))
    ordered = _ordered(numbers, alike)
    said = _said(connection, wanted.key)
    found: list[Candidate] = []
    rejected: list[Candidate] = []
    for one in _rows(connection, ordered, wanted, said):
        (rejected if one.said == "no" else found).append(one)
        if len(found) >= SHOWN:
            break
    elsewhere, bare = _not_compared(connection, wanted.space)
    return Candidates(wanted, facts, tuple(found), tuple(rejected), len(ordered), elsewhere, bare)


def needed(found: Candidates, one: Candidate, threshold: float) -> float | None:
    """The similarity from which this one is a candidate when ordinary faces are from `threshold` on. None: one of the
    two is seen too badly for anything to be decided."""
    asked = least(found.comparing, found.reference.quality, one.quality)
    return None if asked is None else asked + threshold - found.comparing.threshold


def judged(connection: Connection, before: Candidates) -> Candidates:
    """The same candidates with what is said of them now: after a decision nothing has to be compared again."""
    said = _said(connection, before.reference.key)
    every = sorted((*before.found, *before.rejected), key=lambda one: -one.similarity)
    now_said = [replace(one, said=said.get(one.key, "")) for one in every]
    found = tuple(one for one in now_said if one.said != "no")
    return replace(before, found=found, rejected=tuple(one for one in now_said if one.said == "no"))


def decide(case: Case, wanted: Reference, finding_id: int, said: Said, *, similarity: float | None = None) -> Change:
    """Confirm (yes) or reject (no) that this face may be the reference's; empty takes it back. Remembered for the pair,
    and undone like every act. Raises `UsageError` when the finding is gone."""
    if said not in ("", "yes", "no"):
        raise UsageError(f"A likeness is not {said!r}.", "Say yes, no, or nothing.")
    with case.writing() as connection:
        row = connection.exec_driver_sql(f"{_FACES} WHERE finding.id = ?", (finding_id,)).fetchone()
        if row is None:
            raise UsageError("This finding is no longer there.", "A newer run replaced it; search again.")
        told: dict[str, Any] = {"said": said, "reference": wanted.key, "candidate": _key(row), "space": wanted.space}
        if similarity is not None:
            told["similarity"] = round(similarity, 4)
        change = open_act(connection, Label("likeness", said, 1), [int(row[1])])
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, finding_id, act_id, kind, value, actor, at) VALUES(?,?,?,?,?,?,?)",
            (row[1], finding_id, change.act, "likeness", json.dumps(told, sort_keys=True), actor(), now()),
        )
        return audited(case, connection, change, finding=finding_id, reference=wanted.key)


def face_key(sha256: str, region: Region | None, start: float | None = None, page: int | None = None) -> str:
    """The name of a face for good: the picture's SHA-256, the place in a film or document, the middle of the box in
    percent."""
    place = f"{start:.1f}s" if start is not None else f"p{page}" if page else ""
    middle = f"{region.x + region.w / 2:.2f},{region.y + region.h / 2:.2f}" if region is not None else ""
    return f"{sha256}:{place}:{middle}"


# ---------------------------------------------------------------------- inside

_FACES = (
    "SELECT finding.id, finding.content_id, content.sha256, content.kind, x, y, w, h, start, frame, page, attributes,"
    " coalesce(item.name, ''), coalesce(folder.path, '') FROM finding CROSS JOIN content ON content.id ="
    " finding.content_id LEFT JOIN item ON item.content_id = finding.content_id LEFT JOIN folder ON folder.id ="
    " item.folder_id"
)
_AT_ONCE = 500


def _key(row: Any) -> str:
    return face_key(row[2], None if row[4] is None else Region(*row[4:8]), row[8], row[10])


def _ordered(numbers: list[NDArray[np.int64]], alike: list[NDArray[np.float64]]) -> list[tuple[int, float]]:
    """Findings with their similarity, the most similar first, of equals the one found first; a finding with several
    vectors once."""
    if not numbers:
        return []
    ids, scores = np.concatenate(numbers), np.concatenate(alike)
    order = np.lexsort((ids, -scores))
    ids, scores = ids[order], scores[order]
    _, first = np.unique(ids, return_index=True)
    kept = np.sort(first)
    return list(zip(ids[kept].tolist(), scores[kept].tolist(), strict=True))


def _rows(
    connection: Connection, ordered: list[tuple[int, float]], wanted: Reference, said: dict[str, Said]
) -> Iterator[Candidate]:
    """As many as are asked for; each track once, with the shot that comes first."""
    tracks = {(wanted.content, wanted.track)} if wanted.track is not None else set()
    for begin in range(0, len(ordered), _AT_ONCE):
        stretch = ordered[begin : begin + _AT_ONCE]
        rows = connection.exec_driver_sql(
            f"{_FACES} WHERE finding.id IN (SELECT value FROM json_each(?))",
            (json.dumps([number for number, _ in stretch]),),
        )
        known = {row[0]: row for row in rows}
        for number, alike in stretch:
            row = known[number]
            attributes = json.loads(row[11])
            track = attributes.get("track")
            if track is not None:
                if (row[1], track) in tracks:
                    continue
                tracks.add((row[1], track))
            yield _candidate(row, attributes, alike, said)


def _candidate(row: Any, attributes: dict[str, Any], alike: float, said: dict[str, Said]) -> Candidate:
    key = _key(row)
    return Candidate(
        finding=row[0],
        content=row[1],
        sha256=row[2],
        key=key,
        name=row[12] or row[2][:12],
        folder=row[13],
        kind=row[3],
        similarity=alike,
        region=None if row[4] is None else Region(*row[4:8]),
        start=row[8],
        frame=row[9],
        page=row[10],
        track=attributes.get("track"),
        track_start=attributes.get("track_start"),
        track_end=attributes.get("track_end"),
        quality=quality_of(attributes),
        said=said.get(key, ""),
    )


def _said(connection: Connection, key: str) -> dict[str, Said]:
    """What was said of this face and others, whichever of the two was the reference; the newest counts."""
    found: dict[str, Said] = {}
    rows = connection.exec_driver_sql(
        f"SELECT value FROM decision WHERE finding_id IS NOT NULL AND kind = 'likeness' AND {IN_FORCE} ORDER BY id"
    )
    for (text,) in rows:
        told = json.loads(text)
        pair = (told["reference"], told["candidate"])
        if key in pair:
            found[pair[0] if pair[1] == key else pair[1]] = told["said"]
    return found


def _not_compared(connection: Connection, space: str) -> tuple[int, int]:
    configs = [number for number, name in current_configs(connection).items() if name == "faces"]
    marks = ",".join("?" * len(configs))
    others = connection.exec_driver_sql(
        f"SELECT count(DISTINCT finding_id) FROM vector WHERE config_id IN ({marks}) AND space <> ? AND finding_id"
        " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM vector own WHERE own.content_id = vector.content_id"
        " AND own.space = ?)",
        (*configs, space, space),
    ).scalar_one()
    bare = connection.exec_driver_sql(
        f"SELECT count(*) FROM finding WHERE analyzer = 'faces' AND config_id IN ({marks}) AND NOT EXISTS (SELECT 1"
        " FROM vector WHERE vector.content_id = finding.content_id AND vector.config_id = finding.config_id"
        " AND vector.finding_id = finding.id)",
        tuple(configs),
    ).scalar_one()
    return int(others), int(bare)
