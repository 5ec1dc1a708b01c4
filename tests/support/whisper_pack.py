"""The tests' own small Whisper as an installed pack, with its manifest as `models import` writes it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from models.catalogue import MANIFEST
from models.pack_entry import Card, Entry, WeightFile
from tests.support.micro_whisper import MODEL

__all__ = ["NAME", "install"]

NAME = "whisper-micro"
_PARTS = {"config.json": "config", "tokenizer.json": "tokenizer", "preprocessor_config.json": "preprocessor"}


def install(packs: Path) -> str:
    """Copy the model into the folder of packs; returns the pack's name. Call `catalogue.forget` afterwards."""
    folder = Path(shutil.copytree(MODEL, packs / NAME))
    names = sorted((path.name for path in folder.iterdir()), key=lambda name: (name != "model.bin", name))
    entry = Entry(
        id=NAME,
        task="speech",
        role="light",
        publisher="Asservat",
        version="1",
        files=tuple(_file(folder / name) for name in names),
        format="ct2",
        licence_code="GPL-3.0-or-later",
        licence_weights="GPL-3.0-or-later",
        source="tests/support/micro_whisper",
        card=Card(en="For tests: two dozen words.", de="Für Tests: zwei Dutzend Wörter."),
    )
    (folder / MANIFEST).write_text(entry.model_dump_json(), encoding="utf-8")
    return NAME


def _file(path: Path) -> WeightFile:
    part = "" if path.name == "model.bin" else _PARTS.get(path.name, path.stem)
    data = path.read_bytes()
    return WeightFile(name=path.name, part=part, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
