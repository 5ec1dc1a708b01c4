"""Films are sampled at the right moments: every frame carries its number in black and white, so a wrong one is seen."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode.frames import orientation_of
from core.decode.glance import difference, glance
from core.records import MediaKind, SampleKind, State
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome, photo

Decode = Callable[..., Outcome]
BITS = 12
RATE = 25
WIDTH, HEIGHT = 192, 112


def numbered(number: int, shot: int) -> NDArray[np.uint8]:
    """A frame of one of several unlike shots, with its number as a row of black and white fields at the bottom."""
    colours = [(200, 40, 40), (30, 60, 210), (220, 220, 60), (20, 20, 20), (60, 200, 90)]
    picture: NDArray[np.uint8] = np.clip(photo(WIDTH, HEIGHT, shot) // 3 + np.array(colours[shot % 5]), 0, 255).astype(
        np.uint8
    )
    for bit in range(BITS):
        picture[-16:, bit * 16 : bit * 16 + 16] = 255 if number >> bit & 1 else 0
    return picture


def number_in(pixels: NDArray[np.uint8]) -> int:
    fields = [pixels[-12:-4, bit * 16 + 4 : bit * 16 + 12].mean() for bit in range(BITS)]
    return sum(1 << bit for bit, value in enumerate(fields) if value > 127)


def film(
    path: Path,
    count: int,
    *,
    cuts: Sequence[int] = (),
    codec: str = "libx264",
    times: Sequence[int] | None = None,
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    frames: Callable[[int, int], NDArray[np.uint8]] = numbered,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    sound: bool = False,
    aspect: Fraction | None = None,
) -> Path:
    """Write a film; `times` are in units of 1/100 s, else 25 frames a second."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.thread_type = "NONE"
        stream.options = {"crf": "16", "preset": "ultrafast", "bf": "2", **(options or {})} if "264" in codec else {}
        if "264" not in codec:
            stream.bit_rate = 8_000_000
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        base = Fraction(1, 100) if times else Fraction(1, RATE)
        stream.codec_context.time_base = base
        track: Any = container.add_stream("pcm_s16le" if path.suffix != ".mp4" else "aac", rate=8000) if sound else None
        for number in range(count):
            shot = sum(1 for cut in cuts if cut <= number)
            frame = av.VideoFrame.from_ndarray(frames(number, shot), "rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = times[number] if times else number, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if track is not None:
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), "s16", "mono")
            samples.sample_rate, samples.pts = 8000, 0
            container.mux(track.encode(samples))
            container.mux(track.encode())
    return path


def check_numbers(outcome: Outcome, times: Callable[[int], float] = lambda number: number / RATE) -> list[int]:
    """Every sample shows the frame that it says it is, at its time; the frame numbers."""
    for sample, pixels in zip(outcome.samples, outcome.pixels, strict=True):
        assert sample.frame == number_in(pixels)
        assert sample.time == pytest.approx(times(sample.frame), abs=0.011)
        assert sample.kind is SampleKind.FRAME
    return [sample.frame or 0 for sample in outcome.samples]


def check_gaps(outcome: Outcome, most: float) -> None:
    facts = outcome.decoded.facts
    assert facts is not None
    assert facts.duration is not None
    moments = [sample.time or 0.0 for sample in outcome.samples] + [facts.duration]
    assert moments[0] == 0
    assert max(later - earlier for earlier, later in pairwise(moments)) <= most + 0.01


SHORT_GOPS = {"g": "25", "sc_threshold": "0"}
LONG_GOP = {"g": "1000", "sc_threshold": "0"}


@pytest.mark.parametrize("options", [SHORT_GOPS, LONG_GOP, {"g": "25"}, {"g": "40", "bf": "3"}, {"g": "1"}])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
def test_numbers_times_cuts_and_gaps(decode: Decode, tmp_path: Path, options: dict[str, str], suffix: str) -> None:
    if suffix == ".avi":
        options = {**options, "bf": "0"}  # AVI has no presentation times
    cuts = [33, 90, 131]
    outcome = decode(film(tmp_path / f"a{suffix}", 160, cuts=cuts, options=options))
    assert (outcome.decoded.state, outcome.decoded.reason) == (State.DONE, "")
    numbers = check_numbers(outcome)
    assert set(cuts) <= set(numbers), "the first frame of every new shot is looked at"
    check_gaps(outcome, 2.0)
    assert len(numbers) <= 16
    facts = outcome.decoded.facts
    assert facts is not None
    assert facts.normal["cuts"] == [cut / RATE for cut in cuts]
    assert (facts.frames, facts.width, facts.height) == (160, WIDTH, HEIGHT)
    assert facts.duration == pytest.approx(6.4, abs=0.05)


@pytest.mark.parametrize(
    ("codec", "suffix", "pixels"),
    [
        ("mpeg4", ".avi", "yuv420p"),
        ("mjpeg", ".avi", "yuvj422p"),
        ("mjpeg", ".mov", "yuvj420p"),
        ("ffv1", ".mkv", "yuv420p"),
        ("ffv1", ".mkv", "bgr0"),
        ("ffv1", ".mkv", "gray"),
        ("ffv1", ".mkv", "yuv420p10le"),
        ("libvpx-vp9", ".webm", "yuv420p"),
        ("mpeg2video", ".mpg", "yuv420p"),
        ("rawvideo", ".avi", "bgr24"),
    ],
)
def test_other_codecs_and_pixel_formats(decode: Decode, tmp_path: Path, codec: str, suffix: str, pixels: str) -> None:
    outcome = decode(film(tmp_path / f"a{suffix}", 60, cuts=[30], codec=codec, pixels=pixels))
    assert outcome.decoded.state is State.DONE, outcome.decoded.reason
    numbers = check_numbers(outcome)
    assert 30 in numbers or pixels == "gray", "these shots differ in colour alone"
    if pixels in {"bgr0", "bgr24"}:
        assert np.abs(outcome.pixels[0].astype(int) - numbered(0, 0)).max() <= 1


def test_colours_are_full_range(decode: Decode, tmp_path: Path) -> None:
    def bars(_number: int, _shot: int) -> NDArray[np.uint8]:
        colours = np.array(
            [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)], np.uint8
        )
        return np.broadcast_to(np.repeat(colours, 32, axis=0)[None], (HEIGHT, WIDTH, 3)).copy()

    for name, pixels in (("a.mp4", "yuv420p"), ("b.mp4", "yuvj420p")):
        shown = decode(film(tmp_path / name, 5, pixels=pixels, frames=bars)).pixels[0]
        assert np.abs(shown[50, 16::32].astype(int) - bars(0, 0)[50, 16::32]).max() <= 6, pixels


def test_variable_frame_rate(decode: Decode, tmp_path: Path) -> None:
    """Times are the film's own, not numbers divided by a rate."""
    times = list(np.cumsum([4 + 7 * (number % 5) for number in range(60)]))
    outcome = decode(film(tmp_path / "a.mkv", 60, cuts=[23], times=[int(one) for one in times], options=LONG_GOP))
    numbers = check_numbers(outcome, lambda number: (times[number] - times[0]) / 100)
    assert 23 in numbers


def test_the_gap_is_a_setting(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 200, options={"g": "50", "sc_threshold": "0"})
    sparse = decode(path, policy=SamplingPolicy(max_gap=4, min_gap=4))
    dense = decode(path, policy=SamplingPolicy(max_gap=0.5, min_gap=0.2))
    check_gaps(dense, 0.5)
    check_gaps(sparse, 4)
    assert len(check_numbers(sparse)) == 2
    assert len(check_numbers(dense)) >= 16


def test_a_cut_within_a_short_gop_is_found_without_decoding_the_rest(decode: Decode, tmp_path: Path) -> None:
    count = 800
    path = film(tmp_path / "a.mp4", count, cuts=[410], options={"g": "50", "sc_threshold": "0"})
    outcome = decode(path)
    assert 410 in check_numbers(outcome)
    assert len(outcome.samples) == count // 50 + 1


def test_one_frame(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mp4", 1))
    assert check_numbers(outcome) == [0]
    assert outcome.decoded.state is State.DONE
    assert outcome.decoded.thumbnail is not None
    assert outcome.decoded.storyboard is None


def test_pixels_that_are_not_square(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mkv", 5, aspect=Fraction(16, 11)))
    assert outcome.pixels[0].shape == (HEIGHT, round(WIDTH * 16 / 11), 3)
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.width == round(WIDTH * 16 / 11)


def test_large_frames_are_reduced(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mp4", 5), policy=SamplingPolicy(sample_pixels=5000))
    height, width = outcome.pixels[0].shape[:2]
    assert height * width <= 5000
    assert outcome.samples[0].media_size == (WIDTH, HEIGHT)
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.normal["reduced"] == {"from": [WIDTH, HEIGHT], "to": [width, height]}


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".avi"])
def test_a_film_cut_off_gives_what_is_there(decode: Decode, tmp_path: Path, suffix: str) -> None:
    path = film(tmp_path / f"a{suffix}", 150, options={"g": "25", "bf": "0"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    outcome = decode(path)
    outcome.samples.pop()  # the last keyframe is cut itself: what there is of it is shown
    outcome.pixels.pop()
    numbers = check_numbers(outcome)
    assert len(numbers) >= 2
    assert max(numbers) < 120
    assert outcome.decoded.state is State.PARTIAL
    if suffix != ".ts":  # a transport stream does not say how long it should be
        assert outcome.decoded.code == "truncated"
        assert "cut off" in outcome.decoded.reason


def test_a_damaged_middle_is_partial(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 200, cuts=[60, 120], options=LONG_GOP)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = b"\xa5" * 3000
    path.write_bytes(data)
    outcome = decode(path)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "damaged")
    assert outcome.decoded.samples >= 2


def test_no_picture_at_all_is_a_failure(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", 30)
    data = path.read_bytes()
    (tmp_path / "b.mkv").write_bytes(data[:300])
    (tmp_path / "c.mp4").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 5000)
    for name in ("b.mkv", "c.mp4"):
        decoded = decode(tmp_path / name).decoded
        assert (decoded.state, decoded.samples) == (State.FAILED, 0), name
        assert decoded.reason


def test_a_playlist_cannot_make_it_open_other_files(decode: Decode, tmp_path: Path) -> None:
    secret = film(tmp_path / "secret.ts", 10)
    for name, text in {
        "a.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{secret}\n#EXT-X-ENDLIST\n",
        "b.ffconcat": f"ffconcat version 1.0\nfile '{secret}'\n",
    }.items():
        (tmp_path / name).write_text(text)
        decoded = decode(tmp_path / name, kind=MediaKind.VIDEO, mime="video/x").decoded
        assert (decoded.state, decoded.samples) == (State.FAILED, 0)


def test_sound_only(decode: Decode, tmp_path: Path) -> None:
    for name, codec, layout in (("a.wav", "pcm_s16le", "s16"), ("a.mp4", "aac", "fltp"), ("a.flac", "flac", "s16")):
        with av.open(str(tmp_path / name), "w") as container:
            track: Any = container.add_stream(codec, rate=8000, layout="mono")
            kind = np.float32 if layout == "fltp" else np.int16
            for part in range(16):
                frame = av.AudioFrame.from_ndarray(np.zeros((1, 1000), kind), layout, "mono")
                frame.sample_rate, frame.pts = 8000, part * 1000
                container.mux(track.encode(frame))
            container.mux(track.encode())
        decoded = decode(tmp_path / name).decoded
        assert (decoded.state, decoded.samples, decoded.thumbnail) == (State.DONE, 0, None)
        assert decoded.facts is not None
        assert decoded.facts.duration == pytest.approx(2.0, abs=0.2)
        assert decoded.facts.normal["sample_rate"] == 8000
    (tmp_path / "bad.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:30])
    assert decode(tmp_path / "bad.wav", kind=MediaKind.AUDIO).decoded.state is State.FAILED


def test_sound_beside_the_film_is_told(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mkv", 50, sound=True))
    check_numbers(outcome)
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.normal["audio_codec"] == "pcm_s16le"
    assert {one["type"] for one in outcome.decoded.facts.raw["streams"]} == {"video", "audio"}


def test_only_a_thumbnail(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mp4", 200, options=SHORT_GOPS), wanted=frozenset())
    assert (outcome.decoded.state, outcome.samples) == (State.DONE, [])
    assert outcome.decoded.thumbnail is not None
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.duration == pytest.approx(8, abs=0.05)


@pytest.mark.parametrize(
    ("matrix", "orientation"),
    [
        ((1, 0, 0, 1), 1),
        ((-1, 0, 0, 1), 2),
        ((-1, 0, 0, -1), 3),
        ((1, 0, 0, -1), 4),
        ((0, 1, 1, 0), 5),
        ((0, 1, -1, 0), 6),
        ((0, -1, -1, 0), 7),
        ((0, -1, 1, 0), 8),
    ],
)
def test_display_matrix(matrix: tuple[int, int, int, int], orientation: int) -> None:
    a, b, c, d = (value * 65536 for value in matrix)

    class Data(bytes):
        type = SimpleNamespace(name="DISPLAYMATRIX")

    data = Data(struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30))
    assert orientation_of(SimpleNamespace(side_data=[data])) == orientation


def test_glances_tell_shots_apart() -> None:
    def seen(number: int, shot: int, form: str) -> Any:
        return glance(av.VideoFrame.from_ndarray(numbered(number, shot), "rgb24").reformat(format=form))

    for form in ("yuv420p", "yuv420p10le", "rgb24", "gray"):
        assert difference(seen(1, 0, form), seen(2, 0, form)) < 0.1
        assert difference(seen(1, 0, form), seen(1, 2, form)) > 0.3


def test_real_cuts(decode: Decode, shared_data: Path) -> None:
    for known in json.loads((shared_data / "ground_truth" / "scene_cuts.json").read_text()):
        outcome = decode(shared_data / known["file"])
        assert outcome.decoded.facts is not None
        cuts = outcome.decoded.facts.normal["cuts"]
        assert len(cuts) == len(known["hard_cuts_s"])
        assert np.abs(np.array(cuts) - known["hard_cuts_s"]).max() <= 0.1
        assert set(cuts) <= {sample.time for sample in outcome.samples}
        assert outcome.decoded.facts.duration == pytest.approx(known["duration_s"], abs=0.1)


def test_real_rotation(decode: Decode, shared_data: Path) -> None:
    outcome = decode(shared_data / "video" / "ftyp3gp5.mp4")
    assert outcome.decoded.facts is not None
    assert (outcome.decoded.facts.width, outcome.decoded.facts.height) == (720, 1280)
    assert outcome.decoded.facts.normal["rotation"] == 90
    assert outcome.pixels[0].shape == (1280, 720, 3)
