"""The answer of a laboratory's detector to boxes, one function a family (see `models.detector_description`).

YOLOX after Megvii's `demo_postprocess`, YOLOv8 after Ultralytics' layout, DETR after the paper's post-processing
(best class of each query), SSD after torchvision's; all written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.records import Region
from models.detectors_prepare import Placement

if TYPE_CHECKING:
    from models.detector_description import Description

__all__ = ["decode"]

Floats = NDArray[np.float64]
Tensors = Mapping[str, NDArray[Any]]


def decode(tensors: Tensors, description: Description, placement: Placement) -> list[tuple[int, float, Region]]:
    """Class number, score and place of every kept box, best first. Raises `ModelError` when the shapes do not fit."""
    output = description.output
    read = _finished if output.finished else _DENSE[output.format]
    corners, scores, labels = read(tensors, description)
    if not (np.isfinite(scores).all() and np.isfinite(corners[scores >= description.keep_score]).all()):
        raise _unfit(description, "some of its numbers are no numbers")
    kept = np.flatnonzero(scores >= description.keep_score)
    corners, scores, labels = corners[kept], scores[kept], labels[kept]
    if output.normalised:
        corners = corners * np.array(placement.rectangle * 2, np.float64)
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(description.classes):
        raise _unfit(description, f"it speaks of class {int(labels.max())}, which is not described")
    relative = placement.back(corners)
    order = _suppressed(corners, scores, labels, description)
    return [(int(labels[i]), float(min(scores[i], 1.0)), _region(relative[i])) for i in order if _visible(relative[i])]


def _yolox(tensors: Tensors, description: Description) -> tuple[Floats, Floats, NDArray[np.int64]]:
    rows = _rows(tensors["output"], 5 + len(description.classes), description)
    boxes = rows[:, :4] if description.output.decoded else _from_grid(rows[:, :4], description)
    scores = _activated(rows[:, 5:], description) * _activated(rows[:, 4:5], description)
    return _best(_corners(boxes, description), scores)


def _from_grid(boxes: Floats, description: Description) -> Floats:
    """Offsets in cells and logarithms of sizes to centre boxes in pixels. Cells: stride by stride, row by row."""
    width, height = description.input.size
    cells, strides = [], []
    for stride in description.output.strides:
        y, x = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full((x.size, 1), stride))
    grid, step = np.concatenate(cells).astype(np.float64), np.concatenate(strides).astype(np.float64)
    if len(grid) != len(boxes):
        raise _unfit(description, f"it has {len(boxes)} cells, but size and strides make {len(grid)}")
    with np.errstate(over="ignore"):  # a cell of no score may hold anything
        return np.concatenate([(boxes[:, :2] + grid) * step, np.exp(boxes[:, 2:]) * step], axis=1)


def _yolov8(tensors: Tensors, description: Description) -> tuple[Floats, Floats, NDArray[np.int64]]:
    first = 5 if description.output.has_objectness else 4
    rows = _rows(tensors["output"], first + len(description.classes), description)
    scores = _activated(rows[:, first:], description)
    if description.output.has_objectness:
        scores = scores * _activated(rows[:, 4:5], description)
    return _best(_corners(rows[:, :4], description), scores)


def _by_query(tensors: Tensors, description: Description) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """DETR and undecided SSD: class scores and boxes in two tensors of equal length."""
    raw = tensors["logits" if "logits" in tensors else "scores"]
    extra = 0 if description.output.background == "none" else 1
    scores = _activated(_rows(raw, len(description.classes) + extra, description), description)
    if extra:
        scores = scores[:, 1:] if description.output.background == "first" else scores[:, :-1]
    boxes = _rows(tensors["boxes"], 4, description)
    if len(boxes) != len(scores):
        raise _unfit(description, f"it has {len(boxes)} boxes, but scores for {len(scores)}")
    return _best(_corners(boxes, description), scores)


def _finished(tensors: Tensors, description: Description) -> tuple[Floats, Floats, NDArray[np.int64]]:
    if "output" in tensors:
        rows = _rows(tensors["output"], 6, description)
        boxes, scores, numbers = rows[:, :4], rows[:, 4], rows[:, 5]
    else:
        boxes = _rows(tensors["boxes"], 4, description)
        scores = tensors["scores"].astype(np.float64).reshape(-1)
        numbers = tensors["labels"].astype(np.float64).reshape(-1)
    if not len(boxes) == len(scores) == len(numbers):
        raise _unfit(description, f"it has {len(boxes)} boxes, {len(scores)} scores and {len(numbers)} classes")
    if not np.isfinite(scores).all():
        raise _unfit(description, "some of its scores are no numbers")
    kept = scores >= description.keep_score  # padding is told by its score; its class may be anything
    labels = np.rint(numbers[kept]).astype(np.int64) - description.output.first_label
    return _corners(boxes[kept], description), scores[kept], labels


_DENSE: Mapping[str, Callable[[Tensors, Description], tuple[Floats, Floats, NDArray[np.int64]]]] = {
    "yolox": _yolox,
    "yolov8": _yolov8,
    "detr": _by_query,
    "ssd": _by_query,
}


def _rows(tensor: NDArray[Any], columns: int, description: Description) -> Floats:
    """[1, n, columns], [n, columns] or (YOLOv8) the transpose, as [n, columns]."""
    shape = tensor.shape
    values = tensor[0] if tensor.ndim == 3 and shape[0] == 1 else tensor
    if values.ndim == 2 and description.output.format == "yolov8" and values.shape[0] == columns:
        values = values.T
    if values.ndim != 2 or values.shape[1] != columns:
        raise _unfit(description, f"its shape is {shape}, but {columns} columns were described")
    return values.astype(np.float64)


def _activated(values: Floats, description: Description) -> Floats:
    if description.output.activation == "sigmoid":
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60, 60))))
    if description.output.activation == "softmax":
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
    return values


def _corners(boxes: Floats, description: Description) -> Floats:
    """Any order of numbers to x1, y1, x2, y2."""
    order = description.output.box
    if order == "xyxy":
        return boxes
    if order == "yxyx":
        return boxes[:, [1, 0, 3, 2]]
    near = boxes[:, :2] - boxes[:, 2:] / 2 if order == "cxcywh" else boxes[:, :2]
    return np.concatenate([near, near + boxes[:, 2:]], axis=1)


def _best(corners: Floats, scores: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    labels: NDArray[np.int64] = scores.argmax(axis=1).astype(np.int64)
    return corners, scores.max(axis=1), labels


def _suppressed(corners: Floats, scores: Floats, labels: NDArray[np.int64], description: Description) -> list[int]:
    """Numbers of the boxes that stay, best first."""
    kept = list(range(len(scores)))
    if description.nms.iou is not None and kept:
        left_top, sizes = corners[:, :2], corners[:, 2:] - corners[:, :2]
        groups = labels if description.nms.per_class else np.zeros_like(labels)
        # OpenCV drops scores *equal* to its threshold; all that are here have passed it
        kept = [
            int(i)
            for i in np.asarray(
                cv2.dnn.NMSBoxesBatched(
                    np.concatenate([left_top, sizes], axis=1).tolist(),
                    scores.tolist(),
                    groups.tolist(),
                    0.0,
                    description.nms.iou,
                )
            ).reshape(-1)
        ]
    return sorted(kept, key=lambda i: (-float(scores[i]), i))[: description.max_boxes]


def _visible(corners: Floats) -> bool:
    return bool(corners[2] > corners[0] and corners[3] > corners[1])


def _region(corners: Floats) -> Region:
    x1, y1, x2, y2 = (float(value) for value in corners)
    return Region(x1, y1, x2 - x1, y2 - y1)


def _unfit(description: Description, what: str) -> ModelError:
    return ModelError(
        f"The answer of the detector {description.id} does not fit its description: {what}.",
        "Correct detector.json or the export; nothing was taken from this answer.",
    )
