"""Flat parts of a picture, against what OpenCV counts pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from models import logo_parts


def noise(blur: float, size: tuple[int, int] = (150, 210)) -> np.ndarray:
    random = np.random.default_rng(5)
    soft = cv2.GaussianBlur(random.integers(0, 256, size, np.uint8), (0, 0), blur)
    return np.asarray(cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


@pytest.mark.parametrize("blur", [0.5, 2.0, 6.0])
@pytest.mark.parametrize("level", [100, 128, 180])
def test_parts_are_those_that_opencv_counts_pixel_by_pixel(blur: float, level: int) -> None:
    grey = noise(blur)
    bright = np.asarray(grey >= level, np.uint8)
    _, labels, stats, middles = cv2.connectedComponentsWithStats(bright, connectivity=8, ltype=cv2.CV_32S)
    found, areas, parts = logo_parts.connected(logo_parts.frame(grey), level)
    inside = found.reshape(151, 212)[:-1, logo_parts.EDGE :]
    assert (inside == labels).all()
    assert areas[1:].tolist() == stats[1:, 4].tolist()
    left, top, width, height, area = stats[1:].T
    wanted = (area >= 50) & (np.minimum(width, height) >= 5) & (area < 0.5 * grey.size)
    wanted &= (left > 0) & (top > 0) & (left + width < 210) & (top + height < 150)
    boxes = np.stack([left, top, left + width, top + height], axis=1)[wanted]
    assert np.stack([parts[name] for name in ("left", "top", "right", "bottom")], axis=1).tolist() == boxes.tolist()
    assert parts["area"].tolist() == area[wanted].tolist()
    assert np.stack([parts["x"], parts["y"]], axis=1).tolist() == middles[1:][wanted].tolist()
    assert found[parts["seed"]].tolist() == (1 + np.flatnonzero(wanted)).tolist()


def test_lines_are_no_parts_however_they_run() -> None:
    grey = np.zeros((120, 120), np.uint8)
    for start, end in (((10, 10), (80, 80)), ((5, 100), (115, 100)), ((110, 5), (110, 90))):
        cv2.line(grey, start, end, 255, 1)
    assert len(logo_parts.connected(logo_parts.frame(grey), 128)[2]) == 0
    cv2.line(grey, (10, 10), (10, 20), 255, 1)  # with a hook it has an inside and an outside
    assert len(logo_parts.connected(logo_parts.frame(grey), 128)[2]) == 1


@dataclass
class Seen:
    tone: int
    growth: float
    mask: np.ndarray
    steps: int = 1

    @property
    def middle(self) -> tuple[float, float]:
        rows, columns = np.nonzero(self.mask)
        return float(columns.mean()), float(rows.mean())

    def is_nearly(self, other: Seen) -> bool:
        (x, y), (u, v), area = self.middle, other.middle, float(other.mask.sum())
        near = abs(x - u) + abs(y - v) < 0.1 * np.sqrt(area)
        return self.tone == other.tone and abs(float(self.mask.sum()) / area - 1) < 0.15 and near


def slowly(grey: np.ndarray) -> list[Seen]:
    """What is meant, part by part and pixel by pixel."""
    soft, found = cv2.GaussianBlur(grey, (0, 0), 0.7), []
    for tone, layer in enumerate((soft, 255 - soft)):
        before: list[Seen] = []
        for level in range(247, 4, -16):
            bright = np.asarray(layer >= level, np.uint8)
            _, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8, ltype=cv2.CV_32S)
            for part in before:
                part.growth = float((labels == labels[part.mask][0]).sum() / part.mask.sum())
            lasting = [part for part in before if part.growth < 1.25]
            found += lasting
            before = []
            for label in 1 + np.flatnonzero(stats[1:, 4] >= 50):
                left, top, width, height, area = stats[label].tolist()
                border = left == 0 or top == 0 or left + width == grey.shape[1] or top + height == grey.shape[0]
                if not border and min(width, height) >= 5 and area < grey.size / 2:
                    part = Seen(tone, 0.0, labels == label)
                    part.steps = next((old.steps + 1 for old in lasting if part.is_nearly(old)), 1)
                    before.append(part)
    found.sort(key=lambda one: (-one.steps, one.growth, -one.mask.sum(), *one.middle))
    kept: list[Seen] = []
    for part in found:
        if not any(part.is_nearly(other) for other in kept):
            kept.append(part)
    return kept


@pytest.mark.parametrize("blur", [2.0, 4.0])
def test_the_stable_ones_are_those_of_the_slow_way(blur: float) -> None:
    grey = noise(blur, (110, 140)) // 3 + 80
    random = np.random.default_rng(3)
    for _ in range(40):
        place, size, tone = random.integers(0, 140, 2), int(random.integers(2, 14)), int(random.integers(0, 256))
        cv2.circle(grey, place.tolist(), size, tone, int(random.choice([-1, 2, 3])))
    expected = slowly(grey)
    assert len(expected) > 15
    found = logo_parts.stable(grey, 1000)
    assert len(found) == len(expected)
    for part, wanted in zip(found, expected, strict=True):
        whole = np.zeros(grey.shape, np.bool_)
        whole[part.top : part.top + part.mask.shape[0], part.left : part.left + part.mask.shape[1]] = part.mask
        assert (whole == wanted.mask).all()
    few = logo_parts.stable(grey, 5)
    assert [(one.left, one.top) for one in few] == [(one.left, one.top) for one in found[:5]]
