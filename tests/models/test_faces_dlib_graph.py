"""dlib's network, made into a graph of ours, against dlib itself; and the little writer of ONNX files."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from core.errors import ModelError
from models import catalogue
from models.faces_dlib import blob_of_chip
from models.faces_dlib_graph import dlib_graph
from models.onnx_writing import Graph
from models.runtime import Runtime
from tests.models.pictures import cloudy, figure


@pytest.fixture(scope="module")
def made() -> bytes:
    return dlib_graph(catalogue.verify("dlib-face-resnet").read_bytes())


@pytest.fixture(scope="module")
def library() -> Any:
    dlib: Any = importlib.import_module("dlib")
    return dlib.face_recognition_model_v1(str(catalogue.locate("dlib-face-resnet")))


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_its_numbers_are_dlibs(library: Any, engine: Any) -> None:
    session = Runtime(engines={"dlib-face-resnet": (engine,)}, device="cpu").session("dlib-face-resnet")
    chips = [
        cloudy(150, 150, seed=1),
        np.ascontiguousarray(figure(150, 150, seed=1)),
        np.zeros((150, 150, 3), np.uint8),
    ]
    answer = session.run({"face": np.stack([blob_of_chip(chip) for chip in chips])})[0]
    for chip, ours in zip(chips, answer, strict=True):
        np.testing.assert_allclose(ours, np.array(library.compute_face_descriptor(chip)), atol=1e-5)
    session.close()


def test_it_is_a_valid_file(made: bytes) -> None:
    model = onnx.load_from_string(made)
    onnx.checker.check_model(model, full_check=True)
    assert [one.name for one in model.graph.input] == ["face"]
    assert [one.name for one in model.graph.output] == ["descriptor"]


def test_the_blob_by_hand() -> None:
    chip = np.zeros((150, 150, 3), np.uint8)
    chip[:] = (255, 128, 0)
    expected = ((255 - 122.782) / 256, (128 - 117.001) / 256, -104.298 / 256)
    np.testing.assert_allclose(blob_of_chip(chip)[:, 3, 4], expected, atol=1e-6)


@pytest.mark.parametrize("how", ["cut", "other", "empty"])
def test_another_file_is_refused_in_words(how: str) -> None:
    data = catalogue.locate("dlib-face-resnet").read_bytes()
    wrong = {"cut": data[: len(data) // 2], "other": catalogue.locate("dlib-mmod").read_bytes(), "empty": b""}[how]
    with pytest.raises(ModelError, match="not laid out as expected"):
        dlib_graph(wrong)


def test_the_writer_against_the_reference_reader() -> None:
    graph = Graph("small")
    graph.input("x", (None, 2))
    weight = graph.constant(np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    product = graph.node("MatMul", ["x", weight])
    pads = graph.constant(np.array([0, 0, 0, 2], np.int64))
    padded = graph.node("Pad", [product, pads], mode="constant")
    graph.node("Softmax", [padded], out="y", axis=1)
    graph.output("y", (None, 5))
    content = graph.content()
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content)
    x = np.array([[1, -1], [0.5, 2]], np.float32)
    (y,) = session.run(None, {"x": x})
    logits = np.pad(x @ np.array([[1, 2, 3], [4, 5, 6]], np.float32), ((0, 0), (0, 2)))
    expected = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(y, expected / expected.sum(axis=1, keepdims=True), rtol=1e-5)
