"""The weights of the default engine of faces, by name; apart, so that naming them brings no library."""

from __future__ import annotations

__all__ = ["EMBEDDER", "LANDMARKS", "MMOD", "PROPOSER"]

EMBEDDER, LANDMARKS, MMOD, PROPOSER = "dlib-face-resnet", "dlib-5-landmarks", "dlib-mmod", "nudenet-320n"
