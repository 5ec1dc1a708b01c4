"""The analyzer `logo`: what it keeps of a picture, and drawn logos found on pictures that look like photographs."""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.control import Control
from core.errors import UsageError
from core.memory import LocalPixels
from core.records import Finding, Sample, SampleKind, SampleResult, State
from models import logo_align, logo_features, logo_reference, logo_weigh
from models.local import BackendSpec, LocalBackend
from models.logo_gallery import Gallery
from models.logo_outlines import Outlines
from tests.support.logo_scenes import LOGOS, SIDE, Picture, Scene, View, background, compose, logo

HERE = BackendSpec(analyzers=("models.logo:Logo",))


@functools.cache
def prepared(name: str) -> bytes:
    return logo_reference.prepare(logo(name)).tobytes()


def gallery(*names: str, marks: dict[str, bytes] | None = None) -> str:
    rows = [(name, prepared(name)) for name in names] + list((marks or {}).items())
    listed = [
        {"id": number + 1, "name": name, "sha256": f"{number:064x}", "data": base64.b64encode(data).decode()}
        for number, (name, data) in enumerate(rows)
    ]
    return json.dumps({"kind": "logo", "references": listed})


ALL = gallery(*LOGOS)


@pytest.fixture(scope="module")
def logos() -> LocalBackend:
    return LocalBackend(HERE)


def sample(picture: Picture, index: int = 0) -> Sample:
    return Sample("c", index, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])


def look(backend: LocalBackend, picture: Picture, given: str = ALL, least: float = 0.5) -> list[Finding]:
    (result,) = backend.analyze("logo", [sample(picture)], {"gallery": given}, Control())
    assert result.failure is None
    return [finding for finding in result.findings if (finding.score or 0) >= least]


def scene_of(mark: Picture, seed: int, view: View, at: int = 0) -> Scene:
    """Smaller than a photograph, to be quick."""
    return compose(mark, background(seed, (560, 420)), view, at)


def overlap(finding: Finding, scene: Scene) -> float:
    """Intersection over union of the finding's polygon and the true one."""
    height, width = scene.picture.shape[:2]
    assert finding.polygon is not None
    mine = np.array(finding.polygon, np.float32) * (width, height)
    common, _ = cv2.intersectConvexConvex(mine.astype(np.float32), scene.quad.astype(np.float32))
    union = cv2.contourArea(mine.astype(np.float32)) + cv2.contourArea(scene.quad.astype(np.float32)) - common
    return float(common / union)


# ---------------------------------------------------------------------- what is kept


def test_what_is_packed_comes_back() -> None:
    scene = compose(logo("badge"), background(1), View())
    made = logo_features.extract(scene.picture)
    packed = logo_features.pack(made)
    again = logo_features.unpack(packed)
    assert packed.dtype == np.uint8
    assert again.size == (800, 600) == made.size
    assert len(again.points) == logo_features.FEATURES
    assert np.abs(again.points[:, :3] - made.points[:, :3]).max() <= 1 / 128
    assert np.abs((again.points[:, 3] - made.points[:, 3] + 180) % 360 - 180).max() < 0.01
    assert (again.descriptors == made.descriptors).all()
    assert (again.shapes.masks == made.shapes.masks).all()
    assert np.abs(again.shapes.centres - made.shapes.centres).max() <= 1 / 128
    assert (again.grey() == made.grey()).all()
    assert len(packed) < 110_000  # and this picture has more detail than a photograph


@pytest.mark.parametrize("harm", ["short", "cut", "other", "copy"])
def test_damaged_features_are_refused(harm: str) -> None:
    packed = logo_features.pack(logo_features.extract(background(2, (200, 150)))).copy()
    broken = {"short": packed[:5], "cut": packed[:-9], "other": np.flip(packed), "copy": packed}[harm]
    if harm == "copy":
        broken[-400:] = 0
        broken[len(broken) - len(logo_features.unpack(packed).copy) :][:64] = 0
    with pytest.raises(ValueError, match=r"version|short|copy"):
        logo_features.unpack(broken).grey()


def test_descriptors_are_the_square_roots_of_sift_in_sixteen_steps() -> None:
    grey = logo_features.frame_of(background(3, (300, 200)))
    points, descriptors = logo_features.sift(grey, 50)
    finder = cv2.SIFT.create(nfeatures=0, contrastThreshold=0.03)
    every, raw = finder.detectAndCompute(grey, None)
    assert len(points) == 50 < len(every)
    where = {
        (round(one.pt[0], 3), round(one.pt[1], 3), round(one.angle, 2)): row
        for one, row in zip(every, raw, strict=True)
    }
    for point, mine in zip(points, descriptors, strict=True):
        row = where[round(float(point[0]), 3), round(float(point[1]), 3), round(float(point[3]), 2)]
        assert np.abs(mine.astype(int) - np.minimum(15, np.rint(48 * np.sqrt(row / row.sum())))).max() <= 1


def test_features_are_spread_and_not_all_of_one_bush() -> None:
    picture = np.full((600, 800, 3), 128, np.uint8)
    picture[:300, :400] = background(4)[:300, :400]
    picture[420:560, 560:760] = cv2.resize(logo("word"), (200, 140), interpolation=cv2.INTER_AREA)
    points = logo_features.extract(picture).points
    assert ((points[:, 0] > 560) & (points[:, 1] > 420)).sum() >= 15


def test_the_frame_is_reduced_never_enlarged() -> None:
    assert logo_features.frame_of(np.zeros((3000, 6000, 3), np.uint8)).shape == (400, 800)
    assert logo_features.frame_of(np.zeros((30, 40, 3), np.uint8)).shape == (30, 40)
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    assert logo_features.frame_of(colours).tolist() == [[76, 150, 29]]  # 0.299 R + 0.587 G + 0.114 B: red comes first


# ---------------------------------------------------------------------- references


def test_a_reference_is_cut_to_the_logo_and_its_outline_points_inwards() -> None:
    made = logo_reference.unpack(prepared("bolt"))
    assert max(made.size) == logo_reference.LONGEST
    assert made.size[0] / made.size[1] == pytest.approx(290 / 430, abs=0.04)  # the drawn bolt, not the sheet
    outline = made.outline
    assert outline is not None
    depth = cv2.distanceTransform(made.mask, cv2.DIST_L2, 5)
    inner = outline.points + 3 * outline.normals
    outer = outline.points - 3 * outline.normals
    at = [np.rint(one).astype(int).clip(0, np.array(made.size) - 1) for one in (inner, outer)]
    assert (depth[at[0][:, 1], at[0][:, 0]] > 0).mean() > 0.95
    assert (depth[at[1][:, 1], at[1][:, 0]] == 0).mean() > 0.95


def test_a_negative_has_the_descriptors_that_are_computed_for_it() -> None:
    grey = logo_reference.unpack(prepared("ring")).grey
    points, descriptors = logo_features.sift(grey, 200)
    _, negative = logo_features.sift(np.asarray(255 - grey, np.uint8), 200)
    from models.logo_gallery import _negative

    predicted = _negative(descriptors).astype(float)
    real = negative.astype(float)
    predicted /= np.linalg.norm(predicted, axis=1, keepdims=True)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    assert len(points) > 50
    assert np.median((predicted @ real.T).max(1)) > 0.98


def test_plain_marks_are_told_and_empty_pictures_refused(logos: LocalBackend) -> None:
    plain = np.full((300, 300, 3), 255, np.uint8)
    cv2.circle(plain, (150, 150), 100, (0, 0, 0), -1)
    blank = np.full((300, 300, 3), 255, np.uint8)
    results = logos.analyze(
        "logo", [sample(plain), sample(blank), sample(logo("word"))], {"purpose": "reference"}, Control()
    )
    assert results[0].exits[0].startswith("plain")
    assert results[1].failure is not None
    assert results[1].failure.state is State.UNSUPPORTED
    assert not results[2].exits
    assert results[2].vectors[0].values.dtype == np.uint8


# ---------------------------------------------------------------------- finding

VIEWS = {
    "plain": View(),
    "turned": View(turn=37),
    "head over": View(turn=170),
    "in perspective": View(turn=20, tilt=0.3),
    "small": View(side=64, turn=10),
    "large": View(side=270, turn=-25),
    "negative": View(inverted=True, turn=12),
    "pale": View(contrast=0.2, turn=10),
    "hidden in part": View(hidden=0.25, turn=12),
    "squeezed": View(jpeg=30, turn=5),
    "blurred": View(blur=1.5, turn=5),
    "white on the scene itself": View(plate=False, inverted=True, turn=-15),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
@pytest.mark.parametrize("name", ["ring", "word", "badge"])
def test_a_logo_is_found_where_it_is(logos: LocalBackend, name: str, view: View) -> None:
    if name == "badge" and not view.plate:
        pytest.skip("a badge of several colours has no ground of its own")
    scene = scene_of(logo(name), len(name), view, 9)
    found = [one for one in look(logos, scene.picture) if one.label == name]
    assert found
    assert overlap(found[0], scene) > 0.75
    region = found[0].region
    assert region is not None
    assert 0 <= region.x < region.x + region.w <= 1
    assert 0 <= region.y < region.y + region.h <= 1


def test_a_few_corners_are_enough(logos: LocalBackend) -> None:
    """Marks without a dozen corners are found by their outline."""
    for name in ("bolt", "bars", "swoop"):
        scene = scene_of(logo(name), 8, View(turn=14), 5)
        best = max((one for one in look(logos, scene.picture) if one.label == name), key=lambda one: one.score or 0)
        assert overlap(best, scene) > 0.75


def test_nothing_is_found_where_nothing_is(logos: LocalBackend) -> None:
    """The swoop is left out: it is flagged as plain, because such shapes are found in anything."""
    given = gallery("bolt", "ring", "bars", "word", "badge")
    alarms = [one for seed in range(20, 28) for one in look(logos, background(seed, (560, 420)), given)]
    assert len(alarms) <= 1, [(one.label, one.score) for one in alarms]


def test_several_logos_in_one_picture(logos: LocalBackend) -> None:
    first = compose(logo("ring"), background(11), View(side=140), seed=2)
    picture = first.picture.copy()
    left = 40 if first.quad[:, 0].mean() > 400 else 560
    picture[30:170, left : left + 140] = cv2.resize(logo("bolt"), (140, 140), interpolation=cv2.INTER_AREA)
    assert {one.label for one in look(logos, picture)} >= {"ring", "bolt"}


def test_the_same_again_and_the_same_later(logos: LocalBackend) -> None:
    """Deterministic, and what is compared later is exactly what is compared now."""
    scene = scene_of(logo("ring"), 6, View(turn=30), 3)
    first, second = (logos.analyze("logo", [sample(scene.picture)], {"gallery": ALL}, Control())[0] for _ in range(2))
    assert first.findings == second.findings
    assert first.findings
    (empty,) = logos.analyze("logo", [sample(scene.picture)], {}, Control())
    assert empty.findings == ()
    assert "gallery of logos is empty" in empty.exits[0]
    assert (empty.vectors[0].values == first.vectors[0].values).all()
    kept = SampleResult(vectors=empty.vectors)
    (later,) = logos.conclude("logo", [(0, 3.5, 12, None)], [kept], {"gallery": ALL})
    assert [(one.label, one.score, one.polygon) for one in later.findings] == [
        (one.label, one.score, one.polygon) for one in first.findings
    ]
    assert (later.findings[0].start, later.findings[0].frame) == (3.5, 12)


def test_findings_say_which_reference_and_why(logos: LocalBackend) -> None:
    scene = scene_of(logo("word"), 7, View(), 1)
    finding = look(logos, scene.picture)[0]
    said = finding.attributes
    assert said["reference"] == LOGOS.index("word") + 1
    assert said["reference_sha256"] == f"{LOGOS.index('word'):064x}"
    assert said["way"] in ("features", "shape")
    assert 0 < said["edges"] <= 1
    assert said["contrast"] > 50


def test_the_gallery_may_be_a_file_and_a_broken_one_is_said(logos: LocalBackend, tmp_path: Path) -> None:
    scene = scene_of(logo("ring"), 6, View(), 3)
    path = tmp_path / "gallery.json"
    path.write_text(ALL, encoding="utf-8")
    assert [one.label for one in look(logos, scene.picture, str(path))] == [
        one.label for one in look(logos, scene.picture)
    ]
    for broken in (
        "{}",
        '{"references": [{"id": 1, "name": "x", "sha256": "", "data": "AAAA"}]}',
        str(tmp_path / "no"),
    ):
        with pytest.raises(UsageError, match="gallery of logos cannot be read"):
            Gallery.read(broken)


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


def test_two_hundred_references_are_searched_at_once(logos: LocalBackend) -> None:
    """The table of all references is one: no reference is lost in it, and the best of many like ones wins."""
    marks = {}
    for number in range(200):
        picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
        text = f"{number:03d}{'QWXZK'[number % 5]}"
        cv2.putText(picture, text, (20, 300), cv2.FONT_HERSHEY_DUPLEX, 4.6, (0, 0, 0), 22, cv2.LINE_AA)
        marks[text] = picture
    wanted = "137X"
    few = {name: logo_reference.prepare(mark).tobytes() for name, mark in list(marks.items())[125:140]}
    given = gallery(*LOGOS, marks=few)
    scene = scene_of(marks[wanted], 10, View(side=240, turn=8), 6)
    found = look(logos, scene.picture, given)
    assert found[0].label == wanted
    assert overlap(found[0], scene) > 0.75


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
