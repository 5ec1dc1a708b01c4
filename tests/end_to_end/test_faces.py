"""`faces compare` and `faces like` as a person calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from tests.end_to_end.conftest import Program
from tests.models.pictures import cloudy, figure
from tests.support.here import Here


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two drawings of one head, one of a larger picture, a picture of nothing, and something that is no picture."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    Image.fromarray(figure(300, 400, seed=1)).save(folder / "one.png")
    Image.fromarray(figure(300, 400, seed=1)).resize((270, 360)).save(folder / "two.png")
    Image.fromarray(cloudy(96, 64)).save(folder / "nothing.png")
    (folder / "text.txt").write_text("a face, in words", encoding="utf-8")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 50)
    Image.fromarray(cloudy(300, 200)).save(folder / "half.jpg", quality=95)
    whole = (folder / "half.jpg").read_bytes()
    (folder / "half.jpg").write_bytes(whole[: len(whole) // 2])
    return folder


def test_pairs_of_a_file_and_one_bad_pair_costs_nothing_else(asservat: Program, pictures: Path) -> None:
    (pictures / "pairs.csv").write_text(
        "a,b\none.png,two.png\none.png,nothing.png\nmissing.png,two.png\ntext.txt,one.png\nbroken.jpg,one.png\n"
        "half.jpg,one.png\ntwo.png,one.png\n",
        encoding="utf-8",
    )
    done = asservat("faces", "compare", "--pairs", pictures / "pairs.csv", "--json", "--workers", "1")
    assert done.code == 0, done.err
    rows = done.lines
    named = ["one.png", "one.png", "missing.png", "text.txt", "broken.jpg", "half.jpg", "two.png"]
    assert [row["a"] for row in rows] == named
    good = rows[0]
    assert good["threshold"] == 0.7075
    assert good["similarity"] > 0.85
    assert good["same"] is True
    assert 0 <= good["quality_a"] <= 1
    assert good["reason"] is None
    assert good["similarity"] == rows[-1]["similarity"]
    for row, said in zip(
        rows[1:6],
        ("No face", "no such file", "text/plain", "broken.jpg: ", "half.jpg: No face was found. The picture file is"),
        strict=True,
    ):
        assert row["similarity"] is None
        assert row["same"] is None
        assert said in row["reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one.png"], "Two pictures"),
        (["one.png", "two.png", "--engine", "yunet-sface"], "sface-2021dec is not installed"),
        (["--pairs", "text.txt"], "no columns a and b"),
    ],
)
def test_wrong_use_is_one_sentence(
    here: Here, pictures: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("ASSERVAT_PACKS", "/nowhere")
    done = here("faces", "compare", *(pictures / one if "." in one else one for one in arguments))
    assert done.code in (1, 2)
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_faces_seen_too_badly_are_not_decided(asservat: Program, pictures: Path) -> None:
    """The same head, so blurred that it might be anybody's: the likeness is told, a verdict is not."""
    Image.fromarray(figure(300, 400, seed=1)).filter(ImageFilter.GaussianBlur(3)).save(pictures / "blurred.png")
    one, blurred = pictures / "one.png", pictures / "blurred.png"
    (row,) = asservat("faces", "compare", one, blurred, "--json", "--workers", "1").lines
    assert row["same"] is None
    assert row["quality_b"] < 0.12 < row["quality_a"]
    assert row["similarity"] is not None
    assert "Not decidable" in row["reason"]
    assert "blurred.png" in row["reason"]
    (row,) = asservat("faces", "compare", one, blurred, "--json", "--threshold", "0", "--workers", "1").lines
    assert row["same"] is None
    told = asservat("faces", "compare", one, blurred, "--workers", "1")
    assert "Not decidable" in told.err
    assert "candidate match (" not in told.out


@pytest.mark.slow
def test_odd_lists_of_pairs_have_their_own_words(asservat: Program, pictures: Path) -> None:
    (pictures / "ä ö 音.png").write_bytes((pictures / "one.png").read_bytes())
    (pictures / "zero.png").touch()
    table = pictures / "pairs.csv"
    table.write_text(f"a,b\nä ö 音.png,two.png\none.png,\n,\n{pictures},zero.png\n", encoding="utf-8")
    rows = asservat("faces", "compare", "--pairs", table, "--json", "--workers", "1").lines
    assert [row["same"] for row in rows] == [True, None, None]
    assert rows[1]["reason"] == "No picture is named in this column."
    assert "not a regular file" in rows[2]["reason"]
    assert "zero.png: This is an empty file" in rows[2]["reason"]
    for content, said in (("", "no columns a and b"), ("a,b\n", "names no pair"), ("x,y\n1,2\n", "no columns")):
        table.write_text(content, encoding="utf-8")
        done = asservat("faces", "compare", "--pairs", table)
        assert done.code == 2
        assert said in " ".join(done.err.split())


def test_a_case_finds_a_face_again(asservat: Program, here: Here, pictures: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    done = asservat("analyze", pictures, "--case", case, "--analyzers", "faces", "--workers", "1", "--json")
    assert done.code == 0, done.err
    found = here("findings", case, "--analyzer", "faces", "--json").lines
    assert len(found) == 2
    answer = asservat("faces", "like", case, found[0]["id"], "--json").json
    assert answer["compared"] == 1
    assert [match["finding"] for match in answer["matches"]] == [found[1]["id"]]
    told = here("faces", "like", case, found[0]["id"])
    assert "no identification" in told.out
    assert "two.png" in told.out


def test_a_missing_pack_is_an_outcome(
    here: Here, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "none"))
    case = tmp_path / "case"
    arguments = ("--analyzers", "faces", "--option", "faces.engine=yunet-auraface", "--workers", "1", "--json")
    done = here("analyze", pictures, "--case", case, *arguments)
    assert done.code == 0, done.err
    outcomes = here("outcomes", case, "--json").lines
    pictures_only = [row for row in outcomes if row["mime"].startswith("image/")]
    assert {row["state"] for row in pictures_only} == {"skipped"}
    assert all("auraface-v1 is not installed" in row["reason"] for row in pictures_only)


def test_tables_of_spreadsheets_are_read(tmp_path: Path) -> None:
    """With a mark at the beginning, in UTF-16 with tabs, with semicolons and quotes, relative to the table."""
    from app.cli.faces import read_pairs

    plain = 'a{0}b{0}note\r\n"M\u00fcller{0} x.jpg"{0}{1}{0}\r\n'
    for name, separator, encoding in (("1", ",", "utf-8-sig"), ("2", ";", "utf-8"), ("3", "\t", "utf-16")):
        table = tmp_path / f"{name}.csv"
        table.write_bytes(plain.format(separator, "sub/b.jpg").encode(encoding))
        (pair,) = read_pairs(table)
        assert (pair.a, pair.b) == (f"M\u00fcller{separator} x.jpg", "sub/b.jpg")
        assert pair.path_b == tmp_path / "sub" / "b.jpg"
