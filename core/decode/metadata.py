"""Metadata as found and as normalised: EXIF with all its directories, GPS, XMP, IPTC, texts; plain, bounded JSON.

Nothing here fails a file: a broken directory becomes a problem, and what could be read before it is kept.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin

from core.records import Problem

__all__ = ["LARGEST_RAW", "bounded", "camera_name", "found_orientation", "normalised", "plain", "raw_metadata", "taken"]

LARGEST_RAW = 64_000  # bytes of JSON text
_LONGEST_TEXT = 2000
_LONGEST_BYTES = 64
_MOST_ENTRIES = 300
_XMP_KEYS = ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp")
_SKIPPED_INFO = {*_XMP_KEYS, "exif", "icc_profile", "Raw profile type exif", "photoshop", "mpf", "mp"}
_DIRECTORIES = {"exif": 0x8769, "gps": 0x8825, "interoperability": 0xA005, "thumbnail": 1}
_TIME = re.compile(r"^\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")


def plain(value: str, length: int = _LONGEST_TEXT) -> str:
    """The text with what cannot be stored or shown made visible (`\\x00`, lone surrogates), cut at `length`."""
    safe = "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode() for one in value
    )
    safe = safe.encode("utf-8", "backslashreplace").decode()
    return safe if len(safe) <= length else safe[: length - 1] + "…"


def json_value(value: Any, depth: int = 0) -> Any:
    """The value as plain JSON: bytes become text or hexadecimal, fractions numbers, odd numbers text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else str(value)
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, bytes | bytearray):
        return _bytes(bytes(value))
    if isinstance(value, Mapping) and depth < 5:
        return {plain(str(key), 100): json_value(one, depth + 1) for key, one in list(value.items())[:_MOST_ENTRIES]}
    if isinstance(value, list | tuple | set) and depth < 5:
        return [json_value(one, depth + 1) for one in list(value)[:_MOST_ENTRIES]]
    number = as_number(value)
    return number if number is not None else plain(str(value))


def _bytes(value: bytes) -> str:
    text = value.rstrip(b"\0 ")
    if text.startswith((b"ASCII\0\0\0", b"UNICODE\0")):  # EXIF UserComment
        encoding = "ascii" if text.startswith(b"A") else "utf-16"
        return plain(text[8:].decode(encoding, "backslashreplace").strip("\0 "))
    try:
        shown = text.decode()
    except UnicodeDecodeError:
        shown = ""
    if shown and all(one.isprintable() or one in "\r\n\t" for one in shown):
        return plain(shown)
    more = f"… ({len(value)} bytes)" if len(value) > _LONGEST_BYTES else ""
    return "0x" + value[:_LONGEST_BYTES].hex() + more


def as_number(value: Any) -> float | None:
    """A finite number, or None. EXIF fractions may have a zero below the line."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def bounded(values: Mapping[str, Any], most: int = LARGEST_RAW) -> dict[str, Any]:
    """The same mapping without its largest entries until the rest fits; `_left_out` names what went."""
    kept = dict(values)
    sizes = {name: len(json.dumps(value)) + len(name) + 6 for name, value in kept.items()}
    left_out: list[str] = []
    while sum(sizes.values()) > most - 2000 and sizes:
        largest = max(sizes, key=lambda name: sizes[name])
        if isinstance(kept[largest], dict) and len(kept[largest]) > 1:
            kept[largest] = bounded(kept[largest], sizes[largest] // 2)
            shrunk = len(json.dumps(kept[largest])) + len(largest) + 6
            if shrunk < sizes[largest]:
                sizes[largest] = shrunk
                continue
        left_out.append(largest[:60])
        del kept[largest], sizes[largest]
    if left_out:
        kept["_left_out"] = left_out[:20]
    return kept


def raw_metadata(image: Image.Image, problems: list[Problem]) -> dict[str, Any]:
    """Everything a picture says about itself, as found. Problems are appended for what cannot be read."""
    raw: dict[str, Any] = {}

    def part(name: str, read: Callable[[], Any]) -> None:
        try:
            found = json_value(read())
        except Exception as error:  # noqa: BLE001 - metadata of hostile files breaks in every way; it costs this part only
            problems.append(_broken(name, error))
            return
        if found:
            raw[name] = found

    exif = _exif(image, problems)
    if exif is not None:
        part("image", lambda: _named(exif, ExifTags.TAGS))
        for name, tag in _DIRECTORIES.items():
            names = ExifTags.GPSTAGS if name == "gps" else ExifTags.TAGS
            part(name, lambda tag=tag, names=names: _named(exif.get_ifd(tag), names))  # type: ignore[misc]  # a bound default has no type of its own
    part("xmp", lambda: next((image.info[key] for key in _XMP_KEYS if image.info.get(key)), None))
    part("iptc", lambda: _iptc(image))
    part("icc", lambda: _icc(image.info.get("icc_profile")))
    part("info", lambda: {key: value for key, value in image.info.items() if key not in _SKIPPED_INFO})
    return bounded(raw)


def _broken(name: str, error: Exception) -> Problem:
    message = f"The metadata of this picture is damaged ({name}), so some of it may be missing."
    return Problem("metadata-damaged", message, f"{type(error).__name__}: {error}")


def _exif(image: Image.Image, problems: list[Problem]) -> Image.Exif | None:
    try:
        return image.getexif()
    except Exception as error:  # noqa: BLE001 - see raw_metadata
        problems.append(_broken("EXIF", error))
        return None


def _named(directory: Mapping[int, Any], names: Mapping[int, str]) -> dict[str, Any]:
    pointers = {0x8769, 0x8825, 0xA005, 0x014A}
    return {names.get(tag, f"0x{tag:04X}"): value for tag, value in directory.items() if tag not in pointers}


def _iptc(image: Image.Image) -> dict[str, Any]:
    found = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]  # any picture has `info`
    return {f"{record}:{dataset}": value for (record, dataset), value in found.items()}


def _icc(profile: bytes | None) -> dict[str, Any] | None:
    """Size and description of the colour profile. It is recorded, not applied."""
    if not profile:
        return None
    from io import BytesIO

    from PIL import ImageCms

    found: dict[str, Any] = {"bytes": len(profile)}
    try:
        found["description"] = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        found["description"] = None
    return found


def found_orientation(image: Image.Image) -> int | None:
    """EXIF orientation 1–8 as the picture stands now; None where there is none or it is broken."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - see raw_metadata, which reports it
        return None
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def normalised(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The few things that everybody asks for, in one spelling: taken, camera, make, model, software, gps, …"""
    image, exif, gps = (raw.get(name) or {} for name in ("image", "exif", "gps"))
    normal: dict[str, Any] = {
        "taken": taken(exif, image),
        "make": _text(image.get("Make")),
        "model": _text(image.get("Model")),
        "software": _text(image.get("Software")),
        "artist": _text(image.get("Artist")),
        "description": _text(image.get("ImageDescription")),
        "lens": _text(exif.get("LensModel")),
        "serial": _text(exif.get("BodySerialNumber")),
        "digitised": _time(exif.get("DateTimeDigitized")),
        "modified": _time(image.get("DateTime")),
        "gps": _gps(gps),
    }
    normal["camera"] = camera_name(normal["make"], normal["model"])
    return {name: value for name, value in normal.items() if value is not None}


def _text(value: Any) -> str | None:
    text = value.strip() if isinstance(value, str) else ""
    return text[:500] or None


def camera_name(make: str | None, model: str | None) -> str | None:
    """Make and model in one, without saying the make twice."""
    if make and model and not model.lower().startswith(make.lower().split()[0]):
        return f"{make} {model}"
    return model or make


def taken(exif: Mapping[str, Any], image: Mapping[str, Any]) -> str | None:
    """When the shutter fell by the camera's own clock: `2008-10-22 16:28:39`, with a zone only where it wrote one."""
    text = _time(exif.get("DateTimeOriginal")) or _time(image.get("DateTimeOriginal"))
    zone = exif.get("OffsetTimeOriginal")
    if text and isinstance(zone, str) and re.fullmatch(r"[+-]\d\d:\d\d", zone.strip()):
        return text + zone.strip()
    return text


def _time(value: Any) -> str | None:
    match = _TIME.match(value) if isinstance(value, str) else None
    if not match or match[1] == "0000":
        return None
    date = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return date if match[4] is None else f"{date} {int(match[4]):02}:{int(match[5]):02}:{int(match[6] or 0):02}"


def _gps(gps: Mapping[str, Any]) -> dict[str, Any] | None:
    """Decimal degrees. `flags`: `zero` (0, 0: most likely no fix), `impossible` (outside the globe), `no reference`."""
    latitude = _degrees(gps.get("GPSLatitude"), gps.get("GPSLatitudeRef"), "S")
    longitude = _degrees(gps.get("GPSLongitude"), gps.get("GPSLongitudeRef"), "W")
    if latitude is None or longitude is None:
        return None
    flags = []
    if latitude == 0 and longitude == 0:
        flags.append("zero")
    if abs(latitude) > 90 or abs(longitude) > 180:
        flags.append("impossible")
    if not gps.get("GPSLatitudeRef") or not gps.get("GPSLongitudeRef"):
        flags.append("no reference")
    found: dict[str, Any] = {"latitude": round(latitude, 7), "longitude": round(longitude, 7), "flags": flags}
    altitude = as_number(gps.get("GPSAltitude"))
    if altitude is not None:
        below = gps.get("GPSAltitudeRef") in (1, "1", "0x01")
        found["altitude"] = round(-altitude if below else altitude, 2)
    stamp, clock = gps.get("GPSDateStamp"), gps.get("GPSTimeStamp")
    if isinstance(stamp, str) and isinstance(clock, list) and len(clock) == 3:
        parts = [as_number(one) for one in clock]
        if all(one is not None for one in parts):
            hours, minutes, seconds = (int(one or 0) for one in parts)
            found["time_utc"] = f"{stamp.replace(':', '-')[:10]} {hours:02}:{minutes:02}:{seconds:02}"
    return found


def _degrees(value: Any, reference: Any, negative: str) -> float | None:
    parts = value if isinstance(value, list) else [value]
    numbers: list[float | None] = [as_number(one) for one in parts[:3]]
    if not numbers or numbers[0] is None:
        return None
    degrees = sum(((number or 0.0) / 60.0**power for power, number in enumerate(numbers)), 0.0)
    south_or_west = isinstance(reference, str) and reference.strip().upper().startswith(negative)
    return -degrees if south_or_west else degrees
