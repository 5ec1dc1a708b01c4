"""What this machine has for running models, in words: engines, devices, weights, and why a GPU is not used."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path

from core.errors import ModelError, UsageError
from core.packs import PackInfo, PackState
from models import apart, catalogue, nvidia, packs
from models.runtime import Device, Runtime, engine_version, installed

__all__ = ["Line", "examine", "require"]

Line = tuple[str, bool | None, str]
_LONGEST = 90.0  # seconds; a first start of CUDA takes some
_MEANWHILE = "With `--device cpu` models run on the processor."
TRIAL = "nudenet-320n"
"""A small model that every installation has."""


def examine() -> list[Line]:
    """(what, good / bad / neither, one sentence) for every engine, device and weights file."""
    return [*_engines(), *_devices_apart(), *_weights()]


def require(device: Device) -> None:
    """Raise `UsageError` when models cannot run on the device that was asked for: before a run, not for every file."""
    reason = _absent(device)
    if reason:
        raise UsageError(
            f"Models cannot run on {device} here: {reason}.",
            "Leave out --device (it is then the best that works), or run `doctor` and repair what it names.",
        )


def _absent(device: Device) -> str:
    """Why the device cannot be used; empty when nothing speaks against it."""
    if device == "cuda":
        if not _has("onnxruntime-gpu"):
            return "this is the installation for the processor (`make setup BACKEND=gpu` changes that)"
        return nvidia.look().reason
    if device == "intel-gpu":
        if not installed("openvino"):
            return "OpenVINO is not installed"
        from models.engine_openvino import available_devices

        return "" if any(name.startswith("GPU") for name in available_devices()) else "OpenVINO finds no Intel graphics"
    if device in ("directml", "coreml"):
        from models.engine_onnxruntime import offered

        return "" if device in offered() else "the installed ONNX Runtime does not offer it"
    return ""


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


def _devices_apart() -> list[Line]:
    """Devices are asked in a process of their own: a driver may crash or hang, and what was loaded to ask it
    (50 MB) need not stay."""
    try:
        return apart.ask(_devices, name="devices", seconds=_LONGEST)
    except TimeoutError:
        said = f"they did not answer within {_LONGEST:.0f} s: a driver hangs. {_MEANWHILE}"
    except ChildProcessError:
        said = f"the process that asked for them crashed: a driver is broken. {_MEANWHILE}"
    return [("devices", False, said)]


def _devices() -> list[Line]:
    lines: list[Line] = []
    if installed("openvino"):
        from models.engine_openvino import available_devices

        lines += [(f"device {name}", True, title) for name, title in available_devices().items()]
    return [*lines, *_nvidia(), *_others()]


def _nvidia() -> list[Line]:
    """The NVIDIA card and, where it is not used, why."""
    found = nvidia.look()
    if not _has("onnxruntime-gpu"):
        if found.cards:
            said = "is there but not used: this is the installation for the processor. Run `make setup BACKEND=gpu`."
            return [("NVIDIA GPU", False, f"{found.cards[0].name} {said}")]
        return [("NVIDIA GPU", None, f"not used: {found.reason}, and this is the installation for the processor.")]
    if not found.cards:
        return [("NVIDIA GPU", False, f"not used: {found.reason}. Models run on the processor.")]
    return [_tried(number, card) for number, card in enumerate(found.cards)]


def _tried(number: int, card: nvidia.Card) -> Line:
    """A listed card is no proof: a session must really get it."""
    name = f"NVIDIA GPU {number}"
    said = f"{card.name}, {card.memory / 1e9:.0f} GB"
    if number > 0:
        return (name, None, f"{said}; only the first card is used.")
    runtime = Runtime(device="cuda")
    try:
        runtime.session(TRIAL)
    except ModelError as error:
        return (name, False, f"{said}, not used: {error}")
    finally:
        runtime.close()
    return (name, True, f"{said}; a model was loaded on it.")


def _others() -> list[Line]:
    """What ONNX Runtime offers on Windows and on a Mac; asked only where it can be."""
    if platform.system() not in ("Windows", "Darwin") or not installed("onnxruntime"):
        return []
    from models.engine_onnxruntime import offered

    return [(f"device {name}", True, f"can be chosen with `--device {name}`") for name in offered()]


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
