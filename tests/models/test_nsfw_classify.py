"""Classifiers of whole pictures: preprocessing against Pillow and written-out arithmetic, small real models with the
published names and shapes, and what they say together with the regions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.control import Control
from core.errors import ModelError, ModelMissing, UsageError
from core.records import Finding, SampleResult
from models import catalogue, nsfw, nsfw_classify, nsfw_indicator
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from tests.models.pictures import cloudy, figure, sample
from tests.models.tiny import Packs, mean_classifier

SPECS = {one.model: one for one in nsfw_indicator.indicator().classifiers}
RED = np.array([[-8, 8], [0, 0], [0, 0]], np.float32)
"""Of the mean of red, −1…1: sfw, nsfw."""


def plain(colour: tuple[int, int, int], width: int = 120, height: int = 90) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, np.uint8)


@pytest.mark.parametrize("model", sorted(SPECS))
@pytest.mark.parametrize("size", [(900, 600), (200, 701), (31, 33)])
def test_the_tensor_is_what_the_processor_of_transformers_makes(model: str, size: tuple[int, int]) -> None:
    """`ViTImageProcessor`: Pillow's resize to a square, rescale by 1/255, subtract the mean, divide by the std."""
    spec, picture = SPECS[model], cloudy(*size, seed=3)
    filters = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
    small = np.asarray(Image.fromarray(picture).resize((spec.side, spec.side), filters[spec.resample]))
    expected = ((small.astype(np.float64) / 255 - spec.mean) / spec.std).transpose(2, 0, 1)[None]
    got = nsfw_classify.tensor(picture, spec)
    assert got.dtype == np.float32
    one_of_255 = 1 / 255 / min(spec.std)
    np.testing.assert_allclose(got, expected, atol=2 * one_of_255 + 1e-5)  # rounded once more or less on the way
    assert np.mean(np.abs(got - expected)) < one_of_255 / 4


def test_the_tensor_of_one_colour_by_hand() -> None:
    half = nsfw_classify.tensor(plain((255, 51, 0)), SPECS["nsfw-vit-384"])
    assert half.shape == (1, 3, 384, 384)
    np.testing.assert_allclose(half[0, :, 7, 9], (1.0, -0.6, -1.0), atol=1e-6)  # red first
    clip = nsfw_classify.tensor(plain((255, 51, 0)), SPECS["nsfw-graded-448"])
    assert clip.shape == (1, 3, 448, 448)
    expected = ((1 - 0.48145466) / 0.26862954, (0.2 - 0.4578275) / 0.26130258, -0.40821073 / 0.27577711)
    np.testing.assert_allclose(clip[0, :, 7, 9], expected, atol=1e-5)


def test_logits_become_probabilities_in_the_order_of_the_labels() -> None:
    answer = np.array([1.0, 3.0], np.float32)
    right = nsfw_classify.probabilities(answer, SPECS["nsfw-vit-384"])
    assert right == {"sfw": pytest.approx(1 / (1 + np.exp(2))), "nsfw": pytest.approx(1 / (1 + np.exp(-2)))}
    reversed_ = nsfw_classify.probabilities(answer, SPECS["nsfw-tiny-384"])  # this publisher puts nsfw first
    assert reversed_["nsfw"] == pytest.approx(right["sfw"])
    huge = nsfw_classify.probabilities(np.array([1000.0, -1000.0], np.float32), SPECS["nsfw-vit-384"])
    assert huge == {"sfw": 1.0, "nsfw": 0.0}


@pytest.mark.parametrize("answer", [[1.0], [1.0, 2.0, 3.0], [np.nan, 1.0]])
def test_outputs_that_do_not_fit_are_refused(answer: list[float]) -> None:
    with pytest.raises(ModelError, match="nsfw-vit-384 answered"):
        nsfw_classify.probabilities(np.array(answer, np.float32), SPECS["nsfw-vit-384"])


def test_every_classifier_has_an_entry_that_fits() -> None:
    for spec in SPECS.values():
        entry = catalogue.entry(spec.model)
        assert entry.labels == spec.labels
        (given,), (taken,) = entry.inputs, entry.outputs
        assert given.shape == (None, 3, spec.side, spec.side)
        assert taken.shape == (None, len(spec.labels))
        assert entry.task == "nsfw"
        assert len(entry.revision) == 40
        assert all(entry.revision in url and url.endswith(entry.file) for url in entry.files[0].urls)


def test_groups_and_labels_say_the_same() -> None:
    groups = nsfw_indicator.indicator().groups
    assert set(groups) == {nsfw.CLASSIFIED, *nsfw.GRADED.values(), *nsfw.COMBINED.values()}
    for group, label in nsfw.COMBINED.items():
        assert groups[label] == group
    names = {f"detector.{group}" for group in nsfw.COMBINED} | {"classifier.nsfw"}
    names |= {f"graded.{grade}" for grade in nsfw_indicator.GRADES}
    for rule in nsfw_indicator.indicator().rules:
        assert rule.at_least.keys() | set(rule.score) <= names
        assert set(rule.score) & set(rule.at_least), "a rule that holds has a score"
        assert rule.words.de != rule.words.en


def region(group: str, score: float) -> Finding:
    return Finding(label=group, score=score, attributes={"group": group})


@pytest.mark.parametrize(
    ("regions", "classifier", "graded", "rule", "group", "score"),
    [
        ([region("explicit", 0.3)], 0.4, None, "region-and-picture", "explicit", 0.4),
        ([region("explicit", 0.3)], None, (0.2, 0.2, 0.3, 0.3), "region-and-grade", "explicit", 0.3),
        ([], 0.1, (0.1, 0.1, 0.2, 0.6), "grade-high", "explicit", 0.6),
        ([], 0.8, None, "picture-alone", "explicit", 0.8),
        ([region("explicit", 0.7), region("explicit", 0.2)], 0.1, None, "region-strong", "explicit", 0.7),
        ([region("nude", 0.5), region("explicit", 0.3)], 0.1, None, "nude-region", "nude", 0.5),
        ([], None, (0.3, 0.1, 0.4, 0.2), "grade-medium", "nude", 0.6),
        ([region("explicit", 0.3)], 0.1, None, "weak-region", "suggestive", 0.3),
        ([], 0.5, None, "picture-doubtful", "suggestive", 0.5),
        ([], None, (0.4, 0.5, 0.1, 0.0), "grade-low", "suggestive", 0.6),
        ([region("context", 0.9)], 0.05, (0.9, 0.05, 0.03, 0.02), None, None, None),
    ],
)
def test_the_rules_as_they_are_written(
    regions: list[Finding],
    classifier: float | None,
    graded: tuple[float, ...] | None,
    rule: str | None,
    group: str | None,
    score: float | None,
) -> None:
    two = None if classifier is None else {"sfw": 1 - classifier, "nsfw": classifier}
    four = None if graded is None else dict(zip(("neutral", *nsfw_indicator.GRADES), graded, strict=True))
    raw = nsfw_indicator.raw_scores(regions, two, four)
    got = nsfw_indicator.combined(raw, nsfw_indicator.indicator().rules)
    if rule is None:
        assert got is None
    else:
        assert got is not None
        assert (got[0].id, got[0].group, pytest.approx(got[1])) == (rule, group, score)


def look(picture: NDArray[np.uint8], **options: object) -> SampleResult:
    backend = LocalBackend(BackendSpec())
    try:
        (result,) = backend.analyze("nsfw", [sample(picture)], options, Control())
    finally:
        backend.close()
    assert result.failure is None
    return result


def install(packs: Packs, model: str, matrix: NDArray[np.float32], bias: tuple[float, ...]) -> None:
    mean_classifier(packs.path(model), SPECS[model].side, matrix, np.array(bias, np.float32))
    packs.vouch(model)


def of(result: SampleResult, label: str) -> Finding | None:
    return next((finding for finding in result.findings if finding.label == label), None)


def test_without_packs_nothing_is_said_of_the_whole(packs: Packs) -> None:
    picture = figure(seed=1)
    result = look(picture, keep_score=0.05)
    assert {finding.label for finding in result.findings} <= set(catalogue.entry("nudenet-320n").labels)
    info = nsfw.Nsfw().info(Runtime())
    assert info.settings["with"] == ["nudenet-320n"]
    assert "indicator" not in info.settings
    assert nsfw.CLASSIFIED not in info.labels


def test_a_classifier_pack_adds_its_raw_score_and_the_indicator(packs: Packs) -> None:
    before = look(figure(seed=1), keep_score=0.05)
    install(packs, "nsfw-vit-384", RED, (0, 0))
    info = nsfw.Nsfw().info(Runtime())
    assert info.settings["with"] == ["nudenet-320n", "nsfw-vit-384"]
    assert [model.name for model in info.models] == ["nudenet-320n", "nsfw-vit-384"]
    assert {nsfw.CLASSIFIED, *nsfw.COMBINED.values()} <= set(info.labels) == set(info.groups)
    assert look(figure(seed=1), keep_score=0.05).findings[: len(before.findings)] == before.findings
    red = look(plain((200, 0, 0)))
    classified, together = of(red, nsfw.CLASSIFIED), of(red, nsfw.COMBINED["explicit"])
    expected = 1 / (1 + np.exp(-16 * (200 / 255 * 2 - 1)))
    assert classified is not None
    assert classified.score == pytest.approx(expected, abs=1e-5)
    assert classified.attributes["model"] == "nsfw-vit-384"
    assert classified.attributes["group"] == "explicit"
    assert together is not None
    assert together.score == classified.score
    assert together.attributes["rule"] == "picture-alone"
    assert together.attributes["raw"] == {"classifier.nsfw": round(expected, 4)}
    assert together.attributes["calibrated"] is False
    assert look(plain((20, 200, 0))).findings == ()


def test_a_reversed_classifier_is_read_the_right_way_round(packs: Packs) -> None:
    install(packs, "nsfw-tiny-384", np.ascontiguousarray(RED[:, ::-1]), (0, 0))
    assert (of(look(plain((250, 0, 0))), nsfw.CLASSIFIED) or Finding("none", 0.0)).score == pytest.approx(1, abs=1e-3)
    assert of(look(plain((0, 0, 0))), nsfw.CLASSIFIED) is None


def test_a_graded_pack_gives_each_level_or_higher(packs: Packs) -> None:
    matrix = np.zeros((3, 4), np.float32)
    install(packs, "nsfw-graded-448", matrix, tuple(np.log((0.1, 0.2, 0.3, 0.4))))
    result = look(plain((9, 9, 9)))
    scores = {finding.label: finding.score for finding in result.findings}
    assert scores == pytest.approx(
        {"GRADED_LOW": 0.9, "GRADED_MEDIUM": 0.7, "GRADED_HIGH": 0.4, "COMBINED_NUDE": 0.7}, abs=1e-5
    )
    low = of(result, "GRADED_LOW")
    assert low is not None
    assert low.attributes["scores"] == {"neutral": 0.1, "low": 0.2, "medium": 0.3, "high": 0.4}


def test_the_first_installed_is_taken_and_another_can_be_named(packs: Packs) -> None:
    install(packs, "nsfw-vit-224", RED, (0, 0))
    install(packs, "nsfw-vit-384-int8", RED, (0, 0))
    red = plain((250, 0, 0))
    for options, model in (({}, "nsfw-vit-384-int8"), ({"classifier": "nsfw-vit-224"}, "nsfw-vit-224")):
        found = of(look(red, **options), nsfw.CLASSIFIED)
        assert found is not None
        assert found.attributes["model"] == model
    assert look(red, classifier="none").findings == ()
    with pytest.raises(ModelMissing, match="nsfw-vit-384, which this run asks for"):
        look(red, classifier="nsfw-vit-384")


def test_the_choice_of_a_classifier_is_what_the_settings_say(packs: Packs) -> None:
    install(packs, "nsfw-vit-224", RED, (0, 0))
    install(packs, "nsfw-vit-384-int8", RED, (0, 0))
    info = nsfw.Nsfw().info(Runtime())
    assert info.choice == "classifier"
    used = {value: one.settings["with"] for value, one in info.choices.items() if not one.missing}
    assert used == {
        "auto": ["nudenet-320n", "nsfw-vit-384-int8"],
        "none": ["nudenet-320n"],
        "nsfw-vit-384-int8": ["nudenet-320n", "nsfw-vit-384-int8"],
        "nsfw-vit-224": ["nudenet-320n", "nsfw-vit-224"],
    }
    assert "not installed" in (info.choices["nsfw-vit-384"].missing or "")
    assert info.settings == info.choices["auto"].settings
    assert nsfw.CLASSIFIED not in info.choices["none"].labels


def test_it_runs_without_the_detector(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    install(packs, "nsfw-vit-224", RED, (0, 0))
    monkeypatch.setattr(nsfw, "MODEL", "nsfw-vit-384")  # any pack that is not there
    info = nsfw.Nsfw().info(Runtime())
    assert info.missing is None
    assert info.settings["with"] == ["nsfw-vit-224"]
    assert of(look(plain((250, 0, 0))), nsfw.CLASSIFIED) is not None


def test_with_nothing_at_all_it_says_what_is_missing(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nsfw, "MODEL", "nsfw-vit-384")
    assert "nsfw-vit-384 is not installed" in (nsfw.Nsfw().info(Runtime()).missing or "")


def test_a_long_picture_is_judged_by_the_tile_that_says_most(packs: Packs) -> None:
    install(packs, "nsfw-vit-384", RED, (0, 0))
    tall = plain((0, 0, 0), 200, 1600)
    tall[1300:1500] = (255, 0, 0)
    classified = of(look(tall), nsfw.CLASSIFIED)
    assert classified is not None
    assert classified.score is not None
    assert classified.score > 0.9
    assert classified.attributes["whole"]["nsfw"] < 0.01  # squashed, one eighth of it is red
    assert classified.attributes["tile"] > 8
    assert of(look(tall, tiles=False), nsfw.CLASSIFIED) is None


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError):
        look(plain((0, 0, 0)), keep_classified=1.5)
