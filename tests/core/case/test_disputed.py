"""The queue of what is disputed: one filter with a count, and what resolves a dispute."""

from __future__ import annotations

import getpass
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.case import acts, browse, decisions, filters
from core.case.browse import Filter, Sort
from core.case.case import Case
from core.case.conditions import condition
from core.case.items import IN_FORCE, rebuild
from core.case.migrations.versions import v0007_disputed
from tests.core.case import desk
from tests.core.case.desk import A, B, C, letters


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with desk.make(tmp_path / "case") as made:
        yield made


def disputed(case: Case, *, negated: bool = False) -> str:
    term = filters.disputed()
    wanted = Filter((~term if negated else term,))
    with case.reading() as connection:
        found = letters(connection, wanted)
        assert browse.count(connection, wanted) == len(found)
        return found


def finding_of(case: Case, content: int) -> int:
    with case.reading() as connection:
        row = connection.exec_driver_sql("SELECT min(id) FROM finding WHERE content_id = ?", (content,))
        return int(row.scalar_one())


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def now(name: str) -> None:
        monkeypatch.setattr(getpass, "getuser", lambda: name)

    now("anna")
    return now


def test_a_finding_called_wrong_or_unclear(case: Case) -> None:
    assert disputed(case) == ""
    first, second = finding_of(case, A), finding_of(case, B)
    decisions.verdict(case, first, "wrong")
    decisions.verdict(case, second, "unclear")
    assert disputed(case) == "ab"
    assert set(disputed(case, negated=True)).isdisjoint("ab")
    decisions.verdict(case, first, "right")  # the same person thinks again
    assert disputed(case) == "b"
    decisions.undo(case)
    assert disputed(case) == "ab"
    decisions.verdict(case, second, "")
    assert disputed(case) == "a"


def test_two_people_disagree_about_a_finding(case: Case, become: Callable[[str], None]) -> None:
    finding = finding_of(case, A)
    decisions.verdict(case, finding, "wrong")
    become("bernd")
    decisions.verdict(case, finding, "right")
    assert disputed(case) == "a"
    become("anna")
    decisions.verdict(case, finding, "right")
    assert disputed(case) == ""


def test_two_people_disagree_about_a_grade(case: Case, become: Callable[[str], None]) -> None:
    decisions.grade(case, [A, B, C], "1")
    decisions.grade(case, [C], "2")  # one person thinks again: no dispute
    assert disputed(case) == ""
    become("bernd")
    decisions.grade(case, [A], "3")
    assert disputed(case) == "a"
    become("anna")
    decisions.grade(case, [A], "")
    assert disputed(case) == ""
    decisions.undo(case)
    assert disputed(case) == "a"


def test_it_survives_being_saved() -> None:
    wanted = Filter((filters.disputed(), ~filters.reviewed()))
    assert Filter.loads(wanted.dumps()) == wanted


def test_the_grade_of_now_need_not_be_one_of_the_two(case: Case, become: Callable[[str], None]) -> None:
    decisions.grade(case, [A, B], "1")
    become("bernd")
    decisions.grade(case, [A], "3")
    become("clara")
    decisions.grade(case, [A, B], "")
    assert disputed(case) == "a", "the first two still disagree, though nothing is left of their grades"
    decisions.undo(case)
    become("bernd")
    decisions.grade(case, [A], "1")
    assert disputed(case) == ""


# What is disputed, asked of the decisions each time, as schema 0006 did: the truth that the column is held against.
_LAST = (
    "NOT EXISTS (SELECT 1 FROM decision later WHERE later.finding_id = decision.finding_id AND later.kind ="
    " decision.kind AND later.actor = decision.actor AND later.id > decision.id AND NOT EXISTS (SELECT 1 FROM decision"
    " taken WHERE taken.withdraws = later.id))"
)
TRUTH = (
    "SELECT content_id FROM decision WHERE finding_id IS NOT NULL AND kind = 'verdict' AND value IN ('wrong',"
    f" 'unclear') AND {IN_FORCE} AND {_LAST} UNION SELECT content_id FROM (SELECT content_id, value, max(id) FROM"
    f" decision WHERE kind = 'grade' AND {IN_FORCE} GROUP BY content_id, actor) WHERE value <> ''"
    " GROUP BY content_id HAVING min(value) <> max(value) ORDER BY content_id"
)


def truth(connection: Connection) -> list[int]:
    return [row[0] for row in connection.exec_driver_sql(TRUTH)]


@pytest.mark.parametrize("seed", range(6))
def test_the_column_follows_every_act(
    case: Case, become: Callable[[str], None], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of many acts of up to three people, and after working out everything again, it says what the decisions
    say."""
    monkeypatch.setattr(acts, "_MANY", 0 if seed % 2 else 1000)
    chance = random.Random(seed)
    findings = {content: finding_of(case, content) for content in (A, B, C)}
    seen = set()
    for _ in range(60):
        become(chance.choice(("anna", "bernd", "clara")[: 1 + seed % 3]))
        chosen = chance.sample((A, B, C), chance.randint(1, 3))
        act = chance.choice(("grade", "grade", "ungrade", "verdict", "undo", "undo", "redo", "flag"))
        if act == "grade":
            decisions.grade(case, chosen, chance.choice("12"))
        elif act == "ungrade":
            decisions.grade(case, chosen, "")
        elif act == "verdict":
            decisions.verdict(case, findings[chosen[0]], chance.choice(("right", "wrong", "unclear", "")))
        elif act == "flag":
            decisions.flag(case, chosen, chance.random() < 0.5)
        else:
            (decisions.undo if act == "undo" else decisions.redo)(case)
        with case.reading() as connection:
            found = list(browse.ids(connection, Filter((filters.disputed(),))))
            assert found == truth(connection), act
        seen.add(tuple(found))
    assert len(seen) > 2
    with case.writing() as connection:
        rebuild(connection)
    with case.reading() as connection:
        assert list(browse.ids(connection, Filter((filters.disputed(),)))) == truth(connection)


def test_an_older_case_learns_what_is_disputed_in_it(case: Case, become: Callable[[str], None]) -> None:
    """Back to the schema before, by hand; opening brings it up to date."""
    decisions.grade(case, [A, B], "1")
    decisions.verdict(case, finding_of(case, C), "wrong")
    become("bernd")
    decisions.grade(case, [B], "3")
    case.close()
    with closing(sqlite3.connect(case.folder / "case.db")) as connection, connection:
        connection.execute("DROP INDEX item_disputed")
        connection.execute("ALTER TABLE item DROP COLUMN disputed")
        connection.execute("UPDATE alembic_version SET version_num = ?", (v0007_disputed.down_revision,))
    with Case.open(case.folder) as opened:
        assert disputed(opened) == "bc"
        decisions.grade(opened, [B], "1")
        assert disputed(opened) == "c"


@pytest.mark.parametrize("sort", [Sort(), Sort("size")], ids=str)
def test_no_decision_is_read_to_find_them(case: Case, sort: Sort) -> None:
    with case.reading() as connection:
        sql, values = condition(Filter((filters.disputed(),)), connection)
        asked = f"SELECT content_id FROM item WHERE {sql} ORDER BY {sort.key.replace('added', 'content_id')}"
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)]
    assert not any("decision" in step for step in plan), plan
    assert any("item_disputed" in step for step in plan), plan
