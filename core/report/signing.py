"""The examiner's (or agency's) Ed25519 key: made on first use, kept outside the case, optionally under a passphrase."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import ReportError

__all__ = [
    "SIGNATURE_HEADER",
    "UNSIGNED_TEXT",
    "Signer",
    "fingerprint",
    "load_public_key",
    "parse_signature",
    "signature_holds",
    "signature_text",
]

SIGNATURE_HEADER = "asservat-signature ed25519"
UNSIGNED_TEXT = (
    "UNSIGNED\n"
    "This report was written without a signing key. The hashes in manifest.json show whether its files still match\n"
    "it, but they cannot show whether somebody changed the files and the manifest together.\n"
)


class Signer:
    """Holds the private key for one process. `path` is a PKCS #8 PEM file; `<stem>.pub.pem` beside it is public."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        """The 32 raw bytes."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, over the message itself (pure Ed25519, RFC 8032)."""
        return self._key.sign(message)

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None) -> Signer:
        """The key in `path`; made there when the file does not exist yet.

        Raises `ReportError` when the file is no Ed25519 key, or the passphrase is missing or wrong.
        """
        secret = passphrase.encode() if passphrase else None
        try:
            if not path.exists():
                return cls._make(path, secret)
            data = path.read_bytes()
        except OSError as error:
            raise ReportError(
                f"The signing key {path.name} cannot be read or made: {error.strerror}.",
                "Name another key file, or write the report unsigned.",
            ) from error
        signer = cls(_private(data, secret, path.name))
        _write_public(path, signer)
        return signer

    @classmethod
    def _make(cls, path: Path, secret: bytes | None) -> Signer:
        key = Ed25519PrivateKey.generate()
        encryption: serialization.KeySerializationEncryption = (
            serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
        )
        data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved: a key that was cut half-way would sign nothing and be noticed too late.
        half = path.with_name(f".{path.name}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            with os.fdopen(os.open(half, flags, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            with contextlib.suppress(OSError):
                half.unlink()
        signer = cls(key)
        _write_public(path, signer)
        return signer


def _private(data: bytes, secret: bytes | None, name: str) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(data, secret)
    except TypeError as error:  # cryptography's way to say: a passphrase is needed, or none was expected
        wanted = "is protected by a passphrase" if secret is None else "has no passphrase"
        raise ReportError(f"The signing key {name} {wanted}.", "Give the passphrase that belongs to it.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReportError(
            f"The signing key {name} cannot be opened: the passphrase is wrong, or it is no PEM key.",
            "Check the passphrase and the file, or name another key file.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ReportError(
            f"The key {name} is no Ed25519 key.", "Name another key file; a new one is made on first use."
        )
    return key


def public_path(path: Path) -> Path:
    """Where the public half of the key in `path` is kept."""
    return path.with_name(f"{path.stem}.pub.pem")


def _write_public(path: Path, signer: Signer) -> None:
    target = public_path(path)
    key = Ed25519PublicKey.from_public_bytes(signer.public_key)
    data = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with contextlib.suppress(OSError):  # a key on a write-protected stick still signs
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the 32 raw bytes, in eight groups of eight hexadecimal digits: short enough to read out."""
    digest = hashlib.sha256(public_key).hexdigest()
    return " ".join(digest[start : start + 8] for start in range(0, 64, 8))


def load_public_key(path: Path) -> bytes:
    """The raw public key in a PEM file (`SubjectPublicKeyInfo`). Raises `ReportError` when it is none."""
    advice = "Give the file ending in .pub.pem that lies beside the signing key."
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise ReportError(f"The public key {path} cannot be read: {error.strerror}.", advice) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReportError(f"{path} holds no public key.", advice) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ReportError(f"{path} holds a key of another kind than Ed25519.", advice)
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signature_text(signature: bytes) -> str:
    """manifest.sig: a line saying what it is, a line with the signature in base64."""
    return f"{SIGNATURE_HEADER}\n{base64.b64encode(signature).decode()}\n"


def parse_signature(text: str) -> bytes | None:
    """The 64 bytes in a manifest.sig, None when there is no well-formed signature in it."""
    lines = text.split("\n")
    if len(lines) != 3 or lines[0] != SIGNATURE_HEADER or lines[2]:
        return None
    try:
        signature = base64.b64decode(lines[1], validate=True)
    except (ValueError, binascii.Error):
        return None
    return signature if len(signature) == 64 else None


def signature_holds(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this Ed25519 signature (64 bytes) is one of that raw key (32 bytes) over the message. Raises nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
