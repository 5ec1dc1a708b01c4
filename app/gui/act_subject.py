"""Whom an act of the examiner is about, and whether anything may be decided about them now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.gui.exposure import Exposure
from app.gui.preview import pixels_ready_for, previewed
from app.gui.views import REVIEW

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Subject"]

DECIDING = (*REVIEW, "compare")  # the views in which items are seen


class Subject:
    """The items that the next act is about. What is asked with `allowed`, `possible` or `can_be_stored` and is refused
    is said to the examiner at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._exposure = Exposure.of(context)

    def ids(self) -> list[int]:
        """The selection, or the current item; where items are seen alone or side by side, always the one that is looked
        at."""
        context = self._context
        chosen = list(context.selection.ids()) if context.view not in ("single", "compare") else []
        if len(chosen) > 1 or context.current is None:
            return chosen
        return [context.current]

    def allowed(self, ids: Sequence[int]) -> bool:
        """Nothing is decided that cannot be seen."""
        if not self.possible(ids):
            return False
        if not self.seen(ids):
            self._say(_tr("Not done: the preview does not show this item yet."))
            return False
        return True

    def seen(self, ids: Sequence[int]) -> bool:
        """The preview shows what is looked at, if the act is about it."""
        current = self._context.current
        return current is None or current not in ids or pixels_ready_for(self._context, current)

    def possible(self, ids: Sequence[int]) -> bool:
        """There is something here that could be decided about."""
        context = self._context
        if context.case is None or not ids or self._exposure.hidden or not self.can_be_stored():
            return False
        if context.view not in DECIDING and not previewed(context):
            self._say(_tr("Not done: here no item is seen that it could be about."))
            return False
        return True

    def can_be_stored(self) -> bool:
        """A case on a medium that cannot be written is looked at only: said at once, not by one dialog for each key."""
        case = self._context.case
        if case is not None and case.readonly:
            self._say(_tr("Not done: this case cannot be written, it is only looked at."))
            return False
        return True

    def _say(self, text: str) -> None:
        self._context.message.emit(text, None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)
