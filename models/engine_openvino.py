"""OpenVINO behind the `Session` interface: processors and Intel graphics. The only importer of `openvino`."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.errors import ModelError
from models.first_use import FirstUse
from models.runtime import engine_version
from models.session import Plan, Take, TensorSpec
from models.shelf import OutOfDeviceMemory

# The library asks a tracking server about itself when it is imported, if this package is there. With the entry barred
# it falls back to a stub of its own that does nothing: no process of Asservat opens a socket.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino as ov  # noqa: E402 - only after the line above

__all__ = ["OpenVinoSession", "available_devices", "fast_cpu_arithmetic", "graphics_memory"]

_first = FirstUse()
_NO_MEMORY = re.compile(
    r"out of memory|OUT_OF_(HOST_|DEVICE_)?MEMORY|bad_alloc|ALLOCATION_FAILURE|allocate", re.IGNORECASE
)
_DEVICES = {"cpu": "CPU", "intel-gpu": "GPU"}
_HINTS = {"fp32": "f32", "bf16": "bf16", "fp16": "f16"}
_ARITHMETIC = {"float32": "fp32", "f32": "fp32", "bfloat16": "bf16", "bf16": "bf16", "float16": "fp16", "f16": "fp16"}


class OpenVinoSession:
    """One compiled model with as many one-thread streams as workers; infer requests are pooled, one for each call that
    is under way. A request keeps the activations of the largest shape it has seen (about 200 bytes a pixel for the
    text detector), so memory is bounded by workers × largest picture."""

    def __init__(self, path: Path, plan: Plan, workers: int, content: bytes | None = None) -> None:
        """`content`: the ONNX file's bytes, where they were made of the file at `path` rather than read from it."""
        self._plan = plan
        device = _DEVICES[plan.device]
        try:
            with _first.of("open"):
                model = ov.Core().read_model(path if content is None else content)
                self._compiled: Any = ov.Core().compile_model(model, device, _properties(plan, workers))
                self._metadata = _metadata(model)
        except RuntimeError as error:  # all of OpenVINO's own errors
            if _NO_MEMORY.search(str(error)):
                raise OutOfDeviceMemory(str(error).strip()[:300]) from error
            raise ModelError(f"OpenVINO cannot load {path.name} on {device}.", str(error).strip()[:300]) from error
        self.inputs = tuple(TensorSpec(one.any_name, _shape(one)) for one in self._compiled.inputs)
        self.outputs = tuple(TensorSpec(one.any_name, _shape(one)) for one in self._compiled.outputs)
        self._free: list[Any] = []
        self._lock = threading.Lock()

    @property
    def metadata(self) -> Mapping[str, str]:
        return self._metadata

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        with self._lock:
            request = self._free.pop() if self._free else self._compiled.create_infer_request()
        try:
            # without `take` they are copied: the request's own memory is overwritten by its next call
            with _first.of("shared" if take is not None else "copied"):
                answer = request.infer(dict(feeds), share_inputs=True, share_outputs=take is not None)
                outputs = [answer[index] for index in range(len(self.outputs))]
            return outputs if take is None else take(outputs)
        except (RuntimeError, MemoryError) as error:
            if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
                raise OutOfDeviceMemory(str(error).strip()[:300]) from error
            raise
        finally:
            with self._lock:
                self._free.append(request)

    def describe(self) -> Plan:
        hint = self._compiled.get_property("INFERENCE_PRECISION_HINT")
        precision = _ARITHMETIC.get(hint.get_type_name() if hasattr(hint, "get_type_name") else str(hint), str(hint))
        used = self._compiled.get_property("EXECUTION_DEVICES")
        device = {name: ours for ours, name in _DEVICES.items()}.get(used[0].split(".")[0], used[0])
        return Plan("openvino", engine_version("openvino"), device, precision)

    def close(self) -> None:
        with self._lock:
            self._free.clear()
        self._compiled = None


def fast_cpu_arithmetic() -> str:
    """bf16 where the processor computes in it natively, else fp32."""
    return "bf16" if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "fp32"


def _properties(plan: Plan, workers: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": _HINTS[plan.precision],
        "EXECUTION_MODE_HINT": "ACCURACY" if plan.precision == "fp32" else "PERFORMANCE",
        "NUM_STREAMS": workers,
    }
    if plan.device == "cpu":
        properties |= {
            "INFERENCE_NUM_THREADS": workers,
            "ENABLE_CPU_PINNING": False,
            "ENABLE_HYPER_THREADING": True,  # threads are ours to count: one for each worker, wherever it runs
            # Kernels are kept for every new shape, without an end, unless told not to: +1 to 7 MB a picture size.
            # Making them anew costs little beside the arithmetic; a few are kept for runs of equal sizes.
            "CPU_RUNTIME_CACHE_CAPACITY": "4",
        }
    return properties


def _metadata(model: Any) -> dict[str, str]:
    if "framework" not in model.get_rt_info():
        return {}
    names = model.get_rt_info("framework").value
    return {name: model.get_rt_info(["framework", name]).astype(str) for name in names}


def _shape(port: Any) -> tuple[int | None, ...]:
    return tuple(None if one.is_dynamic else one.get_length() for one in port.get_partial_shape())


def graphics_memory() -> int | None:
    """Bytes of memory of the Intel graphics; None where there are none or they do not say."""
    try:
        return int(ov.Core().get_property("GPU", "GPU_DEVICE_TOTAL_MEM_SIZE"))
    except (RuntimeError, ValueError):
        return None


def available_devices() -> dict[str, str]:
    """OpenVINO's name of every device it finds → what the maker calls it."""
    core = ov.Core()
    return {name: str(core.get_property(name, "FULL_DEVICE_NAME")) for name in core.available_devices}
