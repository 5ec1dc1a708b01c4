"""manifest.json: what belongs to a report, in which order, hashing to what. Canonical, so that it has one spelling."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.records import canonical_json

__all__ = [
    "FILES",
    "FILES_BEFORE",
    "FORMAT",
    "MANIFEST",
    "SIGNATURE",
    "Manifest",
    "ManifestError",
    "ManifestFile",
    "digest",
    "parse",
]

FORMAT = "asservat-report/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
FILES = (
    "report.pdf", "findings.csv", "outcomes.csv", "findings.jsonl", "sources.csv", "sources.jsonl", "files.csv",
    "decisions.csv", "decisions.jsonl", "problems.csv",
)  # fmt: skip
"""The files of a report, in the order in which the manifest lists them."""
FILES_BEFORE = (FILES[:4], FILES[:6])
"""What reports of older versions hold; they must verify for as long as somebody keeps them."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_HASH = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class ManifestError(ValueError):
    """The text is no manifest; the message is a plain sentence."""


@dataclass(frozen=True, slots=True)
class ManifestFile:
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`facts` is everything beside the files and the key: ids, dates, policies, selection, audit head."""

    facts: dict[str, Any]
    files: tuple[ManifestFile, ...]
    public_key: bytes | None
    """Raw Ed25519 key the report is signed with; None: UNSIGNED."""

    def encoded(self) -> bytes:
        """The bytes of manifest.json, which are what is signed. One canonical line, with a line end."""
        from core.report.signing import fingerprint

        key = self.public_key
        whole = {
            **self.facts,
            "format": FORMAT,
            "files": [{"path": file.path, "sha256": file.sha256, "bytes": file.bytes} for file in self.files],
            "signature": "ed25519" if key is not None else "UNSIGNED",
            "public_key": None if key is None else {"hex": key.hex(), "fingerprint": fingerprint(key)},
        }
        return canonical_json(whole).encode() + b"\n"


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file that this process wrote."""
    hasher = hashlib.sha256()
    length = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hasher.update(block)
            length += len(block)
    return hasher.hexdigest(), length


def parse(data: bytes) -> Manifest:
    """Read a manifest strictly. Raises `ManifestError` for anything that `Manifest.encoded` would not have written."""
    try:
        whole = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except ManifestError:
        raise
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise ManifestError("manifest.json is not readable as JSON: it was damaged or cut.") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ManifestError(f"manifest.json is not of the format {FORMAT} that this version checks.")
    files = _files(whole.pop("files", None))
    key = _key(whole.pop("signature", None), whole.pop("public_key", None))
    del whole["format"]
    manifest = Manifest(whole, files, key)
    try:
        canonical = manifest.encoded() == data
    except (ValueError, RecursionError):  # half a surrogate pair, infinity: nothing that was ever written
        canonical = False
    if not canonical:
        raise ManifestError("manifest.json is not spelled as Asservat writes it: somebody edited or re-saved it.")
    return manifest


def _files(listed: Any) -> tuple[ManifestFile, ...]:
    if not isinstance(listed, list):
        raise ManifestError("manifest.json lists no files.")
    found: list[ManifestFile] = []
    for entry in listed:
        if not isinstance(entry, dict) or set(entry) != {"path", "sha256", "bytes"}:
            raise ManifestError("manifest.json lists a file in a form that Asservat does not write.")
        path, sha256, length = entry["path"], entry["sha256"], entry["bytes"]
        if not isinstance(path, str) or not _NAME.fullmatch(path) or path.lower() in {MANIFEST, SIGNATURE}:
            raise ManifestError("manifest.json names a file outside its own folder or in a forbidden way.")
        if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
            raise ManifestError(f"manifest.json gives no SHA-256 for {path}.")
        if type(length) is not int or length < 0:
            raise ManifestError(f"manifest.json gives no length for {path}.")
        found.append(ManifestFile(path, sha256, length))
    if len({file.path.lower() for file in found}) != len(found):
        raise ManifestError("manifest.json names the same file twice.")
    return tuple(found)


def _key(signature: Any, key: Any) -> bytes | None:
    if signature == "UNSIGNED" and key is None:
        return None
    spelled = key.get("hex") if signature == "ed25519" and isinstance(key, dict) else None
    if isinstance(spelled, str) and _HASH.fullmatch(spelled):
        return bytes.fromhex(spelled)
    raise ManifestError("manifest.json does not say properly whether and by which key it is signed.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ManifestError("manifest.json says something twice, so it could be read in two ways.")
    return found


def _refuse(constant: str) -> Any:
    raise ManifestError(f"manifest.json holds the value {constant}, which is no JSON.")
