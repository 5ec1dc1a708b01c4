"""One model converted to fp16 and asked the same as its original, on the same device (see `models.halves`).

The conversion is ONNX Runtime's own (`onnxruntime.transformers.float16`, MIT): weights and arithmetic become fp16 where
its operators allow it, inputs and outputs stay fp32. Numbers beyond what fp16 can hold are cut by it, which the
comparison sees. The package `onnx` does the reading and writing.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import catalogue, onnx_reader
from models.engine_onnxruntime import OnnxRuntimeSession
from models.halves import Half, Tolerance, not_today, tolerance
from models.runtime import converted, engine_version
from models.session import Plan

__all__ = ["compared", "convert", "feeds", "try_out"]

_LARGEST = 2_000_000_000  # bytes; protocol buffers end there
_SIDE, _LENGTH = 320, 16  # where a graph leaves the size of a picture or the length of a row free
_SEEDS = (0, 1, 2)


def try_out(model: str, device: str, target: Path) -> Half:
    """Convert, ask both, compare; the copy stays at `target` only when it is within the tolerance."""
    try:
        path = catalogue.verify(model)
        content = converted(model, path) or path.read_bytes()
        refused = _unfit(path) if catalogue.entry(model).format == "onnx" else None
        if refused is not None:
            return Half(False, refused)
        half = convert(content)
        worst = _deviation(model, device, path, content, half)
    # Whatever converter and engine raise at a graph they do not know: then there is no copy, and the run goes on.
    except Exception as error:
        logging.getLogger(__name__).info("%s cannot be converted", model, exc_info=error)
        return not_today(f"it cannot be converted and tried ({type(error).__name__}: {str(error).strip()[:200]}).")
    if worst > 1.0:
        return Half(False, "its answers are further from those in fp32 than is allowed for it.", worst=round(worst, 4))
    passing = target.with_suffix(".part")
    passing.write_bytes(half)
    passing.replace(target)
    return Half(True, name=target.name, sha256=hashlib.sha256(half).hexdigest(), worst=round(worst, 4))


def convert(content: bytes) -> bytes:
    """An ONNX file in fp32 to one in fp16 with the same inputs and outputs, in fp32."""
    onnx: Any = importlib.import_module("onnx")
    float16: Any = importlib.import_module("onnxruntime.transformers.float16")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for each number that fp16 cannot hold; what that does is measured
        made = float16.convert_float_to_float16(onnx.load_from_string(content), keep_io_types=True)
    half: bytes = made.SerializeToString(deterministic=True)
    return half


def feeds(path: Path, model: str, asked: Tolerance, seed: int) -> dict[str, NDArray[Any]]:
    """Something for every input of the graph: pictures of soft shapes with edges, of numbers between `low` and `high`;
    token numbers; masks of ones; for other rows small numbers about zero."""
    rng = np.random.default_rng(seed)
    told = {one.name: one.shape for one in catalogue.entry(model).part(model.partition(":")[2]).inputs}
    made: dict[str, NDArray[Any]] = {}
    for value in onnx_reader.read(path).inputs:
        shape = _shape(value.shape or (), told.get(value.name, ()))
        if not value.dtype.startswith("float"):
            mask = "mask" in value.name
            made[value.name] = (np.ones(shape) if mask else rng.integers(1, 200, shape)).astype(value.dtype)
        elif len(shape) == 4:
            made[value.name] = _picture(shape, asked, rng).astype(value.dtype)
        else:
            made[value.name] = (rng.standard_normal(shape) * 0.1).astype(value.dtype)
    return made


def compared(one: Sequence[NDArray[Any]], half: Sequence[NDArray[Any]], allowed: Tolerance) -> float:
    """How far apart these answers are: 1 is just allowed, infinite where one is no number and the other is."""
    worst = 0.0
    for a, b in zip(one, half, strict=True):
        if a.shape != b.shape or not (np.isfinite(a) == np.isfinite(b)).all():
            return float("inf")
        x, y = (np.nan_to_num(np.asarray(values, np.float64)) for values in (a, b))
        if x.size:
            worst = max(worst, _cosine(x, y, allowed.cosine) if allowed.cosine is not None else _values(x, y, allowed))
    return worst


def _cosine(x: NDArray[np.float64], y: NDArray[np.float64], least: float) -> float:
    a, b = (values.reshape(-1, values.shape[-1] if values.ndim else 1) for values in (x, y))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    same = np.where(lengths > 0, (a * b).sum(axis=1) / np.where(lengths > 0, lengths, 1), (a == b).all(axis=1))
    return float((1.0 - same.min()) / (1.0 - least))


def _values(x: NDArray[np.float64], y: NDArray[np.float64], allowed: Tolerance) -> float:
    return float((np.abs(x - y) / (allowed.absolute + allowed.relative * np.abs(x))).max())


def _deviation(model: str, device: str, path: Path, content: bytes, half: bytes) -> float:
    allowed = tolerance(model)
    version = engine_version("onnxruntime")
    asked = [feeds(path, model, allowed, seed) for seed in _SEEDS] if _is_onnx(model) else list(_chips(allowed))
    both = []
    for precision, one in (("fp32", content), ("fp16", half)):
        session = OnnxRuntimeSession(path, Plan("onnxruntime", version, device, precision), 1, one)
        if session.describe().device != device:
            raise RuntimeError(f"the session runs on {session.describe().device}, not on {device}")
        both.append([session.run(feed) for feed in asked])
        session.close()
    return max(compared(a, b, allowed) for a, b in zip(*both, strict=True))


def _is_onnx(model: str) -> bool:
    return catalogue.entry(model).format == "onnx"


def _chips(asked: Tolerance) -> Iterator[Mapping[str, NDArray[Any]]]:
    """For weights that become a graph only here (dlib's), whose input is known from the making."""
    from models.faces_dlib_graph import SIDE

    for seed in _SEEDS:
        yield {"face": _picture((1, 3, SIDE, SIDE), asked, np.random.default_rng(seed)).astype(np.float32)}


def _unfit(path: Path) -> str | None:
    """Why this graph is no fp32 model of the kind that is converted."""
    facts = onnx_reader.read(path)
    if path.stat().st_size > _LARGEST or facts.external:
        return "its weights lie in other files, or are larger than 2 GB."
    whole = sorted(name for _, name in facts.operators if "Integer" in name or "Quantize" in name or "QLinear" in name)
    if whole:
        return f"it computes in whole numbers ({', '.join(whole[:3])})."
    if any(value.dtype == "float16" for value in (*facts.inputs, *facts.outputs)):
        return "it is in fp16 already."
    return None


def _shape(graph: Sequence[int | None], told: Sequence[int | None]) -> tuple[int, ...]:
    if len(told) == len(graph):
        graph = [one if one is not None else other for one, other in zip(graph, told, strict=True)]
    free = _SIDE if len(graph) == 4 else _LENGTH
    return tuple(side or (1 if axis == 0 else free) for axis, side in enumerate(graph))


def _picture(shape: Sequence[int], asked: Tolerance, rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise of several coarseness laid over one another, a sharp edge across, stretched to the whole range."""
    last = shape[-1] in (1, 3) and shape[1] not in (1, 3)  # channels come last
    batch, channels, height, width = (shape[0], shape[3], shape[1], shape[2]) if last else shape
    total = np.zeros((batch, channels, height, width))
    for cell in (64, 16, 4, 1):
        rows, columns = -(-height // cell), -(-width // cell)
        coarse = rng.standard_normal((batch, channels, rows, columns))
        total += np.repeat(np.repeat(coarse, cell, axis=2), cell, axis=3)[:, :, :height, :width]
    total[..., width // 2 :] += 2.0
    low, high = total.min(), total.max()
    made = asked.low + (total - low) / max(high - low, 1e-9) * (asked.high - asked.low)
    return np.asarray(made.transpose(0, 2, 3, 1) if last else made, np.float64)
