"""What an ONNX file says about itself, read without loading it: inputs, outputs, operators, files it points to.

A reader of the protobuf wire format of our own, because the `onnx` package is large, is only needed by developers, and
would build every tensor in memory. Only the fields that decide whether a file may be loaded are looked at; weights are
stepped over. Field numbers are those of onnx.proto (ONNX, Apache-2.0).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ModelError

__all__ = ["OnnxFacts", "Value", "read"]

_TYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    16: "bfloat16",
}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEEPEST = 32
_EXTERNAL = 1


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of the graph. `dtype` empty: no tensor (a sequence, a map). None in the shape: free; shape
    None: not told."""

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None


@dataclass(slots=True)
class OnnxFacts:
    """`operators`: (domain, name) of every node, those of subgraphs and functions too; what the file itself defines as
    a function is in `functions`. `external`: paths of weights that lie in other files."""

    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    nodes: int = 0
    opset: int = 0


class _Broken(Exception):
    """The bytes are no such message."""


class _Message:
    """The fields of one protobuf message: (number, wire type, value). Byte fields are (start, end) in the file."""

    def __init__(self, data: mmap.mmap | bytes, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        """Field number, wire type, and start and end of bytes (for numbers: the value, and 0)."""
        place = self._start
        while place < self._end:
            tag, place = self._varint(place)
            number, kind = tag >> 3, tag & 7
            if number == 0:
                raise _Broken
            if kind == _VARINT:
                value, place = self._varint(place)
                yield number, kind, value, 0
            elif kind == _BYTES:
                length, place = self._varint(place)
                if length > self._end - place:
                    raise _Broken
                yield number, kind, place, place + length
                place += length
            elif kind in (_FIXED32, _FIXED64):
                place += 4 if kind == _FIXED32 else 8
                if place > self._end:
                    raise _Broken
            else:
                raise _Broken

    def _varint(self, place: int) -> tuple[int, int]:
        value = shift = 0
        while place < self._end and shift < 70:
            byte = self._data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, place
            shift += 7
        raise _Broken

    def inner(self, start: int, end: int) -> _Message:
        return _Message(self._data, start, end)

    def text(self, start: int, end: int) -> str:
        if end - start > 4096:
            raise _Broken
        return bytes(self._data[start:end]).decode("utf-8", "replace")


def read(path: Path) -> OnnxFacts:
    """The facts of one file. Raises `ModelError` when it is no readable ONNX model."""
    refused = ModelError(
        f"{path.name} is no readable ONNX model.", "It is damaged, cut off, or something else under that name."
    )
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _model(_Message(data, 0, len(data)))
    except (_Broken, ValueError, RecursionError):  # ValueError: an empty file cannot be mapped
        raise refused from None
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _model(message: _Message) -> OnnxFacts:
    facts = OnnxFacts()
    graphs = version = 0
    for number, kind, start, end in message:
        if number == 1 and kind == _VARINT:
            version = start
        elif number == 7 and kind == _BYTES:
            graphs += 1
            _graph(message.inner(start, end), facts, 0, outermost=True)
        elif number == 8 and kind == _BYTES:
            _opset(message.inner(start, end), facts)
        elif number == 25 and kind == _BYTES:
            _function(message.inner(start, end), facts)
    if graphs != 1 or not version or not facts.nodes or not facts.outputs:
        raise _Broken
    return facts


def _opset(message: _Message, facts: OnnxFacts) -> None:
    domain, version = "", 0
    for number, kind, start, end in message:
        if number == 1 and kind == _BYTES:
            domain = message.text(start, end)
        elif number == 2 and kind == _VARINT:
            version = start
    if domain in ("", "ai.onnx"):
        facts.opset = version


def _function(message: _Message, facts: OnnxFacts) -> None:
    name = domain = ""
    for number, kind, start, end in message:
        if kind != _BYTES:
            continue
        if number == 1:
            name = message.text(start, end)
        elif number == 10:
            domain = message.text(start, end)
        elif number == 7:
            _node(message.inner(start, end), facts, 0)
    facts.functions.add((domain, name))


def _graph(message: _Message, facts: OnnxFacts, depth: int, *, outermost: bool = False) -> None:
    if depth > _DEEPEST:
        raise _Broken
    inputs: list[Value] = []
    constants: set[str] = set()
    for number, kind, start, end in message:
        if kind != _BYTES:
            continue
        inner = message.inner(start, end)
        if number == 1:
            _node(inner, facts, depth)
        elif number == 5:
            constants.add(_tensor(inner, facts))
        elif number == 15:
            _sparse(inner, facts)
        elif number == 11:
            inputs.append(_value(inner))
        elif number == 12 and outermost:
            facts.outputs.append(_value(inner))
    if outermost:  # old files list their weights among the inputs
        facts.inputs = [one for one in inputs if one.name not in constants]


def _node(message: _Message, facts: OnnxFacts, depth: int) -> None:
    name = domain = ""
    for number, kind, start, end in message:
        if kind != _BYTES:
            continue
        if number == 4:
            name = message.text(start, end)
        elif number == 7:
            domain = message.text(start, end)
        elif number == 5:
            _attribute(message.inner(start, end), facts, depth)
    if not name:
        raise _Broken
    facts.nodes += 1
    facts.operators.add((domain, name))


def _attribute(message: _Message, facts: OnnxFacts, depth: int) -> None:
    for number, kind, start, end in message:
        if kind != _BYTES:
            continue
        if number in (5, 10):
            _tensor(message.inner(start, end), facts)
        elif number in (22, 23):
            _sparse(message.inner(start, end), facts)
        elif number in (6, 11):
            _graph(message.inner(start, end), facts, depth + 1)


def _sparse(message: _Message, facts: OnnxFacts) -> None:
    for number, kind, start, end in message:
        if number in (1, 2) and kind == _BYTES:
            _tensor(message.inner(start, end), facts)


def _tensor(message: _Message, facts: OnnxFacts) -> str:
    """Its name; notes where its weights lie if not here."""
    name, location, outside = "", "", False
    for number, kind, start, end in message:
        if number == 8 and kind == _BYTES:
            name = message.text(start, end)
        elif number == 13 and kind == _BYTES:
            outside = True
            key, value = _pair(message.inner(start, end))
            location = value if key == "location" else location
        elif number == 14 and kind == _VARINT:
            outside = outside or start == _EXTERNAL
    if outside:
        facts.external.add(location)
    return name


def _pair(message: _Message) -> tuple[str, str]:
    key = value = ""
    for number, kind, start, end in message:
        if kind == _BYTES and number == 1:
            key = message.text(start, end)
        elif kind == _BYTES and number == 2:
            value = message.text(start, end)
    return key, value


def _value(message: _Message) -> Value:
    name, dtype = "", ""
    shape: tuple[int | None, ...] | None = None
    for number, kind, start, end in message:
        if kind != _BYTES:
            continue
        if number == 1:
            name = message.text(start, end)
        elif number == 2:
            for inner, _, first, last in message.inner(start, end):
                if inner == 1:
                    dtype, shape = _tensor_type(message.inner(first, last))
    if not name:
        raise _Broken
    return Value(name, dtype, shape)


def _tensor_type(message: _Message) -> tuple[str, tuple[int | None, ...] | None]:
    dtype = ""
    shape: tuple[int | None, ...] | None = None
    for number, kind, start, end in message:
        if number == 1 and kind == _VARINT:
            dtype = _TYPES.get(start, f"type {start}")
        elif number == 2 and kind == _BYTES:
            inner = message.inner(start, end)
            shape = tuple(_dimension(inner.inner(first, last)) for field_, _, first, last in inner if field_ == 1)
    return dtype, shape


def _dimension(message: _Message) -> int | None:
    for number, kind, value, _ in message:
        if number == 1 and kind == _VARINT and 0 < value < 1 << 40:
            return value
    return None
