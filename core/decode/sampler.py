"""Which frames of a film are looked at: keyframes, the first frame of every new shot, and never too long a gap.

Keyframes are cheap (decoded alone), everything between them is dear. A stretch from one keyframe to the next is decoded
frame by frame only when it is longer than `max_gap` or when its two ends look different; its packets are kept in memory
until that is known, so nothing is ever sought twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import av

from core.decode.container import plain_error
from core.decode.glance import Glance, difference, glance
from core.decode.packets import Index
from core.settings import SamplingPolicy

__all__ = ["FrameDecoder", "Sampler", "Stretch", "plan"]

_MOST_HELD = 64_000_000  # bytes of packets kept for a second look
_CLOSEST_LOOKS = 0.2  # seconds: films of nothing but keyframes are not decoded whole
_CLOSEST_CUTS = 0.1  # seconds: flashing light is not a new shot with every frame
_SHORT_FILM = 20.0  # seconds: here the end after the last keyframe is always decoded
_CHEAP_TAIL = 0.25  # else only when it has fewer frames than this part of the keyframes
_SLACK = 0.005
_MOST_LEADING = 16  # pictures: no codec puts more of them in front of one that it needs for them


@dataclass(slots=True)
class Stretch:
    """From one keyframe that is looked at to the next. `fill`: it is decoded frame by frame in any case."""

    time: float
    end: float
    fill: bool


def plan(index: Index, policy: SamplingPolicy) -> dict[int, Stretch]:
    """Stretches by the position of the packet that they begin with."""
    closest = min(_CLOSEST_LOOKS, policy.max_gap / 2)
    starts: list[tuple[int, float]] = []
    for position in index.keys.tolist():
        time = index.time(int(index.pts[position]))
        if not starts or time - starts[-1][1] >= closest:
            starts.append((position, time))
    stretches: dict[int, Stretch] = {}
    for (position, time), (_, end) in zip(starts, [*starts[1:], (0, index.end)], strict=True):
        stretches[position] = Stretch(time, end, end - time > policy.max_gap + _SLACK)
    last = starts[-1][0]
    tail = len(index.pts) - last
    stretches[last].fill |= index.end <= _SHORT_FILM or tail <= _CHEAP_TAIL * len(starts)
    return stretches


class FrameDecoder:
    """A codec context fed by hand. Packets that it cannot decode are counted and passed over."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self.failed = 0
        self.error = ""
        self._fed = False

    def push(self, packet: Any) -> list[Any]:
        """Frames that come out when this packet goes in."""
        self._fed = True
        return self._decode(packet)

    def drain(self) -> list[Any]:
        """The frames still inside; afterwards it is ready to begin at any keyframe."""
        frames = self._decode(None) if self._fed else []
        self._context.flush_buffers()
        self._fed = False
        return frames

    def alone(self, packet: Any) -> Any | None:
        """The frame of a keyframe's packet by itself."""
        self.drain()
        frames = [*self.push(packet), *self.drain()]
        return frames[0] if frames else None

    def _decode(self, packet: Any) -> list[Any]:
        try:
            frames = self._context.decode(packet)
        except av.error.MemoryError as error:
            raise MemoryError from error
        except EOFError:
            return []
        except av.FFmpegError as error:
            self.failed += 1
            self.error = plain_error(error)
            return []
        return list(frames)


class Sampler:
    """Walks through the packets of a film and calls `emit(frame, seconds, number)` for each frame to be looked at,
    `passed(frame, seconds)` for the others that were decoded.

    `cuts` are the times of the first frames of new shots, `spoilt` counts frames that the decoder marked as damaged.
    """

    def __init__(
        self,
        index: Index,
        policy: SamplingPolicy,
        decoder: FrameDecoder,
        emit: Callable[[Any, float, int], None],
        passed: Callable[[Any, float], None] | None = None,
    ) -> None:
        self.cuts: list[float] = []
        self.spoilt = 0
        self._index = index
        self._policy = policy
        self._decoder = decoder
        self._emit = emit
        self._passed = passed
        self._stretches = plan(index, policy)
        self._stretch: Stretch | None = None
        self._held: list[Any] = []
        self._held_bytes = 0
        self._seen = -(2**63)  # pts up to which frames have been dealt with
        self._awaited: int | None = None  # pts of the film's first keyframe while that has not come out yet
        self._leading: list[Any] = []
        self._glance: Glance | None = None
        self._motion = 0.0
        self._last = -float("inf")

    def run(self, packets: Iterable[tuple[int, Any]]) -> Iterator[float]:
        """Goes through (position, packet) in file order; yields the seconds reached, so that the caller can say so."""
        for position, packet in packets:
            packet.pts = int(self._index.pts[position])
            stretch = self._stretches.get(position)
            if stretch is not None:
                self._begin(stretch, packet)
                yield stretch.time
            elif self._stretch is None or self._stretch.fill:
                self._go_on(self._decoder.push(packet))
                yield max(self._last, 0.0)
            else:
                self._hold(packet)
        if self._stretch is not None and self._stretch.fill:
            self._go_on(self._decoder.drain())
            leading, self._leading, self._awaited = self._leading, [], None
            self._go_on(leading)

    def _begin(self, stretch: Stretch, packet: Any) -> None:
        before = self._stretch
        if before is None and stretch.fill:
            # Nothing comes before it that it could be compared with, so it need not be decoded by itself first.
            self._stretch, self._awaited = stretch, packet.pts
            self._go_on(self._decoder.push(packet))
            return
        if before is not None and before.fill:
            if stretch.fill:
                self._stretch = stretch
                self._go_on(self._decoder.push(packet))
                return
            self._go_on(self._decoder.drain())
        frame = self._decoder.alone(packet)
        if frame is None or frame.pts is None:
            # Not decodable by itself: what came before cannot be compared with it, and it needs what follows.
            self._decode_held()
            stretch.fill = True
            self._stretch = stretch
        else:
            differs = bool(self._held) and self._differs(frame)
            if differs:
                self._decode_held()
            self._stretch = stretch
            self._go_on([frame])
            self._motion = self._motion if differs else 0.0
        self._held, self._held_bytes = [], 0
        if stretch.fill:
            self._go_on(self._decoder.push(packet))
        else:
            self._hold(packet)

    def _hold(self, packet: Any) -> None:
        self._held.append(packet)
        self._held_bytes += packet.size
        if self._held_bytes > _MOST_HELD and self._stretch is not None:
            self._decode_held(to_the_end=False)
            self._stretch.fill = True

    def _decode_held(self, *, to_the_end: bool = True) -> None:
        """Frame by frame through the packets kept since the last keyframe; its own frame has been dealt with."""
        held, self._held, self._held_bytes = self._held, [], 0
        self._decoder.drain()
        for packet in held:
            self._go_on(self._decoder.push(packet))
        if to_the_end:
            self._go_on(self._decoder.drain())

    def _differs(self, frame: Any) -> bool:
        return self._glance is None or difference(self._glance, glance(frame)) >= self._policy.scene_change

    def _go_on(self, frames: list[Any]) -> None:
        """Frames in presentation order: decide for each whether it is looked at."""
        for frame in frames if self._awaited is None else self._from_the_first(frames, self._awaited):
            if frame.pts is None or frame.pts <= self._seen:
                continue
            self._seen = frame.pts
            self.spoilt += bool(frame.is_corrupt)
            number = self._index.frame(frame.pts)
            time = max(0.0, float(self._index.times[number]))
            cut = self._is_cut(frame)
            if cut and (not self.cuts or time - self.cuts[-1] >= _CLOSEST_CUTS):
                self.cuts.append(round(time, 6))
            elif not self._is_due(frame, time, number):
                if self._passed is not None:
                    self._passed(frame, time)
                continue
            self._last = time
            self._emit(frame, time, number)

    def _from_the_first(self, frames: list[Any], awaited: int) -> list[Any]:
        """Pictures that are shown before the first keyframe lean on what is not there: they are left out, unless the
        keyframe itself gives no picture."""
        for place, frame in enumerate(frames):
            if frame.pts is None:
                continue
            if frame.pts < awaited and len(self._leading) < _MOST_LEADING:
                self._leading.append(frame)
                continue
            leading, self._leading, self._awaited = self._leading, [], None
            return frames[place:] if frame.pts == awaited else [*leading, *frames[place:]]
        return []

    def _is_cut(self, frame: Any) -> bool:
        now = glance(frame)
        before, self._glance = self._glance, now
        if before is None:
            return False
        motion = difference(before, now)
        # A cut is a jump: much more change than there was a moment ago (after libavfilter's scene score). But between
        # two keyframes that were looked at alone the change before is not known.
        jump, self._motion = min(motion, abs(motion - self._motion)), motion
        return jump >= self._policy.scene_change

    def _is_due(self, frame: Any, time: float, number: int) -> bool:
        if self._last == -float("inf"):
            return True
        if frame.key_frame and time - self._last >= self._policy.min_gap - _SLACK:
            return True
        following = self._index.next_time(number)
        if self._stretch is not None and not self._stretch.fill and frame.key_frame:
            following = self._stretch.end  # nothing before the next keyframe may be decoded
        return following - self._last > self._policy.max_gap + _SLACK
