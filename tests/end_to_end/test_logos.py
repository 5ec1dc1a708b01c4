"""`logos …`: a gallery of a case that was analysed before it had one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.end_to_end.conftest import Program
from tests.support.here import Here
from tests.support.logo_scenes import View, background, compose, logo


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    for number, name in enumerate(("ring", "bolt")):
        scene = compose(logo(name), background(number, (480, 360)), View(side=150, turn=15), number)
        Image.fromarray(scene.picture).save(folder / f"{name}.png")
    Image.fromarray(background(7, (480, 360))).save(folder / "none.png")
    for name in ("ring", "bolt"):
        Image.fromarray(logo(name)).save(tmp_path / f"{name}.png")
    return folder


@pytest.mark.slow
def test_a_reference_added_later_finds_without_the_evidence(
    asservat: Program, here: Here, pictures: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    run = asservat("analyze", pictures, "--case", case, "--analyzers", "logo", "--json")
    assert run.code == 0, run.err
    assert run.json["outcomes"] == {"logo": {"done": 3}}
    assert all("gallery of logos is empty" in row["reason"] for row in here("outcomes", case, "--json").lines)

    pictures.rename(tmp_path / "elsewhere")  # nothing may be decoded again
    added = asservat("logos", case, "add", "Ring & Co", tmp_path / "ring.png", "--json")
    assert added.code == 0, added.err
    assert added.json["searched"] == {"samples": 3, "findings": 1, "contents": 1, "complete": True}
    (row,) = here("findings", case, "--json", "--analyzer", "logo", "--min-score", "0.5").lines
    assert (row["label"], row["paths"]) == ("Ring & Co", ["ring.png"])
    assert len(row["polygon"]) == 4
    assert {one["reason"] for one in here("outcomes", case, "--json").lines} == {""}

    again = here("logos", case, "add", "Ring & Co", tmp_path / "ring.png", "--json").json
    assert (again["added"], again["known"], again["searched"]["samples"]) == ([], 1, 0)
    (listed,) = asservat("logos", case, "list", "--json").json
    assert (listed["name"], listed["findings"], listed["searched"]) == ("Ring & Co", 1, True)
    assert "Ring & Co" in here("logos", case, "list").out

    removed = here("logos", case, "remove", "Ring & Co", "--json").json
    assert (removed["findings"], removed["findings_kept"]) == (1, 0)
    assert here("findings", case, "--json").lines == []
    assert here("case", "check", case).code == 0


def test_one_that_lost_against_a_removed_one_is_found(
    asservat: Program, here: Here, pictures: Path, tmp_path: Path
) -> None:
    """The same picture under a wrong name and a right one: only one of the two is found in a place."""
    case = tmp_path / "case"
    assert here("analyze", pictures, "--case", case, "--analyzers", "logo").code == 0
    for name in ("wrong", "right"):
        assert here("logos", case, "add", name, tmp_path / "ring.png").code == 0
    removed = asservat("logos", case, "remove", "wrong", "--json")
    assert removed.code == 0, removed.err
    assert removed.json["findings"] == 1
    assert (removed.json["searched"]["findings"], removed.json["searched"]["complete"]) == (1, True)
    (row,) = here("findings", case, "--json", "--analyzer", "logo", "--min-score", "0.5").lines
    assert (row["label"], row["paths"]) == ("right", ["ring.png"])


def test_a_run_after_the_gallery_compares_at_once(
    asservat: Program, here: Here, pictures: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    assert here("case", "new", case).code == 0
    assert asservat("logos", case, "add", "bolt", tmp_path / "bolt.png").code == 0
    assert asservat("analyze", pictures, "--case", case, "--analyzers", "logo").code == 0
    rows = here("findings", case, "--json", "--min-score", "0.5").lines
    assert [(row["label"], row["paths"]) for row in rows] == [("bolt", ["bolt.png"])]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["logos", "{case}", "add", "x", "{tmp}/none.png"], "cannot be read"),
        (["logos", "{case}", "add", "x", "{case}/audit.jsonl"], "not a picture"),
        (["logos", "{case}", "remove", "x"], "gallery has no 'x'"),
        (["logos", "{tmp}", "list"], "There is no case"),
    ],
)
def test_wrong_use_is_one_sentence(here: Here, tmp_path: Path, arguments: list[str], words: str) -> None:
    case = tmp_path / "case"
    assert here("case", "new", case).code == 0
    result = here(*(one.replace("{case}", str(case)).replace("{tmp}", str(tmp_path)) for one in arguments))
    assert result.code == 2
    assert words in result.err
    assert "Traceback" not in result.err
