from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calibration import Rate, Truth, choose, wilson


def test_wilson_against_published_values() -> None:
    # Newcombe 1998 (Statistics in Medicine 17, 857-872), method 3, table I
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    assert wilson(15, 148) == (pytest.approx(0.0624, abs=5e-5), pytest.approx(0.1605, abs=5e-5))
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=5e-5))
    assert wilson(1, 29) == (pytest.approx(0.0061, abs=5e-5), pytest.approx(0.1718, abs=5e-5))
    assert wilson(0, 0) == (0.0, 1.0)


def seen(positive: list[float], negative: list[float]) -> list[Truth]:
    return [*(Truth(score, True) for score in positive), *(Truth(score, False) for score in negative)]


def test_thresholds_by_hand() -> None:
    positive, negative = [0.9, 0.8, 0.7, 0.4, 0.0], [0.75, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    chosen = choose(seen(positive, negative), recall=0.8, false_alarms=0.0)
    assert chosen["possible"].threshold == 0.4
    assert (chosen["possible"].recall, chosen["possible"].false_alarms) == (Rate(4, 5), Rate(1, 10))
    assert chosen["likely"].threshold == 0.8
    assert (chosen["likely"].recall, chosen["likely"].false_alarms) == (Rate(2, 5), Rate(0, 10))


def test_what_cannot_be_reached_is_said() -> None:
    blind = choose(seen([0.0, 0.0], [0.5]), 0.95, 0.0)
    assert blind["likely"].threshold is None
    assert blind["likely"].as_json()["recall"] == {
        "hits": 0,
        "total": 2,
        "rate": 0.0,
        "low": 0.0,
        "high": pytest.approx(wilson(0, 2)[1], abs=1e-6),
    }
    missing = choose(seen([0.6, 0.0, 0.0], [0.0]), 0.95, 0.0)
    assert (missing["possible"].threshold, missing["possible"].recall) == (0.6, Rate(1, 3))  # as far as it goes
    assert choose(seen([0.0], [0.0]), 0.5, 0.5)["possible"].threshold is None


scores = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.6, 0.9]), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(scores, scores, st.floats(0.1, 1), st.floats(0, 0.5))
def test_thresholds_keep_what_they_promise(
    positive: list[float], negative: list[float], recall: float, alarms: float
) -> None:
    chosen = choose(seen(positive, negative), recall, alarms)
    possible, likely = chosen["possible"], chosen["likely"]
    if likely.threshold is not None:
        assert (likely.false_alarms.value or 0.0) <= alarms
        assert possible.threshold is not None
        assert likely.threshold >= possible.threshold
    reachable = sum(score > 0 for score in positive) / len(positive)
    if reachable >= recall:
        assert (possible.recall.value or 0.0) >= recall
    for one in (possible.recall, possible.false_alarms):
        low, high = one.interval
        assert low <= (one.value or 0.0) <= high
