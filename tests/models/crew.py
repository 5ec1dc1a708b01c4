"""Small packs for every stage of `restraint`, and pictures for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models import catalogue, pose
from models.catalogue import MANIFEST
from models.restraint_data import data
from tests.support import tiny_models
from tests.support.tiny_models import BLUE, FLOAT, RED, Shelf

SIGLIP, OWL, JOYTAG, YOLOX = "siglip2-base-p16-224", "owlv2-base-p16-ensemble", "joytag", "yolox-s"
EVERYTHING = (SIGLIP, OWL, JOYTAG, YOLOX, pose.RTMPOSE)
TAGS = ("rope", "bound_wrists", "handcuffs", "sky", "gag")
PERSON = (0.5, 0.5, 0.5, 0.8)
"""Centre, width and height of the only person, relative to a square picture."""
WRISTS = (0.5, 0.6)


def vocabulary() -> list[str]:
    known = data()
    texts = [one.text for one in known.positive] + [t for some in known.distractors.values() for t in some]
    words = " ".join(["this is a photo of", *texts, *known.ordinary]).lower().replace("'", " ").split()
    return [word.strip(".,") for word in words]


def stock(shelf: Shelf, *packs: str) -> None:
    """Install small models for these packs."""
    tokenizer, colours = tiny_models.words(vocabulary())
    for pack in packs:
        files: Mapping[str, bytes] = {
            SIGLIP: lambda: tiny_models.siglip_files(vocabulary()),
            OWL: lambda: {"": tiny_models.open_vocabulary(colours), "tokenizer": tokenizer},
            JOYTAG: lambda: {
                "": tiny_models.tagger(TAGS, {"rope": RED, "handcuffs": BLUE}),
                "tags": "\n".join(TAGS).encode(),
            },
            YOLOX: lambda: {"": yolox()},
            pose.RTMPOSE: lambda: {"": rtmpose()},
        }[pack]()
        shelf.put(pack, files)


def yolox() -> bytes:
    cx, cy, w, h = (value * 640 for value in PERSON)
    answer = np.zeros((1, 8400, 85), np.float32)
    column, row = int(cx // 8), int(cy // 8)
    answer[0, row * 80 + column, :6] = (cx / 8 - column, cy / 8 - row, np.log(w / 8), np.log(h / 8), 0.95, 0.95)
    return tiny_models.always([("images", FLOAT, [1, 3, 640, 640])], {"output": answer})


def rtmpose() -> bytes:
    """A person in PERSON's box who stands upright with the wrists together at WRISTS."""
    across, down = PERSON[2] * 1.25, PERSON[3] * 1.25
    across, down = max(across, down * 0.75), max(down, across / 0.75)
    left, top = PERSON[0] - across / 2, PERSON[1] - down / 2
    head = [(0.5, 0.2), (0.52, 0.18), (0.48, 0.18), (0.54, 0.2), (0.46, 0.2)]
    arms = [(0.6, 0.32), (0.4, 0.32), (0.63, 0.45), (0.37, 0.45), (0.505, WRISTS[1]), (0.495, WRISTS[1])]
    legs = [(0.56, 0.6), (0.44, 0.6), (0.56, 0.72), (0.44, 0.72), (0.56, 0.85), (0.44, 0.85)]
    places = [*head, *arms, *legs]
    x, y = np.zeros((1, 26, 384), np.float32), np.zeros((1, 26, 512), np.float32)
    for joint, (px, py) in enumerate(places):
        x[0, joint, min(383, round((px - left) / across * 384))] = 0.9
        y[0, joint, min(511, round((py - top) / down * 512))] = 0.9
    return tiny_models.always([("input", FLOAT, [1, 3, 256, 192])], {"simcc_x": x, "simcc_y": y})


def tied(colour: tuple[int, int, int] = (255, 0, 0), side: int = 800, patch: float = 0.16) -> NDArray[np.uint8]:
    """Grey, with a patch of the colour at the wrists."""
    picture = np.full((side, side, 3), 124, np.uint8)
    left, right = round((WRISTS[0] - patch / 2) * side), round((WRISTS[0] + patch / 2) * side)
    top, bottom = round((WRISTS[1] - patch / 2) * side), round((WRISTS[1] + patch / 2) * side)
    picture[top:bottom, left:right] = colour
    return picture


def laboratory(shelf: Shelf, pack: str, stage: str, classes: Mapping[str, str], rows: NDArray[np.float32]) -> None:
    """Install a laboratory's detector that always finds `rows` [n, 6]: left, top, right, bottom (0–1), score, class."""
    graph = tiny_models.always([("images", FLOAT, [1, 3, 64, 64])], {"output": rows[None].astype(np.float32)})
    described = {
        "id": pack,
        "version": "1",
        "license": "own",
        "task": "restraint",
        "stage": stage,
        "input": {"name": "images", "size": [64, 64], "letterbox": {"mode": "squash"}},
        "output": {"format": "custom-nms", "tensors": {"output": "output"}, "box": "xyxy", "normalised": True},
        "classes": [{"name": name, "category": group, "threshold": 0.5} for name, group in classes.items()],
        "nms": {"iou": None},
    }
    files = {"model.onnx": graph, "detector.json": json.dumps(described).encode()}
    folder = shelf.packs / pack
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    entry = {
        "id": pack,
        "task": "restraint",
        "role": stage,
        "publisher": "laboratory",
        "version": "1",
        "files": [
            {
                "name": name,
                "part": "" if name.endswith(".onnx") else "description",
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in files.items()
        ],
        "format": "onnx",
        "licence_code": "own",
        "licence_weights": "own",
        "source": "laboratory",
        "card": {"en": "Own.", "de": "Eigen."},
    }
    (folder / MANIFEST).write_text(json.dumps(entry), encoding="utf-8")
    catalogue.forget()
