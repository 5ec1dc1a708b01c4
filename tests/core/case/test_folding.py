from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.case.folding import german, match_expression, plain, unspaced


def found(text: str, query: str) -> bool:
    """Whether an index made as the case makes it finds the text."""
    expression = match_expression(query)
    if not expression:
        return False
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE w USING fts5(plain, german, tokenize='unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO w VALUES(?, ?)", (plain(text), german(text)))
        return connection.execute("SELECT count(*) FROM w WHERE w MATCH ?", (expression,)).fetchone()[0] == 1


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Herr Müller", "müller"),
        ("Herr Müller", "Mueller"),
        ("Herr Müller", "muller"),
        ("Herr Mueller", "Müller"),
        ("Herr Muller", "Müller"),
        ("Straße", "strasse"),
        ("Übergrößenträger", "Übergrossenträger"),
        ("Fußgänger", "fussganger"),
        ("Strasse", "Straße"),
        ("Crème brûlée", "creme brulee"),
        ("ＡＢＣ", "abc"),
        ("正品促销", "促销"),
        ("愚园路 315", "园路"),
        ("IMG_2024-holiday.jpg", "holiday"),
        ("IMG_2024-holiday.jpg", "holi*"),
        ("one two three", '"two three"'),
        ("one two three", "three one"),
        ("rock and roll", "rock -jazz"),
        ("Время", "время"),
    ],
)
def test_finds(text: str, query: str) -> None:
    assert found(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("one two three", '"three two"'),
        ("rock and jazz", "rock -jazz"),
        ("holiday", "holi"),
        ("促销", "正品"),
        ("anything", ""),
        ("anything", "-anything"),
        ("anything", '"" -" "'),
    ],
)
def test_does_not_find(text: str, query: str) -> None:
    assert not found(text, query)


def test_ideographs_are_put_together_again_in_snippets() -> None:
    assert unspaced("a " + plain("愚园路")) == "a 愚园路"
    assert unspaced("愚 <b>园 路</b> 315") == "愚<b>园路</b> 315"


@given(st.text(max_size=40))
def test_no_query_is_ever_a_syntax_error(query: str) -> None:
    found("something", query.replace("\x00", ""))


@given(st.text(alphabet="abcdäöüßéñ ", min_size=1, max_size=20))
def test_every_text_is_found_by_its_own_words(text: str) -> None:
    for word in text.split():
        assert found(text, word)
