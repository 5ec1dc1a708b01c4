"""How much of an item is seen: the ladder from a card of words to the full picture, and one key to hide everything.

Blur and grey lessen what is seen. Nothing here claims that they protect whoever looks: studies disagree. What surely
helps is fewer and shorter looks, and those are counted, for the examiner alone (preferences, never the case).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QWidget,
)

from app.gui.cover import Cover
from app.gui.rungs import BLUR_MODES, SMALL_SIDE, BlurMode, Comfort, Rung, treatment

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = [
    "BLUR_MODES",
    "SMALL_SIDE",
    "BlurMode",
    "Comfort",
    "Exposure",
    "ExposureChip",
    "Rung",
    "takes_text",
    "treatment",
]

HOLD_AFTER = 160  # milliseconds: a shorter press of Space is a tap
_SAVE_EVERY = 15  # seconds of looking


class Exposure(QObject):
    """What may be seen right now in one window. `of(context)` gives the one that belongs to a context."""

    changed = Signal()  # anything that decides how pixels are shown
    tapped = Signal()  # Space, shortly: play or pause
    counted = Signal()  # the private counter moved
    break_due = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self.comfort = Comfort.remembered(_stored(context, "comfort"))
        self.hidden = False
        self.revealed = False
        self._covers: list[Cover] = []
        self._watched: int | None = None
        self._seen: set[int] = set()
        self._day, self.seconds_today, self.items_today = _today(), 0.0, 0
        self._recall()
        self._clock = QElapsedTimer()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count)
        self._hold = QTimer(self, singleShot=True, interval=HOLD_AFTER)
        self._hold.timeout.connect(self._reveal)
        self._pressed = False
        self._unsaved = 0.0
        self._keys_that_unhide: Sequence[QKeySequence] = (QKeySequence("F9"),)
        self._focus: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)
            application.applicationStateChanged.connect(self._state_changed)
            self._follow_focus(None, QApplication.focusWidget())

    @staticmethod
    def of(context: Context) -> Exposure:
        """The exposure of this context; made on first use."""
        found = context.findChild(Exposure)
        return found if found is not None else Exposure(context)

    # ------------------------------------------------------------------ what is seen

    def rung(self, *, sensitive: bool) -> Rung:
        """How much of an item may be seen. `sensitive`: it has indicators, or nobody has looked for them yet."""
        if self.hidden:
            return Rung.CARD
        if self.revealed:
            return Rung.FULL
        blurred = self.comfort.blur == "all" or (self.comfort.blur == "flagged" and sensitive)
        allowed = min(self.comfort.ceiling, Rung.BLURRED if blurred else Rung.FULL)
        return Rung.GREY if allowed is Rung.FULL and self.comfort.grey else Rung(allowed)

    def set_comfort(self, comfort: Comfort) -> None:
        if comfort != self.comfort:
            self.comfort = comfort
            _store(self._context, "comfort", {**asdict(comfort), "ceiling": int(comfort.ceiling)})
            self.changed.emit()

    def next_blur(self) -> None:
        """Blur what is flagged or not analysed → everything → nothing."""
        following = BLUR_MODES[(BLUR_MODES.index(self.comfort.blur) + 1) % len(BLUR_MODES)]
        self.set_comfort(replace(self.comfort, blur=following))
        self._context.message.emit(self.blur_text(following), None)

    def blur_text(self, mode: BlurMode) -> str:
        return {
            "flagged": self.tr("Blurred: items with indicators and items not analysed yet"),
            "all": self.tr("Blurred: everything"),
            "none": self.tr("Blurred: nothing"),
        }[mode]

    def toggle_grey(self) -> None:
        self.set_comfort(replace(self.comfort, grey=not self.comfort.grey))

    def toggle_muted(self) -> None:
        self.set_comfort(replace(self.comfort, muted=not self.comfort.muted))

    def step(self, by: int) -> None:
        """One rung up or down the ladder."""
        self.set_ceiling(Rung(min(Rung.FULL, max(Rung.CARD, self.comfort.ceiling + by))))

    def set_ceiling(self, rung: Rung) -> None:
        self.set_comfort(replace(self.comfort, ceiling=rung))
        self._context.message.emit(self.tr("At most shown: {0}").format(self.rung_text(rung)), None)

    def rung_text(self, rung: Rung) -> str:
        return {
            Rung.CARD: self.tr("words only"),
            Rung.SMALL: self.tr("very small"),
            Rung.MASKED: self.tr("context, bodies covered"),
            Rung.BLURRED: self.tr("blurred"),
            Rung.GREY: self.tr("grey"),
            Rung.FULL: self.tr("full"),
        }[rung]

    # ------------------------------------------------------------------ hide everything

    def toggle_hidden(self) -> None:
        """Cover every window of the program at once, and uncover them again."""
        self.hidden = not self.hidden
        application = QApplication.instance()
        if self.hidden:
            self._let_go()
            self._keys_that_unhide = self._hiding_keys()
            if application is not None:
                application.installEventFilter(self)
            self._cover()
        else:
            if application is not None:
                application.removeEventFilter(self)
            self._uncover()
        self.changed.emit()

    def _cover(self) -> None:
        popup = QApplication.activePopupWidget()
        while popup is not None:
            popup.close()
            popup = QApplication.activePopupWidget()
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
                self._covers.append(Cover(window))

    def _uncover(self) -> None:
        for cover in self._covers:
            cover.hide()
            cover.deleteLater()
        self._covers.clear()

    # ------------------------------------------------------------------ hold to reveal

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Keys are listened to where they arrive: a filter on the whole application would see every event of it."""
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.removeEventFilter(self)
        self._focus = new
        if new is not None:
            new.installEventFilter(self)
        if self._pressed:
            self._let_go()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._let_go()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self.hidden and kind == QEvent.Type.Shortcut:
            return cast(QShortcutEvent, event).key() not in self._keys_that_unhide
        if kind == QEvent.Type.KeyPress and self._in_a_dialog(cast(QKeyEvent, event)):
            return True
        if self.hidden and kind in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            return not isinstance(_watched, Cover)
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return self._key(cast(QKeyEvent, event), kind == QEvent.Type.KeyPress)
        return False

    def _in_a_dialog(self, event: QKeyEvent) -> bool:
        """The key that hides reaches the focus as a key only where no action has heard it: in a dialog, before which
        Qt keeps back the actions of the window behind."""
        if QKeySequence(event.keyCombination()) not in self._hiding_keys():
            return False
        if not event.isAutoRepeat():
            self.toggle_hidden()
        return True

    def _hiding_keys(self) -> Sequence[QKeySequence]:
        return [QKeySequence(one) for one in (*self._context.actions.keys("hide-everything"), "F9")]

    def _key(self, event: QKeyEvent, down: bool) -> bool:
        if event.key() != Qt.Key.Key_Space or event.modifiers() or self.hidden:
            return False
        focus = QApplication.focusWidget()
        if not self._pressed and (focus is None or _wants_space(focus)):
            return False
        if event.isAutoRepeat():
            return True
        if down:
            self._pressed = True
            self._hold.start()
        elif self._pressed:
            if self._hold.isActive():
                self.tapped.emit()
            self._let_go()
        return True

    def _reveal(self) -> None:
        self.revealed = True
        self.changed.emit()

    def _let_go(self) -> None:
        self._pressed = False
        self._hold.stop()
        if self.revealed:
            self.revealed = False
            self.changed.emit()

    # ------------------------------------------------------------------ the private counter

    def look(self, content: int, rung: Rung, *, sensitive: bool) -> None:
        """This is on the screen now. Sensitive pixels that are neither blurred nor covered count as looked at."""
        self.watch(content if sensitive and rung >= Rung.GREY else None)

    def watch(self, content: int | None) -> None:
        """Say whose sensitive pixels are seen unmasked from now on; None: nobody's."""
        if content == self._watched:
            return
        self._count()
        self._watched = content
        if content is None:
            self._tick.stop()
            self._save()
        else:
            if content not in self._seen:
                self._seen.add(content)
                self.items_today += 1
            self._clock.start()
            self._tick.start()
        self.counted.emit()

    def _count(self) -> None:
        if self._watched is None or not self._clock.isValid():
            return
        seconds = self._clock.restart() / 1000
        if QApplication.activeWindow() is None:
            return  # nobody looks at a window in the background
        if self._day != _today():
            self._day, self.seconds_today, self.items_today = _today(), 0.0, 1
            self._seen = {self._watched}
        before = self.seconds_today
        self.seconds_today += seconds
        self._unsaved += seconds
        if self._unsaved > _SAVE_EVERY:
            self._save()
        limit = self.comfort.break_after * 60
        if limit and before // limit != self.seconds_today // limit:
            self.break_due.emit()
        self.counted.emit()

    def _recall(self) -> None:
        found = _stored(self._context, "exposure")
        if found.get("day") == self._day:
            seconds, items = found.get("seconds"), found.get("items")
            self.seconds_today = float(seconds) if isinstance(seconds, (int, float)) else 0.0
            self.items_today = items if isinstance(items, int) else 0

    def _save(self) -> None:
        """Only sums: which items they were is nobody's business."""
        if self._unsaved:
            self._unsaved = 0.0
            sums = {"day": self._day, "seconds": round(self.seconds_today, 1), "items": self.items_today}
            _store(self._context, "exposure", sums)


class ExposureChip(QToolButton):
    """The private counter in the status bar; a click opens nothing and tells nobody."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exposure = Exposure.of(context)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._exposure.counted.connect(self._show)
        self._show()

    def _show(self) -> None:
        seconds = int(self._exposure.seconds_today)
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds >= 3600 else ""
        clock = clock or f"{seconds // 60:02}:{seconds % 60:02}"
        self.setText(self.tr("Seen {0}").format(clock))
        tip = self.tr(
            "Time today in which sensitive material was on the screen unmasked ({0}), and how many items that were"
            " ({1}). Kept in your own preferences on this computer, never in the case. Blurring lessens what you see;"
            " it is not proven to protect you. Fewer and shorter looks surely lessen it."
        )
        self.setToolTip(tip.format(clock, self._exposure.items_today))
        self.setAccessibleName(self.tr("Time of unmasked looking today"))


def takes_text(widget: QWidget | None) -> bool:
    """Whether letters typed now belong to a text field."""
    if isinstance(widget, (QTextEdit, QPlainTextEdit)):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox))


def _wants_space(widget: QWidget) -> bool:
    """Text fields type it, buttons and lists to choose from are pressed by it."""
    return takes_text(widget) or isinstance(widget, (QAbstractButton, QComboBox))


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).astimezone().date().isoformat()


def _stored(context: Context, name: str) -> Mapping[str, Any]:
    found = context.preferences.value(name, {})
    return found if isinstance(found, Mapping) else {}


def _store(context: Context, name: str, value: Mapping[str, Any]) -> None:
    context.preferences.set_value(name, dict(value))
