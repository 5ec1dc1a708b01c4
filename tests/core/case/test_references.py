"""The gallery in the case: rows that are never deleted, findings that go with their reference, and the audit trail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.case import references
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.errors import UsageError
from core.records import Finding, Outcome, Region, SampleResult, State
from tests.support.backend import info

FACTS = {"file": "a.png", "width": 4, "height": 3}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case")


def actions(case: Case) -> list[str]:
    lines = (case.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["action"] for line in lines]


def with_findings(case: Case, numbers: list[int]) -> list[int]:
    """One content with a finding for each of these references; returns the ids of the findings."""
    source = Runs(case).add_source(case.folder.parent, "x")
    run = Runs(case).start({}, {}, "test")
    found = tuple(
        Finding(f"logo {number}", 0.9, Region(0, 0, 0.5, 0.5), attributes={"reference": number}) for number in numbers
    )
    with case.connected() as connection, connection.begin():
        store = Store(connection, run)
        row = CopyRow(source.id, "a.jpg", b"a.jpg", "read", 1, 1, sha256="a" * 64, mime="image/jpeg", kind="image")
        store.register([row])
        (content,) = store.content_ids(["a" * 64]).values()
        config = store.config(info("logo"), {"a": 1})
        store.results(content, Results(config, Outcome("logo", State.DONE), [(0, SampleResult(found))]))
        rows = connection.exec_driver_sql("SELECT id FROM finding ORDER BY id").fetchall()
    Runs(case).finish(run, "finished", 1.0, {})
    return [row[0] for row in rows]


def test_pictures_are_added_once_and_recorded(case: Case) -> None:
    made = references.add(
        case, "logo", "  Acme ", [(b"one", b"1", FACTS), (b"one", b"1", FACTS), (b"two", b"2", FACTS)]
    )
    assert [(one.name, one.sha256[:6], one.facts["file"]) for one in made] == [
        ("Acme", "7692c3", "a.png"),
        ("Acme", "3fc4cc", "a.png"),
    ]
    assert references.add(case, "logo", "Acme", [(b"two", b"2", FACTS)]) == []
    assert len(references.add(case, "logo", "Acme 2", [(b"two", b"2", FACTS)])) == 1
    with case.reading() as connection:
        assert [one.name for one in references.references(connection, "logo")] == ["Acme", "Acme", "Acme 2"]
        assert references.references(connection, "faces") == []
        assert references.picture(connection, made[0].id) == b"one"
    assert actions(case).count("logo reference added") == 3
    assert case.audit.check().seq >= 4
    with pytest.raises(UsageError, match="needs a name"):
        references.add(case, "logo", " ", [(b"x", b"", FACTS)])
    for taken in ("unknown", "Unknown Logo "):
        with pytest.raises(UsageError, match="resembles none of them"):
            references.add(case, "logo", taken, [(b"x", b"", FACTS)])


def test_removing_takes_findings_out_but_not_what_was_decided(case: Case) -> None:
    one, two = references.add(case, "logo", "Acme", [(b"one", b"1", FACTS), (b"two", b"2", FACTS)])
    (other,) = references.add(case, "logo", "Other", [(b"three", b"3", FACTS)])
    first, _second, third = with_findings(case, [one.id, two.id, other.id])
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO decision(content_id, finding_id, kind, value, actor, at)"
            " VALUES(1, ?, 'verdict', 'right', 'x', '')",
            (first,),
        )
    gone = references.remove(case, "logo", "Acme")
    assert (gone.findings, gone.contents, gone.kept) == (1, 1, 1)
    with case.reading() as connection:
        left = connection.exec_driver_sql("SELECT id FROM finding ORDER BY id").scalars().all()
        assert left == [first, third]
        assert connection.exec_driver_sql("SELECT findings FROM outcome").scalar() == 2
        assert connection.exec_driver_sql("SELECT findings FROM item").scalar() == 2
        assert [one.name for one in references.references(connection, "logo")] == ["Other"]
        everything = references.references(connection, "logo", removed=True)
        assert [bool(one.removed) for one in everything] == [True, True, False]
        assert references.picture(connection, one.id) == b"one"
        assert references.counts(connection, "logo") == {one.id: 1, other.id: 1}
    assert "logo reference removed" in actions(case)
    with pytest.raises(UsageError, match="It has: Other"):
        references.remove(case, "logo", "Acme")
    assert len(references.add(case, "logo", "Acme", [(b"one", b"1", FACTS)])) == 1  # it may come back


def test_where_a_removed_one_was_found_the_others_are_compared_again(case: Case) -> None:
    one, other = (references.add(case, "logo", name, [(b"one", b"1", FACTS)])[0] for name in ("wrong", "right"))
    with_findings(case, [one.id])
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO vector(content_id, config_id, space, sample, data) VALUES(1, 1, 'logo/1', 0, x'00')"
        )
        references.note_searched(connection, "logo", [one.id, other.id], 7, complete=True)
        assert references.unsearched(connection, "logo") == []
    assert references.remove(case, "logo", "wrong").again
    with case.reading() as connection:
        (left,) = references.unsearched(connection, "logo")
        assert (left.id, left.facts["searched"], left.facts["file"]) == (other.id, 0, "a.png")
        assert [kept.content_id for kept in references.kept(connection, "logo", 0, 9)] == [1]
    with case.writing() as connection:
        references.note_searched(connection, "logo", [other.id], 1, complete=True)
    assert not references.remove(case, "logo", "right").again  # nothing was found, and nothing is left to search for


def test_a_name_is_kept_as_it_can_be_shown(case: Case) -> None:
    decomposed = "  Ba\N{COMBINING DIAERESIS}r\n  / So\N{COMBINING DIAERESIS}hne "
    (made,) = references.add(case, "logo", decomposed, [(b"one", b"1", FACTS)])
    assert made.name == "B\N{LATIN SMALL LETTER A WITH DIAERESIS}r / S\N{LATIN SMALL LETTER O WITH DIAERESIS}hne"
    assert len(references.remove(case, "logo", decomposed.strip()).references) == 1
    for name, words in (("x" * 201, "201 characters"), ("a\x07b", "cannot be shown"), ("a\u202eb", "cannot be shown")):
        with pytest.raises(UsageError, match=words):
            references.add(case, "logo", name, [(b"one", b"1", FACTS)])


def test_the_gallery_is_one_file_named_after_what_is_in_it(case: Case) -> None:
    assert references.options(case, ["logo", "nsfw"]) == {}
    references.add(case, "logo", "Acme", [(b"one", b"\x01\x02", FACTS)])
    first = references.options(case, ["logo"])["logo"]["gallery"]
    assert references.options(case, ["logo"])["logo"]["gallery"] == first
    rows = json.loads(Path(first).read_text(encoding="utf-8"))["references"]
    assert [(row["name"], row["data"]) for row in rows] == [("Acme", "AQI=")]
    references.add(case, "logo", "Umbrella", [(b"two", b"2", FACTS)])
    second = references.options(case, ["logo"])["logo"]["gallery"]
    assert second != first
    assert sorted((case.folder / "index").glob("logo-*")) == [Path(second)]
    references.remove(case, "logo", "Acme")
    references.remove(case, "logo", "Umbrella")
    assert references.options(case, ["logo"]) == {}


def test_half_finished_films_are_compared_anew(case: Case) -> None:
    with_findings(case, [])
    with case.writing() as connection:
        connection.exec_driver_sql("INSERT INTO part VALUES(1, 1, 'frame@1', x'00')")
    references.add(case, "logo", "Acme", [(b"one", b"1", FACTS)])
    with case.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM part").scalar() == 0
