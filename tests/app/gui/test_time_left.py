from __future__ import annotations

import pytest

from app.gui.status_bar import span


@pytest.mark.parametrize(
    ("remaining", "said"),
    [
        (None, ""),
        ((5.0, 40.0), "less than a minute"),
        ((60.0, 300.0), "1–5 min left"),
        ((397.0, 10_740.0), "7 min to 2:59 h left"),
        ((3_600.0, 10_740.0), "1:00 to 2:59 h left"),
    ],
)
def test_a_range_says_minutes_and_hours_apart(remaining: tuple[float, float] | None, said: str) -> None:
    assert span(remaining) == said
