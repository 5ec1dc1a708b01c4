"""Small real ONNX detectors, one a family: they look for a red square, cell by cell of eight pixels.

The score of a cell is (mean red − mean green) / 255 in it, so the answer depends on layout, colour order and place;
boxes are centred on the cell and 16 pixels wide and high. Shapes and tensor names are those of the published exports.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIDE = 64
CELLS = 8
STEP = 8


def _grid() -> NDArray[np.float32]:
    """Centre x, centre y of each cell in pixels, row by row: [64, 2]."""
    y, x = np.mgrid[:CELLS, :CELLS]
    return (np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32) + 0.5) * STEP


class Graph:
    def __init__(self, name: str, *, nhwc: bool = False, unit: float = 255.0, kind: int = TensorProto.FLOAT) -> None:
        shape = [1, SIDE, SIDE, 3] if nhwc else [1, 3, SIDE, SIDE]
        self.inputs = [helper.make_tensor_value_info(name, kind, shape)]
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        picture = name
        if kind != TensorProto.FLOAT:
            picture = self.node("Cast", [picture], to=TensorProto.FLOAT)
        if nhwc:
            picture = self.node("Transpose", [picture], perm=[0, 3, 1, 2])
        means = self.node("AveragePool", [picture], kernel_shape=[STEP, STEP], strides=[STEP, STEP])
        weight = self.constant(np.array([[1.0, -1.0, 0.0]], np.float32).reshape(1, 3, 1, 1) / unit)
        red = self.node("Conv", [means, weight])
        red = self.node("Clip", [red, self.constant(np.float32(0)), self.constant(np.float32(1))])
        self.red = self.node("Reshape", [red, self.constant(np.array([1, CELLS * CELLS, 1], np.int64))])
        """Score of each cell, [1, 64, 1]."""

    def constant(self, value: NDArray[np.generic] | np.generic) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: object) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def columns(self, parts: list[str], output: str = "") -> str:
        return self.node("Concat", parts, output, axis=2)

    def save(self, path: Path, outputs: dict[str, tuple[list[int], int]]) -> Path:
        graph = helper.make_graph(
            self.nodes,
            "red-square",
            self.inputs,
            [helper.make_tensor_value_info(name, kind, shape) for name, (shape, kind) in outputs.items()],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)
        return path


def _boxes(graph: Graph, *, order: str, over: float = 1.0) -> str:
    centre, half = _grid(), np.full((CELLS * CELLS, 2), 8.0, np.float32)
    if order == "cxcywh":
        values = np.concatenate([centre, half * 2], axis=1)
    else:
        values = np.concatenate([centre - half, centre + half], axis=1)
        values = values[:, [1, 0, 3, 2]] if order == "yxyx" else values
    return graph.constant((values / over)[None].astype(np.float32))


def _zeros(graph: Graph, columns: int) -> str:
    return graph.constant(np.zeros((1, CELLS * CELLS, columns), np.float32))


def yolox(path: Path) -> Path:
    """[1, 64, 7]: offsets 0.5 and log 2 (16 of stride 8), objectness 1, classes (nothing, red)."""
    graph = Graph("images")
    raw = np.tile(np.array([0.5, 0.5, np.log(2), np.log(2), 1.0], np.float32), (1, CELLS * CELLS, 1))
    graph.columns([graph.constant(raw), _zeros(graph, 1), graph.red], "output")
    return graph.save(path, {"output": ([1, CELLS * CELLS, 7], TensorProto.FLOAT)})


def yolov8(path: Path) -> Path:
    """[1, 6, 64], as Ultralytics exports: centre boxes in pixels, then one row a class."""
    graph = Graph("images", unit=1.0)
    rows = graph.columns([_boxes(graph, order="cxcywh"), _zeros(graph, 1), graph.red])
    graph.node("Transpose", [rows], "output0", perm=[0, 2, 1])
    return graph.save(path, {"output0": ([1, 6, CELLS * CELLS], TensorProto.FLOAT)})


def detr(path: Path) -> Path:
    """`logits` [1, 64, 3], the last for nothing, softmax; `pred_boxes` 0–1; wants `pixel_mask` as DETR exports do."""
    graph = Graph("pixel_values", unit=1.0)
    graph.inputs.append(helper.make_tensor_value_info("pixel_mask", TensorProto.INT64, [1, SIDE, SIDE]))
    certain = graph.node("Mul", [graph.red, graph.constant(np.float32(12))])
    graph.columns([_zeros(graph, 1), certain, graph.constant(np.full((1, 64, 1), 6, np.float32))], "logits")
    graph.node("Identity", [_boxes(graph, order="cxcywh", over=SIDE)], "pred_boxes")
    return graph.save(path, {"logits": ([1, 64, 3], TensorProto.FLOAT), "pred_boxes": ([1, 64, 4], TensorProto.FLOAT)})


def ssd(path: Path) -> Path:
    """Undecided SSD: `scores` [1, 64, 3] with the background first, `boxes` 0–1 corners; input blue first."""
    graph = Graph("input", unit=1.0)
    graph.nodes[1].input[1] = graph.constant(np.array([0.0, -1.0, 1.0], np.float32).reshape(1, 3, 1, 1))
    nothing = graph.node("Sub", [graph.constant(np.float32(1)), graph.red])
    graph.columns([nothing, _zeros(graph, 1), graph.red], "scores")
    graph.node("Identity", [_boxes(graph, order="xyxy", over=SIDE)], "boxes")
    return graph.save(path, {"scores": ([1, 64, 3], TensorProto.FLOAT), "boxes": ([1, 64, 4], TensorProto.FLOAT)})


def ssd_finished(path: Path) -> Path:
    """TensorFlow's layout: uint8 NHWC in; y first boxes 0–1, scores [1, 64], classes [1, 64] counted from 1."""
    graph = Graph("input_tensor", nhwc=True, kind=TensorProto.UINT8)
    graph.node("Identity", [_boxes(graph, order="yxyx", over=SIDE)], "detection_boxes")
    graph.node("Reshape", [graph.red, graph.constant(np.array([1, 64], np.int64))], "detection_scores")
    graph.node("Identity", [graph.constant(np.full((1, 64), 2, np.float32))], "detection_classes")
    return graph.save(
        path,
        {
            "detection_boxes": ([1, 64, 4], TensorProto.FLOAT),
            "detection_scores": ([1, 64], TensorProto.FLOAT),
            "detection_classes": ([1, 64], TensorProto.FLOAT),
        },
    )


def finished(path: Path) -> Path:
    """One tensor [1, 64, 6]: corners in pixels, score, class (YOLOv10's and most suppressing exports)."""
    graph = Graph("images", unit=1.0)
    labels = graph.constant(np.ones((1, 64, 1), np.float32))
    graph.columns([_boxes(graph, order="xyxy"), graph.red, labels], "output0")
    return graph.save(path, {"output0": ([1, 64, 6], TensorProto.FLOAT)})
