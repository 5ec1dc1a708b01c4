from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.report.cells import cell, shown

_DANGEROUS = "=+-@\t\r＝＋－＠"


@pytest.mark.parametrize("start", list(_DANGEROUS))
@pytest.mark.parametrize("before", ["", " ", "   ", "\u00a0", "\u3000 "])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str, before: str) -> None:
    assert str(cell(f"{before}{start}cmd|' /C calc'!A0")).startswith("'")


def test_ordinary_text_and_numbers_stay_as_they_are() -> None:
    assert cell("Übergabe am 5. Mai, 18 Uhr") == "Übergabe am 5. Mai, 18 Uhr"
    assert cell("a=b") == "a=b"
    assert cell(-1.5) == -1.5
    assert cell(-3) == -3
    assert cell(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("evil\u202egpj.exe", "evil\\u{202e}gpj.exe"),
        ("zero\u200bwidth", "zero\\u{200b}width"),
        ("bell\x07", "bell\\u{7}"),
        ("byte\udcff", "byte\\xff"),
        ("lone\ud800", "lone\\u{d800}"),
        ("line\u2028end", "line\\u{2028}end"),
        ("mark\ufeff\u061c", "mark\\u{feff}\\u{61c}"),
        ("Größe 照片 صورة", "Größe 照片 صورة"),
    ],
)
def test_nothing_invisible_is_left(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text(alphabet=st.characters(), max_size=40) | st.text(alphabet=_DANGEROUS + " '\"\n,;\u3000", max_size=12))
def test_any_text_survives_a_csv_as_one_harmless_cell(text: str) -> None:
    safe = str(cell(text))
    assert shown(safe) == safe
    assert not safe.lstrip().startswith(tuple(_DANGEROUS))
    assert safe.isprintable() or all(c.isspace() for c in safe if not c.isprintable())
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow([safe, 1])
    assert file.getvalue().count("\n") == 1
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [safe, "1"]
