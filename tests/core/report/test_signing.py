from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from core.errors import ReportError
from core.report.signing import Signer, load_public_key, parse_signature, signature_holds, signature_text


def test_a_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "examiner.pem"
    first, second = Signer.open(path), Signer.open(path)
    assert first.public_key == second.public_key == load_public_key(path.with_name("examiner.pub.pem"))
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["examiner.pem", "examiner.pub.pem"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_passphrase_protects_the_key(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    made = Signer.open(path, "geheim ü")
    assert Signer.open(path, "geheim ü").public_key == made.public_key
    for wrong in (None, "falsch"):
        with pytest.raises(ReportError, match="passphrase"):
            Signer.open(path, wrong)


def test_something_else_than_an_ed25519_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("hello")
    rsa = generate_private_key(65537, 2048)
    (tmp_path / "rsa.pem").write_bytes(
        rsa.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    for name in ("text.pem", "rsa.pem"):
        with pytest.raises(ReportError):
            Signer.open(tmp_path / name)
        with pytest.raises(ReportError):
            load_public_key(tmp_path / name)


def test_a_signature_survives_being_written_down(tmp_path: Path) -> None:
    signer = Signer.open(tmp_path / "k.pem")
    signature = parse_signature(signature_text(signer.sign(b"message")))
    assert signature is not None
    assert signature_holds(signer.public_key, signature, b"message")
    assert not signature_holds(signer.public_key, signature, b"messagE")


@pytest.mark.parametrize(
    "text", ["", "UNSIGNED\n", "asservat-signature ed25519\nAAAA\n", "asservat-signature ed25519\n!\n"]
)
def test_a_malformed_signature_is_none(text: str) -> None:
    assert parse_signature(text) is None
