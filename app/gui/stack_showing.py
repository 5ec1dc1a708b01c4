"""How near duplicates stand in the list: each by itself, or a stack as one item that can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["open_current", "toggle"]


def toggle(context: Context) -> None:
    """Near duplicates as one item each, or every item by itself."""
    on = not context.stacked
    context.set_stacked(on)
    said = _tr("Similar pictures are one item now.") if on else _tr("Every item is shown now.")
    context.message.emit(said, None)


def open_current(context: Context) -> None:
    """Where similar ones are one line: show the stack of the current item whole, or close it. Else: show nothing but
    it."""
    row = context.items.cached(context.current) if context.current is not None else None
    if row is None or row.stack is None or row.stacked < 2:
        context.message.emit(_tr("Nothing similar is known to this item."), None)
    elif context.stacked:
        context.open_stack(row.stack, row.stack not in context.opened)
    else:
        from core.case import filters

        context.set_filter(context.filter.with_part(filters.stacked(row.stack)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)
