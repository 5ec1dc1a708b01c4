"""Films inside pictures: what phones call a motion photo. The picture comes first, the frames of its film behind it.

A JPEG has the film (MP4) behind its end, with whatever its maker writes between them; a HEIC has it in a box `mpvd`.
Only the bytes are believed, not the metadata that point to it: they are lost when a picture is passed on.
"""

from __future__ import annotations

import io
from dataclasses import replace

from core.decode.jobs import DecodeJob
from core.decode.reading import CannotDecode, Reading
from core.decode.sink import Sink
from core.records import MediaKind, Problem, SampleKind, State

__all__ = ["film_inside", "with_film"]

_JPEG, _HEIF = "image/jpeg", ("image/heic", "image/heif")
_NEXT = (b"moov", b"mdat", b"free", b"wide", b"uuid", b"skip", b"moof", b"styp")
_LONGEST = 256  # bytes of a box that names the kind of file
_MOST = 100


def film_inside(data: bytes, mime: str) -> int | None:
    """Where in the picture file the film begins; None: it has none."""
    if mime == _JPEG:
        return _behind(data)
    return _boxed(data) if mime in _HEIF else None


def _behind(data: bytes) -> int | None:
    at = data.find(b"ftyp")
    for _ in range(_MOST):
        if at < 0:
            return None
        begin = at - 4
        size = int.from_bytes(data[begin:at])
        if 16 <= size <= _LONGEST and data[begin + size + 4 : begin + size + 8] in _NEXT:
            return begin
        at = data.find(b"ftyp", at + 4)
    return None


def _boxed(data: bytes) -> int | None:
    place = 0
    while place + 8 <= len(data):
        size, head = int.from_bytes(data[place : place + 4]), 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16]), 16
        if data[place + 4 : place + 8] == b"mpvd":
            return place + head
        if size < head:
            return None
        place += size
    return None


def with_film(reading: Reading, film: bytes, job: DecodeJob, sink: Sink, before: int) -> Reading:
    """The end of a picture whose film was gone through as well. What is wrong with the film makes it partial. Its
    pictures are numbered behind the `before` others of the file, so that a number names one of them."""
    from core.decode.video import read_video

    mine = replace(job, kind=MediaKind.VIDEO, mime="video/mp4", size=len(film), wanted=job.wanted - {SampleKind.SOUND})
    listens, sink.sound = sink.sound, False
    try:
        seen = read_video(io.BytesIO(film), mine, sink, before)
    except CannotDecode as error:
        message = f"A film lies inside this picture (a motion photo), and it could not be looked at: {error.message}"
        return replace(reading, state=State.PARTIAL, code=reading.code or "film-inside", reason=_both(reading, message))
    finally:
        sink.sound = listens
    told = Problem(
        "motion-photo",
        "A film lies inside this picture (a motion photo): its pictures were looked at as well, its sound was not.",
    )
    facts = reading.facts and replace(reading.facts, normal={**reading.facts.normal, "film": _facts(seen)})
    whole = replace(
        reading, facts=facts, storyboard=seen.storyboard, problems=(*reading.problems, told, *seen.problems)
    )
    if seen.state is State.DONE:
        return whole
    return replace(whole, state=State.PARTIAL, code=reading.code or seen.code, reason=_both(reading, seen.reason))


def _both(reading: Reading, more: str) -> str:
    return f"{reading.reason} {more}".strip()


def _facts(seen: Reading) -> dict[str, object]:
    facts = seen.facts
    return {} if facts is None else {"seconds": facts.duration, "frames": facts.frames, "format": facts.format}
