"""Small real models for the tests: ONNX graphs with the names, types and shapes of published files, and packs of them.

A pack made here stands in a catalogue of its own, in which the entry has the SHA-256 of the small file and everything
else is as published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models import catalogue

OPSET = 17


def save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[tuple[str, Sequence[int | None]]],
    outputs: Sequence[tuple[str, Sequence[int | None]]],
    weights: Mapping[str, NDArray[np.generic]],
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Write a graph of float32 inputs and outputs; checked."""

    def value(name: str, shape: Sequence[int | None]) -> onnx.ValueInfoProto:
        free = [size if size is not None else f"{name}_{axis}" for axis, size in enumerate(shape)]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, free)

    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [value(*one) for one in inputs],
        [value(*one) for one in outputs],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    if metadata:
        helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path


def mean_classifier(path: Path, side: int, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> Path:
    """`pixel_values` [N, 3, side, side] to `logits` [N, labels]: the mean of each channel times a matrix."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["mean", "matrix"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["logits"]),
    ]
    return save(
        path,
        nodes,
        [("pixel_values", (None, 3, side, side))],
        [("logits", (None, matrix.shape[1]))],
        {"matrix": matrix.astype(np.float32), "bias": bias.astype(np.float32)},
    )


class Packs:
    """A pack folder and a catalogue in which some packs have small files."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.packs, self._catalogue = folder / "packs", folder / "catalogue"
        self._catalogue.mkdir(parents=True)
        for published in (catalogue.RESOURCES / "catalogue").glob("*.json"):
            (self._catalogue / published.name).write_bytes(published.read_bytes())
        monkeypatch.setenv("ASSERVAT_PACKS", str(self.packs))
        monkeypatch.setenv("ASSERVAT_CATALOGUE", str(self._catalogue))
        catalogue.forget()

    def path(self, model: str, name: str | None = None) -> Path:
        """Where a file of this pack is to lie; default its first."""
        return self.packs / model / (name or catalogue.entry(model).file)

    def vouch(self, model: str) -> None:
        """Write the SHA-256 of what lies there now into the catalogue."""
        for listed in self._catalogue.glob("*.json"):
            models = json.loads(listed.read_text(encoding="utf-8"))
            for entry in models["models"]:
                if entry["id"] == model:
                    for file in entry["files"]:
                        content = (self.packs / model / file["name"]).read_bytes()
                        file |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            listed.write_text(json.dumps(models), encoding="utf-8")
        catalogue.forget()

    def change(self, model: str, files: Mapping[str, Mapping[str, object]]) -> None:
        """Fields of files of a pack, by name, in the catalogue."""
        for listed in self._catalogue.glob("*.json"):
            models = json.loads(listed.read_text(encoding="utf-8"))
            for entry in models["models"]:
                if entry["id"] == model:
                    entry["files"] = [file | dict(files.get(file["name"], {})) for file in entry["files"]]
            listed.write_text(json.dumps(models), encoding="utf-8")
        catalogue.forget()


LEVELS = (0.0, -1.0, -0.5, 0.5, 1.0)
"""Grey of a pixel, normalised, to class: blank (as the padding is) and four characters."""


def band_reader(path: Path, characters: str) -> Path:
    """A recogniser of grey bands with the tensors of PP-OCR: `x` [N, 3, 48, W] to probabilities [N, W / 8, 5].

    Each 8 columns are one step; its class is the level of `LEVELS` nearest to their mean. `characters`: four, of which
    the last may be the space that recognisers add themselves."""
    sharp = 40.0
    nodes = [
        helper.make_node("AveragePool", ["x"], ["pooled"], kernel_shape=[48, 8], strides=[48, 8]),
        helper.make_node("ReduceMean", ["pooled"], ["grey"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["grey", "last"], ["steps"]),
        helper.make_node("Sub", ["steps", "levels"], ["away"]),
        helper.make_node("Mul", ["away", "away"], ["squared"]),
        helper.make_node("Mul", ["squared", "sharp"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["fetch_name_0"], axis=2),
    ]
    return save(
        path,
        nodes,
        [("x", (None, 3, 48, None))],
        [("fetch_name_0", (None, None, len(LEVELS)))],
        {
            "last": np.array([2], np.int64),
            "levels": np.array(LEVELS, np.float32),
            "sharp": np.array(-sharp, np.float32),
        },
        {"character": "\n".join(characters)},
    )


def fixed_reader(path: Path, text: str, probability: float) -> Path:
    """A recogniser that reads `text` in every line, each character with that probability, blanks between them."""
    characters = sorted(set(text) - {" "})
    classes = ["", *characters, " "]
    steps = np.zeros((1, 2 * len(text), len(classes)), np.float32)
    steps[0, 1::2, 0] = 1
    for position, character in enumerate(text):
        steps[0, 2 * position, classes.index(character)] = probability
        steps[0, 2 * position, 0] += 1 - probability
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Squeeze", ["mean", "last"], ["one"]),
        helper.make_node("Mul", ["one", "nothing"], ["zero"]),
        helper.make_node("Add", ["zero", "said"], ["fetch_name_0"]),
    ]
    return save(
        path,
        nodes,
        [("x", (None, 3, 48, None))],
        [("fetch_name_0", (None, None, len(classes)))],
        {"last": np.array([3], np.int64), "nothing": np.array(0, np.float32), "said": steps},
        {"character": "\n".join(characters)},
    )
