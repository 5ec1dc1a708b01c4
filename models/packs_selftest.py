"""Whether an unpacked pack really loads and answers here: tried in a process of its own before it is installed, because
a broken or hostile graph may take its process with it."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from core.errors import AsservatError, PackError
from models import apart, catalogue
from models.pack_entry import Entry, WeightFile

__all__ = ["try_out"]

_LONGEST = 600.0  # seconds; large models are read, checked and compiled in it
_DETECTOR_TRIAL = (96, 128)  # rows, columns of the grey picture that a laboratory's detector is shown


def try_out(root: Path, pack: str) -> str:
    """Load and ask the pack in the folder `root / pack`; returns what was tried, in words. Raises `PackError`."""
    try:
        said, error = apart.ask(_answer, str(root), pack, name="pack-test", seconds=_LONGEST)
    except TimeoutError:
        raise PackError(f"The pack {pack} is refused: it did not answer within {_LONGEST / 60:.0f} minutes.") from None
    except ChildProcessError:
        raise PackError(
            f"The pack {pack} is refused: the process that tried to load it died.",
            "The model is broken, or there is too little memory for it.",
        ) from None
    if error is not None:
        raise PackError(
            f"The pack {pack} is refused, because it does not work here: {error[0].rstrip('. ')}.", error[1]
        )
    return said


def _answer(root: str, pack: str) -> tuple[str, tuple[str, str] | None]:
    """What was tried, or message and advice of why it does not work; in the process of its own."""
    os.environ["ASSERVAT_PACKS"] = root
    catalogue.forget()
    try:
        return _tried(catalogue.entry(pack)), None
    except AsservatError as error:
        return "", (error.message, error.advice)
    except Exception as error:  # noqa: BLE001 - engines raise whatever they like; the parent gets its words
        return "", (f"{type(error).__name__}: {str(error).strip()[:300]}", "")


def _tried(entry: Entry) -> str:
    if entry.format == "pickle":
        return "not tried: it is only read by EasyOCR's own process"
    if entry.format == "ct2":
        return _try_ct2(entry)
    tried = [_try_onnx(entry, file) for file in entry.files if file.name.endswith(".onnx")]
    if any(file.part == "description" for file in entry.files):
        tried.append(_try_detector(entry))
    return "; ".join(tried) or "nothing in it is a model"


def _try_onnx(entry: Entry, file: WeightFile) -> str:
    """Load, and one inference on zeros where only the batch is free."""
    import numpy as np

    from models import onnx_reader
    from models.runtime import Runtime

    name = f"{entry.id}:{file.part}" if file.part else entry.id
    runtime = Runtime(device="cpu")
    session = runtime.session(name)
    plan = session.describe()
    loaded = f"{file.name} loads ({plan.engine} {plan.version})"
    told = {one.name: one for one in file.inputs}
    feeds: dict[str, Any] = {}
    for value in onnx_reader.read(catalogue.locate(name)).inputs:
        shape = value.shape or ()
        if value.name in told and len(told[value.name].shape) == len(shape):
            shape = tuple(a or b for a, b in zip(shape, told[value.name].shape, strict=True))
        if not value.dtype or value.dtype == "string" or None in shape[1:]:
            return loaded
        feeds[value.name] = np.zeros([side or 1 for side in shape], value.dtype)
    answers = session.run(feeds)
    if len(answers) != len(session.outputs):
        raise PackError(f"{file.name} gave {len(answers)} answers instead of {len(session.outputs)}.")
    return f"{loaded} and answers"


def _try_detector(entry: Entry) -> str:
    import numpy as np

    from models.detectors import open_detector
    from models.runtime import Runtime

    detector = open_detector(entry.id, Runtime(device="cpu"))
    found = detector.detect(np.full((*_DETECTOR_TRIAL, 3), 128, np.uint8))
    return f"the description fits the answer ({len(found)} boxes in a grey picture)"


def _try_ct2(entry: Entry) -> str:
    ctranslate2 = importlib.import_module("ctranslate2")  # brings no types
    folder = catalogue.folder_of(entry.id)
    # the smallest in memory: whether it loads is asked here, not how well it hears
    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=1)
    return f"loads (CTranslate2 {ctranslate2.__version__}, {'many languages' if model.is_multilingual else 'English'})"
