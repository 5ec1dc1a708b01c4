"""The fixed commands, from an evidence folder to a verified report, with the real models."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from core.case.case import Case
from core.case.runs import Runs
from tests.end_to_end.conftest import Program
from tests.support.desk import tree
from tests.support.here import Here
from tests.support.media import evidence, picture

FONT = Path(__file__).resolve().parents[2] / "resources/fonts/DejaVuSans.ttf"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = evidence(tmp_path / "evidence")
    page = Image.new("RGB", (900, 300), "white")
    font = ImageFont.truetype(str(FONT), 40)
    ImageDraw.Draw(page).text((40, 60), "Übergabe morgen um acht", fill="black", font=font)
    ImageDraw.Draw(page).text((40, 160), "invoice 2024 total", fill="black", font=font)
    page.save(folder / "Zettel.png")
    return folder


def test_from_a_folder_to_a_verified_report(asservat: Program, here: Here, source: Path, tmp_path: Path) -> None:
    case, out = tmp_path / "case", tmp_path / "report"
    before = tree(source)
    analysed = asservat("analyze", source, "--case", case, "--json")
    assert analysed.code == 0, analysed.err
    assert tree(source) == before
    summary = analysed.json
    assert {"run", "sources", "copies", "contents", "outcomes", "seconds"} <= set(summary)
    assert (summary["sources"], summary["copies"], summary["contents"]) == (1, 14, 13)
    assert set(summary["outcomes"]) == {"nsfw", "ocr"}
    assert all(sum(counts.values()) == 13 for counts in summary["outcomes"].values())

    outcomes = here("outcomes", case, "--json").lines
    assert len(outcomes) == 26
    assert {"sha256", "paths", "mime", "analyzer", "state", "reason", "milliseconds"} <= set(outcomes[0])

    findings = asservat("findings", case, "--json", "--analyzer", "ocr", "--min-score", "0.5").lines
    texts = {row["text"] for row in findings}
    assert any("morgen um acht" in text for text in texts)
    assert any("invoice 2024" in text for text in texts)
    keys = {
        "sha256",
        "paths",
        "analyzer",
        "label",
        "score",
        "region",
        "polygon",
        "start",
        "end",
        "page",
        "text",
        "config",
    }
    assert keys <= set(findings[0])
    assert all(0 <= value <= 1 for row in findings for value in row["region"])

    hits = here("search", case, "invoice", "--json").lines
    assert hits[0]["paths"] == ["Zettel.png"]
    assert "<b>invoice</b>" in hits[0]["snippet"]

    assert here("sources", case, "set", "1", "--exhibit", "3.1", "--write-blocker", "none").code == 0
    written = asservat("report", case, "--out", out, "--language", "de", "--images", "full", "--json")
    assert written.code == 0, written.err
    assert {path.name for path in out.iterdir()} == {
        "report.pdf",
        "findings.csv",
        "outcomes.csv",
        "findings.jsonl",
        "sources.csv",
        "sources.jsonl",
        "files.csv",
        "decisions.csv",
        "decisions.jsonl",
        "problems.csv",
        "manifest.json",
        "manifest.sig",
    }
    rows = list(csv.DictReader(io.StringIO((out / "findings.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len((out / "findings.jsonl").read_text(encoding="utf-8").splitlines())
    assert len(rows) == len(here("findings", case, "--json").lines)

    known = json.loads((out / "sources.jsonl").read_text(encoding="utf-8"))
    assert (known["source"], known["facts"]) == (1, {"exhibit": "3.1", "write_blocker": "none"})
    key = next((tmp_path / "home").rglob("*.pub.pem"))
    assert asservat("verify", out, "--key", key).code == 0
    inside = here("report", case, "--out", source / "report", "--unsigned")
    assert inside.code == 2
    assert not (source / "report").exists()
    unsigned = tmp_path / "unsigned"
    assert here("report", case, "--out", unsigned, "--unsigned").code == 0
    assert here("verify", unsigned, "--key", key).code == 4
    (out / "findings.csv").write_bytes((out / "findings.csv").read_bytes() + b"x")
    spoilt = here("verify", out, "--key", key, "--json")
    assert spoilt.code == 4
    assert not spoilt.json["intact"]

    again = here("resume", case, "--json")
    assert again.code == 0
    assert again.json["outcomes"] == summary["outcomes"]
    assert "finished" in here("status", case).out
    assert here("case", "check", case).code == 0


@pytest.mark.slow
def test_all_analyzers_can_be_asked_for_and_what_lacks_its_pack_is_skipped(asservat: Program, tmp_path: Path) -> None:
    folder, case = tmp_path / "evidence", tmp_path / "case"
    picture(folder / "one.png", level=90)
    done = asservat("analyze", folder, "--case", case, "--analyzers", "all", "--json", ASSERVAT_PACKS=str(tmp_path))
    assert done.code == 0, done.err
    names = ["nsfw", "restraint", "ocr", "logo", "faces", "speech", "embedding"]
    assert list(done.json["outcomes"]) == names
    states = {one["analyzer"]: (one["state"], one["reason"]) for one in asservat("outcomes", case, "--json").lines}
    assert states["nsfw"][0] == states["ocr"][0] == states["logo"][0] == "done"
    for name in ("restraint", "embedding"):
        assert states[name][0] == "skipped"
        assert "models import" in states[name][1]
    with Case.open(case, readonly=True) as opened:
        last = Runs(opened).last()
    assert last is not None
    assert last["settings"]["analyzers"] == names, "their names are recorded, not what was written for them"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["analyze", "nowhere", "--case", "{tmp}/c"], 2, "not a folder"),
        (["analyze", "{tmp}", "--case", "{tmp}/c"], 2, "lies inside"),
        (["analyze", "{tmp}/e", "--case", "{tmp}/c", "--analyzers", "mindreading"], 2, "no analyzer mindreading"),
        (["analyze", "{tmp}/e", "--case", "{tmp}/c", "--option", "ocr.gate"], 2, "not an option"),
        (["analyze", "{tmp}/e", "--case", "{tmp}/c", "--option", "ocrr.gate=false"], 2, "options of ocrr"),
        (["analyze", "{tmp}/e", "--case", "{tmp}/c", "--option", "faces.engine=dlib"], 2, "this run is for nsfw, ocr"),
        (["status", "{tmp}/e"], 2, "no case"),
        (["resume", "{tmp}/e"], 2, "no case"),
        (["verify", "{tmp}/nothing"], 2, "no folder"),
        (["verify", "{tmp}/e"], 4, "manifest.json"),
        (["report", "{tmp}/e", "--out", "{tmp}/r", "--images", "some"], 2, "some"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_sentence(here: Here, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    (tmp_path / "e").mkdir()
    result = here(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert result.code == code
    assert words in result.err + result.out
    assert "Traceback" not in result.err


def test_errors_are_json_for_machines_and_tracebacks_for_developers(
    asservat: Program, here: Here, tmp_path: Path
) -> None:
    result = asservat("status", tmp_path, "--json")
    assert json.loads(result.err).keys() == {"error", "advice"}
    assert "Traceback" in here("status", tmp_path, "--debug").err


def test_doctor_and_models_tell_what_is_there(asservat: Program, here: Here) -> None:
    checks = {line["name"]: line for line in asservat("doctor", "--json").json}
    assert checks["weights nudenet-320n"]["ok"] is True
    models = here("models", "list", "--json").json
    assert {"nsfw", "restraint", "ocr", "logo", "faces", "speech", "embedding"} == {
        model["analyzer"] for model in models
    }
    assert all(len(one["sha256"]) == 64 and one["licence"] for model in models for one in model["models"])


def test_a_case_is_made_looked_after_and_restored(asservat: Program, here: Here, tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert asservat("case", "new", case, "--number", "7/26").code == 0
    saved = here("case", "backup", case, "--json").json["backup"]
    assert here("case", "restore", case, Path(saved).name).code == 0
    info = here("case", "info", case, "--json").json
    assert info["facts"]["number"] == "7/26"
    assert len(info["backups"]) == 2
    assert here("case", "new", case).code == 2


def test_a_refused_run_leaves_no_source_behind(asservat: Program, here: Here, tmp_path: Path) -> None:
    for name in "ef":
        (tmp_path / name).mkdir()
    case = tmp_path / "c"
    assert asservat("analyze", tmp_path / "e", "--case", case, "--analyzers", "nsfw", "--json").code == 0
    refused = here("analyze", tmp_path / "f", "--case", case, "--analyzers", "mindreading")
    assert refused.code == 2
    with Case.open(case) as opened, opened.locked():
        busy = asservat("analyze", tmp_path / "f", "--case", case, "--analyzers", "nsfw")
        assert busy.code == 1
        assert [source.path.name for source in Runs(opened).sources()] == ["e"]
