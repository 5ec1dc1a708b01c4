"""The queue of what is disputed: one filter with a count, and what resolves a dispute."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.case import browse, decisions, filters
from core.case.browse import Filter
from core.case.case import Case
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
