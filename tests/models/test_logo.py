"""The analyzer `logo`: what it keeps of a picture, and drawn logos found on pictures that look like photographs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.control import Control
from core.errors import UsageError
from core.records import SampleResult, State
from models import logo_features, logo_reference
from models.local import LocalBackend
from models.logo_gallery import Gallery
from tests.support.logo_galleries import HERE, everything, gallery, look, overlap, prepared, sample, scene_of
from tests.support.logo_scenes import LOGOS, SIDE, View, background, compose, logo


@pytest.fixture(scope="module")
def logos() -> LocalBackend:
    return LocalBackend(HERE)


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
    first, second = (
        logos.analyze("logo", [sample(scene.picture)], {"gallery": everything()}, Control())[0] for _ in range(2)
    )
    assert first.findings == second.findings
    assert first.findings
    (empty,) = logos.analyze("logo", [sample(scene.picture)], {}, Control())
    assert empty.findings == ()
    assert "gallery of logos is empty" in empty.exits[0]
    assert (empty.vectors[0].values == first.vectors[0].values).all()
    kept = SampleResult(vectors=empty.vectors)
    (later,) = logos.conclude("logo", [(0, 3.5, 12, None)], [kept], {"gallery": everything()})
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
    path.write_text(everything(), encoding="utf-8")
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
