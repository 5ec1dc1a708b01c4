"""Numbers that are none, or have no end, are flaws of an option and no crash."""

from __future__ import annotations

import math

import pytest

from core.options import Flaw, OptionFact


@pytest.mark.parametrize("kind", ["whole", "number"])
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_number_without_end_is_a_flaw(kind: str, value: float) -> None:
    fact = OptionFact("n", "whole" if kind == "whole" else "number", 1, {}, {}, least=0, most=9)
    found = fact.flaw(value)
    assert found is not None
    assert found.kind in {"number", "whole", "range"}


def test_whole_numbers_may_be_written_with_a_point() -> None:
    fact = OptionFact("n", "whole", 1, {}, {}, least=0, most=9)
    assert [fact.flaw(value) for value in (3, 3.0)] == [None, None]
    assert fact.flaw(3.5) == Flaw("whole", "3.5")
