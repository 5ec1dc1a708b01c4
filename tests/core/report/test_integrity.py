from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from core.case import schema
from core.control import Control
from core.errors import Stopped
from core.report.content import Integrity
from core.report.integrity import reread_sources
from tests.core.report.made_case import MadeCase, make_case

AT = "2026-11-22T20:00:00Z"
FILES = {b"a.bin": b"alpha", b"sub/b.bin": b"beta", b"sub/c.bin": b"alpha"}


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        path = tmp_path / "stick" / name.decode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "stick"


@pytest.fixture
def registered(tmp_path: Path, stick: Path) -> MadeCase:
    made = make_case(tmp_path / "case")
    made.facts()
    source = made.evidence(str(stick))
    numbers: dict[bytes, int] = {}
    for name, data in FILES.items():
        if data not in numbers:
            facts = {"sha256": hashlib.sha256(data).hexdigest(), "sha1": "", "md5": ""}
            numbers[data] = made.add(schema.content, size=len(data), mime="x", kind="other", **facts)
        made.copy(source, numbers[data], name)
    made.close_listing()
    return made


def reread(made: MadeCase, control: Control | None = None) -> Integrity:
    with made.source() as source:
        return reread_sources(source, at=AT, control=control or Control())[1]


def test_an_unchanged_source_is_verified(registered: MadeCase) -> None:
    assert reread(registered) == Integrity("verified", 3, 0, 0, AT)


def test_changed_and_missing_files_are_counted(registered: MadeCase, stick: Path) -> None:
    (stick / "a.bin").write_bytes(b"ALPHA")
    (stick / "sub" / "b.bin").unlink()
    assert reread(registered) == Integrity("changed", 2, 1, 1, AT)


def test_a_source_that_is_gone_is_unavailable_not_changed(registered: MadeCase, stick: Path) -> None:
    shutil.rmtree(stick)
    assert reread(registered) == Integrity("unavailable", at=AT)


def test_it_can_be_stopped(registered: MadeCase) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Stopped):
        reread(registered, control)


def test_the_listing_hash_is_what_the_printed_command_gives(registered: MadeCase, stick: Path) -> None:
    from core.report.pdf_front import _FIND

    if shutil.which("sha256sum") is None or shutil.which("bash") is None:
        pytest.skip("sha256sum is not installed")
    done = subprocess.run(["bash", "-c", _FIND], cwd=stick, capture_output=True, text=True, check=True)
    with registered.source() as source:
        assert source.sources()[0].listing_sha256 == done.stdout.split()[0]
