from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ReportError
from core.records import canonical_json
from core.report.signing import Signer, public_path, signature_text
from core.report.verify import Verification, verify
from core.report.write import ReportResult
from tests.core.report.conftest import write
from tests.core.report.made_case import MadeCase


@pytest.fixture
def folder(signed: ReportResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(signed.folder, tmp_path / "report"))


def failed(result: Verification) -> list[str]:
    return [check.name for check in result.checks if not check.ok]


def test_an_untouched_report_holds(folder: Path, key: Path) -> None:
    result = verify(folder, public_path(key))
    assert result.ok
    assert result.intact
    assert result.signed
    assert failed(result) == []
    assert result.report_id.startswith("R-20261122-204612-")


def test_without_a_key_it_says_what_that_proves(folder: Path) -> None:
    result = verify(folder)
    assert result.ok
    sentence = next(check.sentence for check in result.checks if check.name == "key")
    assert "not who" in sentence
    assert result.fingerprint in sentence


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return act


def _swap_rows(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    assert lines[2] != lines[3]
    lines[2], lines[3] = lines[3], lines[2]
    return b"".join(lines)


def _reorder_manifest(data: bytes) -> bytes:
    whole = json.loads(data)
    whole["files"].reverse()
    return canonical_json(whole).encode() + b"\n"


def _drop_from_manifest(data: bytes) -> bytes:
    whole = json.loads(data)
    del whole["files"][1]
    return canonical_json(whole).encode() + b"\n"


def _unsigned(data: bytes) -> bytes:
    whole = json.loads(data)
    whole |= {"signature": "UNSIGNED", "public_key": None}
    return canonical_json(whole).encode() + b"\n"


def _path_in_manifest(path: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        whole = json.loads(data)
        whole["files"][0]["path"] = path
        return canonical_json(whole).encode() + b"\n"

    return change


TAMPERING: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "one byte of the PDF": (_edit("report.pdf", lambda b: b[:99] + bytes([b[99] ^ 1]) + b[100:]), {"file:report.pdf"}),
    "a row of the CSV cut": (_edit("findings.csv", lambda b: b[: b.rindex(b"\r\n", 0, -2) + 2]), {"file:findings.csv"}),
    "rows of the CSV swapped": (_edit("findings.csv", _swap_rows), {"file:findings.csv"}),
    "rows of the JSONL swapped": (_edit("findings.jsonl", _swap_rows), {"file:findings.jsonl"}),
    "a file cut to nothing": (_edit("outcomes.csv", lambda _b: b""), {"file:outcomes.csv"}),
    "a file grown": (_edit("outcomes.csv", lambda b: b + b"\r\n"), {"file:outcomes.csv"}),
    "a file removed": (lambda f: (f / "findings.jsonl").unlink(), {"file:findings.jsonl"}),
    "a file renamed": (
        lambda f: (f / "findings.csv").rename(f / "Findings2.csv"),
        {"file:findings.csv", "extra:Findings2.csv"},
    ),
    "a file added": (lambda f: (f / "notes.txt").write_text("x"), {"extra:notes.txt"}),
    "a folder added": (lambda f: (f / "more").mkdir(), {"extra:more"}),
    "manifest reordered": (_edit("manifest.json", _reorder_manifest), {"signature", "list"}),
    "manifest shortened": (_edit("manifest.json", _drop_from_manifest), {"signature", "list", "extra:findings.csv"}),
    "manifest spelled otherwise": (_edit("manifest.json", lambda b: b.replace(b",", b", ", 1)), {"manifest"}),
    "manifest cut": (_edit("manifest.json", lambda b: b[: len(b) // 2]), {"manifest"}),
    "manifest removed": (lambda f: (f / "manifest.json").unlink(), {"manifest"}),
    "manifest says a thing twice": (
        _edit("manifest.json", lambda b: b.replace(b"{", b'{"format":"asservat-report/1",', 1)),
        {"manifest"},
    ),
    "manifest dated otherwise": (
        _edit("manifest.json", lambda b: b.replace(b"2026-11-22T", b"2026-11-23T")),
        {"signature"},
    ),
    "signature removed": (lambda f: (f / "manifest.sig").unlink(), {"signature"}),
    "signature damaged": (_edit("manifest.sig", lambda b: b[:-9] + b"AAAA" + b[-5:]), {"signature"}),
    "turned into an unsigned report": (_edit("manifest.json", _unsigned), {"signature"}),
    "path out of the folder": (_edit("manifest.json", _path_in_manifest("../secret.txt")), {"manifest"}),
    "absolute path": (_edit("manifest.json", _path_in_manifest("/etc/passwd")), {"manifest"}),
    "path of another drive": (_edit("manifest.json", _path_in_manifest("C:evil.pdf")), {"manifest"}),
    "path with a backslash": (_edit("manifest.json", _path_in_manifest("..\\evil.pdf")), {"manifest"}),
    "manifest names itself": (_edit("manifest.json", _path_in_manifest("manifest.json")), {"manifest"}),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
@pytest.mark.parametrize("with_key", [True, False], ids=["key", "no key"])
def test_tampering_is_found_and_named(folder: Path, key: Path, what: str, with_key: bool) -> None:
    act, expected = TAMPERING[what]
    act(folder)
    result = verify(folder, public_path(key) if with_key else None)
    assert not result.ok
    assert set(failed(result)) == expected
    assert all(len(check.sentence) > 20 and " " in check.sentence for check in result.checks)


@pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")
def test_links_are_not_followed(folder: Path, key: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.pdf"
    (folder / "report.pdf").rename(real)
    (folder / "report.pdf").symlink_to(real)
    result = verify(folder, public_path(key))
    assert failed(result) == ["file:report.pdf"]
    assert "link" in next(check.sentence for check in result.checks if not check.ok)
    (folder / "manifest.json").rename(tmp_path / "m.json")
    (folder / "manifest.json").symlink_to(tmp_path / "m.json")
    assert failed(verify(folder, public_path(key))) == ["manifest"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_does_not_hang_it(folder: Path, key: Path) -> None:
    (folder / "findings.csv").unlink()
    os.mkfifo(folder / "findings.csv")
    assert failed(verify(folder, public_path(key))) == ["file:findings.csv"]


def test_a_wrong_key_is_told(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    Signer.open(other)
    assert set(failed(verify(folder, public_path(other)))) == {"key", "signature"}


def test_resigned_by_somebody_else(folder: Path, key: Path, tmp_path: Path) -> None:
    """Whoever changes the files can make a new manifest and sign it, but not with the examiner's key."""
    other = Signer.open(tmp_path / "other.pem")
    whole = json.loads((folder / "manifest.json").read_bytes())
    whole["images"] = "full"
    whole["public_key"] = {"hex": other.public_key.hex(), "fingerprint": other.fingerprint}
    data = canonical_json(whole).encode() + b"\n"
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_text(signature_text(other.sign(data)))
    assert set(failed(verify(folder, public_path(key)))) == {"key", "signature"}
    assert verify(folder).fingerprint == other.fingerprint


def test_a_signature_of_another_report_does_not_fit(folder: Path, key: Path, case: MadeCase, tmp_path: Path) -> None:
    another = write(case, tmp_path / "another", signer=Signer.open(key), images="none")
    shutil.copy(another.folder / "manifest.sig", folder / "manifest.sig")
    assert failed(verify(folder, public_path(key))) == ["signature"]


def test_an_unsigned_report_says_so_and_still_shows_changes(case: MadeCase, tmp_path: Path) -> None:
    made = write(case, tmp_path / "unsigned")
    result = verify(made.folder)
    assert (result.ok, result.intact, result.signed) == (False, True, False)
    assert failed(result) == ["signature"]
    assert "UNSIGNED" in next(check.sentence for check in result.checks if not check.ok)
    assert (made.folder / "manifest.sig").read_text().startswith("UNSIGNED")
    (made.folder / "findings.csv").write_bytes(b"")
    assert not verify(made.folder).intact


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        verify(tmp_path / "nowhere")


@pytest.mark.parametrize("known", [4, 6], ids=["before sources.csv", "before files.csv"])
def test_a_report_of_an_older_version_still_verifies(folder: Path, key: Path, known: int) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for entry in manifest["files"][known:]:
        (folder / entry["path"]).unlink()
    manifest["files"] = manifest["files"][:known]
    data = canonical_json(manifest).encode() + b"\n"
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_text(signature_text(Signer.open(key).sign(data)))
    assert failed(verify(folder, public_path(key))) == []
