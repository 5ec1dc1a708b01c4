"""What becomes of matches: findings, with what is known of each for the record."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.records import Finding, Region
from models import logo_match, logo_tiles, logo_vectors
from models.logo_align import Edges
from models.logo_gallery import Gallery
from models.logo_match import Match
from models.logo_tiles import View
from models.logo_vectors import Kept

if TYPE_CHECKING:
    from models.logo import LogoOptions

__all__ = ["POSSIBLE", "UNKNOWN", "by_geometry", "with_vectors"]

UNKNOWN = "unknown logo"
"""Looks like a logo, but no reference is near enough: said only where packs propose such places. All other labels are
the names that the examiner gives."""
POSSIBLE = 0.49
"""What a match by looks alone scores at most: geometry has the last word."""
PROPOSED = 0.3
"""How sure the detector of logos must be that something it proposes is an unknown one."""


def by_geometry(looks: Sequence[View], gallery: Gallery, keep: float) -> list[Finding]:
    """Findings from features and shapes of a picture and its tiles, best first.

    What several of them show is found once: by the best of those that see it whole, and by one that sees it cut only
    where no other does."""
    found = []
    for view in looks:
        for match in logo_match.search(view.features, gallery, keep):
            quad = view.outside(match.quad)
            found.append((view.cuts(quad), -match.score, quad, match, view))
    if len(looks) == 1:
        return [_finding(match, view, gallery, len(looks)) for *_, match, view in found]
    kept: list[tuple[NDArray[np.float64], Finding]] = []
    for _, _, quad, match, view in sorted(found, key=lambda one: (one[0], one[1], one[3].reference)):
        if not any(logo_match.same_spot(quad, other) for other, _ in kept):
            kept.append((quad, _finding(match, view, gallery, len(looks))))
    return sorted((one for _, one in kept), key=lambda one: -(one.score or 0.0))


def _finding(match: Match, view: View, gallery: Gallery, looks: int) -> Finding:
    reference = gallery.references[match.reference]
    quad = np.clip(view.outside(match.quad), 0, 1)
    tile = {} if view.tile is None else {"tile": view.tile + 1, "tiles": looks - 1}
    low, high = quad.min(0), quad.max(0)
    return Finding(
        label=reference.name,
        score=round(match.score, 4),
        region=Region(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])),
        polygon=tuple((round(float(x), 5), round(float(y), 5)) for x, y in quad),
        attributes={
            "reference": reference.number,
            "reference_sha256": reference.sha256,
            "way": match.way,
            "inliers": match.inliers,
            "edges": round(match.fit.edges, 3),
            "contrast": round(match.fit.contrast, 1),
            "uneven": round(match.fit.uneven, 3),
            "likeness": round(match.fit.likeness, 3),
            **tile,
        },
    )


def with_vectors(  # noqa: PLR0917 - what is there, what it is compared with, and how strictly
    found: Sequence[Finding],
    looks: Sequence[View],
    gallery: Gallery,
    kept: Kept,
    space: str,
    options: LogoOptions,
) -> list[Finding]:
    """The findings, with what the cut-outs say beside: a reference that looks the same by vectors is checked by
    geometry where it lies; where geometry is silent it stays a possible match. A cut-out that the detector of logos was
    sure of, but that no reference is near enough to, is an unknown logo."""
    seen = [one.look for one in gallery.references]
    names = [one.name for one in gallery.references]
    result = list(found)
    edges: dict[int | None, Edges] = {}
    answers = logo_vectors.nearest(kept.vectors, seen, names, space)
    for number in np.argsort([-cosine for _, cosine, _ in answers], kind="stable"):
        index, cosine, margin = answers[number]
        box, sure = kept.boxes[number], float(kept.sure[number])
        near = next((k for k, one in enumerate(result) if _overlap(one.region, box) > 0.3), None)
        if index < 0 or cosine < options.accept or margin < options.margin:
            if near is None and sure >= PROPOSED:
                result.append(_unknown(box, sure, cosine))
            continue
        said = {"cosine": round(cosine, 4), "margin": round(margin, 4)}
        if near is not None:
            if result[near].label == names[index]:
                result[near] = dataclasses.replace(result[near], attributes={**said, **result[near].attributes})
            continue
        view = logo_tiles.finest(looks, box[:2], box[2:])
        if view.tile not in edges:
            edges[view.tile] = Edges(view.features.grey())
        made = _looked_up(gallery, index, box, edges[view.tile], view, len(looks), cosine)
        result.append(dataclasses.replace(made, attributes={**made.attributes, **said}))
    return result


def _looked_up(  # noqa: PLR0917 - one cut-out and all that is known of it
    gallery: Gallery,
    index: int,
    box: NDArray[np.float32],
    edges: Edges,
    view: View,
    looks: int,
    cosine: float,
) -> Finding:
    (left, top), (right, bottom) = view.inside(box.reshape(2, 2).astype(np.float64))
    match = logo_match.at(edges, gallery, index, (float(left), float(top), float(right), float(bottom)))
    if match is not None and match.score > POSSIBLE:
        return _finding(match, view, gallery, looks)
    reference = gallery.references[index]
    return Finding(
        label=reference.name,
        score=round(min(POSSIBLE, cosine), 4),
        region=_region(box),
        attributes={
            "reference": reference.number,
            "reference_sha256": reference.sha256,
            "way": "vectors",
            "geometry": round(match.score, 4) if match is not None else 0.0,
        },
    )


def _unknown(box: NDArray[np.float32], sure: float, cosine: float) -> Finding:
    return Finding(
        label=UNKNOWN,
        score=round(sure, 4),
        region=_region(box),
        attributes={"way": "vectors", "cosine": round(cosine, 4)},
    )


def _region(box: NDArray[np.float32]) -> Region:
    left, top, right, bottom = (float(value) for value in box)
    return Region(left, top, right - left, bottom - top)


def _overlap(region: Region | None, box: NDArray[np.float32]) -> float:
    """Intersection over union."""
    if region is None:
        return 0.0
    across = min(region.x + region.w, float(box[2])) - max(region.x, float(box[0]))
    down = min(region.y + region.h, float(box[3])) - max(region.y, float(box[1]))
    if across <= 0 or down <= 0:
        return 0.0
    area = float(box[2] - box[0]) * float(box[3] - box[1])
    return across * down / (region.w * region.h + area - across * down)
