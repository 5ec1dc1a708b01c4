"""What undo and redo are about in one window: what was done in it, first of all.

One person may have two windows on one case. Both write into one history, so the newest act may be one that the other
window has just done and that nobody sees here. Such an act is named and shown first; only the same key again takes it
back. What was there before this window opened the case is taken back at once, as after any restart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.acts import Change, Label
    from core.case.case import Case
    from core.case.decisions import Waiting

__all__ = ["TakingBack"]

Kind = Literal["undo", "redo"]


class TakingBack:
    """The acts of one window. What touches the case runs on the writer's thread, in the order of the keys."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: set[int] = set()
        self._since: int | None = None
        self._named: tuple[Kind, int] | None = None
        context.case_opened.connect(self._begin)
        self._begin()

    def _begin(self) -> None:
        """From now on, what is done elsewhere is somebody else's."""
        self._made, self._since, self._named = set(), None, None

        from core.case.acts import newest

        def done(newest: int) -> None:
            self._since = newest

        self._context.query(newest, done, key="newest-act", urgent=True)

    def noted(self, work: Callable[[Case], Change]) -> Callable[[Case], Change]:
        """The same work; what it does counts as done here."""

        def kept(case: Case) -> Change:
            change = work(case)
            if change:
                self._made.add(change.act)
                self._named = None
            return change

        return kept

    def exactly(self, kind: Kind, act: int) -> Callable[[Case], Change]:
        """Undo or redo of this one act, whatever was done since: the button beside a sentence means that sentence."""
        return self.noted(lambda case: _turn(case, kind, (act,)))

    def next(self, kind: Kind) -> Callable[[Case], Change | Waiting]:
        """The next undo or redo, or the act of another window that has to be named first."""

        def work(case: Case) -> Change | Waiting:
            from core.case import decisions

            change = self.noted(lambda case: _turn(case, kind, tuple(self._made)))(case)
            if change:
                return change
            with case.reading() as connection:
                found = decisions.next_in_line(connection, kind)
            if found is None:
                return change
            if self._since is not None and found.act > self._since and self._named != (kind, found.act):
                self._named = (kind, found.act)
                return found
            return self.exactly(kind, found.act)(case)

        return work

    def coming(self, connection: Any) -> tuple[Label | None, Label | None]:
        """What the next undo and the next redo are about, for those who show it."""
        from core.case import decisions

        made = tuple(self._made)
        undo = decisions.undoable(connection, made) or decisions.undoable(connection)
        return undo, decisions.redoable(connection, made) or decisions.redoable(connection)


def _turn(case: Case, kind: Kind, among: tuple[int, ...]) -> Change:
    from core.case import decisions

    return decisions.undo(case, among) if kind == "undo" else decisions.redo(case, among)
