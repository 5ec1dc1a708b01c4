"""The calls into OpenCV and NumPy that an analyzer without sessions makes, written down to be played back bare.

For an analyzer that asks networks, bare is what its sessions take (`models.bench`). `logo` asks none: its arithmetic is
done by OpenCV (features, connected parts, outlines, interpolation, transforms) and by NumPy (products of matrices,
Fourier transforms, equations, and what is computed element by element). While it looks at a picture, every such call
is written down with what it was given; played back without the analyzer, that is the least its answer can cost with
these libraries. Not played back, and so the analyzer's own: everything that Python does between the calls, and in NumPy
all that only makes, copies, picks or lays out arrays.

Arrays are followed through the analyzer as a kind of array of their own that tells of every call it takes part in, so
no call has to be named here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

__all__ = ["LibraryCall", "play", "recorded"]

_MAKE = ("array", "asarray", "ascontiguousarray", "frombuffer", "zeros", "ones", "full", "empty", "eye", "arange")
_LAYOUT = frozenset(
    {"concatenate", "stack", "append", "roll", "repeat", "reshape", "ravel", "meshgrid", "rot90", "copy", "tile"}
    | {"swapaxes", "transpose", "broadcast_to", "expand_dims", "squeeze", "atleast_1d", "atleast_2d", "ndim", "shape"}
    | {"zeros_like", "ones_like", "empty_like", "full_like", "copyto", "diag", "split", "array_split"}
)


@dataclass(frozen=True, slots=True)
class LibraryCall:
    """`library`: cv2 or numpy."""

    library: str
    function: Callable[..., object]
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]


class _Log:
    def __init__(self) -> None:
        self.calls: list[LibraryCall] = []

    def note(self, library: str, function: Callable[..., object], arguments: Any, named: Mapping[str, Any]) -> None:
        self.calls.append(LibraryCall(library, function, _copied(arguments), _copied(dict(named))))


_LOG: _Log | None = None


class _Traced(np.ndarray[Any, Any]):
    """An array that tells of every call it takes part in."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        function = getattr(ufunc, method)
        plain, options = _plain(inputs), _plain(named)
        if _LOG is not None:
            _LOG.note("numpy", function, plain, options)
        made = function(*plain, **options)
        return named["out"][0] if named.get("out") is not None else _traced(made)

    def __array_function__(self, function: Any, _types: Any, arguments: Any, named: Any) -> Any:
        plain, options = _plain(arguments), _plain(named)
        if _LOG is not None and function.__name__ not in _LAYOUT:
            _LOG.note("numpy", function, plain, options)
        return _traced(function(*plain, **options))


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, (list, tuple)):
        made = [_each(one, change) for one in value]
        return type(value)(made) if type(value) in (list, tuple) else value
    if isinstance(value, dict):
        return {name: _each(one, change) for name, one in value.items()}
    return value


def _plain(value: Any) -> Any:
    return _each(value, lambda one: one.view(np.ndarray))


def _copied(value: Any) -> Any:
    """So laid out as it was given: a copy that lies otherwise in memory would be quicker or slower."""
    return _each(value, _same_layout)


def _same_layout(array: Any) -> Any:
    if array.flags.c_contiguous or array.flags.f_contiguous or 0 in array.strides or not array.size:
        return array.copy(order="K")
    low, high = np.lib.array_utils.byte_bounds(array)
    room = np.empty(high - low, np.uint8)
    begin = array.__array_interface__["data"][0] - low
    made = np.ndarray(array.shape, array.dtype, room.data, begin, array.strides)
    made[...] = array
    return made


def _traced(value: Any) -> Any:
    return _each(value, lambda one: one.view(_Traced))


class _Numpy(ModuleType):
    """NumPy whose new arrays are followed."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        if name not in _MAKE:
            return found
        return lambda *arguments, **named: _traced(found(*_plain(arguments), **_plain(named)))


class _Library:
    """A module, class or object of OpenCV whose calls are written down."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if isinstance(found, type):
            return _Library(found)
        return self._noted(found) if callable(found) else found

    @staticmethod
    def _noted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            plain, options = _plain(arguments), _plain(named)
            if _LOG is not None:
                _LOG.note("cv2", function, plain, options)
            made = function(*plain, **options)
            return _Library(made) if hasattr(made, "detectAndCompute") else _traced(made)

        return call


@contextmanager
def recorded(prefix: str) -> Iterator[list[LibraryCall]]:
    """Writes down what the modules `models.PREFIX…` call meanwhile. Not for several threads at once."""
    global _LOG  # noqa: PLW0603 - arrays find it there, wherever they have come to
    import cv2

    log = _Log()
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(f"models.{prefix}")]
    with mock.patch.dict(sys.modules, {"cv2": _Library(cv2)}):
        patches = [mock.patch.object(module, "np", _Numpy("numpy")) for module in modules if hasattr(module, "np")]
        for patch in patches:
            patch.start()
        _LOG = log
        try:
            yield log.calls
        finally:
            _LOG = None
            for patch in patches:
                patch.stop()


def play(calls: list[LibraryCall]) -> None:
    for one in calls:
        one.function(*one.arguments, **one.named)
