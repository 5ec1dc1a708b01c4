from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Literal, cast

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from core.case import schema
from core.report import pdf_back
from core.report.content import Integrity, ReportSelection
from core.report.pdf_fonts import display, register, runs, visible, width
from core.report.pdf_parts import Parts
from core.report.pdf_text import wrapped
from core.report.texts import texts
from core.report.write import ReportResult
from tests.core.report.conftest import write
from tests.core.report.made_case import AT, MadeCase, make_case, many_findings, sha


@cache
def _pages(folder: Path) -> list[str]:
    reader = PdfReader(folder / "report.pdf")
    return [unicodedata.normalize("NFKC", page.extract_text()) for page in reader.pages]


def pages(result: ReportResult) -> list[str]:
    return _pages(result.folder)


def flat(result: ReportResult) -> str:
    return " ".join(" ".join(pages(result)).split())


@pytest.mark.parametrize(("language", "line"), [("en", "Page {} of {}"), ("de", "Seite {} von {}")])
def test_every_page_says_which_it_is(english: ReportResult, german: ReportResult, language: str, line: str) -> None:
    result = {"en": english, "de": german}[language]
    found = pages(result)
    for number, text in enumerate(found, 1):
        assert line.format(number, len(found)) in text
        assert result.report_id in text
        assert "c-1" in text


def test_the_german_report_is_german_and_complete(german: ReportResult) -> None:
    text = flat(german)
    for expected in (
        "Bericht über digitale Medien", "Müßiggang & Co.", "KHK'in Jülide Groß", "Überweisung/Größe & Maß <b>.jpg",
        "海边的照片.jpg", "会议在星期五", "Straße 7, große Maße", "weibliche Genitalien, unbedeckt", "UNSIGNIERT",
        "Probe: 27 = 27 gelistete Dateien.", "keiner ist offen", "Mögliche Nacktheit: 0 Inhalte.",
        "evil\\u202egpj.exe", "broken\\xff\\xfe\\x80name.jpg", "\\u{1f600}", "zurückgenommen", "AGPL-3.0", sha("nsfw"),
        "koordinierter Weltzeit (UTC)",
    ):  # fmt: skip
        assert expected in text, expected
    assert "Page" not in text


def test_paths_of_the_analysts_machine_are_not_printed(english: ReportResult, case: MadeCase) -> None:
    text = flat(english)
    for part in ("/media", "/home", "analyst", str(case.folder), str(english.folder)):
        assert part not in text
    assert "USB-Stick A-3" in text


def test_counts_stand_in_the_summary(english: ReportResult) -> None:
    text = flat(english)
    assert "Check: 27 = 27 files listed." in text
    assert "23 files with a hash hold 14 unique contents" in text
    assert "9 are further copies of one of them" in text
    assert "All 4 contents of this category are shown." in text
    assert "Possible nudity: 0 contents. 12 were looked at, 1 of them in part; 2 were not looked at." in text


def test_counts_that_do_not_reconcile_are_loud(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    run = made.run(config)
    for name in ("a", "b"):
        content = made.content(name)
        made.copy(source, content, name.encode())
    made.outcome(content, config, run)
    with made.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE source SET copies = 3")
    text = flat(write(made, tmp_path / "r"))
    assert "THE COUNTS DO NOT RECONCILE: the states add up to 2, but 3 files were listed." in text
    assert "Explicit-content detector: 1 of 2 without an outcome" in text
    assert "THIS CASE IS NOT WHOLLY ANALYSED" in text


def test_a_case_without_anything_never_reads_like_a_negative_result(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts()
    text = flat(write(made, tmp_path / "r"))
    assert "NOTHING WAS ANALYSED" in text
    assert "No text recognition was run" in text
    assert "THIS CASE IS NOT WHOLLY ANALYSED" in text
    assert "No data for this section." in text
    for section in ("Sources and their integrity", "Method", "Chain of custody", "Signatures", "Glossary"):
        assert section in text


def test_an_early_exit_is_named_beside_the_negative_result(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("ocr")
    run = made.run(config)
    for name in ("a", "b"):
        content = made.content(name)
        made.copy(source, content, f"{name}.jpg".encode())
        more = {"code": "early-exit", "reason": "text gate 0.04 < 0.15"} if name == "a" else {}
        made.outcome(content, config, run, **more)
    made.close_listing()
    text = flat(write(made, tmp_path / "r"))
    assert "Text recognition: 1 of the contents looked at ended early" in text
    assert "Most frequent reason: text gate 0.04 < 0.15" in text
    assert "text gate 0.04 < 0.15 [early-exit]" in text


def test_the_top_of_many_is_shown_and_said(tmp_path: Path) -> None:
    result = write(many_findings(tmp_path / "case", 500), tmp_path / "r", images="none")
    text = flat(result)
    assert "Showing 200 of 500 contents, those with the highest scores first; all are in findings.csv." in text
    assert "p/000500.png" in text
    assert "p/000300.png" not in text
    assert result.findings == 500


def test_integrity_and_selection_are_printed(case: MadeCase, tmp_path: Path) -> None:
    integrity = {1: Integrity("changed", 20, 2, 1, "2026-11-22T20:00:00Z"), 2: Integrity("verified", 10)}
    selection = ReportSelection(analyzers=("nsfw",), min_score=0.5)
    text = flat(write(case, tmp_path / "r", integrity=integrity, selection=selection))
    assert "CHANGED. Files compared again: 20, of these changed: 2, no longer readable: 1" in text
    assert "verified: files read again: 10, all unchanged" in text
    assert "It holds only: analyzers nsfw; score at least 0.50." in text


def images_of(result: ReportResult) -> list[Image.Image]:
    reader = PdfReader(result.folder / "report.pdf")
    found = {}
    for page in reader.pages:
        for image in page.images:
            found[image.data] = image.image
    return [image for image in found.values() if image is not None]


def test_redacted_pictures_hold_no_original_pixels(case: MadeCase, english: ReportResult) -> None:
    found = images_of(english)
    assert len(found) >= 8
    for image in found:
        pixels = np.asarray(image.convert("RGB"), dtype=float)
        height, width = pixels.shape[:2]
        scale = 16 / max(height, width)
        small = image.convert("RGB").resize(
            (max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.BOX
        )
        again = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), dtype=float)
        assert np.abs(again - pixels).mean() < 6  # nothing is left that 16 pixels cannot tell
    data = (english.folder / "report.pdf").read_bytes()
    for path in case.thumbnails.rglob("*.jpg"):
        assert path.read_bytes()[300:400] not in data
    assert b"Exif" not in data


def test_full_pictures_are_the_thumbnails_and_none_means_none(case: MadeCase, tmp_path: Path) -> None:
    full = images_of(write(case, tmp_path / "full", images="full"))
    originals = [np.asarray(Image.open(path).convert("RGB"), dtype=float) for path in case.thumbnails.rglob("*.jpg")]
    for image in full:
        pixels = np.asarray(image.convert("RGB"), dtype=float)
        assert min(np.abs(pixels - one).mean() for one in originals if one.shape == pixels.shape) < 4
    none = write(case, tmp_path / "none", images="none")
    assert images_of(none) == []
    assert "Pictures are not reproduced." in flat(none)


def test_a_damaged_thumbnail_costs_only_itself(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    run = made.run(config)
    for name in ("good", "cut", "garbage", "missing"):
        content = made.content(name)
        made.copy(source, content, f"{name}.jpg".encode())
        made.outcome(content, config, run)
        made.finding(content, config, run, "ANUS_EXPOSED")
    made.thumbnail("good")
    path = made.thumbnail("cut")
    path.write_bytes(path.read_bytes()[:40])
    made.thumbnail("garbage").write_bytes(os.urandom(500))
    result = write(made, tmp_path / "r", images="full")
    assert flat(result).count("no preview") >= 2
    assert len(images_of(result)) >= 1


def test_the_same_inputs_give_the_same_bytes_also_in_another_process(
    case: MadeCase, english: ReportResult, tmp_path: Path
) -> None:
    first = english
    code = (
        "import sys; from pathlib import Path\n"
        "from sqlalchemy import create_engine\n"
        "from tests.core.report.made_case import AT, MadeCase\n"
        "from tests.core.report.conftest import write\n"
        "folder = Path(sys.argv[1])\n"
        "write(MadeCase(folder, create_engine(f'sqlite:///{folder / \"case.db\"}')), Path(sys.argv[2]))\n"
    )
    arguments = [sys.executable, "-c", code, str(case.folder), str(tmp_path / "second")]
    subprocess.run(arguments, check=True, cwd=Path(__file__).parents[3], env={**os.environ, "PYTHONHASHSEED": "77"})
    for file in first.files:
        assert (first.folder / file.path).read_bytes() == (tmp_path / "second" / file.path).read_bytes(), file.path
    assert PdfReader(first.folder / "report.pdf").metadata["/CreationDate"] == "D:20261122204612+00'00'"  # type: ignore[index]  # every report has them


def test_markup_in_names_and_facts_is_only_text(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts(number="<b>7</b> & {n}", examiner="</para><font size=99>", name="{} %s \\n", agency="&amp;")
    made.add(schema.source, kind="folder", path="/x/<i>", path_raw=b"/x", added="", listed="", copies=0, bytes=0)
    text = flat(write(made, tmp_path / "r"))
    for expected in ("<b>7</b> & {n}", "</para><font size=99>", "&amp;", "{} %s"):
        assert expected in text


def test_nothing_is_too_large_to_print(tmp_path: Path) -> None:
    """Every text in a case may be as long as somebody made it; the report is written all the same."""
    long, word = "Wort und Wort " * 500, "x" * 5000
    made = make_case(tmp_path / "case")
    made.facts(number=word, name=long, exhibit=word, agency=long, examiner=word)
    source, nsfw, ocr = made.evidence("/x/" + "n" * 3000), made.config("nsfw"), made.config("ocr")
    made.add(schema.config, hash="f" * 64, analyzer=word, json=json.dumps({"options": {word: long}}), info="{}")
    run = made.run(nsfw, ocr)
    made.add(schema.run, started="", state=word, settings="{}", versions=json.dumps({"a": long}), backend=word)
    content = made.content("a", mime=word)
    made.add(schema.media, content_id=content, taken=long, raw="{}", normal="{}")
    copies = [made.copy(source, content, b"d/" * 2000 + str(number).encode()) for number in range(9)]
    made.outcome(content, nsfw, run, "failed", code=word, reason=long)
    made.outcome(content, ocr, run, "partial", code="c", reason=word)
    for number in range(90):
        made.finding(content, ocr, run, "text", text="i" if number else long, sample=number)
        made.finding(content, nsfw, run, word if number % 2 else long)
        made.finding(content, nsfw, run, "ANUS_EXPOSED")
    for kind in ("note", "tag", "grade"):
        made.add(schema.decision, content_id=content, kind=kind, value=long, actor=word, at=AT)
    made.add(schema.problem, copy_id=copies[0], content_id=content, stage=word, code="c", message=long, at=AT)
    made.close_listing()
    assert len(pages(write(made, tmp_path / "r"))) > 20


def test_every_line_fits_and_nothing_is_lost() -> None:
    register()
    name = visible("/".join(["x" * 200, "照片" * 60, "Größe " * 30, "صورة" * 20]))
    for room in (40.0, 120.0, 400.0):
        lines = wrapped(name, "Asservat", 8, room)
        assert "".join(lines) == name
        assert all(width(line, "Asservat", 8) <= room for line in lines)


def test_every_character_meets_a_font_that_has_it() -> None:
    register()
    pieces = dict.fromkeys(font for font, _ in runs(visible("Größe 照片 ≤ Ω ж"), "Asservat"))
    assert list(pieces) == ["Asservat", "Asservat-CJK"]
    assert visible("ok 😀 \u0e01") == "ok \\u{1f600} \\u{e01}"


def test_right_to_left_names_keep_the_order_of_their_folders() -> None:
    drawn = display("תמונות/אבא.jpg")
    folder, name = drawn.split("/")
    assert folder == "תמונות"[::-1]
    assert "אבא" in name
    assert name.endswith(".jpg")


def test_pages_can_be_rendered(german: ReportResult, tmp_path: Path) -> None:
    """Fonts and streams are sound for another program, and no page is blank."""
    from shutil import which

    if which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    arguments = ["pdftoppm", "-r", "20", "-gray", str(german.folder / "report.pdf"), str(tmp_path / "page")]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    for path in tmp_path.glob("page*.pgm"):
        assert np.asarray(Image.open(io.BytesIO(path.read_bytes()))).min() < 200


@pytest.mark.parametrize(
    ("language", "said", "words"), [("de", "no", "verworfen"), ("en", "yes", "confirmed"), ("en", "", "taken back")]
)
def test_what_was_said_of_two_faces_is_told_in_words(language: Literal["de", "en"], said: str, words: str) -> None:
    told = {"said": said, "reference": f"{'ab' * 32}::0.50,0.50", "candidate": "x", "similarity": 0.6312}
    parts = cast(Parts, SimpleNamespace(words=texts(language)))
    assert pdf_back._likeness(parts, json.dumps(told)) == f"{words} (abababababab, 0.6312)"
    assert texts(language).knows("decision.likeness")


def test_what_people_know_of_a_source_stands_beside_it_and_gaps_are_said(
    english: ReportResult, german: ReportResult
) -> None:
    text = flat(english)
    for expected in (
        "Write blocker UNKNOWN: nobody has stated whether one was used", "Time zone of the device unknown",
        "Not stated Label, Exhibit number, Description", "Source 2 – folder – Händi [=1+1]",
        "Kind of device mobile phone",
        "Write blocker Tableau T35u", "Europe/Berlin (stated", "0:01:30 behind the true time",
        "Last changed 2026-11-21 10:00:00 UTC, Groß",
        "camera time 2025-08-01T12:00:00 (source states Europe/Berlin)",
    ):  # fmt: skip
        assert expected in text, expected
    text = flat(german)
    for expected in (
        "Beschreibung schwarz, zerkratzt", "Schreibschutz UNBEKANNT: niemand hat angegeben, ob einer verwendet wurde",
        "Asservatennummer =1+1",
        "Mobiltelefon", "ging 0:01:30 nach", "Kamerazeit 2025-08-01T12:00:00 (laut Asservat Europe/Berlin)",
    ):  # fmt: skip
        assert expected in text, expected
