"""Which items are compared, and the actions that begin and steer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.window import MainWindow

__all__ = ["FEWEST", "MOST", "Comparison", "install"]

FEWEST, MOST = 2, 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("Compare", text)


class Comparison(QObject):
    """What is compared in one window. One per context (`of`)."""

    chosen = Signal(object)  # content ids, two to four
    wanted = Signal(str)  # swap, flip or together: the page does it

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self.ids: tuple[int, ...] = ()
        context.case_closed.connect(self._forget)

    @staticmethod
    def of(context: Context) -> Comparison:
        """The comparison of this context; made on first use."""
        found = context.findChild(Comparison)
        return found if found is not None else Comparison(context)

    def _forget(self) -> None:
        self.ids = ()

    def toggle(self) -> None:
        """Compare what is chosen; when comparing, go back to the list."""
        context = self._context
        if context.case is None:
            return
        if context.view == "compare":
            context.show_view("review")
        else:
            self.choose(lambda: context.show_view("compare"))

    def choose(self, then: Callable[[], None] = lambda: None) -> None:
        """The selection in the order of the list; of one item its stack, or where it stands alone the next in the
        list. `then` is called when it is known."""
        context = self._context
        selected = list(context.selection.ids()) if context.view != "single" else []
        if len(selected) >= FEWEST:
            self._take(_in_order(context.items.ids, selected), then)
            return
        current = context.current if context.current is not None else context.items.id_at(0)
        if current is None:
            return

        def work(connection: Any) -> Sequence[int]:
            from core.case import browse

            alike = browse.whole_stacks(connection, [current])
            return [current, *(content for content in alike if content != current)]

        context.query(work, lambda found: self._take(found if len(found) > 1 else self._neighbours(current), then))

    def _neighbours(self, current: int) -> list[int]:
        items = self._context.items
        row = max(0, items.row_of(current))
        other = items.id_at(row + 1) or items.id_at(row - 1)
        return [current, other] if other is not None and other != current else [current]

    def _take(self, found: Sequence[int], then: Callable[[], None]) -> None:
        if len(found) < FEWEST:
            self._context.message.emit(_tr("There is nothing to compare this item with."), None)
            return
        if len(found) > MOST:
            said = _tr("Comparing the first {0} of {1}.").format(MOST, len(found))
            self._context.message.emit(said, None)
        self.ids = tuple(found[:MOST])
        self.chosen.emit(self.ids)
        then()


def _in_order(listed: Sequence[int], chosen: Sequence[int]) -> list[int]:
    """The chosen ones as the list has them, then those that are not in it."""
    wanted = set(chosen)
    shown = [content for content in listed if content in wanted]
    return [*shown, *sorted(wanted - set(shown))]


def install(window: MainWindow) -> None:
    """Make comparing possible in this window. Swapping, flipping and the rest are listened to by the page itself."""
    comparison = Comparison.of(window.context)
    add, section = window.context.actions.add, _tr("Compare")
    add("compare", _tr("Compare what is selected, or similar ones"), "C", comparison.toggle, section=section)
    for name, text, key in (
        ("swap", _tr("Comparing: swap with the next"), "X"),
        ("flip", _tr("Comparing: one after the other in the same place"), "D"),
        ("together", _tr("Comparing: move and zoom all together, or one alone"), "V"),
    ):
        add(f"compare.{name}", text, key, partial(comparison.wanted.emit, name), section=section)
