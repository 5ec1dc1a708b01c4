"""What `search` finds is what the desk's search box finds: all words somewhere in an item, not in one line of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.case import browse, decisions, filters, queries
from core.case.browse import Filter
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.records import AnalyzerInfo, Finding, Outcome, SampleKind, SampleResult, State

LINES = {
    "letter.png": ("Invoice 4711", "Köln, in May"),
    "draft.png": ("Invoice 4712", "draft"),
    "harbour invoice.png": ("Boats",),
    "other.png": ("nothing of it",),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with Case.create(tmp_path_factory.mktemp("search") / "case") as case:
        runs = Runs(case)
        source = runs.add_source(Path("/evidence"), "/evidence").id
        run = runs.start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            _fill(Store(connection, run), source)
        runs.finish(run, "finished", 0.0, {})
        decisions.note(case, [3], "seen in Hamburg")
        decisions.tag(case, [1, 3], "Übergabe 7")
        with case.reading() as connection:
            yield connection


def _fill(store: Store, source: int) -> None:
    store.register([_copy(source, name, number) for number, name in enumerate(LINES, 1)])
    store.register([CopyRow(source, "lost/invoice may.png", b"lost", "unreadable", None, None)])
    info = AnalyzerInfo("ocr", "1", "OCR", frozenset({SampleKind.IMAGE}), ("text",), {}, {})
    config = store.config(info, {"analyzer": "ocr"})
    for number, lines in enumerate(LINES.values(), 1):
        found = SampleResult(tuple(Finding("text", 0.9, text=line) for line in lines))
        store.results(number, Results(config, Outcome("ocr", State.DONE), [(0, found)]))


def _copy(source: int, name: str, number: int) -> CopyRow:
    return CopyRow(
        source, name, name.encode(), "read", number, number, sha256=f"{number:064x}", mime="image/png", kind="image"
    )


def said(connection: Connection, query: str, limit: int = 100) -> list[tuple[str, str]]:
    return [(hit["kind"], hit["snippet"]) for hit in queries.search(connection, query, limit)]


def test_words_of_two_lines_are_found_each_where_it_stands(asked: Connection) -> None:
    assert sorted(said(asked, "invoice köln")) == [("text", "<b>Invoice</b> 4711"), ("text", "<b>Köln</b>, in May")]


def test_words_of_a_line_a_name_a_note_and_a_tag_are_of_one_item(asked: Connection) -> None:
    assert sorted(said(asked, "boats harbour hamburg uebergabe")) == [
        ("name", "<b>harbour</b> invoice.png"),
        ("note", "seen in <b>Hamburg</b>"),
        ("tag", "Übergabe 7"),
        ("text", "<b>Boats</b>"),
    ]
    (tag,) = [hit for hit in queries.search(asked, "boats uebergabe") if hit["kind"] == "tag"]
    assert (tag["sha256"], tag["paths"], tag["score"]) == (f"{3:064x}", ["harbour invoice.png"], 0.0)


def test_what_must_not_be_there_is_nowhere_in_the_item(asked: Connection) -> None:
    assert {hit["paths"][0] for hit in queries.search(asked, "invoice -draft")} == {
        "letter.png",
        "harbour invoice.png",
        "lost/invoice may.png",
    }


def test_a_copy_that_could_not_be_read_is_found_by_its_name(asked: Connection) -> None:
    hits = queries.search(asked, "invoice may")
    assert {hit["paths"][0] for hit in hits} == {"letter.png", "lost/invoice may.png"}
    assert [hit["sha256"] for hit in queries.search(asked, '"invoice may"')] == [None]


def test_tags_come_last_and_count_towards_the_limit(asked: Connection) -> None:
    assert [kind for kind, _ in said(asked, "uebergabe")] == ["tag", "tag"]
    assert [kind for kind, _ in said(asked, "uebergabe invoice")] == ["text", "name", "tag", "tag"]
    assert [kind for kind, _ in said(asked, "uebergabe invoice", 3)] == ["text", "name", "tag"]


@pytest.mark.parametrize(
    "typed",
    ["invoice", "invoice koeln", "invoice -draft", "uebergabe", "inv* may", '"in may"', "-may", "!!"],
)
def test_the_same_items_as_in_the_desk(asked: Connection, typed: str) -> None:
    desk = {f"{number:064x}" for number in browse.ids(asked, Filter((filters.words(typed),)))}
    assert {hit["sha256"] for hit in queries.search(asked, typed)} - {None} == desk
