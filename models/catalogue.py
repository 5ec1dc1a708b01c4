"""Which weights there are, where they lie, and the proof that a file is what it claims to be.

The facts are data (`resources/models/catalogue.json`): adding a model is adding an entry, not code.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.errors import ModelError, ModelMissing
from core.records import ModelInfo

__all__ = ["RESOURCES", "Card", "Entry", "Tensor", "catalogue", "entry", "locate", "verify"]

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "models"
_CHUNK = 1 << 20
_lock = threading.Lock()
_verified: dict[tuple[str, int, int], str] = {}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tensor(_Frozen):
    """An input or output: its name in the graph, type, and shape (None: free)."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


class Card(_Frozen):
    """What the examiner reads about the model: a few plain sentences in each language."""

    en: str
    de: str


class Entry(_Frozen):
    """One weights file."""

    id: str
    task: str
    role: str
    publisher: str
    version: str
    package: str
    """The installed package whose folder holds the file."""
    file: str
    """Path below that folder."""
    bytes: int
    sha256: str
    hash_evidence: str
    format: str
    licence_code: str
    licence_weights: str
    licence_flags: tuple[str, ...] = ()
    source: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    labels: tuple[str, ...] = ()
    thresholds: dict[str, float] = {}
    provenance: str = ""
    card: Card

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


@functools.cache
def catalogue() -> dict[str, Entry]:
    """All entries by id."""
    entries = json.loads((RESOURCES / "catalogue.json").read_text(encoding="utf-8"))["models"]
    return {made.id: made for made in (Entry.model_validate(one) for one in entries)}


def entry(model: str) -> Entry:
    """The entry of that id. Raises `ModelError` when there is none."""
    found = catalogue().get(model)
    if found is None:
        raise ModelError(f"The catalogue has no model called {model}.", "Known are: " + ", ".join(catalogue()) + ".")
    return found


def locate(model: str) -> Path:
    """Where the weights lie; only looked for, not read. Raises `ModelMissing`.

    The package is found without importing it: importing some of them opens sockets or loads a second runtime.
    """
    wanted = entry(model)
    spec = importlib.util.find_spec(wanted.package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / wanted.file
        if path.is_file():
            return path
    raise ModelMissing(
        f"The weights of {wanted.id} ({wanted.file} of the package {wanted.package}) are not installed.",
        "Run `make setup`, which installs them.",
    )


def verify(model: str) -> Path:
    """The path of weights whose SHA-256 is the catalogue's. Each file is read once per process.

    Raises `ModelMissing` when there is no such file and `ModelError` when it is another file than the catalogue names.
    """
    wanted, path = entry(model), locate(model)
    status = path.stat()
    key = (str(path), status.st_size, status.st_mtime_ns)
    with _lock:
        found = _verified.get(key)
        if found is None:
            found = _verified[key] = _sha256(path)
    if found != wanted.sha256:
        raise ModelError(
            f"The weights of {wanted.id} are not the file they should be: SHA-256 {found}, expected {wanted.sha256}.",
            "They were changed or damaged and are not used. Run `make setup` to install them again.",
        )
    return path


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
