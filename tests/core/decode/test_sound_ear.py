"""The ear by itself: gaps, clocks, times that go back, and where stretches are cut."""

from __future__ import annotations

import fractions
from typing import Any

import av
import numpy as np
import pytest

from core.decode.hearing import RATE, Ear, quietest
from core.settings import SamplingPolicy
from tests.support.sounds import Sink


def _frames(ear: Ear, *parts: tuple[float, float]) -> None:
    """Hear frames of 0.1 s with the value 0.5: (from, to) seconds on the container's clock."""
    for begin, end in parts:
        for number in range(round((end - begin) * 10)):
            frame = av.AudioFrame.from_ndarray(np.full((1, RATE // 10), 16_384, np.int16), "s16", "mono")
            frame.sample_rate, frame.time_base = RATE, fractions.Fraction(1, 1000)
            frame.pts = round((begin + number / 10) * 1000)
            ear.hear(frame)
    ear.finish()


def test_a_short_gap_is_silence_and_a_long_one_begins_anew() -> None:
    sink: Any = Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (0.0, 1.0), (2.0, 3.0), (20.0, 21.0))
    assert [at for at, _ in sink.got] == [0.0, 20.0]
    first = sink.got[0][1]
    assert len(first) == pytest.approx(3 * RATE, abs=40)
    assert np.abs(first[RATE + 40 : 2 * RATE - 40]).max() == 0
    assert first[: RATE - 40].min() == first[2 * RATE + 40 : 3 * RATE - 40].min() == 0.5


def test_the_clock_is_that_of_the_container() -> None:
    sink: Any = Sink()
    _frames(Ear(sink, SamplingPolicy(), 100.0), (101.5, 102.5))
    assert [at for at, _ in sink.got] == [1.5]
    sink = Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (-0.2, 0.8))  # an encoder's run-up
    assert [at for at, _ in sink.got] == [0.0]


def test_times_that_go_back_do_not_stop_it() -> None:
    sink: Any = Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (5.0, 6.0), (0.0, 1.0), (6.5, 7.0))
    assert sum(len(values) for _, values in sink.got) == pytest.approx(2.5 * RATE, abs=60)


def test_little_room_makes_shorter_stretches() -> None:
    sink: Any = Sink()
    sink.capacity = 10 * RATE * 4
    _frames(Ear(sink, SamplingPolicy(), 0.0), (0.0, 25.0))
    assert max(len(values) for _, values in sink.got) <= 10 * RATE
    assert sum(len(values) for _, values in sink.got) == 25 * RATE


def test_the_quietest_place_is_found_and_never_far_from_the_end() -> None:
    values = np.full(100 * RATE, 0.5, np.float32)
    values[20 * RATE : 21 * RATE] = 0  # too far back
    values[80 * RATE : 81 * RATE] = 0.1
    assert 80.2 * RATE < quietest(values) < 80.8 * RATE
    assert quietest(np.zeros(5, np.float32)) == 5
