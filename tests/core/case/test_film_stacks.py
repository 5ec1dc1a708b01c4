"""Stacks of films: pairs are kept, whatever the order; another strictness and another look are worked out from them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.case import browse, items, piles
from core.case.browse import Connection
from core.case.case import Case
from core.case.film_stacks import film_pair
from core.case.runs import Runs
from core.case.store import CopyRow, Store
from core.film_hashes import FilmHashes
from tests.core.search.test_films import film, noise, turned

BASE = noise(24, 1)
FILMS = {
    2: film(BASE),
    3: film(turned(BASE, 12, 3)),  # another encoding
    5: film(turned(BASE[8:16], 6, 5)),  # a part of it
    6: film(noise(24, 2)),
    8: film(noise(10, 3), quality=20),
    9: film(noise(10, 3), quality=20),
    11: film(np.concatenate((noise(6, 4), turned(noise(24, 2), 25, 9)))),  # 6 with something before it, badly encoded
}
EXPECTED = {2: 2, 3: 2, 5: 2, 6: 6, 11: 6}


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "phone").id
        run = Runs(made).start({}, {}, "test")
        rows = [
            CopyRow(source, f"{n}.mp4", f"{n}.mp4".encode(), "read", 100, n, sha256=f"{n:064x}", kind="video")
            for n in range(1, 13)
        ]
        with made.connected() as connection, connection.begin():
            Store(connection, run).register(rows)
        yield made


def keep(case: Case, order: list[int], known: dict[int, FilmHashes] = FILMS) -> None:
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        for content in order:
            store.film_hashes(content, known[content])


def stacks(connection: Connection) -> dict[int, int]:
    rows = connection.exec_driver_sql("SELECT content_id, stack FROM item WHERE stack IS NOT NULL")
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_stacks_of_films_do_not_depend_on_the_order(case: Case, seed: int) -> None:
    order = list(FILMS)
    random.Random(seed).shuffle(order)
    keep(case, order[:3])
    keep(case, order[3:])  # another run: it compares with what is stored, nothing is decoded again
    with case.reading() as connection:
        assert stacks(connection) == EXPECTED
        assert browse.whole_stacks(connection, [5]).tolist() == [2, 3, 5]
        assert film_pair(connection, 2, 5) == (pytest.approx(1 / 3, abs=1e-4), 1.0)
        assert film_pair(connection, 5, 2) == (1.0, pytest.approx(1 / 3, abs=1e-4))
        assert film_pair(connection, 2, 6) is None


def test_likeness_is_told_of_films_that_show_something(case: Case) -> None:
    keep(case, list(FILMS))
    with case.reading() as connection:
        same, part, other, dark, picture = piles.film_likeness(connection, 2, [2, 5, 6, 8, 1])
        assert same is not None
        assert (same.first, same.second, same.near) == (1.0, 1.0, True)
        assert part is not None
        assert (part.near, part.second) == (True, 1.0)
        assert other is not None
        assert not other.near
        assert (dark, picture) == (None, None)
        assert piles.film_likeness(connection, 8, [2]) == [None]


def test_strictness_and_rebuilding_ask_the_pairs(case: Case) -> None:
    keep(case, list(FILMS))
    piles.set_strictness(case, 20)
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 3: 2, 5: 2}, "25 bits are too many now"
    piles.set_strictness(case, 10)
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 5: 2}
    piles.set_strictness(case, 31)
    with case.connected() as connection, connection.begin():
        assert stacks(connection) == EXPECTED
        items.rebuild(connection)
        assert stacks(connection) == EXPECTED


def test_a_newcomer_keeps_to_the_strictness(case: Case) -> None:
    piles.set_strictness(case, 20)
    keep(case, list(FILMS))
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 3: 2, 5: 2}


def test_the_same_again_changes_nothing_and_another_look_moves_it(case: Case) -> None:
    keep(case, list(FILMS))
    keep(case, list(FILMS))
    with case.reading() as connection:
        assert stacks(connection) == EXPECTED
        assert connection.exec_driver_sql("SELECT count(*) FROM film_pair").scalar_one() == 4
    keep(case, [3], {3: film(noise(20, 77))})
    with case.reading() as connection:
        assert stacks(connection) == {2: 2, 5: 2, 6: 6, 11: 6}
    keep(case, [3])
    with case.reading() as connection:
        assert stacks(connection) == EXPECTED


def test_films_and_pictures_have_stacks_of_their_own(case: Case) -> None:
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        store.fingerprint(1, BASE[0].tobytes(), 90)
        store.film_hashes(2, film(BASE[:3]))
        assert stacks(connection) == {}
