"""Sound as samples: the values are those that faster-whisper would hear, on the medium's own clock, cut where it is
quiet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from core.decode.hearing import RATE, mixed
from core.decode.jobs import PICTURES
from core.records import MediaKind, SampleKind, State
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome
from tests.support.sounds import SOUND, film, heard, noise, record, spoil

Decode = Callable[..., Outcome]
BOTH = PICTURES | SOUND


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


def test_a_cut_off_and_a_damaged_recording_are_partial(decode: Decode, tmp_path: Path) -> None:
    path = _written(tmp_path / "a.flac", "flac", 10)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    outcome = decode(path, wanted=SOUND)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "truncated")
    assert len(heard(outcome)) == pytest.approx(5 * RATE, abs=RATE // 2)
    path = _written(tmp_path / "b.mka", "aac", 10)
    spoil(path, "audio", 0.5)
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
    spoil(path, "audio", 0.3)
    outcome = decode(path, wanted=BOTH)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "sound-damaged")
    assert "sound" in outcome.decoded.reason
    assert sum(one.kind is SampleKind.FRAME for one in outcome.samples) >= 3


def test_sound_of_a_film_without_one_good_picture(decode: Decode, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", 4, noise(4), codec="pcm_s16le")
    spoil(path, "video", 0.0, spare=0)
    outcome = decode(path, wanted=BOTH, kind=MediaKind.VIDEO)
    assert outcome.decoded.state is State.PARTIAL
    assert outcome.decoded.code == "pictures-damaged"
    assert len(heard(outcome)) > 2 * RATE
    assert decode(path, wanted=PICTURES, kind=MediaKind.VIDEO).decoded.state is State.FAILED


def test_real_recordings_are_heard_as_faster_whisper_hears_them(decode: Decode, shared_data: Path) -> None:
    audio = pytest.importorskip("faster_whisper.audio")
    for path in sorted((shared_data / "speech").iterdir()):
        assert np.array_equal(heard(decode(path, wanted=SOUND)), audio.decode_audio(str(path))), path.name
