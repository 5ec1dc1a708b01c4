"""Films: an index pass over the packets, then a walk that decodes as little as the sampling policy allows.

Times count from the moment that a player calls 0:00 (the start of the earliest stream). Frame numbers count pictures in
the order in which they are shown. Where sound is wanted, its stream is gone through by itself after the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from core.decode import container as box
from core.decode.film_hashing import FilmHashing
from core.decode.frames import orientation_of, pixel_aspect, rgb, rotation, upright_size
from core.decode.jobs import DecodeJob, MediaFacts
from core.decode.packets import Index, read_index, rewound
from core.decode.pixels import Pixels8, orient, swaps_sides
from core.decode.reading import CannotDecode, Reading
from core.decode.sampler import FrameDecoder, Sampler
from core.decode.sink import Sink
from core.decode.sound import heard_beside, reading_of_sound
from core.decode.thumbnail import CELLS, SIDE, encode, shrunk, storyboard
from core.records import Problem, SampleKind, State

__all__ = ["read_video"]

_MISSING_SECONDS = 1.0
_MISSING_PART = 0.03
_MOST_CUTS = 2000


def read_video(file: BinaryIO, job: DecodeJob, sink: Sink, first: int = 0) -> Reading:
    """Sample a film and its sound. `first`: the number of its first picture, where others come before it.
    Raises `CannotDecode` when neither of what is wanted can be got out of it."""
    try:
        reading, is_film = _pictures(file, job, sink, first)
    except CannotDecode as error:
        if not sink.sound:
            raise
        reading = Reading(error.state, error.code, error.message, error.facts)
        heard = heard_beside(file, job.policy, sink, reading)
        if heard is reading:
            raise
        return heard
    return heard_beside(file, job.policy, sink, reading) if is_film and sink.sound else reading


def _pictures(file: BinaryIO, job: DecodeJob, sink: Sink, first: int) -> tuple[Reading, bool]:
    """What the pictures say, and whether there is a film at all: without one, its sound has been dealt with."""
    with box.open_container(file) as container:
        films = box.moving_pictures(container)
        if not films:
            return reading_of_sound(container, sink, job.policy), False
        if films[0].codec_context is None:
            raise box.unsupported_codec(films[0])
        _refuse_bomb(films[0], job)
        box.only(container, films[0])
        index = read_index(container, films[0], sink)
        if index is None:
            message = "The film's stream holds no pictures; it was not analysed."
            raise CannotDecode("damaged", message, facts=box.facts_of(container))
        sink.base = index.end
        if rewound(container, films[0], index):
            return _walk(_Walk(job, sink, index, films[0], first), container, len(films) - 1), True
    with box.open_container(file) as container:
        films = box.moving_pictures(container)
        box.only(container, films[0])
        return _walk(_Walk(job, sink, index, films[0], first), container, len(films) - 1), True


def _walk(walk: _Walk, container: Any, others: int) -> Reading:
    # The container must still be open at the end: PyAV's streams point into its memory.
    walk.run(container)
    return _reading(walk, box.facts_of(container, **walk.measured()), others)


def _refuse_bomb(stream: Any, job: DecodeJob) -> None:
    width, height = int(stream.codec_context.width or 0), int(stream.codec_context.height or 0)
    if width * height > job.policy.max_pixels:
        limit = f"{job.policy.max_pixels / 1e6:g} million"
        reason = f"The film claims pictures of {width} × {height} pixels, more than the limit of {limit}"
        raise CannotDecode("picture-bomb", f"{reason}; it was not decoded.")


@dataclass(slots=True)
class _Walk:
    """The second pass over one film."""

    job: DecodeJob
    sink: Sink
    index: Index
    stream: Any
    first: int = 0
    count: int = 0
    lost: int = 0
    error: str = ""
    aspect: float = 1.0
    orientation: int = 1
    size: tuple[int, int] = (0, 0)
    reduced: dict[str, Any] | None = None
    cells: dict[int, tuple[float, float, Pixels8]] = field(default_factory=dict)
    sampler: Sampler | None = None
    decoder: FrameDecoder | None = None
    hashing: FilmHashing | None = None
    scaler: VideoReformatter = field(default_factory=VideoReformatter)

    def run(self, container: Any) -> None:
        """Decode what the policy asks for and hand it over."""
        self.sink.decodes += 1
        context = self.stream.codec_context
        context.thread_type = "NONE"
        context.thread_count = 1
        self.aspect = pixel_aspect(self.stream)
        self.decoder = FrameDecoder(context)
        packets = self._packets(container)
        if not self.sink.wanted:
            self._one(packets, self.decoder)
            return
        self.hashing = FilmHashing(self.aspect) if self.sink.fingerprints else None
        passed = self.hashing.passed if self.hashing else None
        self.sampler = Sampler(self.index, self.job.policy, self.decoder, self._emit, passed)
        for reached in self.sampler.run(packets):
            self.sink.beat(reached)

    def _packets(self, container: Any) -> Iterator[tuple[int, Any]]:
        position = 0
        last = len(self.index.pts)
        try:
            for packet in container.demux(self.stream):
                if packet.size == 0 and packet.dts is None:
                    continue
                if position >= last:
                    break
                yield position, packet
                position += 1
        except av.error.MemoryError as error:
            raise MemoryError from error
        except av.FFmpegError as error:
            self.error = self.error or box.plain_error(error)

    def _one(self, packets: Iterator[tuple[int, Any]], decoder: FrameDecoder) -> None:
        """Only a thumbnail is wanted: the first keyframe after a tenth of the film, or the last one before."""
        keys = set(self.index.keys.tolist())
        for position, packet in packets:
            if position not in keys:
                continue
            time = self.index.time(int(self.index.pts[position]))
            self.sink.beat(time)
            if time < self.index.end / 10 and self.count and position != self.index.keys[-1]:
                continue
            frame = decoder.alone(packet)
            if frame is not None:
                self._emit(frame, time, self.index.frame(int(self.index.pts[position])))
                if time >= self.index.end / 10:
                    return

    def _emit(self, frame: Any, time: float, number: int) -> None:
        self.orientation = orientation_of(frame)
        try:
            pixels = rgb(frame, self.aspect, min(self.job.policy.sample_pixels, self.sink.capacity // 3), self.scaler)
        except (av.FFmpegError, ValueError) as error:
            self.lost += 1
            self.error = self.error or box.plain_error(error)
            return
        height, width = pixels.shape[:2]
        if swaps_sides(self.orientation):
            height, width = width, height
        upright = self.sink.place(height, width) if self.sink.wanted else np.empty((height, width, 3), np.uint8)
        orient(pixels, self.orientation, upright)
        size = upright_size(frame.width, frame.height, self.aspect, self.orientation)
        if self.sink.wanted:
            self.sink.add(SampleKind.FRAME, size, at=round(time, 6), frame=self.first + number)
        if not self.count:
            self.size = size
            if size != (width, height):
                self.reduced = {"from": list(size), "to": [width, height]}
        if self.hashing is not None:
            self.hashing.looked_at(frame, time)
        self.count += 1
        self._keep_small(upright, time)

    def _keep_small(self, pixels: Pixels8, time: float) -> None:
        part = max(self.index.end, 1e-3) / CELLS
        cell = min(CELLS - 1, int(time / part))
        off = abs(time - (cell + 0.5) * part)
        if cell not in self.cells or off < self.cells[cell][0]:
            self.cells[cell] = (off, time, shrunk(pixels, SIDE, fine=False))

    def measured(self) -> dict[str, Any]:
        """What the pictures themselves say, for `MediaFacts`."""
        normal: dict[str, Any] = {"rotation": rotation(self.orientation)}
        if self.orientation in (2, 4, 5, 7):
            normal["mirrored"] = True
        if self.aspect != 1.0:
            normal["pixel_aspect"] = round(self.aspect, 4)
        if self.reduced:
            normal["reduced"] = self.reduced
        if self.sampler is not None and self.sampler.cuts:
            normal["cuts"] = self.sampler.cuts[:_MOST_CUTS]
        return {
            "width": self.size[0] or None,
            "height": self.size[1] or None,
            "frames": len(self.index.shown),
            "duration": round(self.index.end, 6),
            "normal": normal,
        }


def _reading(walk: _Walk, facts: MediaFacts, others: int) -> Reading:
    assert walk.decoder is not None
    if not walk.count:
        why = walk.decoder.error or walk.error or "the decoder gave no picture"
        message = f"Not one picture of this film can be decoded ({why}); it was not analysed."
        raise CannotDecode("damaged", message, facts=facts)
    problems = []
    if others:
        message = f"The file holds {others + 1} films; only the largest was looked at."
        problems.append(Problem("other-films", message))
    code, reason = _damage(walk, facts)
    shown = [walk.cells[cell] for cell in sorted(walk.cells)]
    return Reading(
        State.PARTIAL if reason else State.DONE,
        code,
        reason,
        facts,
        thumbnail=encode(_telling([pixels for _, _, pixels in shown])),
        storyboard=storyboard([(pixels, _clock(time)) for _, time, pixels in shown]) if walk.sink.wanted else None,
        problems=tuple(problems),
        media_seconds=walk.index.end if walk.sink.wanted else 0.0,
        film_hashes=walk.hashing.hashes() if walk.hashing else None,
    )


def _damage(walk: _Walk, facts: MediaFacts) -> tuple[str, str]:
    """(code, sentence) when not everything could be seen; empty when all is well."""
    index, decoder = walk.index, walk.decoder
    assert decoder is not None
    missing = _missing(walk, facts)
    if missing:
        return "truncated", f"{missing}; what is there was looked at."
    spoilt = walk.sampler.spoilt if walk.sampler else 0
    error = index.error or walk.error or decoder.error
    if error or spoilt or index.spoilt or walk.lost:
        why = f" ({error})" if error else ""
        return "damaged", f"The film is damaged{why}: some of its pictures could not be decoded or are spoilt."
    return "", ""


def _missing(walk: _Walk, facts: MediaFacts) -> str:
    found, announced = len(walk.index.pts), int(walk.stream.frames or 0)
    if announced - found > max(2, _MISSING_PART * announced):
        return f"The film is cut off: {found} of {announced} pictures are there"
    streams = facts.raw.get("streams") or []
    declared = next((one.get("duration") for one in streams if one.get("index") == walk.stream.index), None)
    end = walk.index.end
    if declared and declared - end > max(_MISSING_SECONDS, _MISSING_PART * declared):
        return f"The film is cut off: {end:.1f} of {declared:.1f} seconds are there"
    return ""


def _telling(pictures: list[Pixels8]) -> Pixels8:
    """The first picture with something on it: films often begin with black."""
    contrasts = [float(pixels.std()) for pixels in pictures]
    enough = min(20.0, 0.7 * max(contrasts))
    return next(pixels for pixels, contrast in zip(pictures, contrasts, strict=True) if contrast >= enough)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
