"""Sound as samples: the values are those that faster-whisper would hear, on the medium's own clock, cut where it is
quiet."""

from __future__ import annotations

import fractions
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode.hearing import RATE, Ear, mixed, quietest
from core.decode.jobs import PICTURES
from core.records import MediaKind, SampleKind, State
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome

Decode = Callable[..., Outcome]
SOUND = frozenset({SampleKind.SOUND})
BOTH = PICTURES | SOUND


def noise(seconds: float, rate: int = RATE, seed: int = 0) -> NDArray[np.int16]:
    """Something that is nowhere quiet."""
    return (np.random.default_rng(seed).standard_normal(int(seconds * rate)) * 3000).astype(np.int16)


def record(path: Path, values: NDArray[np.int16], rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(values.astype("<i2").tobytes())
    return path


def film(path: Path, seconds: float, sound: NDArray[np.int16] | None, *, at: float = 0.0, codec: str = "aac") -> Path:
    """A film of ten pictures a second with a track of sound that begins at `at` seconds."""
    with av.open(str(path), "w") as container:
        pictures: Any = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        pictures.time_base = fractions.Fraction(1, 10)
        track: Any = container.add_stream(codec, rate=RATE, layout="mono") if sound is not None else None
        for number in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 7 % 256, np.uint8), format="rgb24")
            frame.pts = number
            container.mux(pictures.encode(frame))
        for first in range(0, len(sound) if sound is not None else 0, 1024):
            assert sound is not None
            part = av.AudioFrame.from_ndarray(sound[None, first : first + 1024], "s16", "mono")
            part.sample_rate, part.pts = RATE, round(at * RATE) + first
            container.mux(track.encode(part))
        if track is not None:
            container.mux(track.encode(None))
        container.mux(pictures.encode())
    return path


def heard(outcome: Outcome) -> NDArray[np.float32]:
    return np.concatenate([values for one, values in zip(outcome.samples, outcome.pixels, strict=True) if _is(one)])


def _is(sample: Any) -> bool:
    return sample.kind is SampleKind.SOUND


# ---------------------------------------------------------------------- recordings


def test_a_wave_file_comes_as_it_is(decode: Decode, tmp_path: Path) -> None:
    values = noise(3.2)
    outcome = decode(record(tmp_path / "a.wav", values), wanted=SOUND)
    (sample,) = outcome.samples
    assert (sample.kind, sample.time, sample.duration) == (SampleKind.SOUND, 0.0, 3.2)
    assert (sample.frame, sample.page, sample.media_size) == (None, None, (0, 0))
    assert np.array_equal(outcome.pixels[0], values.astype(np.float32) / 32768)
    assert (outcome.decoded.state, outcome.decoded.media_seconds) == (State.DONE, pytest.approx(3.2))


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [("a.flac", "flac", 44_100, "stereo"), ("a.mp3", "mp3", 32_000, "mono"), ("a.ogg", "vorbis", 48_000, "stereo")],
)
def test_other_rates_and_channels_are_heard_as_faster_whisper_hears_them(
    decode: Decode, tmp_path: Path, name: str, codec: str, rate: int, layout: str
) -> None:
    audio = pytest.importorskip("faster_whisper.audio")
    values = noise(2.0, rate * (2 if layout == "stereo" else 1))
    if codec == "vorbis" and "vorbis" not in av.codecs_available:
        pytest.skip("this build cannot write it")
    with av.open(str(tmp_path / name), "w") as container:
        options = {"strict": "experimental"} if codec == "vorbis" else {}
        track: Any = container.add_stream(codec, rate=rate, layout=layout, options=options)
        resampler = av.AudioResampler(track.format.name, layout, rate)
        frame = av.AudioFrame.from_ndarray(values[None], "s16", layout)
        frame.sample_rate, frame.pts = rate, 0
        for part in resampler.resample(frame):
            container.mux(track.encode(part))
        container.mux(track.encode(None))
    got = heard(decode(tmp_path / name, wanted=SOUND))
    assert np.array_equal(got, audio.decode_audio(str(tmp_path / name)))


@pytest.mark.parametrize("channels", [6, 9])
def test_many_channels_are_mixed(decode: Decode, tmp_path: Path, channels: int) -> None:
    one = (np.sin(np.arange(2 * RATE) / 8) * 9000).astype(np.int16)
    lanes = np.stack([one] * channels, axis=1).reshape(-1)
    got = heard(decode(record(tmp_path / "a.wav", lanes, channels=channels), wanted=SOUND))
    assert len(got) == pytest.approx(2 * RATE, abs=20)
    likeness = np.corrcoef(got, one[: len(got)].astype(np.float32))[0, 1]
    assert likeness > 0.99


def test_a_mixed_frame_keeps_its_level() -> None:
    values = np.array([[1000, 3000, -2000, 0]], np.int16)  # two packed channels, two moments
    frame = av.AudioFrame.from_ndarray(values, "s16", "stereo")
    frame.sample_rate = RATE
    assert mixed(frame).to_ndarray()[0] == pytest.approx([2000 / 32767, -1000 / 32767], abs=1e-6)
    planes = np.array([[0.5, -0.5], [0.1, 0.1]], np.float32)
    frame = av.AudioFrame.from_ndarray(planes, "fltp", "stereo")
    frame.sample_rate = RATE
    assert mixed(frame).to_ndarray()[0] == pytest.approx([0.3, -0.2], abs=1e-6)
    frame = av.AudioFrame.from_ndarray(np.array([[0, 255]], np.uint8), "u8", "mono")
    frame.sample_rate = RATE
    assert mixed(frame).to_ndarray()[0] == pytest.approx([-1, 1], abs=1e-6)


@pytest.mark.parametrize("wanted", [SOUND, frozenset[SampleKind]()])
def test_a_coding_whose_number_is_no_text_is_heard(
    decode: Decode, tmp_path: Path, wanted: frozenset[SampleKind]
) -> None:
    """G.722 is 0x28F in WAV: no letters, as most numbers of that list."""
    path = tmp_path / "phone.wav"
    with av.open(str(path), "w") as container:
        track: Any = container.add_stream("g722", rate=RATE, layout="mono")
        values = noise(1.0)
        frame = av.AudioFrame.from_ndarray(values[None], "s16", "mono")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    end = decode(path, wanted=wanted).decoded
    assert (end.state, end.reason) == (State.DONE, "")
    assert end.facts is not None
    assert end.facts.duration == pytest.approx(1.0, abs=0.01)
    assert end.facts.raw["streams"][0]["tag"] == "0x028f"


def test_sound_that_nobody_wants_is_not_decoded(decode: Decode, tmp_path: Path) -> None:
    for wanted in (PICTURES, frozenset()):
        outcome = decode(record(tmp_path / "a.wav", noise(2)), wanted=wanted)
        assert (outcome.samples, outcome.decoded.state) == ([], State.DONE)


def test_long_sound_comes_in_stretches_without_a_gap(decode: Decode, tmp_path: Path) -> None:
    values = noise(65)
    for quiet in (17.0, 35.5, 58.0):
        values[int(quiet * RATE) : int((quiet + 0.8) * RATE)] = 0
    outcome = decode(record(tmp_path / "a.wav", values), wanted=SOUND, policy=SamplingPolicy(sound_seconds=20))
    assert np.array_equal(heard(outcome), values.astype(np.float32) / 32768)
    ends = [(one.time or 0.0) + (one.duration or 0.0) for one in outcome.samples]
    assert [one.time for one in outcome.samples[1:]] == pytest.approx(ends[:-1])
    assert all((one.duration or 0.0) <= 20 for one in outcome.samples)
    assert 17.0 < ends[0] < 17.8  # no word is cut: the first two borders lie in the quiet places
    assert 35.5 < ends[1] < 36.3
    assert len(outcome.decoded.positions) == len(outcome.samples)


def _written(path: Path, codec: str, seconds: float) -> Path:
    with av.open(str(path), "w") as container:
        track: Any = container.add_stream(codec, rate=RATE, layout="mono")
        for first in range(0, int(seconds * RATE), 1024):
            frame = av.AudioFrame.from_ndarray(noise(seconds)[None, first : first + 1024], "s16", "mono")
            frame.sample_rate, frame.pts = RATE, first
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path


def _spoil(path: Path, kind: str, part: float, spare: int = 16) -> None:
    """Overwrite the packets of one kind of stream, from this part of them on, but for their first bytes."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        (stream,) = [one for one in container.streams if one.type == kind]
        places = [(packet.pos, packet.size) for packet in container.demux(stream) if packet.size and packet.pos]
    for position, size in places[int(len(places) * part) :]:
        data[position + spare : position + size] = (b"\xff" if spare else b"\0") * max(0, size - spare)
    path.write_bytes(bytes(data))


def test_a_cut_off_and_a_damaged_recording_are_partial(decode: Decode, tmp_path: Path) -> None:
    path = _written(tmp_path / "a.flac", "flac", 10)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    outcome = decode(path, wanted=SOUND)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "truncated")
    assert len(heard(outcome)) == pytest.approx(5 * RATE, abs=RATE // 2)
    path = _written(tmp_path / "b.mka", "aac", 10)
    _spoil(path, "audio", 0.5)
    outcome = decode(path, wanted=SOUND)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "damaged")
    assert len(heard(outcome)) > 3 * RATE


# ---------------------------------------------------------------------- films


def test_pictures_and_sound_of_a_film_come_from_one_job(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mp4", 6, noise(6)), wanted=BOTH)
    kinds = [one.kind for one in outcome.samples]
    assert kinds.count(SampleKind.SOUND) == 1
    assert kinds[-1] is SampleKind.SOUND
    assert kinds.count(SampleKind.FRAME) >= 3
    assert len(heard(outcome)) == pytest.approx(6 * RATE, abs=2000)
    assert outcome.decoded.state is State.DONE
    assert outcome.decoded.decodes == 1


def test_only_the_sound_of_a_film(decode: Decode, tmp_path: Path) -> None:
    outcome = decode(film(tmp_path / "a.mp4", 6, noise(6)), wanted=SOUND)
    assert [one.kind for one in outcome.samples] == [SampleKind.SOUND]
    assert outcome.decoded.thumbnail is not None
    assert outcome.decoded.media_seconds == pytest.approx(6, abs=0.2)


def test_sound_begins_when_the_medium_says_so(decode: Decode, tmp_path: Path) -> None:
    values = np.zeros(3 * RATE, np.int16)
    values[RATE : RATE + 800] = 20_000  # a click one second into the track
    outcome = decode(film(tmp_path / "a.mkv", 6, values, at=2.5, codec="pcm_s16le"), wanted=SOUND)
    (sample,) = outcome.samples
    assert sample.time == pytest.approx(2.5, abs=0.01)
    click = int(np.argmax(np.abs(outcome.pixels[0]) > 0.3))
    assert (sample.time or 0.0) + click / RATE == pytest.approx(3.5, abs=0.01)


def test_a_film_without_sound_gives_no_sound(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 3, None)
    assert decode(path, wanted=SOUND).samples == []
    assert decode(path, wanted=SOUND).decoded.state is State.DONE
    assert {one.kind for one in decode(path, wanted=BOTH).samples} == {SampleKind.FRAME}


def test_broken_sound_behind_good_pictures_is_partial(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", 6, noise(6))
    _spoil(path, "audio", 0.3)
    outcome = decode(path, wanted=BOTH)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "sound-damaged")
    assert "sound" in outcome.decoded.reason
    assert sum(one.kind is SampleKind.FRAME for one in outcome.samples) >= 3


def test_sound_of_a_film_without_one_good_picture(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", 4, noise(4), codec="pcm_s16le")
    _spoil(path, "video", 0.0, spare=0)
    outcome = decode(path, wanted=BOTH, kind=MediaKind.VIDEO)
    assert outcome.decoded.state is State.PARTIAL
    assert outcome.decoded.code == "pictures-damaged"
    assert len(heard(outcome)) > 2 * RATE
    assert decode(path, wanted=PICTURES, kind=MediaKind.VIDEO).decoded.state is State.FAILED


# ---------------------------------------------------------------------- the ear by itself


class _Sink:
    """Keeps what is handed over."""

    capacity = 100 * RATE * 4

    def __init__(self) -> None:
        self.got: list[tuple[float, NDArray[np.float32]]] = []

    def place_sound(self, count: int) -> NDArray[np.float32]:
        self._room = np.empty(count, np.float32)
        return self._room

    def add(self, _kind: SampleKind, _size: tuple[int, int], *, at: float, duration: float) -> None:
        assert duration == len(self._room) / RATE
        self.got.append((at, self._room.copy()))

    def flush(self) -> None:
        pass


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
    sink: Any = _Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (0.0, 1.0), (2.0, 3.0), (20.0, 21.0))
    assert [at for at, _ in sink.got] == [0.0, 20.0]
    first = sink.got[0][1]
    assert len(first) == pytest.approx(3 * RATE, abs=40)
    assert np.abs(first[RATE + 40 : 2 * RATE - 40]).max() == 0
    assert first[: RATE - 40].min() == first[2 * RATE + 40 : 3 * RATE - 40].min() == 0.5


def test_the_clock_is_that_of_the_container() -> None:
    sink: Any = _Sink()
    _frames(Ear(sink, SamplingPolicy(), 100.0), (101.5, 102.5))
    assert [at for at, _ in sink.got] == [1.5]
    sink = _Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (-0.2, 0.8))  # an encoder's run-up
    assert [at for at, _ in sink.got] == [0.0]


def test_times_that_go_back_do_not_stop_it() -> None:
    sink: Any = _Sink()
    _frames(Ear(sink, SamplingPolicy(), 0.0), (5.0, 6.0), (0.0, 1.0), (6.5, 7.0))
    assert sum(len(values) for _, values in sink.got) == pytest.approx(2.5 * RATE, abs=60)


def test_little_room_makes_shorter_stretches() -> None:
    sink: Any = _Sink()
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


def test_real_recordings_are_heard_as_faster_whisper_hears_them(decode: Decode, shared_data: Path) -> None:
    audio = pytest.importorskip("faster_whisper.audio")
    for path in sorted((shared_data / "speech").iterdir()):
        assert np.array_equal(heard(decode(path, wanted=SOUND)), audio.decode_audio(str(path))), path.name


# ---------------------------------------------------------------------- channels that cancel each other


def _stereo(left: NDArray[np.int16], right: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.stack([left, right], axis=1).reshape(-1)


def test_channels_in_opposite_phase_are_heard_and_it_is_said(decode: Decode, tmp_path: Path) -> None:
    """Mixed as they are, they leave silence."""
    values = noise(3)
    values[0] = -32768  # has no mirror image in 16 bits
    path = record(tmp_path / "a.wav", _stereo(values, -np.maximum(values, -32767)), channels=2)
    outcome = decode(path, wanted=SOUND)
    got = heard(outcome)
    assert got == pytest.approx(values.astype(np.float32) / 32768, abs=2e-4)
    (problem,) = outcome.decoded.problems
    assert problem.code == "opposite-phase"
    assert "3.0 seconds" in problem.message
    assert outcome.decoded.state is State.DONE


@pytest.mark.parametrize(
    ("codec", "rate", "kind"),
    [("flac", 44_100, "wav-like"), ("pcm_f32le", 48_000, "floats"), ("pcm_u8", 16_000, "bytes"), ("aac", 48_000, "")],
)
def test_opposite_phase_is_heard_in_every_format(
    decode: Decode, tmp_path: Path, codec: str, rate: int, kind: str
) -> None:
    moments = np.arange(2 * rate) / rate
    tone = (np.sin(moments * 2 * np.pi * 440) * 9000).astype(np.int16)
    path = tmp_path / "a.mka"
    with av.open(str(path), "w") as container:
        track: Any = container.add_stream(codec, rate=rate, layout="stereo")
        resampler = av.AudioResampler(track.format.name, "stereo", rate, track.codec_context.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(_stereo(tone, -tone)[None], "s16", "stereo")
        frame.sample_rate, frame.pts = rate, 0
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(track.encode(part))
        container.mux(track.encode(None))
    got = heard(decode(path, wanted=SOUND))
    loudness = float(np.sqrt(np.square(got[RATE // 2 : -RATE // 2]).mean()))
    assert loudness == pytest.approx(9000 / 32768 / np.sqrt(2), rel=0.03)


def test_the_sound_of_a_film_in_opposite_phase_is_heard_and_it_is_said(decode: Decode, tmp_path: Path) -> None:
    values, path = noise(3), tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        pictures: Any = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track: Any = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for number in range(30):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 7, np.uint8), format="rgb24")
            picture.pts = number
            container.mux(pictures.encode(picture))
        frame = av.AudioFrame.from_ndarray(_stereo(values, -values)[None], "s16", "stereo")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
        container.mux(pictures.encode())
    outcome = decode(path, wanted=BOTH, kind=MediaKind.VIDEO)
    assert float(np.abs(heard(outcome)).mean()) > 0.05
    assert [problem.code for problem in outcome.decoded.problems] == ["opposite-phase"]


def test_a_recording_that_turns_over_in_the_middle_is_heard_from_end_to_end(decode: Decode, tmp_path: Path) -> None:
    values = noise(8)
    other = values.copy()
    other[3 * RATE : 5 * RATE] *= -1
    outcome = decode(record(tmp_path / "a.wav", _stereo(values, other), channels=2), wanted=SOUND)
    got = heard(outcome)
    assert len(got) == len(values)
    loud = np.sqrt(np.square(got.reshape(-1, RATE // 10)).mean(axis=1))
    assert (loud > 0.03).mean() > 0.9  # half a second at a border at most
    assert "2." in outcome.decoded.problems[0].message


@pytest.mark.parametrize("gap", [False, True])
def test_usual_stereo_is_mixed_bit_by_bit_as_before(monkeypatch: pytest.MonkeyPatch, gap: bool) -> None:
    """Two voices, one in the middle, one side silent, silence, one side softer and turned over."""
    from core.decode.phase import Phase

    one, two, none = noise(2, seed=1), noise(2, seed=2), np.zeros(2 * RATE, np.int16)
    pairs = [(one, two), (one, one), (one, none), (none, two), (none, none), (one, (one * -0.4).astype(np.int16))]
    frames = [
        _stereo(left[first : first + 1024], right[first : first + 1024])
        for left, right in pairs
        for first in range(0, len(left), 1024)
    ]

    def listen() -> list[tuple[float, bytes]]:
        sink = _Heard()
        ear, at = Ear(sink, SamplingPolicy(sound_seconds=60), 0.0), 0  # type: ignore[arg-type]  # a stand-in for the sink
        for number, values in enumerate(frames):
            frame = av.AudioFrame.from_ndarray(values[None], "s16", "stereo")
            at += RATE * 9 if gap and number == 70 else 0
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, fractions.Fraction(1, RATE)
            at += frame.samples
            ear.hear(frame)
        ear.finish()
        assert ear.turned_seconds == 0
        return sink.heard

    found = listen()
    monkeypatch.setattr(Phase, "take", lambda self, frame: [frame])
    assert listen() == found
    assert len(found) == (2 if gap else 1)


class _Heard:
    """Takes what an ear hands over."""

    capacity = 100_000_000

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []

    def place_sound(self, count: int) -> NDArray[np.float32]:
        self._room = np.empty(count, np.float32)
        return self._room

    def add(self, kind: SampleKind, media_size: tuple[int, int], *, at: float, duration: float) -> None:
        self.heard.append((at, self._room.tobytes()))

    def flush(self) -> None:
        pass


def test_hours_of_stereo_are_held_for_half_a_second_at_most() -> None:
    from core.decode.phase import Phase

    phase, inside, most = Phase(), 0, 0
    for _ in range(2000):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 2048), np.int16), "s16", "stereo")
        frame.sample_rate = RATE
        inside += 1 - len(phase.take(frame))
        most = max(most, inside)
    assert most * 1024 / RATE <= 0.6
    assert len(phase.rest()) == inside
