"""What a report says of people, acts and calibrations: who did what, and what was never measured."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from pypdf import PdfReader

from core.case.audit import AuditHead, AuditTrail
from core.report.texts import texts
from tests.core.report.conftest import write
from tests.core.report.made_case import MadeCase, make_case

ROOT = Path(__file__).resolve().parents[3]


def printed(folder: Path) -> str:
    pages = PdfReader(folder / "report.pdf").pages
    return " ".join(unicodedata.normalize("NFKC", " ".join(page.extract_text().split())) for page in pages)


@pytest.fixture
def made(tmp_path: Path) -> MadeCase:
    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    number = made.content("a")
    made.copy(source, number, b"a.jpg")
    made.outcome(number, config, made.run(config))
    made.close_listing()
    return made


@pytest.mark.parametrize("language", ["de", "en"])
def test_who_did_what_is_counted_up_to_the_head(made: MadeCase, tmp_path: Path, language: Literal["de", "en"]) -> None:
    trail = AuditTrail(made.folder / "audit.jsonl")
    lines = [("case created", "c-1"), ("run started", "1"), ("decision grade", "1"), ("decision undo grade", "2")]
    for action, target in lines:
        trail.append(action, target)
    with trail.path.open("ab") as file:
        file.write(b"not a line\n")
    words, out = texts(language), tmp_path / language
    write(made, out, language=language, audit_head=AuditHead(5, "ab" * 32))
    trail_after = printed(out)
    from core.case.audit import actor

    part = trail_after[trail_after.index(words("custody.acts")) :]
    assert f"{actor()} {words('act.decision')} 2" in part
    assert f"{actor()} {words('act.run started')} 1" in part
    assert f"{words('act.unreadable')} 1" in part
    short = tmp_path / f"{language}-short"
    write(made, short, language=language, audit_head=AuditHead(2, "ab" * 32))
    assert words("act.decision") not in printed(short)  # what came after the head is not of this report


def test_no_trail_is_said(made: MadeCase, tmp_path: Path) -> None:
    write(made, tmp_path / "r")
    assert "There is no audit trail beside this case." in printed(tmp_path / "r")


def test_that_nothing_was_calibrated_is_said(made: MadeCase, tmp_path: Path) -> None:
    write(made, tmp_path / "r")
    assert texts("en")("method.uncalibrated") in printed(tmp_path / "r")


def test_the_report_says_what_a_signature_cannot_show(made: MadeCase, tmp_path: Path) -> None:
    write(made, tmp_path / "r", language="de")
    text = printed(tmp_path / "r")
    assert "ein vertrauenswürdiger Zeitstempel wurde nicht verwendet" in text
    assert "das ganze Protokoll neu schreiben" in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_act_that_the_program_records_has_words(language: Literal["de", "en"]) -> None:
    said = set()
    for folder in ("core", "app"):
        for path in (ROOT / folder).rglob("*.py"):
            said |= set(
                re.findall(r'(?:audit\.append\(|owe\(\s*connection,)\s*f?"([^"]+)"', path.read_text(encoding="utf-8"))
            )
    assert len(said) > 15
    words = texts(language)
    fillings = {"kind": ("logo",), "self._kind": ("logo",), "state": ("finished", "stopped")}
    for action in said:
        if action.startswith("decision "):
            continue  # counted together
        hole = re.search(r"\{([^}]+)\}", action)
        for filling in fillings[hole[1]] if hole else ("",):
            word = action.replace(hole[0], filling) if hole else action
            assert words.knows(f"act.{word}"), word


def test_lower_precision_is_loud(tmp_path: Path) -> None:
    from sqlalchemy import update

    from core.case import schema

    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    number = made.content("a")
    made.copy(source, number, b"a.jpg")
    run = made.run(config)
    made.outcome(number, config, run)
    made.finding(number, config, run, "ANUS_EXPOSED", 0.9)
    made.close_listing()
    with made.engine.begin() as connection:
        connection.execute(update(schema.config).values(json='{"analyzer":"nsfw","precision":"fast"}'))
    write(made, tmp_path / "r")
    text, words = printed(tmp_path / "r"), texts("en")
    assert words("method.fast") in text
    assert words("findings.fast") in text[text.index("Machine findings", 2000) :]
    assert "computed to sort quickly, not as evidence" in text
