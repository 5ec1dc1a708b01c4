"""Where the files of a pack come from: the pack folder, a folder of downloads, or a laboratory's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from core.errors import PackError
from models import catalogue, packs_archive
from models.catalogue import MANIFEST
from models.detector_description import DESCRIPTION
from models.pack_entry import Entry, WeightFile
from models.packs_archive import Step
from models.packs_lab import lab_entry

__all__ = ["copy_in", "hashed", "of_catalogue", "to_pack"]


def of_catalogue(pack: str) -> Entry:
    """The catalogue's entry of a pack that can be fetched and packed. Raises `PackError`."""
    entry = catalogue.published().get(pack)
    if entry is None:
        raise PackError(f"The catalogue has no pack called {pack}.", "`models list` names those that are known.")
    if entry.package:
        raise PackError(
            f"{pack} comes with the installation (package {entry.package}); there is nothing to fetch or pack.",
            "`models verify` checks it.",
        )
    return entry


def to_pack(what: str, files: Path | None) -> tuple[Entry, dict[str, Path]]:
    """The entry of what is to be packed (an id, or a folder that describes itself), and where each of its files lies:
    in `files`, else where it is installed. Raises `PackError` when one is missing."""
    folder = Path(what)
    if what not in catalogue.catalogue() and folder.is_dir():
        entry = _of_folder(folder)
        return entry, {file.name: folder / file.name for file in entry.files}
    catalogue.forget()
    entry = catalogue.catalogue().get(what) or of_catalogue(what)
    if entry.package:
        of_catalogue(what)
    folder = files or catalogue.folder_of(entry.id)
    places = {file.name: _found(file, folder) for file in entry.files}
    lacking = [name for name, path in places.items() if not path.is_file()]
    if lacking:
        raise PackError(
            f"The pack {entry.id} is not complete: {', '.join(lacking)} is missing in {folder}.",
            f"`models fetch {entry.id}` gets it, or --files names the folder where it lies.",
        )
    return entry, places


def _found(file: WeightFile, folder: Path) -> Path:
    """By its whole path, or by its bare name: what a browser saves has lost its folders."""
    whole, bare = folder / file.name, folder / Path(file.name).name
    return whole if whole.is_file() or not bare.is_file() else bare


def _of_folder(folder: Path) -> Entry:
    """The entry of a folder that is no archive yet. Raises `PackError`."""
    if (folder / DESCRIPTION).is_file() and not (folder / MANIFEST).is_file():
        return lab_entry(folder / DESCRIPTION)
    try:
        if not (folder / MANIFEST).is_file():  # nor is a pipe read, which would never end
            raise FileNotFoundError(MANIFEST)
        return Entry.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        raise PackError(
            f"The folder {folder} is no pack: it has neither {MANIFEST} nor {DESCRIPTION}.", "See docs/models.md."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PackError(f"The {MANIFEST} in {folder} cannot be read ({where}: {first['msg']}).") from error


def copy_in(folder: Path, target: Path, step: Step) -> Entry:
    """A folder's files into the staging folder, hashed on the way."""
    entry = _of_folder(folder)
    packs_archive.enough_room(target, sum(file.bytes or 0 for file in entry.files))
    for file in entry.files:
        source = folder / file.name
        if source.is_symlink() or not source.is_file():
            raise PackError(f"{source} is missing or no plain file.", "Nothing was installed.")
        (target / file.name).parent.mkdir(parents=True, exist_ok=True)
        with packs_archive.disk_errors(target), source.open("rb") as read, (target / file.name).open("xb") as out:
            packs_archive.copy_hashed(read, out, source.stat().st_size, file.name, step)
    return hashed(entry, {file.name: target / file.name for file in entry.files}, step, trust_first=False)


def hashed(entry: Entry, places: Mapping[str, Path], step: Step, *, trust_first: bool) -> Entry:
    """The entry with size and SHA-256 of every file as it lies there. Raises `PackError` when one is another than the
    entry says, or is not told there and not to be trusted at first sight."""
    made = []
    for file in entry.files:
        path = places[file.name]
        size = path.stat().st_size
        step(file.name, 0, size)
        digest = catalogue.sha256_of(path)
        step(file.name, size, size)
        if file.sha256 is None and not trust_first:
            raise PackError(
                f"Nobody has published a SHA-256 for {file.name} of {entry.id}.",
                "With --trust-first the one of the file as it is now is written into the pack, marked as first seen.",
            )
        known_as = catalogue.md5_of(path) if file.md5 else ""
        if digest != (file.sha256 or digest) or size != (file.bytes or size) or known_as != file.md5:
            raise PackError(
                f"{file.name} of {entry.id} is not the file it should be: {size} bytes with the SHA-256 {digest}, "
                f"expected {file.bytes or 'any number of'} bytes with {file.sha256 or file.md5}.",
                "Nothing was made of it. Get it again from its publisher.",
            )
        seen = {"bytes": size, "sha256": digest, "hash_evidence": file.hash_evidence or "tofu"}
        made.append(file.model_copy(update=seen))
    return entry.model_copy(update={"files": tuple(made)})
