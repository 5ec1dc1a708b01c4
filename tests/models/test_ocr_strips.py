"""Long pictures, piece by piece: nothing between the pieces, nothing twice, places of the whole picture."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.control import Control
from core.records import Finding, Region, SampleResult
from models.local import LocalBackend
from models.ocr_strips import AT_MOST, LENGTH, Piece, joined, pieces
from tests.models.pictures import FONTS, sample, text_page


@pytest.mark.parametrize(("width", "height"), [(900, 12_000), (12_000, 800), (30, 90_000), (4000, 12_000), (700, 2501)])
def test_pieces_leave_no_gap_and_end_with_the_picture(width: int, height: int) -> None:
    found, long = pieces(width, height), max(width, height)
    assert 2 <= len(found) <= AT_MOST
    assert (found[0].start, found[0].first, found[-1].end, found[-1].last) == (0, 0, long, long)
    for one, after in itertools.pairwise(found):
        length = one.end - one.start
        assert one.end - after.start >= length / 8 - 2  # the overlap
        assert one.last == after.first  # every place belongs to one piece
        assert after.start < one.last < one.end
    assert all(piece.upright == (height > width) for piece in found)
    if min(width, height) <= LENGTH and long < 20_000:
        assert {piece.end - piece.start for piece in found} == {LENGTH}  # not a pixel is lost


@pytest.mark.parametrize(("width", "height"), [(640, 480), (4000, 3000), (900, 2400), (4000, 8000), (1, 2000)])
def test_other_pictures_are_read_as_a_whole(width: int, height: int) -> None:
    assert pieces(width, height) == ()


def test_lines_are_moved_numbered_and_never_doubled() -> None:
    upper, lower = Piece(0, 2000, 0, 1750, True), Piece(1500, 3500, 1750, 3500, True)

    def line(text: str, y: float) -> Finding:
        place = Region(0.1, y, 0.5, 0.02)
        corners = ((0.1, y), (0.6, y), (0.6, y + 0.02), (0.1, y + 0.02))
        return Finding("text", 0.9, place, polygon=corners, text=text, attributes={"order": 7})

    both = SampleResult((line("first", 0.1), line("on the border", 0.865), line("cut by the end", 0.98)))
    other = SampleResult((line("on the border", 0.115), line("cut by the end", 0.23), line("last", 0.9)))
    found = joined([(upper, both), (lower, other)], 800, 3500).findings
    assert [one.text for one in found] == ["first", "on the border", "cut by the end", "last"]
    assert [one.attributes["order"] for one in found] == [0, 1, 2, 3]
    last = found[-1]
    assert last.region is not None
    assert last.region.y * 3500 == pytest.approx(1500 + 0.9 * 2000)
    assert last.region.h * 3500 == pytest.approx(40)
    assert last.polygon is not None
    assert last.polygon[0] == pytest.approx((0.1, (1500 + 0.9 * 2000) / 3500))
    dark = SampleResult(exits=("text gate",))
    assert joined([(upper, dark), (lower, dark)], 800, 3500).exits == ("text gate",)
    assert joined([(upper, dark), (lower, other)], 800, 3500).exits == ()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_read_from_its_first_line_however_it_lies(backend: LocalBackend, quarters: int) -> None:
    lines = ["Treffpunkt am Bahnhof", "Rechnung vom 3. Mai", "Abholung gegen Abend"]
    page = np.ascontiguousarray(np.rot90(text_page(*lines), quarters))
    (result,) = backend.analyze("ocr", [sample(page)], {}, Control())
    assert [one.text for one in result.findings] == lines
    assert [one.attributes["order"] for one in result.findings] == [0, 1, 2]


@pytest.mark.parametrize("upright", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_long_screenshot_is_read(backend: LocalBackend, upright: bool) -> None:
    """At 2000 pixels in all, its letters would be five pixels high."""
    size = (700, 6000) if upright else (6000, 700)
    sheet = Image.new("RGB", size, "white")
    drawing, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONTS / "DejaVuSans.ttf", 24)
    places = [(40, 60), (40, 1880), (40, 4000), (40, 5900)] if upright else [(60, 40), (1700, 300), (5500, 600)]
    for number, place in enumerate(places):
        drawing.text(place, f"Treffpunkt {number + 1} am Bahnhof", font=font, fill="black")
    (result,) = backend.analyze("ocr", [sample(np.array(sheet))], {}, Control())
    assert [one.text for one in result.findings] == [f"Treffpunkt {n + 1} am Bahnhof" for n in range(len(places))]
    for finding, (x, y) in zip(result.findings, places, strict=True):
        assert finding.region is not None
        assert finding.region.x * size[0] == pytest.approx(x, abs=12)
        assert finding.region.y * size[1] == pytest.approx(y, abs=12)
