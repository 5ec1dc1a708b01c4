"""Faces in long pictures: seen in squares along their length, each once, at its place in the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import Stopped
from core.records import SampleResult
from models import faces_tiles
from models.faces_boxes import Face
from models.local import LocalBackend
from tests.models.pictures import cloudy, figure, sample

Pixels = NDArray[np.uint8]


def squares(picture: Pixels, thorough: bool) -> list[Face]:
    """A detector as blind as the real ones: white squares that are at least 20 pixels in a picture of 1024. One that
    the edge cuts is seen, with a better score, so that only its being cut tells against it."""
    height, width = picture.shape[:2]
    scale = min(1.0, faces_tiles.LOOK / max(height, width))
    count, _, stats, _ = cv2.connectedComponentsWithStats((picture[..., 0] == 255).astype(np.uint8))
    found = []
    for left, top, across, down in stats[1:count, :4].tolist():
        if min(across, down) * scale >= 20:
            box = (float(left), float(top), float(left + across), float(top + down))
            score = 0.9 if across != down else 0.6 + left / 1e6
            found.append(Face(box, score, np.full((5, 2), (left + 1.0, top + 2.0)), "square"))
    return found


def find(picture: Pixels, look: faces_tiles.Find = squares, **named: Any) -> tuple[list[faces_tiles.Seen], int]:
    return faces_tiles.find(
        picture, look, thorough=named.get("thorough", False), between=named.get("between", int), closely_above=100
    )


@pytest.mark.parametrize(
    ("width", "height"),
    [(640, 480), (4000, 3000), (1500, 600), (1536, 500), (600, 1536), (7500, 3000), (1, 1), (90000, 40)],
)
def test_usual_pictures_are_looked_at_once_and_as_they_are(width: int, height: int) -> None:
    picture, looked = np.zeros((height, width, 3), np.uint8), []
    face = Face((0.0, 0.0, 9.0, 9.0), 0.7, np.zeros((5, 2)), "square")

    def look(given: Pixels, thorough: bool) -> list[Face]:
        looked.append((given is picture, thorough))
        return [face, face]

    found, tiles = find(picture, look, thorough=True)
    assert looked == [(True, True)]
    assert tiles == 0
    assert [one.face for one in found] == [face, face]  # not even merged again
    assert all(one.face is face and one.tile is None for one in found)


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("size", [(7000, 900), (14000, 500), (3000, 700)])
def test_every_small_face_is_found_once_wherever_it_lies(size: tuple[int, int], upright: bool) -> None:
    """80 pixels, at every place along the length in turn: on the borders of tiles, too."""
    long, short = size
    picture = np.zeros((short, long, 3), np.uint8)
    starts = range(0, long - 80, 297)
    for start in starts:
        top = (start * 7) % (short - 81)
        picture[top : top + 80, start : start + 80] = 255
    if upright:
        picture = np.ascontiguousarray(picture.transpose(1, 0, 2))
    assert len(squares(picture, thorough=False)) == (0 if long > 4096 else len(starts))  # as a whole: nothing
    found, tiles = find(picture)
    boxes = sorted(one.face.box[1 if upright else 0] for one in found)
    assert boxes == [float(start) for start in starts]
    assert {one.face.size for one in found} == {80.0}  # never the part that an edge leaves of it
    assert tiles > 2
    for one in found:
        assert one.face.points[0].tolist() == [one.face.box[0] + 1, one.face.box[1] + 2]
    assert [one.face.score for one in found] == sorted((one.face.score for one in found), reverse=True)


def test_two_faces_that_touch_stay_two_and_the_whole_picture_adds_what_is_larger_than_tiles() -> None:
    picture = np.zeros((1000, 6000, 3), np.uint8)
    picture[100:200, 500:600] = picture[100:200, 601:701] = 255
    picture[0:1000, 2800:3800] = 255  # as large as a tile, and no tile begins there
    found, _ = find(picture)
    assert sorted(one.face.box for one in found if one.face.size <= 100) == [(500, 100, 600, 200), (601, 100, 701, 200)]
    assert ((2800, 0, 3800, 1000), None) in [(one.face.box, one.tile) for one in found]


def test_a_thorough_look_is_for_the_whole_of_pictures_in_which_no_piece_shows_anything() -> None:
    empty, looked = np.zeros((500, 3000, 3), np.uint8), []

    def look(picture: Pixels, thorough: bool) -> list[Face]:
        looked.append(thorough)
        return squares(picture, thorough)

    _, tiles = find(empty, look, thorough=True)
    assert looked == [False] * (tiles + 1) + [True]
    looked.clear()
    empty[100:200, 100:200] = 255
    find(empty, look, thorough=True)
    assert set(looked) == {False}


def test_it_can_be_stopped_between_two_pieces() -> None:
    control = Control()
    calls = []

    def look(picture: Pixels, thorough: bool) -> list[Face]:
        calls.append(thorough)
        control.cancel()
        return []

    with pytest.raises(Stopped):
        find(np.zeros((500, 5000, 3), np.uint8), look, between=control.checkpoint)
    assert calls == [False]


def look_at(backend: LocalBackend, picture: Pixels) -> SampleResult:
    (result,) = backend.analyze("faces", [sample(picture)], {"engine": "dlib"}, Control())
    assert result.failure is None
    return result


def test_a_small_drawn_face_in_a_panorama_is_found_and_described(backend: LocalBackend) -> None:
    head = cv2.resize(figure(seed=1), (240, 320), interpolation=cv2.INTER_AREA)
    picture = np.full((500, 3600, 3), 110, np.uint8)
    picture[100:420, 2200:2440] = head
    result = look_at(backend, picture)
    (finding,) = result.findings
    region = finding.region
    assert region is not None
    assert (region.x + region.w / 2) * 3600 == pytest.approx(2320, abs=20)
    assert region.y * 500 < 100 + 213 / 2 < (region.y + region.h) * 500
    assert (finding.attributes["tile"], finding.attributes["tiles"]) == (4, 5)
    assert len(result.vectors) == 1
    alone = look_at(backend, np.ascontiguousarray(picture[:, 2000:2640]))
    assert "tile" not in alone.findings[0].attributes
    assert np.linalg.norm(result.vectors[0].values.astype(float) - alone.vectors[0].values.astype(float)) < 0.2


def test_real_people_in_a_long_picture_are_found_and_known_again(backend: LocalBackend, shared_data: Path) -> None:
    """Faces of 80 pixels on a page of 500 × 3800, of which a look at the whole sees none."""
    from core.likeness import comparing, similarity

    picture = cv2.resize(cloudy(50, 380), (500, 3800), interpolation=cv2.INTER_CUBIC) // 2 + 60
    sources = {}
    for number, name in enumerate(("obama.jpg", "biden.jpg")):
        bgr = cv2.imread(str(shared_data / "faces" / name))
        assert bgr is not None
        source = look_at(backend, np.ascontiguousarray(bgr[..., ::-1]))
        region = source.findings[0].region
        assert region is not None
        sources[name] = source.vectors[0]
        scale = 80 / (region.h * bgr.shape[0])
        small = cv2.resize(bgr[..., ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = 900 + 1500 * number, 60 + 200 * number
        picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    result = look_at(backend, np.ascontiguousarray(picture, np.uint8))
    assert len(result.findings) == len(result.vectors) == 2
    space = result.vectors[0].space
    by_place = sorted(result.vectors, key=lambda one: result.findings[one.finding or 0].region.y)  # type: ignore[union-attr]  # all have a place
    for vector, (own, other) in zip(by_place, (("obama.jpg", "biden.jpg"), ("biden.jpg", "obama.jpg")), strict=True):
        limit = comparing(space).threshold
        assert similarity(space, vector.values, sources[own].values) > limit
        assert similarity(space, vector.values, sources[other].values) < limit
