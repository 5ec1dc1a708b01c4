"""How much of an item is seen: the ladder from a card of words to the full picture, and one key to hide everything.

Blur and grey lessen what is seen. Nothing here claims that they protect whoever looks: studies disagree. What surely
helps is fewer and shorter looks, and those are counted, for the examiner alone (preferences, never the case).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcutEvent
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

from app.gui import theme
from core.decode.preview_wire import Treatment
from core.records import Region

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["BLUR_MODES", "BlurMode", "Comfort", "Exposure", "ExposureChip", "Rung", "takes_text", "treatment"]

BlurMode = Literal["flagged", "all", "none"]
BLUR_MODES: tuple[BlurMode, ...] = ("flagged", "all", "none")
HOLD_AFTER = 160  # milliseconds: a shorter press of Space is a tap
_SAVE_EVERY = 15  # seconds of looking
SMALL_SIDE = 64


class Rung(IntEnum):
    """The ladder of seeing, least first."""

    CARD = 0  # words only, no pixel is decoded
    SMALL = 1  # 64 pixels
    MASKED = 2  # regions of bodies are covered, the room is seen
    BLURRED = 3  # forms and colours
    GREY = 4
    FULL = 5


@dataclass(frozen=True, slots=True)
class Comfort:
    """What is remembered between sessions. `blur` flagged: items with indicators and items not analysed yet."""

    blur: BlurMode = "flagged"
    grey: bool = False
    muted: bool = True
    autoplay: bool = False
    ceiling: Rung = Rung.FULL
    break_after: int = 0  # minutes of unmasked looking after which a break is suggested; 0: never

    @classmethod
    def remembered(cls, found: Mapping[str, Any]) -> Comfort:
        """From what the preferences hold; anything unknown or out of range is left at its default."""
        known = cls()
        blur, ceiling = found.get("blur"), found.get("ceiling")
        if blur in BLUR_MODES:
            known = replace(known, blur=cast(BlurMode, blur))
        if ceiling in set(Rung):
            known = replace(known, ceiling=Rung(ceiling))
        for name in ("grey", "muted", "autoplay"):
            if isinstance(found.get(name), bool):
                known = replace(known, **{name: found[name]})
        if isinstance(found.get("break_after"), int):
            known = replace(known, break_after=max(0, found["break_after"]))
        return known


def treatment(rung: Rung, *, grey: bool = False, masks: Sequence[Region] = ()) -> Treatment | None:
    """What the preview child takes away on this rung; None: not one pixel is wanted."""
    match rung:
        case Rung.CARD:
            return None
        case Rung.SMALL:
            return Treatment(side=SMALL_SIDE, grey=grey)
        case Rung.MASKED:
            return Treatment(grey=grey, masks=tuple(masks))
        case Rung.BLURRED:
            return Treatment(blur=True, grey=grey)
        case Rung.GREY:
            return Treatment(grey=True)
        case Rung.FULL:
            return Treatment()


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
        self._covers: list[_Cover] = []
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
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

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
        if self.hidden:
            self._cover()
        else:
            self._uncover()
        self.changed.emit()

    def _cover(self) -> None:
        popup = QApplication.activePopupWidget()
        while popup is not None:
            popup.close()
            popup = QApplication.activePopupWidget()
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
                self._covers.append(_Cover(window))

    def _uncover(self) -> None:
        for cover in self._covers:
            cover.hide()
            cover.deleteLater()
        self._covers.clear()

    # ------------------------------------------------------------------ hold to reveal

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind == QEvent.Type.Shortcut and self.hidden:
            return not self._unhides(cast(QShortcutEvent, event))
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return isinstance(watched, QWidget) and self._key(cast(QKeyEvent, event), kind == QEvent.Type.KeyPress)
        if kind == QEvent.Type.ApplicationDeactivate:
            self._let_go()
        return False

    def _unhides(self, event: QShortcutEvent) -> bool:
        return event.key() in self._keys_that_unhide

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
            " ({1}). Kept in your own preferences on this computer, never in the case. Blurring lessens what you see; it is"
            " not proven to protect you. Fewer and shorter looks are."
        )
        self.setToolTip(tip.format(clock, self._exposure.items_today))
        self.setAccessibleName(self.tr("Time of unmasked looking today"))


class _Cover(QWidget):
    """Lies over everything in a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAccessibleName(self.tr("Everything is hidden"))
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded) and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self.raise_()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        look = theme.current()
        painter.fillRect(self.rect(), QColor(look.color("window")))
        painter.setPen(look.color("muted"))
        text = QCoreApplication.translate("Exposure", "Hidden. F9 shows everything again; nothing was lost.")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)


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
