"""Small packs that are real: an ONNX graph that runs, its words, a catalogue of its own, archives made by hand."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import PackError
from models import catalogue, packs

TOY = "toy-classifier"
TENSORS = {
    "inputs": [{"name": "x", "dtype": "float32", "shape": [None, 3, 8, 8]}],
    "outputs": [{"name": "scores", "dtype": "float32", "shape": [None, 2]}],
}


def toy_graph(path: Path, *, name: str = "x", side: int = 8, domain: str = "", seed: int = 0) -> Path:
    """[n, 3, side, side] to [n, 2]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weight = np.random.default_rng(seed).normal(size=(3 * side * side, 2)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", [name], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "w"], ["product"]),
        helper.make_node("Softmax", ["product"], ["scores"], axis=1)
        if not domain
        else helper.make_node("Mystery", ["product"], ["scores"], domain=domain),
    ]
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3, side, side])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])],
        [numpy_helper.from_array(weight, "w")],
    )
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entry(folder: Path, files: dict[str, dict[str, Any]] | None = None, **changes: object) -> dict[str, Any]:
    """The catalogue's entry of what lies in `folder`; `files`: name → fields that are to differ."""
    wanted = files if files is not None else {"model.onnx": TENSORS, "words.txt": {"part": "words"}}
    return {
        "id": TOY,
        "task": "nsfw",
        "role": "alternative",
        "publisher": "Tests",
        "version": "1",
        "revision": "0123456789abcdef0123456789abcdef01234567",
        "files": [
            {
                "name": name,
                "bytes": (folder / name).stat().st_size,
                "sha256": sha(folder / name),
                "hash_evidence": "A",
                **fields,
            }
            for name, fields in wanted.items()
        ],
        "format": "onnx",
        "licence_code": "MIT",
        "licence_weights": "MIT",
        "source": "made for tests",
        "card": {"en": "A toy.", "de": "Ein Spielzeug."},
    } | changes


def toy_files(folder: Path) -> Path:
    toy_graph(folder / "model.onnx")
    (folder / "words.txt").write_text("cat\ndog\n", encoding="utf-8")
    return folder


def zipped(path: Path, members: dict[str, bytes], *, compress: int = zipfile.ZIP_STORED) -> Path:
    """An archive by hand: names are taken as they are."""
    with zipfile.ZipFile(path, "w", compress) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, compress_type=compress)
    return path


def carried(path: Path, folder: Path, told: dict[str, Any]) -> Path:
    """An archive of the files that `told` lists, without any of the program's own checks."""
    members = {"pack.json": json.dumps(told).encode()}
    members |= {file["name"]: (folder / file["name"]).read_bytes() for file in told["files"]}
    return zipped(path, members)


class Place:
    """A pack folder and a catalogue of its own, instead of the user's."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.packs, self.catalogue = root, root / "packs", root / "catalogue"
        self.files = toy_files(root / "files")
        self.catalogue.mkdir()
        self.packs.mkdir()
        self.list(entry(self.files))
        monkeypatch.setenv("ASSERVAT_PACKS", str(self.packs))
        monkeypatch.setenv("ASSERVAT_CATALOGUE", str(self.catalogue))

    def list(self, *entries: dict[str, Any]) -> None:
        text = json.dumps({"models": list(entries)})
        (self.catalogue / "all.json").write_text(text, encoding="utf-8")
        catalogue.forget()

    def content(self) -> dict[str, bytes]:
        """Everything in the pack folder, but for locks: what may not change when a pack is refused."""
        return {
            path.relative_to(self.packs).as_posix(): path.read_bytes()
            for path in sorted(self.packs.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }


def refused(place: Place, path: Path, words: str, **options: Any) -> None:
    """The import is refused with these words, and the folder of packs is byte for byte as before."""
    before = place.content()
    with pytest.raises(PackError, match=words) as caught:
        packs.install(path, **options)
    assert caught.value.message.endswith(".")
    assert place.content() == before
    assert not [path for path in place.packs.iterdir() if path.name.startswith((".incoming", ".old"))]
