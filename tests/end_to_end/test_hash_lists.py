"""`case hash-list` before `analyze`: what the list knows is marked in the same run, by a tag and never by a grade."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.end_to_end.conftest import Program
from tests.support.here import Here
from tests.support.media import picture


def test_a_list_read_before_the_run_marks_what_the_run_finds(asservat: Program, here: Here, tmp_path: Path) -> None:
    source, case = tmp_path / "evidence", tmp_path / "case"
    known = picture(source / "known.png", 90)
    picture(source / "unknown.png", 160)
    file = tmp_path / "notable.csv"
    md5 = hashlib.md5(known.read_bytes(), usedforsecurity=False).hexdigest()
    file.write_text(f'"MD5","name"\n"{md5.upper()}","a"\n"{"0" * 32}","b"\n', "utf-8")
    assert here("case", "new", case).code == 0
    told = asservat("case", "hash-list", case, file, "--json").json
    assert (told["hashes"], told["contents"], told["tag"]) == (2, 0, "list: notable")

    run = asservat("analyze", source, "--case", case, "--analyzers", "nsfw", "--workers", "1", "--json")
    assert run.code == 0, run.err
    assert run.json["known"] == {"list: notable": 1}
    sha256 = hashlib.sha256(known.read_bytes()).hexdigest()
    lines = [json.loads(line) for line in (case / "audit.jsonl").read_text("utf-8").splitlines()]
    hits = [line["details"] for line in lines if line["action"] == "hash list hit"]
    assert [hit["sha256"] for hit in hits] == [[sha256]]
    assert not [line for line in lines if line["action"].startswith("decision grade")]

    (listed,) = here("case", "hash-lists", case, "--json").json
    assert (listed["tag"], listed["file"], listed["hashes"]) == ("list: notable", "notable.csv", 2)
    assert here("case", "hash-lists", case, "--forget", 7).code == 2
    assert here("case", "hash-lists", case, "--forget", listed["id"], "--json").json == []
    assert here("resume", case, "--json").json["known"] == {}
