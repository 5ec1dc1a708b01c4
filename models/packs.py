"""Model packs: what is known and installed, fetching, packing for carrying, importing, verifying, removing.

A `core.packs.PackKeeper`; this module is handed to the faces by `main`. Who may come in:

* a pack of the catalogue, every file with the SHA-256 published there (files without a published one come with the one
  in the pack's own manifest, marked `tofu`: first seen);
* a detector of the laboratory's own (`detector.json` and ONNX, see `models.detector_description`);
* anything else only when the examiner says `--accept-unlisted`.

Pickles never, but for EasyOCR's packs of the catalogue.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from core.control import Control
from core.errors import PackError, PackUnlisted
from core.packs import PackCheck, PackInfo, PackProgress, PackState, Tell
from models import catalogue, packs_archive, packs_content, packs_install, packs_selftest, packs_told
from models.catalogue import MANIFEST
from models.detector_description import DESCRIPTION
from models.pack_entry import Entry, with_hashes
from models.packs_archive import SUFFIX, Step
from models.packs_lab import is_lab, lab_entry
from models.packs_source import copy_in, hashed, of_catalogue, to_pack

__all__ = ["fetch", "install", "known", "pack", "remove", "show", "verify"]


def known() -> list[PackInfo]:
    """Every pack of the catalogue and whatever lies in the pack folder; reads no weights."""
    catalogue.forget()
    listed = catalogue.published()
    told = [packs_told.info(entry, listed=entry.id in listed) for entry in catalogue.catalogue().values()]
    folders = packs_told.unreadable({one.id for one in told})
    return [*told, *folders, *packs_told.unlisted(catalogue.unread())]


def show(pack: str) -> PackInfo:
    """One pack. Raises `PackError` when there is none of that name."""
    for one in known():
        if one.id == pack:
            return one
    raise PackError(f"There is no pack called {pack}.", "`models list` names those that are known.")


def fetch(
    pack: str, *, trust_first: bool = False, tell: Tell | None = None, control: Control | None = None
) -> PackInfo:
    """Download a pack of the catalogue, check it and install it. `trust_first`: take files whose SHA-256 nobody has
    published, and write down the one that came. Raises `PackError`; what has come so far is kept for the next time."""
    from models import packs_fetch  # the only door to the network, opened only here

    entry = of_catalogue(pack)
    here = show(pack)
    if here.state is PackState.INSTALLED and packs_told.checked(here, _step(pack, "checking", tell, control)).ok:
        return here
    open_hashes = [file.name for file in entry.files if file.sha256 is None]
    if open_hashes and not trust_first:
        raise PackError(
            f"Nobody has published a SHA-256 for {', '.join(open_hashes)} of {pack}.",
            "With --trust-first the file that comes now is taken, and its SHA-256 is kept from then on.",
        )
    step = _step(pack, "fetching", tell, control)
    with packs_install.alone(f"fetch-{pack}"):
        folder = packs_install.fetch_folder(pack)
        archives = folder.with_name(f"{pack}.archives")
        packs_archive.enough_room(folder, _size(entry) - _already(folder))
        for file in entry.files:
            packs_fetch.download(
                packs_fetch.Wanted(file.name, folder / file.name, file.bytes, file.sha256, file.urls, file.md5),
                archives,
                step,
            )
        places = {file.name: folder / file.name for file in entry.files}
        entry = hashed(entry, places, _step(pack, "checking", tell, control), trust_first=True)
        _try(entry, places, folder, tell)
        with packs_install.alone():
            packs_install.settle(folder, pack)
        shutil.rmtree(archives, ignore_errors=True)
    return show(pack)


def pack(
    what: str,
    out: Path | None = None,
    *,
    files: Path | None = None,
    trust_first: bool = False,
    tell: Tell | None = None,
    control: Control | None = None,
) -> Path:
    """One archive for carrying; returns its path. `what`: the id of an installed pack, or a folder with `detector.json`
    or `pack.json`. `files`: take the pack's files from this folder (downloaded by hand). Raises `PackError`."""
    entry, places = to_pack(what, files)
    step = _step(entry.id, "packing", tell, control)
    entry = hashed(entry, places, step, trust_first=trust_first)
    packs_content.check(entry, places)
    target = out or Path.cwd() / f"{entry.id}{SUFFIX}"
    if target.is_dir():
        target = target / f"{entry.id}{SUFFIX}"
    if target.exists():
        raise PackError(f"{target} exists already.", "Nothing was overwritten. Choose another name with --out.")
    if not target.parent.is_dir():
        raise PackError(f"There is no folder {target.parent}.", "Make it first.")
    packs_archive.write(entry, places, target, step)
    return target


def install(
    path: Path, *, accept_unlisted: bool = False, tell: Tell | None = None, control: Control | None = None
) -> PackInfo:
    """Import an archive, or a folder with `detector.json` or `pack.json`. Everything is checked in a folder beside the
    target, the model is loaded and asked once, and only then it is moved in. Raises `PackError`, and then nothing was
    changed."""
    path = Path(path)
    with packs_install.alone(), packs_install.staging() as root:
        unpacked = root / "unpacked"
        unpacked.mkdir()
        step = _step(path.name, "unpacking", tell, control)
        take_in = copy_in if path.is_dir() else packs_archive.unpack
        entry = take_in(path, unpacked, step)
        places = {file.name: unpacked / file.name for file in entry.files}
        entry = _admitted(entry, places, accept_unlisted=accept_unlisted)
        staged = root / entry.id
        unpacked.rename(staged)
        _try(entry, {file.name: staged / file.name for file in entry.files}, staged, tell)
        packs_install.settle(staged, entry.id)
    return show(entry.id)


def verify(pack: str = "", *, tell: Tell | None = None, control: Control | None = None) -> list[PackCheck]:
    """Read one pack or all in full. Raises `PackError` when there is no pack of that name."""
    wanted = [show(pack)] if pack else known()
    return [packs_told.checked(one, _step(one.id, "checking", tell, control)) for one in wanted]


def remove(pack: str) -> None:
    """Take an installed pack away, and what an interrupted fetch has left of it. Raises `PackError` when there is
    neither, or when it is part of the installation."""
    found = show(pack)
    if found.package:
        raise PackError(
            f"{pack} belongs to the installation (package {found.package}) and is no pack of its own.",
            "It stays; steps that are not wanted are left out of a run.",
        )
    with packs_install.alone(f"fetch-{pack}"):
        dropped = packs_install.drop_fetched(pack)
    if not catalogue.folder_of(found.id).is_dir():
        if dropped:
            return
        raise PackError(f"The pack {pack} is not installed.", "There is nothing to remove.")
    with packs_install.alone():
        packs_install.take_away(found.id)
    catalogue.forget()


# ---------------------------------------------------------------------- what may come in


def _admitted(entry: Entry, places: Mapping[str, Path], *, accept_unlisted: bool) -> Entry:
    """The entry as it will stand in the installed manifest: of the catalogue's packs the catalogue's own words."""
    listed = catalogue.published().get(entry.id)
    if listed is not None:
        return _as_listed(listed, entry)
    if is_lab(entry):
        return _as_described(entry, places)
    if entry.package:
        raise PackError(f"The pack {entry.id} is refused: it calls itself a part of the package {entry.package}.")
    if not accept_unlisted:
        raise PackUnlisted(
            f"The pack {entry.id} is refused: the catalogue does not know it, so nothing tells whether its files are "
            "what they should be.",
            "If you trust its source, import it with --accept-unlisted; findings will name it as unlisted.",
        )
    return entry


def _as_listed(listed: Entry, entry: Entry) -> Entry:
    if listed.package:
        raise PackError(
            f"The pack {entry.id} is refused: its files come with the installation (package {listed.package}).",
            "Nothing needs to be imported for it.",
        )
    own = {file.name: file for file in entry.files}
    if set(own) != {file.name for file in listed.files}:
        raise PackError(
            f"The pack {entry.id} is refused: it holds {', '.join(sorted(own))}, "
            f"the catalogue lists {', '.join(sorted(file.name for file in listed.files))}.",
            "It was made for another version. Make it again.",
        )
    for file in listed.files:
        if file.sha256 and own[file.name].sha256 != file.sha256:
            raise PackError(
                f"The pack {entry.id} is refused: {file.name} has the SHA-256 {own[file.name].sha256}, "
                f"the catalogue lists {file.sha256}.",
                "It is another file than the one that was checked for this program. Fetch it from its publisher.",
            )
    return with_hashes(listed, entry)


def _as_described(entry: Entry, places: Mapping[str, Path]) -> Entry:
    """A laboratory's detector is what its description says, whatever else the manifest says of it."""
    described = lab_entry(places[DESCRIPTION])
    if described.id != entry.id or {file.name for file in described.files} != set(places):
        raise PackError(
            f"The pack {entry.id} is refused: its {DESCRIPTION} is that of {described.id} and names "
            f"{described.file}, but it holds {', '.join(sorted(places))}.",
            "A laboratory's pack is made with `models pack FOLDER`.",
        )
    return described


def _try(entry: Entry, places: Mapping[str, Path], folder: Path, tell: Tell | None) -> None:
    """The last steps before a pack is moved in: look into its files, write its manifest, load and ask it."""
    packs_content.check(entry, places)
    (folder / MANIFEST).write_text(entry.model_dump_json(indent=1), encoding="utf-8")
    if tell is not None:
        tell(PackProgress(entry.id, "testing", "", 0, None))
    packs_selftest.try_out(folder.parent, entry.id)


def _size(entry: Entry) -> int:
    return sum(file.bytes or 0 for file in entry.files)


def _already(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _step(pack: str, doing: str, tell: Tell | None, control: Control | None) -> Step:
    def step(file: str, done: int, total: int | None) -> None:
        if control is not None:
            control.checkpoint()
        if tell is not None:
            tell(PackProgress(pack, doing, file, done, total))

    return step
