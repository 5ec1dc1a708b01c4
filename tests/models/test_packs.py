"""Packs made, carried, imported, verified and removed; and every broken one refused with nothing changed."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import pickle
import random
import stat
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.control import Control
from core.errors import ModelError, ModelMissing, PackError, Stopped
from core.packs import PackProgress, PackState
from models import catalogue, devices, packs, packs_archive, packs_install, packs_selftest
from models.detectors import open_detector
from models.packs_archive import SUFFIX
from models.runtime import Runtime
from tests.models import detector_graphs
from tests.models.pack_making import TENSORS, TOY, Place, carried, entry, sha, toy_graph, zipped
from tests.models.test_detectors import description, red_square

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield Place(tmp_path, monkeypatch)
    catalogue.forget()


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the self-test's process, for what is decided before it."""
    monkeypatch.setattr(packs_selftest, "try_out", lambda root, pack: "not tried")


@pytest.fixture
def archive(place: Place) -> Path:
    return packs.pack(TOY, place.root / f"toy{SUFFIX}", files=place.files)


# ---------------------------------------------------------------------- the way it should go


def test_a_pack_is_made_carried_imported_verified_loaded_and_removed(place: Place, archive: Path) -> None:
    assert packs.show(TOY).state is PackState.MISSING
    with pytest.raises(ModelMissing, match="models import"):
        catalogue.locate(TOY)
    told: list[PackProgress] = []
    done = packs.install(archive, tell=told.append)
    assert done.state is PackState.INSTALLED
    assert [file.present for file in done.files] == [True, True]
    assert {one.doing for one in told} == {"unpacking", "testing"}
    assert [(one.pack, one.ok) for one in packs.verify()] == [(TOY, True)]
    session = Runtime().session(TOY)
    assert session.run({"x": np.zeros((2, 3, 8, 8), np.float32)})[0].shape == (2, 2)
    assert sorted(place.content()) == [f"{TOY}/model.onnx", f"{TOY}/pack.json", f"{TOY}/words.txt"]
    packs.remove(TOY)
    assert place.content() == {}
    assert packs.show(TOY).state is PackState.MISSING


def test_the_same_files_make_the_same_archive(place: Place, archive: Path) -> None:
    os.utime(place.files / "model.onnx", (1, 1))
    again = packs.pack(TOY, place.root / f"again{SUFFIX}", files=place.files)
    assert again.read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == ["pack.json", "model.onnx", "words.txt"]
        assert json.loads(opened.read("pack.json"))["files"][0]["sha256"] == sha(place.files / "model.onnx")


@pytest.mark.usefixtures("untried")
def test_an_installed_pack_can_be_packed_again_and_nothing_is_overwritten(place: Place, archive: Path) -> None:
    packs.install(archive)
    again = packs.pack(TOY, place.root / f"again{SUFFIX}")
    assert again.read_bytes() == archive.read_bytes()
    with pytest.raises(PackError, match="exists already"):
        packs.pack(TOY, again)
    packs.install(again)  # over itself
    assert packs.verify(TOY)[0].ok


@pytest.mark.usefixtures("untried")
def test_files_saved_by_a_browser_are_found_by_their_bare_name(place: Place) -> None:
    nested = place.root / "nested"
    toy_graph(nested / "onnx" / "model.onnx")
    told = entry(nested, {"onnx/model.onnx": TENSORS})
    place.list(told)
    flat = place.root / "downloads"
    flat.mkdir()
    (nested / "onnx" / "model.onnx").rename(flat / "model.onnx")
    made = packs.pack(TOY, place.root / f"n{SUFFIX}", files=flat)
    packs.install(made)
    assert (place.packs / TOY / "onnx" / "model.onnx").is_file()


@pytest.mark.usefixtures("untried")
def test_an_unpublished_hash_is_only_taken_at_first_sight_on_request_and_then_holds(place: Place) -> None:
    told = entry(place.files)
    told["files"][1] |= {"sha256": None, "bytes": None, "hash_evidence": ""}
    place.list(told)
    with pytest.raises(PackError, match="--trust-first"):
        packs.pack(TOY, place.root / "a", files=place.files)
    made = packs.pack(TOY, place.root / f"a{SUFFIX}", files=place.files, trust_first=True)
    words = packs.install(made).files[1]
    assert (words.sha256, words.hash_evidence) == (sha(place.files / "words.txt"), "tofu")
    assert "first seen" in packs.verify(TOY)[0].sentence
    (place.packs / TOY / "words.txt").write_text("cat\ncow\n", encoding="utf-8")
    assert packs.verify(TOY)[0].ok is False


def test_what_packages_bring_is_neither_fetched_packed_imported_nor_removed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSERVAT_CATALOGUE")
    catalogue.forget()
    assert packs.show("nudenet-320n").state is PackState.BUILT_IN
    for act in (packs.fetch, packs.pack, packs.remove):
        with pytest.raises(PackError, match="installation"):
            act("nudenet-320n")
    told = entry(place.files, {"model.onnx": {}}, id="nudenet-320n")
    with pytest.raises(PackError, match="come with the installation"):
        packs.install(carried(place.root / "n", place.files, told))


# ---------------------------------------------------------------------- broken packs


def refused(place: Place, path: Path, words: str, **options: Any) -> None:
    """The import is refused with these words, and the folder of packs is byte for byte as before."""
    before = place.content()
    with pytest.raises(PackError, match=words) as caught:
        packs.install(path, **options)
    assert caught.value.message.endswith(".")
    assert place.content() == before
    assert not [path for path in place.packs.iterdir() if path.name.startswith((".incoming", ".old"))]


def test_truncated_anywhere(place: Place, archive: Path) -> None:
    whole = archive.read_bytes()
    for length in (0, 1, 30, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        archive.write_bytes(whole[:length])
        refused(place, archive, "cut off, damaged")


@pytest.mark.usefixtures("untried")
def test_one_flipped_byte_anywhere(place: Place, archive: Path) -> None:
    """Wherever it is, nothing but what the catalogue lists gets in."""
    packs.install(archive)
    good = place.content()
    packs.remove(TOY)
    whole = bytearray(archive.read_bytes())
    places = random.Random(7).sample(range(len(whole)), 120)
    refusals = 0
    for at in places:
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x10
        archive.write_bytes(spoilt)
        try:
            packs.install(archive)
        except PackError:
            refusals += 1
            assert place.content() == {}
        else:  # in a time stamp or the like: nobody's content
            assert place.content() == good
            packs.remove(TOY)
    assert refusals > 80


def test_a_flipped_byte_with_a_repaired_checksum_is_told_by_its_sha256(place: Place, archive: Path) -> None:
    told = entry(place.files)
    model = bytearray((place.files / "model.onnx").read_bytes())
    model[-9] ^= 1
    members = {
        "pack.json": json.dumps(told).encode(),
        "model.onnx": bytes(model),
        "words.txt": (place.files / "words.txt").read_bytes(),
    }
    refused(place, zipped(archive, members), "is damaged: model.onnx has the SHA-256")


def test_a_hash_that_is_not_the_catalogue_s(place: Place, archive: Path) -> None:
    toy_graph(place.files / "model.onnx", seed=9)  # a model of the same shape, and a manifest that vouches for it
    refused(place, carried(archive, place.files, entry(place.files)), "the catalogue lists")


def test_another_graph_under_a_listed_name(place: Place, archive: Path) -> None:
    toy_graph(place.files / "model.onnx", name="image")
    place.list(entry(place.files))
    refused(place, carried(archive, place.files, entry(place.files)), "has the inputs image, but x were expected")
    toy_graph(place.files / "model.onnx", side=6)
    place.list(entry(place.files))
    refused(place, carried(archive, place.files, entry(place.files)), r"x is float32 \[\*, 3, 6, 6\]")
    told = entry(place.files, {"model.onnx": {"outputs": [{"name": "boxes", "dtype": "float32", "shape": [None]}]}})
    place.list(told)
    refused(place, carried(archive, place.files, told), "has the outputs scores, but boxes were expected")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "a/../../evil.txt",
        "/etc/evil.txt",
        "C:/evil.txt",
        "C:evil.txt",
        "..\\evil.txt",
        "a\\evil.txt",
        "evil.txt:stream",
        "nul.txt",
        "CON",
        "evil.txt.",
        "folder /x",
        "",
        "a//b",
        "./words.txt",
        "new\nline",
    ],
)
def test_names_that_lead_elsewhere(place: Place, archive: Path, name: str) -> None:
    members = {"pack.json": json.dumps(entry(place.files)).encode(), "ok.txt": b"x"}
    with zipfile.ZipFile(archive, "w") as opened:
        for known, content in members.items():
            opened.writestr(known, content)
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        opened.writestr(info, b"evil")
    before = set(place.root.rglob("*"))
    refused(place, archive, "outside of its folder|damaged")
    assert set(place.root.rglob("*")) - before <= {place.packs / ".packs.lock"}


def test_a_manifest_whose_names_lead_elsewhere(place: Place, archive: Path) -> None:
    told = entry(place.files)
    told["files"][1]["name"] = "../words.txt"
    members = {"pack.json": json.dumps(told).encode(), "model.onnx": b"", "words.txt": b""}
    refused(place, zipped(archive, members), "manifest cannot be read")
    told = entry(place.files, id="../../evil")
    refused(place, carried(archive, place.files, told), "manifest cannot be read")


def test_links_duplicates_encryption_and_strangers(place: Place, archive: Path) -> None:
    told = json.dumps(entry(place.files)).encode()
    link = zipfile.ZipInfo("words.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("pack.json", told)
        opened.writestr(link, "/etc/passwd")
    refused(place, archive, "words.txt is a link")
    zipped(archive, {"pack.json": told, "words.txt": b"1", "WORDS.TXT": b"2"})
    refused(place, archive, "in it twice")
    zipped(archive, {"pack.json": told, "words.txt": b"1"})
    spoilt = bytearray(archive.read_bytes())
    central = spoilt.rindex(b"PK\x01\x02")
    spoilt[central + 8] |= 1
    archive.write_bytes(spoilt)
    refused(place, archive, "encrypted")
    carried(archive, place.files, entry(place.files))
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("extra.txt", "x")
    refused(place, archive, r"not what its manifest lists \(extra.txt\)")
    zipped(archive, {"words.txt": b"1"})
    refused(place, archive, "it has no pack.json")
    zipped(archive, {"pack.json": b"{"})
    refused(place, archive, "manifest cannot be read")


def test_a_zip_bomb(place: Place, archive: Path) -> None:
    told = entry(place.files)
    members = {"pack.json": json.dumps(told).encode(), "model.onnx": bytes(50_000_000), "words.txt": b""}
    zipped(archive, members, compress=zipfile.ZIP_DEFLATED)
    assert archive.stat().st_size < 100_000
    refused(place, archive, "could unfold without an end")


def test_a_zip_bomb_that_lies_about_its_sizes(place: Place, archive: Path) -> None:
    """Stored members of which several share the same bytes (an overlapping zip), and one that claims to be huge."""
    carried(archive, place.files, entry(place.files))
    spoilt = bytearray(archive.read_bytes())
    at = spoilt.index(b"PK\x01\x02")
    at = spoilt.index(b"PK\x01\x02", at + 4)  # the model's line of the listing
    struct.pack_into("<II", spoilt, at + 20, 1 << 31, 1 << 31)
    archive.write_bytes(spoilt)
    refused(place, archive, "more than its own size")


def test_a_member_longer_than_its_manifest_says_stops_there(place: Place) -> None:
    endless = io.BytesIO(bytes(10_000_000))
    kept = io.BytesIO()
    with pytest.raises(PackError, match="larger than it is said to be"):
        packs_archive.copy_hashed(endless, kept, 3_000_000, "words.txt", lambda *_: None)
    assert len(kept.getvalue()) <= 3_000_000


class Evil:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (os.system, ("touch /tmp/asservat-was-here",))


def torch_file() -> bytes:
    """A zip as torch.save writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("archive/data.pkl", pickle.dumps({"weights": 1}))
        made.writestr("archive/data/0", bytes(64))
    return stream.getvalue()


PICKLES = {
    **{f"protocol {number}": pickle.dumps(Evil(), protocol=number) for number in range(6)},
    "plain weights": pickle.dumps({"a": [1.0, 2.0], "b": b"x" * 300}, protocol=2),
    "torch": torch_file(),
    "without its first mark": pickle.dumps(Evil(), protocol=2)[2:],
}


@pytest.mark.parametrize("kind", PICKLES)
@pytest.mark.parametrize("name", ["words.txt", "tokenizer.json", "model.bin", "weights.onnx", "extra.dat", "x.pt"])
def test_a_pickle_in_disguise(place: Place, archive: Path, kind: str, name: str) -> None:
    (place.files / name).write_bytes(PICKLES[kind])
    told = entry(place.files, {"model.onnx": TENSORS, name: {"part": "extra"}})
    place.list(told)
    refused(place, carried(archive, place.files, told), "is a Python pickle|runs code")
    assert not Path("/tmp/asservat-was-here").exists()


def test_pickles_are_for_the_catalogue_s_easyocr_packs_alone(place: Place, archive: Path) -> None:
    (place.files / "latin.pth").write_bytes(PICKLES["torch"])
    files: dict[str, dict[str, Any]] = {"latin.pth": {}}
    other = entry(place.files, files, id="other-latin", format="pickle", task="ocr")
    listed = entry(place.files, files, id="easyocr-latin", format="pickle", task="ocr")
    place.list(listed, other)
    refused(place, carried(archive, place.files, other), "pickle")
    assert packs.install(carried(archive, place.files, listed)).state is PackState.INSTALLED
    packs.remove("easyocr-latin")
    place.list()  # the same pack, now unknown
    refused(place, carried(archive, place.files, listed), "pickle", accept_unlisted=True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("inner.dat", torch_file().replace(b"data.pkl", b"data.txt"), "archive inside the pack"),
        ("inner.gz", b"\x1f\x8b" + bytes(50), "archive inside the pack"),
        ("run.txt", b"#!/bin/sh\n", "is a program"),
        ("run.dat", b"MZ" + bytes(60), "is a program"),
        ("broken.json", b"{", "no readable JSON"),
        ("model2.onnx", b"not a model at all", "no readable ONNX"),
        ("empty.onnx", b"", "no readable ONNX"),
    ],
)
def test_content_that_is_not_what_it_is_called(
    place: Place, archive: Path, name: str, content: bytes, words: str
) -> None:
    (place.files / name).write_bytes(content)
    told = entry(place.files, {"model.onnx": TENSORS, name: {"part": "extra"}})
    place.list(told)
    refused(place, carried(archive, place.files, told), words)


def test_words_are_no_pickle(place: Place, archive: Path) -> None:
    (place.files / "words.txt").write_text("cos\nsystem\n(zoo\ntorch\nRain.\n" * 500, encoding="utf-8")
    place.list(entry(place.files))
    assert packs.install(carried(archive, place.files, entry(place.files))).state is PackState.INSTALLED


def external_graph(folder: Path, location: str) -> None:
    tensor = TensorProto(name="w", dims=[192, 2], data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", str(192 * 2 * 4))):
        tensor.external_data.add(key=key, value=value)
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["f"]), helper.make_node("MatMul", ["f", "w"], ["scores"])],
        "external",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])],
        [tensor],
    )
    (folder / "model.onnx").write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )
    (folder / "weights.data").write_bytes(np.ones((192, 2), np.float32).tobytes())


@pytest.mark.parametrize("location", ["other.data", "../weights.data", "/etc/passwd", "C:\\weights.data", ""])
def test_weights_outside_of_the_pack(place: Place, archive: Path, location: str) -> None:
    external_graph(place.files, location)
    told = entry(place.files, {"model.onnx": TENSORS, "weights.data": {"part": "data"}})
    place.list(told)
    refused(place, carried(archive, place.files, told), "wants weights from another file")


def test_weights_in_a_second_file_of_the_pack_are_fine(place: Place, archive: Path) -> None:
    external_graph(place.files, "weights.data")
    told = entry(place.files, {"model.onnx": TENSORS, "weights.data": {"part": "data"}})
    place.list(told)
    packs.install(carried(archive, place.files, told))
    assert Runtime().session(TOY).run({"x": np.ones((1, 3, 8, 8), np.float32)})[0].tolist() == [[192, 192]]


def test_operators_that_are_foreign_code(place: Place, archive: Path) -> None:
    toy_graph(place.files / "model.onnx", domain="evil.ops")
    place.list(entry(place.files))
    refused(place, carried(archive, place.files, entry(place.files)), "evil.ops:Mystery")


def test_foreign_operators_hidden_in_a_branch(place: Place, archive: Path) -> None:
    def branch(name: str, node: onnx.NodeProto) -> onnx.GraphProto:
        return helper.make_graph([node], name, [], [helper.make_tensor_value_info("b", TensorProto.FLOAT, [1])])

    then = branch("then", helper.make_node("Mystery", ["c"], ["b"], domain="evil.ops"))
    other = branch("else", helper.make_node("Identity", ["c"], ["b"]))
    graph = helper.make_graph(
        [helper.make_node("If", ["yes"], ["scores"], then_branch=then, else_branch=other)],
        "hidden",
        [],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1])],
        [numpy_helper.from_array(np.array(False), "yes"), numpy_helper.from_array(np.ones(1, np.float32), "c")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("evil.ops", 1)])
    onnx.save(model, place.files / "model.onnx")
    told = entry(place.files, {"model.onnx": {}})
    place.list(told)
    refused(place, carried(archive, place.files, told), "evil.ops:Mystery")


def test_a_graph_that_does_not_load_is_found_out_before_it_is_installed(place: Place, archive: Path) -> None:
    """Readable, with the right inputs and outputs, but no engine can make sense of it."""
    graph = helper.make_graph(
        [helper.make_node("NoSuchOperator", ["x"], ["scores"])],
        "broken",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), place.files / "model.onnx")
    place.list(entry(place.files))
    refused(place, carried(archive, place.files, entry(place.files)), "does not work here")


@pytest.mark.usefixtures("untried")
def test_a_refused_pack_leaves_the_installed_one_as_it_was(place: Place, archive: Path) -> None:
    packs.install(archive)
    toy_graph(place.files / "model.onnx", seed=3)
    refused(place, carried(archive, place.files, entry(place.files)), "the catalogue lists")
    assert packs.verify(TOY)[0].ok


# ---------------------------------------------------------------------- disk, locks, kills


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
    monkeypatch.setattr(packs_selftest, "_child", _die)
    refused(place, archive, "the process that tried to load it died")


def _die(_root: str, _pack: str, _answers: object) -> None:
    os._exit(11)


# ---------------------------------------------------------------------- unlisted and laboratory packs


@pytest.mark.usefixtures("untried")
def test_unknown_packs_come_in_only_on_request(place: Place, archive: Path) -> None:
    told = entry(place.files, id="stranger-1")
    carried(archive, place.files, told)
    refused(place, archive, "the catalogue does not know it")
    assert packs.install(archive, accept_unlisted=True).listed is False
    assert packs.show("stranger-1").state is PackState.INSTALLED
    packs.remove("stranger-1")
    carried(archive, place.files, told | {"package": "nudenet"})
    refused(place, archive, "part of the package", accept_unlisted=True)


@pytest.fixture
def lab(place: Place) -> Path:
    folder = place.root / "lab"
    folder.mkdir()
    detector_graphs.yolox(folder / "model.onnx")
    told = description(note="Finds red tape.", note_de="Findet rotes Klebeband.")
    (folder / "detector.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def test_a_laboratory_s_detector_is_packed_imported_and_used(place: Place, lab: Path) -> None:
    archive = packs.pack(str(lab), place.root / f"lab{SUFFIX}")
    done = packs.install(archive)
    assert (done.lab, done.listed, done.state, done.task, done.role) == (
        True,
        False,
        PackState.INSTALLED,
        "restraint",
        "lab",
    )
    assert done.labels == ("nothing", "red")
    assert done.card == {"en": "Finds red tape.", "de": "Findet rotes Klebeband."}
    detector = open_detector("lab-red-1", Runtime())
    assert detector.detect(red_square(128, 128, 64, 32, 16))[0].label == "red"
    assert packs.verify("lab-red-1")[0].ok
    (place.packs / "lab-red-1" / "detector.json").write_text(json.dumps(description(version="2")), encoding="utf-8")
    with pytest.raises(ModelError):
        open_detector("lab-red-1", Runtime())


@pytest.mark.usefixtures("untried")
def test_a_laboratory_s_folder_is_imported_as_it_is(place: Place, lab: Path) -> None:
    assert packs.install(lab).state is PackState.INSTALLED
    (lab / "detector.json").write_text(json.dumps(description(sha256="0" * 64)), encoding="utf-8")
    refused(place, lab, "its description says")
    (lab / "detector.json").write_text(json.dumps(description(id=TOY)), encoding="utf-8")
    refused(place, lab, "the catalogue lists")
    (lab / "detector.json").write_text(json.dumps(description(command="rm")), encoding="utf-8")
    refused(place, lab, "command")
    (lab / "detector.json").unlink()
    refused(place, lab, "neither pack.json nor detector.json")


@pytest.mark.usefixtures("untried")
def test_a_laboratory_s_pack_cannot_bring_more_than_its_description_names(place: Place, lab: Path) -> None:
    (lab / "more.txt").write_text("x", encoding="utf-8")
    told = entry(lab, {"model.onnx": {}, "detector.json": {"part": "description"}, "more.txt": {"part": "m"}})
    refused(place, carried(place.root / "x", lab, told | {"id": "lab-red-1"}), "but it holds")


def test_a_description_that_does_not_fit_the_model_is_refused(place: Place, lab: Path) -> None:
    wrong = description(output={"format": "yolox", "tensors": {"output": "dets"}, "strides": [8]})
    (lab / "detector.json").write_text(json.dumps(wrong), encoding="utf-8")
    refused(place, lab, "no output called dets")
    more = description(classes=[{"name": "one"}, {"name": "two"}, {"name": "three"}])
    (lab / "detector.json").write_text(json.dumps(more), encoding="utf-8")
    refused(place, lab, "8 columns were described")


# ---------------------------------------------------------------------- what is installed


@pytest.mark.usefixtures("untried")
def test_verify_finds_what_changed_on_the_disk(place: Place, archive: Path) -> None:
    packs.install(archive)
    model = place.packs / TOY / "model.onnx"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    check = packs.verify(TOY)[0]
    assert check.ok is False
    assert check.files["model.onnx"] == sha(model)
    with pytest.raises(ModelError, match="not the file they should be"):
        Runtime().session(TOY)
    assert model.exists()
    model.write_bytes(whole[:-1])
    assert packs.show(TOY).state is PackState.DAMAGED
    model.write_bytes(whole)
    (place.packs / TOY / "extra.txt").write_text("x", encoding="utf-8")
    assert "extra.txt does not belong" in packs.verify(TOY)[0].sentence
    (place.packs / TOY / "extra.txt").unlink()
    (place.packs / TOY / "pack.json").write_text("{", encoding="utf-8")
    assert packs.show(TOY).state is PackState.DAMAGED


def test_a_folder_that_is_no_pack_is_named(place: Place) -> None:
    (place.packs / "odd").mkdir()
    (place.packs / "odd" / "pack.json").write_text("{", encoding="utf-8")
    assert packs.show("odd").state is PackState.DAMAGED
    assert {check.pack: check.ok for check in packs.verify()} == {TOY: None, "odd": False}
    packs.remove("odd")
    assert not (place.packs / "odd").exists()


def test_unknown_and_missing_packs_have_their_own_words(place: Place) -> None:
    for act in (packs.show, packs.fetch, packs.remove, packs.verify, packs.pack):
        with pytest.raises(PackError, match="called no-such-pack"):
            act("no-such-pack")
    with pytest.raises(PackError, match="not installed"):
        packs.remove(TOY)
    with pytest.raises(PackError, match="not complete"):
        packs.pack(TOY)
    with pytest.raises(PackError, match="There is no file"):
        packs.install(place.root / "nowhere")


@pytest.mark.usefixtures("untried")
def test_doctor_speaks_of_packs_in_words(place: Place, archive: Path) -> None:
    def lines() -> dict[str, tuple[bool | None, str]]:
        return {name: (ok, said) for name, ok, said in devices.examine() if "pack" in name}

    assert lines()["packs for nsfw"][0] is None
    assert TOY in lines()["packs for nsfw"][1]
    packs.install(archive)
    assert lines()[f"pack {TOY}"][0] is True
    (place.packs / TOY / "words.txt").unlink()
    ok, said = lines()[f"pack {TOY}"]
    assert ok is False
    assert "words.txt is missing" in said


MISSING = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event.startswith("socket") else None)
import socket
def refused(*_args, **_kw):
    raise AssertionError("a socket was opened")
socket.socket.connect = refused
from models import catalogue, registry
from models.local import BackendSpec, LocalBackend
from core.errors import ModelError
catalogue._folders = lambda wanted: iter([catalogue.packs_folder() / "empty"])  # nothing is installed at all
from models.runtime import Runtime
for name in catalogue.catalogue():
    try:
        Runtime().session(name)
    except ModelError as error:
        assert "not installed" in str(error), error
    else:
        raise SystemExit(f"{name} was loaded from nowhere")
backend = LocalBackend(BackendSpec())
for info in backend.describe():
    if info.missing:
        try:
            backend.load(info.name)
        except ModelError:
            continue
        raise SystemExit(f"{info.name} was loaded without its weights")
print([one for one in seen if one[0] not in ("socket.__new__",) or one[1][1:2] != (1,)])
"""


def test_loading_with_missing_files_opens_no_socket(tmp_path: Path) -> None:
    """In a process of its own, in which no file of any model is there and every socket is seen."""
    done = subprocess.run(
        [sys.executable, "-c", MISSING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ASSERVAT_PACKS": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


MICRO_WHISPER = ROOT / "tests" / "support" / "micro_whisper" / "model"


@pytest.mark.skipif(not MICRO_WHISPER.is_dir(), reason="the micro-Whisper of the tests is not there")
def test_a_speech_pack_is_loaded_before_it_is_installed(place: Place, archive: Path) -> None:
    names = ["model.bin", *sorted(path.name for path in MICRO_WHISPER.glob("*.json"))]
    files: dict[str, dict[str, Any]] = {name: {"part": "" if name == "model.bin" else name[:-5]} for name in names}
    told = entry(MICRO_WHISPER, files, id="micro", format="ct2", task="speech")
    place.list(told)
    assert packs.install(carried(archive, MICRO_WHISPER, told)).state is PackState.INSTALLED
    packs.remove("micro")
    broken = place.root / "broken"
    broken.mkdir()
    for name in names:
        content = (MICRO_WHISPER / name).read_bytes()
        (broken / name).write_bytes(content[: len(content) // 2] if name == "model.bin" else content)
    told = entry(broken, files, id="micro", format="ct2", task="speech")
    place.list(told)
    refused(place, carried(archive, broken, told), "does not work here")
