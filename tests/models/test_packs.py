"""Packs made, carried, imported, verified and removed; a laboratory's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ModelError, ModelMissing, PackError
from core.packs import PackProgress, PackState
from models import catalogue, devices, packs
from models.detectors import open_detector
from models.packs_archive import SUFFIX
from models.runtime import Runtime
from tests.models import detector_graphs
from tests.models.pack_making import TENSORS, TOY, Place, carried, entry, refused, sha, toy_graph
from tests.models.test_detectors import description, red_square

ROOT = Path(__file__).resolve().parents[2]


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
@pytest.mark.parametrize(
    ("change", "words"),
    [({"task": "weapons"}, "serves weapons"), ({"stage": "pose"}, "no stage pose"), ({"stage": "x"}, "no stage x")],
)
def test_a_detector_that_nothing_would_ask_is_refused(
    place: Place, lab: Path, change: dict[str, str], words: str
) -> None:
    said = json.loads((lab / "detector.json").read_text(encoding="utf-8"))
    (lab / "detector.json").write_text(json.dumps(said | change), encoding="utf-8")
    refused(place, lab, words)


CLASSES = [{"name": "nothing"}, {"name": "red", "category": "tapes", "threshold": 0.4}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"classes": CLASSES}, "no group tapes"),
        ({"classes": [{"name": "nothing"}, {"name": "red"}]}, "none of its classes names a category"),
        ({"stage": "verifier", "classes": CLASSES}, "no group tapes"),
        ({"input": {"name": "images", "size": [64, 64], "dtype": "uint8"}}, "means uint8"),
        ({"input": {"name": "images", "size": [64, 64], "dtype": "float16"}}, "means float16"),
        ({"input": {"name": "images", "size": [64, 96]}}, r"means float32 \[1, 3, 96, 64\]"),
        ({"input": {"name": "images", "size": [64, 64], "layout": "NHWC"}}, r"means float32 \[1, 64, 64, 3\]"),
        ({"input": {"name": "images", "size": [64, 64], "scale": float("inf")}}, "input.scale: Input should be a fin"),
    ],
)
def test_a_detector_whose_answer_would_mean_nothing_is_refused(
    place: Place, lab: Path, change: dict[str, Any], words: str
) -> None:
    """A misspelt group would never be missed, and an engine may take wrong numbers without a word."""
    said = json.loads((lab / "detector.json").read_text(encoding="utf-8"))
    (lab / "detector.json").write_text(json.dumps(said | change), encoding="utf-8")
    refused(place, lab, words)


def test_persons_need_no_group(place: Place, lab: Path) -> None:
    said = description(stage="persons", classes=[{"name": "nothing"}, {"name": "person"}])
    (lab / "detector.json").write_text(json.dumps(said), encoding="utf-8")
    assert packs.install(lab).state is PackState.INSTALLED


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_a_description_may_be_written_as_windows_writes_it(place: Place, lab: Path, coding: str) -> None:
    text = (lab / "detector.json").read_text(encoding="utf-8")
    (lab / "detector.json").write_text(text, encoding=coding)
    assert packs.install(lab).state is PackState.INSTALLED


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
    more = description(classes=[{"name": "one"}, {"name": "two"}, {"name": "three", "category": "rope"}])
    (lab / "detector.json").write_text(json.dumps(more), encoding="utf-8")
    refused(place, lab, "8 columns were described")


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
    assert lines()["packs for nsfw"][1].startswith("1 not installed. nsfw works without")
    place.list(entry(place.files, role="default"))
    assert f"the recommended {TOY}" in lines()["packs for nsfw"][1]
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
