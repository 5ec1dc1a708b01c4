"""What a file is, told by its bytes and never by its name; and whether its name says something else.

A small table of our own rather than a library: it decides what is looked at, must be safe on hostile bytes, must not
change under us between two runs, and costs a few microseconds. Imports nothing heavy.
"""

from __future__ import annotations

import re
from collections import defaultdict

from core.evidence import containers
from core.evidence.claims import CLAIMS
from core.evidence.naming import extension
from core.evidence.signatures import AT_START, ELSEWHERE, NOT_MEDIA, OTHER_FAMILY

__all__ = ["EMPTY", "UNKNOWN", "kind_of", "mismatch", "sniff"]

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")  # bytes that do not occur in text
_BY_TWO: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
for _magic, _mime in sorted(AT_START, key=lambda entry: -len(entry[0])):
    _BY_TWO[_magic[:2]].append((_magic, _mime))


def sniff(head: bytes, tail: bytes = b"", size: int | None = None) -> tuple[str, str]:
    """(MIME type, kind) of a file with these first bytes (4 KB are enough) and last bytes; kind is the value of a
    `MediaKind`: image, video, audio, other.

    Broken media keep the kind that their header announces: that nothing can be decoded is for the decoder to say. What
    is a sound or a video in a container that holds both is decided by the decoder in the end; here a doubt is "video".
    """
    mime = _mime_of(head, tail, len(head) if size is None else size)
    return mime, kind_of(mime)


def kind_of(mime: str) -> str:
    """The value of the `MediaKind` that a MIME type belongs to."""
    family = OTHER_FAMILY.get(mime) or mime.partition("/")[0]
    return family if family in {"image", "video", "audio"} and mime not in NOT_MEDIA else "other"


def mismatch(path: str, mime: str) -> str | None:
    """What the extension claims the file to be (a MIME type) when the bytes say otherwise, else None.

    No extension, an unknown one and an empty file claim nothing.
    """
    accepted = CLAIMS.get(extension(path))
    if accepted is None or mime == EMPTY or mime in accepted:
        return None
    return accepted[0]


def _mime_of(head: bytes, tail: bytes, size: int) -> str:
    if not head:
        return EMPTY
    return (
        _by_start(head)
        or _by_structure(head, size)
        or _by_offset(head)
        or containers.bitmap(head, size)
        or _by_trace(head, tail)
        or _text(head)
        or containers.mpeg_sound(head)
        or containers.transport_stream(head)
        or UNKNOWN
    )


def _by_structure(head: bytes, size: int) -> str | None:
    start = head[:4]
    if start == b"\x89PNG":
        return "image/apng" if b"acTL" in head.partition(b"IDAT")[0] else "image/png"
    if start == b"\x1a\x45\xdf\xa3":
        return containers.matroska(head)
    if start == b"OggS":
        return containers.ogg(head)
    if start == b"PK\x03\x04":
        return _zip(head)
    if start == b"\x30\x26\xb2\x75" and head[4:8] == b"\x8e\x66\xcf\x11":
        return containers.asf(head)
    if start[:2] == b"MZ" and size >= 64 and _CONTROLS.search(head[:512]):
        return "application/vnd.microsoft.portable-executable"
    if containers.riff_like(head):
        return containers.riff(head)
    return containers.tiff(head) or containers.iso_media(head)


def _by_start(head: bytes) -> str | None:
    for magic, mime in _BY_TWO.get(head[:2], ()):
        if head.startswith(magic):
            # Four letters can begin a text just as well.
            weak = len(magic) <= 4 and magic.strip(b" +").isalnum()
            if not (weak and not _CONTROLS.search(head[:512])):
                return mime
    return None


def _by_offset(head: bytes) -> str | None:
    for offset, magic, mime in ELSEWHERE:
        if head.startswith(magic, offset):
            return mime
    return None


def _by_trace(head: bytes, tail: bytes) -> str | None:
    """Formats that show themselves a little further in, or at the end."""
    if tail.endswith(b"TRUEVISION-XFILE.\x00"):
        return "image/x-tga"
    if head[:2] == b"\xff\x0a" and len(head) > 16 and b"\x00" in head:
        return "image/jxl"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if b"Image type:" in head[:128]:
        return "image/x-im"
    if b"#define" in head[:256] and re.search(rb"#define\s+\S+_width\s+\d", head[:512]):
        return "image/x-xbitmap"
    # A picture behind a few bytes of rubbish, as some phones and many broken downloads have it.
    at = head.find(b"\xff\xd8\xff", 0, 64)
    return "image/jpeg" if at > 0 and head[at + 3 : at + 4] in {b"\xe0", b"\xe1", b"\xdb", b"\xee"} else None


_ODF = re.compile(rb"mimetype(application/[\w.+-]+)")
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _zip(head: bytes) -> str:
    """ZIP, or what is built on it, by the names of its first members."""
    stated = _ODF.search(head, 30, 160)
    if stated:
        return stated[1].decode("ascii")
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        return next((mime for part, mime in _OFFICE.items() if part in head), "application/zip")
    if b"AndroidManifest.xml" in head:
        return "application/vnd.android.package-archive"
    return "application/java-archive" if b"META-INF/MANIFEST.MF" in head else "application/zip"


_MARKUP = re.compile(rb"<(?:!doctype\s+)?(html|svg|head|body|\?xml|script|title)\b|<(\?xml)", re.IGNORECASE)


def _text(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and len(head) >= 4:
        encoding = "utf-16-le" if head[0] == 0xFF else "utf-16-be"
        text = head[2 : len(head) & ~1].decode(encoding, "ignore")
        return "text/plain" if text and sum(c.isprintable() or c.isspace() for c in text) > 0.9 * len(text) else None
    if _CONTROLS.search(head):
        return None
    plain = head.removeprefix(b"\xef\xbb\xbf")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut in the middle of a character is fine; other text must at least look like a Western encoding.
        if error.start < len(plain) - 3 and sum(byte >= 0x80 for byte in plain) > 0.3 * len(plain):
            return None
    return _markup(plain.lstrip())


def _markup(text: bytes) -> str:
    found = _MARKUP.match(text)
    if not found:
        return "text/plain"
    if b"<svg" in text:
        return "image/svg+xml"
    if (found[1] or b"").lower() in {b"html", b"head", b"body", b"script", b"title"} or b"<html" in text:
        return "text/html"
    return "text/xml"
