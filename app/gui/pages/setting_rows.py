"""One setting as a line: what it is, where its value comes from, the control, and back to the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.gui.pages.page import Card, button, label
from app.gui.preferences import DEFAULTS, Preferences

__all__ = ["Section", "SettingRow", "check", "choice", "number_field", "text_field"]

CONTROL_WIDTH = 250


class SettingRow(QWidget):
    """`refresh` shows the value anew. `is_default` None: there is no default to go back to. `badge`: where the value
    comes from, in place of "changed"."""

    def __init__(
        self,
        title: str,
        text: str,
        control: QWidget,
        *,
        refresh: Callable[[], object] = lambda: None,
        is_default: Callable[[], bool] | None = None,
        reset: Callable[[], object] | None = None,
        badge: Callable[[], str] | None = None,
    ) -> None:
        super().__init__()
        self.title, self.words = title, f"{title} {text}".casefold()
        self._refresh, self._is_default, self._badge = refresh, is_default, badge
        self.control = control
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 7, 0, 7)
        row.setSpacing(16)
        texts = self.texts = QVBoxLayout()
        texts.setSpacing(1)
        name = label(title)
        name.setBuddy(control)
        texts.addWidget(name)
        if text:
            texts.addWidget(label(text, "muted"))
        row.addLayout(texts, 1)
        self.badge = label("", "faint", wrap=False)
        row.addWidget(self.badge)
        self.reset = button("", reset, icon="undo", quiet=True)
        self.reset.setToolTip(QCoreApplication.translate("SettingRow", "Back to the default"))
        self.reset.setAccessibleName(QCoreApplication.translate("SettingRow", "Back to the default: {0}").format(title))
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        row.addWidget(self.reset)
        if not control.accessibleName():
            control.setAccessibleName(title)
        control.setMinimumWidth(CONTROL_WIDTH)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.refresh()

    def refresh(self) -> None:
        self._refresh()
        default = self._is_default() if self._is_default is not None else True
        changed = "" if default else QCoreApplication.translate("SettingRow", "changed")
        self.badge.setText(self._badge() if self._badge is not None else changed)
        self.reset.setVisible(not default)

    def matches(self, words: Sequence[str]) -> bool:
        return all(word in self.words for word in words)


class Section(QWidget):
    """All settings of one scope, in cards."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.cards: list[tuple[Card, list[SettingRow]]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(label(title, "section"))

    def add(self, title: str, *rows: SettingRow) -> Card:
        card = Card(title)
        card.body.setSpacing(0)
        for row in rows:
            row.words = f"{title} {row.words}".casefold()
            card.body.addWidget(row)
        self._column.addWidget(card)
        self.cards.append((card, list(rows)))
        return card

    def refresh(self) -> None:
        for _, rows in self.cards:
            for row in rows:
                row.refresh()

    def search(self, words: Sequence[str]) -> bool:
        """Show only what has these words; False: nothing has."""
        found = False
        for card, rows in self.cards:
            hits = [row.matches(words) for row in rows]
            for row, hit in zip(rows, hits, strict=True):
                row.setVisible(hit)
            card.setVisible(any(hits))
            found = found or any(hits)
        self.setVisible(found)
        return found


def choice(
    preferences: Preferences, name: str, title: str, text: str, options: Sequence[tuple[Any, str]]
) -> SettingRow:
    """One of several values of a preference."""
    box = QComboBox()
    for value, said in options:
        box.addItem(said, value)
    box.activated.connect(lambda _index: preferences.set(**{name: box.currentData()}))
    return _bound(preferences, name, (title, text), box, lambda value: box.setCurrentIndex(box.findData(value)))


def check(preferences: Preferences, name: str, title: str, text: str) -> SettingRow:
    """On or off."""
    box = QCheckBox()
    box.clicked.connect(lambda on: preferences.set(**{name: on}))
    return _bound(preferences, name, (title, text), box, box.setChecked)


def text_field(preferences: Preferences, name: str, title: str, text: str) -> SettingRow:
    """A line of text, taken over when it is left."""
    field = QLineEdit()
    field.editingFinished.connect(lambda: preferences.set(**{name: field.text().strip()}))
    return _bound(preferences, name, (title, text), field, lambda value: field.setText(str(value)))


def number_field(
    preferences: Preferences, name: str, title: str, text: str, ends: tuple[int, int], *, zero: str = ""
) -> SettingRow:
    """A whole number between two ends; `zero`: what stands there instead of the lowest."""
    field = QSpinBox()
    field.setRange(*ends)
    field.setSpecialValueText(zero)
    field.valueChanged.connect(lambda value: preferences.set(**{name: value}))
    return _bound(preferences, name, (title, text), field, lambda value: field.setValue(int(value)))


def _bound(
    preferences: Preferences, name: str, said: tuple[str, str], control: QWidget, show: Callable[[Any], object]
) -> SettingRow:
    def refresh() -> None:
        before = control.blockSignals(True)
        show(getattr(preferences.values, name))
        control.blockSignals(before)

    row = SettingRow(
        *said,
        control,
        refresh=refresh,
        is_default=lambda: getattr(preferences.values, name) == getattr(DEFAULTS, name),
        reset=lambda: preferences.reset(name),
    )
    row.setProperty("preference", name)
    return row
