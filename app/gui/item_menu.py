"""What a right click on items offers: the same actions that keys have, with their keys beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.gui.context import Changes

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.browse import ItemRow
    from core.case.case import Case

__all__ = [
    "DIGITS",
    "STRICTNESS",
    "item_menu",
    "place_menu",
    "set_strictness",
    "show_item_menu",
    "strictness_menu",
    "strictness_text",
]

DIGITS = "0123456789"
STRICTNESS = (10, 20, 31)
"""Bits in which the pictures of a stack, or the frames of its films, may differ: what the menu offers."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ItemMenu", text)


def show_item_menu(context: Context, parent: QWidget, where: QPoint) -> None:
    """The menu about the selection, at this place of the screen."""
    item_menu(context, parent).popup(where)


def item_menu(context: Context, parent: QWidget) -> QMenu:
    """The menu about the selection; it goes when it is closed."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    row = context.items.cached(context.current) if context.current is not None else None
    _known(context, menu, "view.single", "compare", "stack.open")
    menu.addSeparator()
    _grades(context, menu.addMenu(_tr("Grade")), "grade")
    _grades(context, menu.addMenu(_tr("Grade the whole stack")), "grade-stack")
    _grades(context, menu.addMenu(_tr("Grade the whole folder")), "grade-folder")
    _known(context, menu, "grade.none", "flag", "tag", "note")
    menu.addSeparator()
    if row is not None:
        _about(context, menu, row)
    menu.addSeparator()
    _known(context, menu, "undo", "redo")
    return menu


def place_menu(context: Context, menu: QMenu) -> None:
    """Fill a menu with the places of the preview, the one in force ticked."""
    menu.clear()
    place = str(context.preferences.value("preview.place", "right"))
    for name in ("right", "below", "window", "hidden"):
        action = context.actions[f"preview.place.{name}"]
        action.setCheckable(True)
        action.setChecked(name == place)
        menu.addAction(action)


def strictness_menu(context: Context, menu: QMenu) -> None:
    """Fill a menu with how alike the pictures of a stack have to be; the choice belongs to the case."""
    menu.clear()
    actions = {bits: context.actions[f"stack.within.{bits}"] for bits in STRICTNESS}
    for action in actions.values():
        action.setCheckable(True)
        menu.addAction(action)

    def tick(now: int) -> None:
        for bits, action in actions.items():
            if shiboken6.isValid(action):
                action.setChecked(bits == now)

    def work(connection: Any) -> int:
        from core.case import piles

        return piles.strictness(connection)

    context.query(work, tick, key="strictness", urgent=True)


def strictness_text(bits: int) -> str:
    """How alike pictures of a stack are that differ in so many bits at most."""
    return {
        10: _tr("Stacks: the same picture or film, saved again"),
        20: _tr("Stacks: the same picture or film, retouched"),
        31: _tr("Stacks: nearly the same picture or film"),
    }[bits]


def set_strictness(context: Context, bits: int) -> None:
    """Make the stacks of the case again with this strictness."""
    if context.case is None:
        return

    def work(case: Case) -> None:
        from core.case import piles

        piles.set_strictness(case, bits)

    def done(_nothing: None) -> None:
        context.changed.emit(Changes(findings=True))
        context.items.refresh()

    context.message.emit(_tr("The stacks are made again …"), None)
    context.act(work, done)


def _known(context: Context, menu: QMenu, *names: str) -> None:
    for name in names:
        if name in context.actions:
            menu.addAction(context.actions[name])


def _grades(context: Context, menu: QMenu, kind: str) -> None:
    from app.gui.acts import Acts

    scheme = Acts.of(context).scheme
    for digit in DIGITS:
        if f"{kind}.{digit}" in context.actions and (scheme is None or scheme.grade(digit) is not None):
            menu.addAction(context.actions[f"{kind}.{digit}"])


def _about(context: Context, menu: QMenu, row: ItemRow) -> None:
    """Around the item under the mouse: where it lies, and what can be copied of it."""
    from core.case import filters

    if row.source_id is not None:
        term = filters.folder(row.source_id, row.folder)
        menu.addAction(_tr("Show only this folder")).triggered.connect(
            lambda: context.set_filter(context.filter.with_part(term))
        )
    menu.addAction(_tr("Copy path")).triggered.connect(lambda: _copy(row.path))
    menu.addAction(_tr("Copy SHA-256")).triggered.connect(lambda: _copy(row.sha256))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
