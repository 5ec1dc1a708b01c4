"""What this machine has for running models, in words: engines, devices, weights, and why a GPU is not used."""

from __future__ import annotations

import importlib.metadata
import importlib.util

from core.errors import ModelError
from models import catalogue
from models.runtime import cuda_present, engine_version, installed

__all__ = ["examine"]

Line = tuple[str, bool | None, str]


def examine() -> list[Line]:
    """(what, good / bad / neither, one sentence) for every engine, device and weights file."""
    return [*_engines(), *_devices(), *_weights()]


def _engines() -> list[Line]:
    both = [name for name in ("onnxruntime", "onnxruntime-gpu") if _has(name)]
    lines: list[Line] = []
    if len(both) == 2:
        lines.append(
            (
                "onnxruntime",
                False,
                "onnxruntime and onnxruntime-gpu are both installed and overwrite each other; remove one of them.",
            )
        )
    elif installed("onnxruntime"):
        lines.append(("onnxruntime", True, f"{both[0] if both else 'onnxruntime'} {engine_version('onnxruntime')}"))
    else:
        lines.append(("onnxruntime", False, "is not installed; models that need it cannot run. Run the set-up again."))
    if installed("openvino"):
        lines.append(("openvino", True, engine_version("openvino")))
    else:
        said = "is not installed; text recognition runs on ONNX Runtime, two to three times slower."
        lines.append(("openvino", None, said))
    return lines


def _devices() -> list[Line]:
    lines: list[Line] = []
    if installed("openvino"):
        from models.engine_openvino import available_devices

        lines += [(f"device {name}", True, title) for name, title in available_devices().items()]
    lines.append(_nvidia())
    return lines


def _nvidia() -> Line:
    if not _has("onnxruntime-gpu"):
        return (
            "NVIDIA GPU",
            None,
            "not used: this is the CPU installation. Set up with the gpu requirements to use an NVIDIA card.",
        )
    if not cuda_present():
        return ("NVIDIA GPU", False, "not used: the NVIDIA driver finds no card. Install the driver or check the card.")
    return ("NVIDIA GPU", True, "is there; what a session really got is recorded with every run.")


def _weights() -> list[Line]:
    lines: list[Line] = []
    for name in catalogue.catalogue():
        try:
            path = catalogue.verify(name)
            lines.append((f"weights {name}", True, f"{path.name}, SHA-256 as published"))
        except ModelError as error:
            lines.append((f"weights {name}", False, str(error)))
    return lines


def _has(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
