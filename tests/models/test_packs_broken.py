"""Every broken pack is refused in one sentence, and nothing is changed. (Disks, kills, second imports: the mishaps.)"""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import PackError
from core.packs import PackState
from models import packs, packs_archive
from models.runtime import Runtime
from tests.models.pack_making import TENSORS, TOY, Place, carried, entry, refused, toy_graph, zipped


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
