"""Which weights there are, where they lie, and the proof that a file is what it claims to be.

The facts are data (`resources/models/catalogue/*.json`): adding a model is adding an entry, not code. An entry is one
*pack*: one or more files that belong together. Its files come with an installed package, or lie in a folder named after
the entry below the pack folder (`ASSERVAT_PACKS`, else the user's own data folder).

A *model name* is an entry's id, or `id:part` for one of several files (`siglip2-base-p16-224:text`).
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from core.errors import ModelError, ModelMissing
from core.records import ModelInfo
from models.pack_entry import Entry, WeightFile, with_hashes

__all__ = [
    "MANIFEST",
    "RESOURCES",
    "Entry",
    "catalogue",
    "entry",
    "folder_of",
    "forget",
    "found",
    "infos",
    "locate",
    "md5_of",
    "packs_folder",
    "published",
    "sha256_of",
    "torn",
    "unread",
    "usable",
    "verify",
]

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "models"
MANIFEST = "pack.json"
"""In every pack's folder: its entry. A pack that the catalogue does not know is described by this file alone."""
_CHUNK = 1 << 20
_lock = threading.Lock()
_verified: dict[tuple[str, int, int], str] = {}


def packs_folder() -> Path:
    """Where packs are installed; it need not exist."""
    named = os.environ.get("ASSERVAT_PACKS")
    return Path(named) if named else Path(platformdirs.user_data_dir("asservat", appauthor=False)) / "packs"


def folder_of(pack: str) -> Path:
    """The folder of an installed pack; it need not exist."""
    return packs_folder() / pack


@functools.cache
def catalogue() -> dict[str, Entry]:
    """All entries by id: what the catalogue knows, then installed packs that describe themselves.

    `ASSERVAT_CATALOGUE` names a folder that is used in place of the one that came with the program (a laboratory's own
    approved list). For a known id without a published hash, the installed pack's manifest fills it in.
    """
    known = published()
    for made in _installed():
        listed = known.get(made.id)
        known[made.id] = made if listed is None else with_hashes(listed, made)
    return known


def published() -> dict[str, Entry]:
    """The entries that came with the program (or the laboratory's list), whatever is installed."""
    return _read()[0]


def unread() -> dict[str, str]:
    """What of the catalogue cannot be read: name of the file (or the folder) → one sentence. The rest of it counts."""
    return _read()[1]


def _read() -> tuple[dict[str, Entry], dict[str, str]]:
    folder = _folder()
    known: dict[str, Entry] = {}
    wrong: dict[str, list[str]] = {}
    paths = sorted(folder.glob("*.json"))
    if not paths:
        wrong[folder.name] = [f"The folder of the catalogue, {folder}, holds no catalogue file."]
    for path in paths:
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))["models"]
            found = [_entry(one, path, wrong) for one in listed]
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = "there is no list called models in it" if isinstance(error, (KeyError, TypeError)) else str(error)
            wrong[path.name] = [f"{path} cannot be read ({said[:200]}); no model of it is used."]
            continue
        known |= {one.id: one for one in found if one is not None}
    return known, {name: " ".join(sentences) for name, sentences in wrong.items()}


def _entry(listed: object, path: Path, wrong: dict[str, list[str]]) -> Entry | None:
    try:
        return Entry.model_validate(listed)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(listed["id"])[:80] if isinstance(listed, dict) and "id" in listed else "without an id"
        where = ".".join(map(str, first["loc"]))
        said = f"The entry {name} of {path} cannot be read ({where}: {first['msg']}); this model is not used."
        wrong.setdefault(path.name, []).append(said)
        return None


def _folder() -> Path:
    return Path(os.environ.get("ASSERVAT_CATALOGUE") or RESOURCES / "catalogue")


def forget() -> None:
    """Look anew at the next call: packs were installed or removed."""
    catalogue.cache_clear()


def entry(model: str) -> Entry:
    """The entry of that model name. Raises `ModelMissing` when there is none: nobody vouches for it then."""
    wanted = model.partition(":")[0]
    found = catalogue().get(wanted)
    if found is None:
        wrong = list(unread().values())
        named = [sentence for sentence in wrong if f"The entry {wanted} of " in sentence]
        raise ModelMissing(
            f"The catalogue has no model called {wanted}, so nothing vouches for its files and it is not used.",
            " ".join(named or wrong) or f"Its entry belongs into a file in {_folder()}.",
        )
    return found


def infos(models: Iterable[str]) -> tuple[ModelInfo, ...]:
    """What a report says of these; those that the catalogue does not know are named by whoever needs them."""
    return tuple(catalogue()[model].info() for model in models if model in catalogue())


def locate(model: str) -> Path:
    """Where the weights lie; only looked for, not read. Raises `ModelMissing`.

    A package is found without importing it: importing some of them opens sockets or loads a second runtime.
    """
    wanted = entry(model)
    file = wanted.part(model.partition(":")[2])
    path = found(wanted, file)
    if path is not None:
        return path
    if wanted.package:
        raise ModelMissing(
            f"The weights of {wanted.id} ({file.name} of the package {wanted.package}) are not installed.",
            "Run `make setup`, which installs them.",
        )
    raise ModelMissing(
        f"The model pack {wanted.id} is not installed ({file.name} is missing).",
        f"On a connected machine: `models fetch {wanted.id}`, `models pack {wanted.id}`; here: `models import FILE`.",
    )


def usable(model: str) -> bool:
    """Whether all files of a pack lie here and each has a SHA-256 to be held against; nothing is read."""
    try:
        wanted = entry(model)
        for file in wanted.files:
            locate(f"{wanted.id}:{file.part}" if file.part else wanted.id)
        return all(file.sha256 for file in wanted.files)
    except ModelError:
        return False


def torn(pack: str) -> str:
    """Why a pack whose folder is here is passed over as if it were not: a sentence; empty: it is whole at a glance, or
    not here at all. Nothing is read."""
    wanted = catalogue().get(pack)
    if wanted is None or wanted.package or not folder_of(pack).is_dir():
        return ""
    lacking = ", ".join(file.name for file in wanted.files if found(wanted, file) is None)
    if lacking:
        return f"The model pack {pack} is damaged ({lacking} is missing). Remove it and import it again."
    if all(file.sha256 for file in wanted.files):
        return ""
    return f"Nobody has vouched for the model pack {pack}, so it is not used. Install it with `models import`."


def verify(model: str) -> Path:
    """The path of weights whose SHA-256 is the catalogue's. Each file is read once per process.

    Raises `ModelMissing` when there is no such file and `ModelError` when it is another file than the catalogue names.
    """
    wanted, path = entry(model), locate(model)
    expected = wanted.part(model.partition(":")[2]).sha256
    status = path.stat()
    key = (str(path), status.st_size, status.st_mtime_ns)
    with _lock:
        found = _verified.get(key)
        if found is None:
            found = _verified[key] = sha256_of(path)
    if expected is None:
        raise ModelError(
            f"Nobody has vouched for the weights of {wanted.id} ({path.name}): there is no SHA-256 to compare with.",
            "Install them as a pack with `models import`, whose manifest holds it.",
        )
    if found != expected:
        raise ModelError(
            f"The weights of {wanted.id} are not the file they should be: SHA-256 {found}, expected {expected}.",
            "They were changed or damaged and are not used. "
            + ("Run `make setup` to install them again." if wanted.package else "Import the pack again."),
        )
    return path


def found(wanted: Entry, file: WeightFile) -> Path | None:
    """Where that file of the entry lies, if anywhere."""
    return next((path for folder in _folders(wanted) if (path := folder / file.name).is_file()), None)


def _folders(wanted: Entry) -> Iterator[Path]:
    if wanted.package:
        spec = importlib.util.find_spec(wanted.package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(folder)
    else:
        yield folder_of(wanted.id)


def _installed() -> Iterator[Entry]:
    """What lies in the pack folder and describes itself readably under its own name; anything else is passed over here
    and named by `models verify`."""
    for path in filter(Path.is_file, sorted(packs_folder().glob(f"*/{MANIFEST}"))):  # a pipe would never end
        try:
            made = Entry.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if made.id == path.parent.name:
            yield made


def sha256_of(path: Path) -> str:
    """Of a whole file, read now."""
    return _digest(path, hashlib.sha256())


def md5_of(path: Path) -> str:
    """The same for files whose publisher names nothing better."""
    return _digest(path, hashlib.md5(usedforsecurity=False))


def _digest(path: Path, digest: hashlib._Hash) -> str:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
