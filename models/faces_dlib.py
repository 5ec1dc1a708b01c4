"""Faces with what installs with packages: dlib's detectors, 5-point landmarks and ResNet embedder, NudeNet's boxes.

The embedder runs on our own engines (`models.faces_dlib_graph`): the same numbers in a twelfth of the time.

How a face is found (`docs/accuracy/faces.md` has the numbers):

1. dlib's HOG detector on the picture at up to 1024 pixels, enlarged twice: upright faces from 40 of these pixels.
2. NudeNet's face boxes, which cost a tenth of that and know faces from the side, covered and upside down. Where HOG
   saw none, HOG looks again at that part alone, less strict and all four ways up (people lie down, pictures too); then
   dlib's mmod network; then the box itself stands.
3. Nothing at all: NudeNet once more on the picture turned by 90, 180 and 270 degrees.
4. Asked to be thorough: HOG turned as well, then mmod on the whole picture, which takes seconds.

The landmark file is the one with 5 points; the one with 68 beside it is for non-commercial use and is never opened.
dlib's objects are not safe for several threads: detectors are made for each thread, networks have one lock (dlib holds
Python's own lock while they run anyway).
"""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models import catalogue, nsfw_boxes
from models.faces_align import reduced
from models.faces_boxes import Box, Face, merged, same_place
from models.faces_dlib_graph import MEANS, SIDE
from models.faces_names import EMBEDDER, LANDMARKS, MMOD, PROPOSER
from models.runtime import Runtime, Session

__all__ = ["EMBEDDER", "LANDMARKS", "MMOD", "PROPOSER", "Dlib", "blob_of_chip", "score_of_margin"]

LONGEST = 1024
PROPOSED = 0.2
"""NudeNet's score from which a second look pays off."""
ALONE = 0.45
"""NudeNet's score from which its box stands although neither of dlib's detectors sees a face in it."""
TURNED = 0.5
STRICT, LENIENT, GUESS = 0.0, -0.4, -0.8
"""HOG's border: for a face of a whole picture, for one that another detector saw, for telling which way up it is."""
HEAD_START = 0.6
SURE = 1.0
"""HOG's margin from which a face that does not stand upright needs no other opinion."""
MMOD_KEEP, MMOD_SURE = 0.3, 0.7
LEAST = 10
"""Pixels of the shorter side below which a picture, or a long strip made small, holds no face. dlib raises an error for
less: its network's filters are wider than that, and it does not take NumPy's strides of a single pixel."""
_THOROUGH = ((0, 640), (2, 400))
"""Quarter turns and pixels at which mmod looks at a whole picture: about three seconds of a processor in all. It also
sees faces that lie on their side."""
_CLOSER = 4
"""So many second looks a picture at most: a crowd must not take minutes."""
_FACES = ("FACE_FEMALE", "FACE_MALE")
_LOOK, _LOOK_CLOSER = 320, 240
_LOOK_FACE = 120
_PADDING = 0.25
_ENLARGE_TO = 80


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a detector says before there are landmarks. `margin`: its own number where the score was made of one."""

    box: Box
    score: float
    by: str
    margin: float | None = None


class Dlib:
    """Thread-safe. Raises `ModelMissing`, `ModelError` when a file is not there or not what it should be."""

    def __init__(self, runtime: Runtime) -> None:
        self._dlib: Any = importlib.import_module("dlib")  # without types of its own
        dlib = self._dlib
        self._nets = threading.Lock()
        self._own = threading.local()
        self._points = dlib.shape_predictor(str(catalogue.verify(LANDMARKS)))
        self._mmod = dlib.cnn_face_detection_model_v1(str(catalogue.verify(MMOD)))
        # The first array that it is given must not be two at once (see `models.first_use`); loading goes alone.
        self._detector().run(np.zeros((40, 40, 3), np.uint8), 0, 0.0)
        self._embedder: Session = runtime.session(EMBEDDER)
        self._proposer: Session = runtime.session(PROPOSER)
        labels = catalogue.entry(PROPOSER).labels
        self._face_labels = {number for number, label in enumerate(labels) if label in _FACES}

    # ------------------------------------------------------------------ finding

    def find(self, rgb: NDArray[np.uint8], *, thorough: bool = False) -> list[Face]:
        """Faces of uint8 height × width × 3, best first; points in dlib's order, pixels of the picture."""
        if min(rgb.shape[:2]) < LEAST:
            return []
        faces = self._upright(rgb, self._proposals(rgb, PROPOSED))
        turns = {face.turn for face in faces}
        if len(turns) == 1 and turns != {0}:  # the whole picture lies on its side: HOG has seen none of it yet
            (turn,) = turns
            more = self._hog(_turn(rgb, turn), LONGEST, 1, STRICT)
            faces += [turned_back(face, turn, rgb.shape[1], rgb.shape[0]) for face in more]
        if not faces:
            faces = self._turned(rgb)
        if not faces and thorough:
            faces = self._thorough(rgb)
        return merged(faces, 0.3)

    def _upright(self, rgb: NDArray[np.uint8], proposals: list[_Seen]) -> list[Face]:
        faces = self._hog(rgb, LONGEST, 1, STRICT)
        looks = 0
        for seen in proposals:
            if not any(same_place(seen.box, face.box) for face in faces):
                faces += self._again(rgb, seen, closer=looks < _CLOSER)
                looks += 1
        return faces

    def _hog(self, rgb: NDArray[np.uint8], longest: int, enlarged: int, strict: float) -> list[Face]:
        small, scale = reduced(rgb, longest)
        rectangles, margins, _ = self._detector().run(small, enlarged, strict)
        return [
            self._face(rgb, _Seen(_box(rectangle, scale), score_of_margin(margin), "hog", margin))
            for rectangle, margin in zip(rectangles, margins, strict=True)
        ]

    def _again(self, rgb: NDArray[np.uint8], seen: _Seen, *, closer: bool) -> list[Face]:
        """A second look at a part of the picture in which a detector saw a face that HOG did not. That detector does
        not mind how a face lies, but the embedder does: HOG, which sees upright faces only, is asked all four ways."""
        part, left, top, scale = _part(rgb, seen.box)
        near = _moved(seen.box, -left, -top, scale)
        turn, guess = self._way_up(part, near)
        margin = (guess.margin or 0.0) if guess is not None else GUESS
        found = guess if margin >= (STRICT if turn == 0 else SURE) else None
        if found is None and closer and seen.by != "mmod":
            turn, found = self._network_ways(part, near, turn)
        if found is None and margin >= LENIENT:
            found = guess
        if found is None and seen.by == "nudenet" and seen.score < ALONE:
            return []
        if found is None and guess is not None:  # where HOG guesses is better than NudeNet's frame of the whole head
            found = replace(guess, score=seen.score, by=seen.by, margin=seen.margin)
        if found is not None:
            better = replace(found, box=_moved(found.box, left * scale, top * scale, 1 / scale))
        else:
            better = replace(seen, box=_squared(seen.box)) if seen.by == "nudenet" else seen
        return [self._face_turned(rgb, better, turn)]

    def _way_up(self, part: NDArray[np.uint8], near: Box) -> tuple[int, _Seen | None]:
        """Of the four ways to hold the part the one in which HOG is surest of a face there, and what it sees. Upright
        has a head start: on small and blurred faces HOG guesses, and most faces are upright."""
        height, width = part.shape[:2]
        best, chosen, found = GUESS + HEAD_START, 0, None
        for turn in (0, 1, 3, 2):
            rectangles, margins, _ = self._detector().run(_turn(part, turn), 0, GUESS)
            for rectangle, margin in zip(rectangles, margins, strict=True):
                box = _turned_box(_box(rectangle, 1.0), turn, width, height)
                worth = margin + (HEAD_START if turn == 0 else 0.0)
                if worth > best and same_place(box, near):
                    best, chosen, found = worth, turn, _Seen(box, score_of_margin(margin), "hog", margin)
            if found is not None and turn == 0 and best > STRICT + HEAD_START:
                break
        return chosen, found

    def _network_ways(self, part: NDArray[np.uint8], near: Box, turn: int) -> tuple[int, _Seen | None]:
        """What mmod sees there, upright first and then the other ways up; where it sees nothing, `turn` stays."""
        small, scale = reduced(part, _LOOK_CLOSER)
        height, width = small.shape[:2]
        best: tuple[int, _Seen] | None = None
        for way in (0, 1, 3, 2):
            for one in self._network(_turn(small, way), 1.0):
                box = _moved(_turned_box(one.box, way, width, height), 0, 0, 1 / scale)
                if same_place(box, near) and (best is None or one.score > best[1].score):
                    best = way, replace(one, box=box)
            if way == 0 and best is not None and best[1].score >= MMOD_SURE:
                break
        return best if best is not None else (turn, None)

    def _network(self, rgb: NDArray[np.uint8], scale: float) -> list[_Seen]:
        if min(rgb.shape[:2]) < LEAST:
            return []
        with self._nets:
            found = self._mmod(rgb, 0)
        return [
            _Seen(_box(one.rect, scale), min(1.0, one.confidence), "mmod", one.confidence)
            for one in found
            if one.confidence >= MMOD_KEEP
        ]

    def _turned(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """Of the three other ways to hold the picture the one with the surest face."""
        best: tuple[float, int, list[_Seen]] = (TURNED, 0, [])
        for turn in (1, 2, 3):
            found = self._proposals(_turn(rgb, turn), PROPOSED)
            surest = max((one.score for one in found), default=0.0)
            if surest > best[0]:
                best = (surest, turn, found)
        _, turn, found = best
        faces = self._upright(_turn(rgb, turn), found) if found else []
        return [turned_back(face, turn, rgb.shape[1], rgb.shape[0]) for face in faces]

    def _thorough(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """Whatever it costs: HOG for the very small faces of small pictures, HOG the other ways up, then mmod."""
        height, width = rgb.shape[:2]
        if max(height, width) <= LONGEST // 2:
            faces = self._hog(rgb, LONGEST // 2, 2, STRICT)
            if faces:
                return faces
        for turn in (1, 3, 2):
            faces = self._hog(_turn(rgb, turn), LONGEST, 1, STRICT)
            if faces:
                return [turned_back(face, turn, width, height) for face in faces]
        for turn, longest in _THOROUGH:
            upright = _turn(rgb, turn)
            small, scale = reduced(upright, longest)
            faces = [face for one in self._network(small, scale) for face in self._again(upright, one, closer=False)]
            if faces:
                return [turned_back(face, turn, width, height) for face in faces]
        return []

    def _proposals(self, rgb: NDArray[np.uint8], keep: float) -> list[_Seen]:
        height, width = rgb.shape[:2]
        answer = self._proposer.run({self._proposer.inputs[0].name: nsfw_boxes.tensor(rgb, swap=True)})[0]
        found = nsfw_boxes.decode(answer, (width, height), keep, 0.45, by_class=False)
        return [
            _Seen((box.x, box.y, box.x + box.w, box.y + box.h), box.score, "nudenet")
            for box in found
            if box.label in self._face_labels
        ]

    def _detector(self) -> Any:
        detector = getattr(self._own, "hog", None)
        if detector is None:
            detector = self._own.hog = self._dlib.get_frontal_face_detector()
        return detector

    # ------------------------------------------------------------------ landmarks and vector

    def _face(self, rgb: NDArray[np.uint8], seen: _Seen) -> Face:
        part, left, top, scale = _close(rgb, seen.box)
        box = self._dlib.rectangle(*(round(value) for value in _moved(seen.box, -left, -top, scale)))
        with self._nets:
            shape = self._points(part, box)
        points = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64) / scale + (left, top)
        return Face(seen.box, seen.score, points, seen.by, margin=seen.margin)

    def _face_turned(self, rgb: NDArray[np.uint8], seen: _Seen, turn: int) -> Face:
        """A face that stands upright only after `turn` quarters: its points are looked for there."""
        if turn == 0:
            return self._face(rgb, seen)
        reach = 2.0 * max(1.0, seen.box[2] - seen.box[0], seen.box[3] - seen.box[1])
        part, left, top, _ = _cut(rgb, seen.box, reach, 1.0)
        height, width = part.shape[:2]
        across, down = (height, width) if turn % 2 else (width, height)
        upright = _turned_box(_moved(seen.box, -left, -top, 1.0), 4 - turn, across, down)
        face = turned_back(self._face(_turn(part, turn), replace(seen, box=upright)), turn, width, height)
        return replace(face, box=_moved(face.box, left, top, 1.0), points=face.points + np.array((left, top)))

    def chip(self, rgb: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        """The face upright on 150 × 150, uint8 RGB, as dlib cuts it."""
        if face.turn:
            height, width = rgb.shape[:2]
            face = turned_to(face, width, height)
            rgb = _turn(rgb, face.turn)
        part, left, top, scale = _close(rgb, face.box)
        points = (face.points - (left, top)) * scale
        box = self._dlib.rectangle(*(round(value) for value in _moved(face.box, -left, -top, scale)))
        shape = self._dlib.full_object_detection(
            box, [self._dlib.point(round(x), round(y)) for x, y in points.tolist()]
        )
        return np.asarray(self._dlib.get_face_chip(part, shape, SIDE, _PADDING), dtype=np.uint8)

    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]:
        """128 numbers, float32, to be compared by Euclidean distance. `flip`: the mean with the mirrored face."""
        chip = self.chip(rgb, face)
        views = [chip, chip[:, ::-1]] if flip else [chip]
        blob = np.stack([blob_of_chip(view) for view in views])
        vectors = self._embedder.run({self._embedder.inputs[0].name: blob})[0]
        return np.asarray(vectors.mean(axis=0), dtype=np.float32)


def blob_of_chip(chip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 150 × 150 × 3 RGB to float32 [3, 150, 150], red first, as dlib's input layer makes it."""
    centred = (chip.astype(np.float32) - np.array(MEANS, np.float32)) / np.float32(256)
    return np.ascontiguousarray(centred.transpose(2, 0, 1))


def score_of_margin(margin: float) -> float:
    """HOG's distance from its border (about −1…3) as 0–1: a logistic, one half at the border."""
    return float(1.0 / (1.0 + np.exp(-2.0 * margin)))


def turned_back(face: Face, turn: int, width: int, height: int) -> Face:
    """A face of `np.rot90(picture, turn)` in pixels of the picture itself, which is width × height."""
    if turn == 0:
        return face
    box = _turned_box(face.box, turn, width, height)
    points = _unturned(face.points, turn, width, height)
    return replace(face, box=box, points=points, turn=(face.turn + turn) % 4)


def turned_to(face: Face, width: int, height: int) -> Face:
    """The opposite: the face as it lies in `np.rot90(picture, face.turn)`; it keeps its `turn`."""
    across, down = (height, width) if face.turn % 2 else (width, height)
    back = turned_back(face, (4 - face.turn) % 4, across, down)
    return replace(back, turn=face.turn)


def _turned_box(box: Box, turn: int, width: int, height: int) -> Box:
    """A box of `np.rot90(picture, turn)` in the picture of width × height."""
    corners = _unturned(np.array([box[:2], box[2:]], dtype=np.float64), turn % 4, width, height)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return left, top, right, bottom


def _turn(rgb: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """By `turn` quarters counter-clockwise."""
    return np.ascontiguousarray(np.rot90(rgb, turn)) if turn else rgb


def _moved(box: Box, x: float, y: float, scale: float) -> Box:
    """Shifted, then scaled."""
    return (box[0] + x) * scale, (box[1] + y) * scale, (box[2] + x) * scale, (box[3] + y) * scale


def _unturned(points: NDArray[np.float64], turn: int, width: int, height: int) -> NDArray[np.float64]:
    """Points of `np.rot90(picture, turn)`, `turn` quarters counter-clockwise, in the picture of width × height."""
    x, y = points[:, 0], points[:, 1]
    if turn == 1:
        return np.stack([width - 1 - y, x], axis=1)
    if turn == 2:
        return np.stack([width - 1 - x, height - 1 - y], axis=1)
    if turn == 3:
        return np.stack([y, height - 1 - x], axis=1)
    return points.copy()


def _box(rectangle: Any, scale: float) -> Box:
    left, top, right, bottom = rectangle.left(), rectangle.top(), rectangle.right() + 1, rectangle.bottom() + 1
    return left / scale, top / scale, right / scale, bottom / scale


def _squared(box: Box) -> Box:
    """NudeNet frames the whole head, higher than wide; dlib's landmarks expect a square from brows to chin."""
    width, height = box[2] - box[0], box[3] - box[1]
    side = min(max(width, 0.75 * height), height)
    x = (box[0] + box[2]) / 2
    return (x - side / 2, box[3] - side, x + side / 2, box[3])


def _part(rgb: NDArray[np.uint8], box: Box) -> tuple[NDArray[np.uint8], int, int, float]:
    """The box with as much around it, so large that its face has 120 pixels: part, left, top, pixels for one."""
    scale = _LOOK_FACE / max(1.0, box[2] - box[0], box[3] - box[1])
    return _cut(rgb, box, _LOOK / 2 / scale, min(scale, 4.0))


def _close(rgb: NDArray[np.uint8], box: Box) -> tuple[NDArray[np.uint8], int, int, float]:
    """The face with as much around it as its chip needs; small ones enlarged, for dlib's points are whole pixels."""
    side = max(1.0, box[2] - box[0], box[3] - box[1])
    return _cut(rgb, box, 1.5 * side, min(4.0, max(1.0, _ENLARGE_TO / side)))


def _cut(rgb: NDArray[np.uint8], box: Box, reach: float, scale: float) -> tuple[NDArray[np.uint8], int, int, float]:
    height, width = rgb.shape[:2]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, top = int(max(0, min(x - reach, width - 1))), int(max(0, min(y - reach, height - 1)))
    right, bottom = int(min(width, max(x + reach, left + 1))), int(min(height, max(y + reach, top + 1)))
    part = rgb[top:bottom, left:right]
    if scale == 1.0:
        return np.ascontiguousarray(part), left, top, 1.0
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    return np.asarray(cv2.resize(part, size, interpolation=how), dtype=np.uint8), left, top, scale
