"""Any frame of a film, exactly: found by its presentation time, numbered as the analysis numbers it.

A film is indexed once (`core.decode.packets`), then frames are decoded from the keyframe before them. Where the
container can go to a place by time it is asked to; everywhere else the packets are read again from the start and only
those behind the keyframe are decoded. Either way the frame that comes out carries the wanted time, or it is said that
it does not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import av
import numpy as np

from core.decode import container as box
from core.decode.frames import orientation_of, pixel_aspect, rgb, upright_size
from core.decode.packets import Index, read_index
from core.decode.pixels import Pixels8, orient, swaps_sides
from core.decode.reading import CannotDecode
from core.decode.sampler import FrameDecoder

__all__ = ["Film", "FilmFrame"]

_SEEKABLE = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
_KEPT_BYTES = 256_000_000  # decoded frames kept, so that stepping back is as quick as stepping on
_VARIABLE = 0.2  # a frame distance that differs by more than this part from the usual one


class Heart(Protocol):
    """Hears that the work goes on."""

    def beat(self, media_seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class FilmFrame:
    """One frame: upright pixels, its number (0-based, presentation order) and time (seconds from the player's 0:00)."""

    pixels: Pixels8
    size: tuple[int, int]
    number: int
    time: float


class Film:
    """An open film. Raises `CannotDecode` when it holds no picture that can be decoded."""

    def __init__(self, file: BinaryIO, heart: Heart) -> None:
        self._file = file
        self._heart = heart
        self._container, self._stream = self._open()
        index = read_index(self._container, self._stream, heart)  # type: ignore[arg-type] # it only beats
        if index is None:
            raise CannotDecode("damaged", "The film's stream holds no pictures.")
        self.index: Index = index
        self.has_sound = bool(self._container.streams.audio)
        self._aspect = pixel_aspect(self._stream)
        self._seeks = self._container.format.name in _SEEKABLE and not index.error
        self._frames: OrderedDict[int, Any] = OrderedDict()
        self._bytes = 0
        self._packets: Iterator[tuple[int, Any]] = iter(())
        self._decoder: FrameDecoder | None = None
        self._reached = -1  # the last frame number that came out of the decoder; -1: it stands nowhere
        self._keys = np.sort(index.pts[index.keys])

    def close(self) -> None:
        self._frames.clear()
        self._container.close()

    @property
    def count(self) -> int:
        return len(self.index.shown)

    @property
    def rate(self) -> float | None:
        """Frames per second on the average; None for a single frame."""
        return (self.count - 1) / float(self.index.times[-1] - self.index.times[0]) if self.count > 1 else None

    @property
    def variable(self) -> bool:
        """Whether the distances of the frames differ (variable frame rate)."""
        steps = np.diff(self.index.times)
        if len(steps) < 3:
            return False
        usual = float(np.median(steps))
        return bool((np.abs(steps - usual) > _VARIABLE * usual).mean() > 0.02)

    def number_at(self, time: float) -> int:
        """The frame that a player shows at this moment."""
        return int(np.clip(np.searchsorted(self.index.times, time + 1e-6, side="right") - 1, 0, self.count - 1))

    def key_before(self, number: int) -> int:
        """Number of the keyframe at or before this frame."""
        place = int(np.searchsorted(self._keys, self.index.shown[number], side="right")) - 1
        return self.index.frame(int(self._keys[max(0, place)]))

    def key_near(self, number: int, slack: float) -> int:
        """The keyframe nearest to this frame in time, or the frame itself when none is within `slack` seconds."""
        wanted = float(self.index.times[number])
        place = int(np.searchsorted(self._keys, self.index.shown[number]))
        near = [self.index.frame(int(key)) for key in self._keys[max(0, place - 1) : place + 1]]
        best = min(near, key=lambda one: abs(float(self.index.times[one]) - wanted), default=number)
        return best if abs(float(self.index.times[best]) - wanted) <= slack else number

    def show(self, number: int, most: int) -> FilmFrame:
        """The frame with this number in at most `most` pixels. When just that one cannot be decoded, the next one that
        can: its number says so. Raises `CannotDecode` when none can."""
        number = int(np.clip(number, 0, self.count - 1))
        frame = self._frames.get(number)
        if frame is None:
            frame = self._decoded(number)
        return self._finished(frame, most)

    def _decoded(self, number: int) -> Any:
        start = self.key_before(number)
        if self._reached < 0 or not start <= self._reached + 1 <= number:
            self._go_to(start)
        frame = self._forward_to(number)
        if frame is None or self.index.frame(frame.pts) != number:
            # Not where it should be: whatever the container said about its places is not to be trusted.
            self._seeks = False
            self._go_to(0 if start == 0 else self.key_before(start - 1))
            frame = self._forward_to(number) or frame
        if frame is None:
            frame = next(reversed(self._frames.values()), None)
        if frame is None:
            why = (self._decoder.error if self._decoder else "") or "the decoder gave no picture"
            raise CannotDecode("damaged", f"No frame can be decoded here ({why}).")
        return frame

    def _forward_to(self, number: int) -> Any | None:
        """Decode on until this frame, or one behind it, comes out."""
        assert self._decoder is not None
        for position, packet in self._packets:
            packet.pts = int(self.index.pts[position]) if position >= 0 else packet.pts
            found = self._take(self._decoder.push(packet), number)
            if found is not None:
                return found
        found = self._take(self._decoder.drain(), number)
        self._reached = -1
        return found

    def _take(self, frames: list[Any], number: int) -> Any | None:
        found = None
        for frame in frames:
            if frame.pts is None:
                continue
            reached = self.index.frame(frame.pts)
            self._reached = reached
            self._keep(reached, frame)
            if reached >= number and found is None:
                found = frame
            self._heart.beat(float(self.index.times[reached]))
        return found

    def _keep(self, number: int, frame: Any) -> None:
        if number not in self._frames:
            self._bytes += frame.width * frame.height * 2
        self._frames[number] = frame
        self._frames.move_to_end(number)
        while self._bytes > _KEPT_BYTES and len(self._frames) > 1:
            _, old = self._frames.popitem(last=False)
            self._bytes -= old.width * old.height * 2

    def _go_to(self, key: int) -> None:
        """Stand before the keyframe with this frame number."""
        self._reached = -1
        if self._seeks and self._sought(int(self.index.shown[key])):
            return
        self._container.close()
        self._container, self._stream = self._open()
        self._decoder = self._fresh()
        self._packets = self._walked(int(self.index.shown[key]))

    def _sought(self, pts: int) -> bool:
        try:
            self._container.seek(pts, stream=self._stream, backward=True)
        except av.FFmpegError:
            return False
        if self._decoder is None:
            self._decoder = self._fresh()
        self._stream.codec_context.flush_buffers()
        self._packets = self._stamped()
        return True

    def _stamped(self) -> Iterator[tuple[int, Any]]:
        """Packets of a container that knows their times; position −1: their own time holds."""
        for packet in self._demuxed():
            if packet.pts is None:
                packet.pts = packet.dts
            yield -1, packet

    def _walked(self, key: int) -> Iterator[tuple[int, Any]]:
        """Packets from the start of the file, those before the keyframe at `key` passed over."""
        begun = False
        for position, packet in enumerate(self._demuxed()):
            if position >= len(self.index.pts):
                return
            begun = begun or int(self.index.pts[position]) == key
            if begun:
                yield position, packet
            elif position % 256 == 0:
                self._heart.beat(float(position))

    def _demuxed(self) -> Iterator[Any]:
        try:
            for packet in self._container.demux(self._stream):
                if packet.size or packet.dts is not None:
                    yield packet
        except av.error.MemoryError as error:
            raise MemoryError from error
        except av.FFmpegError:
            return  # what lies behind is as lost here as it was to the analysis, which has said so

    def _open(self) -> tuple[Any, Any]:
        container = box.open_container(self._file)
        films = box.moving_pictures(container)
        if not films:
            raise CannotDecode("no-pictures", "The file holds sound only.")
        if films[0].codec_context is None:
            raise box.unsupported_codec(films[0])
        box.only(container, films[0])
        return container, films[0]

    def _fresh(self) -> FrameDecoder:
        context = self._stream.codec_context
        context.thread_type = "NONE"
        context.thread_count = 1
        return FrameDecoder(context)

    def _finished(self, frame: Any, most: int) -> FilmFrame:
        orientation = orientation_of(frame)
        number = self.index.frame(frame.pts)
        try:
            flat = rgb(frame, self._aspect, most)
        except (av.FFmpegError, ValueError) as error:
            raise CannotDecode("damaged", f"Frame {number} cannot be shown ({box.plain_error(error)}).") from error
        height, width = flat.shape[:2]
        upright = np.empty((width, height, 3) if swaps_sides(orientation) else (height, width, 3), np.uint8)
        orient(flat, orientation, upright)
        size = upright_size(frame.width, frame.height, self._aspect, orientation)
        return FilmFrame(upright, size, number, max(0.0, float(self.index.times[number])))
