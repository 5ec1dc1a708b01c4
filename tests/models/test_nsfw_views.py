from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.records import Finding
from models import nsfw, nsfw_views
from models.local import LocalBackend
from models.nsfw_boxes import Box
from models.nsfw_views import Tile
from models.runtime import Plan, TensorSpec
from tests.models.pictures import cloudy, figure, sample


def test_what_info_says_of_tiles_is_what_is_done() -> None:
    assert nsfw.TILING == nsfw_views.TILING


@pytest.mark.parametrize("size", [(640, 480), (1000, 400), (400, 1000), (60, 3000), (1, 300)])
def test_pictures_that_are_not_long_have_no_tiles(size: tuple[int, int]) -> None:
    assert nsfw_views.tiles(*size) == ()


@pytest.mark.parametrize("size", [(400, 1001), (2000, 300), (800, 20000), (100, 9001), (4096, 1024)])
def test_tiles_cover_everything_and_overlap(size: tuple[int, int]) -> None:
    width, height = size
    tiles = nsfw_views.tiles(width, height)
    assert 2 <= len(tiles) <= nsfw_views.TILES_AT_MOST
    assert (tiles[0].left, tiles[0].top) == (0, 0)
    assert (tiles[-1].right, tiles[-1].bottom) == size
    for one, following in itertools.pairwise(tiles):
        if width > height:
            assert (following.top, following.bottom) == (0, height)
            shared, side = one.right - following.left, one.right - one.left
        else:
            assert (following.left, following.right) == (0, width)
            shared, side = one.bottom - following.top, one.bottom - one.top
        assert shared >= side / 3 - 1
        assert side >= min(size)


def box(y: float, score: float, label: int = 1, h: float = 100) -> Box:
    return Box(label, score, 10, y, 80, h)


FIRST, SECOND = Tile(0, 0, 300, 300), Tile(0, 200, 300, 500)
SIZE = (300, 900)


def merged(whole: list[Box], first: list[Box], second: list[Box], by_class: bool = True) -> list[nsfw_views.Seen]:
    return nsfw_views.merged(whole, [(FIRST, first), (SECOND, second)], SIZE, 0.45, by_class=by_class)


def test_what_the_whole_picture_showed_always_stays() -> None:
    whole = [box(50, 0.5), box(60, 0.3, label=2), box(700, 0.25)]
    seen = merged(whole, [box(50, 0.4)], [])
    assert [one.box for one in seen] == whole
    assert all(one.tile is None for one in seen)


def test_a_tile_raises_the_score_of_a_region_and_says_what_it_was() -> None:
    (seen,) = merged([box(50, 0.3)], [box(55, 0.8)], [])
    assert (seen.box.y, seen.box.score, seen.tile, seen.whole_score) == (50, 0.8, 0, 0.3)


def test_a_region_in_two_tiles_is_one_region_in_pixels_of_the_picture() -> None:
    (seen,) = merged([], [box(198, 0.6, h=80)], [box(0, 0.5, h=78)])
    assert (seen.box.y, seen.tile, seen.whole_score) == (198, 0, None)


def test_of_a_region_cut_by_a_tile_the_uncut_one_is_kept() -> None:
    cut, complete = box(230, 0.9, h=70), box(30, 0.5, h=120)  # 230–300 of the picture, and 230–350
    (seen,) = merged([], [cut], [complete])
    assert (seen.box.y, seen.box.h, seen.box.score) == (230, 120, 0.9)


def test_labels_suppress_each_other_only_when_asked() -> None:
    assert len(merged([], [box(50, 0.6)], [])) == 1
    assert len(merged([], [box(50, 0.6), box(52, 0.5, label=2)], [])) == 2
    assert len(merged([], [box(50, 0.6), box(52, 0.5, label=2)], [], by_class=False)) == 1


class SeesRed:
    """A detector of red squares with NudeNet's tensors, blind to what is smaller than 24 of its 320 pixels."""

    inputs = (TensorSpec("images", (None, 3, 320, 320)),)
    outputs = (TensorSpec("output0", (None, 22, None)),)
    metadata: ClassVar[dict[str, str]] = {}

    def run(self, feeds: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        return [np.concatenate([self._one(picture) for picture in feeds["images"]])]

    def _one(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        blue, green, red = picture
        rows, columns = np.nonzero((red > 0.8) & (green < 0.2) & (blue < 0.2))
        answer = np.zeros((1, 22, 1), np.float32)
        if len(rows) and min(np.ptp(rows), np.ptp(columns)) >= 24:
            left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
            answer[0, :4, 0] = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
            answer[0, 4 + 1, 0] = 0.7
        return answer

    def describe(self) -> Plan:
        return Plan("onnxruntime", "0", "cpu", "fp32")

    def close(self) -> None:
        return


def seen(page: NDArray[np.uint8], tiles: tuple[Tile, ...], batch: int = 1) -> list[Finding]:
    """The page between two others, so that a batch must give each its own answers."""
    other = nsfw._Look(np.full((300, 300, 3), 90, np.uint8), (), nsfw.NsfwOptions())
    looks = [other, nsfw._Look(page, tiles, nsfw.NsfwOptions()), other]
    before, answers, after = nsfw._detected(SeesRed(), looks, batch, Control())
    assert nsfw._regions(other, before) == nsfw._regions(other, after) == ()
    return list(nsfw._regions(looks[1], answers))


@pytest.mark.parametrize("batch", [1, 4, 16])
@pytest.mark.parametrize("turned", [False, True])
def test_what_a_long_page_hides_is_found_by_tiles_where_it_is(turned: bool, batch: int) -> None:
    page = np.full((4000, 400, 3), 90, np.uint8)
    page[3210:3310, 150:270] = (255, 0, 0)
    if turned:
        page = np.ascontiguousarray(page.transpose(1, 0, 2))
    tiles = nsfw_views.tiles(page.shape[1], page.shape[0])
    assert seen(page, ()) == []
    (found,) = seen(page, tiles, batch)
    assert found.label == "FACE_FEMALE"
    assert found.region is not None
    along, across = (found.region.x, found.region.y) if turned else (found.region.y, found.region.x)
    length, breadth = (found.region.w, found.region.h) if turned else (found.region.h, found.region.w)
    assert (along, length) == pytest.approx((3210 / 4000, 100 / 4000), abs=2 / 4000)
    assert (across, breadth) == pytest.approx((150 / 400, 120 / 400), abs=2 / 400)
    assert found.attributes["tiles"] == len(tiles)
    assert 1 <= found.attributes["tile"] <= len(tiles)


def test_a_face_in_a_real_strip_is_found_by_tiles(backend: LocalBackend, shared_data: Path) -> None:
    bgr = cv2.imread(str(shared_data / "faces" / "obama.jpg"))
    assert bgr is not None
    face = np.asarray(cv2.resize(bgr[..., ::-1], (400, round(400 * bgr.shape[0] / bgr.shape[1]))), np.uint8)
    strip = np.full((6000, 400, 3), 128, np.uint8)
    strip[4700 : 4700 + face.shape[0]] = face
    whole, tiled = (
        [
            finding
            for finding in backend.analyze("nsfw", [sample(strip)], {"tiles": tiles}, Control())[0].findings
            if finding.label.startswith("FACE")
        ]
        for tiles in (False, True)
    )
    assert whole == []
    assert tiled
    assert tiled[0].score is not None
    assert tiled[0].score > 0.5
    assert tiled[0].region is not None
    assert 4700 / 6000 < tiled[0].region.y + tiled[0].region.h / 2 < (4700 + face.shape[0]) / 6000


def test_tiles_change_nothing_for_other_pictures(backend: LocalBackend) -> None:
    for picture in (figure(seed=1), cloudy(300, 700)):
        with_, without = (
            backend.analyze("nsfw", [sample(picture)], {"keep_score": 0.05, "tiles": tiles}, Control())[0]
            for tiles in (True, False)
        )
        assert with_.findings == without.findings
