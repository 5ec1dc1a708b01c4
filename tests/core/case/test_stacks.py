"""Stacks of near duplicates: what belongs together, whatever the order of arrival, and how a list shows it."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import browse, filters, items, piles
from core.case.browse import Connection, Sort
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Store
from core.errors import UsageError

COUNT = 12


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Twelve pictures, ids 1–12."""
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "phone").id
        run = Runs(made).start({}, {}, "test")
        rows = [
            CopyRow(source, f"{n}.jpg", f"{n}.jpg".encode(), "read", 100 - n, n, sha256=f"{n:064x}", kind="image")
            for n in range(1, COUNT + 1)
        ]
        with made.connected() as connection, connection.begin():
            Store(connection, run).register(rows)
        yield made


def bits(*turned: int, ground: int = 0) -> bytes:
    """A hash: a ground pattern, far from every other one, with these bits turned."""
    value = random.Random(ground).getrandbits(256)
    for bit in turned:
        value ^= 1 << bit
    return value.to_bytes(32, "big")


FAMILY = {
    2: bits(ground=1),
    5: bits(*range(20), ground=1),  # 20 from 2
    7: bits(*range(20, 45), ground=1),  # 25 from 2, 45 from 5
    9: bits(*range(50), ground=1),  # 50 from 2, 30 from 5, 25 from 7
    3: bits(ground=2),
    11: bits(3, 250, ground=2),
    4: bits(ground=3),  # nobody is near this one
}


def keep(case: Case, order: list[int], quality: int = 80) -> None:
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        for content in order:
            store.fingerprint(content, FAMILY[content], quality)


def stacks(connection: Connection) -> dict[int, int]:
    rows = connection.exec_driver_sql("SELECT content_id, stack FROM item WHERE stack IS NOT NULL")
    return {row[0]: row[1] for row in rows}


EXPECTED = {2: 2, 5: 2, 7: 2, 9: 5, 3: 3, 11: 3}


@pytest.mark.parametrize("seed", range(6))
def test_stacks_do_not_depend_on_the_order_of_arrival(case: Case, seed: int) -> None:
    order = list(FAMILY)
    random.Random(seed).shuffle(order)
    keep(case, order[:3])
    keep(case, order[3:])  # another run: what it knows it has read
    with case.reading() as connection:
        assert stacks(connection) == EXPECTED, "9 is near 5 and 7 but not near 2, so it follows 5"


def test_rebuilding_makes_the_same_stacks(case: Case) -> None:
    keep(case, list(FAMILY))
    with case.connected() as connection, connection.begin():
        items.rebuild(connection)
        assert stacks(connection) == EXPECTED


def test_hashes_that_say_too_little_join_nobody(case: Case) -> None:
    keep(case, list(FAMILY), quality=49)
    with case.connected() as connection, connection.begin():
        items.rebuild(connection)
        assert stacks(connection) == {}
        assert connection.exec_driver_sql("SELECT count(*) FROM perceptual").scalar_one() == len(FAMILY)


def test_a_list_shows_one_item_a_stack_and_opens_it_in_place(case: Case) -> None:
    keep(case, list(FAMILY))
    with case.reading() as connection:
        whole = browse.ids(connection)
        assert browse.piled(connection, whole).tolist() == [1, 2, 3, 4, 6, 8, 9, 10, 12]
        assert browse.piled(connection, whole, {2}).tolist() == [1, 2, 5, 7, 3, 4, 6, 8, 9, 10, 12]
        down = browse.ids(connection, sort=Sort("added", descending=True))
        assert browse.piled(connection, down, {3}).tolist() == [12, 11, 3, 10, 9, 8, 7, 6, 4, 1], "the first one stands"
        some = array("q", [5, 6, 7])
        assert browse.piled(connection, some).tolist() == [5, 6], "only of what is in the list"
        assert browse.piled(connection, array("q")).tolist() == []


def test_rows_facets_filter_and_order_know_stacks(case: Case) -> None:
    keep(case, list(FAMILY))
    with case.reading() as connection:
        first, alone = browse.rows(connection, [2, 4])
        assert (first.stack, first.stacked) == (2, 3)
        assert (alone.stack, alone.stacked) == (None, 0)
        assert browse.whole_stacks(connection, [7, 4, 11]).tolist() == [2, 3, 4, 5, 7, 11]
        assert browse.whole_stacks(connection, [4]).tolist() == [4]
        assert browse.ids(connection, browse.Filter((filters.stacked(2),))).tolist() == [2, 5, 7]
        assert browse.count(connection, browse.Filter((filters.stacked(),))) == 6
        states = {value.text: value for value in browse.facet(connection, "state")[0].values}
        assert states["stack"].count == 6
        assert browse.ids(connection, sort=Sort("stack")).tolist()[:6] == [2, 5, 7, 3, 11, 9]


def test_bits_that_differ(case: Case) -> None:
    keep(case, list(FAMILY))
    with case.reading() as connection:
        assert browse.differing_bits(connection, 2, [2, 5, 9, 1]) == [0, 20, 50, None]
        assert browse.differing_bits(connection, 1, [2]) == [None]


def test_stricter_stacks_are_smaller_and_come_back(case: Case) -> None:
    keep(case, [content for content in FAMILY if content != 7])
    piles.set_strictness(case, 20)
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 5: 2, 3: 3, 11: 3}, "9 is 30 bits from 5"
    keep(case, [7])
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 5: 2, 3: 3, 11: 3}, "25 bits are too many for a newcomer, too"
    piles.set_strictness(case, 31)
    with case.reading() as connection:
        assert stacks(connection) == EXPECTED
    told = (case.folder / "audit.jsonl").read_text("utf-8")
    assert told.count("stacks made again") == 2
    with pytest.raises(UsageError, match="0 to 31"):
        piles.set_strictness(case, 32)


def test_the_same_hash_again_changes_nothing_and_another_one_moves(case: Case) -> None:
    keep(case, [2, 5])
    keep(case, [2, 5])
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 5: 2}


def test_names_that_belie_their_bytes_are_a_filter(case: Case) -> None:
    with case.connected() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE copy SET mismatch = 'text/plain' WHERE content_id IN (3, 8)")
        assert browse.ids(connection, browse.Filter((filters.mismatched(),))).tolist() == [3, 8]
        assert browse.count(connection, browse.Filter((~filters.mismatched(),))) == COUNT - 2
