"""Packs with small real models: the published files' inputs, outputs and shapes, with weights planted so that the
answer can be worked out by hand. They see colours, and words stand for colours.

    pictures   the mean colour of a picture (or of a cell of it), as it comes out of the preprocessing
    words      WORDS: a word's colour direction; other words are nothing
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models import catalogue

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
RED, GREEN, BLUE = (1.0, -1.0, -1.0), (-1.0, 1.0, -1.0), (-1.0, -1.0, 1.0)
WORDS: Mapping[str, tuple[float, float, float]] = {
    "red": RED,
    "rope": RED,
    "ropes": RED,
    "handcuffs": BLUE,
    "blue": BLUE,
    "green": GREEN,
    "bracelet": GREEN,
    "watch": GREEN,
    "wristband": GREEN,
    "harness": GREEN,
    "landscape": GREEN,
    "swing": (-1.0, 1.0, 1.0),  # so that a rope swing, which is no restraint, is nothing
}
SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>")
DIMENSIONS = 768


def model(
    nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any], constants: Mapping[str, NDArray[Any]]
) -> bytes:
    """A checked ONNX model. Inputs and outputs: (name, type, shape)."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info(*one) for one in inputs],
        [helper.make_tensor_value_info(*one) for one in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return bytes(made.SerializeToString())


def words(vocabulary: Iterable[str]) -> tuple[bytes, NDArray[np.float32]]:
    """A tokenizer file over whole words, and each token's colour."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    known = [*SPECIAL, *sorted({*vocabulary, *WORDS})]
    numbers = {word: number for number, word in enumerate(known)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", numbers["<bos>"]), ("<eos>", numbers["<eos>"])]
    )
    colours = np.array([WORDS.get(word, (0.0, 0.0, 0.0)) for word in known], np.float32)
    return tokenizer.to_str().encode(), colours


def picture_tower(dimensions: int = DIMENSIONS, output: str = "pooler_output") -> bytes:
    """`pixel_values` → the mean colour in the first three of the dimensions."""
    plant = np.zeros((3, dimensions), np.float32)
    plant[:, :3] = np.eye(3)
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixel_values"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "plant"], [output]),
        helper.make_node("Unsqueeze", [output, "one"], ["last_hidden_state"]),
    ]
    return model(
        nodes,
        [("pixel_values", FLOAT, ["batch", 3, "height", "width"])],
        [("last_hidden_state", FLOAT, ["batch", 1, dimensions]), (output, FLOAT, ["batch", dimensions])],
        {"plant": plant, "one": np.array([1], np.int64)},
    )


def text_tower(colours: NDArray[np.float32], dimensions: int = DIMENSIONS, output: str = "pooler_output") -> bytes:
    """`input_ids` → the sum of the words' colours in the first three of the dimensions."""
    table = np.zeros((len(colours), dimensions), np.float32)
    table[:, :3] = colours
    table[SPECIAL.index("<eos>"), 3] = 0.01  # so that a sentence of unknown words is not a vector of zeros
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"], axis=0),
        helper.make_node("ReduceSum", ["tokens", "axis"], [output], keepdims=0),
        helper.make_node("Identity", ["tokens"], ["last_hidden_state"]),
    ]
    return model(
        nodes,
        [("input_ids", INT64, ["batch", "length"])],
        [("last_hidden_state", FLOAT, ["batch", "length", dimensions]), (output, FLOAT, ["batch", dimensions])],
        {"table": table, "axis": np.array([1], np.int64)},
    )


def open_vocabulary(colours: NDArray[np.float32], cells: int = 60, gain: float = 4.0, offset: float = -14.0) -> bytes:
    """OWLv2: logits[1, cells², queries] = gain · cell colour · query colour + offset; a box of twice a cell's size
    around every cell. Inputs and outputs as in the export of Xenova."""
    side = 960 // cells
    centre = (np.arange(cells) + 0.5) / cells
    boxes = np.stack([*np.meshgrid(centre, centre), *np.full((2, cells, cells), 2.0 / cells)], axis=-1)
    nodes = [
        helper.make_node("AveragePool", ["pixel_values"], ["cells"], kernel_shape=[side, side], strides=[side, side]),
        helper.make_node("Reshape", ["cells", "flat"], ["columns"]),
        helper.make_node("Transpose", ["columns"], ["image_embeds"], perm=[0, 2, 1]),
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["seen"], to=FLOAT),
        helper.make_node("Unsqueeze", ["seen", "last"], ["weights"]),
        helper.make_node("Mul", ["tokens", "weights"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "axis"], ["text_embeds"], keepdims=0),
        helper.make_node("Transpose", ["text_embeds"], ["queries"], perm=[1, 0]),
        helper.make_node("MatMul", ["image_embeds", "queries"], ["fit"]),
        helper.make_node("Mul", ["fit", "gain"], ["steep"]),
        helper.make_node("Add", ["steep", "offset"], ["logits"]),
        helper.make_node("Identity", ["grid"], ["pred_boxes"]),
    ]
    return model(
        nodes,
        [
            ("input_ids", INT64, ["queries", 16]),
            ("pixel_values", FLOAT, [1, 3, 960, 960]),
            ("attention_mask", INT64, ["queries", 16]),
        ],
        [
            ("logits", FLOAT, [1, cells * cells, "queries"]),
            ("pred_boxes", FLOAT, [1, cells * cells, 4]),
            ("text_embeds", FLOAT, ["queries", 3]),
            ("image_embeds", FLOAT, [1, cells * cells, 3]),
        ],
        {
            "flat": np.array([1, 3, cells * cells], np.int64),
            "table": colours,
            "last": np.array([2], np.int64),
            "axis": np.array([1], np.int64),
            "gain": np.array(gain, np.float32),
            "offset": np.array(offset, np.float32),
            "grid": boxes.reshape(1, -1, 4).astype(np.float32),
        },
    )


def tagger(tags: Sequence[str], planted: Mapping[str, tuple[float, float, float]], offset: float = -2.0) -> bytes:
    """JoyTag: logit of a tag = 2 · mean colour · the tag's colour + offset."""
    plant = 2.0 * np.array([planted.get(tag, (0.0, 0.0, 0.0)) for tag in tags], np.float32).T
    nodes = [
        helper.make_node("GlobalAveragePool", ["input"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "plant"], ["raw"]),
        helper.make_node("Add", ["raw", "offset"], ["output"]),
    ]
    return model(
        nodes,
        [("input", FLOAT, ["batch", 3, 448, 448])],
        [("output", FLOAT, ["batch", len(tags)])],
        {"plant": np.ascontiguousarray(plant), "offset": np.array(offset, np.float32)},
    )


def always(inputs: Sequence[tuple[str, int, Sequence[Any]]], answers: Mapping[str, NDArray[np.float32]]) -> bytes:
    """A graph that answers the same to every input of these shapes."""
    nodes = [
        helper.make_node("ReduceSum", [inputs[0][0]], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "nought"], ["zero"]),
    ]
    nodes += [helper.make_node("Add", [f"{name}_planted", "zero"], [name]) for name in answers]
    return model(
        nodes,
        inputs,
        [(name, FLOAT, list(value.shape)) for name, value in answers.items()],
        {"nought": np.array(0.0, np.float32), **{f"{name}_planted": value for name, value in answers.items()}},
    )


class Shelf:
    """A pack folder and a catalogue over it: real entries, with the tiny files' hashes in them."""

    def __init__(self, folder: Path, forget: Callable[[], None] = catalogue.forget) -> None:
        self.packs, self.catalogue = folder / "packs", folder / "catalogue"
        shutil.copytree(catalogue.RESOURCES / "catalogue", self.catalogue)
        self.packs.mkdir()
        self._forget = forget

    def put(self, pack: str, files: Mapping[str, bytes]) -> None:
        """Install `files` (by part; "" is the main one) as this pack."""
        for path in self.catalogue.glob("*.json"):
            read = json.loads(path.read_text(encoding="utf-8"))
            for entry in read["models"]:
                if entry["id"] == pack:
                    self._fill(entry, files)
                    path.write_text(json.dumps(read), encoding="utf-8")
                    self._forget()
                    return
        raise KeyError(pack)

    def take(self, pack: str) -> None:
        shutil.rmtree(self.packs / pack)
        self._forget()

    def _fill(self, entry: dict[str, Any], files: Mapping[str, bytes]) -> None:
        (self.packs / entry["id"]).mkdir(exist_ok=True)
        for one in entry["files"]:
            part = one.get("part", "")
            data = files.get(part, files.get("") if one is entry["files"][0] else None)
            if data is not None:
                path = self.packs / entry["id"] / one["name"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                one |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def siglip_files(vocabulary: Iterable[str] = ()) -> dict[str, bytes]:
    tokenizer, colours = words(vocabulary)
    return {"image": picture_tower(), "text": text_tower(colours), "tokenizer": tokenizer}


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    return picture
