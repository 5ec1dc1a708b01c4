"""Type by content: whatever Pillow or FFmpeg could open is seen as picture, video or sound; a name may lie."""

from __future__ import annotations

import io
import os
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.evidence.claims import CLAIMS
from core.evidence.signatures import AT_START, ELSEWHERE
from core.evidence.sniff import EMPTY, UNKNOWN, kind_of, mismatch, sniff
from core.records import MediaKind


def typed(data: bytes) -> tuple[str, str]:
    return sniff(data[:4096], data[-128:], len(data))


@pytest.mark.parametrize(
    ("format", "mode", "mime"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
        ("GIF", "P", "image/gif"),
        ("BMP", "RGB", "image/bmp"),
        ("WEBP", "RGB", "image/webp"),
        ("AVIF", "RGB", "image/avif"),
        ("TIFF", "RGB", "image/tiff"),
        ("JPEG2000", "RGB", "image/jp2"),
        ("ICO", "RGBA", "image/x-icon"),
        ("ICNS", "RGBA", "image/x-icns"),
        ("PCX", "RGB", "image/x-pcx"),
        ("PPM", "RGB", "image/x-portable-anymap"),
        ("PPM", "1", "image/x-portable-anymap"),
        ("SGI", "RGB", "image/x-sgi"),
        ("TGA", "RGB", "image/x-tga"),
        ("TGA", "P", "image/x-tga"),
        ("DDS", "RGBA", "image/vnd-ms.dds"),
        ("QOI", "RGB", "image/qoi"),
        ("XBM", "1", "image/x-xbitmap"),
        ("MSP", "1", "image/x-msp"),
        ("BLP", "P", "image/x-blp"),
        ("EPS", "RGB", "application/postscript"),
        ("PDF", "RGB", "application/pdf"),
    ],
)
def test_pictures_that_pillow_writes(format: str, mode: str, mime: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").convert(mode).save(out, format)
    kind = "other" if mime.startswith("application/") else "image"
    assert typed(out.getvalue()) == (mime, kind)
    assert typed(out.getvalue()[: len(out.getvalue()) // 2])[1] == kind, "cut in half it is still one"


def test_animated_png_and_heif() -> None:
    import pillow_heif

    frames = [Image.new("RGB", (32, 32), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert typed(out.getvalue()) == ("image/apng", "image")
    out = io.BytesIO()
    pillow_heif.from_pillow(frames[0]).save(out)
    assert typed(out.getvalue()) == ("image/heic", "image")


@pytest.mark.parametrize(
    ("container", "video", "audio", "mime", "kind"),
    [
        ("mp4", "mpeg4", None, "video/mp4", "video"),
        ("mov", "mpeg4", None, "video/quicktime", "video"),
        ("3gp", "mpeg4", None, "video/3gpp", "video"),
        ("avi", "mpeg4", None, "video/x-msvideo", "video"),
        ("matroska", "mpeg4", None, "video/x-matroska", "video"),
        ("webm", "libvpx", None, "video/webm", "video"),
        ("mpegts", "mpeg2video", None, "video/mp2t", "video"),
        ("mpeg", "mpeg1video", None, "video/mpeg", "video"),
        ("mpeg2video", "mpeg2video", None, "video/mpeg", "video"),
        ("flv", "flv1", None, "video/x-flv", "video"),
        ("asf", "wmv2", None, "video/x-ms-asf", "video"),
        ("ivf", "libvpx", None, "video/x-ivf", "video"),
        ("nut", "mpeg4", None, "video/x-nut", "video"),
        ("yuv4mpegpipe", "rawvideo", None, "video/x-yuv4mpeg", "video"),
        ("h264", "libx264", None, "video/h264", "video"),
        ("wav", None, "pcm_s16le", "audio/wav", "audio"),
        ("aiff", None, "pcm_s16be", "audio/aiff", "audio"),
        ("flac", None, "flac", "audio/flac", "audio"),
        ("mp3", None, "libmp3lame", "audio/mpeg", "audio"),
        ("mp2", None, "mp2", "audio/mpeg", "audio"),
        ("adts", None, "aac", "audio/aac", "audio"),
        ("ac3", None, "ac3", "audio/ac3", "audio"),
        ("eac3", None, "eac3", "audio/ac3", "audio"),
        ("ipod", None, "aac", "audio/mp4", "audio"),
        ("ogg", None, "flac", "audio/ogg", "audio"),
        ("opus", None, "libopus", "audio/opus", "audio"),
        ("caf", None, "pcm_s16le", "audio/x-caf", "audio"),
        ("au", None, "pcm_s16be", "audio/basic", "audio"),
        ("w64", None, "pcm_s16le", "audio/x-w64", "audio"),
        ("wv", None, "wavpack", "audio/x-wavpack", "audio"),
        ("tta", None, "tta", "audio/x-tta", "audio"),
        ("voc", None, "pcm_u8", "audio/x-voc", "audio"),
        ("matroska", None, "flac", "audio/x-matroska", "audio"),
    ],
)
def test_media_that_ffmpeg_writes(container: str, video: str | None, audio: str | None, mime: str, kind: str) -> None:
    try:
        data = _muxed(container, video, audio)
    except (ValueError, av.FFmpegError) as error:  # this build of FFmpeg cannot write it
        pytest.skip(f"no {container} with {video or audio}: {error}")
    assert typed(data) == (mime, kind)


def _muxed(container: str, video: str | None, audio: str | None) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as muxer:
        if video:
            stream = muxer.add_stream(video, rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            for number in range(12):
                picture = np.full((64, 64, 3), number * 20, np.uint8)
                muxer.mux(stream.encode(av.VideoFrame.from_ndarray(picture).reformat(format="yuv420p")))
        else:
            assert audio
            stream = muxer.add_stream(audio, rate=48000, layout="mono")
            rng = np.random.default_rng(1)
            for number in range(20):
                values = (rng.standard_normal((1, 1024)) * 2000).astype(np.int16)
                frame = av.AudioFrame.from_ndarray(values, format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = 48000, number * 1024, Fraction(1, 48000)
                muxer.mux(stream.encode(frame))
        muxer.mux(stream.encode(None))
    return out.getvalue()


def _tiff(tag: int) -> bytes:
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 1, tag, 1, 4, 0) + bytes(4)


@pytest.mark.parametrize(
    ("data", "mime", "kind"),
    [
        (b"", EMPTY, "other"),
        (bytes(5000), UNKNOWN, "other"),
        (b"Hello\nworld", "text/plain", "other"),
        ("Grüße".encode() * 900, "text/plain", "other"),
        ("Grüße aus Köln".encode("latin-1"), "text/plain", "other"),
        ("Grüße".encode("utf-16"), "text/plain", "other"),
        (b"\n<!DOCTYPE html><p>", "text/html", "other"),
        (b"<?xml version='1.0'?><a/>", "text/xml", "other"),
        (b"<?xml version='1.0'?><svg>", "image/svg+xml", "image"),
        (b"MAC address of the router", "text/plain", "other"),
        (b"BMW and BM are two things", "text/plain", "other"),
        (b"ID3v2 is a tag", "text/plain", "other"),
        (b"\x00\x05\x16\x07\x00\x02\x00\x00" + bytes(90), "application/x-appledouble", "other"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "image/x-canon-cr2", "image"),
        (_tiff(0xC612), "image/x-adobe-dng", "image"),
        (_tiff(0x0100), "image/tiff", "image"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "image/x-canon-cr3", "image"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avifmiafMA1B", "image/avif", "image"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heic", "image"),
        (b"\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00M4A ", "audio/mp4", "audio"),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "video/quicktime", "video"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2", "image"),
        (b"\xff\x4f\xff\x51\x00\x29", "image/x-jp2-codestream", "image"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl", "image"),
        (b"junk\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", "image"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(99), "audio/mpeg", "audio"),
        (b"#!AMR\n\x3c", "audio/amr", "audio"),
        (b"Image type: RGB image\r\nImage size (x*y): 64*48\r\n", "image/x-im", "image"),
        (b"MThd\x00\x00\x00\x06", "audio/midi", "other"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg", "video"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(20) + b"word/document.xml", "", "other"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", "application/epub+zip", "other"),
        (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar", "other"),
        (b"SQLite format 3\x00", "application/vnd.sqlite3", "other"),
        (b"MZ\x90\x00" + bytes(90), "application/vnd.microsoft.portable-executable", "other"),
        (bytes(257) + b"ustar\x00", "application/x-tar", "other"),
    ],
)
def test_by_their_bytes(data: bytes, mime: str, kind: str) -> None:
    found = typed(data)
    assert found[1] == kind
    assert not mime or found[0] == mime


def test_an_office_document() -> None:
    data = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(20) + b"xl/workbook.xml"
    assert typed(data)[0].endswith("spreadsheetml.sheet")


@given(
    st.binary(max_size=600), st.sampled_from([magic for magic, _ in AT_START] + [b"RIFF", b"OggS", b"\x1aE\xdf\xa3"])
)
def test_hostile_bytes_raise_nothing(rest: bytes, start: bytes) -> None:
    for data in (
        rest,
        start + rest,
        start[:3] + rest,
        b"\x00\x00\x00\x18ftyp" + rest,
        b"\x30&\xb2u\x8ef\xcf\x11" + rest,
    ):
        mime, kind = typed(data)
        assert mime
        assert MediaKind(kind) == kind_of(mime)


def test_the_tables_hold_together() -> None:
    mimes = [mime for _, mime in AT_START] + [mime for _, _, mime in ELSEWHERE]
    assert len({magic for magic, _ in AT_START}) == len(AT_START)
    assert all(mime.count("/") == 1 for mime in mimes)
    assert all(extension == extension.lower() for extension in CLAIMS)


@pytest.mark.parametrize(
    ("name", "mime", "claim"),
    [
        ("a.jpg", "image/jpeg", None),
        ("a.JPEG", "image/jpeg", None),
        ("a.txt", "image/jpeg", "text/plain"),
        ("a.jpg", "application/zip", "image/jpeg"),
        ("a.jpg", UNKNOWN, "image/jpeg"),
        ("a.jpg", EMPTY, None),
        ("a.mov", "video/mp4", None),
        ("a.m4a", "video/mp4", None),
        ("a.mp4", "image/jpeg", "video/mp4"),
        ("a.nef", "image/tiff", None),
        ("a.docx", "application/zip", None),
        ("a", "image/jpeg", None),
        ("a.unheard-of", "image/jpeg", None),
        ("x.jpg/a.bin", "image/png", None),
    ],
)
def test_mismatch(name: str, mime: str, claim: str | None) -> None:
    assert mismatch(name, mime) == claim


KINDS = {
    "image": "exif faces image_formats logos malformed_images neardup ocr restraint_objects",
    "video": "faces_video malformed_av neardup_video video",
    "audio": "speech",
    "other": "containers ground_truth weights",
}
# An empty file, and 19 characters of text that only the name calls a picture.
NOT_WHAT_THE_FOLDER_SAYS = {"zero_byte.jpg", "negative_size.ppm"}


def test_real_files_have_the_kind_of_their_folder(shared_data: Path) -> None:
    wrong = []
    for kind, folders in KINDS.items():
        for folder in folders.split():
            for path in (shared_data / folder).rglob("*"):
                if path.is_file() and path.name not in NOT_WHAT_THE_FOLDER_SAYS:
                    found = typed(path.read_bytes())
                    if found[1] != kind:
                        wrong.append((os.fspath(path.relative_to(shared_data)), found))
    assert wrong == []
