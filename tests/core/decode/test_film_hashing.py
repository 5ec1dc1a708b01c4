"""Every frame that is looked at has its hash, at its time; films of the same scenes have frames that look the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.decode import film_hashing
from core.decode.film_hashing import FilmHashing
from core.decode.pdq import fingerprint
from core.film_hashes import FilmHashes
from core.records import SampleKind
from core.search.films import likeness
from tests.core.decode.conftest import Outcome
from tests.support.films import black, pan, scenery, scenes

Decode = Callable[..., Outcome]


def hashes(outcome: Outcome) -> FilmHashes:
    found = outcome.decoded.film_hashes
    assert found is not None
    return found


def test_samples_have_the_hashes_of_their_pixels(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(scenes(tmp_path / "a.mp4"))
    found = hashes(outcome)
    lines = {
        float(time): (int(q), bits.tobytes())
        for time, q, bits in zip(found.times, found.qualities, found.hashes, strict=True)
    }
    assert len(outcome.samples) >= 5
    for sample, pixels in zip(outcome.samples, outcome.pixels, strict=True):
        whole = fingerprint(pixels)
        assert lines[sample.time or 0.0] == (whole.quality, whole.bits)
    assert outcome.decoded.decodes == 1
    assert (np.diff(found.times) > 0).all()
    assert (np.diff(found.times) <= 2.0).all()


def test_between_distant_keyframes_there_are_hashes_four_times_a_second(decode: Decode, tmp_path: Path) -> None:
    near = hashes(decode(scenes(tmp_path / "near.mp4", group=12, picture=pan)))
    far = hashes(decode(scenes(tmp_path / "far.mp4", group=96, picture=pan)))
    assert len(near) < 12, "only keyframes are decoded"
    passed = set(far.times.tolist())
    grid = {round(number * 0.25, 6) for number in range(32)}
    assert len(grid & passed) >= 26, "but for what looks the same as the one before"


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 0.5, "codec": "mpeg4", "suffix": ".avi"},
        {"scale": 0.75, "group": 96, "suffix": ".mkv"},
        {"begin": 0.7, "end": 7.4, "group": 17},
        {"begin": 2.1, "end": 6.2},
    ],
)
def test_other_encodings_and_parts_look_the_same(decode: Decode, tmp_path: Path, change: dict[str, object]) -> None:
    suffix = str(change.pop("suffix", ".mp4"))
    original = hashes(decode(scenes(tmp_path / "a.mp4", group=96)))
    other = hashes(decode(scenes(tmp_path / f"b{suffix}", **change)))  # type: ignore[arg-type]
    found = likeness(original, other)
    assert found.near
    assert found.second >= 0.8
    assert not likeness(original, hashes(decode(scenes(tmp_path / "c.mp4", seed=2)))).near


def test_black_says_nothing(decode: Decode, tmp_path: Path) -> None:
    found = hashes(decode(scenes(tmp_path / "a.mp4", end=3, picture=black)))
    assert len(found.good()) == 0


def test_only_who_looks_gets_hashes(decode: Decode, tmp_path: Path) -> None:
    path = scenes(tmp_path / "a.mp4", end=2)
    assert decode(path, wanted=frozenset()).decoded.film_hashes is None
    assert decode(path, wanted=frozenset({SampleKind.SOUND})).decoded.film_hashes is None


def test_long_films_are_thinned_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_hashing, "MANY", 20)
    monkeypatch.setattr(film_hashing, "MOST", 40)
    monkeypatch.setattr(film_hashing, "rgb", lambda frame, _aspect, _most: frame.pixels[::2, ::2])

    class Frame:
        def __init__(self, time: float) -> None:
            self.pixels, self.side_data = scenery(3, time * 7), ()

    hashing = FilmHashing(1.0)
    for number in range(400):
        time = number / 10
        if number % 25 == 0:
            hashing.looked_at(scenery(3, time * 7), time)
        else:
            hashing.passed(Frame(time), time)
    found = hashing.hashes()
    assert found is not None
    times = found.times.tolist()
    assert {number * 2.5 for number in range(16)} <= set(times), "what was looked at stays"
    assert 20 <= len(times) <= 37
    for number in range(400, 600):
        hashing.looked_at(scenery(3, number * 0.7), number / 10)
    found = hashing.hashes()
    assert found is not None
    assert len(found) <= 40
    assert found.times[-1] > 58
