"""A laboratory's own object detector: an ONNX file and `detector.json`, which says how to ask it and read its answer.

No code comes with such a pack. Four families are known, and graphs that do the suppression themselves:

    yolox        one tensor [1, cells, 5 + classes], raw (grid and stride still to be applied) or decoded
    yolov8       one tensor [1, 4 + classes, cells] or its transpose; with objectness also YOLOv5's layout
    detr         `logits` [1, queries, classes (+ 1)] and `boxes` [1, queries, 4]
    ssd          `boxes` [1, n, 4] and `scores` [1, n, background + classes], or with `labels`: [1, n] detections
    custom-nms   finished detections: `boxes`, `scores`, `labels`, or one tensor [1, n, 6] (box, score, class)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import ModelError

__all__ = ["DESCRIPTION", "Description", "InputSpec", "OutputSpec", "read"]

DESCRIPTION = "detector.json"
"""The file's name in a pack; in the catalogue its part is `description`."""
_ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "yolox": (("output",),),
    "yolov8": (("output",),),
    "detr": (("logits", "boxes"),),
    "ssd": (("boxes", "scores"), ("boxes", "scores", "labels")),
    "custom-nms": (("output",), ("boxes", "scores", "labels")),
}
"""Which tensors each family has to name; the alternatives of one family are told apart by it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Letterbox(_Frozen):
    """How a picture becomes the model's rectangle. `topleft`: shrunk or enlarged keeping its shape, padded at right and
    bottom (YOLOX); `center`: padded on both sides (Ultralytics); `squash`: stretched. `pad`: value of the padding."""

    mode: Literal["topleft", "center", "squash"] = "topleft"
    pad: int = Field(default=114, ge=0, le=255)


class InputSpec(_Frozen):
    """What the graph is fed: value = (pixel × scale − mean) / std, mean and std in the order of `color`."""

    name: str = Field(min_length=1)
    size: tuple[int, int]
    """Width, height in pixels."""
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    color: Literal["RGB", "BGR"] = "RGB"
    dtype: Literal["float32", "float16", "uint8"] = "float32"
    scale: float = Field(default=1.0, gt=0)
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    letterbox: Letterbox = Letterbox()
    resample: Literal["bilinear", "area"] = "bilinear"
    mask: str = ""
    """Name of an int64 input [1, height, width] of ones (`pixel_mask` of DETR exports)."""
    sizes: str = ""
    """Name of an int64 input [1, 2] for the size the boxes shall refer to (`orig_target_sizes` of RT-DETR exports); it
    is given the model's own width and height, so that boxes are pixels of the model's rectangle."""

    @field_validator("mean", "std", mode="before")
    @classmethod
    def _for_each_colour(cls, value: object) -> object:
        """One number stands for all three colours."""
        return [value] * 3 if isinstance(value, int | float) else value

    @field_validator("size")
    @classmethod
    def _sensible(cls, size: tuple[int, int]) -> tuple[int, int]:
        if not all(16 <= side <= 4096 for side in size):
            raise ValueError("width and height must lie between 16 and 4096 pixels")
        return size

    @field_validator("std")
    @classmethod
    def _divisible(cls, std: tuple[float, float, float]) -> tuple[float, float, float]:
        if not all(value > 0 for value in std):
            raise ValueError("std must be above zero")
        return std


class OutputSpec(_Frozen):
    """How the answer is read. `tensors`: our name (see the module's head) → name in the graph."""

    format: Literal["yolox", "yolov8", "detr", "ssd", "custom-nms"]
    tensors: dict[str, str]
    box: Literal["cxcywh", "xyxy", "yxyx", "xywh"] = "cxcywh"
    normalised: bool = False
    """Boxes are 0–1 of the model's rectangle; else pixels of it."""
    has_objectness: bool = False
    """yolov8 only: a column between box and classes that multiplies the class scores (YOLOv5)."""
    decoded: bool = False
    """yolox only: grid and strides are already applied inside the graph."""
    strides: tuple[int, ...] = (8, 16, 32)
    activation: Literal["none", "sigmoid", "softmax"] = "none"
    """What turns the graph's numbers into scores."""
    background: Literal["none", "first", "last"] = "none"
    """detr, ssd: an extra class that stands for nothing."""
    first_label: int = Field(default=0, ge=0)
    """custom-nms, ssd with labels: the number of our first class (1 where 0 is the background)."""

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, told: object) -> object:
        """Tensors may be told as a list, in the order of the module's head."""
        if not isinstance(told, dict) or not isinstance(told.get("tensors"), list):
            return told
        names, orders = told["tensors"], _ORDERS.get(str(told.get("format")), ())
        fitting = [order for order in orders if len(order) == len(names)]
        return told | {"tensors": dict(zip(fitting[0], names, strict=True))} if fitting else told

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = _ORDERS[self.format]
        if set(self.tensors) not in [set(order) for order in wanted]:
            names = " or ".join(", ".join(order) for order in wanted)
            raise ValueError(f"the format {self.format} needs the tensors {names}")
        return self

    @property
    def finished(self) -> bool:
        """The graph gives chosen detections, not scores for every class and cell."""
        return "labels" in self.tensors or self.format == "custom-nms"


class LabClass(_Frozen):
    """One class, in the order of the model's numbers. `category`: the group it counts as (of `restraint`: rope, cuffs,
    tape, …); empty: known but not of interest. `threshold`: from where on it is shown."""

    name: str = Field(min_length=1)
    category: str = ""
    threshold: float = Field(default=0.5, ge=0, le=1)


class Suppression(_Frozen):
    """Of two boxes that overlap more than `iou`, the better stays. None: nothing is suppressed (DETR needs none)."""

    iou: float | None = Field(default=0.5, gt=0, le=1)
    per_class: bool = True


class Calibration(_Frozen):
    """What the thresholds rest on. `dataset_note` empty: they are shown as uncalibrated."""

    method: str = ""
    params: dict[str, float | str] = {}
    dataset_note: str = ""


class Description(_Frozen):
    """The whole of `detector.json`."""

    id: str
    version: str = Field(min_length=1)
    license: str = Field(min_length=1)
    publisher: str = ""
    task: str = "restraint"
    """The analyzer it serves."""
    stage: str = "objects"
    """Which stage of that analyzer it takes the place of (`restraint`: prefilter, persons, objects, verifier)."""
    model: str = "model.onnx"
    """The ONNX file beside the description."""
    sha256: str = ""
    """Of that file; checked when it is given."""
    input: InputSpec
    output: OutputSpec
    classes: tuple[LabClass, ...] = Field(min_length=1)
    nms: Suppression = Suppression()
    keep_score: float = Field(default=0.05, ge=0.001, le=1)
    """Boxes below it are not stored; thresholds are applied when reading."""
    max_boxes: int = Field(default=300, ge=1, le=10_000)
    calibration: Calibration = Calibration()
    note: str = ""
    note_de: str = ""
    """What the laboratory says of it: what it finds, what it misses, what it was trained on."""

    @field_validator("id")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,63}", name) or name.endswith("."):
            raise ValueError("an id is 2 to 64 small letters, digits, dots, dashes or underscores")
        return name

    @field_validator("model")
    @classmethod
    def _beside(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.onnx", name):
            raise ValueError("the model is a file with the ending .onnx beside the description")
        return name

    @field_validator("sha256")
    @classmethod
    def _hexadecimal(cls, value: str) -> str:
        if value and not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ValueError("sha256 is 64 hexadecimal digits in small letters")
        return value

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [one.name for one in self.classes]
        if len(set(names)) != len(names):
            raise ValueError("two classes have the same name")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.classes)

    @property
    def categories(self) -> Mapping[str, str]:
        """Label → category, of the classes that have one."""
        return {one.name: one.category for one in self.classes if one.category}

    @property
    def thresholds(self) -> dict[str, float]:
        return {one.name: one.threshold for one in self.classes}


def read(path: Path) -> Description:
    """A `detector.json`. Raises `ModelError` with every field that is wrong."""
    try:
        data = path.read_bytes()
        # editors on Windows put a mark before it, or write UTF-16
        return Description.model_validate_json(data.decode(json.detect_encoding(data), "replace"))
    except ValidationError as error:
        told = [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
        what = "; ".join(f"{where or 'file'}: {said}" for where, said in told)
        raise ModelError(f"{path.name} does not describe a detector: {what}.", "See docs/models.md.") from error
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}.", "See docs/models.md.") from error
