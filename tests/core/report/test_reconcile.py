"""Every number of a report, wherever it stands: PDF, tables, JSON Lines and SQL must say the same."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from pypdf import PdfReader
from sqlalchemy import text as sql

from core.case import schema
from core.report.texts import texts
from tests.core.report.conftest import write
from tests.core.report.made_case import AT, MadeCase, make_case, sha

STATES = ("done", "partial", "unsupported", "failed", "timed out", "skipped")
Tables = dict[str, list[dict[str, str]]]


def every_state(folder: Path) -> MadeCase:
    """All outcome states, contents without one, unread copies, duplicates, an earlier version, two configurations,
    two people who disagree, an exclusion, a problem that was settled, a decision that was taken back."""
    made = make_case(folder)
    made.facts(number="2026-020")
    first, second = made.evidence("/media/a/Stick"), made.evidence("/media/a/Karte")
    older, newer, ocr = made.config("nsfw"), made.config("nsfw", salt=1), made.config("ocr")
    before, run = made.run(older), made.run(newer, ocr)
    ids = {}
    for position, state in enumerate((*STATES, "open")):
        ids[state] = made.content(state, "video" if state == "partial" else "image")
        made.copy(first, ids[state], f"{state}.jpg".encode(), mismatch="png" if position == 3 else None)
        if state != "open":
            more = {"code": f"c-{state.replace(' ', '-')}", "reason": f"It was {state}."} if state != "done" else {}
            made.outcome(ids[state], older, before, state, **more)
            made.outcome(ids[state], newer, run, state, **more)
            made.outcome(ids[state], ocr, run, state, **more)
    for copy in range(3):
        made.copy(second, ids["done"], f"Kopie {copy}.jpg".encode())
    made.copy(second, ids["done"], b"neu.jpg")
    made.copy(second, ids["partial"], b"neu.jpg", version=2)
    for state in ("unreadable", "vanished", "changed", "link", "special"):
        made.copy(second, None, f"odd/{state}".encode(), state, problem=f"It was {state}.")
    box = {"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
    made.finding(ids["done"], older, before, "ANUS_EXPOSED", 0.9, **box)
    found = made.finding(ids["done"], newer, run, "ANUS_EXPOSED", 0.8, **box)
    made.finding(ids["partial"], older, before, "BUTTOCKS_EXPOSED", 0.4, start=3.0, end=3.0, **box)
    for line in range(3):
        made.finding(ids["done"], ocr, run, "text", 0.9, text=f"Zeile {line}", **box)
    noted = made.add(
        schema.problem, run_id=run, source_id=first, content_id=ids["failed"], stage="decode", code="damaged",
        message="The file is damaged.", at=AT,
    )  # fmt: skip
    _decide(made, ids, found, noted)
    made.close_listing()
    return made


def _decide(made: MadeCase, ids: dict[str, int], found: int, noted: int) -> None:
    def say(actor: str, kind: str, value: str, **more: Any) -> int:
        return made.add(schema.decision, kind=kind, value=value, actor=actor, at="2026-11-21T10:00:00.000Z", **more)

    say("groß", "grade", "2", content_id=ids["done"])
    say("meier", "grade", "4", content_id=ids["done"])
    say("groß", "verdict", "right", content_id=ids["done"], finding_id=found)
    say("meier", "verdict", "wrong", content_id=ids["done"], finding_id=found)
    say("groß", "bookmark", "Tür", content_id=ids["partial"], time=3.5)
    say("groß", "flag", "1", content_id=ids["failed"])
    say("groß", "review", "1", content_id=ids["failed"])
    say("groß", "exclude", "Anwaltspost", content_id=ids["open"])
    say("groß", "exclude", "Original liegt vor", content_id=ids["failed"], problem_id=noted)
    wrong = say("groß", "exclude", "Irrtum", content_id=ids["skipped"])
    say("groß", "withdraw", "exclude", content_id=ids["skipped"], withdraws=wrong)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeCase:
    return every_state(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module", params=["de", "en"])
def report(made: MadeCase, request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    folder = tmp_path_factory.mktemp("report") / request.param
    write(made, folder, language=request.param)
    return request.param, folder


@pytest.fixture(scope="module")
def tables(report: tuple[Any, Path]) -> Tables:
    found = {}
    for path in report[1].glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def printed(report: tuple[Any, Path]) -> str:
    pages = PdfReader(report[1] / "report.pdf").pages
    return " ".join(unicodedata.normalize("NFKC", " ".join(page.extract_text().split())) for page in pages)


def asked(made: MadeCase, statement: str) -> list[Any]:
    with made.engine.connect() as connection:
        return list(connection.execute(sql(statement)).all())


def exact(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def row_of(printed: str, *words: str) -> list[int]:
    """The whole numbers behind these words in a table of the PDF."""
    found = re.search(re.escape(" ".join(words)) + r"((?: \d+)+)(?!\S)", printed)
    assert found, words
    return [int(number) for number in found[1].split()]


def test_files_add_up(made: MadeCase, tables: Tables, printed: str, report: tuple[Any, Path]) -> None:
    words = texts(report[0])
    states = Counter(
        row["state"] for row in tables["files"] if not (row["path"] == "neu.jpg" and row["version"] == "1")
    )
    assert len(tables["files"]) == asked(made, "SELECT count(*) FROM copy")[0][0] == 17
    for state, count in states.items():
        assert row_of(printed, words.named("copy", state))[-1] == count
    hashed = [row for row in tables["files"] if row["sha256"]]
    assert words("processing.check_files", sum=17, listed=17) in printed
    assert words("processing.superseded", n=1) in printed
    unique = {row["sha256"] for row in hashed}
    sentence = words(
        "processing.contents_text", copies=len(hashed), contents=len(unique), bytes="",
        duplicates=len(hashed) - len(unique),
    ).split("(")  # fmt: skip
    assert sentence[0] in printed
    assert sentence[1].split("); ")[1] in printed
    assert [int(row["files"]) for row in tables["sources"]] == [
        sum(row["source"] == number for row in tables["files"]) for number in ("1", "2")
    ]
    assert [one["files"] for one in exact(report[1], "sources.jsonl")] == [int(r["files"]) for r in tables["sources"]]


def test_outcomes_add_up(made: MadeCase, tables: Tables, printed: str, report: tuple[Any, Path]) -> None:
    words = texts(report[0])
    stored = Counter(
        {(key, state): count for key, state, count in asked(
            made, "SELECT hash, state, count(*) FROM outcome JOIN config ON config.id = config_id GROUP BY 1, 2")}
    )  # fmt: skip
    told = Counter(
        (row["config"], row["state"]) for row in tables["outcomes"] if row["config"] and row["state"] != "not analysed"
    )
    assert told == stored
    unfinished = [row for row in tables["outcomes"] if row["state"] == "not analysed"]
    assert [row["analyzer"] for row in unfinished] == ["nsfw", "ocr"]
    assert {row["sha256"] for row in unfinished} == {sha("open")}
    title = words("analyzer.ocr")
    assert f"{title} {' '.join(['1'] * 6)} 1 7" in printed
    unread = [row for row in tables["outcomes"] if not row["sha256"]]
    assert Counter(row["code"] for row in unread) == dict.fromkeys(
        ("unreadable", "vanished", "changed", "link", "special"), 2
    )
    for row in tables["outcomes"]:
        assert row["reason"] or row["state"] == "done"


def test_findings_add_up(made: MadeCase, tables: Tables, printed: str, report: tuple[Any, Path]) -> None:
    words, lines = texts(report[0]), exact(report[1], "findings.jsonl")
    assert len(lines) == len(tables["findings"]) == asked(made, "SELECT count(*) FROM finding")[0][0] == 6
    counts = Counter((row["label"], row["group"]) for row in tables["findings"])
    overview = printed[printed.index(words("findings.summary")) :]
    for (label, _), count in counts.items():
        contents = len({row["sha256"] for row in tables["findings"] if row["label"] == label})
        assert row_of(overview, words.named("label", label))[:2] == [contents, count]
    assert [float(row["score"]) for row in tables["findings"]] == [one["score"] for one in lines]


def test_an_earlier_configuration_is_told_apart(printed: str, report: tuple[Any, Path]) -> None:
    """Its findings are marked, do not enter the negative results of the newest one, and the difference is a table."""
    words = texts(report[0])
    nude = words("group.nude")
    assert row_of(printed, nude, "0")[-3:] == [2, 1, 5]
    assert words("negative.sentence", category=nude, looked=2, partial=1, **{"not": 5}) in printed
    assert words("negative.newest", processing=3) in printed
    assert printed.count(words("findings.earlier")) >= 2
    assert row_of(printed, words.named("label", "BUTTOCKS_EXPOSED"), "0")[:2] == [1, 0]  # both 0, earlier 1, newest 0
    assert words("processing.differences") in printed


def test_reasons_count_each_content_once(printed: str, report: tuple[Any, Path]) -> None:
    words = texts(report[0])
    state = words("state.timed out")
    assert f"{words('analyzer.nsfw')} {state} It was timed out. [c-timed-out] 1" in printed


def test_decisions_are_complete_and_in_words(
    made: MadeCase, tables: Tables, printed: str, report: tuple[Any, Path]
) -> None:
    words, lines = texts(report[0]), exact(report[1], "decisions.jsonl")
    stored = asked(made, "SELECT id, kind, value, actor, at FROM decision ORDER BY id")
    assert [(int(r["decision"]), r["kind"], r["value"], r["actor"], r["at"]) for r in tables["decisions"]] == [
        tuple(row) for row in stored
    ]
    assert [(one["decision"], one["kind"], one["value"], one["actor"], one["at"]) for one in lines] == [
        tuple(row) for row in stored
    ]
    assert [row["decision"] for row in tables["decisions"] if row["withdrawn"] == "yes"] == ["10"]
    assert [one["about"] for one in lines] == ["content"] * 2 + ["finding"] * 2 + ["content"] * 4 + ["problem"] + [
        "content"
    ] * 2
    assert lines[2]["finding"]["label"] == "ANUS_EXPOSED"
    for expected in (
        f"{words('decision.verdict')}: {words('verdict.right')}",
        f"{words('decision.verdict')}: {words('verdict.wrong')}",
        f"{words('decision.bookmark')}: Tür ({words('findings.time', time=words.duration(3.5))})",
        words("decision.review"), f"{words('decision.exclude')}: Anwaltspost",
        f"{words('decision.exclude_problem')}: Original liegt vor",
        f"{words('decision.withdraw')}: {words('decision.exclude')}",
    ):  # fmt: skip
        assert expected in printed, expected


def test_a_disagreement_stands_wherever_the_decision_does(
    tables: Tables, printed: str, report: tuple[Any, Path]
) -> None:
    words = texts(report[0])
    judged = next(row for row in tables["findings"] if row["verdict"])
    assert (judged["grade"], judged["verdict"]) == ("4", "wrong")  # the newest word of all
    at = "2026-11-21T10:00:00.000Z"
    assert judged["disputed"] == f"2 (groß, {at}) | 4 (meier, {at}) | right (groß, {at}) | wrong (meier, {at})"
    assert not next(row for row in tables["findings"] if row["label"] == "BUTTOCKS_EXPOSED")["disputed"]
    part = printed[printed.index(words("findings.summary")) : printed.index(words("decisions.intro"))]
    judged_as = f"{words('findings.judged')} {words('verdict.wrong')} (meier, {words('decisions.disputed')})"
    assert judged_as in part  # on the line of the finding
    assert f"{words('decisions.disputed')}: 2 (groß, 2026-11-21 10:00:00); 4 (meier, 2026-11-21 10:00:00)" in part


def test_what_was_excluded_is_named_with_its_reason(printed: str, report: tuple[Any, Path]) -> None:
    words = texts(report[0])
    assert words("cover.excluded", n=2, coverage=8) in printed
    part = printed[printed.index(words("coverage.excluded_text", n=2)) :]
    part = part[: part.index(words("coverage.problems"))]
    assert "Anwaltspost" in part
    assert "Original liegt vor" in part
    assert "Irrtum" not in part  # taken back


def test_problems_add_up(made: MadeCase, tables: Tables, printed: str, report: tuple[Any, Path]) -> None:
    assert len(tables["problems"]) == asked(made, "SELECT count(*) FROM problem")[0][0] == 1
    row = tables["problems"][0]
    assert (row["code"], row["sha256"], row["path"]) == ("damaged", sha("failed"), "failed.jpg")


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_that_can_be_decided_has_words(language: Literal["de", "en"]) -> None:
    from core.case.decisions import VERDICTS

    words = texts(language)
    kinds = (
        "grade",
        "tag",
        "untag",
        "note",
        "bookmark",
        "verdict",
        "likeness",
        "flag",
        "review",
        "exclude",
        "withdraw",
    )
    assert all(words.knows(f"decision.{kind}") for kind in kinds)
    assert all(words.knows(f"verdict.{verdict}") for verdict in VERDICTS)
