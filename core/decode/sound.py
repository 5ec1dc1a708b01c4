"""Recordings of sound, and the sound of films: what the container says, how long it really is, and its samples.

One pass over the packets does all of it. Without a listener only the first packets are decoded, on trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import av

from core.decode import container as box
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
    """`end`: seconds of sound that are there. `frames` were decoded. `error`: the first one."""

    end: float = 0.0
    frames: int = 0
    error: str = ""


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
    code, reason = "", ""
    declared = box.duration_of(container)
    if _falls_short(found.end, declared):
        code, reason = "truncated", f"The recording is cut off: {found.end:.1f} of {declared:.1f} seconds are there."
    elif found.error:
        code, reason = "damaged", f"The recording is damaged ({found.error}); a part of it cannot be heard."
    return Reading(
        State.PARTIAL if reason else State.DONE,
        code,
        reason,
        facts,
        problems=(*_others(container.streams.audio), *_against(ear)) if ear is not None else (),
        media_seconds=found.end if sink.sound else 0.0,
    )


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
                problems=(*pictures.problems, *_others(container.streams.audio), *_against(ear)),
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


def _falls_short(end: float, declared: float | None) -> bool:
    return bool(declared and declared - end > max(_MISSING_SECONDS, _MISSING_PART * declared))


def _facts(container: Any, end: float | None = None) -> Any:
    known = {} if not end else {"duration": round(end, 3)}
    return box.facts_of(container, **known)


def _measure(container: Any, stream: Any, sink: Sink, ear: Ear | None) -> _Measured:
    """Go through the stream; decode all of it for an ear, else the first packets on trial."""
    found = _Measured()
    start, base = box.clock_start(container), float(stream.time_base or 0)
    count, total = 0, 0.0
    try:
        for packet in container.demux(stream):
            if packet.size == 0 and packet.dts is None:
                continue
            length = (packet.duration or 0) * base
            total += length
            if packet.pts is not None:
                found.end = max(found.end, packet.pts * base - start + length)
            if ear is not None or count < _TRIED_PACKETS:
                _decode(packet, found, ear)
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
    found.end = max(found.end, total)
    return found


def _decode(packet: Any, found: _Measured, ear: Ear | None, context: Any = None) -> None:
    """The frames of one packet; None: those that are still inside the decoder."""
    try:
        frames = context.decode(None) if packet is None else packet.decode()
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except EOFError:
        return
    except av.FFmpegError as failure:
        found.error = found.error or box.plain_error(failure)
        return
    found.frames += len(frames)
    for frame in frames if ear is not None else ():
        assert ear is not None
        ear.hear(frame)
