"""The one place that knows engines and devices and makes inference sessions.

A `Runtime` first *plans* (which engine, device and precision a model would get; this imports no inference library),
then *opens* (verifies the weights' SHA-256, loads, and checks that the session got what was planned). Plan and session
can never differ silently: the plan is part of the config under which findings are stored.

On the CPU every session is shared by all workers, each running on one thread: as many streams as workers, no pinning
(two one-thread models would pin themselves to the same core), no spinning. Precision is fp32 unless `fast` is asked;
OpenVINO would otherwise take bf16 by itself where the processor has it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.metadata
import importlib.util
import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

from core.errors import ModelError, ModelMissing
from models import catalogue

__all__ = ["Device", "Engine", "Plan", "Precision", "Runtime", "Session", "TensorSpec", "cuda_present", "installed"]

Precision = Literal["strict", "fast"]
Device = Literal["auto", "cpu", "cuda", "intel-gpu"]
Engine = Literal["openvino", "onnxruntime"]
_DISTRIBUTIONS: dict[Engine, tuple[str, ...]] = {
    "openvino": ("openvino",),
    "onnxruntime": ("onnxruntime-gpu", "onnxruntime"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model runs on. `precision` is the number format of the arithmetic: fp32, bf16, fp16 or tf32."""

    engine: Engine
    version: str
    device: str
    precision: str

    def settings(self) -> dict[str, str]:
        """As it stands in the config of a finding."""
        return {"engine": f"{self.engine} {self.version}", "device": self.device, "precision": self.precision}


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output as the engine sees it; None in the shape: free."""

    name: str
    shape: tuple[int | None, ...]


class Session(Protocol):
    """A loaded model. `run` may be called from several threads at once."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def metadata(self) -> Mapping[str, str]:
        """The text properties stored in the ONNX file (`character`: the dictionary of a recogniser)."""
        ...

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Inputs by name to outputs in order, in the types of the graph; the arrays belong to the caller."""
        ...

    def describe(self) -> Plan:
        """What the session really got, asked of the engine after loading."""
        ...

    def close(self) -> None: ...


class Runtime:
    """Plans and sessions for one backend. Thread-safe; every model is loaded once, when it is first asked for."""

    def __init__(
        self,
        precision: Precision = "strict",
        workers: int = 1,
        device: Device = "auto",
        engines: Mapping[str, tuple[Engine, ...]] | None = None,
    ) -> None:
        """`workers`: how many threads will call sessions at once. `engines`: model id to engines, the first that is
        installed is taken; default is the measured table `resources/models/engines.json`."""
        self.precision: Precision = precision
        self.workers = max(1, workers)
        self._device: Device = device
        self._engines = engines if engines is not None else _measured_engines()
        self._sessions: dict[str, Session] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def device(self) -> Literal["cpu", "cuda", "intel-gpu"]:
        if self._device != "auto":
            return self._device
        return "cuda" if cuda_present() else "cpu"

    def plan(self, model: str) -> Plan:
        """What `model` would run on here. Raises `ModelError` when no engine for it is installed."""
        engine = self._engine(model)
        return Plan(engine, engine_version(engine), self.device, self._arithmetic(engine))

    def session(self, model: str) -> Session:
        """The shared session of `model`. Raises `ModelMissing`, `ModelError`."""
        with self._lock:
            lock = self._locks.setdefault(model, threading.Lock())
        with lock:
            session = self._sessions.get(model)
            if session is None:
                session = self._open(model)
                self._sessions[model] = session
            return session

    def close(self) -> None:
        """Release every session. The next `session` loads anew."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close()

    def _engine(self, model: str) -> Engine:
        wanted: tuple[Engine, ...] = self._engines.get(model, ("openvino", "onnxruntime"))
        if self.device != "cpu":
            wanted = ("onnxruntime",) if self.device == "cuda" else ("openvino",)
        for engine in wanted:
            if installed(engine):
                return engine
        raise ModelMissing(
            f"No engine that can run {model} on {self.device} is installed (wanted: {' or '.join(wanted)}).",
            "Run `make setup`; for an NVIDIA card `make setup GPU=1`.",
        )

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
            from models.engine_onnxruntime import OnnxRuntimeSession as Opened  # type: ignore[assignment]
        session: Session = Opened(path, plan, self.workers)
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
        driver: Any = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except (importlib.metadata.PackageNotFoundError, OSError):
        return False
    count = ctypes.c_int()
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0


@functools.cache
def _measured_engines() -> Mapping[str, tuple[Engine, ...]]:
    table = json.loads((catalogue.RESOURCES / "engines.json").read_text(encoding="utf-8"))["engines"]
    return {model: tuple(engines) for model, engines in table.items()}


@functools.cache
def _fast_cpu_arithmetic() -> str:
    from models.engine_openvino import fast_cpu_arithmetic

    return fast_cpu_arithmetic()


def _check_inputs(model: str, session: Session) -> None:
    wanted, got = catalogue.entry(model).part(model.partition(":")[2]).inputs, session.inputs
    if not wanted:  # the catalogue does not describe it; its adapter looks for itself
        return
    ranks = {one.name: len(one.shape) for one in got}  # fed by name, so their order is the graph's own affair
    if ranks != {one.name: len(one.shape) for one in wanted}:
        raise ModelError(f"The inputs of {model} are {got}, the catalogue says {wanted}.", "Report this as a bug.")
