"""Playing what is on the stage: which frame is due, sound where it is not muted, speed, and stopping."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.gui.exposure import Exposure
from app.gui.preview.feed import Answer, Feed, Wish
from app.gui.preview.player import SPEEDS, Player
from app.gui.preview.subject import Subject
from core.decode.preview import CannotShow, SoundStretch

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Playback"]

_FOREVER = 86_400.0  # seconds: a medium that does not say how long it is plays until there is no more
FrameWish = Callable[[float], Wish | None]


class Playback(QObject):
    """Plays one subject. `moved` brings the seconds; frames are asked for one after the other, so that a slow decoder
    leaves frames out instead of falling behind."""

    moved = Signal(float)
    changed = Signal()  # started, stopped, another speed

    def __init__(self, context: Context, frame_wish: FrameWish, parent: QObject | None = None) -> None:
        """`frame_wish(seconds)`: the wish for the frame at this moment, as it may be seen now."""
        super().__init__(parent)
        self._context = context
        self._exposure = Exposure.of(context)
        self._feed = Feed.of(context)
        self._frame_wish = frame_wish
        self._subject: Subject | None = None
        self._film = False
        self._running: Wish | None = None
        self._length = 0.0
        self._sounds = True
        self._player = Player(self._ask_sound, self)
        self._player.ticked.connect(self._ticked)
        self._player.stopped.connect(self._stopped)
        self._player.complained.connect(self._complain)

    @property
    def playing(self) -> bool:
        return self._player.playing

    @property
    def position(self) -> float:
        return self._player.position

    @property
    def speed(self) -> float:
        return self._player.speed

    def set_subject(self, subject: Subject | None, *, film: bool) -> None:
        """Another medium, at its beginning."""
        self._player.pause()
        self._player.rest_at(0.0)
        self._subject, self._film, self._running = subject, film, None

    def set_facts(self, length: float, sounds: bool) -> None:
        """How long it is, and whether it has sound."""
        self._length, self._sounds = length, sounds

    def play(self, seconds: float) -> None:
        """Play from here; from the beginning when this is the end."""
        if self._subject is None or self._exposure.hidden:
            return
        self._running = None
        start = 0.0 if self._length and seconds >= self._length - 0.1 else seconds
        audible = self._sounds and not self._exposure.comfort.muted
        self._player.play(start, self._length or _FOREVER, audible=audible)
        self.changed.emit()

    def rest_at(self, seconds: float) -> None:
        """Stand here without playing; a recording that plays goes on from here."""
        if self._player.playing:
            self.play(seconds)
        else:
            self._player.rest_at(seconds)
            self.moved.emit(seconds)

    def pause(self) -> None:
        self._player.pause()

    def change_speed(self, by: int) -> None:
        """Faster or slower. Sound is heard at its own speed only."""
        place = SPEEDS.index(self._player.speed) + by
        self._player.set_speed(SPEEDS[min(len(SPEEDS) - 1, max(0, place))])
        self.changed.emit()

    def follow_mute(self) -> None:
        """Mute was switched: put it into force where something is playing."""
        if self._player.playing and self._player.audible is self._exposure.comfort.muted and self._sounds:
            self.play(self._player.position)

    def take(self, answer: Answer) -> bool | None:
        """A frame has come. True: show it. False: it came too late, or may not be seen any more. None: not ours."""
        if answer.wish != self._running:
            return None
        self._running = None
        now = self._frame_wish(self._player.position)
        allowed = now is not None and now.treatment == answer.wish.treatment
        return self._player.playing and answer.image is not None and allowed

    def _ticked(self, seconds: float) -> None:
        self.moved.emit(seconds)
        if self._film and self._running is None:
            self._running = self._frame_wish(seconds)
            if self._running is not None:
                self._feed.want(self._running)

    def _stopped(self) -> None:
        self._running = None
        self.changed.emit()

    def _ask_sound(self, at: float, seconds: float, told: Callable[[SoundStretch | CannotShow], None]) -> None:
        if self._subject is not None:
            self._feed.sound(self._subject.content, self._subject.jobs, at, seconds, told)

    def _complain(self, text: str) -> None:
        self._context.message.emit(text, None)
