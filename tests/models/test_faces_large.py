"""Faces in large pictures that are not long: seen in the cells of a grid, each once, where that was asked for."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.control import Control
from models import faces_tiles
from models.local import BackendSpec, LocalBackend
from tests.models.pictures import cloudy, sample
from tests.models.test_faces_tiles import squares

Pixels = NDArray[np.uint8]


def find(picture: Pixels, above: float) -> tuple[list[faces_tiles.Seen], int]:
    return faces_tiles.find(picture, squares, thorough=False, between=int, closely_above=above)


def crowd(width: int, height: int, size: int, step: int) -> tuple[Pixels, set[tuple[int, int]]]:
    """White squares in rows, at every place relative to the cells in turn."""
    picture = np.zeros((height, width, 3), np.uint8)
    places = set()
    for row, top in enumerate(range(7, height - size, step)):
        for left in range((row * 61) % step, width - size, step):
            picture[top : top + size, left : left + size] = 255
            places.add((left, top))
    return picture, places


@pytest.mark.parametrize("size", [80, 150, 230])
def test_every_small_face_of_a_large_picture_is_found_once(size: int) -> None:
    picture, places = crowd(6000, 4000, size, size * 3 // 2 + 97)
    whole, none = find(picture, 24.0)
    assert none == 0
    assert len(whole) == (len(places) if size * 1024 / 6000 >= 20 else 0)
    found, tiles = find(picture, 16.0)
    assert tiles == 12
    assert {(one.face.box[0], one.face.box[1]) for one in found} == places
    assert len(found) == len(places)
    assert {one.face.size for one in found} == {float(size)}  # never the part that an edge leaves of it


def test_a_face_larger_than_a_cell_is_one_face() -> None:
    picture = np.zeros((4000, 6000, 3), np.uint8)
    picture[300:3600, 1000:4300] = 255
    found, tiles = find(picture, 16.0)
    assert tiles == 12
    assert [one.face.box for one in found] == [(1000.0, 300.0, 4300.0, 3600.0)]
    assert found[0].tile is None


@pytest.mark.parametrize(
    ("size", "above", "cells"),
    [
        ((4000, 3000), 16.0, 0),  # what telephones make
        ((4000, 3000), 2.0, 6),
        ((6000, 4000), 24.0, 0),  # not more than that
        ((7000, 900), 2.0, 10),  # long: its squares, as ever
        ((1500, 1400), 2.0, 0),  # loses next to nothing
        ((2000, 1900), 2.0, 0),  # one cell is the picture itself
    ],
)
def test_where_it_is_cut(size: tuple[int, int], above: float, cells: int) -> None:
    assert len(faces_tiles.tiles_of(*size, above)) == cells


def test_real_faces_of_80_pixels(shared_data: Path) -> None:
    """Pasted into a picture of six megapixels: the reduced look sees none of them."""
    backend = LocalBackend(BackendSpec(analyzers=("models.faces:Faces",)))
    ground = cv2.resize(cloudy(100, 66, seed=3), (3000, 2000), interpolation=cv2.INTER_CUBIC)
    ground = np.asarray(120 + (ground.astype(np.int16) - 120) // 4, np.uint8)
    places = []
    for number, name in enumerate(("obama.jpg", "biden.jpg", "obama2.jpg")):
        rgb = np.asarray(Image.open(shared_data / "faces" / name).convert("RGB"))
        (result,) = backend.analyze("faces", [sample(rgb)], {}, Control())
        face = max(result.findings, key=lambda one: one.score or 0.0).region
        assert face is not None
        height, width = rgb.shape[:2]
        left, top = max(0, round((face.x - face.w / 2) * width)), max(0, round((face.y - face.h / 2) * height))
        cut = rgb[top : round((face.y + 1.5 * face.h) * height), left : round((face.x + 1.5 * face.w) * width)]
        scale = 80 / (face.w * width)
        small = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        x, y = 250 + 1100 * number, 300 + 500 * number
        ground[y : y + small.shape[0], x : x + small.shape[1]] = small
        places.append((x + small.shape[1] / 2, y + small.shape[0] / 2))
    counted = {}
    for above in (16, 4):
        (result,) = backend.analyze("faces", [sample(ground)], {"closely_above": above}, Control())
        regions = [one.region for one in result.findings if one.region is not None]
        inside = [
            any(r.x * 3000 < x < (r.x + r.w) * 3000 and r.y * 2000 < y < (r.y + r.h) * 2000 for r in regions)
            for x, y in places
        ]
        counted[above] = sum(inside)
        assert len(regions) == sum(inside)  # and nothing else
    backend.close()
    assert counted[4] == 3
    assert counted[16] < 3
