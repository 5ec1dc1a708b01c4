"""Attacks on a report folder beyond a changed byte: swapped and renamed files, odd manifests, the case beside it."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest

from core.case.audit import AuditTrail
from core.errors import AsservatError, VerificationFailed
from core.records import canonical_json
from core.report.manifest import FILES
from core.report.signing import Signer, public_path, signature_text
from core.report.verify import Verification, verify
from core.report.write import ReportResult
from core.sentences import told
from tests.core.report.conftest import CREATED, write
from tests.core.report.made_case import MadeCase


@pytest.fixture
def folder(signed: ReportResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(signed.folder, tmp_path / "report"))


def wrong(result: Verification) -> dict[str, str]:
    for check in result.checks:
        assert told(check.sentence, "de").known, check.sentence
    return {check.name: check.sentence for check in result.checks if not check.ok}


@pytest.mark.parametrize("name", [*FILES, "manifest.json", "manifest.sig"])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_any_byte_of_any_file(folder: Path, key: Path, name: str, where: str) -> None:
    data = bytearray((folder / name).read_bytes())
    position = {"first": 0, "middle": len(data) // 2, "last": len(data) - 1}[where]
    data[position] ^= 0x20
    (folder / name).write_bytes(data)
    result = verify(folder, public_path(key))
    assert not result.ok
    named = {"manifest.json": {"manifest", "signature"}, "manifest.sig": {"signature"}}.get(name, {f"file:{name}"})
    assert set(wrong(result)) & named


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(FILES, 2))[::5])
def test_swapped_files_are_told_as_such(folder: Path, key: Path, one: str, other: str) -> None:
    (folder / one).rename(folder / "x")
    (folder / other).rename(folder / one)
    (folder / "x").rename(folder / other)
    found = wrong(verify(folder, public_path(key)))
    assert set(found) == {f"file:{one}", f"file:{other}"}
    assert f"{one} holds what belongs to {other}" in found[f"file:{one}"]
    assert f"{other} holds what belongs to {one}" in found[f"file:{other}"]


def test_a_renamed_file_is_recognised(folder: Path, key: Path) -> None:
    (folder / "findings.csv").rename(folder / "Findings (1).csv")
    found = wrong(verify(folder, public_path(key)))
    assert "missing" in found["file:findings.csv"]
    assert "it holds what belongs to findings.csv" in found["extra:Findings (1).csv"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"seq":42', b'"seq":' + b"9" * 5000),
        (b'"case_number":"2026-014"', b'"case_number":"\\ud800"'),
        (b'"seq":42', b'"seq":1e999'),
        (b'"seq":42', b'"seq":' + b"[" * 100_000),
        (b'"seq":42', b'"seq":NaN'),
        (b'"language":"en"', b'"language":"en","\\u0000":1'),
    ],
    ids=["digits", "surrogate", "infinite", "deep", "nan", "null"],
)
@pytest.mark.parametrize("again", [False, True], ids=["as it was signed", "signed again"])
def test_an_odd_manifest_is_a_sentence(folder: Path, key: Path, before: bytes, after: bytes, again: bool) -> None:
    data = (folder / "manifest.json").read_bytes()
    assert before in data
    data = data.replace(before, after)
    (folder / "manifest.json").write_bytes(data)
    if again:
        (folder / "manifest.sig").write_text(signature_text(Signer.open(key).sign(data)))
    result = verify(folder, public_path(key))
    assert set(wrong(result)) in ({"manifest"}, {"signature"})


@pytest.fixture
def beside(case: MadeCase, key: Path, tmp_path: Path) -> tuple[Path, AuditTrail]:
    """A report and the trail of its case, as the command writes both."""
    trail = AuditTrail(tmp_path / "case" / "audit.jsonl")
    trail.path.parent.mkdir()
    trail.append("case created", "c-1")
    head = trail.append("report", "r")
    written = write(case, tmp_path / "r", audit_head=head, signer=Signer.open(key), created=CREATED)
    trail.append("report written", written.report_id, manifest_sha256=written.manifest_sha256)
    return tmp_path / "r", trail


def test_a_report_fits_the_trail_of_its_case(beside: tuple[Path, AuditTrail], key: Path) -> None:
    folder, trail = beside
    trail.append("the case goes on")
    assert wrong(verify(folder, public_path(key), trail)) == {}
    assert [check.name for check in verify(folder, None, trail).checks][-2:] == ["trail:head", "trail:report"]
    assert not any(check.name.startswith("trail") for check in verify(folder).checks)


def test_a_trail_that_was_cut_or_written_anew_does_not_fit(beside: tuple[Path, AuditTrail], key: Path) -> None:
    folder, trail = beside
    lines = trail.path.read_bytes().splitlines(keepends=True)
    trail.path.write_bytes(b"".join(lines[:-1]))
    assert set(wrong(verify(folder, public_path(key), AuditTrail(trail.path)))) == {"trail:report"}
    trail.path.write_bytes(lines[0])
    assert set(wrong(verify(folder, public_path(key), AuditTrail(trail.path)))) == {"trail:head", "trail:report"}
    anew = AuditTrail(trail.path.with_name("anew.jsonl"))
    for number in range(5):
        anew.append("act", str(number))
    assert set(wrong(verify(folder, public_path(key), anew))) == {"trail:head", "trail:report"}
    assert set(wrong(verify(folder, public_path(key), AuditTrail(folder / "none")))) == {"trail:head", "trail:report"}


def test_a_report_forged_with_the_real_key_is_not_the_one_the_case_knows(
    beside: tuple[Path, AuditTrail], key: Path
) -> None:
    """Whoever has the key can sign anything; only the case tells."""
    folder, trail = beside
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["case_number"] = "2026-999"
    data = canonical_json(manifest).encode() + b"\n"
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_text(signature_text(Signer.open(key).sign(data)))
    assert wrong(verify(folder, public_path(key))) == {}
    assert set(wrong(verify(folder, public_path(key), trail))) == {"trail:report"}


def test_the_command_says_which_of_them_it_is(
    beside: tuple[Path, AuditTrail], key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli.reporting import verify_report

    folder, trail = beside
    verify_report(folder, public_path(key), trail.path.parent, as_json=False)
    trail.path.write_bytes(trail.path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(VerificationFailed, match="does not fit the audit trail") as failed:
        verify_report(folder, public_path(key), trail.path.parent, as_json=True)
    assert failed.value.exit_code == 4
    assert "trail:head" in capsys.readouterr().out
    with pytest.raises(AsservatError, match="no audit trail"):
        verify_report(folder, None, folder, as_json=False)
