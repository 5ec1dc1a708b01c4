"""Joints of a person, the body parts that follow from them, and what their posture suggests.

Two models: RTMPose-m (SimCC; MMPose, Apache-2.0) and, where that is not installed, MediaPipe Pose (OpenCV Zoo,
Apache-2.0). Both give COCO's 17 joints here, in pixels of the picture: nose, eyes, ears, shoulders, elbows, wrists,
hips, knees, ankles, left before right (the person's own left).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.records import Region
from models.restraint_data import PoseRules
from models.runtime import Session

__all__ = ["MEDIAPIPE", "PREPROCESSING", "RTMPOSE", "Joints", "Posture", "joints", "parts", "posture", "rtm_tensor"]

RTMPOSE, MEDIAPIPE = "rtmpose-m-halpe26", "mediapipe-pose"
PREPROCESSING = "pose/1"
_JOINTS = 17
_WIDTH, _HEIGHT, _SPLIT, _ROOM = 192, 256, 2.0, 1.25
_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_STD = np.array([58.395, 57.12, 57.375], np.float32)
_SQUARE = 256
_FROM_MEDIAPIPE = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
_NOSE, _EARS, _SHOULDERS, _ELBOWS, _WRISTS, _HIPS, _ANKLES = 0, (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (15, 16)


@dataclass(frozen=True, slots=True)
class Joints:
    """`places` float64 [17, 2] in pixels of the picture, `sure` float64 [17] in 0–1."""

    places: NDArray[np.float64]
    sure: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posture:
    """Which weak hints there are, by the body part they speak of (1 or 0). A posture proves nothing."""

    hands: float = 0.0
    ankles: float = 0.0
    why: tuple[str, ...] = ()

    def of(self, body: str) -> float:
        return {"hands": self.hands, "ankles": self.ankles}.get(body, 0.0)


def joints(pack: str, session: Session, picture: NDArray[np.uint8], person: Region) -> Joints:
    """The joints of the person in this box, of an upright RGB picture."""
    return _rtmpose(session, picture, person) if pack == RTMPOSE else _mediapipe(session, picture, person)


# ---------------------------------------------------------------------- the models


def rtm_tensor(picture: NDArray[np.uint8], person: Region) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """To float32 [1, 3, 256, 192], and (left, top, width, height) in pixels of the stretch of picture that it shows:
    the box a quarter larger, made 3:4 around its middle, upright, black where the picture ends."""
    height, width = picture.shape[:2]
    centre = np.array([(person.x + person.w / 2) * width, (person.y + person.h / 2) * height])
    across, down = person.w * width * _ROOM, person.h * height * _ROOM
    if across / down > _WIDTH / _HEIGHT:
        down = across * _HEIGHT / _WIDTH
    else:
        across = down * _WIDTH / _HEIGHT
    shown = np.array([*(centre - (across / 2, down / 2)), across, down])
    values = (_cut(picture, shown, (_WIDTH, _HEIGHT)).astype(np.float32) - _MEAN) / _STD
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None], dtype=np.float32), shown


def _rtmpose(session: Session, picture: NDArray[np.uint8], person: Region) -> Joints:
    pixels, shown = rtm_tensor(picture, person)
    answers = dict(
        zip([one.name for one in session.outputs], session.run({session.inputs[0].name: pixels}), strict=True)
    )
    if not {"simcc_x", "simcc_y"} <= set(answers):
        raise ModelError(f"The pose model answers {', '.join(answers)}, not simcc_x and simcc_y.", "Import it again.")
    x, y = answers["simcc_x"][0, :_JOINTS], answers["simcc_y"][0, :_JOINTS]
    places = np.stack([x.argmax(axis=1), y.argmax(axis=1)], axis=1) / _SPLIT / (_WIDTH, _HEIGHT)
    sure = np.minimum(x.max(axis=1), y.max(axis=1)).astype(np.float64)
    return Joints(places * shown[2:] + shown[:2], np.clip(sure, 0.0, 1.0))


def _mediapipe(session: Session, picture: NDArray[np.uint8], person: Region) -> Joints:
    height, width = picture.shape[:2]
    side = max(person.w * width, person.h * height) * _ROOM
    centre = np.array([(person.x + person.w / 2) * width, (person.y + person.h / 2) * height])
    shown = np.array([*(centre - side / 2), side, side])
    pixels = (_cut(picture, shown, (_SQUARE, _SQUARE)).astype(np.float32) / 255.0)[None]
    answers = session.run({session.inputs[0].name: pixels})
    rows = next((one.reshape(-1, 5) for one in answers if one.size == 195), None)
    if rows is None:
        raise ModelError("The pose model does not answer 39 points of 5 numbers.", "Import it again.")
    chosen = rows[list(_FROM_MEDIAPIPE)].astype(np.float64)
    visible = 1.0 / (1.0 + np.exp(-np.clip(np.minimum(chosen[:, 3], chosen[:, 4]), -60.0, 60.0)))
    return Joints(chosen[:, :2] / _SQUARE * shown[2:] + shown[:2], visible)


def _cut(picture: NDArray[np.uint8], shown: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    left, top, width, height = shown
    matrix = np.array(
        [[size[0] / width, 0, -left * size[0] / width], [0, size[1] / height, -top * size[1] / height]], np.float64
    )
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)


# ---------------------------------------------------------------------- what follows from them


def parts(found: Joints, size: tuple[int, int], rules: PoseRules) -> list[tuple[str, Region]]:
    """Body parts worth a closer look (hands, ankles, head, neck), relative to the picture (`size`: width, height in
    pixels). Wrists that touch are one part, else each is its own."""
    side = rules.square * _torso(found, rules)
    if side <= 0:
        return []
    seen = found.sure >= rules.seen
    squares = _limbs("hands", found, _WRISTS, rules.wrists * _span(found, _SHOULDERS, rules), seen)
    squares += _limbs("ankles", found, _ANKLES, rules.ankles * _span(found, _HIPS, rules), seen)
    made = [(name, _square(middle, side, size)) for name, middle in squares]
    head = [one for one in (_NOSE, *_EARS) if seen[one]]
    if head:
        across = rules.head * max(_span(found, _EARS, rules), side / rules.head)
        made.append(("head", _square(found.places[head].mean(axis=0), across, size)))
    if seen[[*_SHOULDERS, _NOSE]].all():
        middle = (found.places[list(_SHOULDERS)].mean(axis=0) * 2 + found.places[_NOSE]) / 3
        made.append(("neck", _square(middle, side, size)))
    return [(name, region) for name, region in made if region.w > 0 and region.h > 0]


def _limbs(
    name: str, found: Joints, pair: tuple[int, int], together: float, seen: NDArray[np.bool_]
) -> list[tuple[str, NDArray[np.float64]]]:
    if seen[list(pair)].all() and _apart(found, pair) < together:
        return [(name, found.places[list(pair)].mean(axis=0))]
    return [(name, found.places[one]) for one in pair if seen[one]]


def posture(found: Joints, rules: PoseRules) -> Posture:
    """Weak hints: wrists together, both wrists out of sight behind the back, ankles together."""
    seen = found.sure >= rules.seen
    hands, ankles = 0.0, 0.0
    why: list[str] = []
    shoulders, hips = _span(found, _SHOULDERS, rules), _span(found, _HIPS, rules)
    if shoulders > 0 and seen[list(_WRISTS)].all() and _apart(found, _WRISTS) < rules.wrists * shoulders:
        hands, why = 1.0, [*why, "wrists together"]
    elif shoulders > 0 and not seen[list(_WRISTS)].any() and seen[list(_ELBOWS)].all() and _outside(found):
        hands, why = 1.0, [*why, "hands out of sight behind the back"]
    if hips > 0 and seen[list(_ANKLES)].all() and _apart(found, _ANKLES) < rules.ankles * hips:
        ankles, why = 1.0, [*why, "ankles together"]
    return Posture(hands, ankles, tuple(why))


def _outside(found: Joints) -> bool:
    """Elbows beside the trunk, as far out as the shoulders or farther: arms that go behind it."""
    left, right = sorted(float(found.places[one, 0]) for one in _SHOULDERS)
    elbows = sorted(float(found.places[one, 0]) for one in _ELBOWS)
    return elbows[0] <= left and elbows[1] >= right


def _apart(found: Joints, pair: tuple[int, int]) -> float:
    return float(np.linalg.norm(found.places[pair[0]] - found.places[pair[1]]))


def _span(found: Joints, pair: tuple[int, int], rules: PoseRules) -> float:
    """How far apart two joints are; 0 when one of them is not seen."""
    return _apart(found, pair) if all(found.sure[one] >= rules.seen for one in pair) else 0.0


def _torso(found: Joints, rules: PoseRules) -> float:
    """Shoulders to hips in pixels; twice the shoulders' width where the hips are not seen."""
    if all(found.sure[one] >= rules.seen for one in (*_SHOULDERS, *_HIPS)):
        above, below = found.places[list(_SHOULDERS)].mean(axis=0), found.places[list(_HIPS)].mean(axis=0)
        return float(np.linalg.norm(above - below))
    return 2.0 * _span(found, _SHOULDERS, rules)


def _square(middle: NDArray[np.float64], side: float, size: tuple[int, int]) -> Region:
    width, height = size
    left, top = np.clip((middle - side / 2) / size, 0.0, 1.0)
    right, bottom = np.clip((middle + side / 2) / (width, height), 0.0, 1.0)
    return Region(float(left), float(top), float(right - left), float(bottom - top))
