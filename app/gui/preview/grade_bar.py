"""The grades of the case's scheme as a row of buttons, with the grade, flag and tags of the current item."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.gui import icons, theme
from app.gui.elided import ElidedLabel
from app.gui.item_painting import draw_grade
from app.gui.preview.subject import Subject

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from app.gui.context import Context
    from core.case.schemes import Grade

__all__ = ["GradeBar"]

_SIDE = 20  # pixels of a grade's badge, at 100 %


class GradeBar(QWidget):
    """A mouse can grade here; keys do it everywhere."""

    def __init__(
        self,
        context: Context,
        acts: Acts,
        parent: QWidget | None = None,
        *,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`before` is called before an act: where several items are on the screen, it says which one is meant."""
        super().__init__(parent)
        self._before = before
        self._context = context
        self._acts = acts
        self._subject: Subject | None = None
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 3, 6, 3)
        self._row.setSpacing(1)
        self._said = ElidedLabel()
        self._said.setProperty("muted", True)
        self._said.setContentsMargins(8, 0, 4, 0)
        self._row.addWidget(self._said, 1)
        self.flag = self._tool("flag", "flag", acts.flag)
        self.flag.setCheckable(True)
        self._row.addWidget(self.flag)
        self._row.addWidget(self._tool("tag", "tag", acts.ask_tag))
        self._row.addWidget(self._tool("note", "note", acts.ask_note))
        acts.scheme_changed.connect(self._build)
        theme.current().changed.connect(self._build)
        self._build()

    def _tool(self, id: str, icon: str, slot: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        icons.put(button, icon)
        button.clicked.connect(lambda _checked=False: (self._before(), slot()))
        self._context.actions.explain(button, id)
        return button

    def _build(self) -> None:
        for button in self.buttons.values():
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = {}
        for place, grade in enumerate(self._acts.scheme.grades if self._acts.scheme is not None else ()):
            button = self._grade_button(grade)
            self._row.insertWidget(place, button)
            self.buttons[grade.key] = button
        self._show()

    def _grade_button(self, grade: Grade) -> QToolButton:
        language = QLocale().name()[:2]
        button = QToolButton()
        button.setAutoRaise(True)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        side = round(_SIDE * theme.current().scale)
        button.setIconSize(QSize(side, side))
        button.setIcon(_badge(grade, side))
        title = f"{grade.key}: {grade.title(language)}"
        button.setAccessibleName(self.tr("Grade {0}").format(title))
        button.setToolTip("\n".join(part for part in (title, grade.explanation(language)) if part))
        button.clicked.connect(partial(self._clicked, grade.key))
        return button

    def _clicked(self, key: str, _checked: bool = False) -> None:
        given = self._subject.details.grade if self._subject is not None else ""
        self._before()
        self._show()  # the button shows what is stored, not what was clicked
        self._acts.grade("" if given == key else key)

    def set_subject(self, subject: Subject | None) -> None:
        self._subject = subject
        self._show()

    def _show(self) -> None:
        details = self._subject.details if self._subject is not None else None
        self.setEnabled(details is not None)
        given = details.grade if details is not None else ""
        for key, button in self.buttons.items():
            button.setChecked(key == given)
        self.flag.setChecked(details is not None and details.flagged)
        known = self._acts.scheme.grade(given) if self._acts.scheme is not None and given else None
        parts = [known.title(QLocale().name()[:2]) if known is not None else given]
        parts += list(details.tags) if details is not None else []
        text = " · ".join(part for part in parts if part)
        self._said.setText(text)
        self._said.setToolTip(text)


def _badge(grade: Grade, side: int) -> QIcon:
    picture = QPixmap(2 * side, 2 * side)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_grade(painter, QRectF(2, 2, side - 4, side - 4), grade.key, grade.shape)
    painter.end()
    return QIcon(picture)
