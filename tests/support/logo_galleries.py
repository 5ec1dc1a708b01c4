"""Galleries of the drawn logos, and what the analyzer finds of them on a picture."""

from __future__ import annotations

import base64
import functools
import json

import cv2
import numpy as np

from core.control import Control
from core.memory import LocalPixels
from core.records import Finding, Sample, SampleKind
from models import logo_reference
from models.local import BackendSpec, LocalBackend
from tests.support.logo_scenes import LOGOS, Picture, Scene, View, background, compose, logo

HERE = BackendSpec(analyzers=("models.logo:Logo",))


@functools.cache
def prepared(name: str) -> bytes:
    return logo_reference.prepare(logo(name)).tobytes()


def gallery(*names: str, marks: dict[str, bytes] | None = None) -> str:
    rows = [(name, prepared(name)) for name in names] + list((marks or {}).items())
    listed = [
        {"id": number + 1, "name": name, "sha256": f"{number:064x}", "data": base64.b64encode(data).decode()}
        for number, (name, data) in enumerate(rows)
    ]
    return json.dumps({"kind": "logo", "references": listed})


@functools.cache
def everything() -> str:
    """The gallery of all drawn logos: made when it is asked for, not when the tests are collected."""
    return gallery(*LOGOS)


def sample(picture: Picture, index: int = 0) -> Sample:
    return Sample("c", index, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])


def look(backend: LocalBackend, picture: Picture, given: str | None = None, least: float = 0.5) -> list[Finding]:
    (result,) = backend.analyze(
        "logo", [sample(picture)], {"gallery": everything() if given is None else given}, Control()
    )
    assert result.failure is None
    return [finding for finding in result.findings if (finding.score or 0) >= least]


def scene_of(mark: Picture, seed: int, view: View, at: int = 0) -> Scene:
    """Smaller than a photograph, to be quick."""
    return compose(mark, background(seed, (560, 420)), view, at)


def overlap(finding: Finding, scene: Scene) -> float:
    """Intersection over union of the finding's polygon and the true one."""
    height, width = scene.picture.shape[:2]
    assert finding.polygon is not None
    mine = np.array(finding.polygon, np.float32) * (width, height)
    common, _ = cv2.intersectConvexConvex(mine.astype(np.float32), scene.quad.astype(np.float32))
    union = cv2.contourArea(mine.astype(np.float32)) + cv2.contourArea(scene.quad.astype(np.float32)) - common
    return float(common / union)
