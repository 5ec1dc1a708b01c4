"""Whether the files of a pack are what they are said to be, by their content, before anything loads them.

A pickle runs whatever it likes when it is read, so none is let in, whatever its name; only EasyOCR's weights exist in
no other form, and they are read by one isolated process. An ONNX graph may point at other files or at operators that
are code in a library of their own: neither is let in.
"""

from __future__ import annotations

import json
import pickletools
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from core.errors import ModelError, PackError
from models import catalogue, detector_description, onnx_reader
from models.onnx_reader import OnnxFacts, Value
from models.pack_entry import Entry, Tensor, WeightFile, plain_path

__all__ = ["DOMAINS", "check", "may_hold_pickles", "pickled"]

DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Operators that the engines bring themselves."""
FORMATS = frozenset({"onnx", "ct2", "pickle", "data", "dlib"})
_PICKLE_NAMES = frozenset({".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".dill", ".npz"})
_ARCHIVES = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_PROGRAMS = (b"\x7fELF", b"MZ", b"#!", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_ACTING = frozenset({"REDUCE", "BUILD", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "STACK_GLOBAL", "PERSID", "BINPERSID"})
_MOST_OPCODES = 10_000


def check(entry: Entry, places: Mapping[str, Path]) -> None:
    """Look into every file of the pack. `places`: file of the entry → where it lies. Raises `PackError` with the first
    thing that is wrong."""
    if entry.format not in FORMATS:
        raise PackError(f"The pack {entry.id} is refused: its format {entry.format} is not known.")
    for file in entry.files:
        _check_file(entry, file, places[file.name])


def may_hold_pickles(entry: Entry) -> bool:
    """The pack policy: EasyOCR's weights, if the catalogue itself lists them so, whatever a pack says of itself."""
    listed = catalogue.published().get(entry.id)
    return listed is not None and listed.format == "pickle" and listed.task == "ocr" and listed.id.startswith("easyocr")


def pickled(path: Path) -> bool:
    """Whether Python's `pickle`, or torch through it, would take the file for one of its own."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(PurePosixPath(name).suffix in (".pkl", ".pickle") for name in archive.namelist())
    with path.open("rb") as stream:
        begins_so = stream.read(2)
        stream.seek(0)
        certain = len(begins_so) == 2 and begins_so[0] == 0x80 and begins_so[1] <= 5
        return _acts(stream, certain=certain)


def _acts(stream: object, *, certain: bool) -> bool:
    """Whether the opcodes make sense up to an end or an act. A list of words may begin like a pickle of the oldest
    protocols, but does not go on like one."""
    number = 0
    try:
        for number, (opcode, _, _) in enumerate(pickletools.genops(stream)):  # type: ignore[arg-type]  # a stream of bytes is all that is read
            if opcode.name in _ACTING or number > _MOST_OPCODES:
                return True
            if opcode.name == "STOP":
                return certain or number > 1
    except Exception:  # noqa: BLE001 - whatever it chokes on, it is no pickle from here on
        return certain and number > 1
    return False


def _check_file(entry: Entry, file: WeightFile, path: Path) -> None:
    if may_hold_pickles(entry):
        return
    suffix = PurePosixPath(file.name).suffix.lower()
    with path.open("rb") as stream:
        begin = stream.read(16)
    if entry.format == "pickle" or suffix in _PICKLE_NAMES or pickled(path):
        raise PackError(
            f"The pack {entry.id} is refused: {file.name} is a Python pickle, which runs code when it is read.",
            "Get the model as ONNX, or export it; only EasyOCR's packs may hold pickles.",
        )
    if begin.startswith(_ARCHIVES) or zipfile.is_zipfile(path):
        raise PackError(f"The pack {entry.id} is refused: {file.name} is an archive inside the pack.", "Unpack it.")
    if begin.startswith(_PROGRAMS) and suffix != ".onnx":
        raise PackError(f"The pack {entry.id} is refused: {file.name} is a program.")
    if suffix == ".onnx":
        _check_onnx(entry, file, path)
    elif suffix == ".json":
        _check_json(entry, file, path)
    elif entry.format == "ct2" and suffix == ".bin":
        _check_ct2(entry, file, begin)


def _check_json(entry: Entry, file: WeightFile, path: Path) -> None:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise PackError(
            f"The pack {entry.id} is refused: {file.name} is no readable JSON.", str(error)[:200]
        ) from error
    if file.name == detector_description.DESCRIPTION:
        try:
            detector_description.read(path)
        except ModelError as error:
            raise PackError(f"The pack {entry.id} is refused: {error.message}", error.advice) from error


def _check_ct2(entry: Entry, file: WeightFile, begin: bytes) -> None:
    """CTranslate2 writes a version (1 to 6 so far), then the length and name of the kind of model."""
    version, length = int.from_bytes(begin[:4], "little"), int.from_bytes(begin[4:6], "little")
    if not (1 <= version <= 16 and 4 <= length <= 64 and begin[6:10].isalpha()):
        raise PackError(f"The pack {entry.id} is refused: {file.name} is no CTranslate2 model.")


def _check_onnx(entry: Entry, file: WeightFile, path: Path) -> None:
    try:
        facts = onnx_reader.read(path)
    except ModelError as error:
        raise PackError(f"The pack {entry.id} is refused: {error.message}", error.advice) from error
    strange = sorted(
        f"{domain}:{name}"
        for domain, name in facts.operators
        if domain not in DOMAINS and (domain, name) not in facts.functions
    )
    if strange:
        raise PackError(
            f"The pack {entry.id} is refused: {file.name} uses operators of its own ({', '.join(strange[:5])}), "
            "which would need foreign code.",
            "Export the model with standard operators.",
        )
    _check_external(entry, file, facts)
    _check_values(entry, file, "inputs", file.inputs, facts.inputs)
    _check_values(entry, file, "outputs", file.outputs, facts.outputs)


def _check_external(entry: Entry, file: WeightFile, facts: OnnxFacts) -> None:
    own = {one.name for one in entry.files}
    beside = PurePosixPath(file.name).parent
    for place in sorted(facts.external):
        try:
            inside = str(beside / plain_path(place)) in own
        except ValueError:
            inside = False
        if not inside:
            raise PackError(
                f"The pack {entry.id} is refused: {file.name} wants weights from another file ({place or 'unnamed'}), "
                "which is not in the pack.",
                "Export the model into one file, or list the other file in the pack.",
            )


def _check_values(entry: Entry, file: WeightFile, what: str, wanted: tuple[Tensor, ...], got: list[Value]) -> None:
    """Inputs must be the described ones, in any order (they are fed by name); of outputs all described must be there. A
    dimension that is free on either side fits."""
    if not wanted:
        return
    found: Mapping[str, Value] = {one.name: one for one in got}
    names = {one.name: None for one in wanted}
    if (what == "inputs" and set(names) != set(found)) or not set(names) <= set(found):
        raise PackError(
            f"The pack {entry.id} is refused: {file.name} has the {what} {', '.join(found)}, "
            f"but {', '.join(names)} were expected.",
            "It is another model than the catalogue describes.",
        )
    for one in wanted:
        if not _fits(one, found[one.name]):
            raise PackError(
                f"The pack {entry.id} is refused: in {file.name}, {one.name} is {_shown(found[one.name])}, "
                f"but {_shown(Value(one.name, one.dtype, one.shape))} was expected.",
                "It is another model than the catalogue describes.",
            )


def _fits(wanted: Tensor, got: Value) -> bool:
    if got.dtype and wanted.dtype != got.dtype:
        return False
    if got.shape is None:
        return True
    return len(wanted.shape) == len(got.shape) and all(
        a is None or b is None or a == b for a, b in zip(wanted.shape, got.shape, strict=True)
    )


def _shown(value: Value) -> str:
    shape = "?" if value.shape is None else ", ".join("*" if side is None else str(side) for side in value.shape)
    return f"{value.dtype or 'no tensor'} [{shape}]"
