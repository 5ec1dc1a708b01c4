from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.control import Control
from core.errors import ModelMissing
from core.records import AnalyzerInfo, Finding, SampleResult, canonical_json
from models import catalogue, restraint_boxes, restraint_stages
from models.local import BackendSpec, LocalBackend
from models.owlv2 import Answers
from models.pose import RTMPOSE
from models.restraint_data import Data, data
from models.restraint_fusion import fuse, margin
from models.runtime import Runtime
from tests.models.crew import EVERYTHING, JOYTAG, OWL, SIGLIP, WRISTS, YOLOX, laboratory, stock, tied
from tests.models.pictures import sample
from tests.support.tiny_models import Shelf, plain

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (124, 124, 124)


class Bench:
    """A backend with this analyzer alone over whatever is on the shelf."""

    def __init__(self) -> None:
        self.backend = LocalBackend(BackendSpec(analyzers=("models.restraint:Restraint",)))

    def __call__(self, picture: NDArray[np.uint8], **options: object) -> SampleResult:
        (result,) = self.backend.analyze("restraint", [sample(picture)], options, Control())
        assert result.failure is None, result.failure
        return result

    @property
    def info(self) -> AnalyzerInfo:
        (info,) = self.backend.describe()
        return info


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.backend.close()


def best(result: SampleResult, label: str) -> Finding:
    return next(one for one in result.findings if one.label == label)


# ---------------------------------------------------------------------- what is there


def test_with_no_pack_it_is_missing_and_says_what_to_bring(shelf: Shelf, bench: Bench) -> None:
    assert bench.info.missing is not None
    assert "owlv2-base-p16-ensemble" in bench.info.missing
    assert "models import" in bench.info.missing
    assert [one.name for one in bench.info.models] == list(restraint_stages.WANTED)
    with pytest.raises(ModelMissing):
        bench(plain(RED))


def test_persons_alone_say_nothing_of_restraint(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, YOLOX, RTMPOSE)
    assert bench.info.missing is not None


SUBSETS = [(SIGLIP,), (OWL,), (JOYTAG,), (SIGLIP, OWL), (OWL, JOYTAG, YOLOX), (SIGLIP, JOYTAG, YOLOX, RTMPOSE)]


@pytest.mark.parametrize("packs", SUBSETS, ids="+".join)
def test_every_subset_finds_what_it_can_and_says_what_is_absent(
    shelf: Shelf, bench: Bench, packs: tuple[str, ...]
) -> None:
    stock(shelf, *packs)
    assert bench.info.missing is None
    stages = bench.info.settings["stages"]
    absent = {stage for stage, pack in stages.items() if pack == "absent"}
    wanted = {"prefilter": SIGLIP, "persons": YOLOX, "pose": RTMPOSE, "objects": OWL}
    assert absent - {"verifier"} == {stage for stage, pack in wanted.items() if pack not in packs}
    assert ("verifier" in absent) == (SIGLIP not in packs and JOYTAG not in packs)
    assert {one.name for one in bench.info.models} == set(packs)
    found = best(bench(tied(RED, patch=0.6)), "rope")
    assert found.attributes["stages"] == stages
    assert found.attributes["calibration"] == "uncalibrated"
    assert ("box_score" in found.attributes["scores"]) == (OWL in packs)
    assert ("tag" in found.attributes["scores"]) == (JOYTAG in packs)
    assert ("crop_margin" in found.attributes["scores"]) == (SIGLIP in packs)


def test_the_config_names_everything_that_changes_a_result(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, SIGLIP, JOYTAG)
    settings = bench.info.settings
    assert settings["files"][f"{SIGLIP}:text"] == catalogue.entry(SIGLIP).part("text").sha256
    assert set(settings["files"]) == {f"{SIGLIP}:text", f"{SIGLIP}:tokenizer", f"{JOYTAG}:tags"}
    assert len(settings["rules"]) == 64
    assert settings[f"{SIGLIP}:image"]["precision"] == "fp32"
    assert "workers" not in canonical_json(settings)


# ---------------------------------------------------------------------- what is found


def test_all_stages_together_find_the_rope_at_the_wrists(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    found = best(bench(tied(RED)), "rope")
    told = found.attributes
    assert found.region is not None
    assert abs(found.region.x + found.region.w / 2 - WRISTS[0]) < 0.09
    assert abs(found.region.y + found.region.h / 2 - WRISTS[1]) < 0.09
    assert told["body"] == "hands"
    assert told["band"] == "likely"
    assert told["posture"] == ["wrists together"]
    assert set(told["sources"]) == {"boxes", "sentences", "tags", "posture"}
    assert told["group"] == "restraint"
    assert told["scores"]["box_score"] > 0.9
    assert told["tags"]["rope"] > 0.5
    assert told["person"] == pytest.approx([0.25, 0.1, 0.5, 0.8], abs=1e-3)
    assert 1 / (1 + math.exp(2.2 - sum(told["terms"].values()))) == pytest.approx(found.score, abs=1e-3)
    json.dumps(told)


def test_quick_leaves_out_the_boxes_and_says_so(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    whole, quick = bench(tied(RED)), bench(tied(RED), stages="quick")
    assert any(one.attributes["stages"]["objects"] == OWL for one in whole.findings)
    assert quick.findings
    assert {one.attributes["stages"]["objects"] for one in quick.findings} == {"absent"}
    info = bench.info
    assert OWL in {one.name for one in info.choices["all"].models}
    assert OWL not in {one.name for one in info.choices["quick"].models}
    assert info.choices["quick"].patience < info.choices["all"].patience


def test_quick_with_nothing_but_boxes_cannot_work(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, OWL)
    info = bench.info
    assert info.choices["all"].missing is None
    assert "No model that recognises restraint" in (info.choices["quick"].missing or "")


def test_other_things_are_other_groups(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    result = bench(tied(BLUE))
    assert result.findings[0].label == "cuffs"
    assert result.findings[0].attributes["words"] in {"handcuffs", "a person in handcuffs"}


def test_what_it_is_confused_with_is_not_found(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    result = bench(tied(GREEN), everything=True)
    assert [one for one in result.findings if one.attributes["band"] != "below"] == []
    assert all(one.attributes["scores"].get("box_score", 0.0) == 0.0 for one in result.findings)


def test_one_source_alone_is_never_likely(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, JOYTAG)
    found = best(bench(plain(RED)), "rope")
    assert found.attributes["sources"] == ["tags"]
    assert found.attributes["band"] == "possible"
    assert found.region is None


# ---------------------------------------------------------------------- the prefilter


def test_ordinary_pictures_leave_early_and_say_why(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, SIGLIP, OWL, JOYTAG)
    result = bench(plain(GREEN, 300, 300))
    assert result.findings == ()
    (said,) = result.exits
    assert said.startswith("prefilter -")
    assert "< -2, tags 0.12 < 0.2: no closer look" in said
    assert bench(plain(GREEN, 300, 300), everything=True).exits == ()


def test_a_tag_lets_a_picture_pass_that_the_sentences_would_not(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, SIGLIP)
    greenish = plain((120, 255, 120))
    assert bench(greenish).exits
    from tests.support import tiny_models

    shelf.put(JOYTAG, {"": tiny_models.tagger(["rope"], {"rope": (1.0, 1.0, 1.0)}), "tags": b"rope\n"})
    other = Bench()
    assert other(greenish).exits == ()
    other.backend.close()


def test_without_sentences_every_picture_gets_the_closer_look(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, JOYTAG)
    assert bench(plain(GREEN)).exits == ()


# ---------------------------------------------------------------------- a laboratory's own


def test_a_laboratory_takes_the_place_of_the_boxes(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    rows = np.array([[0.1, 0.2, 0.3, 0.4, 0.9, 1], [0.5, 0.5, 0.6, 0.6, 0.8, 0]], np.float32)
    laboratory(shelf, "lab-cuffs", "objects", {"Kabelbinder": "straps", "Stuhl": ""}, rows[:, [0, 1, 2, 3, 4, 5]])
    assert bench.info.settings["stages"]["objects"] == "lab-cuffs"
    assert bench.info.settings["laboratory"] == ["objects"]
    assert "lab-cuffs:description" in bench.info.settings["files"]
    found = best(bench(tied(RED)), "straps")
    assert found.region is not None
    assert (found.region.x, found.region.y) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.5, abs=0.02))
    assert found.attributes["words"] == "Kabelbinder"
    assert "box_margin" not in found.attributes["scores"]


def test_a_laboratory_alone_is_enough(shelf: Shelf, bench: Bench) -> None:
    laboratory(
        shelf, "lab-cuffs", "objects", {"Schelle": "cuffs"}, np.array([[0.1, 0.2, 0.3, 0.4, 0.9, 0]], np.float32)
    )
    assert bench.info.missing is None
    (found,) = bench(plain(GREY, 200, 200)).findings
    assert (found.label, found.attributes["sources"]) == ("cuffs", ["boxes"])
    assert found.region is not None
    assert found.region.w == pytest.approx(0.2, abs=1e-3)


def test_a_laboratorys_persons_and_prefilter(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, SIGLIP, JOYTAG)
    people = np.array([[0.2, 0.1, 0.6, 0.9, 0.9, 0], [0, 0, 1, 1, 0.9, 1]])
    laboratory(shelf, "lab-persons", "persons", {"person": "person", "dog": ""}, people)
    laboratory(shelf, "lab-gate", "prefilter", {"scene": ""}, np.array([[0, 0, 1, 1, 0.4, 0]]))
    assert bench.info.settings["laboratory"] == ["persons", "prefilter"]
    (said,) = bench(plain(GREEN)).exits
    assert said.startswith("lab-gate: nothing above its thresholds, tags 0.")
    assert bench(plain(RED, 400, 400)).exits == ()  # a tag lets it pass
    found = best(bench(plain(RED, 400, 400)), "rope")
    assert found.attributes["person"] == pytest.approx([0.2, 0.1, 0.4, 0.8], abs=1e-3)


def test_a_laboratorys_verifier_stands_in_for_sentences_and_tags(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, *EVERYTHING)
    laboratory(shelf, "lab-check", "verifier", {"Seil": "rope"}, np.array([[0, 0, 1, 1, 0.8, 0]], np.float32))
    found = best(bench(tied(RED)), "rope")
    scores = found.attributes["scores"]
    assert scores["laboratory"] == pytest.approx(0.8, abs=1e-3)
    assert not {"crop_margin", "tag", "any_tag"} & set(scores)
    assert "image_margin" in scores


def test_a_detector_that_cannot_be_read_is_passed_over(shelf: Shelf, bench: Bench) -> None:
    stock(shelf, JOYTAG)
    laboratory(shelf, "lab-broken", "objects", {"Seil": "rope"}, np.zeros((1, 6), np.float32))
    (shelf.packs / "lab-broken" / "detector.json").write_text("{}")
    assert bench.info.settings["stages"]["objects"] == "absent"


# ---------------------------------------------------------------------- arithmetic


def _small() -> Data:
    raw = json.loads((catalogue.RESOURCES / "restraint.json").read_text())
    raw["fusion"]["bias"] = -1.0
    raw["fusion"]["features"]["box_score"] = {"source": "boxes", "weight": 2.0, "centre": 0.5, "spread": 0.25}
    raw["fusion"]["features"]["tag"] = {"source": "tags", "weight": 1.0, "centre": 0.0, "spread": 0.1}
    return Data.model_validate(raw)


def test_fusion_by_hand() -> None:
    rules = _small().fusion
    fused = fuse({"box_score": 0.75, "tag": 0.2}, rules)
    assert fused.terms == pytest.approx({"box_score": 2.0, "tag": 2.0})
    assert fused.score == pytest.approx(1 / (1 + math.exp(-3.0)))
    assert (fused.band, fused.sources) == ("likely", ("boxes", "tags"))
    clipped = fuse({"tag": 1.0}, rules)  # 10 spreads, but 3 at most
    assert clipped.terms == pytest.approx({"tag": 3.0})
    assert (clipped.band, clipped.sources) == ("possible", ("tags",))
    assert fuse({"box_score": 0.0}, rules).band == "below"
    assert fuse({}, rules).score == pytest.approx(1 / (1 + math.e))


def test_sentences_are_weighed_by_their_mean() -> None:
    vector = np.array([1.0, 0.0], np.float32)
    wanted = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    other = np.array([[0.5, 0.5]], np.float32)
    expected = math.log((math.exp(10) + 1) / 2) - 5
    assert margin(vector, wanted, other, 10.0) == pytest.approx(expected, rel=1e-6)
    assert margin(vector, wanted, wanted, 100.0) == 0.0


def test_boxes_must_be_surer_than_their_distractors() -> None:
    queries = ["handcuffs", "wrists tied with rope", "bracelet"]
    rows = [
        (0.5, 0.1, 0.3, 0.0, 0.0),  # score for each query, left and top of the box
        (0.5, 0.1, 0.49, 0.3, 0.0),  # not sure enough of it
        (0.3, 0.2, 0.6, 0.6, 0.0),  # a bracelet
        (0.05, 0.01, 0.0, 0.0, 0.5),  # hardly anything
        (0.1, 0.4, 0.1, 0.5, 0.5),
    ]
    scores = np.array([row[:3] for row in rows], np.float32)
    boxes = np.array([(x, y, x + 0.2, y + 0.2) for *_, x, y in rows])
    found = restraint_boxes.choose(Answers(scores, boxes), queries, data())
    assert [(one.group, one.body, one.words, one.instead) for one in found] == [
        ("cuffs", "hands", "handcuffs", "bracelet"),
        ("rope", "hands", "wrists tied with rope", "bracelet"),
    ]
    assert [one.margin for one in found] == pytest.approx([0.2, 0.3], abs=1e-6)


def test_the_data_file_holds_together() -> None:
    known = data()
    assert known.groups == ("rope", "cuffs", "tape", "chains", "straps", "gags", "blindfolds")
    assert {one.group for one in known.positive} == {*known.groups, ""}
    assert set(known.tags) == {*known.groups, ""}
    texts = [one.text for one in known.positive]
    assert len(set(texts)) == len(texts)
    assert not set(texts) & {text for some in known.distractors.values() for text in some}
    with pytest.raises(ValueError, match="not listed"):
        Data.model_validate(json.loads(known.model_dump_json()) | {"groups": ["rope"]})
    assert Runtime().plan(OWL).precision == "fp32"


# ---------------------------------------------------------------------- real pictures


@pytest.mark.slow
def test_real_pictures_pass_through_all_stages(shelf: Shelf, bench: Bench, shared_data: Path) -> None:
    """Plumbing only: the small models know nothing of what these drawings show."""
    stock(shelf, *EVERYTHING)
    paths = sorted((shared_data / "restraint_objects").glob("*.png"))
    assert len(paths) >= 5
    for path in paths:
        picture = np.asarray(Image.open(path).convert("RGB"))
        result = bench(picture, everything=True, keep_score=0.01)
        assert {one.label for one in result.findings} <= set(data().groups)
        assert all(0 <= (one.score or 0) <= 1 for one in result.findings)
