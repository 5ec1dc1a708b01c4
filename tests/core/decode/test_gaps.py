"""Recordings with something missing inside: what is left keeps its time, and the loss is said."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode.gaps import Spoilt
from core.records import SampleKind, State
from core.sentences import told
from tests.core.decode.conftest import Outcome

Decode = Callable[..., Outcome]
RATE, SECONDS = 48_000, 12
STEP = 120.0
"""Each second has its own tone: 400 Hz, 520 Hz … so a piece of sound tells which second it is."""


def tones() -> NDArray[np.float32]:
    time = np.arange(SECONDS * RATE) / RATE
    return (0.3 * np.sin(2 * np.pi * (400 + STEP * np.floor(time)) * time)).astype(np.float32)


def recorded(form: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form) as box:
        stream = box.add_stream(codec, rate=RATE, layout="mono")
        if codec != "flac":
            stream.bit_rate = 64_000
        size = stream.codec_context.frame_size or 960
        values = tones()
        for start in range(0, len(values), size):
            piece = values[start : start + size]
            kind = {"libopus": "flt", "flac": "s16"}.get(codec, "fltp")
            data = np.rint(piece * 32767).astype(np.int16) if kind == "s16" else piece
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(data[None]), kind, "mono")
            frame.sample_rate, frame.pts = RATE, start
            box.mux(stream.encode(frame))
        box.mux(stream.encode(None))
    return buffer.getvalue()


def pages(data: bytes) -> list[bytes]:
    return [b"OggS" + one for one in data.split(b"OggS")[1:]]


def noise(count: int) -> bytes:
    return np.random.default_rng(5).integers(0, 255, count, dtype=np.uint8).tobytes()


def late(outcome: Outcome) -> list[float]:
    """For each tenth of a second that is heard clearly: by how much its time lies outside its own second."""
    found = []
    for sample, values in zip(outcome.samples, outcome.pixels, strict=True):
        assert sample.kind is SampleKind.SOUND
        for start in range(0, len(values) - 1600, 1600):
            piece = values[start : start + 1600]
            if np.abs(piece).max() < 0.1:
                continue
            spectrum = np.abs(np.fft.rfft(piece * np.hanning(1600), 16_000))
            second = (float(np.argmax(spectrum)) - 400) / STEP
            if abs(second - round(second)) < 0.05:
                time = (sample.time or 0.0) + (start + 800) / 16_000
                found.append(time - (round(second) + 0.5))
    return found


def check(outcome: Outcome, within: float, words: Sequence[str]) -> None:
    decoded = outcome.decoded
    assert (decoded.state, decoded.code) == (State.PARTIAL, "damaged")
    for word in words:
        assert word in decoded.reason
    assert told(decoded.reason, "de").known
    off = late(outcome)
    assert len(off) > 50
    wrong = [one for one in off if abs(one) > 0.5 + within]
    assert len(wrong) <= 3, wrong  # at the seam a decoder may still ring


@pytest.fixture(scope="module")
def opus() -> bytes:
    return recorded("ogg", "libopus")


@pytest.fixture(scope="module")
def mp3() -> bytes:
    return recorded("mp3", "libmp3lame")


@pytest.mark.parametrize("lost", [2, 6], ids=["short", "long"])
def test_pages_of_ogg_that_are_lost(decode: Decode, tmp_path: Path, opus: bytes, lost: int) -> None:
    some = pages(opus)
    (tmp_path / "a.opus").write_bytes(b"".join(some[:5] + some[5 + lost :]))
    outcome = decode(tmp_path / "a.opus", wanted=frozenset({SampleKind.SOUND}))
    check(outcome, 0.1, ["seconds of it are missing", "Their time is kept"])
    assert len(outcome.samples) == (2 if lost == 6 else 1)  # more than five seconds are not filled with silence
    assert "sound-gap" in {one.code for one in outcome.decoded.problems}


def test_a_page_of_ogg_that_is_spoilt(decode: Decode, tmp_path: Path, opus: bytes) -> None:
    some = pages(opus)
    at = sum(map(len, some[:5])) + 60
    (tmp_path / "a.opus").write_bytes(opus[:at] + noise(3000) + opus[at + 3000 :])
    check(decode(tmp_path / "a.opus", wanted=frozenset({SampleKind.SOUND})), 0.1, ["seconds of it are missing"])


def test_flac_with_a_hole(decode: Decode, tmp_path: Path) -> None:
    data = recorded("flac", "flac")
    third = len(data) // 3
    (tmp_path / "a.flac").write_bytes(data[:third] + data[third + len(data) // 8 :])
    check(decode(tmp_path / "a.flac", wanted=frozenset({SampleKind.SOUND})), 0.1, ["seconds of it are missing"])


def test_rubbish_in_an_mp3_counts_as_time(decode: Decode, tmp_path: Path, mp3: bytes) -> None:
    """MP3 has no times: without that, all that follows came 1.6 seconds too early."""
    third, size = len(mp3) // 3, 12_000
    (tmp_path / "a.mp3").write_bytes(mp3[:third] + noise(size) + mp3[third + size :])
    outcome = decode(tmp_path / "a.mp3", wanted=frozenset({SampleKind.SOUND}))
    check(outcome, 0.15, ["seconds of it are missing", "later times are estimates"])
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.duration == pytest.approx(SECONDS, abs=0.2)


def test_bytes_that_an_mp3_lost_leave_no_trace_and_that_is_said(decode: Decode, tmp_path: Path, mp3: bytes) -> None:
    third = len(mp3) // 3
    (tmp_path / "a.mp3").write_bytes(mp3[:third] + mp3[third + 12_000 :])
    decoded = decode(tmp_path / "a.mp3", wanted=frozenset({SampleKind.SOUND})).decoded
    assert (decoded.state, decoded.code) == (State.PARTIAL, "damaged")
    assert "may be too early by up to 1." in decoded.reason
    assert told(decoded.reason, "de").known


@pytest.mark.parametrize("form", ["opus", "mp3"])
def test_a_whole_one_is_not_called_damaged(decode: Decode, tmp_path: Path, opus: bytes, mp3: bytes, form: str) -> None:
    (tmp_path / f"a.{form}").write_bytes({"opus": opus, "mp3": mp3}[form])
    outcome = decode(tmp_path / f"a.{form}", wanted=frozenset({SampleKind.SOUND}))
    assert outcome.decoded.state is State.DONE
    assert outcome.decoded.problems == ()
    assert max(map(abs, late(outcome))) < 0.65


def test_spoilt_bytes_are_reckoned_at_the_rate_of_the_good_ones() -> None:
    """100 packets of 200 bytes and 24 ms, then 10 000 bytes that the library counts as one packet: 1.2 − 0.024 s."""
    reckoned = Spoilt()
    for number in range(100):
        reckoned.packet(200, 0.024, number * 0.024, good=True)
    reckoned.packet(10_000, 0.024, 2.4, good=False)
    assert reckoned.shift == 0.0
    reckoned.packet(200, 0.024, 2.424, good=True)
    assert reckoned.shift == pytest.approx(10_000 / 200 * 0.024 - 0.024)
    assert reckoned.at == 2.4
