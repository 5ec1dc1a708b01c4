"""Kinds of pictures that the usual decoder does not read: they are read another way, or named, never called damaged."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pillow_heif import register_heif_opener

from core.decode import inside, motion, rarer
from core.records import SampleKind, State
from core.sentences import told
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome

Decode = Callable[..., Outcome]
register_heif_opener()
WIDTH, HEIGHT = 80, 60


def ramp() -> NDArray[np.float32]:
    """RGB, 0–1: red grows to the right, green downwards."""
    x, y = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    return np.dstack([x, y, np.full_like(x, 0.5)]).astype(np.float32)


def scaled(outcome: Outcome) -> str:
    assert outcome.decoded.facts is not None
    return str(outcome.decoded.facts.normal["scaled"])


def encoded(path: Path, codec: str, form: str, layout: str, values: NDArray[np.float32] | NDArray[np.uint8]) -> Path:
    """A picture written by FFmpeg's encoder."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, layout
    context.time_base = Fraction(1)
    frame = av.VideoFrame.from_ndarray(values, format=form).reformat(format=layout)
    path.write_bytes(b"".join(bytes(one) for one in [*context.encode(frame), *context.encode(None)]))
    return path


# ---------------------------------------------------------------------- more than eight bits


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_colour_of_floating_point_in_tiff(decode: Decode, tmp_path: Path, kind: type) -> None:
    """0–1 is taken as it is; the golden value is the arithmetic written out."""
    cv2.imwrite(str(tmp_path / "a.tif"), ramp()[..., ::-1].astype(kind))
    outcome = decode(tmp_path / "a.tif")
    assert outcome.decoded.state is State.DONE
    assert scaled(outcome) == "values 0 to 1 scaled to 8 bits"
    np.testing.assert_array_equal(outcome.pixels[0], np.rint(ramp().astype(np.float64) * 255).astype(np.uint8))


def test_light_is_cut_above_the_brightest_and_curved(decode: Decode, tmp_path: Path) -> None:
    values = ramp() * 2
    values[:2, :2] = 5000.0  # a lamp, which would leave all else black
    cv2.imwrite(str(tmp_path / "a.tif"), values[..., ::-1])
    outcome = decode(tmp_path / "a.tif")
    top = float(np.percentile(values, 99.5))
    expected = np.rint(np.clip(values.astype(np.float64) / top, 0, 1) ** (1 / 2.2) * 255)
    assert int(np.abs(outcome.pixels[0] - expected).max()) <= 1
    assert f"light 0 to {top:g} (of 0 to 5000)" in scaled(outcome)
    assert outcome.pixels[0][40, 40].min() > 100


def test_greys_of_floating_point_go_from_the_lowest_to_the_highest(decode: Decode, tmp_path: Path) -> None:
    grey = ramp()[..., 0] * 3
    Image.fromarray(grey).save(tmp_path / "a.tif")  # of 32 bits, which Pillow reads: it came out black before
    cv2.imwrite(str(tmp_path / "b.tif"), grey.astype(np.float64) - 1)
    for name in ("a.tif", "b.tif"):
        pixels = decode(tmp_path / name).pixels[0]
        assert (int(pixels.min()), int(pixels.max())) == (0, 255)
        assert abs(int(pixels[30, WIDTH // 2, 0]) - 129) <= 1


def test_greys_of_0_to_255_in_floating_point_stay_what_they_are(decode: Decode, tmp_path: Path) -> None:
    Image.fromarray(ramp()[..., 0] * 180 + 20).save(tmp_path / "a.tif")
    pixels = decode(tmp_path / "a.tif").pixels[0]
    assert (int(pixels.min()), int(pixels.max())) == (20, 200)


def test_pages_and_orientation_of_such_a_tiff(decode: Decode, tmp_path: Path) -> None:
    assert cv2.imwritemulti(str(tmp_path / "a.tif"), [ramp(), ramp()[:, ::-1], ramp() * 0])
    outcome = decode(tmp_path / "a.tif")
    assert [one.page for one in outcome.samples] == [0, 1, 2]
    assert {one.kind for one in outcome.samples} == {SampleKind.PAGE}
    np.testing.assert_array_equal(outcome.pixels[0], outcome.pixels[1][:, ::-1])
    few = decode(tmp_path / "a.tif", policy=SamplingPolicy(pages=2))
    assert len(few.samples) == 2
    assert few.decoded.facts is not None
    assert few.decoded.facts.normal["sampled"] == {"pages": 2, "of": 3}


@pytest.mark.parametrize(
    ("codec", "name"), [("exr", "a.exr"), ("hdr", "a.hdr"), ("pfm", "a.pfm"), ("pam", "a.pam"), ("dpx", "a.dpx")]
)
def test_formats_of_light_and_film(decode: Decode, tmp_path: Path, codec: str, name: str) -> None:
    light = codec in ("exr", "hdr", "pfm")
    if light:
        encoded(tmp_path / name, codec, "gbrpf32le", "gbrpf32le", ramp())
    else:
        encoded(tmp_path / name, codec, "rgb24", "rgb24", np.rint(ramp() * 255).astype(np.uint8))
    outcome = decode(tmp_path / name)
    assert outcome.decoded.state is State.DONE
    power = 1 / 2.2 if light else 1.0
    expected = np.rint(ramp().astype(np.float64) ** power * 255)
    away = np.abs(outcome.pixels[0].astype(int) - expected)
    assert away.max() <= (
        30 if codec == "hdr" else 2
    )  # RGBE shares one exponent: dark red beside bright green is coarse
    assert np.median(away) <= 1
    half = (tmp_path / name).read_bytes()
    (tmp_path / f"cut-{name}").write_bytes(half[: len(half) // 2])
    cut = decode(tmp_path / f"cut-{name}").decoded
    assert (cut.state, cut.code) in {(State.FAILED, "damaged"), (State.PARTIAL, "truncated")}


def test_photoshop_of_sixteen_bits(decode: Decode, tmp_path: Path) -> None:
    deep = np.rint(ramp() * 65535).astype(">u2")
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, HEIGHT, WIDTH, 16, 3) + bytes(12) + bytes(2)
    (tmp_path / "a.psd").write_bytes(head + deep.transpose(2, 0, 1).tobytes())
    outcome = decode(tmp_path / "a.psd")
    assert outcome.decoded.state is State.DONE
    assert int(np.abs(outcome.pixels[0] - np.rint(ramp() * 255)).max()) <= 1


def test_too_many_pixels_are_refused_here_too(decode: Decode, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.tif"), ramp())
    encoded(tmp_path / "a.exr", "exr", "gbrpf32le", "gbrpf32le", ramp())
    for name in ("a.tif", "a.exr"):
        decoded = decode(tmp_path / name, policy=SamplingPolicy(max_pixels=4000)).decoded
        assert (decoded.state, decoded.code) == (State.FAILED, "picture-bomb"), decoded


def test_a_tiff_that_nothing_reads_is_unsupported_and_not_damaged(decode: Decode, tmp_path: Path) -> None:
    """Complex numbers of 64 bits, whole: no library here shows them."""
    picture = bytes(8 * 16 * 16)
    tags = [(256, 16), (257, 16), (258, 64), (259, 1), (262, 1), (273, 8), (277, 1), (278, 16), (279, 2048), (339, 6)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, v) for tag, v in tags)
    data = b"II*\0" + struct.pack("<I", 8 + len(picture)) + picture + directory + bytes(4)
    (tmp_path / "a.tif").write_bytes(data)
    decoded = decode(tmp_path / "a.tif").decoded
    assert (decoded.state, decoded.code) == (State.UNSUPPORTED, "format-unsupported")
    assert "1 channels of 64 bits" in decoded.reason
    assert told(decoded.reason, "de").known


@pytest.mark.parametrize(("change", "kind"), [({4: 12}, "12 bits"), ({1: 0xC3}, "lossless")])
def test_a_jpeg_of_another_kind_is_named(decode: Decode, tmp_path: Path, change: dict[int, int], kind: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.rint(ramp() * 255).astype(np.uint8)).save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    at = data.find(b"\xff\xc0")
    for offset, value in change.items():
        data[at + offset] = value
    (tmp_path / "a.jpg").write_bytes(data)
    decoded = decode(tmp_path / "a.jpg").decoded
    assert (decoded.state, decoded.code) == (State.UNSUPPORTED, "format-unsupported")
    assert kind in decoded.reason


# ---------------------------------------------------------------------- pictures inside files


def jpeg(width: int, height: int, seed: int = 1) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((width, height)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def raw_file(preview: bytes, orientation: int = 6) -> bytes:
    """As Nikon and others write it: a thumbnail first, of 160 × 120 pixels, and a preview behind it."""
    thumb = bytes([90]) * (160 * 120 * 3)
    bits = 8 + 2 + 12 * 12 + 4
    make, first = bits + 8, bits + 24
    tags = [(254, 1), (256, 160), (257, 120), (258, bits), (259, 1), (262, 2), (271, make), (273, first)]
    tags += [(274, orientation), (277, 3), (278, 120), (279, len(thumb))]
    kinds = {271: (2, 10), 258: (3, 3), 259: (3, 1), 262: (3, 1), 274: (3, 1), 277: (3, 1)}
    rows = b"".join(struct.pack("<HHII", tag, *kinds.get(tag, (4, 1)), value) for tag, value in tags)
    directory = struct.pack("<H", len(tags)) + rows + bytes(4)
    return (
        b"II*\0\x08\0\0\0"
        + directory
        + struct.pack("<4H", 8, 8, 8, 0)
        + b"Camera Co\0".ljust(16, b"\0")
        + thumb
        + preview
    )


def test_of_a_cameras_raw_file_the_largest_preview_is_looked_at(decode: Decode, tmp_path: Path) -> None:
    preview = jpeg(480, 320)
    (tmp_path / "a.nef").write_bytes(raw_file(b"\xff\xd8\xff\xc3" + bytes(40) + jpeg(64, 48) + preview + bytes(100)))
    outcome = decode(tmp_path / "a.nef")
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "preview-only")
    upright = np.rot90(np.asarray(Image.open(io.BytesIO(preview)).convert("RGB")), -1)
    np.testing.assert_array_equal(outcome.pixels[0], upright)
    facts = outcome.decoded.facts
    assert facts is not None
    assert facts.camera == "Camera Co"
    assert facts.orientation == 6


def test_a_thumbnail_is_better_than_nothing(decode: Decode, tmp_path: Path) -> None:
    (tmp_path / "a.nef").write_bytes(raw_file(b"", 1))
    outcome = decode(tmp_path / "a.nef")
    assert outcome.decoded.code == "preview-only"
    assert outcome.pixels[0].shape == (120, 160, 3)


def test_an_ordinary_tiff_is_no_raw_file(decode: Decode, tmp_path: Path) -> None:
    Image.fromarray(np.rint(ramp() * 255).astype(np.uint8)).save(tmp_path / "a.tif", compression="jpeg")
    assert decode(tmp_path / "a.tif").decoded.state is State.DONE
    assert not inside.is_reduced((tmp_path / "a.tif").read_bytes())


def film(seconds: int = 2) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as box:
        stream = box.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(seconds * 10):
            picture = np.full((64, 96, 3), (number * 12) % 256, np.uint8)
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        box.mux(stream.encode(None))
    return buffer.getvalue()


@pytest.mark.parametrize("between", [b"", b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"], ids=["pixel", "galaxy"])
def test_the_film_behind_a_picture_is_looked_at(decode: Decode, tmp_path: Path, between: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg(160, 120) + between + film() + b"SEFT")
    outcome = decode(tmp_path / "a.jpg")
    assert outcome.decoded.state is State.DONE
    first, *frames = outcome.samples
    assert (first.kind, first.time) == (SampleKind.IMAGE, None)
    assert frames
    assert {one.kind for one in frames} == {SampleKind.FRAME}
    assert all(one.frame is not None and one.frame >= 1 for one in frames)  # 0 is the picture itself
    assert frames[0].media_size == (96, 64)
    assert "motion-photo" in {one.code for one in outcome.decoded.problems}
    facts = outcome.decoded.facts
    assert facts is not None
    assert (facts.width, facts.height) == (160, 120)
    assert facts.normal["film"]["seconds"] == pytest.approx(2.0, abs=0.11)
    assert outcome.decoded.fingerprint is not None


def test_a_film_that_is_cut_off_makes_the_picture_partial(decode: Decode, tmp_path: Path) -> None:
    whole = film()
    (tmp_path / "a.jpg").write_bytes(jpeg(160, 120) + whole[: len(whole) // 2])  # the index is at its end
    decoded = decode(tmp_path / "a.jpg").decoded
    assert (decoded.state, decoded.code, decoded.samples) == (State.PARTIAL, "film-inside", 1)
    assert told(decoded.reason, "de").known


def test_the_film_in_a_box_of_heic(decode: Decode, tmp_path: Path) -> None:
    Image.fromarray(np.rint(ramp() * 255).astype(np.uint8)).save(tmp_path / "a.heic")
    moving = film()
    with (tmp_path / "a.heic").open("ab") as file:
        file.write(struct.pack(">I", len(moving) + 8) + b"mpvd" + moving)
    outcome = decode(tmp_path / "a.heic")
    assert outcome.decoded.state is State.DONE
    assert [one.kind for one in outcome.samples][:2] == [SampleKind.IMAGE, SampleKind.FRAME]


def test_letters_that_look_like_a_film_are_none() -> None:
    assert motion.film_inside(jpeg(64, 48) + b"\0\0\0\x18ftypisom" + bytes(200), "image/jpeg") is None
    assert motion.film_inside(film(), "image/png") is None


def test_values_that_mean_nothing_do_not_hide_the_others() -> None:
    grey = ramp()[..., 0].astype(np.float64) * 7 - 2
    grey[3, 3], grey[4, 4] = -6e181, np.nan
    pixels, said = rarer.toned(grey, light=False)
    assert int(pixels[30, 60, 0]) - int(pixels[30, 20, 0]) > 100
    assert said.startswith("values -")
