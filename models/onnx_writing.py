"""Just enough of the ONNX format to write a small graph. The `onnx` package is for development only.

Field numbers are those of `onnx/onnx.proto` (Apache-2.0); the encoding is that of protocol buffers: a key (field << 3 |
kind), then a varint (kind 0) or a length and bytes (kind 2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Graph"]

_IR, _OPSET = 8, 13
_FLOAT, _INT64 = 1, 7
_ATTRIBUTE_INT, _ATTRIBUTE_STRING, _ATTRIBUTE_INTS = 2, 3, 7

Attribute = int | str | Sequence[int]


class Graph:
    """A graph that grows node by node. Names of tensors are made here unless they are given."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._count = 0

    def input(self, name: str, shape: Sequence[int | None]) -> None:
        self._inputs.append(_value(name, shape))

    def output(self, name: str, shape: Sequence[int | None]) -> None:
        self._outputs.append(_value(name, shape))

    def constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """The name of a tensor with these values."""
        name = self._fresh("c")
        kind, order = (_INT64, "<i8") if values.dtype == np.int64 else (_FLOAT, "<f4")
        dimensions = b"".join(_number(1, size) for size in values.shape)
        raw = np.ascontiguousarray(values, dtype=order).tobytes()
        self._constants.append(dimensions + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, raw))
        return name

    def node(self, operator: str, inputs: Sequence[str], out: str = "", **attributes: Attribute) -> str:
        """Add a node; the name of its only output."""
        out = out or self._fresh("t")
        parts = [_bytes(1, name.encode()) for name in inputs]
        parts += [_bytes(2, out.encode()), _bytes(4, operator.encode())]
        parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return out

    def content(self) -> bytes:
        """The whole file."""
        graph = b"".join(_bytes(1, node) for node in self._nodes) + _bytes(2, self._name.encode())
        graph += b"".join(_bytes(5, one) for one in self._constants)
        graph += b"".join(_bytes(11, one) for one in self._inputs) + b"".join(_bytes(12, one) for one in self._outputs)
        return _number(1, _IR) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, _OPSET))

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


def _attribute(name: str, value: Attribute) -> bytes:
    start = _bytes(1, name.encode())
    if isinstance(value, int):
        return start + _number(3, value) + _number(20, _ATTRIBUTE_INT)
    if isinstance(value, str):
        return start + _bytes(4, value.encode()) + _number(20, _ATTRIBUTE_STRING)
    return start + b"".join(_number(8, one) for one in value) + _number(20, _ATTRIBUTE_INTS)


def _value(name: str, shape: Sequence[int | None]) -> bytes:
    sizes = b"".join(_bytes(1, _bytes(2, b"n") if size is None else _number(1, size)) for size in shape)
    tensor = _number(1, _FLOAT) + _bytes(2, sizes)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
