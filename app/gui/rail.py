"""The rail at the left edge: one button for each page of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.gui import icons, theme
from app.gui.views import PAGES, REVIEW, Page

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Rail"]

AROUND, ENDS = 18, 16  # pixels around icon and name of a button, and at both ends of the rail


class Rail(QFrame):
    """Icons with their names below; what needs a case is grey without one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._review = "grid"
        self.setProperty("side", True)
        self.setAccessibleName(self.tr("Pages"))
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        self._group = group
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 8, 5, 8)
        column.setSpacing(3)
        rail = [page for page in PAGES if page.in_rail]
        for page in (page for page in rail if not page.at_end):
            column.addWidget(self._button(page, group))
        column.addStretch(1)
        for page in (page for page in rail if page.at_end):
            column.addWidget(self._button(page, group))
        context.view_changed.connect(self._show)
        context.case_opened.connect(self._enable)
        context.case_closed.connect(self._enable)
        theme.current().changed.connect(self._resize)
        self._resize()
        self._enable()

    def _button(self, page: Page, group: QButtonGroup) -> QToolButton:
        button = QToolButton()
        button.setText(page.title())
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(page.title())
        button.setProperty("own-icon-size", True)
        icons.put(button, page.icon, "muted")
        group.addButton(button)
        button.clicked.connect(lambda: self._go(page.name))
        self._buttons[page.name] = button
        return button

    def explain(self) -> None:
        """Give every button the tooltip of its action, keys included. Called when the actions are there."""
        for page in PAGES:
            button = self._buttons.get(page.name)
            if button is not None and f"view.{page.name}" in self._context.actions:
                self._context.actions.explain(button, f"view.{page.name}")

    def _go(self, name: str) -> None:
        self._context.show_view(self._review if name == "review" else name)
        self._show(self._context.view)

    def _show(self, view: str) -> None:
        if view in REVIEW:
            self._review = view if view != "single" else self._review
        name = "review" if view in REVIEW or view == "compare" else view
        if name not in self._buttons:  # a page of its own (the wizard): none of these is on the screen
            self._group.setExclusive(False)
            for button in self._buttons.values():
                button.setChecked(False)
            self._group.setExclusive(True)
            return
        for key, button in self._buttons.items():  # Tab comes to the page that is shown; arrows go to the others
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if key == name else Qt.FocusPolicy.NoFocus)
        self._buttons[name].setChecked(True)

    def _enable(self) -> None:
        for page in PAGES:
            if page.name in self._buttons:
                self._buttons[page.name].setEnabled(not page.needs_case or self._context.case is not None)

    def _resize(self) -> None:
        side = round(22 * theme.current().scale)
        font = self.font()
        font.setPointSizeF(max(7.5, font.pointSizeF() * 0.82))
        for button in self._buttons.values():
            button.setIconSize(QSize(side, side))
            button.setFont(font)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Names below the icons where the window is high enough for them; else icons alone, with the names as tips."""
        line = QFontMetrics(next(iter(self._buttons.values())).font()).height()
        one = round(22 * theme.current().scale) + line + AROUND
        with_names = self.height() >= len(self._buttons) * one + ENDS
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if with_names else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
