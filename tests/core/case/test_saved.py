from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import filters, saved, schemes
from core.case.browse import Filter, Sort
from core.case.case import Case
from core.errors import UsageError

FILMS = Filter((filters.kind("video"), ~filters.reviewed()))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as case:
        yield case


def names(case: Case) -> list[str]:
    with case.reading() as connection:
        return [found.name for found in saved.saved(connection)]


def test_a_saved_filter_comes_back_as_it_was(case: Case) -> None:
    kept = saved.save(case, " Films ", FILMS, Sort("duration", descending=True))
    with Case.open(case.folder) as again, again.reading() as connection:
        assert saved.saved(connection) == [kept]
    assert (kept.name, kept.filter, kept.sort.key) == ("Films", FILMS, "duration")


def test_the_same_name_again_replaces_it(case: Case) -> None:
    first = saved.save(case, "Films", FILMS)
    saved.save(case, "Other", Filter())
    second = saved.save(case, "Films", Filter((filters.flagged(),)))
    assert first.id == second.id
    assert names(case) == ["Films", "Other"]
    with case.reading() as connection:
        assert saved.saved(connection)[0].filter == Filter((filters.flagged(),))


def test_saved_filters_are_renamed_and_deleted(case: Case) -> None:
    one, two, _three = (saved.save(case, name, FILMS).id for name in ("one", "two", "three"))
    saved.rename(case, one, "first")
    saved.delete(case, two)
    saved.delete(case, 99)
    assert names(case) == ["first", "three"]
    trail = (case.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["action"] for line in trail.splitlines()[1:]] == [
        *["filter saved"] * 3,
        "filter renamed",
        "filter deleted",
    ]


def test_names_are_needed_and_used_once(case: Case) -> None:
    one = saved.save(case, "one", FILMS)
    saved.save(case, "two", FILMS)
    with pytest.raises(UsageError, match="needs a name"):
        saved.save(case, " ", FILMS)
    with pytest.raises(UsageError, match="already"):
        saved.rename(case, one.id, "two")
    with pytest.raises(UsageError, match="empty"):
        saved.rename(case, one.id, "")
    assert names(case) == ["one", "two"]


def test_what_a_newer_version_saved_is_kept_and_not_shown(case: Case) -> None:
    saved.save(case, "one", FILMS)
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO saved_filter(name, filter, sort, place, at) VALUES('new', ?, '{}', 0, '')",
            ('{"all": [{"key": "smell"}]}',),
        )
    assert names(case) == ["one"]
    with case.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM saved_filter").scalar() == 2


def test_settings_of_a_case_are_no_facts_of_it(case: Case) -> None:
    saved.set_setting(case, "columns", {"name": 200})
    with case.reading() as connection:
        assert saved.setting(connection, "columns") == {"name": 200}
        assert saved.setting(connection, "nothing", 5) == 5
    assert not any("columns" in key for key in case.facts())
    saved.set_setting(case, "columns", None)
    with case.reading() as connection:
        assert saved.setting(connection, "columns") is None


# ---------------------------------------------------------------------- grading schemes


def test_schemes_come_complete_in_both_languages() -> None:
    found = schemes.available()
    assert [scheme.key for scheme in found] == ["neutral", "vics"]
    for scheme in found:
        assert [grade.key for grade in scheme.grades] == ["1", "2", "3", "4", "5", "0"]
        assert len({grade.shape for grade in scheme.grades}) == len(scheme.grades)
        assert len({grade.color for grade in scheme.grades}) == len(scheme.grades)
        for words in (scheme.name, scheme.note, *(w for grade in scheme.grades for w in (grade.name, grade.help))):
            assert set(words) == {"en", "de"}
            assert all(words.values())
        for mapping in scheme.mappings.values():
            assert set(mapping) == {grade.key for grade in scheme.grades}
    assert found[0].title("fr") == found[0].title("en")


def test_a_case_keeps_its_own_copy(case: Case) -> None:
    with case.reading() as connection:
        assert schemes.of_case(connection) == schemes.neutral()
    own = schemes.available()[1].model_copy(update={"name": {"en": "Ours"}})
    schemes.use(case, own)
    with Case.open(case.folder) as again, again.reading() as connection:
        assert schemes.of_case(connection) == own
        assert schemes.of_case(connection).grade("1") == own.grades[0]
        assert schemes.of_case(connection).grade("9") is None
    assert schemes.META_KEY not in case.facts()
    assert '"grading scheme set"' in (case.folder / "audit.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"grades": []}, "grades"),
        ({"grades": [{"key": "10", "name": {"en": "x"}, "color": "a", "shape": "circle"}]}, "grades.0.key"),
        ({"grades": [{"key": "1", "name": {"en": "x"}, "color": "a", "shape": "blob"}]}, "shape"),
        ({"grades": [{"key": "1", "name": {"en": "x"}, "color": "a", "shape": "circle"}] * 2}, "two meanings"),
        ({"smell": 1}, "smell"),
    ],
)
def test_what_is_wrong_with_a_scheme_is_said(change: dict[str, object], why: str) -> None:
    plain = {**schemes.neutral().model_dump(mode="json"), **change}
    with pytest.raises(UsageError, match=why):
        schemes.read(json.dumps(plain))
