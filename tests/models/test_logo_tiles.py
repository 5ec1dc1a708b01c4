"""Logos in panoramas and tall pages: too small in the reduced picture, found in its tiles, told in the whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.control import Control
from core.memory import LocalPixels
from core.records import Finding, Sample, SampleKind, SampleResult
from models import logo_features, logo_tiles
from models.local import BackendSpec, LocalBackend
from models.logo_tiles import View
from models.tiles import Tile, tiles
from tests.support.logo_galleries import gallery, scene_of
from tests.support.logo_scenes import LOGOS, Picture, background, logo
from tests.support.logo_scenes import View as Seen

ONE = gallery("ring")


@pytest.fixture(scope="module")
def logos() -> LocalBackend:
    return LocalBackend(BackendSpec(analyzers=("models.logo:Logo",)))


def sample(picture: Picture) -> Sample:
    return Sample("c", 0, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])


def calm(width: int, height: int) -> Picture:
    """A sky that grows brighter, with a few roofs: little to look at, so that the tests are quick."""
    rows = np.linspace(90, 170, height)[:, None, None] + np.zeros((1, width, 3))
    picture = np.ascontiguousarray(rows.astype(np.uint8))
    for number in range(0, max(width, height), 700):
        at = (number, height - 120) if width > height else (width - 200, number)
        cv2.rectangle(picture, at, (at[0] + 160, at[1] + 100), (60, 70, 80), -1)
    return picture


def put(picture: Picture, name: str, left: int, top: int, side: int) -> tuple[int, int, int, int]:
    """The mark on its white sheet; returns the box of what is drawn, in pixels."""
    mark = logo(name)
    picture[top : top + side, left : left + side] = cv2.resize(mark, (side, side), interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(mark.min(2) < 200)
    scale = side / mark.shape[0]
    low, high = (columns.min() * scale + left, rows.min() * scale + top), (columns.max() + 1, rows.max() + 1)
    return round(low[0]), round(low[1]), round(high[0] * scale + left), round(high[1] * scale + top)


def found(backend: LocalBackend, picture: Picture, given: str = ONE) -> tuple[Finding, ...]:
    (result,) = backend.analyze("logo", [sample(picture)], {"gallery": given}, Control())
    assert result.failure is None
    return result.findings


def share(finding: Finding, box: tuple[int, int, int, int], picture: Picture) -> float:
    """Intersection over union of the finding's region and the true box."""
    height, width = picture.shape[:2]
    region = finding.region
    assert region is not None
    left, top, w, h = region.x * width, region.y * height, region.w * width, region.h * height
    across = min(left + w, box[2]) - max(left, box[0])
    down = min(top + h, box[3]) - max(top, box[1])
    common = max(0.0, across) * max(0.0, down)
    return common / (w * h + (box[2] - box[0]) * (box[3] - box[1]) - common)


# ---------------------------------------------------------------------- which pictures, and what is kept


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ((4000, 3000), 0),  # a photograph
        ((1920, 1080), 0),
        ((1200, 300), 0),  # long, but hardly reduced
        ((6000, 900), 10),
        ((900, 6000), 10),
        ((6000, 300), 11),  # tiles of 800: nothing is lost by them, and squares of 300 would be more than twice as many
        ((90_000, 900), 24),
    ],
)
def test_only_long_pictures_that_lose_by_it_have_tiles(size: tuple[int, int], count: int) -> None:
    assert len(logo_tiles.tiles_of(*size)) == count


def test_a_tile_is_as_long_as_asked_for_and_none_is_the_whole() -> None:
    made = tiles(3000, 200, at_least=800)
    assert {one.right - one.left for one in made} == {800}
    assert (made[0].left, made[-1].right) == (0, 3000)
    assert tiles(3000, 200, at_least=5000) == ()


def test_of_usual_pictures_the_same_bytes_are_kept_as_ever() -> None:
    picture = background(5, (640, 480))
    assert (logo_tiles.keep(picture) == logo_features.pack(logo_features.extract(picture))).all()
    (view,) = logo_tiles.views(logo_tiles.keep(picture))
    assert (view.low, view.high, view.tile) == ((0, 0), (1, 1), None)


def test_tiles_come_back_where_they_lie() -> None:
    picture = calm(2600, 400)
    put(picture, "badge", 1900, 40, 300)
    whole, *parts = logo_tiles.views(logo_tiles.keep(picture))
    assert whole.features.size == (800, 123)
    placed = logo_tiles.tiles_of(2600, 400)
    assert [(one.tile, one.low, one.high) for one in parts] == [
        (number, (tile.left / 2600, 0), (tile.right / 2600, 1)) for number, tile in enumerate(placed)
    ]
    for view, tile in zip(parts, placed, strict=True):
        again = logo_features.extract(picture[tile.top : tile.bottom, tile.left : tile.right])
        assert (view.features.descriptors == again.descriptors).all()
        assert view.features.size == (800, 400)


@pytest.mark.parametrize("harm", ["cut", "head", "places"])
def test_damaged_tiles_are_refused(harm: str) -> None:
    packed = logo_tiles.keep(calm(2600, 400))
    broken = {"cut": packed[:-3], "head": packed[:9], "places": packed.copy()}[harm]
    if harm == "places":
        broken[14:18] = 255  # the left edge of the first tile
    with pytest.raises(ValueError, match=r"version|short"):
        logo_tiles.views(broken)


def test_places_go_to_the_picture_and_back() -> None:
    features = logo_features.extract(np.full((400, 800, 3), 90, np.uint8))
    view = View(features, (0.25, 0.0), (0.5, 1.0), 3)
    points = np.array([[0.0, 0.0], [800.0, 400.0], [400.0, 100.0]])
    assert view.outside(points).tolist() == [[0.25, 0], [0.5, 1], [0.375, 0.25]]
    assert np.allclose(view.inside(view.outside(points)), points)
    assert not view.cuts(np.array([[0.26, -0.1], [0.49, 1.1]]))  # only over the picture's own edge
    assert view.cuts(np.array([[0.24, 0.1], [0.3, 0.2]]))
    assert view.cuts(np.array([[0.4, 0.1], [0.51, 0.2]]))
    whole = View(features)
    assert not whole.cuts(np.array([[-0.2, 0.1], [1.2, 0.2]]))
    looks = (whole, view)
    assert logo_tiles.finest(looks, np.array([0.3, 0.1]), np.array([0.4, 0.5])) is view
    assert logo_tiles.finest(looks, np.array([0.2, 0.1]), np.array([0.4, 0.5])) is whole


# ---------------------------------------------------------------------- finding


@pytest.mark.parametrize(
    "size", [(6000, 900), pytest.param((900, 6000), marks=pytest.mark.slow)], ids=["panorama", "tall page"]
)
def test_a_logo_in_a_long_picture_is_found_once_and_where_it_is(logos: LocalBackend, size: tuple[int, int]) -> None:
    picture = calm(*size)
    left, top = (4310, 330) if size[0] > size[1] else (330, 4310)
    box = put(picture, "ring", left, top, 150)
    whole = logo_features.unpack(logo_features.pack(logo_features.extract(picture)))
    from models import logo_findings
    from models.logo_gallery import Gallery

    assert (
        logo_findings.by_geometry([View(whole)], Gallery.read(ONE), 0.5) == []
    )  # 20 pixels: that is what tiles are for
    (one,) = found(logos, picture)
    assert one.label == "ring"
    assert share(one, box, picture) > 0.85
    assert one.polygon is not None
    assert all(0 <= value <= 1 for point in one.polygon for value in point)
    assert one.attributes["tiles"] == 10
    tile = logo_tiles.tiles_of(*size)[one.attributes["tile"] - 1]
    assert tile.left <= left <= tile.right
    assert tile.top <= top <= tile.bottom


def test_a_logo_across_the_edge_of_a_tile_is_found_once_and_whole(logos: LocalBackend) -> None:
    picture = calm(6000, 900)
    edges = [(one.left, one.right) for one in logo_tiles.tiles_of(6000, 900)]
    edge = edges[3][1]
    box = put(picture, "ring", edge - 150, 250, 300)
    halves = [one for one in edges if one[0] < box[0] < one[1] < box[2] or box[0] < one[0] < box[2] < one[1]]
    assert halves  # it does lie across an edge
    (one,) = found(logos, picture)
    assert share(one, box, picture) > 0.85


def test_a_logo_that_no_tile_shows_whole_is_found_once(logos: LocalBackend) -> None:
    """As large as the picture is high: longer than what tiles overlap by."""
    picture = calm(6000, 900)
    box = put(picture, "ring", 1578, 40, 800)
    assert not any(one.left <= box[0] and box[2] <= one.right for one in logo_tiles.tiles_of(6000, 900))
    (one,) = found(logos, picture)
    assert share(one, box, picture) > 0.8


def test_several_logos_in_a_long_picture_and_the_same_ones_later(logos: LocalBackend) -> None:
    picture = calm(500, 2500)
    marks = {"ring": 100, "word": 1250, "badge": 2300}
    boxes = {name: put(picture, name, 150, top, 180) for name, top in marks.items()}
    given = gallery(*LOGOS)
    (first,) = logos.analyze("logo", [sample(picture)], {"gallery": given}, Control())
    best = {one.label: one for one in first.findings}
    assert set(best) >= set(marks)
    assert all(share(best[name], box, picture) > 0.8 for name, box in boxes.items())
    assert [one.score for one in first.findings] == sorted((one.score or 0 for one in first.findings), reverse=True)
    (empty,) = logos.analyze("logo", [sample(picture)], {}, Control())
    (later,) = logos.conclude(
        "logo", [(0, None, None, None)], [SampleResult(vectors=empty.vectors)], {"gallery": given}
    )
    assert [(one.label, one.score, one.polygon) for one in later.findings] == [
        (one.label, one.score, one.polygon) for one in first.findings
    ]


def test_what_was_kept_before_there_were_tiles_is_still_searched(logos: LocalBackend) -> None:
    from core.records import Vector

    scene = scene_of(logo("ring"), 6, Seen(turn=30), 3)
    old = Vector("sift/rootsift4+shapes/800/1", logo_features.pack(logo_features.extract(scene.picture)))
    (later,) = logos.conclude("logo", [(0, None, None, None)], [SampleResult(vectors=(old,))], {"gallery": ONE})
    assert [one.label for one in later.findings] == ["ring"]


def test_the_settings_tell_of_tiles(logos: LocalBackend) -> None:
    (info,) = logos.describe()
    assert info.settings["tiles"] == logo_tiles.SETTINGS
    assert info.version == "2"


def test_proposals_in_tiles_are_told_in_the_picture() -> None:
    from models.logo_vectors import _proposed

    picture = np.zeros((100, 1000, 3), np.uint8)
    picture[20:60, 450:520] = 255

    def proposer(seen: Picture) -> tuple[np.ndarray, np.ndarray]:
        rows, columns = np.nonzero(seen[..., 0])
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        height, width = seen.shape[:2]
        return np.array([box], np.float32) / (width, height, width, height), np.array([0.5], np.float32)

    for tile in (None, Tile(400, 0, 700, 100)):
        boxes, sure = _proposed(proposer, picture, tile)
        assert boxes[0] == pytest.approx([0.45, 0.2, 0.52, 0.6], abs=1e-6)
        assert sure.tolist() == [0.5]
