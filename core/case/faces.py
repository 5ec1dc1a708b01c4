"""The faces of a case that resemble one of them."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case.queries import current_configs
from core.errors import UsageError
from core.likeness import UNDECIDABLE, Comparing, comparing, least, quality_of, similarities

__all__ = ["Answer", "Match", "like", "vector_of", "vectors_of"]

_AT_ONCE = 20_000  # vectors in memory: 10 MB of the largest


@dataclass(frozen=True, slots=True)
class Match:
    """A face like the one that was asked for. `start` in seconds (PTS), `track` within its film, where it has them."""

    finding_id: int
    content_id: int
    sha256: str
    similarity: float
    quality: float | None
    start: float | None
    track: int | None
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`matches`: the most similar first, at least `threshold`; where either face is of low quality, at least the strong
    one (`core.likeness`). `compared`: how many other faces have a vector of this space; faces that another model
    described are not among them, for their vectors have no common meaning. `undecidable`: how many of these are seen
    too badly to say anything of them."""

    space: str
    comparing: Comparing
    threshold: float
    compared: int
    matches: tuple[Match, ...]
    undecidable: int = 0


def like(connection: Connection, finding_id: int, *, threshold: float | None = None, limit: int = 100) -> Answer:
    """Faces like that of the finding: itself is left out, and of results of several configurations the newest count.

    `threshold`: similarity from which a face is a candidate, whatever its quality; default is the model's. Raises
    `UsageError` when the finding is not there, is no face, has no vector (too small), or is seen too badly.
    """
    space, own, quality = vector_of(connection, finding_id)
    facts = comparing(space)
    best: list[tuple[float, int]] = []
    compared = undecidable = 0
    for ids, matrix, qualities in vectors_of(connection, space, finding_id):
        compared += len(ids)
        alike = similarities(space, own, matrix)
        wanted = np.array([_wanted(facts, threshold, quality, other) for other in qualities])
        undecidable += int(np.isinf(wanted).sum())
        for place in np.flatnonzero(alike >= wanted):
            entry = (float(alike[place]), -ids[place])  # of equals the one found first
            (heapq.heappush if len(best) < limit else heapq.heappushpop)(best, entry)
    matches = tuple(_match(connection, -number, alike) for alike, number in sorted(best, reverse=True))
    return Answer(space, facts, facts.threshold if threshold is None else threshold, compared, matches, undecidable)


def _wanted(facts: Comparing, threshold: float | None, *qualities: float | None) -> float:
    """The similarity that these two need; infinite where nothing can be decided."""
    needed = least(facts, *qualities)
    if needed is None:
        return float("inf")
    return needed if threshold is None else threshold


def vector_of(connection: Connection, finding_id: int) -> tuple[str, NDArray[np.float16], float | None]:
    """Space, values and quality of this face. Raises `UsageError` when there is none, or it is seen too badly."""
    row = connection.exec_driver_sql(
        "SELECT finding.analyzer, finding.label, space, data, finding.attributes FROM finding LEFT JOIN vector ON"
        " vector.content_id = finding.content_id AND vector.config_id = finding.config_id"
        " AND vector.finding_id = finding.id WHERE finding.id = ?",
        (finding_id,),
    ).fetchone()
    if row is None:
        raise UsageError(f"There is no finding {finding_id} in this case.", "`findings --analyzer faces` lists them.")
    if row[0] != "faces":
        raise UsageError(f"Finding {finding_id} is {row[1]} of {row[0]}, no face.", "Choose one of the analyzer faces.")
    if row[2] is None:
        raise UsageError(
            f"The face of finding {finding_id} has no vector: it was too small to be described.",
            "Choose a larger face of the same person.",
        )
    quality = quality_of(json.loads(row[4]))
    if quality is not None and quality < UNDECIDABLE:
        raise UsageError(
            f"The face of finding {finding_id} is seen too badly to be compared (quality {quality:.2f}, "
            f"{UNDECIDABLE:.2f} is needed): such faces of all people resemble one another.",
            "Choose a sharper, larger or lighter face of the same person.",
        )
    return str(row[2]), np.frombuffer(row[3], "<f2"), quality


def vectors_of(
    connection: Connection, space: str, without: int
) -> Iterator[tuple[list[int], NDArray[np.float16], list[float | None]]]:
    """Findings, their vectors of that space and their qualities, in stretches."""
    current = [number for number, name in current_configs(connection).items() if name == "faces"]
    marks = ",".join("?" * len(current))
    newest = f"(vector.config_id IN ({marks}) OR NOT EXISTS (SELECT 1 FROM outcome WHERE outcome.content_id ="
    rows = connection.exec_driver_sql(
        f"SELECT finding_id, data, (SELECT json_extract(attributes, '$.quality') FROM finding WHERE id = finding_id)"
        f" FROM vector WHERE space = ? AND finding_id IS NOT NULL AND finding_id <> ? AND"
        f" {newest} vector.content_id AND outcome.config_id IN ({marks}))) ORDER BY finding_id",
        (space, without, *current, *current),
    )
    while stretch := rows.fetchmany(_AT_ONCE):
        vectors = np.stack([np.frombuffer(row[1], "<f2") for row in stretch])
        yield [row[0] for row in stretch], vectors, [row[2] for row in stretch]


def _match(connection: Connection, finding_id: int, alike: float) -> Match:
    row = connection.exec_driver_sql(
        "SELECT content_id, sha256, start, attributes FROM finding JOIN content ON content.id = content_id"
        " WHERE finding.id = ?",
        (finding_id,),
    ).one()
    paths = connection.exec_driver_sql(
        "SELECT DISTINCT path FROM copy WHERE content_id = ? ORDER BY source_id, path_raw", (row[0],)
    )
    attributes: dict[str, Any] = json.loads(row[3])
    return Match(
        finding_id,
        row[0],
        row[1],
        alike,
        attributes.get("quality"),
        row[2],
        attributes.get("track"),
        tuple(path[0] for path in paths),
    )
