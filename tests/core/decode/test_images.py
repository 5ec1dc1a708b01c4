"""Pictures come out upright, opaque, in RGB and exactly as Pillow decodes them; damaged ones say so."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps, PngImagePlugin
from pillow_heif import register_heif_opener

from core.records import MediaKind, SampleKind, State
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome, photo

Decode = Callable[..., Outcome]
register_heif_opener()


def expected(path: Path) -> np.ndarray[Any, Any]:
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("plain.jpg", "RGB", {"quality": 90}),
        ("fine.jpg", "RGB", {"quality": 95, "subsampling": 0}),
        ("half.jpg", "RGB", {"quality": 80, "subsampling": 1}),
        ("progressive.jpg", "RGB", {"progressive": True}),
        ("grey.jpg", "L", {}),
        ("cmyk.jpg", "CMYK", {}),
        ("plain.png", "RGB", {}),
        ("palette.png", "P", {}),
        ("bilevel.png", "1", {}),
        ("plain.webp", "RGB", {"lossless": True}),
        ("plain.avif", "RGB", {}),
        ("plain.heic", "RGB", {}),
        ("plain.tif", "RGB", {"compression": "tiff_lzw"}),
        ("ycc.tif", "YCbCr", {"compression": "jpeg"}),
        ("cmyk.tif", "CMYK", {}),
        ("plain.bmp", "RGB", {}),
        ("plain.gif", "P", {}),
        ("plain.jp2", "RGB", {}),
        ("plain.ppm", "RGB", {}),
        ("plain.tga", "RGB", {}),
    ],
)
def test_pixels_are_those_of_pillow(
    decode: Decode, tmp_path: Path, name: str, mode: str, options: dict[str, Any]
) -> None:
    path = tmp_path / name
    Image.fromarray(photo(97, 61)).convert(mode).save(path, **options)
    outcome = decode(path)
    assert (outcome.decoded.state, outcome.decoded.reason) == (State.DONE, "")
    assert np.array_equal(outcome.pixels[0], expected(path))
    assert outcome.decoded.decodes == 1, "one decode serves the sample and the thumbnail"
    assert outcome.samples[0].kind is SampleKind.IMAGE
    assert outcome.samples[0].media_size == (97, 61)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["jpg", "png", "webp", "tif", "avif", "heic", "jpg-grey"])
def test_every_orientation_comes_out_upright(decode: Decode, tmp_path: Path, form: str, orientation: int) -> None:
    """The upright picture is turned as a camera held that way would have stored it, and must come back as it was."""
    upright = Image.fromarray(photo(48, 32))
    turned = upright
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes each EXIF orientation
    if orientation in inverse:
        turned = upright.transpose(Image.Transpose(inverse[orientation]))
    path = tmp_path / f"turned.{form.split('-')[0]}"
    options: dict[str, Any] = {"lossless": True} if form == "webp" else {}
    if form == "jpg-grey":
        turned = turned.convert("L")
    turned.save(path, exif=exif(orientation), **options)
    outcome = decode(path)
    decoded = outcome.decoded
    assert decoded.facts is not None
    assert (decoded.facts.width, decoded.facts.height) == (48, 32)
    assert outcome.pixels[0].shape == (32, 48, 3)
    assert np.array_equal(outcome.pixels[0], expected(path))
    corner, opposite = outcome.pixels[0][:6, :10].mean(), outcome.pixels[0][-6:, :10].mean()
    assert corner > opposite, "the bright corner is at the top left"
    if form not in {"avif", "heic"} or orientation != 1:
        assert decoded.facts.orientation == orientation


def test_transparency_is_shown_on_white(decode: Decode, tmp_path: Path) -> None:
    rgba = np.dstack([photo(8, 4), np.tile(np.array([0, 255], np.uint8), (4, 4))])
    Image.fromarray(rgba).save(tmp_path / "a.png")
    pixels = decode(tmp_path / "a.png").pixels[0]
    assert (pixels[:, ::2] == 255).all()
    assert np.array_equal(pixels[:, 1::2], rgba[:, 1::2, :3])


def test_what_is_hidden_by_full_transparency_is_looked_at(decode: Decode, tmp_path: Path) -> None:
    rgba = np.dstack([photo(8, 4), np.zeros((4, 8), np.uint8)])
    Image.fromarray(rgba).save(tmp_path / "a.png")
    outcome = decode(tmp_path / "a.png")
    assert np.array_equal(outcome.pixels[0], rgba[..., :3])
    assert outcome.decoded.facts is not None
    assert "transparent" in outcome.decoded.facts.normal["alpha"]


@pytest.mark.parametrize("top", [4095, 65535])
def test_sixteen_bits_are_scaled_and_not_clipped(decode: Decode, tmp_path: Path, top: int) -> None:
    values = np.linspace(0, top, 256).astype(np.uint16).reshape(16, 16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    outcome = decode(tmp_path / "deep.png")
    assert np.array_equal(outcome.pixels[0][..., 0].ravel(), np.rint(values.ravel() * (255 / top)).astype(np.uint8))
    assert outcome.decoded.facts is not None
    assert f"0 to {top}" in outcome.decoded.facts.normal["scaled"]


def test_floating_point_greys(decode: Decode, tmp_path: Path) -> None:
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    values[0, 0] = np.nan
    Image.fromarray(values).save(tmp_path / "float.tif")
    pixels = decode(tmp_path / "float.tif").pixels[0]
    assert (int(pixels[-1, -1, 0]), int(pixels[0, 0, 0])) == (255, 0)


def test_animation_is_sampled_evenly_with_times(decode: Decode, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 10), (number * 10, 0, 200 - number * 10)) for number in range(20)]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    outcome = decode(path, policy=SamplingPolicy(animation_frames=5))
    assert [sample.frame for sample in outcome.samples] == [0, 5, 10, 14, 19]
    assert [sample.time for sample in outcome.samples] == [0.0, 0.5, 1.0, 1.4, 1.9]
    assert {sample.kind for sample in outcome.samples} == {SampleKind.FRAME}
    facts = outcome.decoded.facts
    assert facts is not None
    assert (facts.frames, facts.duration, facts.normal["sampled"]) == (20, 2.0, {"frames": 5, "of": 20})
    assert outcome.decoded.storyboard is not None
    assert [int(pixels[0, 0, 0]) for pixels in outcome.pixels] == pytest.approx([0, 50, 100, 140, 190], abs=12)


@pytest.mark.parametrize("form", ["png", "webp"])
def test_other_animations(decode: Decode, tmp_path: Path, form: str) -> None:
    frames = [Image.fromarray(photo(20, 10, number)) for number in range(3)]
    path = tmp_path / f"moving.{form}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=250, lossless=True)
    outcome = decode(path)
    assert [sample.time for sample in outcome.samples] == [0.0, 0.25, 0.5]
    assert all(np.array_equal(found, np.asarray(frame)) for found, frame in zip(outcome.pixels, frames, strict=True))


def test_pages_of_a_document(decode: Decode, tmp_path: Path) -> None:
    pages = [Image.fromarray(photo(30, 40, number)) for number in range(5)]
    path = tmp_path / "fax.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    outcome = decode(path, policy=SamplingPolicy(pages=3))
    assert [(sample.page, sample.kind) for sample in outcome.samples] == [(page, SampleKind.PAGE) for page in range(3)]
    assert outcome.decoded.facts is not None
    assert outcome.decoded.facts.normal["sampled"] == {"pages": 3, "of": 5}
    assert all(np.array_equal(found, np.asarray(page)) for found, page in zip(outcome.pixels, pages, strict=False))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
def test_odd_sizes(decode: Decode, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "odd.png"
    Image.fromarray(photo(*size)).save(path)
    outcome = decode(path)
    assert outcome.decoded.state is State.DONE
    assert outcome.decoded.thumbnail is not None
    assert np.array_equal(outcome.pixels[0], photo(*size))


def test_larger_pictures_are_reduced_and_it_is_said(decode: Decode, tmp_path: Path) -> None:
    for name in ("big.jpg", "big.png"):
        Image.fromarray(photo(800, 600)).save(tmp_path / name, exif=exif(6))
        outcome = decode(tmp_path / name, policy=SamplingPolicy(sample_pixels=100_000))
        height, width = outcome.pixels[0].shape[:2]
        assert 90_000 < height * width <= 100_000
        assert outcome.samples[0].media_size == (600, 800)
        assert outcome.decoded.facts is not None
        assert (outcome.decoded.facts.width, outcome.decoded.facts.height) == (600, 800)
        assert outcome.decoded.facts.normal["reduced"] == {"from": [600, 800], "to": [width, height]}
        small = np.asarray(Image.fromarray(expected(tmp_path / name)).resize((width, height), Image.Resampling.BOX))
        assert np.abs(outcome.pixels[0].astype(int) - small).mean() < 4


def test_a_bomb_is_refused_by_its_numbers(decode: Decode, tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack("!IIBBBBB", 50_000, 40_000, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + body)
    decoded = decode(tmp_path / "bomb.png").decoded
    assert (decoded.state, decoded.code) == (State.FAILED, "picture-bomb")
    assert "2000000000" in decoded.reason
    assert "250 million" in decoded.reason
    Image.fromarray(photo(40, 30)).save(tmp_path / "small.png")
    decoded = decode(tmp_path / "small.png", policy=SamplingPolicy(max_pixels=1000)).decoded
    assert (decoded.state, decoded.code, decoded.samples) == (State.FAILED, "picture-bomb", 0)


def test_texts_that_explode_do_not_hide_the_picture(decode: Decode, tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("comment", "x" * 5_000_000, zip=True)
    Image.fromarray(photo(30, 20)).save(tmp_path / "text.png", pnginfo=texts)
    outcome = decode(tmp_path / "text.png")
    assert outcome.decoded.state is State.DONE
    assert [problem.code for problem in outcome.decoded.problems] == ["texts-too-large"]
    assert np.array_equal(outcome.pixels[0], photo(30, 20))


@pytest.mark.parametrize("form", ["jpg", "png", "gif", "bmp"])
def test_a_truncated_picture_gives_what_is_left(decode: Decode, tmp_path: Path, form: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(photo(300, 200)).save(buffer, {"jpg": "JPEG"}.get(form, form))
    path = tmp_path / f"cut.{form}"
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    outcome = decode(path)
    assert (outcome.decoded.state, outcome.decoded.code) == (State.PARTIAL, "truncated")
    assert "only a part" in outcome.decoded.reason
    assert outcome.pixels[0].std() > 10
    assert outcome.decoded.thumbnail is not None


def test_nothing_left_is_a_failure_and_not_a_black_picture(decode: Decode, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(photo(300, 200)).save(buffer, "PNG")
    (tmp_path / "cut.png").write_bytes(buffer.getvalue()[:60])
    (tmp_path / "junk.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4)
    (tmp_path / "empty.jpg").write_bytes(b"")
    for name, code in (("cut.png", "damaged"), ("junk.jpg", "damaged"), ("empty.jpg", "empty")):
        decoded = decode(tmp_path / name).decoded
        assert (decoded.state, decoded.samples, decoded.code) == (State.FAILED, 0, code), name
        assert decoded.reason


def test_a_spoilt_jpeg_is_partial_though_pillow_is_content(decode: Decode, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(photo(300, 200)).save(buffer, "JPEG", quality=90)
    data = bytearray(buffer.getvalue())
    middle = len(data) // 2
    data[middle : middle + 2] = b"\xff\xd9"  # end of picture, much too early
    (tmp_path / "spoilt.jpg").write_bytes(data)
    decoded = decode(tmp_path / "spoilt.jpg").decoded
    assert decoded.state is State.PARTIAL
    assert decoded.samples == 1


def test_metadata_and_thumbnail_alone(decode: Decode, tmp_path: Path) -> None:
    Image.fromarray(photo(900, 600)).save(tmp_path / "a.jpg", exif=exif(8))
    outcome = decode(tmp_path / "a.jpg", wanted=frozenset())
    assert (outcome.decoded.state, outcome.samples) == (State.DONE, [])
    assert outcome.decoded.facts is not None
    assert (outcome.decoded.facts.width, outcome.decoded.facts.height) == (600, 900)
    assert outcome.decoded.thumbnail is not None
    with Image.open(io.BytesIO(outcome.decoded.thumbnail)) as thumbnail:
        assert thumbnail.size == (171, 256)


def test_what_is_no_medium_is_unsupported(decode: Decode, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello")
    assert decode(tmp_path / "a.txt").decoded.state is State.UNSUPPORTED
    (tmp_path / "a.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    decoded = decode(tmp_path / "a.svg", kind=MediaKind.IMAGE, mime="image/svg+xml").decoded
    assert (decoded.state, decoded.code) == (State.UNSUPPORTED, "format-unsupported")
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")
    decoded = decode(tmp_path / "a.eps", kind=MediaKind.IMAGE, mime="image/x-eps").decoded
    assert decoded.state is State.UNSUPPORTED, "PostScript is a program and is never run"


def test_orientations_of_real_pictures(decode: Decode, shared_data: Path) -> None:
    """Orientation 1 to 8 of the same scene (a number is painted in the middle) look the same at their borders."""
    first = decode(shared_data / "exif" / "landscape_1.jpg").pixels[0].astype(int)
    for number in range(2, 9):
        path = shared_data / "exif" / f"landscape_{number}.jpg"
        pixels = decode(path).pixels[0]
        assert np.array_equal(pixels, expected(path))
        small, wanted = (one[:100].reshape(10, 10, 60, 10, 3).mean(axis=(1, 3)).ravel() for one in (pixels, first))
        assert np.corrcoef(small, wanted)[0, 1] > 0.98
