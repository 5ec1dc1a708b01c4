"""Small ONNX graphs with the names, types and shapes of the published files of faces, whose answers can be told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["arcface_with_scale", "embedder", "scrfd", "scrfd_net", "yunet"]

CELLS = (6400, 1600, 400)


def yunet(path: Path, cells: Sequence[tuple[int, int, float]] = ()) -> Path:
    """`cells`: (stride index, cell, score). All is constant; the mean of the picture times
    zero is added, so that the input is really read."""
    nodes, outputs = [], []
    nodes.append(helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0))
    nodes.append(helper.make_node("Mul", ["mean", "zero"], ["nothing"]))
    constants = [numpy_helper.from_array(np.array(0, np.float32), "zero")]
    for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
        for number, (stride, count) in enumerate(zip((8, 16, 32), CELLS, strict=True)):
            values = np.zeros((1, count, width), np.float32)
            for at, cell, score in cells:
                if at == number:
                    values[0, cell] = _cell(kind, score)
            constants.append(numpy_helper.from_array(values, f"{kind}_{stride}_values"))
            nodes.append(helper.make_node("Add", [f"{kind}_{stride}_values", "nothing"], [f"{kind}_{stride}"]))
            outputs.append(helper.make_tensor_value_info(f"{kind}_{stride}", TensorProto.FLOAT, [1, count, width]))
    entry = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 640, 640])
    return _save(path, nodes, [entry], outputs, constants)


def _cell(kind: str, score: float) -> NDArray[np.float32]:
    values = {
        "cls": [score],
        "obj": [1.0],
        "bbox": [0.25, 0.5, np.log(10.0), np.log(12.0)],
        "kps": [-2, -2, 2, -2, 0, 0, -1.5, 2, 1.5, 2],
    }[kind]
    return np.array(values, np.float32)


def scrfd(path: Path, outputs: Sequence[NDArray[np.float32]]) -> Path:
    """Nine given outputs behind an input of free height and width."""
    nodes = [
        helper.make_node("ReduceMean", ["input.1"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    constants = [numpy_helper.from_array(np.array(0, np.float32), "zero")]
    infos = []
    for number, values in enumerate(outputs):
        constants.append(numpy_helper.from_array(values, f"v{number}"))
        nodes.append(helper.make_node("Add", [f"v{number}", "nothing"], [f"o{number}"]))
        infos.append(helper.make_tensor_value_info(f"o{number}", TensorProto.FLOAT, values.shape))
    entry = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, None, None])
    return _save(path, nodes, [entry], infos, constants)


def scrfd_net(path: Path, seed: int = 0) -> Path:
    """The same signature as a network: of each stride's mean colours a score, four distances and five points for two
    anchors, so that answers follow the picture and its size."""
    rng = np.random.default_rng(seed)
    nodes, infos = [], []
    constants = []
    for kind, width in (("score", 1), ("bbox", 4), ("kps", 10)):
        for stride in (8, 16, 32):
            name = f"{kind}_{stride}"
            weights = rng.normal(size=(2 * width, 3, 1, 1)).astype(np.float32)
            constants += [
                numpy_helper.from_array(weights * (6 if kind == "score" else 2), f"w_{name}"),
                numpy_helper.from_array(np.full(2 * width, -3 if kind == "score" else 1, np.float32), f"b_{name}"),
                numpy_helper.from_array(np.array([-1, width], np.int64), f"shape_{name}"),
            ]
            nodes += [
                helper.make_node(
                    "AveragePool", ["input.1"], [f"p_{name}"], kernel_shape=[stride] * 2, strides=[stride] * 2
                ),
                helper.make_node("Conv", [f"p_{name}", f"w_{name}", f"b_{name}"], [f"c_{name}"]),
                helper.make_node("Transpose", [f"c_{name}"], [f"t_{name}"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"t_{name}", f"shape_{name}"], [f"r_{name}"]),
                helper.make_node({"score": "Sigmoid", "bbox": "Abs"}.get(kind, "Identity"), [f"r_{name}"], [name]),
            ]
            infos.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width]))
    entry = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, None, None])
    return _save(path, nodes, [entry], infos, constants)


def arcface_with_scale(path: Path) -> Path:
    """The older files of InsightFace begin with their own mean and scale and want colours as 0–255."""
    made = onnx.load(embedder(path, "data", "fc1", 512))
    made.graph.node[0].input[0] = "scaled"
    made.graph.node.insert(0, helper.make_node("Mul", ["moved", "scale"], ["scaled"], name="_mulscalar0"))
    made.graph.node.insert(0, helper.make_node("Sub", ["data", "mean"], ["moved"], name="_minusscalar0"))
    made.graph.initializer.extend(
        [
            numpy_helper.from_array(np.array(127.5, np.float32), "mean"),
            numpy_helper.from_array(np.array(1 / 127.5, np.float32), "scale"),
        ]
    )
    onnx.checker.check_model(made)
    onnx.save(made, path)
    return path


def embedder(path: Path, entry: str, out: str, dimensions: int, *, free_batch: bool = False) -> Path:
    """The picture reduced to 8 × 8 means and multiplied by a fixed random matrix: faces that look alike come out alike,
    and a wrong order of colours or a wrong scale comes out elsewhere."""
    matrix = np.random.default_rng(7).normal(size=(3 * 14 * 14, dimensions)).astype(np.float32)
    nodes = [
        helper.make_node("AveragePool", [entry], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Flatten", ["small"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "matrix"], [out]),
    ]
    shape: list[int | None] = [None if free_batch else 1, 3, 112, 112]
    return _save(
        path,
        nodes,
        [helper.make_tensor_value_info(entry, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(out, TensorProto.FLOAT, [None if free_batch else 1, dimensions])],
        [numpy_helper.from_array(matrix, "matrix")],
    )


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: list[onnx.TensorProto],
) -> Path:
    graph = helper.make_graph(nodes, "made", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
    return path
