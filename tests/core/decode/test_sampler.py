"""The walk through packets, with a decoder that says what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from core.decode import glance
from core.decode.packets import Index
from core.decode.sampler import Sampler
from core.settings import SamplingPolicy


@dataclass
class Packet:
    pts: int
    size: int = 10


@dataclass(frozen=True)
class Frame:
    pts: int
    key_frame: bool = False
    is_corrupt: bool = False


class Decoder:
    """Gives for the packet at each place the frames that `given` lists for it."""

    def __init__(self, given: list[list[Frame]]) -> None:
        self.given = given
        self.pushed: list[int] = []
        self.alone_with: list[int] = []

    def push(self, packet: Packet) -> list[Frame]:
        self.pushed.append(packet.pts)
        return self.given[len(self.pushed) - 1]

    def drain(self) -> list[Frame]:
        return []

    def alone(self, packet: Packet) -> Frame | None:
        self.alone_with.append(packet.pts)
        return None


def walked(monkeypatch: pytest.MonkeyPatch, pts: list[int], given: list[list[Frame]]) -> tuple[list[int], Decoder]:
    """The pts of the frames that came out, of a film of one keyframe and half a second from picture to picture."""
    monkeypatch.setattr("core.decode.sampler.glance", lambda frame: np.zeros(4, np.float32))
    shown = np.array(sorted(pts), np.int64)
    index = Index((0, 0, 1, 0), np.array(pts), np.array([0]), shown, shown * 0.5, float(shown[-1] + 1) / 2, 0, "")
    seen: list[int] = []

    def note(frame: Any, *_: float) -> None:
        seen.append(frame.pts)

    decoder = Decoder(given)
    sampler = Sampler(index, SamplingPolicy(), decoder, note, note)  # type: ignore[arg-type]  # stand-ins
    list(sampler.run(enumerate(Packet(one) for one in pts)))
    return seen, decoder


def test_a_first_keyframe_whose_stretch_is_decoded_anyway_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pts = [2, 0, 1, 3, 4, 5]
    seen, decoder = walked(monkeypatch, pts, [[], [], [Frame(0), Frame(1), Frame(2, True)], [Frame(3)], [Frame(4)], []])
    assert decoder.alone_with == []
    assert decoder.pushed == pts
    assert seen == [2, 3, 4], "what is shown before it leans on what is not there"


@pytest.mark.parametrize("pictures", [[[], [], [Frame(0), Frame(1)], [Frame(3)]], [[], [], [], [Frame(0), Frame(1)]]])
def test_pictures_before_a_keyframe_that_gives_none_are_taken(
    monkeypatch: pytest.MonkeyPatch, pictures: list[list[Frame]]
) -> None:
    seen, _ = walked(monkeypatch, [2, 0, 1, 3], pictures)
    assert seen[:2] == [0, 1]
    assert len(seen) == sum(map(len, pictures))


def test_no_more_pictures_are_held_back_than_a_codec_can_put_there(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Frame(number) for number in range(40)]
    seen, _ = walked(monkeypatch, [100, *range(40)], [[], *([one] for one in many)])
    assert seen == list(range(40))


def test_the_difference_of_two_looks_is_the_same_number_whoever_adds_it_up() -> None:
    random = np.random.default_rng(1)
    for _ in range(50):
        one, other = random.integers(0, 511, (2, 3888)).astype(np.float32) / 2
        assert glance.difference(one, other) == min(1.0, 3.0 * float(np.abs(one - other).mean()) / 80.0)
