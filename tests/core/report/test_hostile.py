"""Names and texts made to do harm: in a spreadsheet, in a line-oriented tool, in whoever copies them out of the PDF."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from core.case import schema
from core.report.cells import LONGEST, cell
from core.report.rows import json_line
from core.report.write import ReportResult
from tests.core.report.conftest import write
from tests.core.report.made_case import AT, make_case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;=1+1;b.jpg", "a;'=1+1;b.jpg"),
        ('Bild; "=HYPERLINK("x")', 'Bild; "\'=HYPERLINK("x")'),
        ("a;;-2", "a;;'-2"),
        ("a; ＝1", "a; '＝1"),
        ("=a;@b", "'=a;'@b"),
        ("a; b; c-d", "a; b; c-d"),
    ],
)
def test_no_formula_behind_a_semicolon_either(text: str, expected: str) -> None:
    assert cell(text) == expected
    line = io.StringIO()
    csv.writer(line).writerow(["x", cell(text), 1])
    for part in line.getvalue().strip().split(";"):  # how a spreadsheet with semicolons reads the line
        assert part.lstrip(' "')[:1] not in set("=+-@＝") or part.startswith("x,")


@pytest.mark.parametrize("text", ["ä" * 40_000, "\u202e" * 9000, "=" + "x" * 33_000])
def test_no_cell_is_longer_than_a_spreadsheet_takes(text: str) -> None:
    safe = cell(text)
    assert isinstance(safe, str)
    assert LONGEST < len(safe) < 32_767
    assert "whole in the .jsonl file" in safe[-40:]


def test_json_holds_a_lone_surrogate_and_gives_it_back() -> None:
    value = {"attributes": {"x": "a\ud83d b \udcff", "y": "😀"}}
    line = json_line(value)
    assert line.encode("utf-8")
    assert json.loads(line) == value
    assert "😀" in line


NAMES = {
    "surrogate": b"half\xed\xa0\x80.jpg",
    "bytes": b"broken\xff\xfename.jpg",
    "override": "evil\u202egpj.exe".encode(),
    "formula": b"=cmd|calc.jpg",
    "semicolon": b"a;=1+1;b.jpg",
    "break": b"line\nbreak\r\t.jpg",
    "backslash": b"a\\nb.jpg",
    "combining": "e\u0301te\u0301.jpg".encode(),
    "thai": "ภาพถ่าย.jpg".encode(),
    "plain": "Größe.jpg".encode(),
}


def test_every_name_can_be_had_back_to_the_byte(tmp_path: Path) -> None:
    """From the cell itself, or from path_hex where the cell is not exact; the line of JSON says the same."""
    from core.evidence.naming import restored, shown

    made = make_case(tmp_path / "case")
    made.facts()
    source = made.evidence()
    for name, raw in NAMES.items():
        number = made.content(name)
        made.copy(source, number, raw, shown=shown(restored(raw)))
        made.add(schema.decision, content_id=number, kind="note", value=f"{name}; =1", actor="x", at=AT)
    made.close_listing()
    write(made, tmp_path / "r")
    for table in ("files.csv", "decisions.csv"):
        with (tmp_path / "r" / table).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        told = {bytes.fromhex(row["path_hex"]) if row["path_hex"] else row["path"].encode() for row in rows}
        assert told == set(NAMES.values()), table
        assert all("\n" not in value and "\r" not in value for row in rows for value in row.values())
    lines = (tmp_path / "r" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    assert {bytes.fromhex(one["path_hex"]) if one["path_hex"] else one["path"].encode() for one in said} == set(
        NAMES.values()
    )
    assert {one["value"] for one in said} == {f"{name}; =1" for name in NAMES}


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (1_795_678_640_282_705_255, "2026-11-26T07:37:20.282705255Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (10**21, f"{10**21} ns"),
    ],
)
def test_times_of_files_to_the_nanosecond(tmp_path: Path, stamp: int, expected: str) -> None:
    from core.report.records import FileRow, Place
    from core.report.row_lists import FILE_COLUMNS, file_cells

    row = FileRow(Place(1, "a", b"a"), 1, "read", 1, "", "", "", "", "", stamp, None, "", "")
    cells = dict(zip(FILE_COLUMNS, file_cells(row), strict=True))
    assert (cells["modified"], cells["created"]) == (expected, None)


COPIED = ("海边的照片.jpg", "e\u0301te\u0301 Zu\u0308rich.jpg", "Größe & Maß <b>.jpg")


@pytest.mark.parametrize("name", COPIED)
def test_a_name_can_be_copied_out_of_the_pdf_as_it_is_written(tmp_path: Path, name: str) -> None:
    """Right-to-left names are not among these: what a reader makes of their order is its own affair (and `ActualText`
    makes it worse in the two most common ones, which turn it round once more); files.csv has them."""
    import unicodedata

    from pypdf import PdfReader

    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    number = made.content("a")
    made.copy(source, number, name.encode(), shown=name)
    run = made.run(config)
    made.outcome(number, config, run)
    made.finding(number, config, run, "ANUS_EXPOSED", 0.9, x=0.1, y=0.1, w=0.1, h=0.1)
    made.close_listing()
    write(made, tmp_path / "r")
    reader = PdfReader(tmp_path / "r" / "report.pdf")
    text = unicodedata.normalize("NFC", " ".join(page.extract_text() for page in reader.pages))
    assert unicodedata.normalize("NFC", name) in text


def test_nothing_is_drawn_in_a_font_that_is_not_embedded(english: ReportResult) -> None:
    """ReportLab names Helvetica in every document; a page that selects it needs a font that the reader must find."""
    import re

    from pypdf import PdfReader

    for page in PdfReader(english.folder / "report.pdf").pages:
        contents = page.get_contents()
        assert contents is not None
        used = set(re.findall(rb"/(F\S+) [\d.]+ Tf", contents.get_data()))
        fonts = page["/Resources"]["/Font"]  # type: ignore[index] # a PDF dictionary
        for name in used:
            font = fonts["/" + name.decode()].get_object()
            assert "/FontFile2" in font["/FontDescriptor"].get_object(), font["/BaseFont"]
