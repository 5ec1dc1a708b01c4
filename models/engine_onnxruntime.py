"""ONNX Runtime behind the `Session` interface: NVIDIA cards, and processors where OpenVINO is absent or slower.
The only importer of `onnxruntime`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from core.errors import ModelError
from models.first_use import FirstUse
from models.runtime import engine_version
from models.session import Plan, Take, TensorSpec
from models.shelf import OutOfDeviceMemory

__all__ = ["OnnxRuntimeSession", "offered"]

_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
}
_NO_MEMORY = re.compile(
    r"failed to allocate memory|out of memory|OUT_OF_?MEMORY|bad_alloc|ALLOC_FAILED|cudaErrorMemoryAllocation"
    r"|not enough memory|BFCArena",
    re.IGNORECASE,
)
_ERRORS_ONLY = 3
_first = FirstUse()


class OnnxRuntimeSession:
    """One session shared by all workers; `run` computes on the caller's thread. The arena is off, because it keeps the
    largest block of every shape it has seen."""

    def __init__(
        self,
        path: Path,
        plan: Plan,
        workers: int,  # noqa: ARG002 - every caller brings its own thread
        content: bytes | None = None,
    ) -> None:
        """`content`: the ONNX file's bytes, where they were made of the file at `path` rather than read from it."""
        self._plan = plan
        providers: list[Any] = [_PROVIDERS["cpu"]]
        if plan.device == "cuda":
            ort.preload_dlls()  # finds the CUDA libraries that were installed as packages, without any path set
            providers.insert(0, (_PROVIDERS["cuda"], _cuda(plan)))
        elif plan.device != "cpu":
            providers.insert(0, _PROVIDERS[plan.device])
        try:
            with _first.of("open"):
                self._session: Any = ort.InferenceSession(
                    str(path) if content is None else content, _options(), providers=providers, enable_fallback=0
                )
        # Its errors derive from plain Exception, several of them, in a private module.
        except Exception as error:
            if _NO_MEMORY.search(str(error)):
                raise OutOfDeviceMemory(str(error).strip()[:300]) from error
            raise ModelError(f"ONNX Runtime cannot load {path.name}.", str(error).strip()[:300]) from error
        self.inputs = tuple(TensorSpec(one.name, _shape(one.shape)) for one in self._session.get_inputs())
        self.outputs = tuple(TensorSpec(one.name, _shape(one.shape)) for one in self._session.get_outputs())
        self._metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    @property
    def metadata(self) -> Mapping[str, str]:
        return self._metadata

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        try:
            with _first.of("run"):
                cuda = self._plan.device == "cuda"
                outputs = self.bound(feeds) if cuda else list(self._session.run(None, dict(feeds)))
        except Exception as error:  # its errors derive from plain Exception
            if _NO_MEMORY.search(str(error)):
                raise OutOfDeviceMemory(str(error).strip()[:300]) from error
            raise
        return outputs if take is None else take(outputs)

    def bound(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The same with inputs and outputs bound beforehand: one copy to the card and one back, none in between."""
        binding = self._session.io_binding()
        for name, array in feeds.items():
            binding.bind_cpu_input(name, np.ascontiguousarray(array))
        for port in self.outputs:
            binding.bind_output(port.name)
        self._session.run_with_iobinding(binding)
        return list(binding.copy_outputs_to_cpu())

    def describe(self) -> Plan:
        used = self._session.get_providers()[0]
        device = {name: ours for ours, name in _PROVIDERS.items()}.get(used, used)
        precision = self._plan.precision if device == self._plan.device else "fp32"
        return Plan("onnxruntime", engine_version("onnxruntime"), device, precision)

    def close(self) -> None:
        self._session = None


def offered() -> list[str]:
    """Devices beside processor and NVIDIA card that this build can use here."""
    available = ort.get_available_providers()
    return [name for name in ("directml", "coreml") if _PROVIDERS[name] in available]


def _cuda(plan: Plan) -> dict[str, str]:
    return {
        "use_tf32": "0" if plan.precision == "fp32" else "1",
        "cudnn_conv_algo_search": "HEURISTIC",
        # as much as is needed and no more: doubling would take what other models were promised
        "arena_extend_strategy": "kSameAsRequested",
    }


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return options


def _shape(shape: list[Any]) -> tuple[int | None, ...]:
    return tuple(one if isinstance(one, int) and one >= 0 else None for one in shape)
