"""Which detector goes with which embedder: the engines of `faces`, and which of them can run here.

Without packs it is dlib. `auto` takes the first installed of AuraFace, SFace and dlib; the packs of InsightFace are for
research only and are used when they are asked for by name, never by themselves.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelMissing
from models import catalogue
from models.faces_boxes import Face
from models.faces_names import EMBEDDER, LANDMARKS, MMOD, NO_INSIGHTFACE, PROPOSER, insightface_installed
from models.runtime import Runtime

__all__ = ["ENGINES", "Choice", "Engine", "EngineFacts", "chosen", "missing", "open_engine"]

Choice = Literal[
    "auto",
    "dlib",
    "yunet-sface",
    "yunet-auraface",
    "insightface-buffalo-l",
    "insightface-buffalo-sc",
    "insightface-antelopev2",
]
_AUTO = ("yunet-auraface", "yunet-sface", "dlib")


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """`embedder` comes first in `models`: its SHA-256 names the space of the vectors. `scheme`: which five points its
    landmarks are; `keep`: the score from which a detection is one; `raw`: colours go in as 0–255."""

    models: tuple[str, ...]
    scheme: Literal["dlib", "arcface"]
    detector: str
    embedder: str
    keep: float
    raw: bool = False
    library: bool = False
    """Whether it runs through the library InsightFace, an extra."""

    def space(self, preprocessing: str) -> str:
        entry = catalogue.entry(self.embedder)
        sha256 = entry.part(self.embedder.partition(":")[2]).sha256 or "unknown"
        return f"{entry.id}/{sha256}/{preprocessing}"


def _insight(pack: str) -> EngineFacts:
    return EngineFacts((pack,), "arcface", f"{pack}:detector", f"{pack}:embedder", 0.5, library=True)


ENGINES: Mapping[str, EngineFacts] = {
    "dlib": EngineFacts((EMBEDDER, LANDMARKS, MMOD, PROPOSER), "dlib", MMOD, EMBEDDER, 0.3),
    "yunet-sface": EngineFacts(
        ("sface-2021dec", "yunet-2023mar"), "arcface", "yunet-2023mar", "sface-2021dec", 0.6, raw=True
    ),
    "yunet-auraface": EngineFacts(("auraface-v1", "yunet-2023mar"), "arcface", "yunet-2023mar", "auraface-v1", 0.6),
    "insightface-buffalo-l": _insight("insightface-buffalo-l"),
    "insightface-buffalo-sc": _insight("insightface-buffalo-sc"),
    "insightface-antelopev2": _insight("insightface-antelopev2"),
}


class Engine(Protocol):
    """Thread-safe."""

    def find(self, rgb: NDArray[np.uint8], *, thorough: bool = False) -> list[Face]:
        """Faces of uint8 height × width × 3, best first; pixels of that picture."""
        ...

    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]:
        """The vector of a face of that picture."""
        ...


class _Detector(Protocol):
    def find(self, rgb: NDArray[np.uint8], keep: float) -> list[Face]: ...


class _Embedder(Protocol):
    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]: ...


class _Packs:
    def __init__(self, facts: EngineFacts, runtime: Runtime) -> None:
        detector, embedder = runtime.session(facts.detector), runtime.session(facts.embedder)
        self._keep = facts.keep
        self._detector: _Detector
        self._embedder: _Embedder
        if facts.library:
            from models.faces_insight import ArcFace, Scrfd

            self._detector, self._embedder = Scrfd(detector), ArcFace(embedder, catalogue.verify(facts.embedder))
        else:
            from models.faces_onnx import Embedder, YuNet

            self._detector, self._embedder = YuNet(detector), Embedder(embedder, raw=facts.raw)

    def find(self, rgb: NDArray[np.uint8], *, thorough: bool = False) -> list[Face]:
        faces = self._detector.find(rgb, self._keep)
        if faces or not thorough:
            return faces
        from models.faces_dlib import turned_back

        for turn in (1, 3, 2):
            found = self._detector.find(np.ascontiguousarray(np.rot90(rgb, turn)), self._keep)
            if found:
                return [turned_back(face, turn, rgb.shape[1], rgb.shape[0]) for face in found]
        return []

    def describe(self, rgb: NDArray[np.uint8], face: Face, *, flip: bool) -> NDArray[np.float32]:
        return self._embedder.describe(rgb, face, flip=flip)


def chosen(choice: str) -> str:
    """The engine that `choice` means here: itself, or for `auto` the first that is complete."""
    if choice != "auto":
        return choice
    return next((name for name in _AUTO if missing(name) is None), "dlib")


def passed_over(engine: str) -> tuple[str, ...]:
    """Why `auto` came to this engine past one that it would have taken first and whose pack lies here, damaged."""
    before = _AUTO[: _AUTO.index(engine)] if engine in _AUTO else ()
    packs = dict.fromkeys(model for name in before for model in ENGINES[name].models)
    return tuple(filter(None, map(catalogue.torn, packs)))


def missing(engine: str) -> str | None:
    """Why this engine cannot run here, in one sentence; None: it can. Loads nothing."""
    facts = ENGINES[engine]
    if engine == "dlib" and importlib.util.find_spec("dlib") is None:
        return "The library dlib is not installed. Run `make setup`, which installs it."
    library = NO_INSIGHTFACE if facts.library and not insightface_installed() else None
    for model in facts.models:
        try:
            for file in catalogue.entry(model).files:
                catalogue.locate(f"{model}:{file.part}" if file.part else model)
        except ModelMissing as error:
            return f"{error} {library}" if library else str(error)
    return library


def open_engine(engine: str, runtime: Runtime) -> Engine:
    """Load it. Raises `ModelMissing`, `ModelError`."""
    reason = missing(engine)
    if reason is not None:
        raise ModelMissing(reason)
    if engine == "dlib":
        from models.faces_dlib import Dlib  # brings OpenCV, which describing does without

        return Dlib(runtime)
    return _Packs(ENGINES[engine], runtime)
