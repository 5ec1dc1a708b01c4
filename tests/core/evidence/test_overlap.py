"""Case and source lie apart, however they are spelled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import OverlapError
from core.evidence import overlap
from core.evidence.overlap import check_overlap


def refused(case: Path, source: Path) -> str:
    with pytest.raises(OverlapError) as caught:
        check_overlap(case, source)
    assert caught.value.advice
    return caught.value.message


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    source, case = tmp_path / "source", tmp_path / "case"
    source.mkdir()
    case.mkdir()
    return case, source


def test_apart_is_fine(folders: tuple[Path, Path], tmp_path: Path) -> None:
    case, source = folders
    check_overlap(case, source)
    check_overlap(tmp_path / "not" / "yet", source)
    check_overlap(tmp_path / "source2", source)  # the same beginning of the name is not the same folder
    check_overlap(case, tmp_path / "unplugged")


def test_each_in_the_other_and_the_same(folders: tuple[Path, Path]) -> None:
    case, source = folders
    assert "inside the source" in refused(source / "case", source)
    assert "inside the source" in refused(source / "deep" / "not yet there", source)
    assert "inside the source" in refused(source, source)
    assert "inside the case folder" in refused(case, case / "evidence")


@pytest.mark.skipif(os.name != "posix", reason="making links needs rights on Windows")
def test_links_and_detours(folders: tuple[Path, Path], tmp_path: Path) -> None:
    case, source = folders
    (tmp_path / "link").symlink_to(source)
    refused(tmp_path / "link" / "case", source)
    refused(tmp_path / "case" / ".." / "source" / "case", source)
    refused(case, tmp_path / "link" / ".." / "case" / "inner")


def test_folders_are_the_same_by_what_they_are(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system that ignores case, or through a bind mount of the source itself."""
    _, source = folders
    monkeypatch.setattr(overlap, "_mounts", list)
    genuine = Path.samefile
    other = tmp_path / "SOURCE"

    def samefile(self: Path, path: Path) -> bool:
        return genuine(source if self == other else self, source if path == other else path)

    monkeypatch.setattr(Path, "samefile", samefile)
    refused(other / "case", source)


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
40 22 8:17 / /media/usb\\040stick ro - vfat /dev/sdb1 ro
41 22 8:1 /data/seized/phone /mnt/phone rw - ext4 /dev/sda1 rw
42 22 8:1 /cases /data/seized/tablet/inner rw - ext4 /dev/sda1 rw
"""


@pytest.mark.skipif(os.name != "posix", reason="mountinfo is Linux's")
def test_bind_mounts_are_seen_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    monkeypatch.setattr(overlap, "_MOUNTS", tmp_path / "mountinfo")
    seized = Path("/data/seized")
    assert "mount" in refused(Path("/mnt/phone/case"), seized)
    assert "mount" in refused(Path("/cases/one"), seized)  # mounted below the source
    check_overlap(Path("/cases/one"), Path("/data/seized/phone"))
    check_overlap(Path("/cases/one"), Path("/media/usb stick"))
    check_overlap(Path("/mnt/phone/case"), Path("/data/seized/tablet"))
