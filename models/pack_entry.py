"""What is said of one pack: its files, licences, inputs and outputs, and the card that an examiner reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.errors import ModelError
from core.records import ModelInfo

__all__ = ["Card", "Entry", "Tensor", "WeightFile", "plain_path", "with_hashes"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}(?<!\.)")
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def plain_path(name: str) -> str:
    """The name, if it is a relative path with `/` that stays below its folder on Linux and on Windows.

    Raises `ValueError` for anything else: absolute, with `..`, backslashes, drive letters, streams, names that Windows
    keeps for devices, or ends that it cuts off.
    """
    parts = name.split("/")
    if (
        not name
        or len(name) > 200
        or _FORBIDDEN.search(name)
        or PurePosixPath(name).is_absolute()
        or any(part in ("", ".", "..") or part[-1] in " ." or _RESERVED.fullmatch(part) for part in parts)
    ):
        raise ValueError(f"{name!r} is no plain relative path")
    return name


class Tensor(_Frozen):
    """An input or output: its name in the graph, type, and shape (None: free)."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


class Card(_Frozen):
    """What the examiner reads about the model: a few plain sentences in each language."""

    en: str
    de: str


class WeightFile(_Frozen):
    """One file of a pack. `name` is its path below the package's or the pack's folder, with `/`.

    `sha256` None: not published; it is filled when the pack is made and then stands in the pack's own manifest.
    `hash_evidence`: A publisher or own computation, B two independent sources, C one, `tofu` first seen, empty none.
    """

    name: str
    part: str = ""
    bytes: int | None = None
    sha256: str | None = None
    hash_evidence: str = ""
    md5: str = ""
    """Where the publisher names no other sum (EasyOCR): compared beside the SHA-256, never in its place."""
    urls: tuple[str, ...] = ()
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()

    @field_validator("name")
    @classmethod
    def _below(cls, name: str) -> str:
        return plain_path(name)


class Entry(_Frozen):
    """One pack. The first file is the main one; its SHA-256 stands for the model in configs and reports."""

    id: str
    task: str
    role: str
    """default, light, alternative; or the part it plays in its analyzer (detector, recogniser, …)."""
    publisher: str
    version: str
    revision: str = ""
    """40 hexadecimal digits where the publisher has revisions."""
    package: str = ""
    """The installed package whose folder holds the files; empty: it is a pack of its own."""
    files: tuple[WeightFile, ...] = Field(min_length=1)
    format: str
    """onnx, ct2, dlib, pickle, data."""
    licence_code: str
    licence_weights: str
    licence_flags: tuple[str, ...] = ()
    """noncommercial, agpl, attribution."""
    source: str
    preprocess: str = ""
    labels: tuple[str, ...] = ()
    thresholds: dict[str, float] = {}
    calibrated_on: str = ""
    """What the thresholds were calibrated on; empty: they are starting values, shown as uncalibrated."""
    memory_bytes: int | None = None
    provenance: str = ""
    card: Card

    @field_validator("id")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not _ID.fullmatch(name) or _RESERVED.fullmatch(name):  # it becomes the name of a folder
            raise ValueError("an id is made of letters, digits, dots, dashes, plus signs and underscores")
        return name

    @property
    def file(self) -> str:
        return self.files[0].name

    @property
    def bytes(self) -> int:
        return self.files[0].bytes or 0

    @property
    def sha256(self) -> str:
        return self.files[0].sha256 or ""

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self.files[0].inputs

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        return self.files[0].outputs

    def part(self, name: str) -> WeightFile:
        """The file that plays this part (empty: the main one). Raises `ModelError`."""
        for one in self.files:
            if one.part == name or not name:
                return one
        raise ModelError(f"The pack {self.id} has no part {name}.", "Report this as a bug.")

    def info(self) -> ModelInfo:
        return ModelInfo(
            name=self.id,
            version=self.version,
            sha256=self.sha256,
            bytes=self.bytes,
            licence=self.licence_weights,
            source=self.source,
            role=self.role,
        )


def with_hashes(listed: Entry, pack: Entry) -> Entry:
    """The catalogue's entry, its gaps filled from the pack's manifest: what is published always wins."""
    own = {one.name: one for one in pack.files}
    files = tuple(
        one
        if one.sha256 or one.name not in own
        else one.model_copy(
            update={"sha256": own[one.name].sha256, "bytes": own[one.name].bytes, "hash_evidence": "tofu"}
        )
        for one in listed.files
    )
    return listed.model_copy(update={"files": files})
