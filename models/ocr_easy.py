"""EasyOCR as the second engine: an independent reading of the same picture, to hold beside the first.

Optional (extra `easyocr`) and the only user of torch. Its weights are pickles, so they are loaded only from a pack of
that format, only when SHA-256 and the publisher's MD5 are the catalogue's, and only as plain tensors
(`weights_only`): no code in them can run. The library gets local folders and is told never to download.

Neither library is imported by name here: they are heavy and may not be there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.metadata
import importlib.util
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError, ModelMissing
from core.scratch import folder as scratch_folder
from models import catalogue
from models.ocr_scripts import Second

__all__ = ["ADAPTER", "EasyReader", "SecondLine", "installed", "open_reader", "versions"]

ADAPTER = "easyocr-1.7/1"
_lock = threading.Lock()
"""Loading changes `torch.load` for a moment, and a reader is not made for several threads."""


@dataclass(frozen=True, slots=True)
class SecondLine:
    """A line as the second engine sees it: `quad` 4 × 2, clockwise from top left, pixels of its picture."""

    quad: NDArray[np.float32]
    text: str
    score: float


class _Reader(Protocol):
    """What is used of `easyocr.Reader`."""

    def detect(self, img: NDArray[np.uint8], *, reformat: bool) -> tuple[list[Any], list[Any]]: ...

    def recognize(
        self, img_cv_grey: NDArray[np.uint8], horizontal_list: Any, free_list: Any, *, reformat: bool
    ) -> list[tuple[Sequence[Sequence[float]], str, float]]: ...


class EasyReader:
    """One loaded pack. Calls wait for each other."""

    def __init__(self, reader: _Reader, model: str) -> None:
        self._reader, self.model = reader, model

    def read(self, rgb: NDArray[np.uint8], grey: NDArray[np.uint8]) -> list[SecondLine]:
        """`rgb` uint8 height × width × 3 and the same in grey. As `Reader.readtext` reads a file: the detector sees the
        colours, the recogniser the grey."""
        with _lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about memory that only a GPU has
            horizontal, free = self._reader.detect(rgb, reformat=False)
            found = self._reader.recognize(grey, horizontal[0], free[0], reformat=False)
        return [SecondLine(np.asarray(quad, np.float32), str(text), float(score)) for quad, text, score in found]


def installed() -> bool:
    """Whether library and torch are there; neither is imported."""
    return all(importlib.util.find_spec(name) is not None for name in ("easyocr", "torch"))


def versions() -> dict[str, str]:
    """Versions of both, as they stand in the settings of a finding."""
    return {name: importlib.metadata.version(name) for name in ("easyocr", "torch")}


def open_reader(pack: Second, device: str) -> EasyReader:
    """Load a pack. `device`: cpu or cuda. Raises `ModelMissing`, `ModelError`."""
    if not installed():
        raise ModelMissing(
            "The second engine for text, EasyOCR, is not installed.",
            "`make setup EXTRAS=easyocr` installs it; or run without `second`.",
        )
    folder = _checked(pack)
    with _lock, scratch_folder("easyocr") as empty, _plain_tensors_only():
        path = list(sys.path)
        try:
            reader = importlib.import_module("easyocr").Reader(
                list(pack.reader),
                gpu="cuda" if device == "cuda" else False,
                model_storage_directory=folder,
                user_network_directory=str(empty),
                download_enabled=False,
                verbose=False,
                quantize=False,
            )
        # Whatever a state dict of other shapes or a pickle with code in it provokes in the library.
        except Exception as error:
            raise ModelError(f"EasyOCR cannot load the pack {pack.model}.", str(error).strip()[:300]) from error
        finally:
            sys.path[:] = path  # it adds the folder of a user's own networks
    return EasyReader(cast(_Reader, reader), pack.model)


def _checked(pack: Second) -> str:
    """The folder of the pack when every file in it is the catalogue's, by SHA-256 and by the publisher's MD5."""
    entry = catalogue.entry(pack.model)
    if entry.format != "pickle":
        raise ModelError(f"{pack.model} is no pack of EasyOCR.", "Report this as a bug.")
    for file in entry.files:
        path = catalogue.verify(f"{pack.model}:{file.part}" if file.part else pack.model)
        if file.md5 and hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() != file.md5:
            raise ModelError(
                f"{path.name} of {pack.model} is not the file that EasyOCR published: its MD5 differs.",
                "It is not loaded. Make the pack again from the publisher's archive.",
            )
    return str(catalogue.locate(pack.model).parent)


@contextlib.contextmanager
def _plain_tensors_only() -> Iterator[None]:
    """`torch.load` refuses everything but tensors meanwhile, whatever its caller says."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)  # as all engines here: workers are the threads
    load = torch.load

    def guarded(*arguments: Any, **named: Any) -> Any:
        return load(*arguments, **(named | {"weights_only": True}))

    torch.load = guarded
    try:
        yield
    finally:
        torch.load = load
