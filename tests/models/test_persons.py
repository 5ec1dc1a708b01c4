from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.records import Region
from models import persons, pose
from models.pose import Joints
from models.restraint_data import data
from models.runtime import Runtime
from tests.models.pictures import cloudy
from tests.support import tiny_models
from tests.support.tiny_models import Shelf, plain

RULES = data()


def yolox_answer(*boxes: tuple[float, float, float, float, float, float]) -> np.ndarray:
    """[1, 8400, 85] with boxes (centre x, centre y, width, height on the 640-square, objectness, score) put where
    stride 8 has its cell."""
    answer = np.zeros((1, 8400, 85), np.float32)
    for cx, cy, w, h, objectness, score in boxes:
        column, row = int(cx // 8), int(cy // 8)
        answer[0, row * 80 + column, :6] = (
            cx / 8 - column,
            cy / 8 - row,
            np.log(w / 8),
            np.log(h / 8),
            objectness,
            score,
        )
    return answer


def put_yolox(shelf: Shelf, answer: np.ndarray) -> None:
    graph = tiny_models.always([("images", tiny_models.FLOAT, [1, 3, 640, 640])], {"output": answer})
    shelf.put("yolox-s", {"": graph})


def test_the_letterbox_is_the_demos() -> None:
    picture = cloudy(300, 100)
    made, factor = persons.letterbox(picture)
    assert factor == 640 / 300
    expected = np.full((640, 640, 3), 114.0)
    expected[:213, :640] = cv2.resize(picture, (640, 213), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(made[0], expected.transpose(2, 0, 1))


def test_decoding_by_hand() -> None:
    rows = persons.decode(yolox_answer((100, 200, 40, 80, 0.9, 0.8)))
    (row,) = rows[rows[:, 5] > 0]
    np.testing.assert_allclose(row, [80, 160, 120, 240, 0.9, 0.8], atol=1e-4)
    strides = persons.decode(np.zeros((1, 8400, 85), np.float32))
    np.testing.assert_allclose(strides[6400, :4], [-8, -8, 8, 8])  # the first cell of stride 16
    np.testing.assert_allclose(strides[8399, :4], [19 * 32 - 16, 19 * 32 - 16, 19 * 32 + 16, 19 * 32 + 16])


def test_persons_are_found_where_they_are_the_largest_first(shelf: Shelf) -> None:
    answer = yolox_answer(
        (100, 100, 60, 120, 0.9, 0.9),
        (400, 150, 200, 280, 0.9, 0.7),
        (408, 150, 200, 280, 0.9, 0.5),
        (600, 20, 30, 30, 0.4, 0.99),
    )
    put_yolox(shelf, answer)
    runtime = Runtime()
    found = persons.find(runtime.session("yolox-s"), plain((9, 9, 9), 1280, 640), RULES.persons)
    assert [round(one.score, 2) for one in found] == [0.63, 0.81]
    # half the size of the picture: the square of 640 shows 1280 pixels, and 640 of height are its upper half
    box = found[1].region
    assert (box.x, box.y, box.w, box.h) == tuple(
        pytest.approx(v, abs=1e-4) for v in (70 / 640, 40 / 320, 60 / 640, 120 / 320)
    )
    runtime.close()


def test_large_pictures_are_looked_at_in_tiles_too(shelf: Shelf) -> None:
    put_yolox(shelf, yolox_answer((320, 320, 200, 200, 0.9, 0.9)))
    runtime = Runtime()
    rules = RULES.persons.model_copy(update={"tiles_from": 100, "most": 9})
    found = persons.find(runtime.session("yolox-s"), plain((9, 9, 9), 200, 200), rules)
    middles = sorted(
        (round(one.region.x + one.region.w / 2, 2), round(one.region.y + one.region.h / 2, 2)) for one in found
    )
    assert middles == [(0.3, 0.3), (0.3, 0.7), (0.5, 0.5), (0.7, 0.3), (0.7, 0.7)]
    runtime.close()


def standing(**moved: tuple[float, float]) -> Joints:
    """A person upright in a picture of 400 × 800, shoulders 100 apart, torso 200 long."""
    left_and_right = [
        f"{side}_{joint}" for joint in ("eye", "ear", "sho", "elb", "wri", "hip", "kne", "ank") for side in "lr"
    ]
    names = ["nose", *left_and_right]
    places = dict(zip(names, [
        (200, 100), (210, 90), (190, 90), (220, 100), (180, 100), (250, 200), (150, 200), (270, 300), (130, 300),
        (290, 400), (110, 400), (230, 400), (170, 400), (230, 550), (170, 550), (230, 700), (170, 700),
    ], strict=True)) | moved  # fmt: skip
    return Joints(np.array([places[name] for name in names], float), np.ones(17))


def hidden(found: Joints, *numbers: int) -> Joints:
    sure = found.sure.copy()
    sure[list(numbers)] = 0.0
    return Joints(found.places, sure)


def test_body_parts_lie_around_their_joints() -> None:
    found = dict(pose.parts(hidden(standing(), 9), (400, 800), RULES.pose))
    assert set(found) == {"hands", "ankles", "head", "neck"}
    side = 0.45 * 200
    hands = found["hands"]
    assert (hands.x, hands.w) == (pytest.approx((110 - side / 2) / 400), pytest.approx(side / 400))
    assert found["head"].y < 100 / 800 < found["head"].y + found["head"].h
    tied = pose.parts(standing(l_wri=(205, 400), r_wri=(195, 400)), (400, 800), RULES.pose)
    assert [name for name, _ in tied].count("hands") == 1
    apart = pose.parts(standing(), (400, 800), RULES.pose)
    assert [name for name, _ in apart].count("hands") == 2
    assert pose.parts(hidden(standing(), 5, 6), (400, 800), RULES.pose) == []


def test_postures_are_weak_hints() -> None:
    nothing = pose.posture(standing(), RULES.pose)
    assert (nothing.hands, nothing.ankles, nothing.why) == (0.0, 0.0, ())
    tied = pose.posture(standing(l_wri=(205, 400), r_wri=(195, 400), l_ank=(201, 700), r_ank=(199, 700)), RULES.pose)
    assert tied.why == ("wrists together", "ankles together")
    assert (tied.of("hands"), tied.of("ankles"), tied.of("mouth")) == (1.0, 1.0, 0.0)
    behind = pose.posture(hidden(standing(), 9, 10), RULES.pose)
    assert behind.why == ("hands out of sight behind the back",)
    assert pose.posture(hidden(standing(), 7, 9, 10), RULES.pose).hands == 0.0


def test_rtmpose_sees_the_box_a_quarter_larger_in_its_own_shape() -> None:
    picture = np.zeros((400, 400, 3), np.uint8)
    picture[100:300, 150:250] = (200, 100, 50)
    made, shown = pose.rtm_tensor(picture, Region(150 / 400, 100 / 400, 100 / 400, 200 / 400))
    np.testing.assert_allclose(shown, [200 - 187.5 / 2, 75, 187.5, 250])
    expected = (np.array([200, 100, 50]) - [123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375]
    np.testing.assert_allclose(made[0, :, 128, 96], expected, atol=1e-5)
    np.testing.assert_allclose(
        made[0, :, 2, 2], -np.array([123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375], atol=1e-5
    )


def test_simcc_places_by_hand(shelf: Shelf) -> None:
    x, y = np.zeros((1, 26, 384), np.float32), np.zeros((1, 26, 512), np.float32)
    for joint in range(26):
        x[0, joint, 10 * joint], y[0, joint, 12 * joint] = 0.9, 0.5
    graph = tiny_models.always([("input", tiny_models.FLOAT, [1, 3, 256, 192])], {"simcc_x": x, "simcc_y": y})
    shelf.put(pose.RTMPOSE, {"": graph})
    runtime = Runtime()
    person = Region(0.25, 0.25, 0.5, 0.5)
    picture = plain((0, 0, 0), 400, 400)
    found = pose.joints(pose.RTMPOSE, runtime.session(pose.RTMPOSE), picture, person)
    assert found.places.shape == (17, 2)
    np.testing.assert_allclose(found.sure, 0.5, atol=1e-6)  # the less sure of the two axes
    _, (left, top, width, height) = pose.rtm_tensor(picture, person)
    np.testing.assert_allclose(found.places[7], [left + 35 / 192 * width, top + 42 / 256 * height], atol=1e-3)
    runtime.close()


def test_mediapipe_points_become_the_same_joints(shelf: Shelf) -> None:
    rows = np.zeros((39, 5), np.float32)
    rows[:, :2] = np.arange(39)[:, None] * (2, 3)
    rows[:, 3:] = (4.0, 0.0)
    graph = tiny_models.always([("input_1", tiny_models.FLOAT, [1, 256, 256, 3])], {"Identity": rows.reshape(1, 195)})
    shelf.put(pose.MEDIAPIPE, {"": graph})
    runtime = Runtime()
    session, picture = runtime.session(pose.MEDIAPIPE), plain((0, 0, 0), 400, 400)
    found = pose.joints(pose.MEDIAPIPE, session, picture, Region(0.25, 0.25, 0.5, 0.5))
    np.testing.assert_allclose(found.sure, 0.5, atol=1e-6)  # seen and inside, the less sure of the two
    np.testing.assert_allclose(found.places[9], [75 + 30 / 256 * 250, 75 + 45 / 256 * 250], atol=1e-3)  # 15: left wrist
    runtime.close()
