"""Tags and notes that are asked for in a box, and put on what they were meant for.

A box opens at once, even before the pixels are there: what is typed after T or M must never reach the window, where
letters and digits are keys that decide. Its words wait for the pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QTimer

from app.gui.act_boxes import NoteBox, TagBox

if TYPE_CHECKING:
    from app.gui.act_subject import Subject
    from app.gui.context import Context

__all__ = ["Asking"]

LOOK_EVERY, WAIT_AT_MOST = 100, 20_000  # milliseconds for which words that were typed wait for their pixels


class Asking:
    """The boxes of one window. What is written in them is handed to `tag` (word, on or off) and `note` (text, seconds
    for a bookmark), which are about what `subject` says then."""

    def __init__(
        self,
        context: Context,
        subject: Subject,
        *,
        tag: Callable[[str, bool], None],
        note: Callable[[str, float | None], None],
    ) -> None:
        self._context = context
        self._subject = subject
        self._tag, self._note = tag, note

    def tag(self) -> None:
        """Ask for a tag; those that the case knows are offered as soon as it has answered."""
        ids = self._subject.ids()
        if not self._subject.possible(ids):
            return
        row = self._context.items.cached(ids[0]) if len(ids) == 1 else None
        box = TagBox(self._context, (), row.tags if row is not None else ())
        box.chosen.connect(lambda word, on: self._once_seen(ids, lambda: self._tag(word, on)))
        box.open_at_window()

        def work(connection: Any) -> list[tuple[str, int]]:
            from core.case import decisions

            return decisions.tags(connection)

        def offer(known: list[tuple[str, int]]) -> None:
            if shiboken6.isValid(box):
                box.offer([word for word, _ in known])

        self._context.query(work, offer, key="tags")

    def note(self, time: Callable[[], float | None]) -> None:
        """Ask for a note; a bookmark where `time` (seconds) says that the preview stands in a film or recording."""
        ids = self._subject.ids()
        if not self._subject.possible(ids):
            return
        here = len(ids) == 1 and ids[0] == self._context.current and self._subject.seen(ids)
        at = time() if here else None  # before it is seen, the preview stands in what was there before
        box = NoteBox(self._context, len(ids), at)
        box.written.connect(lambda text: self._once_seen(ids, lambda: self._note(text, at)))
        box.open_at_window()

    def _once_seen(self, ids: Sequence[int], act: Callable[[], None], waited: int = 0) -> None:
        """Do it when the preview shows what it is about; not when that has become something else meanwhile."""
        if self._subject.ids() != ids:
            changed = QCoreApplication.translate("Acts", "Not done: another item has been chosen meanwhile.")
            self._context.message.emit(changed, None)
        elif self._subject.seen(ids) or waited >= WAIT_AT_MOST:
            act()
        else:
            later = partial(self._once_seen, ids, act, waited + LOOK_EVERY)
            QTimer.singleShot(LOOK_EVERY, self._context, later)
