"""Where text is: the probability map of the DB detector and the boxes drawn around its islands.

Port of RapidOCR 3.10 `ch_ppocr_det` (Apache-2.0), same arithmetic, same order of boxes; scores travel with their boxes
(upstream sorts only the boxes).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pyclipper
from numpy.typing import NDArray

from models.ocr_gate import evidence_of_text, example_line
from models.ocr_picture import GRID, Page, detector_size, to_tensor
from models.runtime import Session
from models.tiles import Cell

__all__ = ["CLOSE_CANDIDATES_AT_MOST", "Line", "boxes_from_map", "close_map", "detect", "in_order", "probability_map"]

PIXEL_THRESHOLD = 0.3
BOX_THRESHOLD = 0.5
CANDIDATES_AT_MOST = 1000
CLOSE_CANDIDATES_AT_MOST = 5000
"""Of a picture of 32 megapixels: a page of a newspaper has 1500 lines."""
UNCLIP_RATIO = 1.6
_SMALLEST_SIDE = 3
_SAME_ROW = 10
_DILATION = np.ones((2, 2), np.uint8)


@dataclass(frozen=True, slots=True)
class Line:
    """A found line: `quad` 4 × 2, clockwise from top left, pixels of the page; `score` mean probability inside."""

    quad: NDArray[np.float32]
    score: float


def probability_map(session: Session, page: Page) -> NDArray[np.float32]:
    """height × width, 0…1: how likely each pixel belongs to text, at the detector's size."""
    tensor = to_tensor(page.bgr, detector_size(page))
    answer = session.run({session.inputs[0].name: tensor})[0]
    found: NDArray[np.float32] = answer[0, 0]
    return found


def close_map(
    session: Session, page: Page, cells: Sequence[Cell], gate: float, between: Callable[[], None]
) -> tuple[NDArray[np.float32] | None, float]:
    """The same at the size of the page, from its cells (`models.ocr_close`), and the strongest evidence of text; no map
    where no cell has enough of it.

    `gate`: cells with less evidence of text are passed over (0: none is). `between` is called before each cell and may
    raise."""
    height, width = page.bgr.shape[:2]
    together: NDArray[np.float32] | None = None
    strongest = 0.0
    for cell in cells:
        between()
        seen, own = cell.seen, cell.own
        part = np.ascontiguousarray(page.bgr[seen.top : seen.bottom, seen.left : seen.right])
        hint = evidence_of_text(session, Page(part, (1.0, 1.0), 0, (part.shape[1], part.shape[0]))) if gate else 1.0
        strongest = max(strongest, hint)
        if hint < gate:
            continue
        if together is None:
            together = np.zeros((height, width), np.float32)
        inside = slice(own.top - seen.top, own.bottom - seen.top), slice(own.left - seen.left, own.right - seen.left)
        together[own.top : own.bottom, own.left : own.right] = _beside_example(session, part)[inside]
    return together, strongest


def _beside_example(session: Session, bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The map of uint8 height × width × 3, at that size, looked at with an example line below it."""
    height, width = bgr.shape[:2]
    example = cv2.cvtColor(example_line(width), cv2.COLOR_GRAY2BGR)
    rows, columns = (-(-length // GRID) * GRID for length in (height + len(example), width))
    picture = np.full((rows, columns, 3), 255, np.uint8)
    picture[:height, :width] = bgr
    picture[-len(example) :, :width] = example
    answer = session.run({session.inputs[0].name: to_tensor(picture, (rows, columns))})[0]
    found: NDArray[np.float32] = answer[0, 0, :height, :width]
    return found


def detect(session: Session, page: Page) -> list[Line]:
    """All lines of a page in reading order: top to bottom, then left to right within a row. Where most lines stand
    upright (a page that lies on its side, a column of Chinese): from the right to the left, then top to bottom."""
    height, width = page.bgr.shape[:2]
    return in_order(boxes_from_map(probability_map(session, page), width, height))


def in_order(lines: list[Line]) -> list[Line]:
    """Lines as they are read, see `detect`."""
    if 2 * sum(map(_stands, lines)) <= len(lines):
        return _reading_order(lines)
    aside = [Line(np.stack([one.quad[:, 1], -one.quad[:, 0]], axis=1)[[1, 2, 3, 0]], one.score) for one in lines]
    places = {id(turned): one for turned, one in zip(aside, lines, strict=True)}
    return [places[id(turned)] for turned in _reading_order(aside)]


def _stands(line: Line) -> bool:
    """As `ocr_picture.line_crop` judges it, which turns such lines by a quarter."""
    across = max(np.linalg.norm(line.quad[0] - line.quad[1]), np.linalg.norm(line.quad[2] - line.quad[3]))
    down = max(np.linalg.norm(line.quad[0] - line.quad[3]), np.linalg.norm(line.quad[1] - line.quad[2]))
    return bool(int(down) >= 1.5 * int(across))


def boxes_from_map(
    probability: NDArray[np.float32], width: int, height: int, at_most: int = CANDIDATES_AT_MOST
) -> list[Line]:
    """Lines from a probability map, in pixels of a page of width × height, in no particular order."""
    mask = cv2.dilate((probability > PIXEL_THRESHOLD).astype(np.uint8), _DILATION)
    contours, _ = cv2.findContours(mask * 255, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    lines = []
    for contour in contours[:at_most]:
        line = _line(probability, np.asarray(contour), width, height)
        if line is not None:
            lines.append(line)
    return lines


def _line(probability: NDArray[np.float32], contour: NDArray[np.int32], width: int, height: int) -> Line | None:
    corners, side = _smallest_box(contour)
    if side < _SMALLEST_SIDE:
        return None
    score = _mean_inside(probability, corners)
    if score < BOX_THRESHOLD:
        return None
    corners, side = _smallest_box(_grown(corners))
    if side < _SMALLEST_SIDE + 2:
        return None
    map_height, map_width = probability.shape
    corners[:, 0] = np.clip(np.round(corners[:, 0] / map_width * width), 0, width)
    corners[:, 1] = np.clip(np.round(corners[:, 1] / map_height * height), 0, height)
    quad = _clockwise(corners.astype(np.int32))
    quad[:, 0] = np.clip(quad[:, 0], 0, width - 1)
    quad[:, 1] = np.clip(quad[:, 1], 0, height - 1)
    if int(np.linalg.norm(quad[0] - quad[1])) <= 3 or int(np.linalg.norm(quad[0] - quad[3])) <= 3:
        return None
    return Line(quad, score)


def _smallest_box(contour: NDArray[np.int32]) -> tuple[NDArray[np.float32], float]:
    """Corners (4 × 2, clockwise from top left) of the smallest rotated rectangle, and its shorter side."""
    rectangle = cv2.minAreaRect(contour)
    points = sorted(cv2.boxPoints(rectangle), key=lambda point: float(point[0]))
    left = points[:2] if points[1][1] > points[0][1] else points[1::-1]
    right = points[2:] if points[3][1] > points[2][1] else points[:1:-1]
    corners = np.array([left[0], right[0], right[1], left[1]], np.float32)
    return corners, min(rectangle[1])


def _mean_inside(probability: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    height, width = probability.shape
    left = int(np.clip(np.floor(corners[:, 0].min()), 0, width - 1))
    right = int(np.clip(np.ceil(corners[:, 0].max()), 0, width - 1))
    top = int(np.clip(np.floor(corners[:, 1].min()), 0, height - 1))
    bottom = int(np.clip(np.ceil(corners[:, 1].max()), 0, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - np.array([left, top], np.float32)).astype(np.int32)], (1,))
    return float(cv2.mean(probability[top : bottom + 1, left : right + 1], mask)[0])


def _grown(corners: NDArray[np.float32]) -> NDArray[np.int32]:
    """The detector is trained on shrunken boxes: grow by area × ratio / perimeter (Vatti clipping, round joints)."""
    x, y = corners.astype(np.float64).T
    area = abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2
    perimeter = float(np.sum(np.hypot(x - np.roll(x, -1), y - np.roll(y, -1))))
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(corners, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    return np.array(offset.Execute(area * UNCLIP_RATIO / perimeter), np.int32).reshape(-1, 1, 2)


def _clockwise(points: NDArray[np.int32]) -> NDArray[np.float32]:
    """Top left, top right, bottom right, bottom left."""
    by_x = points[np.argsort(points[:, 0])]
    left = by_x[:2][np.argsort(by_x[:2, 1])]
    right = by_x[2:][np.argsort(by_x[2:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def _reading_order(lines: list[Line]) -> list[Line]:
    """Rows begin where the next box starts at least 10 px lower; within a row by x (both sorts stable)."""
    if not lines:
        return []
    by_y = sorted(lines, key=lambda line: float(line.quad[0, 1]))
    row, rows = 0, [0]
    for upper, lower in itertools.pairwise(by_y):
        row += int(lower.quad[0, 1] - upper.quad[0, 1] >= _SAME_ROW)
        rows.append(row)
    order = sorted(range(len(by_y)), key=lambda i: (rows[i], float(by_y[i].quad[0, 0])))
    return [by_y[i] for i in order]
