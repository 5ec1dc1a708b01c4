"""Large pictures at their full size: small print is read, no line is cut, nothing is said twice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.control import Control
from core.records import Finding, Region, SampleResult
from models import ocr_close
from models.local import LocalBackend
from models.tiles import grid
from tests.models.pictures import FONTS, cloudy, sample


@pytest.mark.parametrize(
    ("width", "height"), [(6532, 4899), (4757, 6727), (8900, 3590), (1536, 1536), (1537, 10), (40, 9000), (1, 1)]
)
def test_the_cells_cover_the_picture_and_overlap(width: int, height: int) -> None:
    owner = np.zeros((height, width), np.uint8)
    for cell in grid(width, height, ocr_close.SIDE, ocr_close.OVERLAP):
        seen, own = cell.seen, cell.own
        owner[own.top : own.bottom, own.left : own.right] += 1
        assert 0 < seen.right - seen.left <= ocr_close.SIDE
        assert 0 < seen.bottom - seen.top <= ocr_close.SIDE
        for begin, first, last, end, length in (
            (seen.left, own.left, own.right, seen.right, width),
            (seen.top, own.top, own.bottom, seen.bottom, height),
        ):
            assert 0 <= begin <= first < last <= end <= length
            # what is seen beyond its own part: half an overlap, and nothing beyond the picture
            assert first == begin == 0 or first - begin >= ocr_close.OVERLAP // 2 - 2
            assert last == end == length or end - last >= ocr_close.OVERLAP // 2 - 2
    assert (owner == 1).all()


@pytest.mark.parametrize(("width", "height"), [(640, 480), (4000, 3000), (6000, 4000), (2480, 3508), (2000, 12000)])
def test_usual_pictures_are_read_as_before(width: int, height: int) -> None:
    assert ocr_close.cells(width, height, above=24) == ()


@pytest.mark.parametrize(("width", "height"), [(6532, 4899), (4957, 7016)])
def test_pictures_of_48_megapixels_and_scans_of_600_dots_are_read_closely(width: int, height: int) -> None:
    assert 12 <= len(ocr_close.cells(width, height, above=24)) <= 25


def line(text: str | None, x: float, y: float, w: float, h: float, score: float, **more: object) -> Finding:
    """Of a picture of 1000 × 1000."""
    corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
    return Finding(
        label="text" if text else "unread text",
        score=score,
        region=Region(x / 1000, y / 1000, w / 1000, h / 1000),
        polygon=tuple((a / 1000, b / 1000) for a, b in corners),
        text=text,
        attributes={"order": 9, **more} if text else more,
    )


def said(whole: list[Finding], close: list[Finding]) -> list[str | None]:
    result = ocr_close.together(SampleResult(tuple(whole)), SampleResult(tuple(close)), 1000, 1000)
    read = [one for one in result.findings if one.text]
    assert [one.attributes["order"] for one in read] == list(range(len(read)))
    return [one.text for one in result.findings]


class TestTwoLooks:
    def test_the_surer_reading_of_a_line_counts(self) -> None:
        guess, sure = line("Ireffpnkt", 100, 100, 300, 20, 0.91), line("Treffpunkt", 102, 101, 298, 19, 0.99)
        assert said([guess], [sure]) == ["Treffpunkt"]
        assert said([sure], [guess]) == ["Treffpunkt"]
        assert said([sure], [line("Treff", 102, 101, 150, 19, 0.999)]) == ["Treffpunkt"]  # surer, but not of all of it

    def test_pieces_of_a_line_count_together(self) -> None:
        pieces = [line("Treffpunkt am", 100, 100, 150, 20, 0.99), line("Bahnhof", 260, 100, 140, 20, 0.99)]
        assert said([line("Ireffpnkt an Bohnhof", 100, 99, 300, 22, 0.9)], pieces) == ["Treffpunkt am", "Bahnhof"]
        assert said([line("Treffpunkt am Bahnhof", 100, 99, 300, 22, 0.993)], pieces) == ["Treffpunkt am Bahnhof"]

    def test_large_letters_are_those_of_the_whole_picture(self) -> None:
        large = line("EINGANG", 100, 300, 800, 160, 0.9)
        assert said([large], [line("INGAN", 300, 310, 300, 140, 0.99), line("G", 850, 310, 40, 140, 1.0)]) == [
            "EINGANG"
        ]

    def test_what_only_one_of_them_saw_stays_and_stands_in_its_place(self) -> None:
        whole = [line("first", 100, 100, 80, 20, 0.9), line("third", 100, 200, 80, 20, 0.9)]
        close = [line("second", 100, 150, 80, 20, 0.9), line("beside third", 300, 202, 150, 20, 0.9)]
        assert said(whole, close) == ["first", "second", "third", "beside third"]

    def test_what_the_whole_could_not_read_gives_way_and_the_other_way_round(self) -> None:
        unread, read = line(None, 100, 100, 300, 20, 0.8), line("Treffpunkt", 102, 101, 298, 19, 0.9)
        assert said([unread], [read]) == ["Treffpunkt"]
        assert said([read], [unread]) == ["Treffpunkt"]

    def test_lines_that_run_at_an_angle_do_not_take_their_neighbours(self) -> None:
        """Their upright boxes overlap, they do not."""

        def tilted(text: str, y: float) -> Finding:
            corners = ((0.1, y), (0.9, y + 0.1), (0.9, y + 0.12), (0.1, y + 0.02))
            return Finding("text", 0.9, Region(0.1, y, 0.8, 0.12), polygon=corners, text=text, attributes={"order": 0})

        assert said([tilted("one", 0.1), tilted("three", 0.2)], [tilted("two", 0.15)]) == ["one", "two", "three"]

    def test_a_page_on_its_side_or_on_its_head_is_ordered_as_it_is_read(self) -> None:
        stand = [line("first", 500, 100, 20, 300, 0.9), line("third", 400, 100, 20, 300, 0.9)]
        assert said(stand, [line("second", 450, 100, 20, 300, 0.9)]) == ["first", "second", "third"]
        head = [line("first", 100, 500, 300, 20, 0.9, upside_down=True)]
        assert said(head, [line("second", 100, 400, 300, 20, 0.9, upside_down=True)]) == ["first", "second"]

    def test_it_was_passed_over_when_both_looks_passed_it_over(self) -> None:
        dark, empty = SampleResult(exits=("text gate 0.01",)), SampleResult()
        assert ocr_close.together(dark, dark, 9, 9).exits == ("text gate 0.01",)
        assert ocr_close.together(dark, empty, 9, 9).exits == ()
        found = SampleResult((line("a", 1, 1, 9, 9, 0.9),))
        assert ocr_close.together(dark, found, 1000, 1000).exits == ()
        assert ocr_close.together(found, dark, 1000, 1000) == found


def read(backend: LocalBackend, picture: NDArray[np.uint8], closely_above: float) -> list[str | None]:
    (result,) = backend.analyze("ocr", [sample(picture)], {"closely_above": closely_above}, Control())
    assert result.failure is None
    for one in result.findings:
        assert one.region is not None
    return [one.text for one in result.findings]


def test_small_print_in_a_large_picture_is_read_across_the_borders_of_cells(backend: LocalBackend) -> None:
    """Letters of 14 pixels in 4200 × 1700, of which a page makes 7."""
    border = grid(4200, 1700, ocr_close.SIDE, ocr_close.OVERLAP)[0].own.right
    image = Image.fromarray(cloudy(4200, 1700) // 4 + 180)
    drawing, font = ImageDraw.Draw(image), ImageFont.truetype(FONTS / "DejaVuSans.ttf", 14)
    texts = ["Treffpunkt am Bahnhof um Mitternacht", "Rechnung vom dritten Mai bezahlt"]
    drawing.text((border - 130, 400), texts[0], font=font, fill=(20, 20, 20))
    drawing.text((200, 550), texts[1], font=font, fill=(20, 20, 20))
    picture = np.array(image)
    assert read(backend, picture, closely_above=4) == texts
    assert read(backend, picture, closely_above=24) != texts  # what a page of 2000 pixels makes of it
