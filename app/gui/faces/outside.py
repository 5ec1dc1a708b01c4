"""A picture from outside the case as a reference: its faces, described by the models that described the case's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.gui.faces.shots import Shot
from app.parts import Parts
from core.case.candidates import Described, Reference, face_key
from core.control import Control
from core.decode.jobs import DecodeJob
from core.errors import EvidenceError, ModelMissing, UsageError
from core.evidence.hashing import hash_file
from core.evidence.sniff import sniff
from core.likeness import BestFace, quality_of
from core.pipeline.apart import look_at
from core.records import AnalyzerInfo, MediaKind
from core.settings import RunSettings

__all__ = ["faces_in"]

_SMALLEST = 12  # pixels


def faces_in(
    parts: Parts, looking: Described, path: Path, control: Control, number: int
) -> list[tuple[Reference, Shot]]:
    """The faces of a picture that have a vector, the most prominent first. `number` (below zero) stands for it where
    items of the case have theirs. Raises `UsageError` when it shows none, `ModelMissing`, `Stopped`."""
    job = _job(path)
    settings = RunSettings(analyzers=("faces",), workers=1)
    backend = parts.open_backend(settings)
    try:
        options = _options(backend.describe(), looking)
        (looked,) = look_at([path], "faces", options, backend, settings=settings, control=control)
    finally:
        backend.close()
    faces = [
        BestFace(result.findings[vector.finding], vector)
        for result in looked.results
        for vector in result.vectors
        if vector.finding is not None
    ]
    if not faces:
        raise UsageError(
            looked.reason or "No face that is large enough was found in this picture.",
            "Choose one that shows a face larger and from the front.",
        )
    faces.sort(key=lambda face: -face.prominence)
    return [_reference(face, job, path.name, number) for face in faces]


def _options(described: Sequence[AnalyzerInfo], looking: Described) -> dict[str, object]:
    """Those of the case, with the engine whose vectors lie in the same space, whatever is installed since. The picture
    was chosen by hand, so small faces get a vector as well. Raises `ModelMissing`."""
    info = next((one for one in described if one.name == "faces"), None)
    if info is None:
        raise ModelMissing("This build has no analyzer for faces.")
    options = dict(looking.options)
    model = looking.space.split("/")[1] if "/" in looking.space else looking.space
    for name, choice in info.choices.items():
        if name != "auto" and any(one.sha256.startswith(model) for one in choice.models):
            options["engine"] = name
    chosen = info.choices.get(str(options.get("engine")), info)
    if chosen.missing:
        raise ModelMissing(chosen.missing)
    if "vector_from" in info.options:
        options["vector_from"] = _SMALLEST
    return options


def _reference(face: BestFace, job: DecodeJob, name: str, number: int) -> tuple[Reference, Shot]:
    found = face.finding
    key = face_key(job.content, found.region)
    kind = "video" if job.kind is MediaKind.VIDEO else "image"
    shot = Shot(number, name, job.content, kind, (job,), found.region, found.start, found.page)
    return Reference(
        key, face.vector.space, np.asarray(face.vector.values, np.float16), quality_of(found.attributes)
    ), shot


def _job(path: Path) -> DecodeJob:
    try:
        hashed = hash_file(os.fsencode(path.resolve()), algorithms=("sha256",))
        modified = path.stat().st_mtime_ns
    except (EvidenceError, OSError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}", "Choose another picture.") from error
    mime, kind = sniff(hashed.head, hashed.tail, hashed.size)
    if MediaKind(kind) not in (MediaKind.IMAGE, MediaKind.VIDEO):
        raise UsageError(f"{path.name} is no picture.", "Choose a picture that shows the face.")
    policy = RunSettings().sampling
    return DecodeJob(hashed.sha256, str(path.resolve()), hashed.size, modified, MediaKind(kind), mime, policy)
