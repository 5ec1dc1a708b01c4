"""The steps of a page as a column of buttons, the one that is shown being pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout

from app.gui.pages.page import button

__all__ = ["StepRail"]


class StepRail(QVBoxLayout):
    """`titles`: by the names that `show` is called with. `entries`: the buttons, by the same names."""

    def __init__(self, titles: Mapping[str, str], show: Callable[[str], None], *, width: int) -> None:
        super().__init__()
        self.setSpacing(4)
        self.entries: dict[str, QPushButton] = {}
        for name, title in titles.items():
            entry = button(title, partial(show, name), quiet=True)
            entry.setCheckable(True)
            entry.setStyleSheet("text-align: left;")
            entry.setMinimumWidth(width)
            self.entries[name] = entry
            self.addWidget(entry)
        self.addStretch(1)

    def mark(self, shown: str) -> None:
        """This step is shown now."""
        for name, entry in self.entries.items():
            entry.setChecked(name == shown)
