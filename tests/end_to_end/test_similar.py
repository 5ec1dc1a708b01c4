"""`analyze --analyzers embedding` and `similar`, over small models in a real child process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support import tiny_models
from tests.support.here import Here
from tests.support.media import film
from tests.support.tiny_models import Shelf, plain

COLOURS = {"red": (250, 5, 5), "dark red": (200, 20, 20), "blue": (5, 5, 250), "green": (5, 250, 5)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.fromarray(plain(colour)).save(folder / f"{name}.png")
    both = np.concatenate([plain((250, 5, 5)), plain((5, 5, 250))], axis=1)
    Image.fromarray(both).save(folder / "both.png")
    film(folder / "film.mp4", seconds=4)
    (folder / "notes.txt").write_text("words")
    return folder


def test_without_a_pack_the_outcome_says_so_and_similar_too(
    here: Here, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "none"))
    case = tmp_path / "case"
    assert here("analyze", source, "--case", case, "--analyzers", "embedding", "--json").code == 0
    rows = here("outcomes", case, "--json").lines
    assert {row["state"] for row in rows if row["mime"].startswith("image/")} == {"skipped"}
    asked = here("similar", case, "red.png", "--json")
    assert asked.code == 1
    assert "siglip2-base-p16-224" in asked.err


def test_near_pictures_sentences_and_parts(
    here: Here, source: Path, tmp_path: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.put("siglip2-base-p16-224", tiny_models.siglip_files())
    case = tmp_path / "case"
    done = here("analyze", source, "--case", case, "--analyzers", "embedding", "--json")
    assert done.code == 0, done.err
    reasons = [(row["paths"], row["code"], row["reason"]) for row in here("outcomes", case, "--json").lines]
    assert done.json["outcomes"]["embedding"] == {"done": 6, "unsupported": 1}, (reasons, caplog.text)

    def names(*arguments: object) -> list[str]:
        asked = here("similar", case, *arguments, "--json")
        assert asked.code == 0, asked.err
        assert [row["rank"] for row in asked.lines] == list(range(1, len(asked.lines) + 1))
        return [row["paths"][0] for row in asked.lines]

    assert names("red.png", "--limit", 1) == ["dark red.png"]
    assert "red.png" not in names("red.png")
    assert set(names("--text", "red", "--min-score", 0.9)) == {"red.png", "dark red.png"}
    assert names("--picture", source / "blue.png", "--limit", 1) == ["blue.png"]
    assert names("both.png", "--region", "0.5,0,0.5,1", "--limit", 1) == ["blue.png"]
    (row,) = [one for one in here("similar", case, "red.png", "--json").lines if one["kind"] == "video"]
    assert row["time"] is not None
    assert row["frame"] is not None
    assert row["space"].startswith("siglip2-base-p16-224/")

    for wrong in (("nothing.png",), ("red.png", "--text", "x"), (), ("red.png", "--region", "2,2,1,1"), ("notes.txt",)):
        asked = here("similar", case, *wrong, "--json")
        assert asked.code in (1, 2)
        assert "error" in asked.err
    shelf.put("siglip2-base-p16-224", {**tiny_models.siglip_files(), "image": tiny_models.picture_tower(32)})
    other = here("similar", case, "--text", "red", "--json")
    assert other.code == 1
    assert "cannot be compared" in other.err
