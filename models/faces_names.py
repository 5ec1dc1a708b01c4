"""The weights of the default engine of faces, by name, and whether an optional library is there; apart, so that asking
brings no library."""

from __future__ import annotations

import importlib.metadata
import importlib.util

__all__ = [
    "EMBEDDER",
    "LANDMARKS",
    "MMOD",
    "NO_INSIGHTFACE",
    "PROPOSER",
    "insightface_installed",
    "library_version",
]

EMBEDDER, LANDMARKS, MMOD, PROPOSER = "dlib-face-resnet", "dlib-5-landmarks", "dlib-mmod", "nudenet-320n"
NO_INSIGHTFACE = (
    "The library InsightFace, through which these packs run, is not installed; `make setup EXTRAS=insightface` does it."
)


def insightface_installed() -> bool:
    """Whether the library and what it needs are there; none of it is imported."""
    needed = ("insightface", "onnx", "onnxruntime", "skimage")
    return all(importlib.util.find_spec(name) is not None for name in needed)


def library_version(distribution: str) -> str:
    """As it stands in the settings of a finding."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
