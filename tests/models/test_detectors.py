"""A laboratory's own detectors: descriptions are checked, and every family finds the red square where it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import ModelError
from models import detectors_decode, detectors_prepare
from models.detector_description import Description, InputSpec, read
from models.detectors import Detector
from models.detectors_prepare import Placement
from models.engine_onnxruntime import OnnxRuntimeSession
from models.runtime import Plan, TensorSpec, engine_version
from tests.models import detector_graphs

UNIT = 1 / 255


def description(**changes: object) -> dict[str, Any]:
    """A YOLOX description of the red-square graph, with these fields replaced."""
    return {
        "id": "lab-red-1",
        "version": "1",
        "license": "Apache-2.0",
        "input": {"name": "images", "size": [64, 64]},
        "output": {"format": "yolox", "tensors": {"output": "output"}, "strides": [8]},
        "classes": [{"name": "nothing"}, {"name": "red", "category": "tape", "threshold": 0.4}],
    } | changes


FAMILIES: Mapping[str, tuple[Callable[[Path], Path], dict[str, Any]]] = {
    "yolox": (detector_graphs.yolox, description()),
    "yolov8": (
        detector_graphs.yolov8,
        description(
            input={"name": "images", "size": [64, 64], "scale": UNIT, "letterbox": {"mode": "center"}},
            output={"format": "yolov8", "tensors": {"output": "output0"}},
        ),
    ),
    "detr": (
        detector_graphs.detr,
        description(
            input={
                "name": "pixel_values",
                "size": [64, 64],
                "scale": UNIT,
                "letterbox": {"mode": "squash"},
                "mask": "pixel_mask",
            },
            output={
                "format": "detr",
                "tensors": {"logits": "logits", "boxes": "pred_boxes"},
                "normalised": True,
                "activation": "softmax",
                "background": "last",
            },
            nms={"iou": 0.5},
        ),
    ),
    "ssd": (
        detector_graphs.ssd,
        description(
            input={
                "name": "input",
                "size": [64, 64],
                "color": "BGR",
                "scale": UNIT,
                "letterbox": {"mode": "squash"},
            },
            output={
                "format": "ssd",
                "tensors": {"boxes": "boxes", "scores": "scores"},
                "box": "xyxy",
                "normalised": True,
                "background": "first",
            },
        ),
    ),
    "ssd with labels": (
        detector_graphs.ssd_finished,
        description(
            input={
                "name": "input_tensor",
                "size": [64, 64],
                "layout": "NHWC",
                "dtype": "uint8",
                "letterbox": {"mode": "squash"},
            },
            output={
                "format": "ssd",
                "tensors": {
                    "boxes": "detection_boxes",
                    "scores": "detection_scores",
                    "labels": "detection_classes",
                },
                "box": "yxyx",
                "normalised": True,
                "first_label": 1,
            },
        ),
    ),
    "custom-nms": (
        detector_graphs.finished,
        description(
            input={"name": "images", "size": [64, 64], "scale": UNIT},
            output={"format": "custom-nms", "tensors": {"output": "output0"}, "box": "xyxy"},
        ),
    ),
}


def session_of(path: Path) -> OnnxRuntimeSession:
    return OnnxRuntimeSession(path, Plan("onnxruntime", engine_version("onnxruntime"), "cpu", "fp32"), 1)


def red_square(width: int, height: int, x: int, y: int, side: int) -> NDArray[np.uint8]:
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[y : y + side, x : x + side] = (255, 0, 0)
    return picture


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("width", "height"), [(64, 64), (256, 128), (96, 192)])
def test_each_family_finds_the_square_where_it_is(tmp_path: Path, family: str, width: int, height: int) -> None:
    make, told = FAMILIES[family]
    detector = Detector(Description.model_validate(told), session_of(make(tmp_path / "model.onnx")))
    # one cell of the model's rectangle, to the right and below the middle of the picture
    squash = told["input"].get("letterbox", {}).get("mode") == "squash"
    scale = (64 / width, 64 / height) if squash else (64 / max(width, height),) * 2
    left, top = (0.0, 0.0)
    if told["input"].get("letterbox", {}).get("mode") == "center":
        left, top = (64 - width * scale[0]) / 2, (64 - height * scale[1]) / 2
    cell = (int((width * 0.7 * scale[0] + left) // 8), int((height * 0.7 * scale[1] + top) // 8))
    x, y = round((cell[0] * 8 - left) / scale[0]), round((cell[1] * 8 - top) / scale[1])
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[y : y + round(8 / scale[1]), x : x + round(8 / scale[0])] = (255, 0, 0)
    best = detector.detect(picture)[0]
    assert best.label == "red"
    assert best.score > 0.9
    assert best.region.x + best.region.w / 2 == pytest.approx((cell[0] * 8 + 4 - left) / scale[0] / width, abs=0.02)
    assert best.region.y + best.region.h / 2 == pytest.approx((cell[1] * 8 + 4 - top) / scale[1] / height, abs=0.02)
    assert best.region.w == pytest.approx(16 / scale[0] / width, abs=0.02)


def test_boxes_reach_no_further_than_the_picture(tmp_path: Path) -> None:
    detector = Detector(
        Description.model_validate(description()), session_of(detector_graphs.yolox(tmp_path / "m.onnx"))
    )
    region = detector.detect(red_square(64, 64, 0, 0, 8))[0].region
    assert (region.x, region.y, region.w, region.h) == pytest.approx((0, 0, 12 / 64, 12 / 64))


def test_nothing_red_is_no_box_and_what_is_red_is_one(tmp_path: Path) -> None:
    detector = Detector(
        Description.model_validate(description()), session_of(detector_graphs.yolox(tmp_path / "m.onnx"))
    )
    grey = np.full((50, 70, 3), 128, np.uint8)
    assert detector.detect(grey) == []
    assert detector.detect(red_square(64, 64, 8, 16, 8))[0].region.y == pytest.approx((16 - 4) / 64)


# Preprocessing: written-out arithmetic of the reference code of each family


def test_yolox_input_is_megvii_s() -> None:
    picture = np.random.default_rng(5).integers(0, 256, (211, 333, 3), np.uint8)
    spec = InputSpec.model_validate({"name": "images", "size": [128, 96], "color": "BGR"})
    bgr = picture[:, :, ::-1]
    canvas = np.ones((96, 128, 3), dtype=np.uint8) * 114
    r = min(96 / bgr.shape[0], 128 / bgr.shape[1])
    shrunk = cv2.resize(bgr, (int(bgr.shape[1] * r), int(bgr.shape[0] * r)), interpolation=cv2.INTER_LINEAR)
    canvas[: int(bgr.shape[0] * r), : int(bgr.shape[1] * r)] = shrunk
    expected = np.ascontiguousarray(canvas.transpose((2, 0, 1)), dtype=np.float32)
    values, placement = detectors_prepare.feeds(picture, spec)
    np.testing.assert_array_equal(values["images"][0], expected)
    assert placement.scale == (r, r)


@pytest.mark.parametrize(("width", "height"), [(333, 211), (211, 333), (128, 128), (20, 300)])
def test_centred_letterbox_is_ultralytics(width: int, height: int) -> None:
    picture = np.random.default_rng(6).integers(0, 256, (height, width, 3), np.uint8)
    spec = InputSpec.model_validate(
        {"name": "images", "size": [128, 128], "scale": UNIT, "letterbox": {"mode": "center"}}
    )
    r = min(128 / height, 128 / width)
    unpadded = round(width * r), round(height * r)
    dw, dh = (128 - unpadded[0]) / 2, (128 - unpadded[1]) / 2
    resized = cv2.resize(picture, unpadded, interpolation=cv2.INTER_LINEAR) if unpadded != (width, height) else picture
    top, bottom = round(dh - 0.1), round(dh + 0.1)
    left, right = round(dw - 0.1), round(dw + 0.1)
    padded = cv2.copyMakeBorder(resized, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(114, 114, 114))
    expected = padded.transpose(2, 0, 1)[None].astype(np.float32) / 255
    values, placement = detectors_prepare.feeds(picture, spec)
    np.testing.assert_allclose(values["images"], expected, atol=1e-6)
    assert placement.offset == (left, top)


def test_squash_with_mean_and_std_in_the_order_of_the_colours() -> None:
    picture = np.random.default_rng(7).integers(0, 256, (37, 91, 3), np.uint8)
    mean, std = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
    spec = InputSpec.model_validate(
        {
            "name": "x",
            "size": [80, 48],
            "color": "BGR",
            "layout": "NHWC",
            "mean": mean,
            "std": std,
            "letterbox": {"mode": "squash"},
        }
    )
    shrunk = cv2.resize(picture, (80, 48), interpolation=cv2.INTER_LINEAR)
    expected = np.empty((48, 80, 3), np.float64)
    for place, channel in enumerate((2, 1, 0)):
        expected[:, :, place] = (shrunk[:, :, channel].astype(np.float64) - mean[place]) / std[place]
    values, _ = detectors_prepare.feeds(picture, spec)
    assert values["x"].shape == (1, 48, 80, 3)
    np.testing.assert_allclose(values["x"][0], expected, atol=1e-5)


@pytest.mark.parametrize("mode", ["topleft", "center", "squash"])
@pytest.mark.parametrize(("width", "height"), [(640, 480), (123, 1021), (5, 3)])
def test_a_place_in_the_picture_comes_back_from_the_rectangle(mode: str, width: int, height: int) -> None:
    spec = InputSpec.model_validate({"name": "x", "size": [320, 256], "letterbox": {"mode": mode}})
    _, placement = detectors_prepare.fitted(np.zeros((height, width, 3), np.uint8), spec)
    box = np.array([0.25 * width, 0.5 * height, 0.75 * width, 0.8 * height])
    there = box * np.array(placement.scale * 2) + np.array(placement.offset * 2)
    np.testing.assert_allclose(placement.back(there[None])[0], [0.25, 0.5, 0.75, 0.8], atol=1e-9)


# Decoding: numbers written out by hand


def plain(rectangle: int = 64) -> Placement:
    return Placement((rectangle, rectangle), (rectangle, rectangle), (1.0, 1.0), (0.0, 0.0))


def decoded(told: Description, **tensors: NDArray[Any]) -> list[tuple[int, float, tuple[float, ...]]]:
    return [
        (label, round(score, 6), tuple(round(value * 64, 4) for value in dataclasses.astuple(region)))
        for label, score, region in detectors_decode.decode(tensors, told, plain())
    ]


def test_yolox_cells_run_stride_by_stride_and_row_by_row() -> None:
    told = Description.model_validate(
        description(output={"format": "yolox", "tensors": {"output": "o"}, "strides": [8, 16, 32]})
    )
    rows = np.zeros((1, 64 + 16 + 4, 7), np.float32)
    rows[0, 8 * 2 + 3] = (0.5, 0.25, np.log(1.5), np.log(0.5), 0.8, 0.1, 0.9)  # stride 8, row 2, column 3
    rows[0, 64 + 4 * 1 + 2] = (0.0, 0.5, np.log(0.5), np.log(1), 0.5, 0.6, 0.2)  # stride 16, row 1, column 2
    # 8 * (3.5, 2.25) = (28, 18) ± (6, 2); 16 * (2, 1.5) = (32, 24) ± (4, 8)
    assert decoded(told, output=rows) == [
        (1, 0.72, (22, 16, 12, 4)),
        (0, 0.3, (28, 16, 8, 16)),
    ]


def test_yolov8_takes_both_layouts_and_objectness() -> None:
    told = Description.model_validate(description(output={"format": "yolov8", "tensors": {"output": "o"}}))
    columns = np.zeros((1, 6, 10), np.float32)
    columns[0, :, 7] = (20, 30, 8, 4, 0.2, 0.6)
    expected = [(1, 0.6, (16, 28, 8, 4))]
    assert decoded(told, output=columns) == expected
    assert decoded(told, output=columns.transpose(0, 2, 1)) == expected
    older = Description.model_validate(
        description(output={"format": "yolov8", "tensors": {"output": "o"}, "has_objectness": True})
    )
    rows = np.zeros((1, 10, 7), np.float32)
    rows[0, 3] = (20, 30, 8, 4, 0.5, 0.2, 0.6)
    assert decoded(older, output=rows) == [(1, 0.3, (16, 28, 8, 4))]


def test_detr_knows_softmax_with_nothing_and_sigmoid_without() -> None:
    output = {"format": "detr", "tensors": {"logits": "l", "boxes": "b"}, "normalised": True}
    logits = np.array([[[2.0, 0.0, 1.0], [0.0, 0.0, 9.0]]], np.float32)
    boxes = np.array([[[0.5, 0.5, 0.25, 0.5], [0.1, 0.1, 0.1, 0.1]]], np.float32)
    softmax = Description.model_validate(
        description(output=output | {"activation": "softmax", "background": "last"}, nms={"iou": None})
    )
    share = float(np.exp(2) / (np.exp(2) + 1 + np.exp(1)))
    assert decoded(softmax, logits=logits, boxes=boxes) == [(0, round(share, 6), (24, 16, 16, 32))]
    sigmoid = Description.model_validate(description(output=output | {"activation": "sigmoid"}, nms={"iou": None}))
    assert decoded(sigmoid, logits=logits[:, :1, :2], boxes=boxes[:, :1]) == [
        (0, round(float(1 / (1 + np.exp(-2))), 6), (24, 16, 16, 32))
    ]


def test_suppression_by_class_and_among_all() -> None:
    rows = np.array(
        [[[10, 10, 30, 30, 0.9, 0], [12, 12, 32, 32, 0.8, 0], [11, 11, 31, 31, 0.7, 1], [50, 50, 60, 60, 0.6, 0]]],
        np.float32,
    )
    output = {"format": "custom-nms", "tensors": {"output": "o"}, "box": "xyxy"}
    by_class = Description.model_validate(description(output=output))
    assert [score for _, score, _ in decoded(by_class, output=rows)] == [0.9, 0.7, 0.6]
    among_all = Description.model_validate(description(output=output, nms={"iou": 0.5, "per_class": False}))
    assert [score for _, score, _ in decoded(among_all, output=rows)] == [0.9, 0.6]
    none = Description.model_validate(description(output=output, nms={"iou": None}, max_boxes=3))
    assert [score for _, score, _ in decoded(none, output=rows)] == [0.9, 0.8, 0.7]


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"output": np.zeros((1, 64, 9), np.float32)}, "7 columns"),
        ({"output": np.zeros((1, 60, 7), np.float32)}, "60 cells"),
        ({"output": np.full((1, 64, 7), np.nan, np.float32)}, "no numbers"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error_and_no_empty_list(
    tensors: dict[str, NDArray[Any]], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        detectors_decode.decode(tensors, Description.model_validate(description()), plain())


def test_a_class_that_is_not_described_is_an_error() -> None:
    told = Description.model_validate(
        description(output={"format": "custom-nms", "tensors": {"output": "o"}, "box": "xyxy"})
    )
    rows = np.array([[[1, 1, 9, 9, 0.9, 7]]], np.float32)
    with pytest.raises(ModelError, match="class 7"):
        detectors_decode.decode({"output": rows}, told, plain())


# The description itself


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "../evil"}, "id"),
        ({"id": "a"}, "id"),
        ({"model": "../model.onnx"}, "model"),
        ({"classes": []}, "classes"),
        ({"classes": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"sha256": "ABC"}, "sha256"),
        ({"input": {"name": "images", "size": [0, 64]}}, "16 and 4096"),
        ({"input": {"name": "images", "size": [64, 64], "std": [1, 0, 1]}}, "above zero"),
        ({"output": {"format": "detr", "tensors": {"output": "o"}}}, "logits, boxes"),
        ({"output": {"format": "yolo99", "tensors": {"output": "o"}}}, "yolox"),
        ({"command": "rm"}, "command"),
    ],
)
def test_a_wrong_description_says_what_is_wrong(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "detector.json"
    path.write_text(json.dumps(description(**change)), encoding="utf-8")
    with pytest.raises(ModelError, match=words):
        read(path)


def test_graph_and_description_must_name_the_same_tensors(tmp_path: Path) -> None:
    session = session_of(detector_graphs.yolox(tmp_path / "m.onnx"))
    other = description(output={"format": "yolox", "tensors": {"output": "dets"}, "strides": [8]})
    with pytest.raises(ModelError, match="no output called dets; it has output"):
        Detector(Description.model_validate(other), session)
    wrong = description(input={"name": "data", "size": [64, 64]})
    with pytest.raises(ModelError, match="no input called data"):
        Detector(Description.model_validate(wrong), session)
    masked = session_of(detector_graphs.detr(tmp_path / "d.onnx"))
    _, told = FAMILIES["detr"]
    unmasked = told | {"input": {key: value for key, value in told["input"].items() if key != "mask"}}
    with pytest.raises(ModelError, match="pixel_mask"):
        Detector(Description.model_validate(unmasked), masked)
    assert masked.inputs[1] == TensorSpec("pixel_mask", (1, 64, 64))


def test_short_forms_say_the_same() -> None:
    short = description(
        input={"name": "images", "size": [64, 64], "mean": 127.5, "std": 128},
        output={"format": "ssd", "tensors": ["b", "s", "l"], "box": "xyxy"},
    )
    told = Description.model_validate_json(json.dumps(short))
    assert told.input.mean == (127.5, 127.5, 127.5)
    assert told.output.tensors == {"boxes": "b", "scores": "s", "labels": "l"}
    assert told.output.finished


def test_classes_tell_group_and_threshold() -> None:
    told = Description.model_validate(description())
    assert told.labels == ("nothing", "red")
    assert told.categories == {"red": "tape"}
    assert told.thresholds == {"nothing": 0.5, "red": 0.4}


def test_the_example_of_the_manual_is_a_description() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    example = text.partition("```json\n")[2].partition("```")[0].replace("…", "0" * 64)
    assert Description.model_validate_json(example).categories == {"handcuff": "cuffs"}
