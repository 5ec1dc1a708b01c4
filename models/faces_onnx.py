"""The packs of faces on our own sessions: YuNet finds, SFace and AuraFace describe.

Decoding follows OpenCV's `FaceDetectorYN` (Apache-2.0); the library is not needed for it. Networks are given colours as
they were trained: YuNet blue first, 0–255; SFace red first, 0–255, without any normalising; AuraFace, which is of the
ArcFace family, red first, (x − 127.5) / 127.5. The packs of InsightFace run through its library (`faces_insight`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.faces_align import SIDE, Letterbox, aligned, letterbox, reduced
from models.faces_boxes import Face, merged
from models.runtime import Session

__all__ = ["Decoded", "Embedder", "YuNet", "decode_yunet", "described", "faces_of"]

STRIDES = (8, 16, 32)
YUNET_SIDE = 640
YUNET_CLOSE = 320
TILED_FROM = 800
NATIVE = 1280
TILE_STEP = 480

Decoded = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Scores (n), boxes (n × 4: left, top, right, bottom), points (n × 5 × 2), all in pixels of the canvas."""


class YuNet:
    """The published file has a fixed input of 640 × 640, so every look is a letterbox of that size: the whole picture,
    once more at half size (close-ups larger than 300 pixels are missed otherwise), and overlapping tiles at up to 1280
    pixels, where the whole picture would make faces too small."""

    name = "yunet"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._input = session.inputs[0].name
        # by name, because which of twelve outputs comes when is the exporter's business
        self._order = [
            [one.name for one in session.outputs].index(f"{kind}_{stride}")
            for kind in ("cls", "obj", "bbox", "kps")
            for stride in STRIDES
        ]

    def find(self, rgb: NDArray[np.uint8], keep: float, overlap: float = 0.3) -> list[Face]:
        """Faces of uint8 height × width × 3 with a score of at least `keep`, best first."""
        faces: list[Face] = []
        for box, left, top in self._looks(rgb):
            faces += faces_of(self._decoded(box.canvas, keep), box, left, top, self.name)
        return merged(faces, overlap)

    def _looks(self, rgb: NDArray[np.uint8]) -> Iterator[tuple[Letterbox, float, float]]:
        yield letterbox(rgb, YUNET_SIDE), 0, 0
        yield letterbox(rgb, YUNET_SIDE, YUNET_CLOSE), 0, 0
        if max(rgb.shape[:2]) <= TILED_FROM:
            return
        small, scale = reduced(rgb, NATIVE)
        for top in _starts(small.shape[0]):
            for left in _starts(small.shape[1]):
                part = small[top : top + YUNET_SIDE, left : left + YUNET_SIDE]
                canvas = np.zeros((YUNET_SIDE, YUNET_SIDE, 3), np.uint8)
                canvas[: part.shape[0], : part.shape[1]] = part
                yield Letterbox(canvas, (scale, scale)), left / scale, top / scale

    def _decoded(self, canvas: NDArray[np.uint8], keep: float) -> Decoded:
        blob = np.ascontiguousarray(canvas[..., ::-1].transpose(2, 0, 1)[None], dtype=np.float32)
        answer = self._session.run({self._input: blob})
        return decode_yunet([answer[place] for place in self._order], keep)


def decode_yunet(outputs: Sequence[NDArray[np.float32]], keep: float, side: int = YUNET_SIDE) -> Decoded:
    """`outputs`: cls, obj, bbox, kps, each for the strides 8, 16, 32, as [1, cells, 1 | 1 | 4 | 10].

    Score √(cls · obj); cell (row, column) of stride s: centre ((column + dx)·s, (row + dy)·s), size e^dw·s, e^dh·s,
    point ((column + kx)·s, (row + ky)·s). Points start with the eye at the left of the picture: not to be swapped.
    """
    scores, boxes, points = [], [], []
    for number, stride in enumerate(STRIDES):
        cls, obj, bbox, kps = (
            outputs[number + 3 * kind].reshape(-1, width) for kind, width in enumerate((1, 1, 4, 10))
        )
        score = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1)).astype(np.float64)
        chosen = np.flatnonzero(score >= keep)
        row, column = np.divmod(chosen, side // stride)
        cell = np.stack([column, row], axis=1).astype(np.float64)
        middle = (cell + bbox[chosen, :2]) * stride
        half = np.exp(bbox[chosen, 2:].astype(np.float64)) * stride / 2
        scores.append(score[chosen])
        boxes.append(np.concatenate([middle - half, middle + half], axis=1))
        points.append((kps[chosen].reshape(-1, 5, 2) + cell[:, None]) * stride)
    return np.concatenate(scores), np.concatenate(boxes), np.concatenate(points)


class Embedder:
    """A face aligned on 112 × 112 to a vector of length 1. `raw`: colours go in as 0–255 (SFace)."""

    def __init__(self, session: Session, *, raw: bool) -> None:
        self._session, self._raw = session, raw
        self._input = session.inputs[0].name

    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]:
        """float32, one-dimensional, of length 1; see `described`."""
        return described(self.vector, rgb, face, flip=flip)

    def vector(self, chip: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The graph's own answer for uint8 112 × 112 × 3."""
        return np.asarray(self._session.run({self._input: self.blob(chip)})[0].reshape(-1), np.float64)

    def blob(self, chip: NDArray[np.uint8]) -> NDArray[np.float32]:
        """uint8 112 × 112 × 3 RGB to float32 [1, 3, 112, 112], red first."""
        assert chip.shape == (SIDE, SIDE, 3)
        values = chip.transpose(2, 0, 1)[None].astype(np.float32)
        if not self._raw:
            values = (values - np.float32(127.5)) / np.float32(127.5)
        return np.ascontiguousarray(values)


def described(
    vector: Callable[[NDArray[np.uint8]], NDArray[np.float64]], rgb: NDArray[np.uint8], face: Face, *, flip: bool
) -> NDArray[np.float32]:
    """The face aligned and described by `vector` (uint8 112 × 112 × 3 RGB to numbers of any length), of length 1.

    `flip`: the sum over the face and its mirror image, each of length 1, as the ArcFace papers evaluate; it halves what
    the light from one side does.
    """
    chip = aligned(rgb, face.points)
    total = _unit(vector(chip))
    if flip:
        total = _unit(total + _unit(vector(np.ascontiguousarray(chip[:, ::-1]))))
    return total.astype(np.float32)


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(values))
    return np.asarray(values / length if length > 0 else values)


def faces_of(found: Decoded, box: Letterbox, left: float, top: float, by: str) -> list[Face]:
    """What was found on a canvas as faces of the picture, whose part it shows begins at (`left`, `top`) pixels."""
    scores, boxes, points = found
    shift = np.array([left, top])
    corners = box.to_picture(boxes.reshape(-1, 2, 2)) + shift
    marks = box.to_picture(points) + shift
    return [
        Face((float(c[0, 0]), float(c[0, 1]), float(c[1, 0]), float(c[1, 1])), float(score), mark, by)
        for score, c, mark in zip(scores, corners, marks, strict=True)
    ]


def _starts(length: int) -> list[int]:
    """Where tiles of 640 begin so that they cover `length` and overlap by 160: no face of that size is cut by all."""
    if length <= YUNET_SIDE:
        return [0]
    return [*range(0, length - YUNET_SIDE, TILE_STEP), length - YUNET_SIDE]
