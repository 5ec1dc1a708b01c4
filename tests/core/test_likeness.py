from __future__ import annotations

import numpy as np
import pytest

from core.errors import UsageError
from core.likeness import (
    UNDECIDABLE,
    WEAK,
    BestFace,
    best_face,
    closest,
    comparing,
    least,
    limit,
    similarities,
    similarity,
)
from core.records import Finding, Region, Vector

DLIB, SFACE = "dlib-face-resnet/ab/faces/1", "sface-2021dec/cd/faces/1"


def face(x: float, y: float, size: float, *, score: float = 0.9, pixels: float | None = None) -> BestFace:
    attributes = {"pixels": size * 1000 if pixels is None else pixels, "quality": 0.5}
    finding = Finding("face", score, Region(x - size / 2, y - size / 2, size, size), attributes=attributes)
    return BestFace(finding, Vector(DLIB, np.zeros(128, np.float16), 0))


def test_dlib_is_compared_by_distance() -> None:
    one, other = np.zeros(128, np.float16), np.zeros(128, np.float16)
    other[:4] = 0.3  # √(4 · 0.09) = 0.6, dlib's own border
    assert similarity(DLIB, one, one) == 1
    assert similarity(DLIB, one, other) == pytest.approx(0.7, abs=1e-3)


def test_the_others_by_the_cosine_of_any_length() -> None:
    one = np.array([3, 4], np.float16)
    assert similarity(SFACE, one, np.array([6, 8], np.float16)) == pytest.approx(1)
    assert similarity(SFACE, one, np.array([-4, 3], np.float16)) == pytest.approx(0)
    assert similarity(SFACE, one, np.array([-3, -4], np.float16)) == pytest.approx(-1)
    assert similarity(SFACE, one, np.zeros(2, np.float16)) == 0
    many = similarities(SFACE, one, np.array([[3, 4], [4, 3]], np.float16))
    assert many == pytest.approx([1, 24 / 25])


def test_thresholds_are_data_and_say_whether_they_were_measured() -> None:
    assert comparing(SFACE).threshold == 0.363
    assert comparing(SFACE).calibrated
    assert not comparing("auraface-v1/ef/faces/1").calibrated
    with pytest.raises(UsageError, match="not faces"):
        comparing("siglip2/ab/1")


def test_the_best_face_is_the_large_one_in_the_middle() -> None:
    middle, aside, small = face(0.5, 0.5, 0.2), face(0.1, 0.1, 0.22), face(0.5, 0.5, 0.05)
    assert best_face([aside, middle, small]) is middle
    assert best_face([face(0.2, 0.3, 0.5), middle]) is not middle  # far larger
    assert best_face([face(0.5, 0.5, 0.2, score=0.3), middle]) is middle
    assert best_face([]) is None


def of_quality(quality: float | None) -> BestFace:
    attributes = {} if quality is None else {"quality": quality}
    return BestFace(Finding("face", attributes=attributes), Vector(DLIB, np.zeros(2, np.float16)))


def test_the_worse_face_decides_what_is_needed() -> None:
    facts = comparing(DLIB)
    good, weak, bad, untold = map(of_quality, (0.6, 0.2, 0.05, None))
    assert limit(facts, good, good) == limit(facts, good, untold) == facts.threshold
    assert limit(facts, weak, good) == limit(facts, good, weak) == facts.strong > facts.threshold
    for other in (good, weak, bad, untold):
        assert limit(facts, bad, other) is limit(facts, other, bad) is None
    assert least(facts, UNDECIDABLE, 1.0) == facts.strong
    assert least(facts, WEAK) == facts.threshold
    assert least(facts) == facts.threshold


def test_the_closest_of_several() -> None:
    def with_vector(value: float) -> BestFace:
        return BestFace(Finding("face"), Vector(DLIB, np.full(4, value, np.float16), 0))

    assert closest([with_vector(0), with_vector(1)], [with_vector(5), with_vector(1)]) == 1
