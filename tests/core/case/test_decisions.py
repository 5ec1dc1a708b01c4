from __future__ import annotations

import getpass
import json
import threading
import time
from collections.abc import Callable

import pytest

from core.case import browse, decisions, filters, queries, sources
from core.case.browse import Filter, ItemRow
from core.case.case import Case
from core.case.checks import check
from core.case.decisions import Change
from core.case.report_source import CaseReportSource
from core.errors import UsageError
from core.report.content import ReportSelection
from tests.core.case import desk
from tests.core.case.desk import A, B, C, D, E, F, letters


def row(case: Case, number: int) -> ItemRow:
    with case.reading() as connection:
        return browse.rows(connection, [number])[0]


def said(case: Case) -> dict[str, object]:
    """Everything that decisions change, of all items: what undo must bring back."""
    with case.reading() as connection:
        items = {
            item.id: (item.grade, item.flagged, item.reviewed, item.excluded, item.notes, item.tags)
            for item in browse.rows(connection, range(A, F + 1))
        }
        details = [browse.details(connection, number) for number in items]
        found = {
            "verdicts": [finding.verdict for detail in details if detail for finding in detail.findings],
            "notes": [[note.value for note in detail.notes] for detail in details if detail],
            "bookmarks": [[(m.time, m.value) for m in detail.bookmarks] for detail in details if detail],
            "words": sorted(hit["snippet"] for hit in queries.search(connection, "größte OR* merke*")),
        }
    return {**items, **found}  # type: ignore[dict-item]  # values of both kinds


ACTS: dict[str, Callable[[Case], Change]] = {
    "grade": lambda case: decisions.grade(case, [A, B], "1"),
    "another grade": lambda case: decisions.grade(case, [B, C], "2"),
    "no grade": lambda case: decisions.grade(case, [A, B, C, D, E, F], ""),
    "flag": lambda case: decisions.flag(case, [C, D]),
    "no flag": lambda case: decisions.flag(case, [C], False),
    "tag": lambda case: decisions.tag(case, [A, B, C], " boat "),
    "untag": lambda case: decisions.untag(case, [B, F], "boat"),
    "note": lambda case: decisions.note(case, [A], "Das Größte"),
    "note at a time": lambda case: decisions.note(case, [C], "merke", time=3.5),
    "bookmark": lambda case: decisions.bookmark(case, C, 7.25, "merke dir"),
    "review": lambda case: decisions.review(case, [E]),
    "exclude": lambda case: decisions.exclude(case, [D], "damaged"),
    "include": lambda case: decisions.include(case, [D]),
    "verdict": lambda case: decisions.verdict(case, 1, "wrong"),
    "another verdict": lambda case: decisions.verdict(case, 1, "right"),
    "problem": lambda case: decisions.exclude_problem(case, [1], "a broken disk"),
}


def test_every_act_can_be_undone_and_redone_step_by_step(case: Case) -> None:
    states = [said(case)]
    for name, act in ACTS.items():
        change = act(case)
        assert change, name
        assert str(change.label)
        states.append(said(case))
    assert states[1:] != states[:-1]
    for _ in range(2):
        for before in reversed(states[:-1]):
            assert decisions.undo(case).kind == "undo"
            assert said(case) == before
        assert not decisions.undo(case)
        for after in states[1:]:
            assert decisions.redo(case).kind == "redo"
            assert said(case) == after
        assert not decisions.redo(case)
    assert all(result.ok for result in check(case))


def test_undo_survives_a_restart_and_a_new_act_ends_redo(case: Case) -> None:
    decisions.grade(case, [A], "1")
    decisions.grade(case, [A], "2")
    with Case.open(case.folder) as again:
        assert decisions.undo(again).label == decisions.Label("grade", "2", 1)
        assert row(again, A).grade == "1"
        with again.reading() as connection:
            assert decisions.redoable(connection) == decisions.Label("grade", "2", 1)
            assert decisions.undoable(connection) == decisions.Label("grade", "1", 1)
    decisions.flag(case, [B])
    assert not decisions.redo(case)
    decisions.undo(case)
    assert decisions.undo(case).label.value == "1"


def test_nobody_undoes_what_another_person_said(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    people = iter(["anna", "bernd", "anna"])

    def next_person() -> None:
        name = next(people)
        monkeypatch.setattr(getpass, "getuser", lambda: name)

    next_person()
    decisions.grade(case, [A], "1")
    sources.describe(case, 1, {"exhibit": "1", "serial": "S"})
    next_person()
    assert not decisions.undo(case)
    decisions.grade(case, [A], "2")
    sources.describe(case, 1, {"exhibit": "2"})
    next_person()
    assert [(one.field, one.new) for one in decisions.undo(case).facts] == [("serial", "")]
    assert decisions.undo(case).label.value == "1"
    assert row(case, A).grade == "2", "what was said since stays"
    assert not decisions.undo(case)
    assert decisions.redo(case).label.value == "1"


def test_what_is_so_already_is_not_said_again(case: Case) -> None:
    assert list(decisions.grade(case, [A, B, A], "3").ids) == [A, B]
    assert list(decisions.grade(case, [A, B, C], "3").ids) == [C]
    for nothing in (
        decisions.grade(case, [A], "3"),
        decisions.grade(case, [99], "3"),
        decisions.grade(case, [], "3"),
        decisions.flag(case, [A], False),
        decisions.untag(case, [A], "x"),
        decisions.include(case, [A]),
        decisions.withdraw(case, []),
        decisions.exclude_problem(case, [], "x"),
    ):
        assert not nothing
        assert not nothing.ids
    with case.reading() as connection:
        assert len(decisions.history(connection, A)) == 1


def test_bad_requests_are_refused_whole(case: Case) -> None:
    for act in (
        lambda: decisions.tag(case, [A], "  "),
        lambda: decisions.note(case, [A], ""),
        lambda: decisions.exclude(case, [A], " "),
        lambda: decisions.verdict(case, 1, "maybe"),  # type: ignore[arg-type]  # no such verdict, that is the point
        lambda: decisions.verdict(case, 999, "right"),
    ):
        with pytest.raises(UsageError):
            act()
    with case.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM act").scalar() == 0


def test_a_note_is_found_until_it_is_taken_back(case: Case) -> None:
    decisions.note(case, [A], "Die Größte am Steg")
    decisions.note(case, [A], "Nebensache")
    with case.reading() as connection:
        assert letters(connection, filters.words("groesste steg")) == "a"
        details = browse.details(connection, A)
    assert details is not None
    first = details.notes[0].id
    assert decisions.withdraw(case, [first]).label.key == "withdraw"
    with case.reading() as connection:
        assert letters(connection, filters.words("steg")) == ""
        assert [(entry.value, entry.withdrawn) for entry in decisions.history(connection, A)] == [
            ("Nebensache", False),
            ("Die Größte am Steg", True),
        ]
    assert row(case, A).notes == 1
    decisions.undo(case)
    with case.reading() as connection:
        assert letters(connection, filters.words("steg")) == "a"


def test_a_grade_is_not_taken_out_of_the_middle(case: Case) -> None:
    decisions.grade(case, [A], "1")
    with case.reading() as connection:
        (entry,) = decisions.history(connection, A)
    with pytest.raises(UsageError, match="grade"):
        decisions.withdraw(case, [entry.id])


def test_a_problem_of_a_file_without_content_can_be_settled(case: Case) -> None:
    with case.reading() as connection:
        problem = connection.exec_driver_sql("SELECT id FROM problem WHERE code = 'unreadable'").scalar_one()
    change = decisions.exclude_problem(case, [problem], "The owner keeps it.")
    assert (bool(change), list(change.ids)) == (True, [])
    with case.reading() as connection:
        (settled,) = decisions.settled_problems(connection).values()
        assert settled.value == "The owner keeps it."
        report = CaseReportSource(connection, case.folder)
        assert [(d.kind, d.value, d.sha256, d.place and d.place.shown) for d in report.decisions(10)] == [
            ("exclude", "The owner keeps it.", "", "broken.jpg")
        ]
        assert len(list(report.findings(ReportSelection()))) == 6
    decisions.undo(case)
    with case.reading() as connection:
        assert decisions.settled_problems(connection) == {}


def test_reports_say_what_is_in_force(case: Case) -> None:
    decisions.grade(case, [A], "1")
    decisions.flag(case, [A])
    decisions.grade(case, [A], "")
    decisions.flag(case, [A], False)
    decisions.tag(case, [A], "boat")
    with case.reading() as connection:
        first = next(iter(CaseReportSource(connection, case.folder).findings(ReportSelection())))
    assert (first.decisions.grade, first.decisions.flag, first.decisions.tags) == ("", "", ("boat",))


def test_the_audit_trail_tells_of_every_act_once(case: Case) -> None:
    before = case.audit.head().seq
    decisions.grade(case, range(A, F + 1), "5")
    decisions.undo(case)
    assert case.audit.head().seq == before + 2
    lines = (case.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-2:]
    graded, undone = (json.loads(line) for line in lines)
    assert (graded["action"], graded["details"]["contents"]) == ("decision grade", 6)
    assert graded["details"]["sha256"] == [desk.sha(letter) for letter in "abcdef"]
    assert (undone["action"], undone["details"]["of"]) == ("decision undo grade", int(graded["target"]))


def test_a_bulk_act_is_one_transaction_one_act_and_one_line(case: Case) -> None:
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO content(id, sha256, sha1, md5, size, mime, kind) VALUES(?, ?, '', '', 1, '', 'image')",
            [(n, f"{n:064}") for n in range(10, 5010)],
        )
        connection.exec_driver_sql(
            "INSERT INTO item(content_id, kind, size) SELECT id, kind, size FROM content WHERE id > 6"
        )
    before = case.audit.head().seq
    with case.reading() as connection:
        everything = browse.ids(connection)
    change = decisions.grade(case, everything, "5")
    assert change.ids == everything
    assert (change.label.count, case.audit.head().seq) == (5006, before + 1)
    assert "ids_sha256" in (case.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    with case.reading() as connection:
        assert browse.count(connection, Filter((filters.grade("5"),))) == 5006
        assert connection.exec_driver_sql("SELECT count(*) FROM act").scalar() == 1
    decisions.undo(case)
    with case.reading() as connection:
        assert browse.count(connection, Filter((~filters.grade(""),))) == 0


def test_a_key_is_stored_while_a_run_writes(case: Case) -> None:
    """Somebody who commits and begins again at once must not keep the examiner waiting for the end of it."""
    stop = threading.Event()

    def write() -> None:
        with Case.open(case.folder) as other, other.connected() as connection:
            while not stop.is_set():
                with connection.begin():
                    connection.exec_driver_sql("UPDATE item SET problems = problems + 1")
                    time.sleep(0.01)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        waits = []
        for turn in range(10):
            started = time.perf_counter()
            decisions.grade(case, [A], str(turn % 9 + 1))
            waits.append(time.perf_counter() - started)
    finally:
        stop.set()
        thread.join()
    assert sorted(waits)[2] < 0.5  # not the slowest: others may keep the machine busy
