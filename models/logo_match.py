"""Looking for all references in one picture.

Two ways lead to a guess where a reference could lie: local features that agree about scale, turn and place (Lowe 2004),
and flat shapes of the same silhouette. Every guess is then pulled onto the picture's edges and weighed there
(`models.logo_align`): geometry has the last word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import logo_align, logo_shapes, logo_weigh
from models.logo_align import Edges
from models.logo_features import Features
from models.logo_gallery import Gallery
from models.logo_reference import Prepared
from models.logo_weigh import Fit

__all__ = ["Match", "at", "same_spot", "search"]

Matrix = NDArray[np.float64]
ALIKE = 0.86
"""Cosine of two descriptors from which on they may be the same feature."""
OVERLAP = 0.66
SHAPE_GUESSES, WEIGHED = 400, 24
"""At most so many guesses from shapes are tried roughly in one picture, and so many of each kind exactly."""


@dataclass(frozen=True, slots=True)
class Match:
    """One reference found. `reference`: its index in the gallery. `quad`: its corners in the frame's pixels.
    `way`: features or shape. `inliers`: features that agree with the place."""

    reference: int
    score: float
    quad: NDArray[np.float64]
    way: str
    inliers: int
    fit: Fit


@dataclass(frozen=True, slots=True)
class _Guess:
    reference: int
    place: Matrix
    way: str
    weight: float
    sign: float
    """+1: the logo would be brighter than its ground, −1: darker."""
    mine: NDArray[np.float64]
    theirs: NDArray[np.float64]
    """Pairs of features behind it: points of the picture and of the reference."""


def search(features: Features, gallery: Gallery, keep: float) -> list[Match]:
    """Every reference of the gallery in a picture, scored at least `keep`, best first; of several at the same spot the
    best. Deterministic."""
    if not len(gallery):
        return []
    by_features = _from_features(features, gallery)
    by_shapes = _from_shapes(features, gallery)
    if not by_features and not by_shapes:
        return []
    edges = Edges(features.grey())
    guesses = by_features[:WEIGHED] + (_promising(by_shapes, gallery, edges) if by_shapes else [])
    found = [match for match in _weighed(guesses, gallery, edges) if match and match.score >= keep]
    found.sort(key=lambda match: (-match.score, match.reference))
    kept: list[Match] = []
    for match in found:
        if not any(same_spot(match.quad, other.quad) for other in kept):
            kept.append(match)
    return kept


def at(edges: Edges, gallery: Gallery, index: int, box: tuple[float, float, float, float]) -> Match | None:
    """The reference in a box (left, top, right, bottom, pixels of the frame) that somebody else proposes: tried upright
    and turned, in its own tones and in the negative. None where it cannot lie there."""
    prepared = gallery.references[index].prepared
    left, top, right, bottom = prepared.box
    own = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    there = np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]])
    none = np.zeros((0, 2))
    places = [_affine(own, np.roll(there, -turns, axis=0)) for turns in range(4)]
    guesses = [_Guess(index, place, "vectors", 0.0, sign, none, none) for place in places for sign in (1.0, -1.0)]
    found = [match for match in _weighed(guesses, gallery, edges) if match is not None]
    return max(found, key=lambda match: match.score, default=None)


def _affine(own: NDArray[np.float64], there: NDArray[np.float64]) -> Matrix:
    """The place that takes one parallelogram to another, corner by corner."""
    place = np.eye(3)
    place[:2] = np.linalg.lstsq(np.concatenate([own, np.ones((4, 1))], axis=1), there, rcond=None)[0].T
    return place


# ---------------------------------------------------------------------- guesses


def _from_features(features: Features, gallery: Gallery) -> list[_Guess]:
    """Clusters of at least three features that agree; the largest first."""
    pairs = _pairs(features, gallery)
    guesses: list[_Guess] = []
    for (index, polarity), (rows, columns) in pairs.items():
        prepared = gallery.references[index].prepared
        tone = -prepared.tone if polarity else prepared.tone
        guesses += _clusters((index, tone), prepared, features.points[rows], gallery.places[columns])
    guesses.sort(key=lambda guess: (-guess.weight, guess.reference))
    return guesses


def _pairs(features: Features, gallery: Gallery) -> dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """For every (reference, polarity): features of the picture and of the gallery that look the same. Each feature of
    the picture speaks for the three references at most that have its likes."""
    if not len(features.points) or not len(gallery.starts):
        return {}
    mine = features.descriptors.astype(np.float32)
    cosine = mine @ gallery.descriptors.T
    cosine /= gallery.norms[None]
    cosine /= np.linalg.norm(mine, axis=1)[:, None] + 1e-6
    best = np.maximum.reduceat(cosine, gallery.starts, axis=1)
    third = np.sort(best, axis=1)[:, -3:][:, :1]
    ends = np.append(gallery.starts[1:], len(gallery.descriptors))
    found = {}
    for segment, (start, end) in enumerate(zip(gallery.starts, ends, strict=True)):
        rows = np.nonzero((best[:, segment] >= ALIKE) & (best[:, segment] >= third[:, 0]))[0]
        if len(rows) >= 3:
            columns = start + cosine[rows, start:end].argmax(1)
            found[gallery.owners[segment]] = (rows, np.asarray(columns, np.int64))
    return found


def _clusters(
    which: tuple[int, float], prepared: Prepared, mine: NDArray[np.float32], theirs: NDArray[np.float32]
) -> list[_Guess]:
    """Every pair says where the whole reference (`which`: index, tone) would lie; up to three places that most pairs
    agree about."""
    scale = mine[:, 2] / theirs[:, 2]
    turn = np.deg2rad(mine[:, 3] - theirs[:, 3])
    rotation = np.stack([np.cos(turn), -np.sin(turn), np.sin(turn), np.cos(turn)], axis=1).reshape(-1, 2, 2)
    linear = (rotation * scale[:, None, None]).astype(np.float64)
    centre = np.array(prepared.size) / 2
    there = mine[:, :2] + np.einsum("nij,nj->ni", linear, centre - theirs[:, :2])
    apart = np.linalg.norm(there[:, None] - there[None], axis=2) / (
        np.maximum(scale[:, None], scale[None]) * max(centre)
    )
    agree = (
        (np.abs(np.log2(scale[:, None] / scale[None])) < 0.7)
        & (np.cos(turn[:, None] - turn[None]) > 0.88)
        & (apart < 0.35)
    )
    open_ = np.ones(len(mine), np.bool_)
    guesses = []
    for _ in range(3):
        votes = (agree & open_[None]).sum(1) * open_
        seed = int(votes.argmax())
        if votes[seed] < 3:
            break
        members = agree[seed] & open_
        open_ &= ~members
        a, b = mine[members, :2].astype(np.float64), theirs[members, :2].astype(np.float64)
        distinct = min(len(np.unique(np.rint(a), axis=0)), len(np.unique(np.rint(b), axis=0)))
        if distinct >= 3:
            place = _through(a, b, linear[seed], mine[seed], theirs[seed])
            guesses.append(_Guess(which[0], place, "features", distinct, which[1], a, b))
    return guesses


def _through(
    mine: NDArray[np.float64],
    theirs: NDArray[np.float64],
    linear: Matrix,
    seed: NDArray[np.float32],
    partner: NDArray[np.float32],
) -> Matrix:
    """The place that a cluster speaks for: by its pairs where there are enough and they are spread, else its seed's."""
    import cv2

    place = np.eye(3)
    place[:2, :2], place[:2, 2] = linear, seed[:2] - linear @ partner[:2].astype(np.float64)
    if len(mine) >= 4:
        fitted, _ = cv2.estimateAffinePartial2D(theirs, mine, method=cv2.RANSAC, ransacReprojThreshold=4.0)
        if fitted is not None and np.isfinite(fitted).all():
            place[:2] = fitted
    return place


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Guesses from shapes, the most alike first: index of the reference, place (n × 3 × 3), and how alike."""

    which: NDArray[np.int64]
    places: NDArray[np.float64]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.which)


def _from_shapes(features: Features, gallery: Gallery) -> _Shapes | None:
    """Pairs of silhouettes that overlap after a turn; the most alike first."""
    shapes = features.shapes
    if not len(shapes) or not gallery.parts:
        return None
    overlap, turns = logo_shapes.alike(logo_shapes.spectrum(shapes.masks), gallery.spectrum)
    rows, columns = np.nonzero(overlap >= OVERLAP)
    order = np.argsort(-overlap[rows, columns], kind="stable")[:SHAPE_GUESSES]
    rows, columns = rows[order], columns[order]
    parts = gallery.table
    linear = np.matmul(
        np.matmul(shapes.all_spreads()[rows], logo_shapes.TURNED[turns[rows, columns]]), parts.back[columns]
    )
    places = np.zeros((len(rows), 3, 3))
    places[:, :2, :2], places[:, 2, 2] = linear, 1.0
    places[:, :2, 2] = shapes.centres[rows] - np.matmul(linear, parts.centres[columns][..., None])[..., 0]
    return _Shapes(parts.owners[columns], places, overlap[rows, columns])


def _promising(guesses: _Shapes, gallery: Gallery, edges: Edges) -> list[_Guess]:
    """Of many guesses those whose whole outline, not just one part of it, already looks right; the best first."""
    outlines = gallery.outlines
    possible = np.flatnonzero(
        outlines.used[guesses.which, 0] & logo_align.plausible(outlines, guesses.which, guesses.places, edges)
    )
    if not len(possible):
        return []
    shares, signs = _roughly(gallery, guesses.which[possible], guesses.places[possible], edges)
    worth = shares * guesses.weights[possible]
    order = np.argsort(-worth, kind="stable")
    none = np.zeros((0, 2))
    return [
        _Guess(
            int(guesses.which[at_]), guesses.places[at_], "shape", float(guesses.weights[at_]), float(sign), none, none
        )
        for at_, sign in ((possible[number], signs[number]) for number in order[shares[order] >= 0.55][:WEIGHED])
    ]


def _roughly(
    gallery: Gallery, which: NDArray[np.int64], places: NDArray[np.float64], edges: Edges
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each place (n × 3 × 3) the share of the outline, every sixth point of it, across which the brightness changes
    as it should, and which way: +1 where the logo would be brighter."""
    outlines = gallery.outlines
    points, few, used = outlines.few[which], outlines.few_normals[which], outlines.few_used[which]
    steps = np.maximum(2.0, 0.02 * np.linalg.norm(np.ptp(outlines.corners(which, places), axis=1), axis=1))
    scales = np.sqrt(np.abs(places[:, 0, 0] * places[:, 1, 1] - places[:, 0, 1] * places[:, 1, 0]))
    normals = few * (steps / np.maximum(scales, 1e-6))[:, None, None]
    ends = np.concatenate([points + normals, points - normals], axis=1)
    there = np.matmul(ends, places[:, :, :2].swapaxes(1, 2)) + places[:, None, :, 2]
    across = edges.at(edges.soft, there[..., 0] / there[..., 2], there[..., 1] / there[..., 2])
    differences = across[:, : used.shape[1]] - across[:, used.shape[1] :]
    signs = np.where(logo_align.median(differences, used) >= 0, 1.0, -1.0)
    return ((signs[:, None] * differences > 6) & used).sum(1) / np.maximum(used.sum(1), 1), signs


# ---------------------------------------------------------------------- the last word


def _weighed(guesses: list[_Guess], gallery: Gallery, edges: Edges) -> list[Match | None]:
    """For each guess its best place: the guess itself, by all its pairs, or one of these pulled onto the edges. None
    where it cannot lie there at all."""
    starts = [(number, place) for number, guess in enumerate(guesses) for place in _starts(guess)]
    places = _tried(guesses, starts, gallery, edges)
    fits = _fits(guesses, places, gallery, edges)
    best: list[Match | None] = [None] * len(guesses)
    for (number, place), fit in zip(places, fits, strict=True):
        guess, known = guesses[number], best[number]
        prepared = gallery.references[guess.reference].prepared
        inliers = _inliers(guess, place, prepared)
        score = _score(prepared, fit, inliers)
        if known is None or score > known.score:
            quad = logo_align.corners(prepared, place)
            best[number] = Match(guess.reference, score, quad, guess.way, inliers, fit)
    return best


_Placed = list[tuple[int, Matrix]]
"""Numbers of guesses, each with a place."""


def _starts(guess: _Guess) -> list[Matrix]:
    import cv2

    places = [guess.place]
    if len(guess.mine) >= 8:
        fitted, _ = cv2.findHomography(guess.theirs, guess.mine, cv2.RANSAC, 3.0)
        if fitted is not None and np.isfinite(fitted).all():
            places.append(fitted / fitted[2, 2])
    return places


def _tried(guesses: list[_Guess], starts: _Placed, gallery: Gallery, edges: Edges) -> _Placed:
    """The plausible ones of these, and of where their outlines are pulled to."""
    starts = _plausible(guesses, starts, gallery, edges)
    drawn = [one for one in starts if gallery.outlines.used[guesses[one[0]].reference, 0]]
    if not drawn:
        return starts
    which = np.array([guesses[number].reference for number, _ in drawn], np.int64)
    signs = [guesses[number].sign for number, _ in drawn]
    refined = logo_align.refine(gallery.outlines, which, np.stack([place for _, place in drawn]), edges, signs)
    numbers = [number for number, _ in drawn]
    return starts + _plausible(guesses, list(zip(numbers, refined, strict=True)), gallery, edges)


def _plausible(guesses: list[_Guess], placed: _Placed, gallery: Gallery, edges: Edges) -> _Placed:
    if not placed:
        return []
    which = np.array([guesses[number].reference for number, _ in placed], np.int64)
    good = logo_align.plausible(gallery.outlines, which, np.stack([place for _, place in placed]), edges)
    return [one for one, fits in zip(placed, good.tolist(), strict=True) if fits]


def _fits(guesses: list[_Guess], placed: _Placed, gallery: Gallery, edges: Edges) -> list[Fit]:
    """One for each place, in their order."""
    which = np.array([guesses[number].reference for number, _ in placed], np.int64)
    drawn = np.flatnonzero(gallery.outlines.used[which, 0]) if placed else which
    fits: dict[int, Fit] = {}
    if len(drawn):
        places = np.stack([placed[number][1] for number in drawn])
        fits = dict(zip(drawn.tolist(), logo_weigh.weigh(gallery.outlines, which[drawn], places, edges), strict=True))
    return [
        fits[k] if k in fits else logo_weigh.whole(gallery.references[which[k]].prepared, place, edges)
        for k, (_, place) in enumerate(placed)
    ]


def _inliers(guess: _Guess, place: Matrix, prepared: Prepared) -> int:
    """Pairs that the place explains within 3 pixels, or 2 % of the logo's size; each spot counted once."""
    if not len(guess.mine):
        return 0
    size = float(np.linalg.norm(np.ptp(logo_align.corners(prepared, place), axis=0)))
    off = np.linalg.norm(logo_align.warp(place, guess.theirs) - guess.mine, axis=1)
    good = off < max(3.0, 0.02 * size)
    return min(
        len(np.unique(np.rint(guess.mine[good] / 2), axis=0)), len(np.unique(np.rint(guess.theirs[good] / 2), axis=0))
    )


def _score(prepared: Prepared, fit: Fit, inliers: int) -> float:
    """0–1 from both kinds of evidence.

    Features: four that agree are chance, eight are not. Outline: `Fit.evidence`; a logo of one colour that would have
    to be uneven is not believed."""
    by_features = (1 - np.exp(-max(0, inliers - 4) / 5)) * min(1.0, fit.likeness / 0.6)
    by_outline = (1 - np.exp(-max(0.0, fit.evidence) / 4)) * np.clip(1.2 - 2.5 * fit.uneven, 0, 1)
    if prepared.outline is None:
        by_outline = 0.0
    return float(np.clip(1 - (1 - by_features) * (1 - by_outline), 0, 1))


def same_spot(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    """Whether two quadrilaterals' boxes overlap by more than half of the smaller one."""
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    common = float(np.prod(np.maximum(0.0, high - low)))
    smaller = min(float(np.prod(np.ptp(a, axis=0))), float(np.prod(np.ptp(b, axis=0))))
    return common > 0.5 * smaller
