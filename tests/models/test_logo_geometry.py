"""The geometry behind `logo`: places, outlines, likeness, and what a flat thing can look like."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models import logo_align, logo_reference, logo_weigh
from models.logo_outlines import Outlines
from tests.support.logo_galleries import prepared
from tests.support.logo_scenes import LOGOS, View, background, compose, logo

# ---------------------------------------------------------------------- geometry


def test_a_wrong_place_is_pulled_onto_the_edges() -> None:
    scene = compose(logo("bolt"), background(9), View(side=200, turn=25), seed=4)
    made = logo_reference.unpack(prepared("bolt"))
    edges = logo_align.Edges(cv2.cvtColor(scene.picture, cv2.COLOR_RGB2GRAY))
    width, height = made.size
    box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    grown = scene.quad.mean(0) + (scene.quad - scene.quad.mean(0)) * 1.08
    shifted = (grown + np.array([6, -5])).astype(np.float32)
    place = cv2.getPerspectiveTransform(box, shifted)
    outlines, first = Outlines.of([made]), np.zeros(1, np.int64)
    (before,) = logo_weigh.weigh(outlines, first, place[None], edges)
    (after,) = logo_weigh.weigh(outlines, first, logo_align.refine(outlines, first, place[None], edges, [-1.0]), edges)
    assert before.edges < 0.5
    assert after.edges > 0.95
    assert after.evidence > 8 > 0 > before.evidence


@pytest.mark.parametrize(
    ("quad", "can_be"),
    [
        ([(100, 100), (200, 100), (200, 250), (100, 250)], True),
        ([(200, 100), (100, 100), (100, 250), (200, 250)], False),  # mirrored
        ([(100, 100), (200, 100), (120, 120), (100, 250)], False),  # not convex
        ([(100, 100), (108, 100), (108, 250), (100, 250)], False),  # seen from the side
        ([(100, 100), (104, 100), (104, 106), (100, 106)], False),  # tiny
    ],
)
def test_only_what_a_flat_thing_can_look_like_is_believed(quad: list[tuple[int, int]], can_be: bool) -> None:
    made = logo_reference.unpack(prepared("bolt"))
    width, height = made.size
    box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    place = cv2.getPerspectiveTransform(box, np.array(quad, np.float32))
    edges = logo_align.Edges(np.zeros((400, 500), np.uint8))
    assert logo_align.plausible(Outlines.of([made]), np.zeros(1, np.int64), place[None], edges).tolist() == [can_be]


def test_outlines_in_the_frame_and_how_they_move_with_the_place() -> None:
    """Against one place after the other, and against what a small change of each number of the place does."""
    made = [logo_reference.unpack(prepared(name)) for name in LOGOS[:2]]
    outlines = Outlines.of(made)
    unit = np.array([np.linalg.inv([[half, 0, x], [0, half, y], [0, 0, 1]]) for half, (x, y) in _halves(made)])
    within = np.array([[[90, 12, 200], [-20, 70, 150], [0.1, -0.05, 1]], [[40, -30, 99], [35, 50, 88], [0, 0.2, 1]]])
    which = np.arange(2)
    there = outlines.there(which, within @ unit)
    position = outlines.within
    depth = (within[:, 2, None, :2] * position).sum(2) + 1
    system = logo_align._system(there, position[..., 0], position[..., 1], depth, 8)
    for number, one in enumerate(made):
        assert one.outline is not None
        points = logo_align.warp(within[number] @ unit[number], one.outline.points)
        count = len(points)
        x, y, nx, ny = (column[number, :count] for column in there)
        assert np.stack([x, y], axis=1) == pytest.approx(points, abs=1e-9)
        assert np.hypot(nx, ny) == pytest.approx(np.ones(count), abs=1e-6)
        inwards = logo_align.warp(within[number] @ unit[number], one.outline.points + 0.01 * one.outline.normals)
        assert ((inwards - points) * np.stack([nx, ny], axis=1)).sum(1).min() > 0
        for free in range(8):
            changed = within[number].copy()
            changed.flat[free] += 1e-6
            moved = logo_align.warp(changed @ unit[number], one.outline.points) - points
            along = (moved[:, 0] * nx + moved[:, 1] * ny) / 1e-6
            assert system[number, :count, free] == pytest.approx(along, rel=1e-4, abs=1e-3)
    rays = there.rays(np.array([[-2.0], [0.5]]))
    assert rays[0].shape == (2, 2, there.x.shape[1])
    assert rays[1][:, 1] == pytest.approx(there.y + 0.5 * there.ny, abs=1e-4)


def _halves(made: list[logo_reference.Prepared]) -> list[tuple[float, tuple[float, float]]]:
    return [(max(one.size) / 2, (one.size[0] / 2, one.size[1] / 2)) for one in made]


def test_values_between_pixels_are_interpolated() -> None:
    edges = logo_align.Edges(np.zeros((3, 4), np.uint8))
    layer = np.arange(12, dtype=np.float32).reshape(3, 4)
    points = np.array([[[0.5, 0.5], [2.25, 1.0]], [[-1.0, 0.0], [3.0, 9.0]]])
    assert edges.at(layer, points[..., 0], points[..., 1]).tolist() == [[2.5, 6.25], [0.0, 11.0]]
    both = np.stack([layer, -layer], axis=2)
    many = np.random.default_rng(2).uniform(-1, 5, (2, 5000))
    for _ in range(5):
        found = edges.at(both, *many)
        # OpenCV rounds places to 1/32 pixel for two values, for one it need not.
        assert found[:, 0] == pytest.approx(edges.at(layer, *many), abs=5 / 64 + 1e-4)
        assert found[:, 1] == pytest.approx(-found[:, 0], abs=1e-4)


def test_the_median_of_what_is_used_is_that_of_numpy() -> None:
    random = np.random.default_rng(1)
    for kind in (np.float32, np.float64):
        values = random.normal(0, 5, (60, 41)).astype(kind)
        used = random.random(values.shape) < np.linspace(0.02, 1, 60)[:, None]
        found = logo_align.median(values, used)
        for row, chosen, mine in zip(values, used, found, strict=True):
            assert np.isnan(mine) if not chosen.any() else mine == pytest.approx(np.median(row[chosen]), rel=1e-6)


def test_no_place_depends_on_those_that_are_looked_at_with_it() -> None:
    """Many guesses of several references at once come out as each of them alone."""
    scene = compose(logo("bolt"), background(9), View(side=200, turn=25), seed=4)
    edges = logo_align.Edges(cv2.cvtColor(scene.picture, cv2.COLOR_RGB2GRAY))
    made = [logo_reference.unpack(prepared(name)) for name in ("ring", "bolt", "bars")]
    outlines = Outlines.of(made)
    which, places = [], []
    for number in range(9):
        width, height = made[number % 3].size
        box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        grown = scene.quad.mean(0) + (scene.quad - scene.quad.mean(0)) * (0.6 + 0.1 * number) + number
        which.append(number % 3)
        places.append(cv2.getPerspectiveTransform(box, grown.astype(np.float32)))
    together = np.array(which), np.stack(places)
    refined = logo_align.refine(outlines, *together, edges, [1.0, -1.0] * 4 + [1.0])
    fits = logo_weigh.weigh(outlines, together[0], refined, edges)
    for number in range(9):
        alone = together[0][number : number + 1], together[1][number : number + 1]
        one = logo_align.refine(outlines, *alone, edges, [-1.0 if number % 2 else 1.0])
        assert one[0] == pytest.approx(refined[number], rel=1e-6, abs=1e-9)
        (fit,) = logo_weigh.weigh(outlines, alone[0], one, edges)
        assert (fit.edges, fit.evidence) == pytest.approx((fits[number].edges, fits[number].evidence), rel=1e-6)
        assert (fit.contrast, fit.likeness) == pytest.approx((fits[number].contrast, fits[number].likeness), rel=1e-5)


def test_likeness_is_the_correlation_with_being_in_the_logo() -> None:
    random = np.random.default_rng(3)
    sides = random.normal(100, 30, (4, 2, 50)).astype(np.float32)
    seen = random.random((4, 50)) < 0.7
    found = logo_weigh._likeness(sides, seen, seen.sum(1))
    for row, chosen, mine in zip(sides, seen, found, strict=True):
        values = np.concatenate([row[0][chosen], row[1][chosen]]).astype(float)
        logos = np.repeat([1.0, 0.0], chosen.sum())
        assert mine == pytest.approx(abs(np.corrcoef(values, logos)[0, 1]), abs=1e-6)


@pytest.mark.parametrize(
    ("place", "fits"),
    [
        (np.diag([0.5, 0.5, 1.0]), True),
        (np.diag([0.5, 0.05, 1.0]), False),  # ten times as thin
        (np.diag([-0.5, 0.5, 1.0]), False),  # mirrored
        (np.diag([0.01, 0.01, 1.0]), False),  # a few pixels
        (np.array([[0.5, 0, 900], [0, 0.5, 0], [0, 0, 1]]), False),  # its middle is outside
        (np.array([[0.5, 0, 0], [0, 0.5, 0], [0.02, 0, 1]]), False),  # nearer by far at one end
        (np.array([[0.5, 0.49, 0], [0, 0.05, 0], [0, 0, 1]]), False),  # squeezed flat
        (np.full((3, 3), np.nan), False),
    ],
)
def test_only_flat_things_seen_by_a_camera_are_plausible(place: np.ndarray, fits: bool) -> None:
    prepared = logo_reference.unpack(logo_reference.prepare(logo("ring")).tobytes())
    edges = logo_align.Edges(np.zeros((600, 800), np.uint8))
    places = np.asarray(place, np.float64)[None]
    assert logo_align.plausible(Outlines.of([prepared]), np.zeros(1, np.int64), places, edges).tolist() == [fits]
