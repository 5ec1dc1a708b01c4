"""A list is the same however it is found: the first page, a few matches, the whole of it; and no way to a few matches
goes through all items."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from core.case import browse, decisions, filters, listing, words
from core.case.browse import Filter, Sort, Term
from core.case.case import Case
from core.case.filters import SORTS
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.records import Finding, Outcome, SampleResult, State
from tests.support.backend import info

ITEMS = 300
PAGE = 20
ORDERS = (*SORTS, "label:nsfw:BELLY", "label:nsfw:NOBODY")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Equal names, sizes, times and scores, so that ties have to be put in order, too."""
    chance = random.Random(7)
    with Case.create(tmp_path_factory.mktemp("listing") / "case") as case:
        runs = Runs(case)
        sources = [runs.add_source(Path(f"/evidence/{name}"), name).id for name in ("phone", "disk")]
        run = runs.start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            _fill(Store(connection, run), sources, chance)
        runs.finish(run, "finished", 0.0, {})
        for value in "123":
            decisions.grade(case, chance.sample(range(1, ITEMS + 1), 30), value)
        decisions.flag(case, chance.sample(range(1, ITEMS + 1), 9))
        decisions.tag(case, chance.sample(range(1, ITEMS + 1), 12), "boat")
        yield case


def _fill(store: Store, sources: list[int], chance: random.Random) -> None:
    store.register([_copy(chance, sources, number) for number in range(ITEMS)])
    store.register([_copy(chance, sources, number) for number in chance.choices(range(ITEMS), k=60)])
    config = store.config(info("nsfw"), {"n": 1})
    groups = {"BELLY": "suggestive", "BREAST": "nude"}
    for content in chance.sample(range(1, ITEMS + 1), 120):
        if chance.random() < 0.5:
            taken = chance.choice((None, "2024-01-02T03:04:05", "2024-05-06T07:08:09"))
            store.facts(content, FactsRow(40, 30, taken=taken, duration=chance.choice((None, 1.0, 2.0))))
        labels = chance.sample(sorted(groups), chance.randint(0, 2))
        found = SampleResult(tuple(Finding(label, chance.choice((0.2, 0.5, 0.9))) for label in labels))
        state = chance.choice((State.DONE, State.DONE, State.FAILED))
        outcome = Outcome("nsfw", state, "" if state == State.DONE else "odd", "" if state == State.DONE else "Odd.")
        store.results(content, Results(config, outcome, [(0, found)], groups))


def _copy(chance: random.Random, sources: list[int], number: int) -> CopyRow:
    name = f"{chance.choice(('IMG', 'img', 'b'))}_{chance.randrange(40)}.{chance.choice(('jpg', 'JPG', 'pdf'))}"
    return CopyRow(
        chance.choice(sources),
        path := f"{chance.choice(('DCIM', 'DCIM/trip', 'Backup'))}/{chance.randrange(9)}/{name}",
        f"{path}#{number}#{chance.random()}".encode(),
        "read",
        chance.randrange(5),
        chance.choice((None, *range(5))),
        sha256=f"{number * 7919 % 1000:064x}",
        mime="x/y",
        kind=chance.choice(("image", "video", "other")),
    )


@pytest.fixture
def asked(case: Case) -> Iterator[Connection]:
    with case.reading() as connection:
        yield connection


terms = st.one_of(
    st.sampled_from(("IMG_1", "_2", "img_3", ".pdf", "_39.j", "zzzz", "b")).map(filters.name),
    st.sampled_from(("image", "video")).map(filters.kind),
    st.sampled_from(("1", "")).map(filters.grade),
    st.sampled_from((0.3, 0.6)).map(lambda least: filters.label("nsfw", "BELLY", least=least)),
    st.sampled_from(("img", "pdf -img", "boat")).map(filters.words),
    st.sampled_from(
        (filters.flagged(), filters.tag("boat"), filters.folder(1, "DCIM/trip"), filters.dated("2024-01-01"),
         filters.size(least=4), filters.outcome("failed"), filters.copies(least=2))
    ),
)  # fmt: skip
wholes = st.builds(
    Filter,
    st.lists(st.builds(lambda term, no: ~term if no else term, terms, st.booleans()), min_size=1, max_size=3).map(
        tuple
    ),
    st.sampled_from(("all", "any")),
)


@pytest.mark.parametrize("most", [2, 10**6], ids=["walking", "fetching"])
def test_every_list_is_that_of_everything_without_what_does_not_match(case: Case, most: int) -> None:
    @settings(max_examples=60, deadline=None)
    @given(wholes, st.sampled_from(ORDERS), st.booleans(), st.sampled_from((1, 10**9)))
    def same(wanted: Filter, key: str, descending: bool, frequent: int) -> None:
        sort = Sort(key, descending)
        with pytest.MonkeyPatch.context() as patch, case.reading() as connection:
            patch.setattr(words, "FREQUENT", frequent)
            patch.setattr(words, "COMMON", frequent)
            patch.setattr(listing, "SOON_SORTED", most)
            matching = set(_bare(connection, wanted))
            expected = [number for number in browse.ids(connection, sort=sort) if number in matching]
            for few in (10**6, 1):  # how rare matches must be to be few: never, always
                patch.setattr(listing, "FEW", few)
                assert list(browse.ids(connection, wanted, sort)) == expected
            assert list(browse.ids(connection, wanted, sort, limit=PAGE, offset=3)) == expected[3 : 3 + PAGE]
            beginning = browse.soon(connection, wanted, sort, PAGE)
            assert beginning is None or list(beginning) == expected[: PAGE if len(beginning) == PAGE else None]

    same()


def _bare(connection: Connection, wanted: Filter) -> list[int]:
    from core.case.conditions import condition

    sql, values = condition(wanted)
    return [row[0] for row in connection.exec_driver_sql(f"SELECT content_id FROM item WHERE {sql}", values)]


def test_few_matches_are_the_whole_list_at_once(asked: Connection) -> None:
    wanted, sort = Filter((filters.name("_39"),)), Sort("size")
    whole = browse.ids(asked, wanted, sort)
    assert len(whole) > 5
    assert browse.soon(asked, wanted, sort, 5) == whole
    assert browse.ids(asked, wanted, sort, limit=5) == whole[:5]


# ---------------------------------------------------------------------- what SQLite reads

LARGE = ("item", "copy", "content", "folder", "item_place", "word_item", "item_label", "decision", "finding")


def _plans(connection: Connection, ask: Callable[[], object]) -> list[str]:
    """The steps of SQLite's plans for all that is asked."""
    said: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")):
            said.append((statement, values))

    event.listen(connection, "before_cursor_execute", heard)
    try:
        ask()
    finally:
        event.remove(connection, "before_cursor_execute", heard)
    assert said
    return [
        str(row[3])
        for statement, values in said
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]


def _scans(plans: list[str]) -> list[str]:
    # The highest number of an item is one step to the end of the table, which SQLite calls a search.
    return [step for step in plans if step.startswith("SCAN") and step.split()[1] in LARGE]


@pytest.mark.parametrize("key", ORDERS)
@pytest.mark.parametrize(
    "term", [filters.name("_39"), filters.flagged(), filters.disputed(), filters.tag("boat")], ids=lambda term: term.key
)
def test_no_table_is_read_from_end_to_end_for_a_few_matches(asked: Connection, term: Term, key: str) -> None:
    """Not for the first page and not for the whole list, whatever the order."""
    wanted, sort = Filter((term,)), Sort(key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "FEW", 1)  # in a small case one in twenty is hardly anybody
        assert _scans(_plans(asked, lambda: browse.soon(asked, wanted, sort, PAGE))) == []
        assert _scans(_plans(asked, lambda: browse.ids(asked, wanted, sort))) == []


def test_a_frequent_label_is_looked_up_along_the_way(asked: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen of what a hundred thousand items have does not wait for the list of all of them."""
    wanted = Filter((filters.label("nsfw", "BELLY", least=0.3),))
    for frequent, alone in ((1, False), (10**9, True)):
        monkeypatch.setattr(words, "FREQUENT", frequent)
        plans = _plans(asked, lambda: browse.soon(asked, wanted, Sort(), 5))
        assert any("item_label" in step and "(content_id=? AND label_id=?" in step for step in plans) is not alone
        # that of the count, which ends soon; without a way along the items also that of all that have the label
        assert (sum("item_label_score" in step for step in plans) > 1) is alone


def test_the_matches_of_a_first_page_are_fetched_once(asked: Connection) -> None:
    wanted = Filter((filters.name("_39"),))
    plans = _plans(asked, lambda: browse.soon(asked, wanted, Sort("size"), PAGE))
    # One look says whether many names have these letters, one fetches the names. `EXPLAIN` itself was not heard.
    assert sum(step.startswith("SCAN grams") for step in plans) == 2
