"""The packs of InsightFace through its own library (extra `insightface`): its SCRFD finds, its ArcFace describes.

Both of the library's classes are given our session in place of one of their own, so device, precision, memory and the
record of them stay with `models.runtime`, and nothing of its downloader is ever reached. Two things stay ours, because
the library samples where it should average: reducing a large picture to the detector's canvas, and cutting a face out
of it. On pictures of the canvas's own size both give the same.

The library is not imported by name: it is heavy (SciPy, scikit-image) and may not be there.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError, ModelMissing
from models.faces_align import SIDE, letterbox
from models.faces_boxes import Face, merged
from models.faces_names import NO_INSIGHTFACE, insightface_installed
from models.faces_onnx import described, faces_of
from models.offline import unprobed
from models.session import Session, TensorSpec

__all__ = ["ArcFace", "Scrfd"]

SCRFD_SIDES = (640, 128)
_lock = threading.Lock()


class Scrfd:
    """The library's detector. Looks at 640 and once more at 128 pixels, which finds faces that fill the picture.
    Thread-safe: the library keeps nothing of a call but anchor points."""

    name = "scrfd"

    def __init__(self, session: Session) -> None:
        """Raises `ModelMissing`, `ModelError`."""
        with _lock:
            library = _model_zoo()
            # without a file it neither reads the graph again nor opens sessions of its own for each size
            self._library = cast("_Detector", library.SCRFD(model_file=None, session=_Ready(session)))
        if not self._library.use_kps:
            raise ModelError("This detector of InsightFace finds no landmarks.", "Import a pack whose file has them.")
        fixed = session.inputs[0].shape[2:]
        self._sides = SCRFD_SIDES if fixed[0] is None else (int(fixed[0]),)

    def find(self, rgb: NDArray[np.uint8], keep: float, overlap: float = 0.4) -> list[Face]:
        """Faces of uint8 height × width × 3 with a score of at least `keep`, best first."""
        faces: list[Face] = []
        for side in self._sides:
            box = letterbox(rgb, side)
            bgr = np.ascontiguousarray(box.canvas[..., ::-1])
            rows, points = self._library.detect(bgr, input_size=(side, side), det_thresh=keep)
            found = rows[:, 4].astype(np.float64), rows[:, :4].astype(np.float64), points.astype(np.float64)
            faces += faces_of(found, box, 0, 0, self.name)
        return merged(faces, overlap)


class ArcFace:
    """The library's embedder. It looks into the graph whether that brings its own mean and scale."""

    def __init__(self, session: Session, path: Path) -> None:
        """`path`: the verified file that `session` was made of. Raises `ModelMissing`, `ModelError`."""
        with _lock:
            library = _model_zoo()
            try:
                made = library.ArcFaceONNX(model_file=str(path), session=_Ready(session))
            except AssertionError as error:  # its way to say that there is more than one output
                raise ModelError(f"{path.name} is no embedder of InsightFace.", "Import the pack again.") from error
        self._library = cast("_Embedder", made)

    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]:
        """float32, one-dimensional, of length 1; see `models.faces_onnx.described`."""
        return described(self.vector, rgb, face, flip=flip)

    def vector(self, chip: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The library's answer for uint8 112 × 112 × 3 RGB."""
        assert chip.shape == (SIDE, SIDE, 3)
        answer = self._library.get_feat(np.ascontiguousarray(chip[..., ::-1]))
        return np.asarray(answer, np.float64).reshape(-1)


class _Detector(Protocol):
    """What is used of `insightface.model_zoo.SCRFD`."""

    use_kps: bool

    def detect(
        self, img: NDArray[np.uint8], *, input_size: tuple[int, int], det_thresh: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]: ...


class _Embedder(Protocol):
    """What is used of `insightface.model_zoo.ArcFaceONNX`."""

    def get_feat(self, imgs: NDArray[np.uint8]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class _Port:
    """An input or output as ONNX Runtime would describe it."""

    name: str
    shape: list[int | None]


class _Ready:
    """Our session with the methods of `onnxruntime.InferenceSession` that the library calls."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_inputs(self) -> list[_Port]:
        return _ports(self._session.inputs)

    def get_outputs(self) -> list[_Port]:
        return _ports(self._session.outputs)

    def run(self, names: Sequence[str], feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        answers = self._session.run(feeds)
        by_name = {port.name: answer for port, answer in zip(self._session.outputs, answers, strict=True)}
        return [by_name[name] for name in names]


def _ports(specs: Sequence[TensorSpec]) -> list[_Port]:
    return [_Port(one.name, list(one.shape)) for one in specs]


def _model_zoo() -> Any:
    if not insightface_installed():
        raise ModelMissing(NO_INSIGHTFACE)
    with unprobed():  # with its downloader, which is never asked, comes urllib3
        return importlib.import_module("insightface.model_zoo")
