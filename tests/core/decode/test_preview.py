"""What the preview asks of its decode child: exact frames, pages, sound, less than the pixels, and reasons."""

from __future__ import annotations

import fractions
import os
import signal
import struct
import sys
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.decode.pipe import Nonsense
from core.decode.preview import CannotShow, PreviewDecoder, Superseded, Treatment
from core.decode.preview_film import Film
from core.decode.preview_wire import Heard, PicturePlaced, parse
from core.records import Region, State
from tests.core.decode.conftest import job_for, photo

FRAMES = 60


@pytest.fixture(scope="module")
def decoder() -> Iterator[PreviewDecoder]:
    made = PreviewDecoder()
    yield made
    made.close()


def numbered(path: Path, codec: str = "mpeg4", options: dict[str, str] | None = None, gaps: bool = False) -> Path:
    """A film in whose frames a white bar stands where the frame number says, and nowhere else."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height, stream.pix_fmt = 256, 64, "yuv420p"
        stream.time_base = fractions.Fraction(1, 25)
        for number in range(FRAMES):
            picture = np.zeros((64, 256, 3), np.uint8)
            picture[:, number * 4 : number * 4 + 4] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number + (number // 10 * 5 if gaps else 0)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def number_in(pixels: NDArray[np.uint8]) -> int:
    return round((float(np.argmax(pixels[:, :, 0].mean(axis=0))) - 1.5) / 4)


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("seek.mp4", "mpeg4", {"g": "12", "bf": "2"}),
        ("seek.mkv", "mpeg4", {"g": "40", "bf": "0"}),
        ("walk.avi", "mpeg4", {"g": "12"}),
        ("walk.ts", "mpeg2video", {"g": "12", "bf": "2"}),
    ],
)
def test_every_frame_is_the_one_that_was_asked_for(
    decoder: PreviewDecoder, tmp_path: Path, name: str, codec: str, options: dict[str, str]
) -> None:
    job = job_for(numbered(tmp_path / name, codec, options))
    order = [*np.random.default_rng(7).permutation(FRAMES), 30, 29, 28, 27, 28]
    for number in map(int, order):
        shown = decoder.frame((job,), number=number)
        assert shown.number == number
        assert shown.count == FRAMES
        assert number_in(shown.pixels) == number, f"asked for {number}"
        assert shown.time == pytest.approx(number / 25, abs=1e-3)


def test_a_moment_shows_the_frame_that_a_player_shows(decoder: PreviewDecoder, tmp_path: Path) -> None:
    job = job_for(numbered(tmp_path / "gaps.mkv", gaps=True))
    assert decoder.frame((job,), at=0.0).number == 0
    assert decoder.frame((job,), at=0.39).number == 9
    assert decoder.frame((job,), at=0.5).number == 9  # the gap: the frame before it stays on the screen
    later = decoder.frame((job,), at=0.605)
    assert (later.number, later.variable) == (10, True)
    assert decoder.frame((job,), at=999.0).number == FRAMES - 1


def test_a_keyframe_will_do_where_that_is_said(tmp_path: Path) -> None:
    class Silent:
        def beat(self, media_seconds: float) -> None: ...

    with numbered(tmp_path / "keys.mp4", options={"g": "20", "bf": "0"}).open("rb") as file:
        film = Film(file, Silent())
        assert [film.key_before(number) for number in (0, 19, 20, 59)] == [0, 0, 20, 40]
        assert film.key_near(18, slack=0.2) == 20
        assert film.key_near(10, slack=0.1) == 10
        film.close()


def test_the_frames_are_those_of_the_analysis(decoder: PreviewDecoder, tmp_path: Path) -> None:
    """A rotated film: same pixels, size and number as a sample would have."""
    path = numbered(tmp_path / "plain.mp4")
    shown = decoder.frame((job_for(path),), number=3)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert np.abs(shown.pixels.astype(int) - frames[3].astype(int)).max() <= 2


def test_pages_and_animation_frames(decoder: PreviewDecoder, tmp_path: Path) -> None:
    pages = [Image.new("RGB", (40, 30), (value, 0, 0)) for value in (10, 120, 250)]
    pages[0].save(tmp_path / "three.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "three.gif", save_all=True, append_images=pages[1:], duration=100)
    for name in ("three.tif", "three.gif"):
        job = job_for(tmp_path / name)
        first = decoder.picture((job,))
        assert (first.number, first.count) == (0, 3)
        for number, value in ((2, 250), (1, 120)):
            shown = decoder.picture((job,), number=number)
            assert shown.number == number
            assert abs(int(shown.pixels[5, 5, 0]) - value) < 8


def test_a_large_picture_comes_small_and_whole(decoder: PreviewDecoder, tmp_path: Path) -> None:
    Image.fromarray(photo(1600, 1200)).save(tmp_path / "large.jpg", quality=92)
    job = job_for(tmp_path / "large.jpg")
    small = decoder.picture((job,), most=100_000)
    assert small.size == (1600, 1200)
    assert small.pixels.shape[0] * small.pixels.shape[1] <= 100_000
    whole = decoder.picture((job,), most=33_000_000)
    assert whole.pixels.shape == (1200, 1600, 3)


def test_what_is_not_to_be_seen_is_taken_away_in_the_child(decoder: PreviewDecoder, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 600, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    job = job_for(tmp_path / "noise.png")
    sharp = decoder.picture((job,)).pixels
    assert np.array_equal(sharp, noise)
    blurred = decoder.picture((job,), Treatment(blur=True)).pixels
    assert blurred.astype(float).std() < 0.2 * noise.astype(float).std()
    grey = decoder.picture((job,), Treatment(grey=True)).pixels
    assert np.array_equal(grey[:, :, 0], grey[:, :, 2])
    assert max(decoder.picture((job,), Treatment(side=64)).pixels.shape) == 64
    mask = Region(0.25, 0.25, 0.5, 0.5)
    masked = decoder.picture((job,), Treatment(masks=(mask,))).pixels
    assert (masked[101:299, 151:449] == masked[200, 300]).all()
    assert np.array_equal(masked[:100], noise[:100])


def test_a_face_is_cut_out_of_all_pixels_there_are(decoder: PreviewDecoder, tmp_path: Path) -> None:
    """In the child: of the picture around it the desk gets nothing."""
    pixels = np.zeros((400, 600, 3), np.uint8)
    pixels[100:140, 300:360] = (200, 30, 10)
    pixels[100:140, 330:360] = (10, 30, 200)
    path = tmp_path / "a.png"
    Image.fromarray(pixels).save(path)
    face = Region(0.5, 0.25, 0.1, 0.1)
    shown = decoder.picture((job_for(path),), Treatment(crop=face))
    assert shown.size == (600, 400)
    assert np.array_equal(shown.pixels, pixels[100:140, 300:360])
    small = decoder.picture((job_for(path),), Treatment(crop=face, side=30))
    assert small.pixels.shape == (20, 30, 3)
    assert np.abs(small.pixels[:, :12].astype(int) - (200, 30, 10)).max() < 4
    over = decoder.picture((job_for(path),), Treatment(crop=Region(0.95, -0.2, 0.5, 0.3)))
    assert over.pixels.shape == (40, 30, 3)
    outside = decoder.picture((job_for(path),), Treatment(crop=Region(1.5, 1.5, 0.1, 0.1)))
    assert outside.pixels.shape == (1, 1, 3)
    covered = decoder.picture((job_for(path),), Treatment(crop=face, masks=(Region(0, 0, 1, 1),)))
    assert np.ptp(covered.pixels.reshape(-1, 3), axis=0).max() == 0


def test_the_first_copy_that_is_there_is_taken(decoder: PreviewDecoder, tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), "red").save(tmp_path / "b.png")
    there = job_for(tmp_path / "b.png")
    gone = replace(there, path=str(tmp_path / "gone.png"), content="1" * 64)
    assert decoder.picture((gone, there)).size == (20, 10)
    with pytest.raises(CannotShow) as caught:
        decoder.picture((replace(gone, content="3" * 64),))
    assert caught.value.code == "vanished"
    changed = replace(there, size=1, content="2" * 64)
    with pytest.raises(CannotShow) as caught:
        decoder.picture((changed,))
    assert caught.value.code == "changed"
    with pytest.raises(CannotShow):
        decoder.picture(())


def test_damage_is_said_in_the_words_of_the_outcomes(decoder: PreviewDecoder, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300))
    with pytest.raises(CannotShow) as caught:
        decoder.picture((job_for(tmp_path / "broken.jpg"),))
    assert caught.value.state is State.FAILED
    assert "damaged" in caught.value.message
    Image.fromarray(photo(200, 200)).save(tmp_path / "half.png")
    data = (tmp_path / "half.png").read_bytes()
    (tmp_path / "half.png").write_bytes(data[: len(data) // 2])
    partly = decoder.picture((job_for(tmp_path / "half.png"),))
    assert "damaged" in partly.caution


def tone(path: Path, seconds: float = 3.0, rate: int = 44_100) -> Path:
    """Silence for a second, then 441 Hz growing louder."""
    times = np.arange(int(seconds * rate)) / rate
    values = np.sin(2 * np.pi * 441 * times) * np.clip((times - 1) / 2, 0, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((values * 32_000).astype("<i2").tobytes())
    return path


def test_loudness_and_stretches_of_sound(decoder: PreviewDecoder, tmp_path: Path) -> None:
    job = job_for(tone(tmp_path / "tone.wav"))
    loud = decoder.loudness((job,))
    assert loud.done
    assert len(loud.low) * loud.step == pytest.approx(3.0, abs=0.05)
    quarter = len(loud.high) // 4
    assert loud.high[:quarter].max() <= 1
    assert loud.high[-5:].max() > 110
    assert loud.low[-5:].min() < -110
    whole = np.frombuffer(decoder.sound((job,), 0.0, 3.0).data, np.int16).reshape(-1, 2)
    assert len(whole) == pytest.approx(3 * 48_000, abs=600)
    for at in (2.0, 1.2, 2.5):
        part = decoder.sound((job,), at, 0.25)
        values = np.frombuffer(part.data, np.int16).reshape(-1, 2)
        assert part.time == pytest.approx(at, abs=0.002)
        assert part.frames == 12_000
        begin = round(at * 48_000)
        assert np.abs(values[:, 0].astype(int) - whole[begin : begin + 12_000, 0]).mean() < 1500
    assert decoder.sound((job,), 10.0, 0.25).frames == 0


def test_channels_that_cancel_each_other_do_not_look_like_silence(decoder: PreviewDecoder, tmp_path: Path) -> None:
    with wave.open(str(tone(tmp_path / "tone.wav")), "rb") as file:
        values = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    looks = []
    for name, second in (("alike", values), ("mirrored", -values)):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(44_100)
            file.writeframes(np.stack([values, second], axis=1).astype("<i2").tobytes())
        looks.append(decoder.loudness((job_for(tmp_path / f"{name}.wav"),)).high)
    assert looks[0].max() > 110
    assert np.abs(looks[0].astype(int) - looks[1]).max() <= 3


def test_stretches_follow_on_without_a_seam(decoder: PreviewDecoder, tmp_path: Path) -> None:
    job = job_for(tone(tmp_path / "tone.wav"))
    parts = [decoder.sound((job,), 1.5 + 0.25 * step, 0.25) for step in range(4)]
    joined = np.concatenate([np.frombuffer(part.data, np.int16).reshape(-1, 2)[:, 0] for part in parts]).astype(int)
    assert np.abs(np.diff(joined)).max() < 2500  # a seam would be a click


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGSTOP")
def test_nobody_waits_for_what_nobody_wants(tmp_path: Path) -> None:
    decoder = PreviewDecoder()
    try:
        job = job_for(numbered(tmp_path / "film.mp4"))
        assert decoder.frame((job,), number=1).number == 1
        os.kill(held(decoder), signal.SIGSTOP)
        threading.Timer(0.2, decoder.interrupt).start()
        with pytest.raises(Superseded):
            decoder.frame((job,), number=40)
        assert decoder.frame((job,), number=5).number == 5
    finally:
        decoder.close()


def held(decoder: PreviewDecoder) -> int:
    """Process id of its child."""
    assert decoder._child is not None
    return decoder._child._process.pid or 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGSTOP")
def test_a_child_that_dies_costs_one_answer(tmp_path: Path) -> None:
    decoder = PreviewDecoder()
    try:
        job = job_for(numbered(tmp_path / "film.mp4"))
        assert decoder.frame((job,), number=1).number == 1
        child = held(decoder)
        os.kill(child, signal.SIGSTOP)  # it holds the question and does not answer
        threading.Timer(0.2, os.kill, (child, signal.SIGKILL)).start()
        with pytest.raises(CannotShow) as caught:
            decoder.frame((job,), number=2)
        assert caught.value.code == "decoder-crashed"
        assert decoder.frame((job,), number=2).number == 2
    finally:
        decoder.close()


def test_the_evidence_is_as_it_was(decoder: PreviewDecoder, tmp_path: Path) -> None:
    path = numbered(tmp_path / "film.mp4")
    os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    before, data = path.stat(), path.read_bytes()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    decoder.frame((job_for(path),), number=40)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_size, after.st_ino) == (before.st_mtime_ns, before.st_size, before.st_ino)
    assert path.read_bytes() == data


def message(fields: str, *blobs: bytes) -> bytes:
    text = fields.encode()
    return struct.pack("!I", len(text)) + text + b"".join(blobs)


PICTURE = (
    '{"t":"picture","serial":1,"shape":[%s],"size":[4,4],"number":0,"count":1,"kind":"picture","time":null,"end":null,'
    '"rate":null,"variable":false,"has_sound":false,"caution":"","blobs":[]}'
)


def test_only_answers_that_hold_together_are_believed() -> None:
    good = parse(message(PICTURE % "2,2,3"), 12)
    assert isinstance(good, PicturePlaced)
    peaks = parse(
        message('{"t":"peaks","serial":1,"step":0.1,"done":true,"caution":"","blobs":[2,2]}', b"ab", b"cd"), 1
    )
    assert isinstance(peaks, Heard)
    for wrong in (
        PICTURE % "2,3,3",  # larger than the segment
        PICTURE % "2,2,4",
        PICTURE % "-2,-2,3",
        PICTURE % "2.0,2,3",
        '{"t":"refused","serial":1,"state":"done?","code":"","reason":"x","blobs":[]}',
        '{"t":"refused","serial":1,"state":"failed","code":"","reason":"","blobs":[]}',
        '{"t":"sound","serial":1,"frames":4,"at":0,"blobs":[]}',
        '{"t":"beat","serial":1,"at":NaN,"blobs":[]}',
        '{"t":"other","blobs":[]}',
        '{"t":"ready","blobs":[1]}',
        "[]",
    ):
        with pytest.raises(Nonsense):
            parse(message(wrong), 12)


def test_an_answer_comes_soon(decoder: PreviewDecoder, tmp_path: Path) -> None:
    """Not a benchmark: an order of magnitude that a person does not notice."""
    Image.fromarray(photo(2000, 1500)).save(tmp_path / "photo.jpg", quality=90)
    job = job_for(tmp_path / "photo.jpg")
    decoder.warm_up()
    decoder.picture((job,), Treatment(blur=True))
    waits = []
    for _ in range(3):
        started = time.monotonic()
        decoder.picture((job,))
        waits.append(time.monotonic() - started)
    assert min(waits) < 1.0
