"""Recordings of sound, and the sound of films: what the container says, how long it really is, and its samples.

One pass over the packets does all of it. Without a listener only the first packets are decoded, on trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import av

from core.decode import container as box
from core.decode.gaps import COUNTED, UNBROKEN, Spoilt
from core.decode.hearing import Ear
from core.decode.jobs import DecodeJob
from core.decode.reading import CannotDecode, Reading
from core.decode.sink import Sink
from core.records import Problem, State
from core.settings import SamplingPolicy

__all__ = ["NO_PICTURES", "SOUND_TROUBLE", "heard_beside", "read_sound", "reading_of_sound"]

SOUND_TROUBLE = "sound-damaged"
"""Code of a film whose pictures are whole and whose sound is not: only who listens has seen a part of it."""
NO_PICTURES = "pictures-damaged"
"""Code of a film of which not one picture can be shown, but whose sound was heard."""
_TRIED_PACKETS = 50
_BEAT_EVERY = 256
_MISSING_SECONDS = 1.0
_MISSING_PART = 0.05


@dataclass(slots=True)
class _Measured:
    """`end`: seconds of sound that are there. `frames` were decoded. `error`: the first one. `spoilt`: of a stream
    without times."""

    end: float = 0.0
    frames: int = 0
    error: str = ""
    spoilt: Spoilt | None = None


def read_sound(file: BinaryIO, job: DecodeJob, sink: Sink) -> Reading:
    """Facts and samples of a recording. Raises `CannotDecode` when no sound can be decoded from it."""
    with box.open_container(file) as container:
        if box.moving_pictures(container) and not container.streams.audio:
            raise CannotDecode("damaged", "The file was taken for sound but holds none; it was not analysed.")
        return reading_of_sound(container, sink, job.policy)


def reading_of_sound(container: Any, sink: Sink, policy: SamplingPolicy) -> Reading:
    """The reading of a container without film."""
    if not container.streams.audio:
        raise CannotDecode(
            "no-media", "The file holds neither pictures nor sound.", State.UNSUPPORTED, _facts(container)
        )
    stream = _best(container.streams.audio)
    if stream.codec_context is None:
        raise box.unsupported_codec(stream)
    box.only(container, stream)
    ear = Ear(sink, policy, box.clock_start(container)) if sink.sound else None
    found = _measure(container, stream, sink, ear)
    facts = _facts(container, found.end)
    if not found.frames or (ear is not None and not ear.seconds and found.error):
        why = f" ({found.error})" if found.error else ""
        raise CannotDecode("damaged", f"No sound can be decoded from this file{why}; it was not analysed.", facts=facts)
    reason = _wanting(container, found, ear)
    cut = _falls_short(found.end, box.duration_of(container)) and (found.spoilt is None or found.spoilt.at is None)
    return Reading(
        State.PARTIAL if reason else State.DONE,
        ("truncated" if cut else "damaged") if reason else "",
        reason,
        facts,
        problems=(*_others(container.streams.audio), *_against(ear), *_gaps(ear)) if ear is not None else (),
        media_seconds=found.end if sink.sound else 0.0,
    )


def _wanting(container: Any, found: _Measured, ear: Ear | None) -> str:
    """What of a recording cannot be heard; empty when all is well."""
    declared = box.duration_of(container)
    at = found.spoilt.at if found.spoilt is not None else None
    if _falls_short(found.end, declared):
        if at is None:
            return f"The recording is cut off: {found.end:.1f} of {declared:.1f} seconds are there."
        return (
            f"The recording is damaged at {at:.1f} seconds: {found.end:.1f} of {declared:.1f} seconds are there. Times "
            f"behind the damage may be too early by up to {(declared or 0.0) - found.end:.1f} seconds."
        )
    if ear is not None and ear.gaps.seconds and container.format.name in UNBROKEN:
        kept = "Their time is kept" if at is None else "Their time is reckoned, so later times are estimates"
        return (
            f"The recording is damaged: {ear.gaps.seconds:.1f} seconds of it are missing, the first at "
            f"{ear.gaps.first:.1f} seconds. {kept}; what is there was listened to."
        )
    if at is not None:
        return (
            f"The recording is damaged at {at:.1f} seconds; a part of it cannot be heard, and times behind the damage "
            "may be too early."
        )
    if found.error:
        return f"The recording is damaged ({found.error}); a part of it cannot be heard."
    return ""


def heard_beside(file: BinaryIO, policy: SamplingPolicy, sink: Sink, pictures: Reading) -> Reading:
    """The reading of a film, completed by its sound, for which the file is gone through once more, that stream alone.

    `pictures`: what the pictures gave, or their failure. It comes back unchanged where there is no sound.
    """
    sink.begin_again()
    try:
        with box.open_container(file) as container:
            if not container.streams.audio:
                return pictures
            stream = _best(container.streams.audio)
            if stream.codec_context is None:
                return _with(pictures, box.unsupported_codec(stream).message)
            box.only(container, stream)
            ear = Ear(sink, policy, box.clock_start(container))
            found = _measure(container, stream, sink, ear)
            declared = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
            heard = replace(
                pictures,
                problems=(*pictures.problems, *_others(container.streams.audio), *_against(ear), *_gaps(ear)),
                media_seconds=max(pictures.media_seconds, found.end),
            )
    except CannotDecode:
        return pictures
    if not found.frames:
        why = f" ({found.error})" if found.error else ""
        if pictures.state not in (State.DONE, State.PARTIAL):
            return pictures
        return _with(heard, f"The sound of this film cannot be decoded{why}; only its pictures were looked at.")
    if _falls_short(found.end, declared):
        return _with(heard, f"The sound is cut off: {found.end:.1f} of {declared:.1f} seconds are there.")
    if found.error:
        return _with(heard, f"The sound is damaged ({found.error}); a part of it cannot be heard.")
    return heard if heard.state in (State.DONE, State.PARTIAL) else _with(heard, "Its sound was listened to.")


def _with(reading: Reading, sentence: str) -> Reading:
    """The reading with something to say about its sound as well. The code of the pictures stays, if they have one."""
    code = reading.code or SOUND_TROUBLE
    if reading.state not in (State.DONE, State.PARTIAL):
        code = NO_PICTURES
    return replace(reading, state=State.PARTIAL, code=code, reason=" ".join(filter(None, [reading.reason, sentence])))


def _best(streams: Sequence[Any]) -> Any:
    """The first track that can be decoded."""
    return next((one for one in streams if one.codec_context is not None), streams[0])


def _others(streams: Sequence[Any]) -> tuple[Problem, ...]:
    if len(streams) < 2:
        return ()
    return (Problem("other-sounds", f"The file holds {len(streams)} tracks of sound; only the first was listened to."),)


def _against(ear: Ear) -> tuple[Problem, ...]:
    seconds = ear.turned_seconds
    if not seconds:
        return ()
    return (
        Problem(
            "opposite-phase",
            f"For {seconds:.1f} seconds the two channels of the sound are mirror images and would silence each other "
            "when they are mixed; there one of them was turned over, so that they could be listened to.",
        ),
    )


def _gaps(ear: Ear) -> tuple[Problem, ...]:
    if not ear.gaps.seconds:
        return ()
    return (
        Problem(
            "sound-gap",
            f"For {ear.gaps.seconds:.1f} seconds there is no sound in this file, the first time at "
            f"{ear.gaps.first:.1f} seconds; that time is kept.",
        ),
    )


def _falls_short(end: float, declared: float | None) -> bool:
    return bool(declared and declared - end > max(_MISSING_SECONDS, _MISSING_PART * declared))


def _facts(container: Any, end: float | None = None) -> Any:
    known = {} if not end else {"duration": round(end, 3)}
    return box.facts_of(container, **known)


def _measure(container: Any, stream: Any, sink: Sink, ear: Ear | None) -> _Measured:
    """Go through the stream; decode all of it for an ear, else the first packets on trial."""
    found = _Measured(spoilt=Spoilt() if container.format.name in COUNTED else None)
    start, base = box.clock_start(container), float(stream.time_base or 0)
    count, total = 0, 0.0
    try:
        for packet in container.demux(stream):
            if packet.size == 0 and packet.dts is None:
                continue
            length = (packet.duration or 0) * base
            total += length
            late = found.spoilt.shift if found.spoilt else 0.0
            if packet.pts is not None:
                found.end = max(found.end, packet.pts * base - start + length + late)
            if ear is not None or count < _TRIED_PACKETS:
                _decode(packet, found, ear, length=length)
            found.error = found.error or ("damaged packets" if packet.is_corrupt else "")
            count += 1
            if ear is not None or count % _BEAT_EVERY == 0:
                sink.beat(max(found.end, total))
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except av.FFmpegError as failure:
        found.error = found.error or box.plain_error(failure)
    if ear is not None:
        if count:
            _decode(None, found, ear, stream.codec_context)
        ear.finish()
    found.end = max(found.end, total + (found.spoilt.shift if found.spoilt else 0.0))
    return found


def _decode(packet: Any, found: _Measured, ear: Ear | None, context: Any = None, length: float = 0.0) -> None:
    """The frames of one packet of so many seconds; None: those that are still inside the decoder."""
    try:
        frames = context.decode(None) if packet is None else packet.decode()
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except EOFError:
        return
    except av.FFmpegError as failure:
        found.error = found.error or box.plain_error(failure)
        if found.spoilt is not None and packet is not None:
            found.spoilt.packet(packet.size, length, found.end - length, good=False)
        return
    if found.spoilt is not None and packet is not None:
        found.spoilt.packet(packet.size, length, found.end, good=True)
        if ear is not None:
            ear.shift = found.spoilt.shift
    found.frames += len(frames)
    for frame in frames if ear is not None else ():
        assert ear is not None
        ear.hear(frame)
