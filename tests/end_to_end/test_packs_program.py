"""`models …` as others call it: exit codes, JSON, and nothing changed when a pack is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models import catalogue
from models.catalogue import RESOURCES
from tests.end_to_end.conftest import ROOT, Program, Result
from tests.models.pack_making import TOY, carried, entry, toy_files
from tests.models.pictures import cloudy
from tests.support.here import Here, Said

Models = Callable[..., Result | Said]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return toy_files(tmp_path / "files")


@pytest.fixture
def models(
    asservat: Program, here: Here, tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Models]:
    """`models …`. What is imported is imported by a process of its own."""
    listed = tmp_path / "catalogue"
    listed.mkdir()
    (listed / "toy.json").write_text(json.dumps({"models": [entry(files)]}), encoding="utf-8")

    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("ASSERVAT_CATALOGUE", str(listed))

    def call(*arguments: object) -> Result | Said:
        if arguments[0] == "import":
            return asservat("models", *arguments)
        catalogue.forget()
        return here("models", *arguments)

    yield call
    monkeypatch.undo()
    catalogue.forget()


def error(result: Result | Said) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(result.err)
    return said


def test_a_pack_goes_from_one_machine_to_the_other(models: Models, tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "toy.asservat-pack"
    made = models("pack", TOY, "--files", files, "--out", archive, "--json")
    assert made.code == 0, made.err
    assert made.json == {"archive": str(archive), "bytes": archive.stat().st_size}
    assert models("list", "--packs", "--json").json[0]["state"] == "missing"
    installed = models("import", archive, "--json").json
    assert [(one["id"], one["state"]) for one in installed] == [(TOY, "installed")]
    shown = models("show", TOY, "--json").json
    assert shown["card"] == {"en": "A toy.", "de": "Ein Spielzeug."}
    assert all(len(one["sha256"]) == 64 and one["present"] for one in shown["files"])
    assert "Ein Spielzeug." in models("show", TOY).out
    assert models("verify", "--json").json[0]["ok"] is True
    model = tmp_path / "packs" / TOY / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"!")
    checked = models("verify", "--json")
    assert checked.code == 1
    assert checked.json[0]["ok"] is False
    unsure = models("remove", TOY, "--json")
    assert unsure.code == 2
    assert model.exists()
    assert models("remove", TOY, "--yes", "--json").json == {"removed": TOY}
    assert not model.exists()


def test_a_refused_pack_is_exit_code_1_one_sentence_and_no_change(models: Models, tmp_path: Path, files: Path) -> None:
    (files / "words.txt").write_text("other words", encoding="utf-8")
    result = models("import", carried(tmp_path / "x", files, entry(files)), "--json")
    assert result.code == 1
    assert "the catalogue lists" in error(result)["error"]
    assert not (tmp_path / "packs" / TOY).exists()
    assert models("fetch", TOY, "--json").code == 1  # it has no address
    assert models("show", "nothing").code == 1
    assert models("import", tmp_path / "nowhere").code == 1


@pytest.mark.slow
def test_the_list_tells_the_packs_of_each_analyzer(models: Models, tmp_path: Path) -> None:
    for path in (ROOT / "resources" / "models" / "catalogue").glob("*.json"):
        shutil.copy(path, tmp_path / "catalogue")
    listed = {one["analyzer"]: one for one in models("list", "--json").json}
    packs = {pack["id"]: pack for pack in listed["nsfw"]["packs"]}
    assert packs[TOY]["licence_weights"] == "MIT"
    assert packs[TOY]["state"] == "missing"
    assert packs["nudenet-320n"]["state"] == "built in"
    assert TOY in models("list").out


@pytest.mark.slow
def test_a_broken_catalogue_costs_only_what_it_names(asservat: Program, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(RESOURCES / "catalogue", folder)
    (folder / "nsfw.json").write_text('{"models": [', encoding="utf-8")
    (folder / "speech.json").unlink()
    there = {"ASSERVAT_CATALOGUE": str(folder), "ASSERVAT_PACKS": str(tmp_path / "packs")}
    listed = asservat("models", "list", "--json", **there)
    assert listed.code == 0, listed.err
    missing = {one["analyzer"]: one["missing"] for one in listed.json}
    assert str(folder / "nsfw.json") in missing["nsfw"]
    assert "no model called silero-vad-v6" in missing["speech"]
    assert missing["ocr"] is None
    told = asservat("models", "list", "--packs", **there)
    assert told.code == 0
    assert "nsfw.json" in told.out
    save = tmp_path / "evidence"
    save.mkdir()
    (save / "a.txt").write_text("words", encoding="utf-8")
    Image.fromarray(cloudy(96, 64)).save(save / "a.png")
    done = asservat("analyze", save, "--case", tmp_path / "case", "--analyzers", "nsfw,ocr", "--workers", "1", **there)
    assert done.code == 0, done.err
    states = {
        row["analyzer"]: (row["state"], row["reason"])
        for row in asservat("outcomes", tmp_path / "case", "--json").lines
        if row["paths"] == ["a.png"]
    }
    assert states["ocr"][0] == "done"
    assert states["nsfw"][0] == "skipped"
    assert "no model called nudenet-320n" in states["nsfw"][1]
