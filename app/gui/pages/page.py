"""What all pages are made of: a title, a column that stays readable on wide screens, cards, and empty states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, theme
from app.gui.context import Context

__all__ = ["Card", "EmptyState", "Page", "button", "clear", "label", "scrolled"]

WIDEST = 1180  # device-independent pixels: longer lines are hard to read
MARGIN = 24


def label(text: str = "", role: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """A text. `role` is one of the theme's: title, heading, section, muted, faint, danger, warning, good."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty(role, True)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class _Button(QPushButton):
    """Enter presses it where it has the keyboard. Qt does that in dialogs only, and there for the default button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def button(
    text: str, slot: Callable[[], object] | None = None, *, icon: str = "", primary: bool = False, quiet: bool = False
) -> QPushButton:
    """A push button of the house. `primary`: the one thing to do here; `quiet`: one of many, without a frame."""
    made = _Button(text)
    made.setAutoDefault(False)
    if icon:
        icons.put(made, icon, "accent-text" if primary else "muted" if quiet else "text")
    if primary:
        made.setProperty("primary", True)
    if quiet:
        made.setProperty("quiet", True)
    if slot is not None:
        made.clicked.connect(lambda _checked=False: slot())
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Card(QFrame):
    """A framed group with a heading. `body` takes the content, `head` what stands to the right of the heading."""

    def __init__(self, title: str = "", text: str = "") -> None:
        super().__init__()
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        self.head = QHBoxLayout()
        self.title = label(title, "heading", wrap=False)
        if title:
            self.setAccessibleName(title)
            self.head.addWidget(self.title)
            self.head.addStretch(1)
            column.addLayout(self.head)
        if text:
            column.addWidget(label(text, "muted"))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body)


class EmptyState(QWidget):
    """Where nothing is yet: an icon, what that means, and what to do."""

    def __init__(self, icon: str, title: str, text: str = "", *actions: QPushButton) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN * 2, MARGIN, MARGIN * 2)
        column.setSpacing(10)
        self._icon, self._picture = icon, QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        column.addWidget(self._picture)
        self.heading = label(title, "heading")
        self.heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading)
        self.text = label(text, "muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text)
        self.text.setVisible(bool(text))  # not before it stands here: it would be a window of its own for a moment
        if actions:
            row = QHBoxLayout()
            row.addStretch(1)
            for action in actions:
                row.addWidget(action)
            row.addStretch(1)
            column.addSpacing(6)
            column.addLayout(row)
        column.addStretch(1)
        theme.current().changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        color = theme.current().color("faint")
        self._picture.setPixmap(icons.pixmap(self._icon, color, 48, self.devicePixelRatioF()))


class _Column(QWidget):
    """Keeps its content at a readable width, in the middle of a wide screen. `scrolling`: as tall as its texts need at
    this width; a scroll area asks for the least height only, and would press wrapped lines into one another."""

    def __init__(self, inner: QWidget, widest: int, *, scrolling: bool = False) -> None:
        super().__init__()
        self._scrolling = scrolling
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        inner.setMaximumWidth(widest)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addStretch(1)
        row.addWidget(inner, 1000)
        row.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        layout = self.layout()
        if self._scrolling and layout is not None:
            wanted = layout.heightForWidth(self.width())
            if wanted > 0 and wanted != self.minimumHeight():
                self.setMinimumHeight(wanted)


class Page(QWidget):
    """A page with a title, buttons beside it (`head`) and a column (`body`) that scrolls when it must."""

    def __init__(
        self, context: Context, title: str, text: str = "", *, widest: int = WIDEST, scrolling: bool = True
    ) -> None:
        super().__init__()
        self.context = context
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, MARGIN - 4, 0, 0)
        column.setSpacing(14)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        self.title = label(title, "title", wrap=False)
        self.subtitle = label(text, "muted")
        self.subtitle.setVisible(bool(text))
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        self.head.addLayout(titles, 1)
        column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(14)
        column.addLayout(self.body, 1)
        if not scrolling:
            outer.addWidget(_Column(inner, widest))
            return
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(_Column(inner, widest, scrolling=True))
        outer.addWidget(area)

    def say(self, text: str) -> None:
        """The line under the title; empty hides it."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 300)


def scrolled(widget: QWidget) -> QScrollArea:
    """What scrolls up and down without a frame, and is no stop of the Tab key."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
