"""The packs of embedding and restraint go through the same gate as all others, and a laboratory's own detector too."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import PackError
from models import catalogue, packs, restraint_stages
from models.embedding import embed_pictures, embed_text
from models.runtime import Runtime
from tests.models.crew import OWL, SIGLIP, laboratory, stock
from tests.support import tiny_models
from tests.support.tiny_models import Shelf, plain


def carried_away(shelf: Shelf, pack: str, folder: Path) -> Path:
    """The files of an installed pack, taken out of the shelf."""
    shutil.move(shelf.packs / pack, folder)
    catalogue.forget()
    return folder


@pytest.mark.parametrize("pack", [SIGLIP, OWL])
def test_published_packs_are_packed_imported_and_used(shelf: Shelf, tmp_path: Path, pack: str) -> None:
    stock(shelf, pack)
    files = carried_away(shelf, pack, tmp_path / "files")
    assert restraint_stages.choose().missing is not None
    archive = packs.pack(pack, tmp_path / "out.asservat-pack", files=_all_files(pack, files))
    packs.install(archive)
    assert packs.verify(pack)[0].ok
    assert restraint_stages.choose().missing is None
    if pack == SIGLIP:
        runtime = Runtime()
        space, pictures = embed_pictures(runtime, [plain((255, 0, 0))])
        assert embed_text(runtime, ["red"])[0] == space
        assert pictures.shape == (1, 768)
        runtime.close()


def test_another_graph_under_the_name_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    tokenizer, colours = tiny_models.words([])
    wrong = {"image": tiny_models.text_tower(colours), "text": tiny_models.text_tower(colours), "tokenizer": tokenizer}
    shelf.put(SIGLIP, wrong)
    files = carried_away(shelf, SIGLIP, tmp_path / "files")
    with pytest.raises(PackError, match="pixel_values"):
        packs.pack(SIGLIP, tmp_path / "out.asservat-pack", files=_all_files(SIGLIP, files))


def test_a_laboratorys_detector_is_imported_and_takes_its_stage(shelf: Shelf, tmp_path: Path) -> None:
    laboratory(shelf, "lab-cuffs", "objects", {"Schelle": "cuffs"}, np.array([[0.1, 0.2, 0.3, 0.4, 0.9, 0]]))
    folder = carried_away(shelf, "lab-cuffs", tmp_path / "lab")
    (folder / "pack.json").unlink()
    packs.install(folder)
    stages = restraint_stages.choose()
    assert (stages.objects, stages.laboratory, stages.missing) == ("lab-cuffs", ("objects",), None)
    packs.remove("lab-cuffs")
    assert restraint_stages.choose().objects == ""


def _all_files(pack: str, folder: Path) -> Path:
    """Small stand-ins for the files that the small packs leave out (config.json …), with their hashes listed."""
    for file in catalogue.entry(pack).files:
        path = folder / file.name
        if not path.is_file():
            path.write_text("{}")
    _list_hashes(pack, folder)
    return folder


def _list_hashes(pack: str, folder: Path) -> None:
    import hashlib
    import json
    import os

    for path in Path(os.environ["ASSERVAT_CATALOGUE"]).glob("*.json"):
        read = json.loads(path.read_text(encoding="utf-8"))
        for entry in read["models"]:
            for file in entry["files"] if entry["id"] == pack else ():
                data = (folder / file["name"]).read_bytes()
                file |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        path.write_text(json.dumps(read), encoding="utf-8")
    catalogue.forget()
