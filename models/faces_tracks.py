"""Faces of one film to passages of one person: which face of a sample goes on the one of the samples before.

Samples lie a second or two apart, so place alone says little and likeness says most. Greedy in the order of time, the
surest link first, ties by position: the same results give the same tracks, whatever order they were made in. A person
who leaves and comes back later begins another track; that both are the same is for the search to say. A face that is
seen too badly to be compared goes on a track by its place alone, and does not count for what the track looks like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.likeness import comparing, least, quality_of, similarity
from core.records import Finding, Position, Region, SampleResult, Vector
from models.faces_boxes import Box, iou

__all__ = ["TRACKS", "tracked"]

TRACKS = "tracks/2"

_NEAR = 0.3
"""Overlap (IoU) from which place counts as well."""
_SLACK = 0.06
"""How much less alike a face may be that stands where the track's last one stood."""


@dataclass(frozen=True, slots=True)
class _Face:
    vector: Vector | None
    box: Box
    quality: float | None


@dataclass(slots=True)
class _Track:
    number: int
    space: str
    mean: NDArray[np.float64] | None
    box: Box
    start: float
    end: float
    places: list[tuple[int, int]] = field(default_factory=list)
    seen: int = 0
    quality: float | None = None
    """The highest of the faces that make up the mean."""

    def take(self, face: _Face, time: float, place: tuple[int, int]) -> None:
        vector, box = face.vector, face.box
        if vector is not None and least(comparing(vector.space), face.quality) is not None:
            self.quality = max((one for one in (self.quality, face.quality) if one is not None), default=None)
            values = vector.values.astype(np.float64)
            self.mean = values if self.mean is None else (self.mean * self.seen + values) / (self.seen + 1)
            self.space, self.seen = vector.space, self.seen + 1
        self.box, self.end = box, time
        self.places.append(place)


def tracked(places: Sequence[Position], results: Sequence[SampleResult], gap: float) -> list[SampleResult]:
    """The results with each face's `track` (1…), `track_start`, `track_end` (seconds) and `best` in its attributes.

    Samples without a time (pictures, pages) stay as they are. `gap`: seconds without the face after which a track ends;
    where samples lie further apart, one sample without it is still bridged.
    """
    timed = [(float(place[1]), number) for number, place in enumerate(places) if place[1] is not None]
    if not timed:
        return list(results)
    times = sorted(time for time, _ in timed)
    gap = max(gap, 2.2 * float(np.median(np.diff(times)))) if len(times) > 1 else gap
    tracks: list[_Track] = []
    for time, number in sorted(timed):
        _extend(tracks, results[number], number, time, gap)
    marks = _marks(tracks, results)
    return [_marked(result, number, marks) for number, result in enumerate(results)]


def _extend(tracks: list[_Track], result: SampleResult, number: int, time: float, gap: float) -> None:
    vectors = {vector.finding: vector for vector in result.vectors}
    open_tracks = [track for track in tracks if time - track.end <= gap]
    links = []
    faces = [
        _Face(vectors.get(position), _box(finding.region), quality_of(finding.attributes))
        for position, finding in enumerate(result.findings)
    ]
    for position, face in enumerate(faces):
        for track in open_tracks:
            strength = _strength(track, face)
            if strength is not None:
                links.append((-strength, track.number, position))
    taken_tracks: set[int] = set()
    taken: set[int] = set()
    for _, track_number, position in sorted(links):
        if track_number in taken_tracks or position in taken:
            continue
        taken_tracks.add(track_number)
        taken.add(position)
        tracks[track_number - 1].take(faces[position], time, (number, position))
    for position, face in enumerate(faces):
        if position not in taken:
            track = _Track(len(tracks) + 1, "", None, face.box, time, time)
            track.take(face, time, (number, position))
            tracks.append(track)


def _strength(track: _Track, face: _Face) -> float | None:
    """How sure it is that the face goes on the track; None: it does not."""
    overlap, vector = iou(track.box, face.box), face.vector
    by_place = overlap / 2 if overlap >= _NEAR else None
    if vector is None or track.mean is None or track.space != vector.space:
        return by_place  # there is nothing else
    wanted = least(comparing(vector.space), face.quality, track.quality)
    if wanted is None:
        return by_place
    alike = similarity(vector.space, vector.values, track.mean)
    return alike + overlap / 4 if alike >= wanted - (_SLACK if overlap >= _NEAR else 0.0) else None


def _marks(tracks: Sequence[_Track], results: Sequence[SampleResult]) -> Mapping[tuple[int, int], Mapping[str, object]]:
    marks: dict[tuple[int, int], Mapping[str, object]] = {}
    for track in tracks:
        best = max(track.places, key=lambda at: _worth(results[at[0]].findings[at[1]]))  # of equals the earliest
        for at in track.places:
            marks[at] = {
                "track": track.number,
                "track_start": round(track.start, 6),
                "track_end": round(_end(results, track), 6),
                "track_faces": len(track.places),
                "best": at == best,
            }
    return marks


def _end(results: Sequence[SampleResult], track: _Track) -> float:
    """Where the last sample of the track ends, which is after it begins where a sample stands for a stretch."""
    number, position = track.places[-1]
    end = results[number].findings[position].end
    return track.end if end is None else max(track.end, end)


def _worth(finding: Finding) -> tuple[float, float]:
    """The better shot: quality first, then size."""
    region = finding.region
    return float(finding.attributes.get("quality", 0.0)), region.w * region.h if region else 0.0


def _marked(result: SampleResult, number: int, marks: Mapping[tuple[int, int], Mapping[str, object]]) -> SampleResult:
    if not result.findings:
        return result
    findings = tuple(
        replace(finding, attributes={**finding.attributes, **marks.get((number, position), {})})
        for position, finding in enumerate(result.findings)
    )
    return replace(result, findings=findings)


def _box(region: Region | None) -> Box:
    return (region.x, region.y, region.x + region.w, region.y + region.h) if region else (0.0, 0.0, 0.0, 0.0)
