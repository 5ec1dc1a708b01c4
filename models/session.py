"""What a model runs on and what a loaded model is: the words that engines, runtime and analyzers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from numpy.typing import NDArray

__all__ = ["Device", "Engine", "Plan", "Precision", "Session", "Take", "TensorSpec"]

Precision = Literal["strict", "fast"]
Device = Literal["auto", "cpu", "cuda", "intel-gpu", "directml", "coreml"]
Engine = Literal["openvino", "onnxruntime"]
Take: TypeAlias = Callable[[list[NDArray[Any]]], list[NDArray[Any]]]
"""Outputs that still lie in the engine's memory to the arrays that are kept of them, as many samples long."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model runs on. `precision` is the number format of the arithmetic: fp32, bf16, fp16 or tf32. `half`: which
    copy in fp16 it is, or why there is none, where one was asked for; nothing that a session could be asked about."""

    engine: Engine
    version: str
    device: str
    precision: str
    half: str = field(default="", compare=False)

    def settings(self) -> dict[str, str]:
        """As it stands in the config of a finding."""
        used = {"engine": f"{self.engine} {self.version}", "device": self.device, "precision": self.precision}
        return used | ({"half": self.half} if self.half else {})


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

    def run(self, feeds: Mapping[str, NDArray[Any]], take: Take | None = None) -> list[NDArray[Any]]:
        """Inputs by name to outputs in order, in the types of the graph; the arrays belong to the caller.

        With `take`: what that makes of them. It saves the copy where of much only little is wanted (a recogniser says
        50 MB of probabilities, of which one a character is read); it must not keep the arrays that it is given."""
        ...

    def describe(self) -> Plan:
        """What the session really got, asked of the engine after loading."""
        ...

    def close(self) -> None: ...
