"""The small faces in the list of candidates: where each lies, what is asked for, and what has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtGui import QImage

from app.gui.exposure import Exposure
from app.gui.faces.shots import SMALL, Shot, crop_wish
from app.gui.preview.feed import Answer, Feed, Wish
from core.case.candidates import Candidate

__all__ = ["Crops"]


class Crops:
    """By the id of the finding, as they may be seen now."""

    def __init__(self, feed: Feed, exposure: Exposure) -> None:
        self._feed, self._exposure = feed, exposure
        self.shots: dict[int, Shot] = {}
        """Where faces lie in their files, as far as the case was asked."""
        self._wishes: dict[Wish, int] = {}
        self._pictures: dict[int, QImage] = {}

    @property
    def pictures(self) -> Mapping[int, QImage]:
        return self._pictures

    @property
    def awaited(self) -> list[Wish]:
        """What has not come yet."""
        return [wish for wish, finding in self._wishes.items() if finding not in self._pictures]

    def forget(self) -> None:
        """Somebody else is looked for."""
        self.shots = {}
        self.forget_pictures()

    def forget_pictures(self) -> None:
        """They may no longer be seen as they were."""
        self._wishes, self._pictures = {}, {}

    def ask(self, seen: Iterable[Candidate]) -> None:
        """Take note of what these need; what is at hand is there at once."""
        for one in seen:
            shot = self.shots.get(one.finding)
            wish = crop_wish(shot, self._exposure, SMALL) if shot is not None else None
            if wish is not None:
                self._wishes[wish] = one.finding
                answer = self._feed.get(wish)
                if answer is not None and answer.image is not None:
                    self._pictures[one.finding] = answer.image

    def take(self, answer: Answer) -> bool:
        """A picture has come. False: it is none of these, or nothing may be seen now."""
        finding = self._wishes.get(answer.wish)
        if finding is None or answer.image is None or self._exposure.hidden:
            return False
        self._pictures[finding] = answer.image
        return True
