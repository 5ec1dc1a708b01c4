"""Flat shapes and their silhouettes, against written-out arithmetic."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models import logo_shapes


def ellipse(size: tuple[int, int], turn: float) -> np.ndarray:
    picture = np.zeros((200, 300), np.uint8)
    cv2.ellipse(picture, (150, 100), size, turn, 0, 360, 255, -1)
    return picture > 0


def test_the_spread_of_an_ellipse_is_half_its_half_axes() -> None:
    _, centre, spread = logo_shapes.describe(ellipse((80, 40), 30))
    values, axes = np.linalg.eigh(spread)
    assert centre == pytest.approx([150, 100], abs=0.3)
    assert values == pytest.approx([20, 40], rel=0.03)  # uniform ellipse: variance of an axis is a²/4
    assert abs(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])) % 180 - 30) < 1


def test_every_ellipse_has_the_silhouette_of_a_disc() -> None:
    discs = [logo_shapes.describe(ellipse(size, turn))[0] for size, turn in (((60, 60), 0), ((90, 30), 70))]
    radii = (np.arange(logo_shapes.RINGS) + 0.5) / logo_shapes.RINGS * logo_shapes.REACH
    expected = np.repeat((radii < 2)[:, None], logo_shapes.ANGLES, axis=1)  # a disc reaches two standard deviations
    for silhouette in discs:
        assert (silhouette == expected).mean() > 0.97


def test_overlap_and_turn_are_those_of_every_turn_tried() -> None:
    random = np.random.default_rng(3)
    a, b = (random.random((2, logo_shapes.RINGS, logo_shapes.ANGLES)) < 0.5 for _ in range(2))
    overlap, turn = logo_shapes.alike(logo_shapes.spectrum(a), logo_shapes.spectrum(b))
    weight = logo_shapes.WEIGHTS[:, None]
    for i in range(2):
        for j in range(2):
            tried = []
            for steps in range(logo_shapes.ANGLES):
                turned = np.roll(b[j], steps, axis=1)
                tried.append((weight * (a[i] & turned)).sum() / (weight * (a[i] | turned)).sum())
            assert overlap[i, j] == pytest.approx(max(tried), abs=1e-5)
            assert turn[i, j] == int(np.argmax(tried))


def test_a_turned_silhouette_is_told_with_its_turn() -> None:
    picture = np.zeros((200, 200), np.uint8)
    cv2.fillPoly(picture, [np.array([(60, 60), (150, 70), (120, 100), (140, 150), (80, 140)])], 255)
    turned = cv2.warpAffine(picture, cv2.getRotationMatrix2D((100, 100), -45, 1), (200, 200))  # clockwise on the screen
    spectra = [logo_shapes.spectrum(logo_shapes.describe(one > 127)[0][None]) for one in (turned, picture)]
    overlap, steps = logo_shapes.alike(*spectra)
    assert overlap[0, 0] > 0.9
    assert abs(int(steps[0, 0]) * 360 / logo_shapes.ANGLES - 45) <= 7.5
    assert logo_shapes.TURNED[logo_shapes.ANGLES // 4] == pytest.approx(np.array([[0, -1], [1, 0]]), abs=1e-12)


@pytest.mark.parametrize("dark", [True, False])
def test_flat_parts_are_found_whether_dark_or_bright(dark: bool) -> None:
    grey = np.full((240, 320), 60 if not dark else 200, np.uint8)
    cv2.rectangle(grey, (40, 50), (99, 129), 200 if not dark else 60, -1)
    cv2.circle(grey, (220, 120), 40, 190 if not dark else 70, 12)
    found = logo_shapes.find(grey)
    places = {(round(float(x)), round(float(y))) for x, y in found.centres}
    assert any(abs(x - 70) <= 2 and abs(y - 90) <= 2 for x, y in places)
    assert any(abs(x - 220) <= 2 and abs(y - 120) <= 2 for x, y in places)
    assert len(found) <= 6  # one entry a part, not one a level


def test_nothing_in_nothing_and_never_more_than_asked_for() -> None:
    assert len(logo_shapes.find(np.full((50, 60), 128, np.uint8))) == 0
    random = np.random.default_rng(1)
    busy = cv2.resize(random.integers(0, 256, (40, 40), dtype=np.uint8), (640, 640), interpolation=cv2.INTER_NEAREST)
    assert len(logo_shapes.find(busy, 10)) == 10


def test_a_picture_of_nothing_has_no_parts() -> None:
    for grey in (np.zeros((20, 20), np.uint8), np.full((20, 20), 255, np.uint8)):
        assert len(logo_shapes.find(grey)) == 0
