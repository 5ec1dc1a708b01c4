"""Our reader of ONNX files against the `onnx` package, and against bytes that are no ONNX file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import ModelError
from models import catalogue, onnx_reader
from models.onnx_reader import Value
from tests.models.pack_making import toy_graph

BUILT_IN = [name for name, entry in catalogue.published().items() if entry.package and entry.format == "onnx"]


def nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from nodes(attribute.g)
            for inner in attribute.graphs:
                yield from nodes(inner)


def value(told: onnx.ValueInfoProto) -> Value:
    tensor = told.type.tensor_type
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type)).name
    shape = tuple(
        one.dim_value if one.HasField("dim_value") and one.dim_value > 0 else None for one in tensor.shape.dim
    )
    return Value(told.name, dtype, shape)


@pytest.mark.parametrize("model", BUILT_IN)
def test_it_reads_the_shipped_models_as_the_reference_does(model: str) -> None:
    path = catalogue.locate(model)
    reference = onnx.load(path)
    facts = onnx_reader.read(path)
    constants = {one.name for one in reference.graph.initializer}
    assert facts.inputs == [value(one) for one in reference.graph.input if one.name not in constants]
    assert facts.outputs == [value(one) for one in reference.graph.output]
    every = list(nodes(reference.graph))
    assert facts.nodes == len(every)
    assert facts.operators == {(node.domain, node.op_type) for node in every}
    assert facts.opset == next(one.version for one in reference.opset_import if one.domain in ("", "ai.onnx"))
    assert facts.external == set()


def test_weights_listed_among_the_inputs_are_no_inputs(tmp_path: Path) -> None:
    weight = numpy_helper.from_array(np.ones((2, 2), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "old",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2]),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, [2, 2]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])],
        [weight],
    )
    onnx.save(helper.make_model(graph, ir_version=3), tmp_path / "old.onnx")
    assert onnx_reader.read(tmp_path / "old.onnx").inputs == [Value("x", "float32", (None, 2))]


def test_functions_that_the_file_defines_are_known_and_searched(tmp_path: Path) -> None:
    function = helper.make_function(
        "lab.own",
        "Twice",
        ["a"],
        ["b"],
        [helper.make_node("Mystery", ["a"], ["b"], domain="evil.ops")],
        [helper.make_opsetid("", 17), helper.make_opsetid("evil.ops", 1)],
    )
    graph = helper.make_graph(
        [helper.make_node("Twice", ["x"], ["y"], domain="lab.own")],
        "functions",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("lab.own", 1)]
    model = helper.make_model(graph, opset_imports=opsets, functions=[function])
    onnx.save(model, tmp_path / "f.onnx")
    facts = onnx_reader.read(tmp_path / "f.onnx")
    assert facts.functions == {("lab.own", "Twice")}
    assert facts.operators == {("lab.own", "Twice"), ("evil.ops", "Mystery")}


def test_whatever_the_bytes_it_answers_or_refuses(tmp_path: Path) -> None:
    """Cut off anywhere, with bytes changed, or random: never another error, and never endless."""
    whole = toy_graph(tmp_path / "toy.onnx").read_bytes()
    path = tmp_path / "spoilt.onnx"
    chance = random.Random(11)
    refusals = 0
    for round_ in range(400):
        if round_ % 3 == 0:
            spoilt = whole[: chance.randrange(len(whole))]
        elif round_ % 3 == 1:
            changed = bytearray(whole)
            for _ in range(4):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            spoilt = bytes(changed)
        else:
            spoilt = chance.randbytes(chance.randrange(1, 300))
        path.write_bytes(spoilt)
        try:
            onnx_reader.read(path)
        except ModelError:
            refusals += 1
    assert refusals > 250


def test_graphs_nested_without_an_end_are_refused(tmp_path: Path) -> None:
    def field(number: int, content: bytes) -> bytes:
        length, prefix = len(content), b""
        while length > 0x7F:
            prefix += bytes([length & 0x7F | 0x80])
            length >>= 7
        return bytes([number << 3 | 2]) + prefix + bytes([length]) + content

    graph = field(4, b"If")
    for _ in range(200):
        graph = field(4, b"If") + field(5, field(6, field(1, graph)))
    (tmp_path / "deep.onnx").write_bytes(b"\x08\x08" + field(7, field(1, graph)))
    with pytest.raises(ModelError, match="no readable ONNX"):
        onnx_reader.read(tmp_path / "deep.onnx")


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04", b"\x08\x08", b"\xff" * 50])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.onnx").write_bytes(content)
    with pytest.raises(ModelError):
        onnx_reader.read(tmp_path / "x.onnx")
    with pytest.raises(ModelError):
        onnx_reader.read(tmp_path / "absent.onnx")
