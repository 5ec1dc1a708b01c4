"""From item to item: the next one of the list, or the next that nobody has reviewed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["go", "move_to"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)


def go(context: Context, by: int, *, skip: bool = True) -> None:
    """To the next (1) or previous (−1) item of the list; `skip`: the next one that is not reviewed."""
    items = context.items
    here = items.row_of(context.current)
    if context.view == "compare":
        return  # what is compared stays there
    if here < 0:
        return  # what is looked at is not in the list: there is no next one
    number = here + by
    while skip and 0 <= number < len(items):
        row = items.cached(items.ids[number])
        if row is None:
            _search_on(context, number, by)
            return
        if not row.reviewed:
            break
        number += by
    if 0 <= number < len(items):
        move_to(context, items.ids[number])
    elif skip:
        end = _tr("No item further down is left to review.")
        context.message.emit(end if by > 0 else _tr("No item further up is left to review."), None)


def _search_on(context: Context, number: int, by: int) -> None:
    """Past the rows at hand: ask the case which items are open."""
    items, wanted = context.items, context.filter
    ids = items.ids[number:] if by > 0 else items.ids[number::-1]

    def work(connection: Any) -> int | None:
        from core.case import browse, filters

        still = set(browse.ids(connection, wanted.with_part(~filters.reviewed())))
        return next((content for content in ids if content in still), None)

    def done(found: int | None) -> None:
        if found is not None:
            move_to(context, found)
        else:
            context.message.emit(_tr("Nothing in this direction is left to review."), None)

    context.query(work, done, key="next-open")


def move_to(context: Context, content: int) -> None:
    """Look at this item; in a list it is the one that is selected, too."""
    if context.view != "single":
        context.selection.set((content,))
    context.set_current(content)
