"""The row of buttons under the picture. It shows a state and triggers the registered actions; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.gui import icons
from app.gui.preview.clock import number, timecode
from core.decode.preview import Shown

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Controls"]

_FILM = ("preview.storyboard", "preview.back", "preview.play", "preview.forward")
_PICTURE = ("preview.fit", "preview.rotate", "preview.overlays")
_ICONS = {
    "preview.storyboard": "grid",
    "preview.back": "step-back",
    "preview.play": "play",
    "preview.forward": "step-forward",
    "preview.mute": "mute",
    "preview.fit": "fit",
    "preview.rotate": "rotate",
    "preview.overlays": "boxes",
    "why": "why",
}


class Controls(QWidget):
    """Buttons for what can be done with this kind of item; the others are not there."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._buttons: dict[str, QToolButton] = {}
        self._shown_icons: dict[str, str] = {}
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setProperty("muted", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 2)
        layout.setSpacing(1)
        for id in (*_FILM, "preview.mute"):
            layout.addWidget(self._button(id))
        layout.addSpacing(4)
        layout.addWidget(self._label, 1)
        for id in _PICTURE:
            layout.addWidget(self._button(id))

    def _button(self, id: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if id in ("preview.back", "preview.forward"):
            button.setAutoRepeat(True)
        button.clicked.connect(lambda _checked=False: self._context.actions[id].trigger())  # keys may be reassigned
        self._buttons[id] = button
        self._set_icon(id, _ICONS[id])
        return button

    def explain(self) -> None:
        """Tooltips and names with keys, when the actions are registered."""
        for id, button in self._buttons.items():
            self._context.actions.explain(button, id)

    def _set_icon(self, id: str, name: str) -> None:
        if self._shown_icons.get(id) != name:
            self._shown_icons[id] = name
            icons.put(self._buttons[id], name)

    def show_state(
        self,
        *,
        film: bool,
        sound: bool,
        playing: bool,
        speed: float,
        muted: bool,
        place: float | None,
        length: float,
        facts: Shown | None,
        on_storyboard: bool,
        has_pixels: bool,
        overlays: bool,
    ) -> None:
        pages = facts is not None and facts.count > 1 and not film
        audible = sound or (film and (facts is None or facts.has_sound))
        shown = {
            "preview.storyboard": film and not on_storyboard,
            "preview.back": film or pages,
            "preview.play": film or sound,
            "preview.forward": film or pages,
            "preview.mute": audible,
            "preview.fit": has_pixels and not on_storyboard,
            "preview.rotate": has_pixels and not on_storyboard,
            "preview.overlays": has_pixels and not on_storyboard,
        }
        for id, visible in shown.items():
            self._buttons[id].setVisible(visible)
        self._set_icon("preview.play", "pause" if playing else "play")
        self._set_icon("preview.mute", "mute" if muted else "sound")
        self._buttons["preview.overlays"].setCheckable(True)
        self._buttons["preview.overlays"].setChecked(overlays)
        text = self._text(film or sound, place, length, facts, pages)
        self._label.setText(f"{text}   {speed:g}×" if speed != 1.0 and (film or sound) else text)
        self._label.setToolTip(self._explained(film, facts))

    def _text(self, timed: bool, place: float | None, length: float, facts: Shown | None, pages: bool) -> str:
        if timed:
            known = timecode(length, thousandths=False)
            return f"{timecode(place)} / {known}" if place is not None else known
        if facts is None:
            return ""
        size = f"{facts.size[0]} × {facts.size[1]}"
        return f"{number(facts.number + 1)} / {number(facts.count)}   {size}" if pages else size

    def _explained(self, film: bool, facts: Shown | None) -> str:
        if not film or facts is None:
            return ""
        text = self.tr("Frame {0} of {1} (counted from 0), {2} × {3} pixels").format(
            number(facts.number), number(facts.count), *facts.size
        )
        if facts.rate:
            text += "\n" + self.tr("{0} frames a second").format(f"{facts.rate:.3f}")
        if facts.variable:
            text += "\n" + self.tr("The frame rate varies: times are those of each frame, not counted.")
        return text
