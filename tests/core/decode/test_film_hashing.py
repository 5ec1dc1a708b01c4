"""Every frame that is looked at has its hash, at its time; films of the same scenes have frames that look the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from core.decode import film_hashing
from core.decode.film_hashing import FilmHashing
from core.decode.frames import rgb
from core.decode.pdq import fingerprint
from core.decode.pixels import orient, swaps_sides
from core.film_hashes import FilmHashes, differing
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
        quality, bits = lines[sample.time or 0.0]
        assert quality == whole.quality
        assert differing(bits, whole.bits) <= 4, "of 10; the whole frame is hardly averaged here"
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
    other = hashes(decode(scenes(tmp_path / f"b{suffix}", **change)))  # type: ignore[arg-type]  # values of its fields, by their names
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

    def frame(time: float) -> av.VideoFrame:
        return av.VideoFrame.from_ndarray(scenery(3, time * 7), "rgb24")

    hashing = FilmHashing(1.0)
    for number in range(400):
        time = number / 10
        if number % 25 == 0:
            hashing.looked_at(frame(time), time)
        else:
            hashing.passed(frame(time), time)
    found = hashing.hashes()
    assert found is not None
    times = found.times.tolist()
    assert {number * 2.5 for number in range(16)} <= set(times), "what was looked at stays"
    assert 20 <= len(times) <= 37
    for number in range(400, 600):
        hashing.looked_at(frame(number / 10), number / 10)
    found = hashing.hashes()
    assert found is not None
    assert len(found) <= 40
    assert found.times[-1] > 58


def scene(height: int, width: int, seed: int) -> av.VideoFrame:
    """A picture of that size with fine detail, in RGB."""
    pixels = cv2.resize(scenery(seed, seed * 1.6), (width, height), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(seed).normal(0, 12, (height, width, 1))
    return av.VideoFrame.from_ndarray(np.clip(pixels + noise, 0, 255).astype(np.uint8), "rgb24")


def frame_hash(frame: Any, aspect: float = 1.0) -> tuple[int, bytes]:
    hashing = FilmHashing(aspect)
    hashing.looked_at(frame, 0.0)
    found = hashing.hashes()
    assert found is not None
    return int(found.qualities[0]), found.hashes[0].tobytes()


@pytest.mark.parametrize(
    ("height", "width", "form", "colours"),
    [
        (240, 320, "yuv420p", 5),
        (360, 640, "yuv420p", 5),
        (480, 640, "yuvj420p", 5),
        (720, 1280, "yuv420p", 1),
        (720, 1280, "yuv420p10le", 1),
        (1440, 1080, "yuv422p", 9),
        (1080, 1920, "yuv444p", 1),
        (576, 720, "gbrp", 2),
        (600, 800, "gray", 2),
        (90, 3000, "rgb24", 2),
        (5000, 90, "yuv420p", 5),
    ],
)
def test_a_frames_hash_is_that_of_the_whole_frame_in_rgb(height: int, width: int, form: str, colours: int) -> None:
    distances = []
    for seed in range(4):
        made: Any = scene(height, width, seed).reformat(format=form, dst_colorspace=colours, threads=1)
        whole = fingerprint(rgb(made, 1.0, 10**9))
        quality, bits = frame_hash(made)
        assert abs(quality - whole.quality) <= 3
        distances.append(differing(bits, whole.bits))
    assert max(distances) <= 10, "Meta calls an implementation right within 10 bits"
    assert sum(distances) / len(distances) <= 5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("aspect", [1.0, 1.4, 0.6])
def test_turned_frames_and_pixels_that_are_not_square(
    monkeypatch: pytest.MonkeyPatch, orientation: int, aspect: float
) -> None:
    monkeypatch.setattr(film_hashing, "orientation_of", lambda _frame: orientation)
    made = scene(360, 480, 5).reformat(format="yuv420p", threads=1)
    pixels = rgb(made, aspect, 10**9)
    height, width = pixels.shape[:2]
    upright = np.empty((width, height, 3) if swaps_sides(orientation) else (height, width, 3), np.uint8)
    orient(pixels, orientation, upright)
    assert differing(frame_hash(made, aspect)[1], fingerprint(upright).bits) <= 10


def test_frames_of_real_films(shared_data: Path) -> None:
    """Of every film: each tenth frame, against the hash of the same frame in full size."""
    films = [*sorted((shared_data / "neardup_video").glob("*.mp4"))[:2], shared_data / "video" / "bottle-detection.mp4"]
    distances = []
    for film in films:
        with av.open(str(film)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % 30 == 0:
                    whole = fingerprint(rgb(frame, 1.0, 10**9))
                    if whole.quality >= 50:
                        distances.append(differing(frame_hash(frame)[1], whole.bits))
    assert len(distances) >= 30
    assert max(distances) <= 10
    assert sum(distances) / len(distances) <= 5
