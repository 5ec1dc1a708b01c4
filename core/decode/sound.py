"""Recordings of sound: what the container says, how long it really is, whether it can be decoded. No samples."""

from __future__ import annotations

from typing import Any, BinaryIO

import av

from core.decode import container as box
from core.decode.jobs import DecodeJob
from core.decode.reading import CannotDecode, Reading
from core.decode.sink import Sink
from core.records import State

__all__ = ["read_sound", "reading_of_sound"]

_TRIED_PACKETS = 50
_BEAT_EVERY = 256
_MISSING_SECONDS = 1.0
_MISSING_PART = 0.05


def read_sound(file: BinaryIO, _job: DecodeJob, sink: Sink) -> Reading:
    """Facts of a recording. Raises `CannotDecode` when no sound can be decoded from it."""
    with box.open_container(file) as container:
        if box.moving_pictures(container) and not container.streams.audio:
            raise CannotDecode("damaged", "The file was taken for sound but holds none; it was not analysed.")
        return reading_of_sound(container, sink)


def reading_of_sound(container: Any, sink: Sink) -> Reading:
    """The reading of a container without film."""
    if not container.streams.audio:
        raise CannotDecode(
            "no-media", "The file holds neither pictures nor sound.", State.UNSUPPORTED, _facts(container)
        )
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise box.unsupported_codec(stream)
    box.only(container, stream)
    end, decoded, error = _measure(container, stream, sink)
    facts = _facts(container, end)
    if not decoded:
        why = f" ({error})" if error else ""
        raise CannotDecode("damaged", f"No sound can be decoded from this file{why}; it was not analysed.", facts=facts)
    code, reason = "", ""
    declared = box.duration_of(container)
    if declared and declared - end > max(_MISSING_SECONDS, _MISSING_PART * declared):
        code, reason = "truncated", f"The recording is cut off: {end:.1f} of {declared:.1f} seconds are there."
    elif error:
        code, reason = "damaged", f"The recording is damaged ({error}); a part of it cannot be heard."
    return Reading(State.PARTIAL if reason else State.DONE, code, reason, facts)


def _facts(container: Any, end: float | None = None) -> Any:
    known = {} if not end else {"duration": round(end, 3)}
    return box.facts_of(container, **known)


def _measure(container: Any, stream: Any, sink: Sink) -> tuple[float, int, str]:
    """(seconds of sound that are there, frames decoded on trial, first error)."""
    start = box.clock_start(container)
    base = float(stream.time_base or 0)
    end, decoded, error, count, total = 0.0, 0, "", 0, 0.0
    try:
        for packet in container.demux(stream):
            if packet.size == 0 and packet.dts is None:
                continue
            length = (packet.duration or 0) * base
            total += length
            if packet.pts is not None:
                end = max(end, packet.pts * base - start + length)
            if count < _TRIED_PACKETS:
                tried, why = _try(packet)
                decoded += tried
                error = error or why
            error = error or ("damaged packets" if packet.is_corrupt else "")
            count += 1
            if count % _BEAT_EVERY == 0:
                sink.beat(max(end, total))
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except av.FFmpegError as failure:
        error = error or box.plain_error(failure)
    return max(end, total), decoded, error


def _try(packet: Any) -> tuple[int, str]:
    try:
        return len(packet.decode()), ""
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except EOFError:
        return 0, ""
    except av.FFmpegError as failure:
        return 0, box.plain_error(failure)
