"""Every filter has words of its own for its chip: values alone would not say what they are values of."""

from __future__ import annotations

import pytest

from app.gui import terms
from app.gui.terms import part_text
from core.case import filters
from core.case.filters import Filter, Term


@pytest.mark.parametrize("key", sorted(filters.KEYS))
def test_a_filter_has_a_chip(key: str) -> None:
    assert (key in terms._SENTENCES) != (key in terms._PLAIN)


def test_a_group_of_conditions_is_said_with_what_joins_it() -> None:
    either = Filter((filters.flagged(), Filter((Term("kind", ("video",)), ~filters.reviewed()))), mode="any")
    assert part_text(either) == "second look or Film and not: reviewed"
    assert part_text(~either) == "not: second look or Film and not: reviewed"
    assert part_text(Term("source", scope="2"), {"2": "Phone"}) == "Phone"
