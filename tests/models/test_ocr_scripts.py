"""Recognisers of other scripts: what they are given, what comes out, and which of them is believed."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import UsageError
from core.records import Finding, SampleResult
from models import catalogue, ocr, ocr_recognise, ocr_route, ocr_scripts
from models.local import BackendSpec, LocalBackend
from models.ocr_recognise import Reading
from models.runtime import Runtime
from tests.models.pictures import cloudy, sample, text_page
from tests.models.tiny import Packs, band_reader, fixed_reader

CYRILLIC, ARABIC, LATIN = "ppocrv5-rec-cyrillic", "ppocrv5-rec-arabic", "ppocrv5-rec-latin"
DEFAULT = "ppocrv6-rec-small"
RUSSIAN = "Встреча завтра в 19:45 у вокзала"
BY_MODEL = {one.model: one for one in ocr_scripts.scripts().recognisers}


def test_every_recogniser_has_an_entry_with_the_publishers_hash() -> None:
    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None
    assert spec.submodule_search_locations
    published = (Path(spec.submodule_search_locations[0]) / "default_models.yaml").read_text(encoding="utf-8")
    for one in BY_MODEL.values():
        entry = catalogue.entry(one.model)
        assert entry.sha256 in published, "the library that publishes the file names the same sum"
        assert entry.files[0].urls[0].endswith(entry.file)
        assert [given.name for given in entry.inputs] == ["x"]
    assert ocr_scripts.scripts().default.model == ocr.RECOGNISER


def test_every_pack_of_the_second_engine_is_a_pickle_with_the_publishers_md5() -> None:
    for one in ocr_scripts.scripts().second:
        entry = catalogue.entry(one.model)
        assert entry.format == "pickle"
        assert [file.part for file in entry.files] == ["", "detector"]
        assert all(re.fullmatch("[0-9a-f]{32}", file.md5) for file in entry.files)


@pytest.mark.parametrize("size", [(48, 320), (31, 200), (90, 95), (20, 900), (48, 100)])
@pytest.mark.parametrize("widest", [320 / 48, 22.5])
def test_lines_are_given_as_the_library_gives_them(size: tuple[int, int], widest: float) -> None:
    from rapidocr.ch_ppocr_rec.main import TextRecognizer

    crop = cloudy(size[1], size[0], seed=5)
    expected = TextRecognizer.resize_norm_img(SimpleNamespace(rec_image_shape=[3, 48, 320]), crop, widest)
    np.testing.assert_array_equal(ocr_recognise._normalised([crop], int(48 * widest))[0], expected.astype(np.float32))


def test_a_line_by_hand() -> None:
    crop = np.zeros((24, 60, 3), np.uint8)
    crop[:] = (255, 0, 51)
    line = ocr_recognise._normalised([crop], 320)[0]
    assert line.shape == (3, 48, 320)
    np.testing.assert_allclose(line[:, 10, 119], (1.0, -1.0, 51 / 255 * 2 - 1), atol=1e-6)  # 24 × 60 becomes 48 × 120
    assert not line[:, :, 120:].any()


def bands(*levels: float, width: int = 16) -> NDArray[np.uint8]:
    """A line of grey bands, 48 high: one for each level −1…1."""
    row = np.repeat(np.round((np.array(levels) + 1) / 2 * 255).astype(np.uint8), width)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (48, len(row), 3)))


def loaded(packs: Packs, model: str, runtime: Runtime) -> ocr_route.Reader:
    packs.vouch(model)
    session = runtime.session(model)
    return ocr_route.Reader(BY_MODEL[model], session, ocr_recognise.dictionary(session))


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    made = Runtime()
    yield made
    made.close()


def test_a_real_graph_reads_with_the_dictionary_in_its_file(packs: Packs, runtime: Runtime) -> None:
    band_reader(packs.path(CYRILLIC), "АБВ")
    reader = loaded(packs, CYRILLIC, runtime)
    assert reader.characters == ("", "А", "Б", "В", " ")
    lines = [bands(-1, -0.5, 0.5), bands(-1, -1, -0.5), bands(-1, 0, -1), bands(0.5, 1, 0.5), bands(*[-1, 0] * 15)]
    readings = reader.read(lines)
    # repeats merge, a blank parts them, the last class is the space, padding is blank
    assert [one.text for one in readings] == ["АБВ", "АБ", "АА", "В В", "А" * 15]
    assert all(one.score > 0.99 for one in readings)
    assert reader.read(lines[:1]) == readings[:1]


def test_arabic_is_put_into_the_order_of_reading(packs: Packs, runtime: Runtime) -> None:
    band_reader(packs.path(ARABIC), "اب1")
    reader = loaded(packs, ARABIC, runtime)
    (reading,) = reader.read([bands(0.5, 0, 0.5, -0.5, -1)])
    assert reading.text == "اب11"


@pytest.mark.parametrize(
    ("stands", "reads"),
    [
        ("ملاس", "سالم"),
        ("12:30 ةعاسلا", "الساعة 12:30"),
        ("iPhone 15 فتاه", "هاتف iPhone 15"),
        ("", ""),
        ("abc 1", "abc 1"),
    ],
)
def test_characters_as_they_stand_to_characters_as_they_are_read(stands: str, reads: str) -> None:
    assert ocr_scripts.to_logical_order(stands) == reads


def test_what_a_reading_is_worth() -> None:
    assert ocr_scripts.worth(Reading("Treffpunkt 19:45", 0.98), 9.0) == 0.98
    assert ocr_scripts.worth(Reading("   19:45  ", 0.98), 14.0) == pytest.approx(0.98 * 5 / 14 / 0.6)
    assert ocr_scripts.worth(Reading("西", 1.0), 1.1) == 1.0
    assert ocr_scripts.worth(Reading("", 0.0), 9.0) == 0


@pytest.mark.parametrize(
    ("text", "score", "aspect", "missing", "doubt"),
    [
        ("Treffpunkt 19:45", 0.98, 9, ("Cyrillic",), None),
        ("   19:45  ", 0.97, 14, ("Cyrillic",), "sparse"),
        ("Hn gp li  nhà ga", 0.98, 9, (), "gaps"),
        ("Bpee j", 0.81, 4, (), "unsure"),
        ("λληνι γατα", 0.93, 5, ("Greek",), "letters"),
        ("λληνι γατα", 0.93, 5, (), None),
    ],
)
def test_doubts_have_their_reason(
    text: str, score: float, aspect: float, missing: tuple[str, ...], doubt: str | None
) -> None:
    assert ocr_scripts.doubts(Reading(text, score), aspect, missing) == doubt
    words = ocr_scripts.scripts().doubts
    assert all(one.de != one.en for one in words.values())
    assert doubt is None or doubt in words


def test_languages_choose_the_recognisers() -> None:
    everything = set(BY_MODEL)

    def asked(languages: tuple[str, ...], present: set[str]) -> list[str]:
        return [one.model for one in ocr_scripts.suited(languages, present)]

    assert asked((), set()) == [DEFAULT]
    assert asked((), {CYRILLIC, ARABIC}) == [DEFAULT, CYRILLIC, ARABIC]
    assert asked(("ru",), everything) == [CYRILLIC, "ppocrv5-rec-eslav"]
    assert asked(("de", "ru"), {CYRILLIC, ARABIC}) == [DEFAULT, CYRILLIC]
    assert asked(("ru",), {ARABIC}) == [DEFAULT]  # nothing better is there
    assert asked(("ar", "ru"), {CYRILLIC}) == [DEFAULT, CYRILLIC]
    assert ocr_scripts.missing_scripts((), everything) == ()
    assert ocr_scripts.missing_scripts(("ru", "de"), set()) == ("Cyrillic",)
    assert {"Arabic", "Greek", "Hangul"} <= set(ocr_scripts.missing_scripts((), {CYRILLIC}))


@pytest.mark.parametrize("languages", ["klingon", "", ["de", "xx"], 7])
def test_languages_that_nobody_reads_are_refused(backend: LocalBackend, languages: object) -> None:
    with pytest.raises(UsageError, match="languages"):
        backend.check("ocr", {"languages": languages})


def test_one_choice_of_languages_has_one_spelling(backend: LocalBackend) -> None:
    ways = ("ru, de", ["de", "RU"], ("ru", "de", "de"))
    assert {backend.check("ocr", {"languages": way}).model_dump_json() for way in ways} == {
        backend.check("ocr", {"languages": "de,ru"}).model_dump_json()
    }


class Says:
    """A reader of prepared answers, by the number in the first pixel of a crop."""

    def __init__(self, model: str, *answers: tuple[str, float]) -> None:
        self.recogniser = BY_MODEL.get(model, ocr_scripts.scripts().default)
        self.answers, self.asked = answers, []  # type: tuple[tuple[str, float], ...], list[int]

    def read(self, crops: list[NDArray[np.uint8]]) -> list[Reading]:
        self.asked += [int(crop[0, 0, 0]) for crop in crops]
        return [Reading(*self.answers[int(crop[0, 0, 0])]) for crop in crops]


def route(*readers: Says, margin: float = 0.05) -> list[tuple[str, str]]:
    crops = [np.full((10, 40, 3), number, np.uint8) for number in range(len(readers[0].answers))]
    routed = ocr_route.read(readers, crops, 0.9, margin)  # type: ignore[arg-type]  # stand-ins for readers
    return [(one.recogniser.model, one.reading.text) for one in routed]


def test_lines_that_are_read_well_are_not_tried() -> None:
    first, other = Says(DEFAULT, ("Hallo", 0.99), ("Bpe e", 0.6)), Says(CYRILLIC, ("Халло", 1.0), ("Време", 0.98))
    assert route(first, other) == [(DEFAULT, "Hallo"), (CYRILLIC, "Време")]
    assert other.asked == [1]


def test_without_a_margin_the_first_reading_stays() -> None:
    first, other = Says(DEFAULT, ("Hallo", 0.85), ("Seite", 0.99)), Says(CYRILLIC, ("Халло", 0.88), ("Сейте", 0.9))
    assert route(first, other)[0] == (DEFAULT, "Hallo")
    assert route(first, other, margin=0.01)[0] == (CYRILLIC, "Халло")


def test_the_best_of_several_is_taken_and_spaces_are_worth_nothing() -> None:
    first = Says(DEFAULT, ("      ", 0.97))
    assert route(first, Says(ARABIC, ("سلام", 0.7)), Says(CYRILLIC, ("Привет", 0.95))) == [(CYRILLIC, "Привет")]
    assert route(first, Says(ARABIC, ("    ", 0.99))) == [(DEFAULT, "      ")]


def test_what_a_page_is_written_in_is_tried_on_its_other_lines() -> None:
    first = Says(DEFAULT, ("    ", 0.9), ("je", 0.99), ("Berlin", 0.99))
    serbian = Says(CYRILLIC, ("Време данас", 0.98), ("је", 0.995), ("Верлнн", 0.7))
    assert route(first, serbian) == [(CYRILLIC, "Време данас"), (CYRILLIC, "је"), (DEFAULT, "Berlin")]


def reads(picture: NDArray[np.uint8], *options: dict[str, object]) -> list[SampleResult]:
    """The picture with each of these options, by one backend made now."""
    backend = LocalBackend(BackendSpec())
    try:
        results = [backend.analyze("ocr", [sample(picture)], one, Control())[0] for one in options]
    finally:
        backend.close()
    assert all(result.failure is None for result in results)
    return results


def lines(result: SampleResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.text is not None]


GREEK = ["Η συνάντηση είναι αύριο στις οκτώ", "Κλειστό", "Τηλέφωνο 210 555 1234"]


def test_greek_without_its_pack_is_never_sure_text(packs: Packs) -> None:
    """The default recogniser knows most of its letters, and is as sure of what it makes of them as of German."""
    page = text_page(*GREEK, "Übergabe am Bahnhof", size=30, width=640)
    (result,) = reads(page, {})
    *greek, german = result.findings
    assert len(greek) == 3
    assert max(one.score or 0 for one in greek) > 0.9
    assert {one.label for one in greek} == {ocr.DOUBTFUL}
    assert {one.attributes["doubtful"] for one in greek} == {"letters"}
    assert {tuple(one.attributes["perhaps"]) for one in greek} == {("Greek",)}
    assert "no installed recogniser reads" in greek[0].attributes["because"]["en"]
    assert "1234" in (greek[2].text or "")  # what may be right stays to be searched for
    assert (german.label, german.text) == ("text", "Übergabe am Bahnhof")


@pytest.mark.parametrize(
    "written",
    [
        ["Встреча завтра в 19:45 у вокзала", "Оплата наличными", "сор", "Закрыто"],
        ["الاجتماع غدا في الساعة الثامنة", "سوف أنتظرك في المحطة"],
        pytest.param(["הפגישה מחר בשמונה בערב", "אחכה לך בתחנה", "תשלום במזומן ללא קבלה"], marks=pytest.mark.slow),
    ],
    ids=["Cyrillic", "Arabic", "Hebrew"],
)
def test_pages_of_scripts_that_nobody_reads_give_no_sure_text(packs: Packs, written: list[str]) -> None:
    (result,) = reads(text_page(*written, size=30, width=640), {})
    assert result.findings
    assert {one.label for one in result.findings} <= {ocr.DOUBTFUL, ocr.UNREAD}
    assert all(one.attributes["perhaps"] and one.attributes["because"] for one in result.findings)


def test_words_of_letters_that_two_scripts_share_are_doubtful_among_what_is_not_read(packs: Packs) -> None:
    """`сор`, Russian for rubbish, reads as `cop`, with full confidence."""
    written = ["Закрыто", "Оплата наличными без чека", "сор"]
    (result,) = reads(text_page(*written, size=30, width=640), {"gate": False})
    last = result.findings[-1]
    assert (last.text, last.label, last.attributes["doubtful"]) == ("cop", ocr.DOUBTFUL, "page")
    (alone,) = reads(text_page("Übergabe am Bahnhof", "cop", size=30, width=640), {"gate": False})
    assert [one.label for one in alone.findings] == ["text", "text"]


def test_a_script_is_named_where_its_letters_are_many() -> None:
    missing = ("Cyrillic", "Arabic", "Greek")
    assert ocr_scripts.likeliest(["Kλειστó", "OΣOX KINΔYNOΣ"], missing) == ("Greek",)
    assert ocr_scripts.likeliest(["OΣOX KINΔYNOΣ"], missing) == ("Greek", "Cyrillic", "Arabic")
    assert ocr_scripts.likeliest(["", "Bpee"], missing) == missing
    assert ocr_scripts.likeliest(["Kλειστó"], ()) == ()
    assert ocr_scripts.shared_letters("COP 12", missing)
    assert not ocr_scripts.shared_letters("COP", ("Arabic",))
    assert not ocr_scripts.shared_letters("Samsung", missing)
    assert not ocr_scripts.shared_letters("12:30", missing)


def test_a_pack_reads_its_lines_and_leaves_the_others(packs: Packs) -> None:
    page = text_page("Übergabe am Bahnhof", RUSSIAN, size=26, width=600)
    before = lines(*reads(page, {"gate": False}))
    assert before[0].text == "Übergabe am Bahnhof"
    assert before[0].attributes["recogniser"] == DEFAULT
    assert "doubtful" not in before[0].attributes
    assert before[1].attributes["doubtful"] == "sparse"
    assert "Cyrillic" in before[1].attributes["perhaps"]

    fixed_reader(packs.path(CYRILLIC), RUSSIAN, 0.97)
    packs.vouch(CYRILLIC)
    auto, german, russian = map(
        lines, reads(page, *({"gate": False, "languages": one} for one in ("auto", "de", "ru")))
    )
    assert [finding.text for finding in auto] == ["Übergabe am Bahnhof", RUSSIAN]
    assert auto[0] == before[0]
    assert auto[1].attributes["recogniser"] == CYRILLIC
    assert auto[1].score == pytest.approx(0.97, abs=1e-4)
    assert auto[1].attributes["first_worth"] < 0.9
    assert "doubtful" not in auto[1].attributes
    assert auto[1].polygon == before[1].polygon
    assert german[1].attributes["recogniser"] == DEFAULT
    assert [finding.text for finding in russian] == [RUSSIAN, RUSSIAN]


def test_settings_say_which_recognisers_are_there(packs: Packs) -> None:
    none = ocr.Ocr().info(Runtime())
    assert none.settings["scripts"] == ["Latin", "Han", "Kana"]
    assert {"Cyrillic", "Arabic"} <= set(none.settings["scripts missing"])
    fixed_reader(packs.path(CYRILLIC), "Да", 0.9)
    packs.vouch(CYRILLIC)
    one = ocr.Ocr().info(Runtime())
    assert one.settings["scripts"] == ["Latin", "Han", "Kana", "Cyrillic"]
    assert "Cyrillic" not in one.settings["scripts missing"]
    assert CYRILLIC in one.settings
    assert CYRILLIC in [model.name for model in one.models]
    assert none.missing is one.missing is None


def test_text_that_nobody_reads_is_reported_as_such(packs: Packs) -> None:
    page = text_page("مرحبا بكم في المدينة", "Hauptbahnhof", size=30, width=500)
    result, without = reads(page, {"gate": False}, {"gate": False, "unread": False})
    assert [finding.text for finding in lines(result)] == ["Hauptbahnhof"]
    (unread,) = [finding for finding in result.findings if finding.label == ocr.UNREAD]
    assert unread.text is None
    assert unread.attributes["doubtful"] == "unread"
    assert "Arabic" in unread.attributes["perhaps"]
    assert unread.region is not None
    assert unread.region.y < 0.2
    assert [one.label for one in without.findings] == ["text"]


@pytest.mark.parametrize(
    ("name", "marked"), [("arabic.png", 2), ("cyrillic.png", 4), ("en.jpg", 0), ("chinese.jpg", 0)]
)
@pytest.mark.slow
def test_pages_of_other_scripts_are_marked(backend: LocalBackend, shared_data: Path, name: str, marked: int) -> None:
    bgr = cv2.imread(str(shared_data / "ocr" / name))
    assert bgr is not None
    (result,) = backend.analyze("ocr", [sample(np.ascontiguousarray(bgr[..., ::-1]))], {}, Control())
    assert sum(bool(finding.attributes.get("doubtful")) for finding in result.findings) == marked
