"""Films and recordings as files: opened without any way out of the file, and what their containers say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, BinaryIO

import av
import av.logging
from av.stream import Discard, Disposition

from core.decode import metadata
from core.decode.jobs import MediaFacts
from core.decode.reading import CannotDecode
from core.records import State

__all__ = ["clock_start", "duration_of", "facts_of", "moving_pictures", "only", "open_container", "plain_error"]

av.logging.set_level(None)

# Formats that are one file. Playlists (hls, dash, concat, image2, sdp …) would name other files or addresses, so they
# are refused; and no protocol at all is open to a demuxer that tries.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,asf_o,flv,live_flv,kux,mpeg,mpegts,mpegtsraw,mpegvideo,vob,ogg,rm,"
    "ivf,obu,av1,h264,hevc,vvc,h263,h261,m4v,mjpeg,mjpeg_2000,dirac,vc1,vc1test,dv,mxf,gxf,nut,nsv,nuv,wtv,swf,thp,viv,"
    "dhav,xmv,roq,smk,bink,ea,film_cpk,idcin,ipmovie,mm,mtv,pva,psxstr,rpl,smjpeg,wsvqa,yop,yuv4mpegpipe,r3d,cine,lvf,"
    "flic,cavsvideo,ifv,wav,w64,mp3,aac,flac,aiff,au,amr,amrnb,amrwb,caf,ac3,eac3,dts,dtshd,truehd,mlp,ape,wv,tta,tak,"
    "mpc,mpc8,voc,vqf,xwma,qcp,dsf,iff,oma,aea,gsm,ilbc,sln,sox,pvf,ircam,avr,act,bit,g722,g726,g729,shn,loas,latm,spdif,"
    "aax,codec2,dss,rso,tta,wve,xa"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_BUFFER = 1 << 18  # bytes: larger ones fall out of the processor's cache
_LOCATION = re.compile(r"^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")


def open_container(file: BinaryIO) -> Any:
    """The container in the open file. Raises `CannotDecode` when no demuxer takes it."""
    file.seek(0)
    try:
        return av.open(file, "r", container_options=dict(_OPTIONS), metadata_errors="replace", buffer_size=_BUFFER)
    except av.error.MemoryError as error:
        raise MemoryError from error
    except (av.FFmpegError, ValueError, UnicodeError) as error:
        message = (
            f"The file cannot be opened as film or sound ({plain_error(error)}): its beginning or its index is damaged"
        )
        raise CannotDecode("damaged", f"{message} or missing. It was not analysed.") from error


def plain_error(error: Exception) -> str:
    """The library's reason without its number and file name."""
    return metadata.plain(str(getattr(error, "strerror", None) or error), 200)


def moving_pictures(container: Any) -> list[Any]:
    """The video streams that are films: cover pictures and streams without size left out; the largest first."""
    films = [one for one in container.streams.video if not one.disposition & _NOT_A_FILM]
    return sorted(films, key=lambda one: (one.codec_context is not None, _area(one)), reverse=True)


_NOT_A_FILM = Disposition.attached_pic | Disposition.timed_thumbnails


def _area(stream: Any) -> int:
    context = stream.codec_context
    return 0 if context is None else int(context.width or 0) * int(context.height or 0)


def only(container: Any, stream: Any) -> None:
    """Have the demuxer leave out all other streams."""
    for other in container.streams:
        other.discard = Discard.default if other.index == stream.index else Discard.all


def clock_start(container: Any) -> float:
    """Seconds at which a player shows 0:00: the start of the earliest stream."""
    return float(container.start_time or 0) / float(av.time_base)


def duration_of(container: Any) -> float | None:
    """Seconds as the container says."""
    value = container.duration
    return None if value is None or value <= 0 else float(value) / float(av.time_base)


def facts_of(container: Any, **known: Any) -> MediaFacts:
    """The container's own words, raw and normalised. `known` are fields that have been measured instead."""
    tags = {**{key: value for one in container.streams for key, value in one.metadata.items()}, **container.metadata}
    tags = {key.lower(): value for key, value in tags.items()}
    raw = metadata.bounded(
        metadata.json_value(
            {
                "container": {
                    "format": container.format.name,
                    "format_name": container.format.long_name,
                    "duration": duration_of(container),
                    "start": container.start_time,
                    "bit_rate": container.bit_rate,
                    "tags": dict(container.metadata),
                },
                "streams": [_stream(one) for one in list(container.streams)[:50]],
            }
        )
    )
    normal = _normal(container, tags) | known.pop("normal", {})
    gps = normal.get("gps") or {}
    usable = gps and not gps["flags"]
    fields: dict[str, Any] = {"duration": duration_of(container), "format": container.format.name.split(",")[0]}
    fields |= {
        "taken": normal.get("taken"),
        "camera": normal.get("camera"),
        "latitude": gps["latitude"] if usable else None,
        "longitude": gps["longitude"] if usable else None,
    }
    return MediaFacts(**(fields | known), raw=raw, normal=metadata.bounded(normal))


def _tag(stream: Any) -> str:
    """What the container calls the coding. PyAV reads it as ASCII, but it is a number that may be anything: 0x28F is
    G.722 in WAV, 0x81 is AC-3 on discs and in camcorders."""
    try:
        return str(getattr(stream, "codec_tag", "") or "").strip("\0 ")
    except UnicodeDecodeError as error:
        return "0x" + bytes(error.object)[::-1].lstrip(b"\0").hex()


def _stream(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    found: dict[str, Any] = {
        "index": stream.index,
        "type": stream.type,
        "codec": None if context is None else context.name,
        "tag": _tag(stream),
        "duration": _seconds(stream.duration, stream.time_base) or _matroska_duration(stream.metadata.get("DURATION")),
        "start": _seconds(stream.start_time, stream.time_base),
        "frames": stream.frames or None,
        "language": stream.language,
        "tags": dict(stream.metadata),
    }
    if stream.type == "video" and context is not None:
        found |= {
            "width": context.width,
            "height": context.height,
            "pixel_format": context.pix_fmt,
            "profile": context.profile,
            "frame_rate": _rate(stream.average_rate),
            "pixel_aspect": str(stream.sample_aspect_ratio or ""),
            "bit_rate": context.bit_rate,
        }
    elif stream.type == "audio" and context is not None:
        found |= {
            "sample_rate": context.sample_rate,
            "channels": context.channels,
            "layout": context.layout.name,
            "bit_rate": context.bit_rate,
        }
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _seconds(value: int | None, base: Fraction | None) -> float | None:
    return None if value is None or base is None else round(float(value * base), 6)


def _matroska_duration(value: str | None) -> float | None:
    """Matroska tells how long a stream is in a tag: `00:00:06.400000000`."""
    match = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", value or "")
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def _rate(value: Fraction | None) -> float | None:
    return None if not value else round(float(value), 4)


def _normal(container: Any, tags: Mapping[str, str]) -> dict[str, Any]:
    make = _first(tags, "com.apple.quicktime.make", "make", "com.android.manufacturer")
    model = _first(tags, "com.apple.quicktime.model", "model", "com.android.model")
    created = _first(tags, "com.apple.quicktime.creationdate", "creation_time", "date_time_original", "date")
    films = moving_pictures(container)
    sounds = [one for one in container.streams.audio if one.codec_context is not None]
    normal = {
        "taken": _taken(created),
        "make": make,
        "model": model,
        "camera": metadata.camera_name(make, model),
        "software": _first(tags, "com.apple.quicktime.software", "encoder", "software"),
        "title": _first(tags, "title"),
        "gps": _gps(_first(tags, "com.apple.quicktime.location.iso6709", "location", "location-eng")),
        "video_codec": films[0].codec_context.name if films and films[0].codec_context else None,
        "frame_rate": _rate(films[0].average_rate) if films else None,
        "audio_codec": sounds[0].codec_context.name if sounds else None,
        "sample_rate": sounds[0].codec_context.sample_rate if sounds else None,
        "streams": len(container.streams),
    }
    return {name: value for name, value in normal.items() if value is not None}


def _first(tags: Mapping[str, str], *names: str) -> str | None:
    return next((metadata.plain(tags[name].strip(), 500) for name in names if tags.get(name, "").strip()), None)


def _taken(value: str | None) -> str | None:
    """`2019-05-01T10:00:00.000000Z` → `2019-05-01 10:00:00Z`; a zone stays where one was written."""
    match = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", value or "")
    if not match or match[1].startswith(("1904-01-01", "1970-01-01", "0000")):
        return None  # the zero of a clock that was never set
    return f"{match[1]} {match[2]}{match[3] or ''}"


def _gps(value: str | None) -> dict[str, Any] | None:
    match = _LOCATION.match(value or "")
    if not match:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    flags = ["zero"] if latitude == 0 and longitude == 0 else []
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and math.isfinite(latitude + longitude)):
        flags = ["impossible"]
    found: dict[str, Any] = {"latitude": latitude, "longitude": longitude, "flags": flags}
    return found | ({"altitude": float(match[3])} if match[3] else {})


def unsupported_codec(stream: Any) -> CannotDecode:
    """Nothing here can decode that stream."""
    tag = metadata.plain(_tag(stream) or "unknown", 20)
    message = f"The stream is coded in a way that Asservat cannot decode (“{tag}”); it was not analysed."
    return CannotDecode("codec-unsupported", message, State.UNSUPPORTED)
