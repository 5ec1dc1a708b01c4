"""One damaged pack among several: the others work on, every result says what took no part, nothing takes its place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import DeviceExhausted, ModelError, ModelMissing
from core.records import Sample, SampleResult
from core.sentences import told
from models import catalogue, faces, nsfw
from models.left_out import LeftOut
from models.local import BackendSpec, LocalBackend
from models.logo_vectors import DINO
from models.pose import RTMPOSE
from models.runtime import Runtime
from tests.models.crew import EVERYTHING, JOYTAG, OWL, SIGLIP, YOLOX, laboratory, stock, tied
from tests.models.pictures import cloudy, figure, sample, text_page
from tests.models.test_logo_vectors import packs as logo_packs  # noqa: F401 - a fixture
from tests.models.tiny import Packs, fixed_reader, mean_classifier
from tests.support.tiny_models import Shelf, plain

RED = np.array([[-8, 8], [0, 0], [0, 0]], np.float32)
CYRILLIC = "ppocrv5-rec-cyrillic"


def spoil(path: Path) -> None:
    """Another last byte: the size is right, the SHA-256 is not."""
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def ask(place: str, picture: NDArray[np.uint8], **options: object) -> SampleResult:
    backend = LocalBackend(BackendSpec(analyzers=(place,)))
    try:
        (info,) = backend.describe()
        (result,) = backend.analyze(info.name, [sample(picture)], options, Control())
    finally:
        backend.close()
    assert result.failure is None, result.failure
    return result


def german(result: SampleResult) -> None:
    for sentence in result.without:
        found = told(sentence, "de")
        assert found.known, sentence
        assert "ohne" in found.text


# ---------------------------------------------------------------------- restraint

RESTRAINT = "models.restraint:Restraint"
STAGE = {OWL: "objects", YOLOX: "persons", RTMPOSE: "pose"}


@pytest.mark.parametrize("broken", EVERYTHING)
def test_restraint_goes_on_without_a_damaged_pack_and_says_so(shelf: Shelf, broken: str) -> None:
    stock(shelf, *EVERYTHING)
    whole = ask(RESTRAINT, tied())
    assert whole.without == ()
    assert whole.findings
    spoil(catalogue.locate(f"{broken}:image" if broken == SIGLIP else broken))
    result = ask(RESTRAINT, tied())
    assert len(result.without) == 1
    assert broken in result.without[0]
    assert "not the file they should be" in result.without[0]
    german(result)
    found = next(one for one in result.findings if one.label == "rope")
    stages = found.attributes["stages"]
    if broken in STAGE:
        assert stages[STAGE[broken]] == "absent"
    else:
        assert broken not in str(stages)
    assert {one.attributes["stages"]["objects"] for one in result.findings} == {"absent" if broken == OWL else OWL}


def test_the_text_tower_and_its_words_are_parts_of_their_pack(shelf: Shelf) -> None:
    stock(shelf, SIGLIP, JOYTAG)
    spoil(catalogue.locate(f"{SIGLIP}:tokenizer"))
    result = ask(RESTRAINT, tied(patch=0.6))
    assert SIGLIP in result.without[0]
    assert "crop_margin" not in result.findings[0].attributes["scores"]


def test_a_stage_that_would_not_have_been_asked_is_not_missed(shelf: Shelf) -> None:
    """The prefilter passes over a green picture, so the boxes' damage costs nothing there."""
    stock(shelf, *EVERYTHING)
    spoil(catalogue.locate(OWL))
    passed = ask(RESTRAINT, plain((0, 255, 0), 300, 300))
    assert passed.exits
    assert passed.without == ()
    quick = ask(RESTRAINT, tied(), stages="quick")
    assert quick.findings
    assert quick.without == ()


def test_nothing_that_recognises_restraint_is_left(shelf: Shelf) -> None:
    stock(shelf, OWL, YOLOX)
    spoil(catalogue.locate(OWL))
    with pytest.raises(ModelError, match="not the file they should be"):
        ask(RESTRAINT, tied())


def test_a_pack_with_a_file_missing_is_not_taken_for_one_that_nobody_brought(shelf: Shelf) -> None:
    stock(shelf, SIGLIP, JOYTAG)
    catalogue.locate(f"{JOYTAG}:tags").unlink()
    result = ask(RESTRAINT, tied(patch=0.6))
    assert "joytag is damaged" in result.without[0]
    assert told(result.without[0], "de").known
    shelf.take(JOYTAG)
    assert ask(RESTRAINT, tied(patch=0.6)).without == ()


@pytest.mark.parametrize("file", ["detector.json", "pack.json"])
def test_a_laboratorys_detector_that_cannot_be_read_is_missed(shelf: Shelf, file: str) -> None:
    stock(shelf, SIGLIP, JOYTAG)
    row = np.array([[0.1, 0.1, 0.5, 0.5, 0.9, 0]], np.float32)
    laboratory(shelf, "own-rope", "objects", {"rope": "rope"}, row)
    assert ask(RESTRAINT, tied()).without == ()
    (shelf.packs / "own-rope" / file).write_text("{", encoding="utf-8")
    catalogue.forget()
    result = ask(RESTRAINT, tied(), everything=True)
    assert "own-rope cannot be read" in result.without[0]
    german(result)
    assert result.findings[0].attributes["stages"]["objects"] == "absent"


# ---------------------------------------------------------------------- nsfw

NSFW = "models.nsfw:Nsfw"


def classifier(packs: Packs, model: str) -> None:
    side = {"nsfw-vit-384": 384, "nsfw-vit-224": 224}[model]
    mean_classifier(packs.path(model), side, RED, np.zeros(2, np.float32))
    packs.vouch(model)


def test_regions_go_on_without_a_damaged_classifier(packs: Packs) -> None:
    alone = ask(NSFW, figure(seed=1), keep_score=0.05)
    classifier(packs, "nsfw-vit-384")
    spoil(packs.path("nsfw-vit-384"))
    for options in ({}, {"classifier": "nsfw-vit-384"}):
        result = ask(NSFW, figure(seed=1), keep_score=0.05, **options)
        assert result.findings == alone.findings
        assert len(result.without) == 1
        assert "nsfw-vit-384 could not be used" in result.without[0]
        german(result)
    assert ask(NSFW, figure(seed=1), keep_score=0.05, classifier="none").without == ()


def test_a_damaged_classifier_is_not_replaced_by_the_next_one(packs: Packs) -> None:
    """The configuration names the first, so what the second would say may not stand under it."""
    classifier(packs, "nsfw-vit-384")
    classifier(packs, "nsfw-vit-224")
    spoil(packs.path("nsfw-vit-384"))
    result = ask(NSFW, plain((250, 0, 0)))
    assert all(one.label != nsfw.CLASSIFIED for one in result.findings)
    other = ask(NSFW, plain((250, 0, 0)), classifier="nsfw-vit-224")
    assert any(one.label == nsfw.CLASSIFIED for one in other.findings)
    assert other.without == ()


def test_a_classifier_goes_on_without_the_detector(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier(packs, "nsfw-vit-384")
    classifier(packs, "nsfw-vit-224")
    monkeypatch.setattr(nsfw, "MODEL", "nsfw-vit-224")  # any pack that is here and can be damaged
    spoil(packs.path("nsfw-vit-224"))
    result = ask(NSFW, plain((250, 0, 0)))
    assert any(one.label == nsfw.CLASSIFIED for one in result.findings)
    assert "nsfw-vit-224" in result.without[0]


def test_an_emptied_folder_of_a_classifier_is_missed(packs: Packs) -> None:
    classifier(packs, "nsfw-vit-384")
    packs.path("nsfw-vit-384").unlink()
    assert "nsfw-vit-384 is damaged" in ask(NSFW, figure(seed=1)).without[0]


# ---------------------------------------------------------------------- ocr

OCR = "models.ocr:Ocr"


def test_text_goes_on_without_a_damaged_script_where_it_would_have_been_asked(packs: Packs) -> None:
    fixed_reader(packs.path(CYRILLIC), "Да", 0.9)
    packs.vouch(CYRILLIC)
    spoil(packs.path(CYRILLIC))
    sure = ask(OCR, text_page("Meeting at the station"), gate=False)
    assert [one.text for one in sure.findings] == ["Meeting at the station"]
    assert sure.without == ()  # no line of it would have been shown to that recogniser
    russian = ask(OCR, text_page("Встреча завтра у вокзала"), gate=False)
    assert russian.findings
    assert CYRILLIC in russian.without[0]
    german(russian)
    assert ask(OCR, text_page("Встреча завтра у вокзала"), gate=False, languages="de").without == ()


def test_a_second_engine_that_cannot_be_used_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.ocr import Ocr

    def damaged(*_: object) -> None:
        raise ModelError("EasyOCR cannot load the pack easyocr-latin.", "zip archive is damaged")

    monkeypatch.setattr(Ocr, "_second_reader", damaged)
    result = ask(OCR, text_page("Meeting at the station"), gate=False, second="easyocr")
    assert [one.text for one in result.findings] == ["Meeting at the station"]
    assert "EasyOCR cannot load" in result.without[0]


# ---------------------------------------------------------------------- logo, faces


@pytest.mark.parametrize("broken", [f"{DINO}/model_int8.onnx", f"{SIGLIP}/vision_model.onnx"])
def test_logos_go_on_by_their_geometry(logo_packs: Path, broken: str) -> None:  # noqa: F811 - the fixture
    assert len(ask("models.logo:Logo", cloudy(300, 200)).vectors) == 2
    spoil(logo_packs / broken)
    result = ask("models.logo:Logo", cloudy(300, 200))
    assert len(result.vectors) == 1
    assert broken.partition("/")[0] in result.without[0]


def test_another_engine_of_faces_can_still_be_asked_for(packs: Packs) -> None:
    from tests.models import faces_graphs

    for model in ("yunet-2023mar", "sface-2021dec"):
        packs.path(model).parent.mkdir(parents=True)
    faces_graphs.yunet(packs.path("yunet-2023mar"))
    faces_graphs.embedder(packs.path("sface-2021dec"), "data", "fc1", 128)
    packs.vouch("yunet-2023mar")
    packs.vouch("sface-2021dec")
    spoil(packs.path("sface-2021dec"))
    backend = LocalBackend(BackendSpec(analyzers=("models.faces:Faces",)))
    picture: Sample = sample(cloudy(120, 90))
    (auto,) = backend.analyze("faces", [picture], {}, Control())
    assert auto.failure is not None
    assert auto.failure.code == "model-error"
    (asked,) = backend.analyze("faces", [picture], {"engine": "dlib"}, Control())
    assert asked.failure is None
    assert asked.without == ()
    packs.path("sface-2021dec").unlink()  # then `auto` is dlib, and says past what it went
    (passed,) = backend.analyze("faces", [picture], {}, Control())
    assert passed.failure is None
    assert "sface-2021dec is damaged" in passed.without[0]
    backend.close()


# ---------------------------------------------------------------------- the rule itself


@pytest.mark.parametrize("error", [DeviceExhausted("full"), ModelMissing("gone")])
def test_no_memory_and_nothing_there_are_said_aloud(error: ModelError) -> None:
    def fails() -> None:
        raise error

    with pytest.raises(type(error)):
        LeftOut().attempt("part", "model", fails)


def test_what_is_here_but_nobody_vouches_for_is_torn(shelf: Shelf) -> None:
    assert catalogue.torn(OWL) == ""
    stock(shelf, OWL)
    assert catalogue.torn(OWL) == ""
    path = next(one for one in shelf.catalogue.glob("*.json") if f'"{OWL}"' in one.read_text(encoding="utf-8"))
    listed = json.loads(path.read_text(encoding="utf-8"))
    for entry in listed["models"]:
        if entry["id"] == OWL:
            del entry["files"][0]["sha256"]
    path.write_text(json.dumps(listed), encoding="utf-8")
    catalogue.forget()
    assert "Nobody has vouched" in catalogue.torn(OWL)
    assert told(catalogue.torn(OWL), "de").known


def test_faces_tell_of_damage_only_where_it_comes_first(packs: Packs) -> None:
    info = faces.Faces().info(Runtime())
    assert info.missing is None
    assert ask("models.faces:Faces", cloudy(120, 90)).without == ()
