"""The catalogue entry of a laboratory's own detector, made from its description."""

from __future__ import annotations

from pathlib import Path

from core.errors import ModelError, PackError
from models import catalogue, detector_description, onnx_reader
from models.detector_description import DESCRIPTION, Description
from models.pack_entry import Card, Entry, Tensor, WeightFile
from models.restraint_data import data
from models.restraint_stages import REPLACEABLE

__all__ = ["LAB", "is_lab", "lab_entry"]

TASK = "restraint"
"""The analyzer that asks detectors of a laboratory's own."""
LAB = "lab"
"""The role of such packs."""
_GROUPED = frozenset({"objects", "verifier"})
"""Stages whose answer counts by the group that a class names."""
_FLAGS = {"agpl": "agpl", "non-commercial": "noncommercial", "noncommercial": "noncommercial", "cc-by": "attribution"}


def is_lab(entry: Entry) -> bool:
    """Whether it is (or calls itself) a detector with a description."""
    return any(file.name == DESCRIPTION for file in entry.files)


def lab_entry(description: Path) -> Entry:
    """The entry of the pack whose `detector.json` this is, with the files' own hashes. Raises `PackError`."""
    try:
        said = detector_description.read(description)
        path = description.with_name(said.model)
        if not path.is_file():  # a pipe would never end
            raise PackError(f"The detector {said.id} is refused: {path} is missing or no plain file.")
        facts = onnx_reader.read(path)
    except ModelError as error:
        raise PackError(f"The detector is refused: {error.message}", error.advice) from error
    _has_use(said)
    _as_the_graph(said, facts)
    digest = catalogue.sha256_of(path)
    if said.sha256 and digest != said.sha256:
        raise PackError(
            f"The detector {said.id} is refused: {said.model} has the SHA-256 {digest}, its description says "
            f"{said.sha256}.",
            "Nothing was installed. Get both files again from whoever made them.",
        )
    weights = WeightFile(
        name=said.model,
        bytes=path.stat().st_size,
        sha256=digest,
        hash_evidence="A",
        inputs=_tensors(facts.inputs),
        outputs=_tensors(facts.outputs),
    )
    return _entry(said, weights, description)


def _has_use(said: Description) -> None:
    """Raises `PackError` for a detector that no analyzer would ever ask: installed, it would seem to be looking."""
    if said.task != TASK:
        raise PackError(
            f"The detector {said.id} is refused: it says that it serves {said.task}, and only {TASK} asks detectors.",
            f"Nothing was installed. Say `task`: `{TASK}`, or leave it out.",
        )
    if said.stage not in REPLACEABLE:
        raise PackError(
            f"The detector {said.id} is refused: {TASK} has no stage {said.stage} that a detector could take the place "
            "of.",
            f"Nothing was installed. Known: {', '.join(REPLACEABLE)}.",
        )
    if said.stage in _GROUPED:
        _names_groups(said)


def _names_groups(said: Description) -> None:
    """Raises `PackError` when boxes of it would count as nothing: a misspelt group would never be missed."""
    groups = data().groups
    strange = sorted({one.category for one in said.classes} - {*groups, ""})
    if not strange and said.categories:
        return
    why = f"{TASK} has no group {', '.join(strange)}" if strange else "none of its classes names a category"
    raise PackError(
        f"The detector {said.id} is refused: {why}, so what it finds would count as nothing.",
        f"Nothing was installed. Known: {', '.join(groups)}; an empty category is for what is of no interest.",
    )


def _as_the_graph(said: Description, facts: onnx_reader.OnnxFacts) -> None:
    """Raises `PackError` when the picture would not fit the graph's input. Engines differ in what they let pass: one
    would take whole numbers for fractions without a word."""
    found = next((one for one in facts.inputs if one.name == said.input.name), None)
    if found is None or not found.dtype or found.shape is None:
        return  # of another name is said when it is tried
    width, height = said.input.size
    wanted = (1, 3, height, width) if said.input.layout == "NCHW" else (1, height, width, 3)
    fits = len(found.shape) == 4 and all(b in (None, a) for a, b in zip(wanted, found.shape, strict=True))
    if found.dtype == said.input.dtype and fits:
        return
    shape = ", ".join("*" if side is None else str(side) for side in found.shape)
    raise PackError(
        f"The detector {said.id} is refused: {found.name} of its model is {found.dtype} [{shape}], but its description "
        f"means {said.input.dtype} [{', '.join(map(str, wanted))}].",
        "Nothing was installed. Correct `dtype`, `size` or `layout` in detector.json, or export the model anew.",
    )


def _entry(said: Description, weights: WeightFile, description: Path) -> Entry:
    about = WeightFile(
        name=DESCRIPTION,
        part="description",
        bytes=description.stat().st_size,
        sha256=catalogue.sha256_of(description),
        hash_evidence="A",
    )
    licence = said.license.lower()
    return Entry(
        id=said.id,
        task=said.task,
        role=LAB,
        publisher=said.publisher or "the laboratory",
        version=said.version,
        files=(weights, about),
        format="onnx",
        licence_code=said.license,
        licence_weights=said.license,
        licence_flags=tuple(sorted({flag for word, flag in _FLAGS.items() if word in licence})),
        source="made by the laboratory",
        preprocess=f"{said.input.color} {said.input.size[0]} × {said.input.size[1]}, {said.input.letterbox.mode}",
        labels=said.labels,
        thresholds=said.thresholds,
        calibrated_on=said.calibration.dataset_note,
        card=Card(
            en=said.note or f"A detector of the laboratory's own ({said.output.format}): {', '.join(said.labels)}.",
            de=said.note_de
            or said.note
            or f"Ein eigener Detektor des Labors ({said.output.format}): {', '.join(said.labels)}.",
        ),
    )


def _tensors(values: list[onnx_reader.Value]) -> tuple[Tensor, ...]:
    return tuple(Tensor(name=one.name, dtype=one.dtype, shape=one.shape or ()) for one in values if one.shape)
