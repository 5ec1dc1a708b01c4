"""What the stage shows and where in it: the item, the page, frame or second that is wanted, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.gui.preview.subject import Subject
from core.decode.preview import Shown

__all__ = ["Whereabouts"]


@dataclass(slots=True)
class Whereabouts:
    """Begins anew with every item; knows nothing of widgets."""

    subject: Subject | None = None
    goal: int | float = 0
    """Page or frame number; seconds where it is a float."""
    facts: Shown | None = None
    """Of what is on the screen; None: nothing has come yet."""
    most: int | None = None
    """How many pixels are asked for; None: as many as fit."""
    sound_only: bool = False
    """A film that turned out to have no pictures."""
    broken: bool = False

    @property
    def is_film(self) -> bool:
        return self.subject is not None and self.subject.kind == "video" and not self.sound_only

    @property
    def is_sound(self) -> bool:
        return self.subject is not None and (self.subject.kind == "audio" or self.sound_only)

    @property
    def length(self) -> float:
        """Seconds; 0 where it is not known or there is none."""
        known = self.subject.duration if self.subject is not None else 0.0
        return known or (self.facts.end if self.facts is not None and self.facts.end else 0.0)

    @property
    def place(self) -> int | None:
        """Number of the page or frame (0-based); None when there is only one, or none yet."""
        if self.facts is None or self.is_sound:
            return None
        return self.facts.number if self.facts.count > 1 or self.is_film else None

    def stepped(self, by: int, *, playing: bool) -> int | None:
        """The number so many pages or frames on; None where there is nowhere to go. Quick steps add up: they count from
        what is wanted, not from what has come."""
        if self.facts is None or self.is_sound:
            return None
        at = self.goal if isinstance(self.goal, int) and not playing else self.facts.number
        wanted = min(max(0, self.facts.count - 1), max(0, at + by))
        return wanted if wanted != self.facts.number or self.goal != wanted else None

    def learn(self, shown: Shown) -> bool:
        """Take what an answer tells of the medium; True: only now its length is known. A later page knows less of how
        many there are than the first one."""
        assert self.subject is not None
        known = self.facts.count if self.facts is not None else 0
        stored = 0 if self.is_film else int(self.subject.details.media.get("frames") or 0)
        unknown = not self.length
        self.facts = replace(shown, count=max(shown.count, known, stored))
        return unknown and bool(self.length)
