from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from core.case import browse, decisions, sources
from core.case.case import Case
from core.case.migrations.versions import v0006_source_facts
from core.errors import UsageError
from core.provenance import Provenance
from tests.core.case import desk

FIRST, SECOND = 1, 2


def stated(case: Case, source: int = FIRST) -> dict[str, str | int]:
    with case.reading() as connection:
        return sources.provenance(connection)[source].stated()


def last_line(case: Case) -> dict[str, Any]:
    line: dict[str, Any] = json.loads((case.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    return line


def test_a_source_has_no_facts_until_somebody_states_them(case: Case) -> None:
    with case.reading() as connection:
        known = sources.known(connection)
    assert [(one.id, one.title, one.provenance) for one in known] == [
        (1, "phone", Provenance()),
        (2, "disk", Provenance()),
    ]


def test_every_change_is_one_act_with_old_and_new_values(case: Case) -> None:
    sources.describe(case, FIRST, {"exhibit": "3.1", "label": "Phone of A."})
    change = sources.describe(case, FIRST, {"exhibit": "3.2", "label": "Phone of A.", "clock_offset": "+0:01:00"})
    assert change.label.count == 2
    assert stated(case) == {"exhibit": "3.2", "label": "Phone of A.", "clock_offset": 60}
    assert stated(case, SECOND) == {}
    line = last_line(case)
    assert (line["action"], line["target"]) == ("decision describe", str(change.act))
    assert line["details"]["said"] == "Changed facts of the source “Phone of A.”"
    assert line["details"]["facts"] == [
        {"source": 1, "field": "exhibit", "old": "3.1", "new": "3.2"},
        {"source": 1, "field": "clock_offset", "old": "", "new": "60"},
    ]
    case.audit.check()


def test_stating_what_holds_already_is_no_act(case: Case) -> None:
    sources.describe(case, FIRST, {"exhibit": "3.1"})
    before = case.audit.head()
    assert not sources.describe(case, FIRST, {"exhibit": " 3.1 ", "notes": ""})
    assert case.audit.head() == before


def test_nothing_is_kept_when_one_value_is_impossible(case: Case) -> None:
    before = case.audit.head()
    with pytest.raises(UsageError, match="no time zone"):
        sources.describe(case, FIRST, {"exhibit": "3.1", "time_zone": "Moon/Base"})
    with pytest.raises(UsageError, match="no source 9"):
        sources.describe(case, 9, {"exhibit": "3.1"})
    assert (stated(case), case.audit.head()) == ({}, before)


def test_undo_and_redo_go_through_the_same_stack_as_grades(case: Case) -> None:
    sources.describe(case, FIRST, {"exhibit": "1", "label": "One"})
    decisions.grade(case, [desk.A], "1")
    sources.describe(case, FIRST, {"exhibit": "2", "label": ""})
    undone = decisions.undo(case)
    assert (undone.kind, undone.label.key, [(fact.old, fact.new) for fact in undone.facts]) == (
        "undo",
        "describe",
        [("", "One"), ("2", "1")],
    )
    assert last_line(case)["details"]["facts"][1] == {"source": 1, "field": "exhibit", "old": "2", "new": "1"}
    assert stated(case) == {"exhibit": "1", "label": "One"}
    decisions.undo(case)  # the grade
    decisions.undo(case)
    assert stated(case) == {}
    for _ in range(3):
        assert decisions.redo(case)
    assert stated(case) == {"exhibit": "2"}
    decisions.undo(case)
    assert stated(case) == {"exhibit": "1", "label": "One"}


def test_undo_survives_closing_the_case(case: Case) -> None:
    sources.describe(case, SECOND, {"serial": "S-1"})
    with Case.open(case.folder) as again:
        assert decisions.undo(again)
        assert stated(again, SECOND) == {}


def test_the_history_tells_who_said_what_and_what_was_taken_back(case: Case) -> None:
    sources.describe(case, FIRST, {"exhibit": "1"})
    sources.describe(case, FIRST, {"exhibit": "2"})
    decisions.undo(case)
    with case.reading() as connection:
        told = sources.history(connection, FIRST)
    assert [(one.field, one.old, one.new, one.kind) for one in told] == [
        ("exhibit", "2", "1", "undo"),
        ("exhibit", "1", "2", "do"),
        ("exhibit", "", "1", "do"),
    ]
    assert all(one.actor and one.at for one in told)


def test_rows_and_facets_name_a_source_by_its_label(case: Case) -> None:
    def names() -> tuple[str, set[str]]:
        with case.reading() as connection:
            (row,) = browse.rows(connection, [desk.B])
            (facet,) = browse.facets(connection, keys=("source",))
        return row.source, {value.text for value in facet.values}

    assert names() == ("phone", {"phone", "disk"})
    sources.describe(case, FIRST, {"label": "Handy A."})
    assert names() == ("Handy A.", {"Handy A.", "disk"})
    decisions.undo(case)
    assert names() == ("phone", {"phone", "disk"})


def test_facts_can_be_neither_changed_nor_deleted_behind_our_back(case: Case) -> None:
    sources.describe(case, FIRST, {"exhibit": "1"})
    with sqlite3.connect(case.folder / "case.db") as connection:
        for statement in ("UPDATE source_fact SET value = 'x'", "DELETE FROM source_fact"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_an_older_case_gets_room_for_facts(tmp_path: Path) -> None:
    """Back to the schema before, by hand; opening brings it up to date and keeps what is in it."""
    desk.make(tmp_path / "case").close()
    with sqlite3.connect(tmp_path / "case" / "case.db") as connection:
        connection.executescript("DROP TABLE source_fact; ALTER TABLE source DROP COLUMN label")
        connection.executescript("DROP INDEX item_disputed; ALTER TABLE item DROP COLUMN disputed")
        connection.execute("UPDATE alembic_version SET version_num = ?", (v0006_source_facts.down_revision,))
    with Case.open(tmp_path / "case") as case:
        assert sources.describe(case, FIRST, {"write_blocker": "none"})
        assert stated(case) == {"write_blocker": "none"}
    assert len(list((tmp_path / "case" / "backups").glob("before-migration-*.db"))) == 1


def test_copies_of_an_item_tell_what_their_sources_are_called_and_which_zone_they_state(case: Case) -> None:
    sources.describe(case, FIRST, {"label": "Handy A.", "time_zone": "Asia/Tokyo"})
    sources.describe(case, FIRST, {"time_zone": "Europe/Berlin"})
    with case.reading() as connection:
        details = browse.details(connection, desk.A)
    assert details is not None
    told = {(one.source_id, one.label, one.time_zone) for one in details.copies}
    assert told == {(1, "Handy A.", "Europe/Berlin"), (2, "", "")}
    assert details.media["taken"] == "1970-01-11T10:00:00"  # as the camera wrote it
