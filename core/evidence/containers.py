"""Containers whose first bytes say only that they are one: what is inside is read from the header.

Every function takes the first bytes of a file (at most 4 KB, possibly fewer, possibly hostile) and returns a MIME type
or None, and never raises. Where sound and moving pictures share a container, the answer is "sound" only when the header
proves that there are no pictures: a decoder that looks for both loses nothing, one that expects only sound would.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

__all__ = [
    "asf",
    "bitmap",
    "iso_media",
    "matroska",
    "mpeg_sound",
    "ogg",
    "riff",
    "riff_like",
    "tiff",
    "transport_stream",
]

_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"mif2": "image/heif",
    b"msf1": "image/heif",
    b"miaf": "image/heif",
    b"crx ": "image/x-canon-cr3",
    b"jxl ": "image/jxl",
    b"qt  ": "video/quicktime",
    b"M4V ": "video/x-m4v",
    b"M4VH": "video/x-m4v",
    b"M4VP": "video/x-m4v",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
    b"F4A ": "audio/mp4",
    b"F4B ": "audio/mp4",
    b"aax ": "audio/mp4",
    b"mj2s": "video/mj2",
    b"mjp2": "video/mj2",
}
_ATOMS = {b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"styp", b"sidx", b"uuid"}


def iso_media(head: bytes) -> str | None:
    """ISO base media (MP4, MOV, 3GP, HEIF, AVIF, CR3): by the major brand, then by the compatible ones."""
    size, name = _box(head, 0)
    if name == b"ftyp":
        end = min(max(size, 16), len(head))
        found = _of_brands(head[8:12], [head[at : at + 4] for at in range(16, end - 3, 4)])
        return "audio/mp4" if found[:6] == "video/" and _only_sound(head) else found
    if name in _ATOMS and (size >= 8 or size in {0, 1}):
        return "video/mp4" if name in {b"moof", b"styp", b"sidx"} else "video/quicktime"
    return None


def _of_brands(major: bytes, compatible: Sequence[bytes]) -> str:
    """A brand that nobody knows stands for MP4, as with every player; `heif` alone says less than what it is compatible
    with."""
    found = _BRANDS.get(major)
    if found is None and major[:3] in {b"3g2", b"3ge"}:
        return "video/3gpp2"
    if found is None and major[:2] == b"3g":
        return "video/3gpp"
    if found in {None, "image/heif"}:
        pictures = [mime for mime in map(_BRANDS.get, compatible) if mime and mime.startswith("image/")]
        precise = [mime for mime in pictures if mime != "image/heif"]
        found = next(iter(precise or pictures), found)
    return found or "video/mp4"


def _box(head: bytes, at: int) -> tuple[int, bytes]:
    if len(head) < at + 8:
        return 0, b""
    return int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]


def _only_sound(head: bytes) -> bool:
    """The movie header lies whole in `head` and declares sound tracks and no other."""
    at = 0
    for _ in range(16):
        size, name = _box(head, at)
        if name == b"moov":
            body = head[at : at + size]
            return len(body) == size and b"soun" in body and b"vide" not in body
        if size < 8:
            return False
        at += size
    return False


_RIFF = {
    b"WEBP": "image/webp",
    b"AVI ": "video/x-msvideo",
    b"AVIX": "video/x-msvideo",
    b"AMV ": "video/x-amv",
    b"CDXA": "video/mpeg",
    b"WAVE": "audio/wav",
    b"XWMA": "audio/x-xwma",
    b"QLCM": "audio/qcelp",
    b"ACON": "application/x-navi-animation",
    b"RMID": "audio/midi",
}
_IFF = {
    b"AIFF": "audio/aiff",
    b"AIFC": "audio/aiff",
    b"8SVX": "audio/x-8svx",
    b"ILBM": "image/x-ilbm",
    b"PBM ": "image/x-ilbm",
    b"ANIM": "video/x-anim",
}


def riff(head: bytes) -> str | None:
    """RIFF and its relatives (RIFX, RF64, BW64, IFF): by the form in the third word."""
    if head[:4] in {b"RIFF", b"RIFX", b"RF64", b"BW64"}:
        return _RIFF.get(head[8:12])
    return _IFF.get(head[8:12]) if head[:4] == b"FORM" else None


def riff_like(head: bytes) -> bool:
    return head[:4] in {b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM"}


def matroska(head: bytes) -> str:
    """EBML: WebM or Matroska by DocType; sound only when the whole list of tracks is here and names no video."""
    webm = b"webm" in head[:128]
    at = head.rfind(b"\x16\x54\xae\x6b")  # Tracks; its name stands in the list of contents before that as well
    if at >= 0:
        size, length = _ebml_size(head, at + 4)
        tracks = head[at + 4 + length : at + 4 + length + size]
        if len(tracks) == size and b"\x86" in tracks and b"A_" in tracks and b"V_" not in tracks:
            return "audio/webm" if webm else "audio/x-matroska"
    return "video/webm" if webm else "video/x-matroska"


def _ebml_size(head: bytes, at: int) -> tuple[int, int]:
    """Value and length of a variable-length number; an impossible one is larger than any header."""
    if at >= len(head) or not head[at]:
        return 1 << 60, 1
    length = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + length], "big") & ((1 << (7 * length)) - 1)
    return value, length


def ogg(head: bytes) -> str:
    """Ogg: by the codecs named on the first pages."""
    if b"\x80theora" in head or b"\x01video\x00" in head or b"BBCD\x00" in head or b"OVP80" in head:
        return "video/ogg"
    if b"OpusHead" in head:
        return "audio/opus"
    known = b"\x01vorbis" in head or b"Speex   " in head or b"\x7fFLAC" in head
    return "audio/ogg" if known else "video/ogg"


_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_ASF_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")


def asf(head: bytes) -> str:
    """ASF (WMV, WMA): sound only when the whole header object is here and declares a sound stream and no video."""
    size = int.from_bytes(head[16:24], "little")
    if size <= len(head) and _ASF_AUDIO in head and _ASF_VIDEO not in head:
        return "audio/x-ms-wma"
    return "video/x-ms-asf"


_TIFF = {b"II*\x00": "<", b"MM\x00*": ">", b"II+\x00": "<", b"MM\x00+": ">"}


def tiff(head: bytes) -> str | None:
    """TIFF and BigTIFF; Canon's CR2 by its mark, DNG by its version tag in the first directory."""
    order = _TIFF.get(head[:4])
    if order is None:
        return None
    if head[8:11] == b"CR\x02":
        return "image/x-canon-cr2"
    if head[2:4] in {b"*\x00", b"\x00*"} and len(head) >= 8:
        (at,) = struct.unpack_from(order + "I", head, 4)
        if at + 2 <= len(head):
            (count,) = struct.unpack_from(order + "H", head, at)
            tags = range(at + 2, min(at + 2 + 12 * count, len(head) - 1), 12)
            if any(struct.unpack_from(order + "H", head, tag)[0] == 0xC612 for tag in tags):
                return "image/x-adobe-dng"
    return "image/tiff"


def bitmap(head: bytes, size: int) -> str | None:
    """Pictures with a weak mark (BMP, ICO, CUR, PCX, SGI, PNM, TGA): recognised by fields that must fit together."""
    if head[:2] == b"BM" and len(head) >= 18:
        return "image/bmp" if int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124} else None
    if len(head) >= 18 and _is_tga(head, size):
        return "image/x-tga"
    if head[:4] in {b"\x00\x00\x01\x00", b"\x00\x00\x02\x00"}:
        count = int.from_bytes(head[4:6], "little")
        if count <= 1024 and (not count or (len(head) >= 22 and int.from_bytes(head[14:18], "little") > 0)):
            return "image/x-icon" if head[2] == 1 else "image/x-win-cursor"
    if len(head) >= 128 and head[0] == 10 and head[1] in {0, 2, 3, 4, 5} and head[3] in {1, 2, 4, 8}:
        return "image/x-pcx"
    if head[:2] == b"\x01\xda" and len(head) >= 4 and head[2] <= 1 and head[3] in {1, 2}:
        return "image/x-sgi"
    if head[:1] == b"P" and head[1:2] in {b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"F", b"f", b"y"}:
        rest = head[2:64].lstrip()
        if head[2:3].isspace() and (rest[:1].isdigit() or rest[:1] in {b"#", b"-", b"W"}):
            return "image/x-portable-anymap"
    return None


def _is_tga(head: bytes, size: int) -> bool:
    """Truevision TGA without its footer. Raw pictures must also have the size that their header implies."""
    identity, palette, kind = head[0], head[1], head[2]
    first, length, depth = struct.unpack_from("<HHB", head, 3)
    _, _, width, height, bits, descriptor = struct.unpack_from("<HHHHBB", head, 8)
    if palette > 1 or kind not in {1, 2, 3, 9, 10, 11} or bits not in {8, 15, 16, 24, 32} or not width or not height:
        return False
    if descriptor & 0xC0 or (palette == 0 and (first or length or depth)) or (kind in {1, 9}) != (palette == 1):
        return False
    if palette and (depth not in {15, 16, 24, 32} or not length):
        return False
    if kind in {3, 11} and bits > 16:
        return False
    if kind >= 9:
        return True
    pixels = width * height * ((bits + 7) // 8)
    used = 18 + identity + length * ((depth + 7) // 8) + pixels
    return bool(used // 2 <= size <= used + 65536)  # half of it: a file that was cut is still a picture


_BITRATES = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def mpeg_sound(head: bytes) -> str | None:
    """MP3 and its layers, AAC in ADTS, AC-3: a frame header, followed by another where the first one ends."""
    if head[:3] == b"ID3":
        return "audio/mpeg"
    length, mime = _frame(head, 0)
    if not length:
        return None
    second, _ = _frame(head, length)
    short = length + 7 > len(head) and len(head) >= 32  # the second lies beyond what is known
    return mime if second or short else None


def _frame(head: bytes, at: int) -> tuple[int, str]:
    """Length in bytes and type of the sound frame that starts here; 0 for none. (ISO 11172-3, 13818-7, ATSC A/52)"""
    if len(head) < at + 7:
        return 0, ""
    one, two, three = head[at + 1], head[at + 2], head[at + 3]
    if head[at] == 0xFF and one & 0xF6 == 0xF0:
        length = (three & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
        return (length, "audio/aac") if length > 7 and (two >> 2) & 15 < 13 else (0, "")
    if head[at] == 0xFF and one & 0xE0 == 0xE0:
        version, layer, bitrate, rate = one >> 3 & 3, one >> 1 & 3, two >> 4, two >> 2 & 3
        if version == 1 or not layer or bitrate in {0, 15} or rate == 3:
            return 0, ""
        kilobits, hertz = _BITRATES[max(version, 2), layer][bitrate], _RATES[version][rate]
        padding = two >> 1 & 1
        if layer == 3:
            return (12000 * kilobits // hertz + padding) * 4, "audio/mpeg"
        return (72000 if layer == 1 and version != 3 else 144000) * kilobits // hertz + padding, "audio/mpeg"
    if head[at] == 0x0B and one == 0x77:
        return _dolby_length(head[at : at + 7]), "audio/ac3"
    return 0, ""


_DOLBY = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)


def _dolby_length(header: bytes) -> int:
    """Bytes of an AC-3 or E-AC-3 frame; 0 for none."""
    version, rate, code = header[5] >> 3, header[4] >> 6, header[4] & 0x3F
    if 10 < version <= 16:
        return (((header[2] & 7) << 8 | header[3]) + 1) * 2
    if version > 10 or rate == 3 or code >= 2 * len(_DOLBY):
        return 0
    kilobits = _DOLBY[code >> 1]
    return (kilobits * 4, kilobits * 1536000 // (44100 * 16) * 2 + 2 * (code & 1), kilobits * 6)[rate]


def transport_stream(head: bytes) -> str | None:
    """MPEG-TS (188), BDAV (192) and with error correction (204): the sync byte in every packet of the header."""
    for stride in (188, 192, 204):
        if len(head) < 5 * stride:
            break
        at = head.find(b"\x47", 0, stride)
        while at >= 0:
            if head[at + stride] == 0x47 and set(head[at::stride]) == {0x47}:
                return "video/mp2t"
            at = head.find(b"\x47", at + 1, stride)
    return None
