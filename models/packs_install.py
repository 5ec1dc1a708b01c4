"""The folder of installed packs as a place that is never half-changed: one change at a time, made elsewhere in it and
moved into place by renaming."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import PackError
from models import catalogue

__all__ = ["alone", "drop_fetched", "fetch_folder", "settle", "staging", "take_away"]

_INCOMING, _OLD, _GONE = ".incoming-", ".old-", ".gone-"
_MARK = "~"  # stands in no id


@contextmanager
def alone(what: str = "packs") -> Iterator[None]:
    """Hold the lock of the pack folder. Raises `PackError` at once when another process holds it."""
    folder = _folder()
    lock = FileLock(folder / f".{what}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise PackError(
            "Another import, fetch or removal of packs is under way.", "Nothing was changed. Wait until it has ended."
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staging() -> Iterator[Path]:
    """An empty folder on the disk of the packs that is gone afterwards. Only while `alone`: it also clears away what a
    process that was killed has left, and puts back what it had moved aside."""
    folder = _folder()
    _sweep(folder)
    made = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def settle(staged: Path, pack: str) -> None:
    """Move a complete pack into its place. What was there before goes only when the new one is in. Raises `PackError`,
    and then everything is as before."""
    target = catalogue.folder_of(pack)
    aside = target.with_name(f"{_OLD}{pack}{_MARK}{secrets.token_hex(4)}")
    try:
        replaced = target.exists()
        if replaced:
            target.rename(aside)
        try:
            staged.rename(target)
        except OSError:
            if replaced:
                aside.rename(target)
            raise
    except OSError as error:
        raise PackError(
            f"The pack {pack} cannot be moved into {target}: {error.strerror or error}.",
            "Nothing was changed. It may be in use: end other windows and runs, then do it again.",
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def take_away(pack: str) -> None:
    """Remove an installed pack: out of sight at once, then deleted. Raises `PackError`."""
    target = catalogue.folder_of(pack)
    aside = target.with_name(f"{_GONE}{pack}{_MARK}{secrets.token_hex(4)}")
    try:
        target.rename(aside)
    except OSError as error:
        raise PackError(
            f"The pack {pack} cannot be removed: {error.strerror or error}.",
            "Nothing was changed. It may be in use: end other windows and runs, then do it again.",
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def fetch_folder(pack: str) -> Path:
    """Where downloads of a pack are collected until they are complete; kept when they are interrupted."""
    folder = _folder() / ".fetch" / pack
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def drop_fetched(pack: str) -> bool:
    """Throw away what an interrupted fetch has left of a pack; whether there was anything."""
    left = [catalogue.packs_folder() / ".fetch" / name for name in (pack, f"{pack}.archives")]
    there = [folder for folder in left if folder.is_dir()]
    for folder in there:
        shutil.rmtree(folder, ignore_errors=True)
    return bool(there)


def _folder() -> Path:
    folder = catalogue.packs_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _unwritable(folder: Path, error: OSError) -> PackError:
    return PackError(
        f"The folder of packs {folder} cannot be used: {error.strerror or error}.",
        "Nothing was changed. Name another folder with ASSERVAT_PACKS.",
    )


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{_OLD}*"):
        target = folder / left.name.removeprefix(_OLD).partition(_MARK)[0]
        if not target.exists():  # killed between moving the old aside and the new in
            left.rename(target)
    for pattern in (_INCOMING, _OLD, _GONE):
        for left in folder.glob(f"{pattern}*"):
            shutil.rmtree(left, ignore_errors=True)
