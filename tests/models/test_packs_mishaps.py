"""What happens to an import from outside: full disks, kills, a second import, failing sticks, and what is no file."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.control import Control
from core.errors import PackError, Stopped
from core.packs import PackProgress, PackState
from models import packs, packs_archive, packs_install, packs_selftest
from models.packs_archive import SUFFIX
from tests.models.pack_making import TOY, Place, carried, entry, refused, toy_graph
from tests.models.test_detectors import description


@pytest.mark.usefixtures("untried")
def test_a_refused_pack_leaves_the_installed_one_as_it_was(place: Place, archive: Path) -> None:
    packs.install(archive)
    toy_graph(place.files / "model.onnx", seed=3)
    refused(place, carried(archive, place.files, entry(place.files)), "the catalogue lists")
    assert packs.verify(TOY)[0].ok


def test_a_disk_without_room_is_told_before_anything_is_written(
    place: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1_000_000})()
    monkeypatch.setattr(packs_archive.shutil, "disk_usage", lambda _path: usage)
    refused(place, archive, "There is no room")


def test_a_disk_that_fills_up_during_the_import(place: Place, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> tuple[str, int]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packs_archive, "copy_hashed", full)
    refused(place, archive, "is full")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_packing_onto_a_full_disk_leaves_no_half_archive(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    target = place.root / "out" / f"toy{SUFFIX}"
    target.parent.mkdir()
    (target.parent / f"toy{SUFFIX}.part").symlink_to("/dev/full")
    with pytest.raises(PackError, match="is full"):
        packs.pack(TOY, target, files=place.files)
    assert list(target.parent.iterdir()) == []


def _hold(folder: str, held: Any, release: Any) -> None:
    os.environ["ASSERVAT_PACKS"] = folder
    with packs_install.alone():
        held.set()
        release.wait(30)


def test_two_imports_at_once(place: Place, archive: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(place.packs), held, release))
    other.start()
    try:
        assert held.wait(30)
        refused(place, archive, "Another import")
    finally:
        release.set()
        other.join()
    assert packs.install(archive).state is PackState.INSTALLED


def test_a_move_that_fails_puts_the_old_pack_back(
    place: Place, archive: Path, monkeypatch: pytest.MonkeyPatch, untried: None
) -> None:
    packs.install(archive)
    before = place.content()
    real = Path.rename

    def stubborn(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".incoming") and self.name == TOY:
            raise PermissionError(errno.EACCES, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(PackError, match="cannot be moved"):
        packs.install(archive)
    assert place.content() == before


@pytest.mark.usefixtures("untried")
def test_a_kill_between_the_two_moves_is_mended_by_the_next_import(place: Place, archive: Path) -> None:
    packs.install(archive)
    before = place.content()
    (place.packs / TOY).rename(place.packs / f".old-{TOY}~ab12")
    (place.packs / ".incoming-dead").mkdir()
    with packs_install.alone(), packs_install.staging():
        pass
    assert place.content() == before
    assert not (place.packs / ".incoming-dead").exists()


def _import_slowly(folder: str, listed: str, archive: str, reached: Any) -> None:
    os.environ |= {"ASSERVAT_PACKS": folder, "ASSERVAT_CATALOGUE": listed}

    def tell(said: PackProgress) -> None:
        if said.doing == "testing":
            reached.set()
            time.sleep(60)

    packs.install(Path(archive), tell=tell)


def test_a_killed_import_leaves_nothing_that_counts_and_the_next_one_works(place: Place, archive: Path) -> None:
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    arguments = (str(place.packs), str(place.catalogue), str(archive), reached)
    other = context.Process(target=_import_slowly, args=arguments)
    other.start()
    assert reached.wait(30)
    other.kill()
    other.join()
    assert packs.show(TOY).state is PackState.MISSING
    assert list(place.packs.glob(".incoming-*"))
    assert packs.install(archive).state is PackState.INSTALLED
    assert not list(place.packs.glob(".incoming-*"))


class Failing(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_a_stick_that_fails_while_it_is_read_is_said() -> None:
    with pytest.raises(PackError, match=r"cannot be read from its medium: Input/output error"):
        packs_archive.copy_hashed(Failing(), io.BytesIO(), 100, "model.onnx", lambda *_: None)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_plain_file_is_never_read(place: Place, tmp_path: Path) -> None:
    """A pipe has no end that a reader could wait for, and neither have some devices."""
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path / "pipe", Path("/dev/zero")):
        refused(place, odd, "it is no plain file")
    folder = tmp_path / "laboratory"
    folder.mkdir()
    os.mkfifo(folder / "pack.json")
    refused(place, folder, "is no pack")
    os.mkfifo(folder / "model.onnx")
    (folder / "pack.json").unlink()
    (folder / "detector.json").write_text(json.dumps(description()), encoding="utf-8")
    refused(place, folder, "missing or no plain file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_among_the_installed_packs_is_not_waited_for(place: Place) -> None:
    for name in (TOY, "stranger"):
        (place.packs / name).mkdir()
        os.mkfifo(place.packs / name / "pack.json")
    states = {one.id: one.state for one in packs.known()}
    assert states == {TOY: PackState.DAMAGED, "stranger": PackState.DAMAGED}


@pytest.mark.usefixtures("untried")
def test_a_cancelled_import_leaves_nothing(place: Place, archive: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Stopped):
        packs.install(archive, control=control)
    assert place.content() == {}


def test_a_model_that_takes_its_process_with_it_is_refused(
    place: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs_selftest, "_answer", _die)
    refused(place, archive, "the process that tried to load it died")


def _die(_root: str, _pack: str) -> None:
    os._exit(11)
