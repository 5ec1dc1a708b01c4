"""First steps: four short pages that are shown once, when the desk starts for the first time, and whenever asked for.

Nothing here is asked that has no good default: leaving it at any moment, by key, button or by going elsewhere, leaves a
desk that works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, theme
from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.explained import lacking
from app.gui.pages.page import Card, Page, button, clear, label, scrolled
from app.gui.pages.setting_rows import SettingRow
from app.gui.pages.step_rail import StepRail
from app.gui.pages.wizard_steps import ComfortStep
from app.gui.preferences import Preferences
from app.gui.recorded import complaint
from app.gui.shortcuts import native
from app.gui.terms import analyzer_title

__all__ = ["STEPS", "FirstRunPage"]

STEPS = ("look", "comfort", "models", "begin")


class FirstRunPage(Page):
    """`language_chosen`: the examiner wants another language; whoever made the window may make it anew in it."""

    language_chosen = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=round(980 * theme.current().scale), scrolling=False)
        self.title.setText(self.tr("First steps"))
        self.setAccessibleName(self.tr("First steps"))
        again = native("Ctrl+K")
        self.say(self.tr("Four short pages. Leave whenever you like: {0} finds them again.").format(again))
        self._steps: dict[str, QWidget] = {
            "look": _LookStep(context, self.language_chosen.emit),
            "comfort": _SeeingStep(context),
            "models": _ModelsStep(context),
            "begin": _BeginStep(context),
        }
        row = QHBoxLayout()
        row.setSpacing(22)
        row.addLayout(self._make_rail())
        self._stack = QStackedWidget()
        for step in self._steps.values():
            self._stack.addWidget(scrolled(step))
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        self.body.addLayout(self._make_buttons())
        self.show_step("look")

    def _make_rail(self) -> StepRail:
        titles = {
            "look": self.tr("Language and look"),
            "comfort": self.tr("Seeing less"),
            "models": self.tr("What can be analysed"),
            "begin": self.tr("Begin"),
        }
        numbered = {name: f"{number}   {title}" for number, (name, title) in enumerate(titles.items(), 1)}
        self.rail = StepRail(numbered, self.show_step, width=210)
        for number, (name, title) in enumerate(titles.items(), 1):
            said = self.tr("Page {0} of {1}: {2}").format(number, len(titles), title)
            self.rail.entries[name].setAccessibleName(said)
        return self.rail

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.skip = button(self.tr("Skip"), self.leave, quiet=True)
        self.back = button(self.tr("Back"), lambda: self._go(-1))
        self.next = button(self.tr("Next"), lambda: self._go(1), primary=True)
        for one in (self.skip, self.back, self.next):
            one.setAutoDefault(True)  # Enter presses what has the focus
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        return row

    # ------------------------------------------------------------------ going through it

    @property
    def step(self) -> str:
        return STEPS[self._stack.currentIndex()]

    def show_step(self, name: str) -> None:
        self._stack.setCurrentIndex(STEPS.index(name))
        self.rail.mark(name)
        last = name == STEPS[-1]
        self.back.setVisible(name != STEPS[0])
        self.skip.setVisible(not last)
        self.next.setText(self.tr("To the start page") if last else self.tr("Next"))
        self.next.setFocus()  # Enter, Enter, Enter goes through it; Tab goes to what can be chosen

    def _go(self, by: int) -> None:
        place = STEPS.index(self.step) + by
        if place >= len(STEPS):
            self.leave()
        else:
            self.show_step(STEPS[max(0, place)])

    def leave(self) -> None:
        """To the start page, or back to the material of an open case; the next time it begins at its beginning."""
        self.show_step(STEPS[0])
        self.context.show_view("start" if self.context.case is None else "review")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        Engine.of(self.context).look()
        self.next.setFocus()


class _LookStep(QWidget):
    def __init__(self, context: Context, language_chosen: Callable[[], None]) -> None:
        super().__init__()
        values = context.preferences
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(self.tr("Language and look"))
        card.body.setSpacing(0)
        self.rows: dict[str, SettingRow] = {
            "language": _pick(
                values,
                "language",
                self.tr("Language of the screen"),
                self.tr("Reports have their own language."),
                (("system", self.tr("like the system")), ("de", "Deutsch"), ("en", "English")),
            ),
            "theme": _pick(
                values,
                "theme",
                self.tr("Look"),
                self.tr("Dark is easier on the eyes beside pictures."),
                (("dark", self.tr("dark")), ("light", self.tr("light")), ("system", self.tr("like the system"))),
            ),
            "font_scale": _pick(
                values,
                "font_scale",
                self.tr("Size of text"),
                self.tr("Everything grows with it."),
                [(size / 100, f"{size} %") for size in (80, 90, 100, 110, 125, 150, 175, 200)],
            ),
        }
        for row in self.rows.values():
            card.body.addWidget(row)
        column.addWidget(card)
        promise = Card(self.tr("What Asservat never does"))
        for text in (
            self.tr("It never writes to evidence: not to its bytes, not to its folders, not to its times."),
            self.tr("It never goes online: no telemetry, no update check, no download while it works."),
            self.tr("It never decides: the machine proposes, you decide, and both are kept apart."),
        ):
            promise.body.addWidget(label(text))
        column.addWidget(promise)
        column.addStretch(1)
        values.changed.connect(self._changed)
        self._told = language_chosen

    def _changed(self, name: str) -> None:
        if name in self.rows:
            self.rows[name].refresh()
        if name == "language":
            self._told()


def _pick(preferences: Preferences, name: str, title: str, text: str, options: Sequence[tuple[Any, str]]) -> SettingRow:
    """One of several values of a preference, without a word about defaults: nothing has been changed yet."""
    box = QComboBox()
    for value, said in options:
        box.addItem(said, value)
    box.activated.connect(lambda _index: preferences.set(**{name: box.currentData()}))

    def refresh() -> None:
        box.setCurrentIndex(box.findData(getattr(preferences.values, name)))

    row = SettingRow(title, text, box, refresh=refresh)
    policy = row.reset.sizePolicy()
    policy.setRetainSizeWhenHidden(False)  # it never comes, so it needs no room
    row.reset.setSizePolicy(policy)
    return row


class _SeeingStep(QWidget):
    """The defaults of least exposure, and the keys that go with them."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.comfort = ComfortStep(context, with_scheme=False)
        column.addWidget(self.comfort)
        keys = Card(self.tr("Keys to remember"))
        keys.body.addWidget(
            _keys(
                context,
                ("hide-everything", self.tr("hides everything at once; the same key brings it back")),
                ("reveal", self.tr("shows the item as it is, for as long as the key is held")),
                ("blur", self.tr("blurs what is flagged, everything, nothing")),
                ("grey", self.tr("takes the colours away")),
                ("preview.mute", self.tr("switches the sound on and off")),
            )
        )
        column.addWidget(keys)
        column.addStretch(1)


class _ModelsStep(QWidget):
    """Which steps can run here, and where to go for those that cannot."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._engine = context, Engine.of(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(
            self.tr("What can be analysed"),
            self.tr(
                "Looking, grading, notes and reports need no models. Each step of the analysis needs its own; they come"
                " with the installation or are carried here as packs, never over the network."
            ),
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        card.body.addLayout(self._list)
        row = QHBoxLayout()
        self.manage = button(self.tr("Open the page of models"), lambda: context.show_view("models"), icon="models")
        row.addWidget(self.manage)
        row.addStretch(1)
        card.body.addLayout(row)
        column.addWidget(card)
        column.addStretch(1)
        self._engine.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        clear(self._list)
        engine = self._engine
        if not engine.known:
            self._list.addWidget(label(self.tr("Looking at what this computer can do…"), "muted"))
            return
        if engine.error is not None:
            self._list.addWidget(label(complaint(engine.error), "danger"))
        for info in engine.analyzers:
            title = analyzer_title(info.name)
            said = lacking(info.missing) if info.missing else self.tr("ready")
            self._list.addWidget(_Line("problems" if info.missing else "check", title, said, bool(info.missing)))


class _Line(QWidget):
    """A step: whether it can run, its name, and what is missing."""

    def __init__(self, icon: str, title: str, text: str, missing: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._picture = label(wrap=False)
        self._icon, self._role = icon, "warning" if missing else "good"
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        name = label(title, wrap=False)
        name.setMinimumWidth(190)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(text, "muted"), 1)
        self.setAccessibleName(f"{title}: {text}")
        theme.follow(self, self._paint)
        self._paint()

    def _paint(self) -> None:
        color = theme.current().color(self._role)
        self._picture.setPixmap(icons.pixmap(self._icon, color, 18, self.devicePixelRatioF()))


class _BeginStep(QWidget):
    """Where work begins, and the two keys that lead to everything else."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(self.tr("Where to begin"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        self.buttons: dict[str, QPushButton] = {}
        for line, (name, icon, title, text) in enumerate(
            (
                (
                    "case.sample",
                    "play",
                    self.tr("Sample case"),
                    self.tr("Made on this computer from drawn pictures: nothing in it burdens anybody."),
                ),
                (
                    "case.new",
                    "add",
                    self.tr("New case"),
                    self.tr("Four short steps. Folders of evidence can be dropped on the window at any time."),
                ),
                (
                    "case.open",
                    "open",
                    self.tr("Open a case"),
                    self.tr("A case is one folder; it can be dropped on the window, too."),
                ),
            )
        ):
            made = button(title, partial(self._do, name), icon=icon)
            made.setAutoDefault(True)
            self.buttons[name] = made
            grid.addWidget(made, line, 0)
            grid.addWidget(label(text, "muted"), line, 1)
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        column.addWidget(card)
        keys = Card(self.tr("Two keys for everything else"))
        keys.body.addWidget(
            _keys(
                context,
                ("help.keys", self.tr("shows all keys; in the settings each can be changed")),
                ("help.palette", self.tr("finds whatever can be done by a few letters of it; these pages, too")),
            )
        )
        column.addWidget(keys)
        column.addStretch(1)

    def _do(self, name: str) -> None:
        if name in self._context.actions:  # the start page brings them, and it is there from the beginning
            self._context.actions[name].trigger()


def _keys(context: Context, *lines: tuple[str, str]) -> QWidget:
    """Keys in force beside what they do."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for line, (action, text) in enumerate(lines):
        keys = context.actions.keys(action)
        key = label(native(keys[0]) if keys else "–", "heading", wrap=False)
        key.setMinimumWidth(90)
        grid.addWidget(key, line, 0)
        grid.addWidget(label(text), line, 1)
    grid.setColumnStretch(1, 1)
    return made
