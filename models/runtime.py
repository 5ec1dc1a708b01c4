"""The one place that knows engines and devices and makes inference sessions.

A `Runtime` first *plans* (which engine, device and precision a model would get; this imports no inference library),
then *opens* (verifies the weights' SHA-256, loads, and checks that the session got what was planned). Plan and session
can never differ silently: the plan is part of the config under which findings are stored.

On the CPU every session is shared by all workers, each running on one thread: as many streams as workers, no pinning
(two one-thread models would pin themselves to the same core), no spinning. Precision is fp32 unless `fast` is asked;
OpenVINO would otherwise take bf16 by itself where the processor has it. `fast` on an NVIDIA card means fp16 where a
copy of the model holds against the original there (`models.halves`), else TF32.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import importlib.util
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil

from core.errors import ModelError, ModelMissing
from models import catalogue, halves, nvidia, onnx_reader
from models.halves import Half
from models.session import Device, Engine, Plan, Precision, Session, TensorSpec
from models.shelf import Managed, Shelf

if TYPE_CHECKING:
    from models.engine_openvino import OpenVinoSession

__all__ = [
    "Device",
    "Engine",
    "Plan",
    "Precision",
    "Runtime",
    "Session",
    "TensorSpec",
    "converted",
    "cuda_present",
    "engine_version",
    "installed",
]

_DISTRIBUTIONS: dict[Engine, tuple[str, ...]] = {
    "openvino": ("openvino",),
    "onnxruntime": ("onnxruntime-gpu", "onnxruntime-directml", "onnxruntime"),
}
_SHARE = {"cpu": 0.4, "cuda": 0.85, "intel-gpu": 0.6}
"""Of the memory: what sessions may need together. The rest is for activations, pictures and other programs."""
_BATCH = {"cpu": 1, "cuda": 16}  # on a processor a batch is not faster, and neighbours could touch each other's result


class Runtime:
    """Plans and sessions for one backend. Thread-safe; a model is loaded when it is first asked for, and released when
    others need its place (see `models.shelf`)."""

    def __init__(
        self,
        precision: Precision = "strict",
        workers: int = 1,
        device: Device = "auto",
        engines: Mapping[str, tuple[Engine, ...]] | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        """`workers`: how many threads will call sessions at once. `engines`: model id to engines, the first that is
        installed is taken; default is the measured table `resources/models/engines.json`. `memory_bytes`: what open
        sessions may need together; default is a share of the device's memory."""
        self.precision: Precision = precision
        self.workers = max(1, workers)
        self._device: Device = device
        self._engines = engines if engines is not None else _measured_engines()
        self._memory_bytes = memory_bytes
        self._sessions: dict[str, Managed] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def device(self) -> Literal["cpu", "cuda", "intel-gpu", "directml", "coreml"]:
        """Where models run: what was asked for; `auto` is an NVIDIA card that can be used, else the processor."""
        if self._device != "auto":
            return self._device
        return "cuda" if cuda_present() else "cpu"

    @property
    def batch(self) -> int:
        """How many samples of one call pay off on this device."""
        return _BATCH.get(self.device, 8)

    @functools.cached_property
    def shelf(self) -> Shelf:
        """The open sessions and their memory."""
        if self._memory_bytes is not None:
            return Shelf(self._memory_bytes)
        total = _device_memory(self.device)
        return Shelf(None if total is None else int(total * _SHARE.get(self.device, 0.6)))

    def plan(self, model: str) -> Plan:
        """What `model` would run on here. Raises `ModelError` when no engine for it is installed."""
        engine = self._engine(model)
        half = self._half(model, engine)
        if half is None:
            return Plan(engine, engine_version(engine), self.device, self._arithmetic(engine))
        precision = "fp16" if half.used else self._arithmetic(engine)
        return Plan(engine, engine_version(engine), self.device, precision, half.said)

    def session(self, model: str) -> Session:
        """The shared session of `model`. Raises `ModelMissing`, `ModelError`."""
        with self._lock:
            lock = self._locks.setdefault(model, threading.Lock())
        with lock:
            session = self._sessions.get(model)
            if session is None:
                opener = functools.partial(self._open, model)
                session = Managed(model, _need(model), self.device, opener, self.shelf)
                session.load()
                self._sessions[model] = session
            return session

    def close(self) -> None:
        """Release every session. The next `session` loads anew."""
        with self._lock:
            self._sessions.clear()
        self.shelf.close()

    def _engine(self, model: str) -> Engine:
        wanted: tuple[Engine, ...] = self._engines.get(model, ("openvino", "onnxruntime"))
        if self.device != "cpu":
            wanted = ("openvino",) if self.device == "intel-gpu" else ("onnxruntime",)
        for engine in wanted:
            if installed(engine):
                return engine
        raise ModelMissing(
            f"No engine that can run {model} on {self.device} is installed (wanted: {' or '.join(wanted)}).",
            "Run `make setup`; for an NVIDIA card `make setup BACKEND=gpu`.",
        )

    def _half(self, model: str, engine: Engine) -> Half | None:
        """The copy in fp16 that was asked for; None: none was. The first time it is made and tried, which is the only
        work that planning ever does."""
        if self.precision != "fast" or self.device != "cuda" or engine != "onnxruntime":
            return None
        cards = nvidia.look().cards
        return halves.decided(model, self.device, cards[0].name if cards else "")

    def _arithmetic(self, engine: Engine) -> str:
        if self.precision == "strict":
            return "fp32"
        if self.device == "cuda":
            return "tf32"
        if self.device == "intel-gpu":
            return "fp16"
        return _fast_cpu_arithmetic() if engine == "openvino" else "fp32"

    def _open(self, model: str) -> Session:
        plan = self.plan(model)
        path = catalogue.verify(model)
        if plan.engine == "openvino":
            from models.engine_openvino import OpenVinoSession as Opened
        else:
            from models.engine_onnxruntime import OnnxRuntimeSession as Opened  # type: ignore[assignment]  # two classes with one interface, of which one is chosen
        half = self._half(model, plan.engine)
        content = _copied(model, half) if half is not None and half.used else converted(model, path)
        opened = Opened(path, plan, self.workers, content)
        if plan.engine == "openvino" and content is None:
            _named_as_in_file(opened, path)
        session: Session = opened
        got = session.describe()
        if got != plan:
            session.close()
            raise ModelError(
                f"{model} was to run on {plan.device} with {plan.precision} ({plan.engine} {plan.version}), "
                f"but got {got.device} with {got.precision} ({got.engine} {got.version}).",
                "Nothing was analysed with it. Choose the device explicitly or repair its driver; see `doctor`.",
            )
        _check_inputs(model, session)
        return session


def _copied(model: str, half: Half) -> bytes:
    try:
        return halves.copy_of(half)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The copy of {model} in fp16 was changed or removed while the program runs: {error}.",
            "Nothing was analysed with it. Begin the run again, and the copy is made anew.",
        ) from error


def converted(model: str, path: Path) -> bytes | None:
    """Bytes of an ONNX file made of weights that are in another format; None: the file is one."""
    if catalogue.entry(model).format != "dlib":
        return None
    from models.faces_dlib_graph import dlib_graph

    return dlib_graph(path.read_bytes())


def installed(engine: Engine) -> bool:
    """Whether the engine's library is there; it is not imported."""
    return importlib.util.find_spec(engine) is not None


@functools.cache
def engine_version(engine: Engine) -> str:
    """The version of the installed engine, from its package's metadata."""
    for name in _DISTRIBUTIONS[engine]:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "unknown"


@functools.cache
def cuda_present() -> bool:
    """Whether the GPU build of ONNX Runtime is installed and the NVIDIA driver finds a device.

    The driver is asked, because that build lists CUDA as available on machines without one.
    """
    try:
        importlib.metadata.version("onnxruntime-gpu")
    except importlib.metadata.PackageNotFoundError:
        return False
    return bool(nvidia.look().cards)


def _device_memory(device: str) -> int | None:
    """Bytes of memory of the device; None where nobody says."""
    if device == "cpu":
        return int(psutil.virtual_memory().total)
    if device == "cuda":
        cards = nvidia.look().cards
        return cards[0].memory if cards else None
    if device == "intel-gpu" and installed("openvino"):
        from models.engine_openvino import graphics_memory

        return graphics_memory()
    return None


def _need(model: str) -> int:
    """Bytes a session of the model is expected to need: what the catalogue says, else from the size of its weights."""
    wanted = catalogue.entry(model)
    if wanted.memory_bytes:
        return wanted.memory_bytes // len(wanted.files)
    size = wanted.part(model.partition(":")[2]).bytes or 0
    return int(size * 2.5) + 100_000_000


@functools.cache
def _measured_engines() -> Mapping[str, tuple[Engine, ...]]:
    table = json.loads((catalogue.RESOURCES / "engines.json").read_text(encoding="utf-8"))["engines"]
    return {model: tuple(engines) for model, engines in table.items()}


@functools.cache
def _fast_cpu_arithmetic() -> str:
    from models.engine_openvino import fast_cpu_arithmetic

    return fast_cpu_arithmetic()


def _named_as_in_file(session: OpenVinoSession, path: Path) -> None:
    """Call inputs and outputs what the file calls them. OpenVINO folds what does nothing (an `Identity` at the end),
    then knows the tensor under the names of both sides, and tells any of them."""
    facts = onnx_reader.read(path)
    if len(facts.inputs) == len(session.inputs):
        pairs = zip(facts.inputs, session.inputs, strict=True)
        session.inputs = tuple(TensorSpec(ours.name, port.shape) for ours, port in pairs)
    if len(facts.outputs) == len(session.outputs):
        pairs = zip(facts.outputs, session.outputs, strict=True)
        session.outputs = tuple(TensorSpec(ours.name, port.shape) for ours, port in pairs)


def _check_inputs(model: str, session: Session) -> None:
    wanted, got = catalogue.entry(model).part(model.partition(":")[2]).inputs, session.inputs
    if not wanted:  # the catalogue does not describe it; its adapter looks for itself
        return
    ranks = {one.name: len(one.shape) for one in got}  # fed by name, so their order is the graph's own affair
    if ranks != {one.name: len(one.shape) for one in wanted}:
        raise ModelError(f"The inputs of {model} are {got}, the catalogue says {wanted}.", "Report this as a bug.")
