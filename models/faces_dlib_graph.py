"""dlib's face network as an ONNX graph, so that it runs on the same engines as every other model.

dlib runs its networks on one core and holds Python's own lock while it does: no other thread of the process can work
in the meantime. On our engines the same arithmetic takes a fraction of the time, beside other threads. Nothing is
shipped or stored: the graph is made in memory from the very file that the package installs, after its SHA-256 was
checked.

Source: dlib 20 (BSL-1.0): `examples/dnn_face_recognition_ex.cpp` (`anet_type`), `dlib/dnn/layers.h`,
`dlib/serialize.h`.

* The file holds the layers from the input to the output. What has numbers is marked by its name (`con_4`, `affine_`,
  `fc_2`), followed by a tensor: version, four dimensions, little-endian float32. Integers are a byte that says how many
  bytes follow, then these.
* Convolutions of stride 1 are padded by half their size, those of stride 2 not at all. `affine` is a scale and a shift
  for each channel and is folded into the convolution before it.
* Where two branches of different shape are added, dlib takes what is missing as zero: channels of the pooled branch,
  and in one place the last row and column of the other.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from models.onnx_writing import Graph

__all__ = ["MEANS", "SIDE", "dlib_graph"]

SIDE = 150
MEANS = (122.782, 117.001, 104.298)
"""Subtracted from red, green and blue; the rest is divided by 256 (`input_rgb_image_sized`)."""

_LEVELS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""Filters, blocks, and whether the first block halves the size, from the input on."""

Array = NDArray[np.float32]


def dlib_graph(data: bytes) -> bytes:
    """The bytes of an ONNX file with the input `face` [n, 3, 150, 150] (RGB, (x − mean) / 256) and the output
    `descriptor` [n, 128]. Raises `ModelError` when `data` is not this network."""
    try:
        return _built(_Weights(data))
    except (ValueError, IndexError, struct.error) as error:
        raise ModelError(
            "The file of dlib's face network is not laid out as expected.", f"Report this as a bug ({error})."
        ) from error


class _Weights:
    """Tensors of the file, in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def convolution(self, filters: int, channels: int, size: int) -> tuple[Array, Array]:
        """Filters × channels × size × size and bias, with the affine layer that follows folded in."""
        numbers = self._after(b"con_4", filters * channels * size * size + filters)
        weight, bias = numbers[:-filters].reshape(filters, channels, size, size), numbers[-filters:]
        affine = self._after(b"affine_", 2 * filters)
        gamma, beta = affine[:filters], affine[filters:]
        return weight * gamma[:, None, None, None], bias * gamma + beta

    def matrix(self, rows: int, columns: int) -> Array:
        return self._after(b"fc_2", rows * columns, skipped=2).reshape(rows, columns)

    def _after(self, name: bytes, count: int, skipped: int = 0) -> Array:
        """The tensor behind the next layer of that name; `skipped` integers stand before it."""
        at = self._data.index(name, self._at) + len(name)
        for _ in range(skipped):
            _, at = _integer(self._data, at)
        version, at = _integer(self._data, at)
        shape = []
        for _ in range(4):
            number, at = _integer(self._data, at)
            shape.append(number)
        if version != 2 or int(np.prod(shape)) != count:
            raise ValueError(f"{name.decode()} has {shape}, not {count} numbers")
        self._at = at + 4 * count
        return np.frombuffer(self._data, "<f4", count, at).astype(np.float32)


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """The number that stands there, and where the next one begins. The top bit of the first byte is the sign."""
    length = data[at] & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + length], "little")
    return (-value if data[at] & 0x80 else value), at + 1 + length


@dataclass(slots=True)
class _Place:
    """Where the graph has come to: the tensor's name, its channels and its side."""

    name: str
    channels: int
    side: int


def _built(weights: _Weights) -> bytes:
    graph = Graph("dlib_face_recognition_resnet_model_v1")
    graph.input("face", (None, 3, SIDE, SIDE))
    place = _convolved(graph, weights, _Place("face", 3, SIDE), 32, size=7, stride=2, relu=True)
    pooled = graph.node("MaxPool", [place.name], kernel_shape=(3, 3), strides=(2, 2))
    place = _Place(pooled, 32, (place.side - 3) // 2 + 1)
    for filters, blocks, down in _LEVELS:
        for number in range(blocks):
            place = _residual(graph, weights, place, filters, down=down and number == 0)
    mean = graph.node("GlobalAveragePool", [place.name])
    flat = graph.node("Flatten", [mean], axis=1)
    matrix = graph.constant(weights.matrix(place.channels, 128))
    graph.node("MatMul", [flat, matrix], out="descriptor")
    graph.output("descriptor", (None, 128))
    return graph.content()


def _residual(graph: Graph, weights: _Weights, start: _Place, filters: int, *, down: bool) -> _Place:
    """relu(block(x) + x), or relu(block(x) + mean of 2 × 2 of x) where the block halves the size."""
    inner = _convolved(graph, weights, start, filters, size=3, stride=2 if down else 1, relu=True)
    inner = _convolved(graph, weights, inner, filters, size=3, stride=1, relu=False)
    other = start
    if down:
        pooled = graph.node("AveragePool", [start.name], kernel_shape=(2, 2), strides=(2, 2))
        other = _Place(pooled, start.channels, start.side // 2)
    side, channels = max(inner.side, other.side), max(inner.channels, other.channels)
    both = [_padded(graph, one, channels, side) for one in (inner, other)]
    return _Place(graph.node("Relu", [graph.node("Add", both)]), channels, side)


def _convolved(
    graph: Graph, weights: _Weights, start: _Place, filters: int, *, size: int, stride: int, relu: bool
) -> _Place:
    weight, bias = weights.convolution(filters, start.channels, size)
    around = size // 2 if stride == 1 else 0
    names = [start.name, graph.constant(weight), graph.constant(bias)]
    made = graph.node("Conv", names, kernel_shape=(size, size), strides=(stride, stride), pads=(around,) * 4)
    if relu:
        made = graph.node("Relu", [made])
    return _Place(made, filters, (start.side + 2 * around - size) // stride + 1)


def _padded(graph: Graph, place: _Place, channels: int, side: int) -> str:
    """With zeros behind the last channel, row and column, up to that shape."""
    more, below = channels - place.channels, side - place.side
    if not more and not below:
        return place.name
    pads = graph.constant(np.array([0, 0, 0, 0, 0, more, below, below], np.int64))
    return graph.node("Pad", [place.name, pads], mode="constant")
