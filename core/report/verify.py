"""Does a report folder still hold what was signed? Needs the folder and, to know who signed, the public key."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.case.audit import AuditTrail
from core.errors import ReportError
from core.report.manifest import FILES, FILES_BEFORE, MANIFEST, SIGNATURE, Manifest, ManifestError, ManifestFile, parse
from core.report.signing import fingerprint, load_public_key, parse_signature, signature_holds

__all__ = ["Check", "Verification", "verify"]

_SMALL_FILE = 1 << 20  # manifest.json and manifest.sig are a few kilobytes; nothing larger is read into memory
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `name` is stable: manifest, signature, key, list, file:NAME, extra:NAME."""

    name: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`ok`: every check holds. `intact`: the files match the manifest, whoever wrote it. `signed`: the manifest says
    it is signed (not that the signature holds). `fingerprint`: of the key that was used, empty for none."""

    checks: tuple[Check, ...]
    intact: bool
    signed: bool
    fingerprint: str = ""
    report_id: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)


class _Unreadable(Exception):
    """The message is a plain sentence."""


def verify(folder: Path, public_key: Path | None = None, trail: AuditTrail | None = None) -> Verification:
    """Check the report in `folder` against its manifest, and the manifest against its signature; with the audit `trail`
    of the case also whether that goes on from the line the report pins, and knows this report.

    Without `public_key` the key named in the manifest is used: that proves only that nothing changed since somebody
    who holds that key signed. Links in the folder are never followed. Raises `ReportError` when the folder or the key
    file cannot be read; everything wrong with the report itself is a failed check.
    """
    trusted = load_public_key(public_key) if public_key is not None else None
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        raise ReportError(
            f"The report folder {folder} cannot be read: {error.strerror}.", "Name the folder that holds manifest.json."
        ) from error
    try:
        data = _read_small(folder / MANIFEST)
        manifest = parse(data)
    except (_Unreadable, ManifestError) as error:
        return Verification((Check("manifest", False, str(error)),), intact=False, signed=False)

    checks = [Check("manifest", True, "manifest.json is readable and in its one canonical form.")]
    checks += _signature(folder, manifest, data, trusted)
    contents = [
        _order(manifest),
        *(_file(folder, file, manifest) for file in manifest.files),
        *_extra(folder, names, manifest),
    ]
    used = trusted if trusted is not None else manifest.public_key
    return Verification(
        (*checks, *contents, *(_trail(trail, manifest, data) if trail is not None else ())),
        intact=all(check.ok for check in contents),
        signed=manifest.public_key is not None,
        fingerprint=fingerprint(used) if used is not None else "",
        report_id=str(manifest.facts.get("report_id", "")),
    )


def _signature(folder: Path, manifest: Manifest, data: bytes, trusted: bytes | None) -> Iterator[Check]:
    if manifest.public_key is None:
        yield Check(
            "signature",
            False,
            "The report is UNSIGNED: whoever changed its files could have changed the manifest too, so its origin "
            "cannot be verified.",
        )
        return
    if trusted is not None:
        yield _same_key(manifest.public_key, trusted)
    else:
        yield Check(
            "key",
            True,
            "No public key was given, so the key named in the manifest itself was used. This shows only that the "
            "folder is unchanged since the holder of that key signed it, not who that is. Compare its fingerprint "
            f"with one you got from the examiner another way: {fingerprint(manifest.public_key)}",
        )
    yield _over_manifest(folder, trusted if trusted is not None else manifest.public_key, data)


def _over_manifest(folder: Path, key: bytes, data: bytes) -> Check:
    """Whether the signature that lies in the folder is one of this key over the bytes of the manifest."""
    try:
        text = _read_small(folder / SIGNATURE).decode("ascii")
    except (_Unreadable, UnicodeDecodeError) as error:
        sentence = str(error) if isinstance(error, _Unreadable) else f"{SIGNATURE} holds no signature."
        return Check("signature", False, sentence)
    signature = parse_signature(text)
    if signature is None:
        return Check("signature", False, f"{SIGNATURE} holds no well-formed Ed25519 signature: it was changed or cut.")
    if signature_holds(key, signature, data):
        return Check("signature", True, "The signature over manifest.json holds.")
    return Check(
        "signature",
        False,
        "The signature does not belong to this manifest and key: the manifest was changed after signing, the "
        "signature comes from another report, or the key is another one.",
    )


def _same_key(embedded: bytes, trusted: bytes) -> Check:
    if embedded == trusted:
        return Check("key", True, f"The report names the key that you gave: {fingerprint(trusted)}")
    return Check(
        "key",
        False,
        f"The report names another key ({fingerprint(embedded)}) than the one you gave ({fingerprint(trusted)}).",
    )


def _order(manifest: Manifest) -> Check:
    listed = tuple(file.path for file in manifest.files)
    if listed in (FILES, *FILES_BEFORE):
        return Check("list", True, "The manifest lists all files of a report, in their order.")
    expected = next((older for older in FILES_BEFORE if set(listed) <= set(older)), FILES)
    missing = [name for name in expected if name not in listed]
    if missing:
        return Check("list", False, f"The manifest does not list {', '.join(missing)}: files were taken out of it.")
    if sorted(listed) == sorted(expected):
        return Check("list", False, "The manifest lists the files in another order than Asservat writes them.")
    return Check("list", False, "The manifest lists files that are no part of a report.")


def _trail(trail: AuditTrail, manifest: Manifest, data: bytes) -> Iterator[Check]:
    """The case may have gone on since; it may not have become another."""
    head = manifest.facts.get("audit_head")
    seq, pinned = (head.get("seq"), head.get("sha256")) if isinstance(head, dict) else (None, None)
    if type(seq) is not int or trail.hashes({seq}).get(seq) != pinned:
        yield Check(
            "trail:head",
            False,
            f"The audit trail of the case has not the line {seq} that this report pins: it was cut or written anew, or "
            "it belongs to another case.",
        )
    else:
        yield Check("trail:head", True, f"The audit trail of the case holds the line {seq} that this report pins.")
    if trail.knows_report(str(manifest.facts.get("report_id", "")), hashlib.sha256(data).hexdigest()):
        yield Check("trail:report", True, "The audit trail of the case says that this report was written.")
    else:
        yield Check(
            "trail:report",
            False,
            "The audit trail of the case does not know this report with this manifest: it was written elsewhere, was "
            "changed since, or its line was removed.",
        )


def _belongs_to(path: Path, length: int, digest: str, manifest: Manifest) -> str | None:
    """The listed file whose bytes these are."""
    return next(
        (one.path for one in manifest.files if one.path != path.name and (one.bytes, one.sha256) == (length, digest)),
        None,
    )


def _digest(descriptor: _Descriptor) -> str:
    hasher = hashlib.sha256()
    while block := descriptor.read(_BLOCK):
        hasher.update(block)
    return hasher.hexdigest()


def _file(folder: Path, file: ManifestFile, manifest: Manifest) -> Check:
    name = f"file:{file.path}"
    try:
        with _opened(folder / file.path) as descriptor:
            length = os.fstat(descriptor.fileno()).st_size
            known = any(length == one.bytes for one in manifest.files)
            digest = _digest(descriptor) if known else ""
            other = _belongs_to(folder / file.path, length, digest, manifest) if digest != file.sha256 else None
            if other:
                sentence = f"{file.path} holds what belongs to {other}: the files were swapped or copied over another."
                return Check(name, False, sentence)
            if length != file.bytes:
                how = "cut" if length < file.bytes else "longer"
                sentence = f"{file.path} was changed: it has {length} bytes instead of {file.bytes} ({how})."
                return Check(name, False, sentence)
    except _Unreadable as error:
        return Check(name, False, str(error))
    except OSError as error:
        return Check(name, False, f"{file.path} cannot be read to its end: {error.strerror}.")
    if digest != file.sha256:
        return Check(name, False, f"{file.path} was changed: it has the right length but another SHA-256.")
    return Check(name, True, f"{file.path} is unchanged ({file.bytes} bytes, SHA-256 {file.sha256}).")


def _extra(folder: Path, names: list[str], manifest: Manifest) -> Iterator[Check]:
    known = {MANIFEST, SIGNATURE, *(file.path for file in manifest.files)}
    for name in names:
        if name not in known:
            safe = name.encode("unicode_escape", "backslashreplace").decode("ascii")
            other = _renamed(folder / name, manifest)
            sentence = f"{safe} is in the folder but no part of the signed report."
            if other:
                sentence = f"{safe} is no part of the signed report; it holds what belongs to {other}."
            yield Check(f"extra:{safe}", False, sentence)


def _renamed(path: Path, manifest: Manifest) -> str | None:
    """The listed file whose bytes an unlisted one holds; None: none, or it cannot be read."""
    try:
        with _opened(path) as descriptor:
            length = os.fstat(descriptor.fileno()).st_size
            if not any(length == one.bytes for one in manifest.files):
                return None
            return _belongs_to(path, length, _digest(descriptor), manifest)
    except (_Unreadable, OSError):
        return None


class _Descriptor:
    """A file opened without following a link and without waiting (a pipe would block)."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
            flags |= getattr(os, name, 0)
        self._descriptor = os.open(path, flags)

    def __enter__(self) -> _Descriptor:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def read(self, length: int) -> bytes:
        return os.read(self._descriptor, length)


def _opened(path: Path) -> _Descriptor:
    """Raises `_Unreadable` when the file is missing, a link, or no regular file."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        raise _Unreadable(f"{path.name} is missing: it was removed or renamed.") from None
    except OSError as error:
        raise _Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    if stat.S_ISLNK(facts.st_mode) or (getattr(facts, "st_reparse_tag", None)):
        raise _Unreadable(f"{path.name} is a link, not a file of the report; it was not followed.")
    if not stat.S_ISREG(facts.st_mode):
        raise _Unreadable(f"{path.name} is no regular file.")
    try:
        descriptor = _Descriptor(path)
    except OSError as error:
        raise _Unreadable(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor.fileno()).st_mode):
        os.close(descriptor.fileno())
        raise _Unreadable(f"{path.name} is no regular file.")
    return descriptor


def _read_small(path: Path) -> bytes:
    with _opened(path) as descriptor:
        if os.fstat(descriptor.fileno()).st_size > _SMALL_FILE:
            raise _Unreadable(f"{path.name} is far too large to be one that Asservat wrote.")
        data = b""
        while block := descriptor.read(_SMALL_FILE):
            data += block
            if len(data) > _SMALL_FILE:
                raise _Unreadable(f"{path.name} grew while it was read.")
        return data
