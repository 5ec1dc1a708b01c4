"""Every sentence that can be recorded or raised has a German text, and says the same in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache

import pytest

from core import sentences
from core.sentences import templates, told
from models import devices
from tests.support.sentences_said import Said, said

EVIDENCE = {
    "CannotDecode": {"message": 1},
    "CannotOpen": {"message": 0, "advice": 1},
    "CannotShow": {"message": 0},
    "Changed": {"message": 0, "advice": 1},
    "Decoded": {"reason": 4},
    "Done": {"message": 7},
    "Failure": {"reason": 2},
    "Fault": {"reason": 1},
    "Outcome": {"reason": 3},
    "Problem": {"message": 1},
    "Reading": {"reason": 2},
    "Retrying": {"reason": 2},
    "SampleResult": {"exits": 3},
    "_failed": {"reason": 1},  # of core.pipeline.dispatch
    "_with": {"sentence": 1},  # of core.decode.sound
    "outcome": {"reason": 2},  # of core.pipeline.task
}
_ERRORS = (
    "BackendCrashed CaseDamaged CaseError CaseExists CaseLocked CaseNotFound CaseTooNew DecodeError DeviceExhausted"
    " EvidenceError ModelError ModelMissing OverlapError PackError PackUnlisted ReportError Stopped StorageError"
    " Unsupported UsageError VerificationFailed"
)
ERRORS = {name: {"message": 0, "advice": 1} for name in _ERRORS.split()}
CHECKS = {
    "Check": {"sentence": 2},
    "CheckResult": {"sentence": 2},
    "PackCheck": {"sentence": 2},
    "ManifestError": {"sentence": 0},
    "_Unreadable": {"sentence": 0},
    "_wrong": {"problem": 4},
}
PLACES = ("core", "models", "app/gui", "app/parts.py", "main.py")

# What a hole may hold: a number, a word, words, and something that is a sentence of ours itself.
FILLINGS = (
    ("7",),
    ("xyz",),
    ("some words.",),
    ("The file is empty.",),
    ("The decoder crashed on this file (SIGSEGV)", "2", "3"),
    ("it is smaller than 16 pixels",),
    ("no NVIDIA driver is installed",),
    ("nsfw", "The file is empty."),
    ("nsfw", "picture", "ValueError"),
    ("nsfw", "sound", "ValueError"),
    ("The file is empty.", "Import the pack again."),
)


def german(one: Said) -> str:
    """Its German, or nothing."""
    for texts in FILLINGS:
        for number in ("7", "2.5"):
            found = told(one.filled(texts, number), "de")
            if found.known:
                return found.text
    return ""


@cache
def every() -> list[Said]:
    """Each sentence once; without those that only hand on what was said elsewhere."""
    found = said(PLACES, EVIDENCE | ERRORS | CHECKS)
    worded = (one for one in found if len(re.findall(r"[A-Za-z]{2,}", one.fixed)) > 1)
    return list({one.filled(("…",), "0"): one for one in worded}.values())


def test_every_sentence_of_the_sources_has_a_german_text() -> None:
    found = every()
    assert len({one.fixed for one in found}) > 350  # the scan itself works
    without = sorted({f"{one.place} {one.what}: {one.filled(('…',), '0')}" for one in found if not german(one)})
    assert without == [], "add them to resources/sentences.json"


@pytest.mark.parametrize(
    "words",
    [
        "The picture claims more pixels than the limit of",
        "The recording is cut off:",
        "cannot be decoded; only its pictures were looked at.",
        "This folder is one of the folders it lies in",
        "The decoder needed more than",
        "crashed at this picture",
        "The model pack",
        "The case database in",
    ],
)
def test_the_scan_meets_sentences_however_they_are_put_together(words: str) -> None:
    """Literals, constants, helper functions, sums, choices and `format`: each has one here."""
    assert any(words in one.fixed for one in every())


def test_templates_are_whole() -> None:
    groups = json.loads(sentences.FILE.read_text(encoding="utf-8"))
    pairs = [one for group in groups.values() if isinstance(group, list) for one in group]
    assert len({one["en"] for one in pairs}) == len(pairs)
    for template in templates():
        places = {name for name, kind in template.kinds if kind != "detail"}
        named = set(re.findall(r"\{(\w+)\}", template.german))
        assert named <= places, template.english
        assert ":" not in "".join(re.findall(r"\{[^}]*\}", template.german)), template.german
        assert template.german.strip() == template.german


def test_numbers_are_never_lost() -> None:
    """A number that the English sentence gives stands in the German one; details and exit codes are kept apart."""
    for template in templates():
        numbers = {name for name, kind in template.kinds if kind == "number"}
        assert numbers <= set(re.findall(r"\{(\w+)\}", template.german)), template.english


# ---------------------------------------------------------------------- how they read


@pytest.mark.parametrize(
    ("recorded", "text", "detail"),
    [
        (
            "The file cannot be opened as film or sound (Invalid data found when processing input): its beginning or"
            " its index is damaged or missing. It was not analysed.",
            "Die Datei lässt sich nicht als Film oder Ton öffnen: Ihr Anfang oder ihr Index ist beschädigt oder fehlt."
            " Sie wurde nicht analysiert.",
            "Invalid data found when processing input",
        ),
        (
            "The picture is damaged beyond what can be decoded (cannot identify image. (really)); it was not analysed.",
            "Das Bild ist so beschädigt, dass es sich nicht dekodieren lässt; es wurde nicht analysiert.",
            "cannot identify image. (really)",
        ),
        (
            "The recording is cut off: 3.5 of 7.0 seconds are there.",
            "Die Aufnahme ist abgeschnitten: 3,5 von 7,0 Sekunden sind da.",
            "",
        ),
        (
            "The film is damaged (bad packet): some of its pictures could not be decoded or are spoilt. The sound is"
            " cut off: 1.0 of 2.0 seconds are there.",
            "Der Film ist beschädigt: Einige seiner Bilder ließen sich nicht dekodieren oder sind verdorben. Der Ton"
            " ist abgeschnitten: 1,0 von 2,0 Sekunden sind da.",
            "bad packet",
        ),
        (
            "The decoder crashed on this file (SIGSEGV) (tried 2 times); the first 1 samples were looked at, the rest"
            " was not.",
            "Der Dekoder ist an dieser Datei abgestürzt (2 Versuche); die erste Probe wurde betrachtet, der Rest"
            " nicht.",
            "SIGSEGV",
        ),
        (
            "3 of 8 samples could not be looked at: ocr crashed at this picture (killed by SIGKILL); nothing is known"
            " about its content. The film is cut off: 8 of 20 pictures are there; what is there was looked at.",
            "3 von 8 Proben ließen sich nicht betrachten: Dieser Schritt ist an diesem Bild abgestürzt; über seinen"
            " Inhalt ist nichts bekannt. Der Film ist abgeschnitten: 8 von 20 Bildern sind da; was da ist, wurde"
            " betrachtet.",
            "killed by SIGKILL",
        ),
        (
            "Folder: The system refused to open the file (Permission denied), so it was not read.",
            "Ordner: Das System hat das Öffnen der Datei verweigert; sie wurde nicht gelesen.",
            "Permission denied",
        ),
        (
            "text gate 0.041 < 0.15: no text expected",
            "Textvorprüfung 0,041 < 0,15: kein Text zu erwarten",
            "",
        ),
    ],
)
def test_recorded_sentences_in_german(recorded: str, text: str, detail: str) -> None:
    found = told(recorded, "de")
    assert (found.text, found.detail, found.known) == (text, detail, True)


def test_in_english_a_detail_is_kept_apart_as_well() -> None:
    found = told("The film is damaged (bad packet): some of its pictures could not be decoded or are spoilt.", "en")
    assert found.text == "The film is damaged: some of its pictures could not be decoded or are spoilt."
    assert found.detail == "bad packet"


@pytest.mark.parametrize("text", ["Something that a newer version says.", "", "}{", "The file", "x" * 5000])
def test_what_nobody_knows_stands_as_it_was_recorded(text: str) -> None:
    assert told(text, "de").text == text
    assert told(text, "en").text == text


def test_a_sentence_that_is_half_known_keeps_the_other_half() -> None:
    found = told("The file is empty. Something that a newer version says.", "de")
    assert found.text == "Die Datei ist leer. Something that a newer version says."
    assert not found.known


def test_a_damaged_list_of_sentences_costs_the_german_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError

    monkeypatch.setattr(sentences, "_by_beginning", gone)
    sentences._told.cache_clear()
    try:
        assert told("The file is empty.", "de").text == "The file is empty."
    finally:
        sentences._told.cache_clear()


def test_what_doctor_says_of_this_machine_is_german_too() -> None:
    for name, _, sentence in devices.examine():
        own_words = name.startswith("device ") or name == "openvino" or name == "onnxruntime"  # names and versions
        assert own_words or told(sentence, "de").known, sentence
        assert own_words or "GPU" in name or told(name, "de").known, name


def test_saying_the_first_sentence_makes_few_patterns() -> None:
    # All of them took 170 ms in the thread of the window, when the first finding was shown while a run went on.
    code = (
        "from core import sentences\n"
        "assert sentences.told('The file is empty.', 'de').known\n"
        "print(sum('pattern' in vars(one) for one in sentences.templates()), len(sentences.templates()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=sentences.FILE.parents[1]
    )
    made, known = map(int, done.stdout.split())
    assert known > 100
    assert made <= known // 10
