"""Packs as the faces see them: where each stands at a glance, and what reading it in full shows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.packs import PackCheck, PackFile, PackInfo, PackState
from models import catalogue
from models.catalogue import MANIFEST
from models.pack_entry import Entry, Tensor, WeightFile
from models.packs_archive import Step
from models.packs_lab import is_lab

__all__ = ["checked", "info", "unlisted", "unreadable"]


def info(entry: Entry, *, listed: bool) -> PackInfo:
    """What the catalogue says of it and where it stands here."""
    state, problem = _standing(entry)
    return PackInfo(
        id=entry.id,
        task=entry.task,
        role=entry.role,
        publisher=entry.publisher,
        version=entry.version,
        revision=entry.revision,
        format=entry.format,
        package=entry.package,
        licence_code=entry.licence_code,
        licence_weights=entry.licence_weights,
        licence_flags=entry.licence_flags,
        source=entry.source,
        listed=listed,
        lab=not listed and is_lab(entry),
        state=state,
        folder="" if entry.package else str(catalogue.folder_of(entry.id)),
        bytes=sum(file.bytes or 0 for file in entry.files),
        files=tuple(_file(entry, file) for file in entry.files),
        labels=entry.labels,
        thresholds=entry.thresholds,
        calibrated_on=entry.calibrated_on,
        memory_bytes=entry.memory_bytes,
        preprocess=entry.preprocess,
        provenance=entry.provenance,
        card={"en": entry.card.en, "de": entry.card.de},
        problem=problem,
    )


def unreadable(known: set[str]) -> Iterator[PackInfo]:
    """Folders in the pack folder that are no pack of that name."""
    for folder in sorted(catalogue.packs_folder().glob("*")):
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in known:
            yield _nameless(folder)


def checked(pack: PackInfo, step: Step) -> PackCheck:
    """Read every file of it and compare."""
    if pack.state is PackState.MISSING:
        return PackCheck(pack.id, False if pack.package else None, pack.problem or "is not installed")
    if pack.state is PackState.DAMAGED:
        return PackCheck(pack.id, False, pack.problem)
    seen: dict[str, str] = {}
    wrong: list[str] = []
    for file in pack.files:
        path = _place(pack, file)
        try:
            step(file.name, 0, file.bytes)
            seen[file.name] = catalogue.sha256_of(path)
            step(file.name, path.stat().st_size, file.bytes)
        except OSError as error:
            wrong.append(f"{file.name} cannot be read: {error.strerror or error}.")
            continue
        if not file.sha256:
            wrong.append(f"Nobody has vouched for {file.name}: there is no SHA-256 to compare with.")
        elif seen[file.name] != file.sha256:
            wrong.append(f"{file.name} has the SHA-256 {seen[file.name]}, it should have {file.sha256}.")
    wrong += [f"{name} does not belong to it." for name in _strangers(pack)]
    if wrong:
        advice = "" if pack.package else " Remove it and import it again."
        return PackCheck(pack.id, False, " ".join(wrong) + advice, seen)
    first_seen = sum(file.hash_evidence == "tofu" for file in pack.files)
    noted = f"; of {first_seen} the SHA-256 is the one first seen" if first_seen else ""
    return PackCheck(pack.id, True, f"{len(seen)} file(s), every SHA-256 as listed{noted}", seen)


def _place(pack: PackInfo, file: PackFile) -> Path:
    entry = catalogue.entry(pack.id)
    listed = next(one for one in entry.files if one.name == file.name)
    return catalogue.found(entry, listed) or catalogue.folder_of(pack.id) / file.name


def _standing(entry: Entry) -> tuple[PackState, str]:
    if entry.package:
        return _built_in(entry)
    folder = catalogue.folder_of(entry.id)
    if not folder.is_dir():
        return PackState.MISSING, ""
    try:
        if (folder / MANIFEST).exists() and not (folder / MANIFEST).is_file():
            raise OSError(MANIFEST)
        manifest = Entry.model_validate_json((folder / MANIFEST).read_bytes())
        problem = "" if manifest.id == entry.id else f"Its {MANIFEST} is that of {manifest.id}."
    except FileNotFoundError:  # put there by hand: fine where the catalogue itself vouches for every file
        vouched = all(file.sha256 for file in entry.files)
        problem = "" if vouched else f"Its {MANIFEST} is missing."
    except (OSError, ValueError):
        problem = f"Its {MANIFEST} cannot be read."
    for file in entry.files:
        path = folder / file.name
        if not path.is_file():
            problem = f"{file.name} is missing."
        elif file.bytes is not None and path.stat().st_size != file.bytes:
            problem = f"{file.name} has {path.stat().st_size} bytes, it should have {file.bytes}."
    if not problem:
        return PackState.INSTALLED, ""
    return PackState.DAMAGED, f"{problem} It is not used; remove it and import it again."


def _built_in(entry: Entry) -> tuple[PackState, str]:
    lacking = [file.name for file in entry.files if catalogue.found(entry, file) is None]
    if not lacking:
        return PackState.BUILT_IN, ""
    said = f"{', '.join(lacking)} of the package {entry.package} is not installed."
    return PackState.MISSING, f"{said} Run `make setup`, which installs it."


def _file(entry: Entry, file: WeightFile) -> PackFile:
    return PackFile(
        name=file.name,
        part=file.part,
        bytes=file.bytes,
        sha256=file.sha256 or "",
        hash_evidence=file.hash_evidence,
        urls=file.urls,
        inputs=tuple(map(_shown, file.inputs)),
        outputs=tuple(map(_shown, file.outputs)),
        present=catalogue.found(entry, file) is not None,
    )


def _shown(tensor: Tensor) -> str:
    return f"{tensor.name} {tensor.dtype} [{', '.join('*' if side is None else str(side) for side in tensor.shape)}]"


def _strangers(pack: PackInfo) -> list[str]:
    """What lies in the pack's folder without being listed; links too, wherever they point."""
    if pack.package:
        return []
    own = {file.name for file in pack.files} | {MANIFEST}
    root = Path(pack.folder)
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            shown = path.relative_to(root).as_posix()
            if shown not in own or path.is_symlink():
                found.append(shown)
    return sorted(found)


def unlisted(unread: Mapping[str, str]) -> Iterator[PackInfo]:
    """The parts of the catalogue that cannot be read, so that their packs are missed by nobody."""
    for name, sentence in unread.items():
        german = (
            f"{name} des Katalogs ist nicht oder nur teilweise lesbar; die betroffenen Modelle werden nicht benutzt."
        )
        yield _wrong(name, "", sentence, german, sentence)


def _nameless(folder: Path) -> PackInfo:
    said = f"There is a folder {folder.name} among the packs whose {MANIFEST} is missing, unreadable or another's."
    german = f"Im Ordner der Pakete liegt {folder.name}, dessen {MANIFEST} fehlt oder nicht passt."
    return _wrong(folder.name, str(folder), said, german, f"{said} It is not used; remove it.")


def _wrong(name: str, folder: str, english: str, german: str, problem: str) -> PackInfo:
    return PackInfo(
        id=name,
        task="",
        role="",
        publisher="",
        version="",
        revision="",
        format="",
        package="",
        licence_code="",
        licence_weights="",
        licence_flags=(),
        source="",
        listed=False,
        lab=False,
        state=PackState.DAMAGED,
        folder=folder,
        bytes=0,
        files=(),
        labels=(),
        thresholds={},
        calibrated_on="",
        memory_bytes=None,
        preprocess="",
        provenance="",
        card={"en": english, "de": german},
        problem=problem,
    )
