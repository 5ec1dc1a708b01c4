"""What the faces may know and ask of model packs. `models.packs` answers; a machine in the next room could as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from core.control import Control

__all__ = ["PackCheck", "PackFile", "PackInfo", "PackKeeper", "PackProgress", "PackState", "Tell"]


class PackState(StrEnum):
    """Where a pack stands, told without reading it in full."""

    BUILT_IN = "built in"
    """Its files come with an installed package."""
    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"
    """A file is missing, has another size, or the manifest cannot be read."""


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack. `sha256` empty: not published and not yet seen. `hash_evidence`: A publisher or computed from
    the bytes, B two independent sources, C one, `tofu` first seen. `inputs`, `outputs`: tensors in words."""

    name: str
    part: str
    bytes: int | None
    sha256: str
    hash_evidence: str
    urls: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    present: bool


@dataclass(frozen=True, slots=True)
class PackInfo:
    """One pack: what the catalogue says of it and where it stands here. `listed`: the catalogue knows it; `lab`: a
    detector of the laboratory's own. `card`: language (en, de) → what it finds and misses, in plain words. `problem`:
    what is wrong with it, one sentence, empty when nothing is."""

    id: str
    task: str
    role: str
    publisher: str
    version: str
    revision: str
    format: str
    package: str
    licence_code: str
    licence_weights: str
    licence_flags: tuple[str, ...]
    source: str
    listed: bool
    lab: bool
    state: PackState
    folder: str
    bytes: int
    """Of all files whose size is known."""
    files: tuple[PackFile, ...]
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    calibrated_on: str
    memory_bytes: int | None
    preprocess: str
    provenance: str
    card: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PackCheck:
    """What reading a pack in full has shown. `ok` None: not installed, so there is nothing to check."""

    pack: str
    ok: bool | None
    sentence: str
    files: Mapping[str, str] = field(default_factory=dict)
    """Name → SHA-256 as it is on the disk."""


@dataclass(frozen=True, slots=True)
class PackProgress:
    """How far a file is; `total` None: not known."""

    pack: str
    doing: str
    """fetching, packing, unpacking, checking, testing."""
    file: str
    done: int
    total: int | None


Tell = Callable[[PackProgress], None]


class PackKeeper(Protocol):
    """All of it may take minutes, tells how far it is, and stops with `Stopped` when `control` was cancelled. Raises
    `PackError` when something is refused: then nothing was changed."""

    def known(self) -> Sequence[PackInfo]:
        """Every pack of the catalogue, and what is installed beside it. Quick: reads no weights."""
        ...

    def show(self, pack: str) -> PackInfo:
        """One of them."""
        ...

    def fetch(
        self, pack: str, *, trust_first: bool = False, tell: Tell | None = None, control: Control | None = None
    ) -> PackInfo:
        """Download, check and install. The only thing that opens a connection, and only on this command."""
        ...

    def pack(
        self,
        what: str,
        out: Path | None = None,
        *,
        files: Path | None = None,
        trust_first: bool = False,
        tell: Tell | None = None,
        control: Control | None = None,
    ) -> Path:
        """One archive for carrying, of an installed pack, of files in a folder, or of a laboratory's folder."""
        ...

    def install(
        self, path: Path, *, accept_unlisted: bool = False, tell: Tell | None = None, control: Control | None = None
    ) -> PackInfo:
        """Check an archive (or a laboratory's folder) and install it."""
        ...

    def verify(
        self, pack: str = "", *, tell: Tell | None = None, control: Control | None = None
    ) -> Sequence[PackCheck]:
        """Read one or all in full and compare their SHA-256."""
        ...

    def remove(self, pack: str) -> None:
        """Take an installed pack away."""
        ...
