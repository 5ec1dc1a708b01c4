"""What this machine has for running models, in words: engines, devices, weights, and why a GPU is not used."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from core.errors import ModelError
from core.packs import PackInfo, PackState
from models import catalogue, packs
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
    """Weights that came with the installation are read in full; packs, which can have gigabytes, are looked for."""
    lines: list[Line] = []
    lacking: dict[str, list[PackInfo]] = {}
    for pack in packs.known():
        if pack.package:
            lines.append(_built_in(pack.id))
        elif pack.state is PackState.INSTALLED:
            said = "" if pack.listed else "; it is not in the catalogue"
            lines.append((f"pack {pack.id}", True, f"is installed{said}. `models verify` reads it in full."))
        elif pack.state is PackState.DAMAGED:
            lines.append((f"pack {pack.id}", False, pack.problem))
        else:
            lacking.setdefault(pack.task, []).append(pack)
    return [*lines, *(_lacking(task, missing) for task, missing in lacking.items())]


def _lacking(task: str, missing: Sequence[PackInfo]) -> Line:
    recommended = [pack.id for pack in missing if pack.role == "default"]
    named = f", among them the recommended {', '.join(recommended)}" if recommended else ""
    said = f"{len(missing)} not installed{named}. {task} works without what they add, or says that it cannot run;"
    return (f"packs for {task}", None, f"{said} `models list --packs` names them, `models show PACK` tells what for.")


def _built_in(model: str) -> Line:
    entry = catalogue.entry(model)
    try:
        for file in entry.files:
            catalogue.verify(f"{model}:{file.part}" if file.part else model)
    except ModelError as error:
        return (f"weights {model}", False, str(error))
    return (
        f"weights {model}",
        True,
        f"{', '.join(Path(file.name).name for file in entry.files)}, SHA-256 as published",
    )


def _has(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
