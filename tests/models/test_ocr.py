from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.records import SampleResult
from models import ocr, ocr_detect, ocr_gate, ocr_picture, ocr_recognise
from models.local import BackendSpec, LocalBackend
from tests.models.pictures import cloudy, sample, text_page

PAGE = ("Quittung Nr. 4711 vom 3. Mai", "Übergabe am Hauptbahnhof, 19:45 Uhr", "EUR 1.250,00 in bar", "Straße, Größe")


@pytest.fixture(scope="module")
def library() -> Any:
    """RapidOCR with its defaults, on one thread: its spinning threads make a busy machine several times slower."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    made = RapidOCR(params=threads)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return made


def read(backend: LocalBackend, picture: NDArray[np.uint8], **options: object) -> SampleResult:
    (result,) = backend.analyze("ocr", [sample(picture)], options, Control())
    assert result.failure is None
    return result


def texts(result: SampleResult) -> list[str]:
    return [finding.text or "" for finding in result.findings]


def compare(backend: LocalBackend, library: Any, picture: NDArray[np.uint8]) -> int:
    """Same lines, same scores, same quads as the library's; how many lines."""
    expected = library(np.ascontiguousarray(picture[..., ::-1]))
    got = read(backend, picture, gate=False)
    assert texts(got) == list(expected.txts or ())
    height, width = picture.shape[:2]
    for finding, quad, score in zip(
        got.findings, expected.boxes if expected.txts else (), expected.scores or (), strict=True
    ):
        assert finding.score == pytest.approx(score, abs=1e-4)
        np.testing.assert_allclose(np.array(finding.polygon) * (width, height), quad, atol=1.0)
    return len(got.findings)


@pytest.mark.parametrize("turn", [0, 90, 7])
def test_rendered_text_equals_the_library(backend: LocalBackend, library: Any, turn: float) -> None:
    assert compare(backend, library, text_page(*PAGE[:3], size=36, width=400, turn=turn)) >= 3


def test_a_strip_equals_the_library(backend: LocalBackend, library: Any) -> None:
    assert compare(backend, library, text_page("Kennwort: geheim123", size=18, width=250)[10:40]) >= 1


@pytest.mark.slow
def test_a_large_picture_equals_the_library(backend: LocalBackend, library: Any) -> None:
    large = np.full((1500, 2400, 3), 255, np.uint8)
    page = text_page(*PAGE, size=60, width=1300)
    large[100 : 100 + page.shape[0], 300 : 300 + page.shape[1]] = page
    assert compare(backend, library, large) >= 3


def test_real_pictures_equal_the_library(backend: LocalBackend, library: Any, shared_data: Path) -> None:
    for name in ("ch_en_num.jpg", "chinese.jpg"):
        bgr = cv2.imread(str(shared_data / "ocr" / name))
        assert bgr is not None
        assert compare(backend, library, np.ascontiguousarray(bgr[..., ::-1])) > 5


def test_lines_come_in_reading_order_with_their_place(backend: LocalBackend) -> None:
    result = read(backend, text_page(*PAGE[:3]))
    assert texts(result) == list(PAGE[:3])
    assert [finding.attributes["order"] for finding in result.findings] == [0, 1, 2]
    first = result.findings[0]
    assert first.label == "text"
    assert first.region is not None
    assert first.polygon is not None
    assert (first.region.x, first.region.y) == pytest.approx((20 / 640, 15 / 416), abs=0.05)
    assert first.polygon[0][0] < first.polygon[1][0]
    assert not first.attributes["upside_down"]


def test_text_upside_down_is_read_and_said(backend: LocalBackend) -> None:
    result = read(backend, text_page(PAGE[0], turn=180))
    assert texts(result) == [PAGE[0]]
    assert result.findings[0].attributes["upside_down"]


def test_chinese_is_read(backend: LocalBackend) -> None:
    picture = text_page("正品促销 大桶装更划算", size=40, font="DroidSansFallbackFull.ttf")
    assert "".join(texts(read(backend, picture))).replace(" ", "") == "正品促销大桶装更划算"


def test_the_gate_passes_over_pictures_of_nothing_and_says_so(backend: LocalBackend) -> None:
    for picture in (cloudy(640, 480), np.zeros((300, 400, 3), np.uint8), np.full((300, 500, 3), 255, np.uint8)):
        result = read(backend, picture)
        assert result.findings == ()
        assert len(result.exits) == 1
        assert result.exits[0].startswith("text gate 0.")
        assert f"< {ocr.GATE_THRESHOLD:g}: no text expected" in result.exits[0]
    assert read(backend, cloudy(640, 480), gate=False).exits == ()


@pytest.mark.parametrize("colours", [("white", "black"), ("#808080", "#a0a0a0"), ("#c03030", "#f0d020")])
@pytest.mark.parametrize("size", [12, 20, 60])
def test_the_gate_lets_text_through(backend: LocalBackend, size: int, colours: tuple[str, str]) -> None:
    from PIL import Image, ImageDraw, ImageFont

    from tests.models.pictures import FONTS

    image = Image.new("RGB", (1000, 750), colours[0])
    font = ImageFont.truetype(FONTS / "DejaVuSans.ttf", size)
    ImageDraw.Draw(image).text((120, 300), "Treffpunkt 19:45", font=font, fill=colours[1])
    backend.load("ocr")
    detector = backend._runtime.session(ocr.DETECTOR)
    assert ocr_gate.evidence_of_text(detector, ocr_picture.prepare(np.array(image))) > ocr_gate.THRESHOLD


def test_what_info_says_of_the_gate_is_what_it_does() -> None:
    shares = {"share": ocr_gate.SHARE, "share_enlarged": ocr_gate.SHARE_ENLARGED}
    assert shares | {"version": ocr_gate.VERSION} == ocr.GATE
    assert ocr.OcrOptions().gate_threshold == ocr_gate.THRESHOLD


@pytest.mark.slow
def test_findings_do_not_depend_on_workers_or_neighbours(backend: LocalBackend) -> None:
    pictures = [text_page(*PAGE), cloudy(320, 240), text_page(PAGE[1], size=20), text_page(PAGE[2], turn=90)]
    together = backend.analyze("ocr", [sample(one, i) for i, one in enumerate(pictures)], {}, Control())
    other = LocalBackend(BackendSpec(workers=1))
    for picture, result in zip(reversed(pictures), reversed(together), strict=True):
        assert read(other, picture).findings == result.findings
    other.close()


def test_the_tensor_by_hand() -> None:
    picture = np.zeros((736, 736, 3), np.uint8)
    picture[:] = (255, 0, 51)
    page = ocr_picture.prepare(picture)
    tensor = ocr_picture.to_tensor(page.bgr, ocr_picture.detector_size(page))
    assert tensor.shape == (1, 3, 736, 736)
    np.testing.assert_allclose(tensor[0, :, 5, 7], (51 / 255 * 2 - 1, -1.0, 1.0), atol=1e-6)  # blue first


@pytest.mark.parametrize(
    ("width", "height", "page", "detector"),
    [
        (640, 480, (640, 480), (736, 992)),
        (4000, 3000, (1984, 1504), (1504, 1984)),
        (700, 30, (700, 174), (736, 2976)),
        (100, 2000, (100, 2000), (9152, 448)),
        (300, 1, (8992, 2248), (1024, 4096)),
        (20, 20, (32, 32), (736, 736)),
    ],
)
def test_sizes(width: int, height: int, page: tuple[int, int], detector: tuple[int, int]) -> None:
    made = ocr_picture.prepare(np.zeros((height, width, 3), np.uint8))
    assert abs(made.bgr.shape[1] - page[0]) <= 32
    assert abs(made.bgr.shape[0] - page[1]) <= 32
    size = ocr_picture.detector_size(made)
    assert size[0] % 32 == size[1] % 32 == 0
    assert size[0] * size[1] <= 2100 * 2048
    assert abs(size[0] - detector[0]) <= 32
    assert abs(size[1] - detector[1]) <= 32


def test_boxes_come_back_to_the_original_through_reducing_and_padding() -> None:
    made = ocr_picture.prepare(np.zeros((50, 4000, 3), np.uint8))
    assert made.top > 0
    there = np.array([[0, made.top], [made.bgr.shape[1], made.bgr.shape[0] - made.top]], np.float32)
    np.testing.assert_allclose(made.to_original(there), [[0, 0], [4000, 50]], atol=1e-3)


def test_boxes_from_a_drawn_map() -> None:
    probability = np.zeros((320, 480), np.float32)
    probability[100:120, 60:260] = 0.9
    probability[200:202, 60:260] = 0.9  # too thin
    probability[250:270, 60:260] = 0.4  # too weak
    (line,) = ocr_detect.boxes_from_map(probability, 960, 640)
    assert line.score == pytest.approx(0.9, abs=0.05)
    left, top = line.quad.min(axis=0)
    right, bottom = line.quad.max(axis=0)
    grown = 200 * 20 * 1.6 / 440  # area × ratio / perimeter, in pixels of the map
    assert (left, right) == pytest.approx((2 * (60 - grown), 2 * (260 + grown)), abs=6)
    assert (top, bottom) == pytest.approx((2 * (100 - grown), 2 * (120 + grown)), abs=6)


def test_ctc_merges_repeats_and_keeps_doubles_across_a_blank() -> None:
    characters = ("", "a", "b", " ")
    steps = np.full((7, 4), 0.1, np.float32)
    for step, best in enumerate((1, 1, 0, 1, 2, 2, 3)):
        steps[step, best] = 0.8
    best, worth = (kept[0] for kept in ocr_recognise._best([steps[None]]))
    assert ocr_recognise._decoded(best, worth, characters) == ocr_recognise.Reading("aab ", pytest.approx(0.8))  # type: ignore[arg-type]  # pytest's approximate number
    assert ocr_recognise._decoded(best[2:3], worth[2:3], characters).text == ""


def test_a_grey_picture_gives_the_same_numbers_as_its_three_equal_channels() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    wanted = ocr_picture.to_tensor(np.repeat(grey[:, :, None], 3, axis=2), (16, 16))
    np.testing.assert_array_equal(ocr_picture.grey_tensor(grey), wanted)
