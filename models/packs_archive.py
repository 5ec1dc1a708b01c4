"""The file that carries a pack: a zip without compression, its manifest first, the same bytes for the same content.

Reading trusts nothing: names, sizes and kinds of all members are judged from the listing before a byte is taken out,
and every byte is counted and hashed on its way. Because members are not compressed, they cannot unfold into more than
the archive itself holds.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from core.errors import PackError
from models.catalogue import MANIFEST
from models.pack_entry import Entry, plain_path

__all__ = ["SUFFIX", "Step", "copy_hashed", "disk_errors", "enough_room", "unpack", "write"]

SUFFIX = ".asservat-pack"
Step = Callable[[str, int, int | None], None]
"""Told how far it is (file, bytes done, bytes in all; None: not known); raises `Stopped` when it is to end."""
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 4 << 20
_MOST_FILES = 1000
_SPARE = 64 << 20  # left free on the disk, so that a pack never fills it to the last byte
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(entry: Entry, places: Mapping[str, Path], out: Path, step: Step) -> None:
    """Pack the entry's files into `out`. `places`: file of the entry → where it lies.

    Every file has its SHA-256 in the entry; it is compared while it is copied. The name `out` appears only when
    everything is in it."""
    part = out.with_name(out.name + ".part")
    enough_room(out.parent, sum(file.bytes or 0 for file in entry.files))
    with _cleared(part), disk_errors(out):
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            manifest = entry.model_dump_json(indent=1).encode()
            archive.writestr(_info(MANIFEST, len(manifest)), manifest)
            for file in sorted(entry.files, key=lambda one: one.name):
                size = places[file.name].stat().st_size
                with places[file.name].open("rb") as source, archive.open(_info(file.name, size), "w") as target:
                    digest, _ = copy_hashed(source, target, size, file.name, step)
                if digest != file.sha256:
                    raise PackError(f"{file.name} changed while it was packed.", "Nothing was written. Try again.")
        with part.open("rb+") as written:
            os.fsync(written.fileno())  # it is about to be carried away, maybe on a stick
        part.replace(out)


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.create_system = 3  # else it would differ between Windows and Linux
    info.file_size = size
    return info


def unpack(path: Path, target: Path, step: Step) -> Entry:
    """Take a pack out into the empty folder `target`, checking the SHA-256 of every file against its own manifest.

    Raises `PackError`; whatever was taken out by then is the caller's to throw away.
    """
    with _opened(path) as archive, disk_errors(target):
        entry = _listed(archive, path)
        enough_room(target, sum(file.bytes or 0 for file in entry.files))
        for file in entry.files:
            (target / file.name).parent.mkdir(parents=True, exist_ok=True)
            with _member(archive, file.name, path) as source, (target / file.name).open("xb") as out:
                digest, size = copy_hashed(source, out, file.bytes or 0, file.name, step)
                os.fsync(out.fileno())
            if size != file.bytes or digest != file.sha256:
                raise PackError(
                    f"The pack {path.name} is damaged: {file.name} has the SHA-256 {digest}, "
                    f"its manifest says {file.sha256}.",
                    "Nothing was installed. Carry it over once more.",
                )
        (target / MANIFEST).write_bytes(entry.model_dump_json(indent=1).encode())
        return entry


def copy_hashed(source: IO[bytes], target: IO[bytes], most: int, name: str, step: Step) -> tuple[str, int]:
    """Copy, and return SHA-256 and size. Stops with `PackError` at more than `most` bytes."""
    digest, done = hashlib.sha256(), 0
    while chunk := _chunk(source, name):
        done += len(chunk)
        if done > most:
            raise PackError(f"{name} is larger than it is said to be ({most} bytes).", "Nothing was kept of it.")
        digest.update(chunk)
        target.write(chunk)
        step(name, done, most)
    return digest.hexdigest(), done


def _chunk(source: IO[bytes], name: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise PackError(
            f"{name} cannot be read from its medium: {error.strerror or error}.",
            "Nothing was changed. The medium may be failing or was pulled out; copy the file again.",
        ) from error


def enough_room(folder: Path, wanted: int) -> None:
    """Raises `PackError` when the disk of `folder` has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < wanted + _SPARE:
        raise _no_room(folder, wanted, free)


def _no_room(folder: Path, wanted: int, free: int) -> PackError:
    return PackError(
        f"There is no room for {wanted / 1e6:.1f} MB in {folder}: {free / 1e6:.0f} MB are free, of which "
        f"{_SPARE / 1e6:.0f} are left to the rest of the system.",
        "Nothing was changed. Make room, or name another folder with ASSERVAT_PACKS.",
    )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    if path.exists() and not path.is_file():  # a pipe would never end
        raise _refused(path, "it is no plain file")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise PackError(f"There is no file {path}.", "Name the pack file that was carried over.") from None
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        OverflowError,
        UnicodeDecodeError,
        struct.error,
    ) as error:
        raise PackError(
            f"{path.name} is no readable pack; it is cut off, damaged, or something else.",
            "Nothing was installed. Carry it over once more and compare its size.",
        ) from error


def _listed(archive: zipfile.ZipFile, path: Path) -> Entry:
    """The manifest, once every member is known to be harmless and listed in it."""
    members = archive.infolist()
    _judge(members, path)
    if not any(one.filename == MANIFEST for one in members):
        raise _refused(path, f"it has no {MANIFEST}")
    with _member(archive, MANIFEST, path) as stream:
        text = stream.read(_LARGEST_MANIFEST + 1)
    try:
        entry = Entry.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _refused(path, f"its manifest cannot be read ({where}: {first['msg']})") from error
    sizes = {one.filename: one.file_size for one in members if one.filename != MANIFEST}
    for file in entry.files:
        if file.name == MANIFEST or file.sha256 is None or file.bytes is None:
            raise _refused(path, f"its manifest does not vouch for {file.name}")
    told = {file.name: file.bytes for file in entry.files}
    if len(told) != len(entry.files) or sizes != told:
        odd = sorted(set(sizes.items()) ^ {(name, size or 0) for name, size in told.items()})
        raise _refused(path, f"its content is not what its manifest lists ({', '.join(name for name, _ in odd[:4])})")
    return entry


def _judge(members: list[zipfile.ZipInfo], path: Path) -> None:
    """Raises `PackError` at the first member that is not a plain stored file with a plain name."""
    if len(members) > _MOST_FILES:
        raise _refused(path, f"it has {len(members)} files")
    seen: set[str] = set()
    for one in members:
        name = one.orig_filename
        try:
            plain_path(name)
        except ValueError as error:
            raise _refused(
                path, f"it would write outside of its folder or under a name that is unsafe ({error})"
            ) from (error)
        if name.casefold() in seen:
            raise _refused(path, f"{name} is in it twice")
        seen.add(name.casefold())
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise _refused(path, f"{name} is a link or no plain file")
        if one.flag_bits & 0x1:
            raise _refused(path, f"{name} is encrypted")
        if one.compress_type != zipfile.ZIP_STORED or one.compress_size != one.file_size:
            raise _refused(path, f"{name} is compressed, and could unfold without an end; packs are not")
    size = path.stat().st_size
    if sum(one.file_size for one in members) > size:
        raise _refused(path, "it says it holds more than its own size")
    manifest = next((one for one in members if one.filename == MANIFEST), None)
    if manifest is not None and manifest.file_size > _LARGEST_MANIFEST:
        raise _refused(path, "its manifest is too large")


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> IO[bytes]:
    try:
        return archive.open(name)
    except (KeyError, RuntimeError) as error:
        raise _refused(path, f"{name} cannot be taken out") from error


def _refused(path: Path, why: str) -> PackError:
    return PackError(f"The pack {path.name} is refused: {why}.", "Nothing was installed. Ask whoever made it.")


@contextmanager
def _cleared(part: Path) -> Iterator[None]:
    """No unfinished file stays behind."""
    try:
        yield
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """The disk's own troubles, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or getattr(error, "winerror", None) == 112:
            raise PackError(
                f"The disk of {place} is full.", "Nothing was changed. Make room and do it again."
            ) from error
        raise PackError(
            f"{place} cannot be written: {error.strerror or error}.", "Nothing was changed. Check its permissions."
        ) from error
