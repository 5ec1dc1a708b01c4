from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.case import schema
from core.errors import ReportError, Stopped
from core.report.content import ReportSelection
from core.report.manifest import FILES
from core.report.pdf_front import LISTING_COMMAND
from core.report.rows import FINDING_COLUMNS, OUTCOME_COLUMNS
from core.report.write import ReportResult
from tests.core.report.conftest import write
from tests.core.report.made_case import NASTY, MadeCase, make_case, many_findings, sha


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(result: ReportResult) -> list[dict[str, Any]]:
    text = (result.folder / "findings.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_report_is_a_folder_of_files_that_match_the_manifest(signed: ReportResult) -> None:
    names = sorted(path.name for path in signed.folder.iterdir())
    assert names == sorted([*FILES, "manifest.json", "manifest.sig"])
    manifest = json.loads((signed.folder / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == list(FILES)
    for entry in manifest["files"]:
        data = (signed.folder / entry["path"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])
    assert manifest["audit_head"] == {"seq": 42, "sha256": "ab" * 32}
    assert manifest["report_id"] == signed.report_id
    assert manifest["images"] == "redacted"
    assert manifest["selection"] == {}


def test_csv_is_what_a_spreadsheet_expects(signed: ReportResult) -> None:
    for name, columns in (("findings.csv", FINDING_COLUMNS), ("outcomes.csv", OUTCOME_COLUMNS)):
        data = (signed.folder / name).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf" + ",".join(columns).encode() + b"\r\n")
        assert data.count(b"\n") == data.count(b"\r\n")
        assert data.endswith(b"\r\n")


def test_csv_and_jsonl_hold_the_same_findings(signed: ReportResult, case: MadeCase) -> None:
    rows, exact = table(signed.folder / "findings.csv"), lines(signed)
    with case.source() as source:
        assert len(rows) == len(exact) == signed.findings == source.totals().findings
    for row, line in zip(rows, exact, strict=True):
        assert row["sha256"] == line["sha256"]
        assert row["label"] == line["label"]
        assert row["copies"] == str(len(line["paths"]))
        assert float(row["score"]) == line["score"]
        assert row["config"] == line["config"]
        region = [row[f"region_{name}"] for name in "xywh"]
        assert line["region"] == (None if not region[0] else [float(value) for value in region])


def test_names_are_exact_in_jsonl_and_safe_in_csv(signed: ReportResult) -> None:
    exact = {line["sha256"]: line for line in lines(signed)}
    for position, raw in enumerate(NASTY):
        line = exact[sha(f"picture-{position}")]
        if "path_hex" in line:
            assert bytes.fromhex(line["path_hex"][0]) == raw
        else:
            assert line["paths"][0].encode() == raw
    assert next(line for line in exact.values() if "path_hex" in line)["paths"] == ["broken\\xff\\xfe\\x80name.jpg"]
    first = [row["first_path"] for row in table(signed.folder / "findings.csv")]
    assert "'=cmd|' /C calc'!A0.jpg" in first
    assert "line\\nbreak\\ttab\\r.jpg" in first
    texts = {row["text"] for row in table(signed.folder / "findings.csv")}
    assert "'=SUMME(A1)" in texts
    assert "=SUMME(A1)" in {line["text"] for line in exact.values()} | {line["text"] for line in lines(signed)}


def test_all_copies_of_a_content_are_named(signed: ReportResult) -> None:
    line = next(line for line in lines(signed) if line["sha256"] == sha("picture-0"))
    assert len(line["paths"]) == 10
    assert line["sources"] == [1] + [2] * 9


def test_decisions_stand_beside_the_machine_and_withdrawn_ones_do_not_count(signed: ReportResult) -> None:
    by_hash = {line["sha256"]: line for line in lines(signed)}
    decision = by_hash[sha("picture-0")]["decision"]
    assert (decision["grade"], decision["grade_by"], decision["tags"]) == ("2", "Groß", ["Übergabe"])
    assert by_hash[sha("picture-1")]["decision"] is None
    assert by_hash[sha("picture-2")]["decision"]["notes"] == ["Bitte Zweitsicht."]


def test_every_file_has_an_outcome_for_every_analyzer(signed: ReportResult) -> None:
    rows = table(signed.folder / "outcomes.csv")
    assert Counter(row["analyzer"] for row in rows) == {"nsfw": 18, "ocr": 18}  # 14 contents, 4 files without a hash
    unread = [row for row in rows if not row["sha256"]]
    assert Counter(row["state"] for row in unread) == {"failed": 4, "skipped": 4}
    assert {row["code"] for row in unread} == {"unreadable", "vanished", "link", "special"}
    assert all(row["reason"] for row in rows if row["state"] != "done")


def test_contents_without_an_outcome_are_rows_too(tmp_path: Path) -> None:
    made = make_case(tmp_path / "case")
    made.facts()
    source, config = made.evidence(), made.config("nsfw")
    run = made.run(config, state="interrupted")
    for name in ("a", "b"):
        content = made.content(name)
        made.copy(source, content, name.encode())
    made.outcome(content, config, run)
    rows = table(write(made, tmp_path / "r").folder / "outcomes.csv")
    assert [(row["sha256"], row["state"]) for row in rows] == [(sha("b"), "done"), (sha("a"), "not analysed")]


@pytest.mark.parametrize(
    "selection",
    [
        ReportSelection(analyzers=("ocr",)),
        ReportSelection(min_score=0.6),
        ReportSelection(min_score=0.9, min_scores={"ocr": 0.8}),
        ReportSelection(labels=("FACE_FEMALE", "text")),
        ReportSelection(groups=("explicit",)),
        ReportSelection(analyzers=()),
    ],
)
def test_the_tables_hold_exactly_what_was_selected(
    case: MadeCase, signed: ReportResult, tmp_path: Path, selection: ReportSelection
) -> None:
    def wanted(line: dict[str, Any]) -> bool:
        least = selection.min_scores.get(line["analyzer"], selection.min_score)
        return (
            (selection.analyzers is None or line["analyzer"] in selection.analyzers)
            and (selection.labels is None or line["label"] in selection.labels)
            and (selection.groups is None or line["group"] in selection.groups)
            and (least is None or line["score"] >= least)
        )

    result = write(case, tmp_path / "r", selection=selection)
    assert lines(result) == [line for line in lines(signed) if wanted(line)]
    assert len(table(result.folder / "findings.csv")) == result.findings
    assert json.loads((result.folder / "manifest.json").read_bytes())["selection"] == selection.as_json()


def test_states_select_outcomes(case: MadeCase, tmp_path: Path) -> None:
    result = write(case, tmp_path / "r", selection=ReportSelection(analyzers=("nsfw",), states=("failed", "partial")))
    found = Counter((row["analyzer"], row["state"]) for row in table(result.folder / "outcomes.csv"))
    assert found == {("nsfw", "failed"): 3, ("nsfw", "partial"): 1}


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(case: MadeCase, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine.txt").write_text("mine")
    with pytest.raises(ReportError, match="not empty"):
        write(case, tmp_path / "r")
    assert [path.name for path in tmp_path.rglob("*")] == ["r", "mine.txt"]
    (tmp_path / "empty").mkdir()
    assert write(case, tmp_path / "empty").folder == tmp_path / "empty"


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_a_stopped_report_leaves_nothing(case: MadeCase, tmp_path: Path, share: float) -> None:
    def stop(at: float) -> None:
        if at >= share:
            raise Stopped("Stopped.", "")

    with pytest.raises(Stopped):
        write(case, tmp_path / "r", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_report_are_swept(case: MadeCase, tmp_path: Path) -> None:
    left = tmp_path / ".r.999999999.partial"
    left.mkdir()
    (left / "report.pdf").write_bytes(b"half")
    os.utime(left, (1, 1))
    write(case, tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_an_unwritable_place_is_said_in_plain_words(case: MadeCase, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="could not be written") as caught:
        write(case, tmp_path / "file" / "r")
    assert caught.value.advice


def test_progress_rises_to_one(case: MadeCase, tmp_path: Path) -> None:
    heard: list[float] = []
    write(case, tmp_path / "r", progress=heard.append)
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)


def test_a_time_without_a_zone_is_refused(case: MadeCase, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write(case, tmp_path / "r", created=datetime(2026, 1, 1))


def test_the_tables_of_many_findings_need_no_more_memory(tmp_path: Path) -> None:
    """Three thousand findings, read row by row: what Python holds stays far below the size of the rows."""
    import tracemalloc

    from core.report.rows import finding_cells

    made = many_findings(tmp_path / "case")
    with made.source() as source:
        tracemalloc.start()
        count = sum(len(finding_cells(row)) > 0 for row in source.findings(ReportSelection()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 3000
    assert peak < 8_000_000


def test_the_listing_hash_is_what_the_printed_command_gives(tmp_path: Path) -> None:
    if shutil.which("sha256sum") is None or shutil.which("bash") is None:
        pytest.skip("sha256sum is not installed")
    stick = tmp_path / "stick"
    made = make_case(tmp_path / "case")
    source = made.evidence(str(stick))
    for name in ("a.bin", "sub/b.bin", "sub/ü\n\\.bin"):
        path, data = stick / name, name.encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        facts = {"sha256": hashlib.sha256(data).hexdigest(), "sha1": "", "md5": ""}
        content = made.add(schema.content, size=len(data), mime="x", kind="other", **facts)
        made.copy(source, content, data)
    done = subprocess.run(["bash", "-c", LISTING_COMMAND], cwd=stick, capture_output=True, text=True, check=True)
    with made.source() as reading:
        assert reading.sources()[0].listing_sha256 == done.stdout.split()[0]


def test_sources_are_a_table_and_lines_that_say_what_people_stated(signed: ReportResult) -> None:
    rows = table(signed.folder / "sources.csv")
    text = (signed.folder / "sources.jsonl").read_text(encoding="utf-8")
    exact = [json.loads(line) for line in text.splitlines()]
    assert [row["source"] for row in rows] == ["1", "2"]
    assert (rows[0]["name"], rows[0]["exhibit"], rows[0]["write_blocker"]) == ("USB-Stick A-3", "", "")
    assert exact[0]["facts"] == {}
    assert rows[1]["label"] == exact[1]["facts"]["label"] == "Händi"
    assert (rows[1]["exhibit"], exact[1]["facts"]["exhibit"]) == ("'=1+1", "=1+1")  # no formula in a spreadsheet
    assert (rows[1]["clock_offset"], exact[1]["facts"]["clock_offset"]) == ("-90", -90)
    assert (rows[1]["stated_by"], exact[1]["stated_at"]) == ("Groß", "2026-11-21T10:00:00.000Z")
    assert all(int(row["files"]) == line["files"] for row, line in zip(rows, exact, strict=True))
