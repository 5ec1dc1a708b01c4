"""A part of a name and a word are found in more than one way; which is taken depends on how many there are, and all of
them must find the same items."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.case import browse, decisions, filters, words
from core.case.browse import Filter, Sort, Term
from core.case.case import Case
from core.case.conditions import condition
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.records import AnalyzerInfo, Finding, Outcome, SampleKind, SampleResult, State

ITEMS = 400
PARTS = ("IMG", "img_", "_77", "ärz", "Ä", "%", "_", "a'b", '"', "🙂🙂", ".jp", "zzzz", "x", "2024-0", "İst")
SEARCHED = ("hafen", "img", "größe", "lager hafen", '"hafen lager"', "-hafen lager", "boot*", "zzzz", "!!")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    chance = random.Random(4)
    with Case.create(tmp_path_factory.mktemp("words") / "case") as case:
        runs = Runs(case)
        source = runs.add_source(Path("/evidence"), "/evidence").id
        run = runs.start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            _fill(Store(connection, run), source, chance)
        runs.finish(run, "finished", 0.0, {})
        decisions.note(case, [7, 9], "Kiste am Hafen, Größe 5")
        decisions.tag(case, [3, 9, 200], "hafen 2")
        yield case


def _fill(store: Store, source: int, chance: random.Random) -> None:
    rows = [_row(source, number, f"DCIM/{number % 9}/{_name(chance, number)}") for number in range(ITEMS)]
    copies = [_row(source, number, f"Backup/{_name(chance, number)}") for number in range(0, ITEMS, 7)]
    unread = CopyRow(source, "lost/img_77.jpg", b"lost", "unreadable", None, None)
    store.register([*rows, *copies, unread])
    info = AnalyzerInfo("ocr", "1", "OCR", frozenset({SampleKind.IMAGE}), ("text",), {}, {})
    config = store.config(info, {"analyzer": "ocr"})
    ids = store.content_ids(row.sha256 or "" for row in rows)
    for row in rows[::5]:
        text = " ".join(chance.choices(("Hafen", "Lager", "Boote", "Groesse", "morgen"), k=2))
        found = SampleResult((Finding("text", 0.9, text=text),))
        store.results(ids[row.sha256 or ""], Results(config, Outcome("ocr", State.DONE), [(0, found)]))


def _row(source: int, number: int, path: str) -> CopyRow:
    return CopyRow(
        source, path, path.encode(), "read", 1000 - number, number, sha256=f"{number:064x}", mime="x/y", kind="other"
    )


def _name(chance: random.Random, number: int) -> str:
    middle = chance.choice(
        ("_77", "März", "ÄRZTE", "a'b", 'q"q', "🙂🙂", "100%", "IMG", "img_", "x", "2024-05", "İstanbul")
    )
    return f"{chance.choice(('IMG', 'img', ''))}_{middle}{number}.{chance.choice(('jpg', 'JPG', 'pdf'))}"


@pytest.fixture
def asked(case: Case) -> Iterator[Connection]:
    with case.reading() as connection:
        yield connection


def _ways(asked: Connection, wanted: Term, frequent: int, patch: pytest.MonkeyPatch) -> list[list[int]]:
    """The items by each of the conditions that may be asked with."""
    patch.setattr(words, "FREQUENT", frequent)
    patch.setattr(words, "COMMON", frequent)
    statements = [condition(wanted), condition(wanted, asked), condition(wanted, asked, walking=True)]
    return [
        [
            row[0]
            for row in asked.exec_driver_sql(f"SELECT content_id FROM item WHERE {sql} ORDER BY content_id", values)
        ]
        for sql, values in statements
    ]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_name_is_found_the_same_way_by_trigrams_and_by_reading_all(
    asked: Connection, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _ways(asked, filters.name(part), 10**9, monkeypatch)
    many = _ways(asked, filters.name(part), 1, monkeypatch)
    assert few == [few[0]] * 3
    assert many == few
    assert bool(few[0]) is (part != "zzzz")


@pytest.mark.parametrize("typed", SEARCHED)
def test_a_word_is_found_the_same_way_at_once_and_item_by_item(
    asked: Connection, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _ways(asked, filters.words(typed), 10**9, monkeypatch)
    many = _ways(asked, filters.words(typed), 1, monkeypatch)
    assert few == [few[0]] * 3
    assert many == few
    assert bool(few[0]) is (typed not in ("zzzz", "!!"))


@pytest.mark.parametrize("frequent", [1, 10**9])
@pytest.mark.parametrize(
    "sort", [Sort(), Sort("size"), Sort("modified", True), Sort("name"), Sort("path"), Sort("date")]
)
def test_the_first_screen_is_the_beginning_of_the_list(
    asked: Connection, frequent: int, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "FREQUENT", frequent)
    monkeypatch.setattr(words, "COMMON", frequent)
    for wanted in (filters.words("hafen"), filters.name("img"), ~filters.name("IMG"), ~filters.words("img")):
        whole = browse.ids(asked, Filter((wanted,)), sort)
        assert len(whole) > 20
        assert browse.soon(asked, Filter((wanted,)), sort, 20) in (whole[:20], whole, None)
        assert browse.ids(asked, Filter((wanted,)), sort, limit=20) == whole[:20]


@pytest.mark.parametrize("frequent", [1, 10**9])
def test_words_may_stand_in_different_lines_of_one_item(
    tmp_path: Path, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign has two lines, and each line that was read is a finding of its own; the name of the file counts, too."""
    with Case.create(tmp_path / "case") as case:
        runs = Runs(case)
        source, run = runs.add_source(Path("/evidence"), "/evidence").id, runs.start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            rows = [_row(source, number, f"sign_{number}.jpg") for number in range(3)]
            store.register(rows)
            info = AnalyzerInfo("ocr", "1", "OCR", frozenset({SampleKind.IMAGE}), ("text",), {}, {})
            config, ids = store.config(info, {}), store.content_ids(row.sha256 or "" for row in rows)
            for row, lines in zip(rows, (("Bäckerei", "Müller"), ("Bäckerei",), ("Metzgerei", "Müller")), strict=True):
                found = SampleResult(tuple(Finding("text", 0.9, text=line) for line in lines))
                store.results(ids[row.sha256 or ""], Results(config, Outcome("ocr", State.DONE), [(0, found)]))
        runs.finish(run, "finished", 0.0, {})
        first, second, third = (ids[row.sha256 or ""] for row in rows)
        decisions.tag(case, [second], "Müller Nord")
        monkeypatch.setattr(words, "FREQUENT", frequent)
        with case.reading() as connection:
            for typed, expected in (
                ("baeckerei mueller", [first, second]),  # the second by its tag
                ("müller -bäckerei", [third]),
                ("müller sign", [first, second, third]),
                ('"bäckerei müller"', []),
                ("müller nord", [second]),
                ("MUELLER nord", [second]),
                ("muller nord", [second]),
            ):
                wanted = Filter((filters.words(typed),))
                assert sorted(browse.ids(connection, wanted)) == expected, typed
                assert sorted(browse.ids(connection, wanted, limit=9)) == expected, typed
                assert browse.count(connection, wanted) == len(expected)


def test_trigrams_are_used_where_few_have_them(asked: Connection) -> None:
    assert "grams" in condition(filters.name("_77"), asked)[0]
    assert "grams" not in condition(filters.name("7"), asked)[0]
    assert "grams" not in condition(filters.name("_77"))[0]


def test_a_note_that_is_taken_back_is_not_found(case: Case) -> None:
    decisions.note(case, [11], "Schlüsselbund")
    with case.reading() as connection:
        assert list(browse.ids(connection, Filter((filters.words("schluesselbund"),)))) == [11]
    decisions.undo(case)
    with case.reading() as connection:
        assert not browse.ids(connection, Filter((filters.words("schluesselbund"),)))
        assert connection.exec_driver_sql("SELECT count(*) FROM word_item").scalar() == (
            connection.exec_driver_sql("SELECT count(*) FROM words WHERE content_id IS NOT NULL").scalar()
        )


def test_a_copy_that_can_be_read_later_is_found_by_its_name_then(tmp_path: Path) -> None:
    with Case.create(tmp_path / "case") as case:
        runs = Runs(case)
        source = runs.add_source(Path("/evidence"), "/evidence").id
        run = runs.start({}, {}, "test")
        wanted = Filter((filters.name("holiday"),))
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register([CopyRow(source, "a/holiday.jpg", b"a", "unreadable", None, None)])
        with case.reading() as connection:
            assert not browse.ids(connection, wanted)
        with case.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.again(1, _row(source, 1, "a/holiday.jpg"))
        with case.reading() as connection:
            assert list(browse.ids(connection, wanted)) == [1]


def test_an_older_case_gets_the_quick_tables(case: Case, tmp_path: Path) -> None:
    """What the migration makes is what the writer would have made."""
    with case.reading() as connection:
        connection.connection.driver_connection.execute("VACUUM INTO ?", (str(tmp_path / "old.db"),))
    from core.case.migrations.versions import v0004_quick_words as quick

    with sqlite3.connect(tmp_path / "old.db") as old:
        made = old.execute("SELECT * FROM word_item ORDER BY id").fetchall()
        found = old.execute("SELECT rowid FROM grams WHERE grams MATCH '\"_77\"' ORDER BY rowid").fetchall()
        for name, kind in (("word_item", "TABLE"), ("grams", "TABLE"), ("item_modified", "INDEX")):
            old.execute(f"DROP {kind} {name}")
        for statement in quick.STATEMENTS:
            old.execute(statement)
        assert old.execute("SELECT * FROM word_item ORDER BY id").fetchall() == made
        assert old.execute("SELECT rowid FROM grams WHERE grams MATCH '\"_77\"' ORDER BY rowid").fetchall() == found
        assert len(found) > 10
