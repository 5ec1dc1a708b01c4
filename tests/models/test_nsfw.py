from __future__ import annotations

from pathlib import Path

import cv2
import nudenet.nudenet as library
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from models import nsfw_boxes
from models.local import LocalBackend
from tests.models.pictures import cloudy, figure, sample

AS_THE_LIBRARY = {"keep_score": 0.25, "nms": "agnostic"}
SIZES = [
    (640, 480),
    (480, 640),
    (320, 320),
    (100, 77),
    (1279, 1281),
    (1280, 1000),
    (1999, 1001),
    (701, 2333),
    (1600, 40),
    (3000, 2000),
]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_tensor_is_the_librarys_bit_for_bit(width: int, height: int) -> None:
    rgb = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    expected = library._read_image(np.ascontiguousarray(rgb[..., ::-1]))[0]
    np.testing.assert_array_equal(nsfw_boxes.tensor(rgb, swap=True), expected)


def test_the_tensor_of_one_colour_by_hand() -> None:
    picture = np.zeros((200, 400, 3), np.uint8)
    picture[:] = (255, 51, 0)
    tensor = nsfw_boxes.tensor(picture, swap=False)
    np.testing.assert_allclose(tensor[0, :, 0, 0], (1.0, 0.2, 0.0), atol=1e-6)  # red first
    np.testing.assert_allclose(tensor[0, :, 158, 319], (1.0, 0.2, 0.0), atol=1e-6)
    assert not tensor[0, :, 161:].any()  # 200 of 400 rows are picture, the rest is padding
    np.testing.assert_allclose(nsfw_boxes.tensor(picture, swap=True)[0, :, 0, 0], (0.0, 0.2, 1.0), atol=1e-6)


def _by_hand(answer: NDArray[np.float32], width: int, height: int) -> list[tuple[int, float, list[float]]]:
    """The library's rows, in plain steps, before suppression."""
    rows, scale = [], max(width, height) / 320
    for cx, cy, w, h, *scores in answer[0].T.tolist():
        if max(scores) >= 0.01:
            x, y = max(0.0, min((cx - w / 2) * scale, width)), max(0.0, min((cy - h / 2) * scale, height))
            rows.append(
                (scores.index(max(scores)), max(scores), [x, y, min(w * scale, width - x), min(h * scale, height - y)])
            )
    return rows


def test_decoding_keeps_boxes_by_label_or_among_all() -> None:
    answer = np.zeros((1, 22, 4), np.float32)
    for cell, (cx, label, score) in enumerate([(100, 1, 0.9), (104, 1, 0.8), (104, 12, 0.7), (300, 3, 0.19)]):
        answer[0, :4, cell] = (cx, 100, 80, 60)
        answer[0, 4 + label, cell] = score
    by_label = nsfw_boxes.decode(answer, (640, 480), 0.2, 0.45, by_class=True)
    assert [(box.label, round(box.score, 2)) for box in by_label] == [(1, 0.9), (12, 0.7)]
    among_all = nsfw_boxes.decode(answer, (640, 480), 0.2, 0.45, by_class=False)
    assert [box.label for box in among_all] == [1]
    assert (among_all[0].x, among_all[0].y, among_all[0].w, among_all[0].h) == (120, 140, 160, 120)


def test_decoding_equals_the_plain_loop_on_a_real_answer(backend: LocalBackend) -> None:
    backend.load("nsfw")
    session = backend._runtime.session("nudenet-320n")
    picture = figure(500, 700, seed=1)
    answer = session.run({"images": nsfw_boxes.tensor(picture, swap=True)})[0]
    expected = _by_hand(answer, 500, 700)
    assert expected
    kept = cv2.dnn.NMSBoxes([row[2] for row in expected], [row[1] for row in expected], 0.0099, 0.45)
    got = nsfw_boxes.decode(answer, (500, 700), 0.01, 0.45, by_class=False)
    assert len(got) == len(kept)
    for box, index in zip(got, kept, strict=True):
        label, score, place = expected[int(index)]
        assert box.label == label
        assert box.score == pytest.approx(score, abs=1e-6)
        assert [box.x, box.y, box.w, box.h] == pytest.approx(place, abs=1e-3)


def test_findings_are_relative_grouped_and_inside(backend: LocalBackend) -> None:
    (result,) = backend.analyze("nsfw", [sample(figure(seed=1))], {"keep_score": 0.05}, Control())
    assert result.failure is None
    assert result.findings
    for finding in result.findings:
        assert finding.region is not None
        assert 0 <= finding.region.x <= finding.region.x + finding.region.w <= 1 + 1e-9
        assert 0 <= finding.region.y <= finding.region.y + finding.region.h <= 1 + 1e-9
        assert finding.attributes["group"] in {"explicit", "nude", "suggestive", "context"}


def test_real_pictures_give_the_librarys_boxes(backend: LocalBackend, shared_data: Path) -> None:
    detector = library.NudeDetector()
    found = 0
    for path in sorted((shared_data / "faces").glob("*.jpg")):
        bgr = cv2.imread(str(path))
        assert bgr is not None
        height, width = bgr.shape[:2]
        (result,) = backend.analyze("nsfw", [sample(np.ascontiguousarray(bgr[..., ::-1]))], AS_THE_LIBRARY, Control())
        expected = detector.detect(str(path))
        assert [finding.label for finding in result.findings] == [one["class"] for one in expected], path.name
        for finding, one in zip(result.findings, expected, strict=True):
            assert finding.score == pytest.approx(one["score"], abs=1e-3)
            assert finding.region is not None
            box = (
                finding.region.x * width,
                finding.region.y * height,
                finding.region.w * width,
                finding.region.h * height,
            )
            assert box == pytest.approx(one["box"], abs=1.001)  # the library cuts its numbers to whole pixels
            found += 1
    assert found > 5


def test_pictures_of_nothing_give_little(backend: LocalBackend) -> None:
    (result,) = backend.analyze("nsfw", [sample(cloudy(300, 200))], {"keep_score": 0.5}, Control())
    assert result.findings == ()
