from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from core.case import browse, decisions, filters
from core.case.browse import Filter, Sort, Term
from core.case.case import Case
from core.case.filters import SORTS
from core.errors import StorageError, UsageError
from tests.core.case import desk
from tests.core.case.desk import A, B, C, letters


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with desk.make(tmp_path_factory.mktemp("desk") / "case") as case:
        decisions.grade(case, [A, B], "1")
        decisions.grade(case, [B], "2")
        decisions.flag(case, [C])
        decisions.tag(case, [A, C], "boat trip")
        decisions.note(case, [C], "Das Größte")
        decisions.exclude(case, [4], "damaged")
        yield case


@pytest.fixture
def asked(case: Case) -> Iterator[Connection]:
    with case.reading() as connection:
        yield connection


TERMS: list[tuple[Term | Filter, str]] = [
    (filters.kind("image"), "abf"),
    (filters.kind("video", "audio"), "cd"),
    (filters.kind(), ""),
    (~filters.kind("image"), "cde"),
    (filters.words("überlingen"), "b"),
    (filters.words("ueberlingen gruesse"), "b"),
    (filters.words("groesste"), "c"),
    (filters.words("boat"), "ac"),
    (filters.words("uebersee"), "f"),
    (filters.words("-- !"), ""),
    (filters.name("A AGAIN"), "a"),
    (filters.name(".jpg"), "abf"),
    (filters.name("100%"), ""),
    (filters.name("DCIM"), ""),
    (filters.sha256("BB"), "b"),
    (filters.sha256("nothing"), ""),
    (filters.label("nsfw", "BELLY"), "abc"),
    (filters.label("nsfw", "BELLY", least=0.4), "bc"),
    (filters.label("nsfw", least=0.65), "ab"),
    (filters.label("nsfw", "BELLY", least=0.3, most=0.5), "c"),
    (filters.label("other", "BELLY"), ""),
    (filters.group("explicit", least=0.5), "a"),
    (filters.group("explicit", "nude", least=0.5), "ab"),
    (filters.outcome("failed"), "d"),
    (filters.outcome("not analysed"), "f"),
    (filters.outcome("not analysed", analyzer="ocr"), "def"),
    (filters.outcome("done", "unsupported", analyzer="nsfw"), "abce"),
    (filters.outcome("done", "not analysed", analyzer="ocr"), "abcdef"),
    (filters.outcome("done", analyzer="unknown"), ""),
    (filters.analysed("ocr"), "abc"),
    (filters.grade("1"), "a"),
    (filters.grade("1", "2"), "ab"),
    (filters.grade(""), "cdef"),
    (~filters.grade("1"), "bcdef"),
    (filters.tag("boat trip"), "ac"),
    (filters.flagged(), "c"),
    (~filters.reviewed(), "cdef"),
    (filters.excluded(), "d"),
    (filters.has_problem(), "acd"),  # d failed: that is listed as a problem, too
    (filters.has_problem("changed"), "a"),
    (filters.has_note(), "c"),
    (filters.text(), "b"),
    (filters.source(1), "abcd"),
    (filters.source(2), "aef"),
    (filters.folder(1, "DCIM"), "abc"),
    (filters.folder(1, "DCIM/trip"), "bc"),
    (filters.folder(1, "DC"), ""),
    (filters.folder(2, "DCIM"), "af"),
    (filters.folder(2, ""), "aef"),
    (filters.dated("1970-01-03", "1970-01-05"), "bcd"),
    (filters.dated("1970-01-11"), "a"),
    (filters.dated(last="1970-01-03"), "b"),
    (filters.dated("1970-01-02", "1970-01-02", by="modified"), "a"),
    (filters.dated(by="taken"), "a"),
    (~filters.dated("1970-01-01", by="taken"), "bcdef"),
    (filters.size(least=300, most=500), "bcd"),
    (filters.duration(least=1), "c"),
    (~filters.duration(least=60), "abcdef"),
    (filters.copies(least=2), "a"),
    (filters.items(3, 1), "ac"),
    (Filter((filters.kind("video"), filters.grade("1")), "any"), "ac"),
    (~Filter((filters.kind("video"), filters.grade("1")), "any"), "bdef"),
    (Filter((filters.kind("image"), ~filters.grade("1"))), "bf"),
    (Filter(), "abcdef"),
]


@pytest.mark.parametrize(("part", "expected"), TERMS, ids=str)
def test_every_kind_of_condition(asked: Connection, part: Term | Filter, expected: str) -> None:
    assert letters(asked, part) == expected
    assert browse.count(asked, Filter((part,))) == len(expected)
    everything = "".join(sorted(letters(asked, part) + letters(asked, ~part)))
    assert everything == "abcdef", "a condition and its opposite are everything"


@pytest.mark.parametrize(
    "part",
    [
        filters.outcome("splendid"),
        filters.dated("yesterday"),
        Term("date", ("", ""), "born"),
        Term("source", scope="phone"),
        Term("items", ("1); DROP TABLE item",)),
    ],
    ids=str,
)
def test_a_value_that_makes_no_sense_is_said(asked: Connection, part: Term) -> None:
    with pytest.raises(UsageError):
        browse.ids(asked, Filter((part,)))


ORDERS = {
    "added": "abcdef",
    "name": "abcdef",
    "path": "abcdef".translate(str.maketrans("", "")),
    "size": "fedcba",
    "date": "bcdefa",
    "modified": "abcdef",
    "taken": "abcdef",
    "duration": "cabdef",
    "grade": "abcdef",
    "explicit": "abcdef",
    "nude": "bacdef",
    "suggestive": "acbdef",
    "findings": "defcab",
    "text": "acdefb",
    "copies": "bcdefa",
    "state": "fabced",
    "kind": "dabfec",
    "sha256": "abcdef",
    "stack": "abcdef",
    "label:nsfw:BELLY": "acbdef",
}
DOWN = {
    "date": "afedcb",
    "taken": "abcdef",
    "duration": "cabdef",
    "grade": "bacdef",
    "explicit": "abcdef",
    "nude": "bacdef",
    "suggestive": "bcadef",
    "label:nsfw:BELLY": "bcadef",
    "stack": "abcdef",
}


@pytest.mark.parametrize("key", ORDERS)
def test_every_order(asked: Connection, key: str) -> None:
    """What has no value comes last in both directions; the rest is the other way round."""
    up = ORDERS[key]
    assert letters(asked, sort=Sort(key)) == up
    assert letters(asked, sort=Sort(key, descending=True)) == DOWN.get(key, up[::-1])
    narrowed = "".join(letter for letter in up if letter in "abf")
    assert letters(asked, filters.kind("image"), sort=Sort(key)) == narrowed


def test_items_come_in_the_order_in_which_a_filter_names_them(asked: Connection) -> None:
    a, b, c, d, *_ = browse.ids(asked)
    named = Filter((filters.items(d, a, c),))
    given = Sort(filters.GIVEN)
    assert list(browse.ids(asked, named, given)) == [d, a, c]
    assert list(browse.ids(asked, named, given, limit=2)) == [d, a]
    assert list(browse.ids(asked, named, Sort(filters.GIVEN, descending=True))) == [c, a, d]
    assert list(browse.ids(asked, named.with_part(~filters.items(a)), given)) == [d, c]
    assert list(browse.ids(asked, Filter((filters.items(d), filters.items(b)), "any"), given)) == [d, b]
    assert browse.ids(asked, Filter(), given) == browse.ids(asked)


def test_all_orders_are_tested() -> None:
    assert set(SORTS) <= set(ORDERS)
    with pytest.raises(UsageError, match="colour"):
        Sort("colour")


def test_a_part_of_the_list_is_the_same_as_the_list(asked: Connection) -> None:
    for key in ORDERS:
        whole = browse.ids(asked, sort=Sort(key))
        assert browse.ids(asked, sort=Sort(key), limit=3, offset=2) == whole[2:5]


def test_rows_come_as_they_were_asked_for(asked: Connection) -> None:
    c, a = browse.rows(asked, [C, 99, A])
    assert (a.name, a.folder, a.path, a.source, a.copies) == ("a.jpg", "DCIM", "DCIM/a.jpg", "phone", 3)
    assert (a.sha256[:2], a.kind, a.size, a.width, a.thumbnail, a.storyboard) == ("aa", "image", 600, 40, True, False)
    assert (a.state, a.explicit, a.nude, a.findings, a.text, a.problems) == ("done", 0.9, None, 2, 0, 1)
    assert (a.grade, a.reviewed, a.flagged, a.excluded, a.tags, a.notes) == ("1", True, False, False, ("boat trip",), 0)
    assert [(label.label, label.group, label.score, label.count) for label in a.labels] == [
        ("GENITALIA", "explicit", 0.9, 1),
        ("BELLY", "suggestive", 0.2, 1),
    ]
    assert (c.flagged, c.notes, c.duration, c.frames) == (True, 1, 20.0, 500)
    assert c.heat[browse.HEAT * 3 // 4] == 0.4
    assert sum(c.heat) == 0.4
    assert a.heat == ()


def test_counts_of_facets_are_what_choosing_them_gives(asked: Connection) -> None:
    wanted = Filter((filters.kind("image", "video"), ~filters.outcome("failed")))
    facets = browse.facets(asked, wanted)
    assert {facet.key for facet in facets} == set(browse.FACETS)
    for facet in facets:
        without = Filter(tuple(part for part in wanted.parts if part.negated or part.key != facet.key))  # type: ignore[union-attr]  # all parts are Terms
        for value in facet.values:
            assert browse.count(asked, without.with_part(value.term)) == value.count, (facet.key, value)


def test_facets_say_what_they_count(asked: Connection) -> None:
    found = {
        (facet.key, facet.scope): {value.text: value.count for value in facet.values}
        for facet in browse.facets(asked, Filter())
    }
    assert found["kind", ""] == {"image": 3, "video": 1, "audio": 1, "other": 1}
    assert found["outcome", "ocr"] == {"done": 3, "not analysed": 3}
    assert found["outcome", ""] == {"not analysed": 1, "done": 3, "unsupported": 1, "failed": 1}
    assert found["label", "nsfw"] == {"BELLY": 3, "GENITALIA": 1, "BREAST": 1}
    assert found["score", "explicit"] == {"0.9": 1}
    assert found["grade", ""] == {"1": 1, "2": 1, "": 4}
    assert found["source", ""] == {"phone": 4, "disk": 3}
    assert found["folder", "1"] == {"DCIM": 3, "Music": 1}
    assert found["folder", "2"] == {"DCIM": 2}
    assert found["date", ""] == {"1970-01": 6}
    inside = browse.facet(asked, "folder", Filter((filters.folder(1, "DCIM"),)))
    assert [(facet.scope, [(v.text, v.count) for v in facet.values]) for facet in inside] == [
        ("1", [("trip", 2)]),
        ("2", [("DCIM", 2)]),
    ]


def test_choosing_values_of_one_kind_widens_and_of_another_narrows(asked: Connection) -> None:
    wanted = Filter()
    for term in (filters.kind("image"), filters.kind("video"), filters.source(1), filters.source(2)):
        wanted = browse.choosing(wanted, term)
        assert browse.holds(wanted, term) == "in"
    assert letters(asked, wanted) == "abcf"
    wanted = browse.choosing(wanted, filters.grade("1"), out=True)
    assert browse.holds(wanted, filters.grade("1")) == "out"
    assert letters(asked, wanted) == "bcf"
    for term in (filters.source(2), filters.grade("1"), filters.kind("image")):
        wanted = browse.unchoosing(wanted, term)
        assert browse.holds(wanted, term) == ""
    assert letters(asked, wanted) == "c"
    assert browse.unchoosing(browse.unchoosing(wanted, filters.kind("video")), filters.source(1)) == Filter()


def test_choosing_a_folder_goes_down_and_up() -> None:
    top, below, elsewhere = filters.folder(1, "DCIM"), filters.folder(1, "DCIM/trip"), filters.folder(2, "DCIM")
    wanted = browse.choosing(browse.choosing(Filter(), top), below)
    assert wanted == Filter((below,))
    wanted = browse.choosing(wanted, elsewhere)
    assert browse.choosing(wanted, top) == Filter((Filter((top, elsewhere), "any"),))


def test_marks_add_up(asked: Connection) -> None:
    listed = browse.ids(asked, sort=Sort("size"))
    marks = browse.marks(asked, listed, 4)
    assert list(marks.items) == [1, 2, 1, 2]
    assert list(marks.hits) == [0, 0, 0, 2]
    assert list(marks.graded) == [0, 0, 0, 2]
    assert list(marks.flagged) == [0, 0, 1, 0]
    assert sum(browse.marks(asked, [], 4).items) == 0


def test_details_tell_everything(asked: Connection) -> None:
    found = browse.details(asked, A)
    assert found is not None
    assert [(copy.source, copy.path) for copy in found.copies] == [
        ("phone", "DCIM/a.jpg"),
        ("disk", "DCIM/A again.jpg"),
        ("phone", "DCIM/kept.jpg"),
    ]
    assert {(outcome.analyzer, outcome.state, outcome.newest) for outcome in found.outcomes} == {
        ("nsfw", "done", True),
        ("ocr", "done", True),
    }
    assert [(finding.label, finding.group, finding.score) for finding in found.findings] == [
        ("GENITALIA", "explicit", 0.9),
        ("BELLY", "suggestive", 0.2),
    ]
    assert found.provenance[found.findings[0].config_id].settings == {"n": 1}
    assert [problem.code for problem in found.problems] == ["changed"]
    assert (found.grade, found.tags, found.media["taken"]) == ("1", ("boat trip",), "1970-01-11T10:00:00")
    never_decoded = browse.details(asked, 6)
    assert never_decoded is not None
    assert never_decoded.media == {}
    assert browse.details(asked, 99) is None


def test_a_question_can_be_stopped(case: Case) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def ask() -> None:
        with case.reading() as connection:
            threading.Timer(0.1, browse.interrupt, [connection]).start()
            connection.exec_driver_sql(slow)

    with pytest.raises(StorageError, match="interrupted"):
        ask()


def test_a_million_ids_in_order_survive_the_way_out_of_sqlite(tmp_path: Path) -> None:
    """The order of a subquery is kept by the aggregate around it: SQLite's behaviour, not the standard's."""
    chance = random.Random(1)
    with desk.make(tmp_path / "case") as case:
        with case.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO item(content_id, kind, size, duration) VALUES(?, 'image', ?, ?)",
                [(n, chance.randrange(500), chance.choice((None, n / 7))) for n in range(10, 3010)],
            )
        with case.reading() as connection, sqlite3.connect(case.folder / "case.db") as bare:
            plain = [row[0] for row in bare.execute("SELECT content_id FROM item ORDER BY size, content_id")]
            assert list(browse.ids(connection, sort=Sort("size"))) == plain
            plain = [
                row[0]
                for row in bare.execute("SELECT content_id FROM item ORDER BY duration IS NULL, duration, content_id")
            ]
            assert list(browse.ids(connection, sort=Sort("duration"))) == plain


# ---------------------------------------------------------------------- filters as data

_TERM = st.builds(
    Term,
    st.sampled_from(sorted(filters.KEYS)),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
    st.text(max_size=5),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.booleans(),
)
_FILTER: st.SearchStrategy[Filter] = st.recursive(
    st.builds(Filter, st.lists(_TERM, max_size=3).map(tuple), st.sampled_from(["all", "any"]), st.booleans()),
    lambda inner: st.builds(
        Filter, st.lists(_TERM | inner, max_size=3).map(tuple), st.sampled_from(["all", "any"]), st.booleans()
    ),
    max_leaves=5,
)


@given(_FILTER)
def test_a_filter_survives_json(wanted: Filter) -> None:
    assert Filter.loads(wanted.dumps()) == wanted


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"all": 1}', '{"key": "nonsense"}', '{"key": "kind", "least": "x"}'])
def test_what_is_no_filter_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        Filter.loads(text)


def test_a_threshold_moves_in_place() -> None:
    low, high = filters.group("explicit", least=0.3), filters.group("explicit", least=0.8)
    wanted = Filter((filters.kind("image"), low))
    assert wanted.replaced(low, high).parts == (filters.kind("image"), high)
    assert wanted.without(low).with_part(low) == wanted
    assert wanted.with_part(low) == wanted
    assert low.chip() == browse.Chip("group", ("explicit",), "", 0.3, None, negated=False)
