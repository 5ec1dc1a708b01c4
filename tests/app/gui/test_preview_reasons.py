"""What a finding says of itself beside its score, and what of it decides what is covered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from pytestqt.qtbot import QtBot

from app.gui import languages, theme
from app.gui.context import Context
from app.gui.preview import wording
from app.gui.preview.fact_names import fact_name
from app.gui.preview.reason_card import ReasonCard
from app.gui.preview.subject import Subject, label_text
from app.gui.preview.why import WhyPanel
from core.case.details import FindingFacts
from core.records import Region

BOX = Region(0.1, 0.2, 0.3, 0.4)


def finding(label: str, group: str = "", region: Region | None = None, analyzer: str = "nsfw") -> FindingFacts:
    return FindingFacts(
        1, 1, 1, analyzer, label, group, 0.9, region, None, None, None, None, None, 0, None, {}, ""
    )  # fmt: skip


def subject(*findings: FindingFacts) -> Subject:
    outcome = SimpleNamespace(newest=True, analyzer="nsfw", state="done")
    return Subject(cast(Any, SimpleNamespace(outcomes=(outcome,))), (), findings, {})


def test_reasons_raw_scores_and_the_second_reading_are_told(qtbot: QtBot) -> None:
    card = ReasonCard(cast(Any, SimpleNamespace()))
    qtbot.addWidget(card)
    told = card._reasons(
        {
            "because": {"en": "A region was found.", "de": "Eine Region wurde gefunden."},
            "raw": {"classifier.nsfw": 0.81, "detector.explicit": 0.3},
            "recogniser": "ppocrv5-rec-cyrillic",
            "perhaps": ["Arabic", "Greek"],
            "second": {"text": "Hallo", "agreement": 0.75},
            "tile": 3,
        }
    )
    text = "\n".join(f"{name}: {value}" for name, value in told)
    assert "A region was found." in text or "Eine Region wurde gefunden." in text
    assert "classifier.nsfw 0.81, detector.explicit 0.30" in text
    assert "ppocrv5-rec-cyrillic" in text
    assert "Arabic, Greek" in text
    assert "“Hallo”, 0.75" in text
    assert card._reasons({}) == []


def test_what_is_said_of_the_whole_picture_alone_covers_the_whole_picture() -> None:
    whole, region = finding("COMBINED_EXPLICIT", "explicit"), finding("BUTTOCKS_EXPOSED", "nude", BOX)
    face = finding("FACE_FEMALE", "context", BOX)
    assert subject(whole).masks(None, None) == (Region(0, 0, 1, 1),)
    assert subject(whole, face).masks(None, None) == (Region(0, 0, 1, 1),)
    assert subject(whole, region).masks(None, None) == (BOX,)
    assert subject(face).masks(None, None) == (BOX,)
    assert subject().masks(None, None) == ()


def test_lines_that_could_not_be_read_are_no_hits() -> None:
    unread = finding("unread text", region=BOX, analyzer="ocr")
    assert subject(unread).hits(0.5) == ()
    assert [one.label for one in subject(unread, finding("FACE_FEMALE", "context", BOX)).hits(0.5)] == ["FACE_FEMALE"]


def test_new_labels_have_words() -> None:
    for label in ("CLASSIFIER_NSFW", "GRADED_HIGH", "COMBINED_EXPLICIT"):
        assert label_text(label) != label.replace("_", " ").lower()


def test_who_made_a_finding_and_what_it_cannot_know_speak_the_language_of_the_screen(qtbot: QtBot) -> None:
    card = ReasonCard(cast(Any, SimpleNamespace()))
    qtbot.addWidget(card)
    languages.install("de")
    try:
        for analyzer, title, known in (("nsfw", "Explizite Inhalte", True), ("own", "Own detector", False)):
            made = SimpleNamespace(
                analyzer=analyzer, title="Own detector", info={"version": "2"}, limits="It sees little.", models=(),
                settings={}, hash="ab" * 32,
            )  # fmt: skip
            about = subject()
            about.details.provenance = {1: made}  # type: ignore[misc]  # frozen, but for a test
            about.details.media = {}  # type: ignore[misc]  # frozen, but for a test
            rows = dict(card._rows(about, finding("x", analyzer=analyzer), 0.25))
            assert rows["Durch"] == f"{title}, Version 2"
            assert ("It sees little." in rows.values()) is not known
    finally:
        languages.install("en")


def test_a_file_without_a_byte_is_called_empty() -> None:
    def words(size: int) -> str:
        about = Subject(cast(Any, SimpleNamespace(size=size)), (), (), {})
        return wording.nothing_to_see(about, "Not a picture")

    assert words(12) == "Not a picture"
    assert words(0) == "Empty file: not one byte"


def test_what_is_no_indicator_and_what_was_not_compared_is_not_told_as_a_result(context: Context, qtbot: QtBot) -> None:
    panel = WhyPanel(context, cast(Any, SimpleNamespace()))
    qtbot.addWidget(panel)

    def outcome(analyzer: str, findings: int, reason: str = "", code: str = "") -> Any:
        return SimpleNamespace(
            config_id=1, newest=True, analyzer=analyzer, state="done", code=code, reason=reason, findings=findings
        )  # fmt: skip

    face, breast = finding("FACE_FEMALE", "context", BOX), finding("FEMALE_BREAST_COVERED", "suggestive", BOX)
    panel._subject = Subject(cast(Any, SimpleNamespace(outcomes=())), (), (face,), {})
    line = panel._line([outcome("nsfw", 1)]).replace("(s)", "")  # with or without the English plurals
    assert "1 finding, no indicator" in line
    panel._subject = Subject(cast(Any, SimpleNamespace(outcomes=())), (), (face, breast), {})
    assert "no indicator" not in panel._line([outcome("nsfw", 2)])
    empty = "The gallery of logos is empty, so nothing was compared; what is needed to search later is kept"
    said = panel._line([outcome("logo", 0, empty, "early-exit")])
    assert "nothing was looked for" in said
    assert "nothing found" not in said
    assert theme.current().color("good").name() not in said
    assert "nothing found" in panel._line([outcome("logo", 0)])


def test_facts_of_a_file_are_named_in_the_language_of_the_screen(qtbot: QtBot) -> None:
    assert fact_name("frame_rate") == "Frames per second"
    assert fact_name("gps.latitude") == "GPS latitude"
    assert fact_name("maker note 7") == "maker note 7"
