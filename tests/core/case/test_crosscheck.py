"""Database and audit trail against each other: what somebody changes past the program in one of them is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.case import checks, decisions, sources
from core.case.audit import AuditTrail
from core.case.case import Case
from core.sentences import told
from tests.core.case import desk


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acts 1–7: two grades, a tag, a note that is undone and said again, facts of a source."""
    folder = tmp_path_factory.mktemp("decided") / "case"
    with desk.make(folder) as case:
        decisions.grade(case, [desk.A, desk.B], "2")
        decisions.grade(case, [desk.C], "1")
        decisions.tag(case, [desk.A], "Übergabe")
        decisions.note(case, [desk.B], "Bitte ansehen")
        decisions.undo(case)
        decisions.redo(case)
        sources.describe(case, 1, {"exhibit": "A-3"})
    return folder


@pytest.fixture
def folder(decided: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(decided, tmp_path / "case"))


def looked(folder: Path) -> list[tuple[str, bool, str]]:
    with Case.open(folder, readonly=True) as case:
        found = [(one.name, one.ok, one.sentence) for one in checks.check(case)]
    for _, _, sentence in found:  # whatever is said is said in German, too
        assert told(sentence, "de").known, sentence
    return [one for one in found if one[0] in {"record", "clock"}]


def past_the_program(folder: Path, *statements: str) -> None:
    """What anybody with a database browser can do: the triggers are no lock."""
    connection = sqlite3.connect(folder / "case.db")
    for name in ("decision_no_update", "decision_no_delete", "act_no_update", "act_no_delete"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def rewritten(folder: Path, change: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    """A forged trail whose chain holds."""
    path = folder / "audit.jsonl"
    entries = change([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
    path.unlink()
    import hashlib

    from core.records import canonical_json

    previous = "0" * 64
    with path.open("wb") as file:
        for number, entry in enumerate(entries, start=1):
            line = canonical_json({**entry, "seq": number, "prev": previous}).encode()
            previous = hashlib.sha256(line).hexdigest()
            file.write(line + b"\n")
    assert AuditTrail(path).check().seq == len(entries)


def test_an_untouched_case_agrees(folder: Path) -> None:
    assert looked(folder) == [("record", True, "8 acts and runs stand in the audit trail as in the database.")]


SQL = {
    "a grade changed": ("UPDATE decision SET value = '0' WHERE act_id = 2", "Act 2 in the", "(value)"),
    "a tag changed": ("UPDATE decision SET value = 'x' WHERE act_id = 3", "Act 3 in the", "(value)"),
    "a person changed": ("UPDATE decision SET actor = 'x' WHERE act_id = 1", "Act 1 in the", "(person)"),
    "the act's person changed": ("UPDATE act SET actor = 'x' WHERE id = 1", "Act 1 in the", "(person)"),
    "the time changed": ("UPDATE act SET at = '2020-01-01T00:00:00.000Z' WHERE id = 1", "Act 1 in the", "(time)"),
    "a decision moved": (f"UPDATE decision SET content_id = {desk.D} WHERE act_id = 2", "Act 2 in the", "(files)"),
    "a decision removed": (f"DELETE FROM decision WHERE act_id = 1 AND content_id = {desk.B}", "Act 1 in", "(files)"),
    "a decision added": (
        "INSERT INTO decision(content_id, act_id, kind, value, actor, at) SELECT 4, 2, 'grade', '1', actor, at FROM"
        " decision WHERE act_id = 2",
        "Act 2 in the",
        "(files)",
    ),
    "an act added": (
        'INSERT INTO act(kind, label, actor, at) VALUES(\'do\', \'{"key":"grade","value":"1","count":1}\', \'x\','
        " '2026-11-26T00:00:00.000Z')",
        "Act 8 is in the database and not",
        "past the program",
    ),
    "a run added": (
        "INSERT INTO run(started, state, settings, versions, backend, seconds) VALUES('2026', 'finished', '{}', '{}',"
        " '', 1)",
        "Run 2 is in the database and not",
        "",
    ),
    "what lists show changed": (
        f"UPDATE item SET grade = '9' WHERE content_id IN ({desk.A}, {desk.D})",
        "Lists show another grade",
        "for 2 items",
    ),
}


@pytest.mark.parametrize("what", SQL)
def test_a_change_of_the_database_is_named(folder: Path, what: str) -> None:
    statement, start, inside = SQL[what]
    past_the_program(folder, statement)
    (name, ok, sentence), *_ = looked(folder)
    assert (name, ok) == ("record", False)
    assert sentence.startswith(start)
    assert inside in sentence


def test_the_facts_of_a_source_are_compared(folder: Path) -> None:
    past_the_program(
        folder, "DROP TRIGGER source_fact_no_update", "UPDATE source_fact SET value = 'B-9' WHERE act_id = 7"
    )
    assert "(facts)" in looked(folder)[0][2]


def test_acts_that_were_removed_are_missed(folder: Path) -> None:
    past_the_program(folder, "DELETE FROM decision WHERE act_id = 3", "DELETE FROM act WHERE id = 3")
    assert looked(folder)[0][2].startswith("Act 3 is in the audit trail and not in the database")


def test_a_trail_that_lost_its_end_or_is_an_older_one(folder: Path) -> None:
    path = folder / "audit.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    found = looked(folder)
    assert [sentence[:20] for _, _, sentence in found] == ["Act 6 is in the data", "Act 7 is in the data"]
    path.unlink()
    assert looked(folder) == [("record", False, "The audit trail is missing or empty, so nothing shows what was done.")]


def test_a_forged_trail_with_a_whole_chain_does_not_fit_the_database(folder: Path) -> None:
    def another_grade(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        for entry in entries:
            if entry["target"] == "2" and str(entry["action"]) == "decision grade":
                entry["details"]["value"] = "5"  # type: ignore[index] # JSON
        return entries

    rewritten(folder, another_grade)
    assert "Act 2 in the database is not what the audit trail says of it (value)" in looked(folder)[0][2]


def test_a_restored_backup_is_no_forgery(folder: Path) -> None:
    with Case.open(folder) as case:
        backup = case.backup()
        decisions.grade(case, [desk.D], "3")
    with Case.to_restore(folder) as case:
        case.restore(backup)
    assert looked(folder)[0][:2] == ("record", True)
    with Case.open(folder) as case:
        decisions.grade(case, [desk.D], "4")  # the number of the act that was undone by going back
    assert looked(folder)[0][:2] == ("record", True)
    shutil.copy(backup, folder / "case.db")  # the same without the program
    for left in ("case.db-wal", "case.db-shm"):
        (folder / left).unlink(missing_ok=True)
    assert looked(folder)[0][2].startswith("Act 8 is in the audit trail and not in the database")


def test_a_clock_that_went_back_is_told_and_is_no_damage(folder: Path) -> None:
    def move(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        entries[-1]["at"] = "2001-01-01T00:00:00.000Z"
        return entries

    number = len((folder / "audit.jsonl").read_bytes().splitlines())
    rewritten(folder, move)
    past_the_program(folder, "UPDATE act SET at = '2001-01-01T00:00:00.000Z' WHERE id = 7")
    assert looked(folder)[1] == (
        "clock", True, f"The clock went back 1 times, first at line {number} of the audit trail.",
    )  # fmt: skip


def test_an_act_over_many_is_compared_by_its_hash(tmp_path: Path) -> None:
    from core.case import acts

    with desk.make(tmp_path / "case") as case:
        before, acts.NAMED = acts.NAMED, 1
        try:
            decisions.grade(case, [desk.A, desk.B, desk.C], "2")
            decisions.undo(case)
        finally:
            acts.NAMED = before
    assert looked(tmp_path / "case")[0][1]
    past_the_program(tmp_path / "case", f"UPDATE decision SET content_id = {desk.D} WHERE content_id = {desk.C}")
    assert "Act 1 in the database is not what the audit trail says of it (files)" in looked(tmp_path / "case")[0][2]
