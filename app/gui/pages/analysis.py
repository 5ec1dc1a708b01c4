"""The third step of the wizard: how thoroughly, which steps, and how long that will take on this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from app.gui.context import Context
from app.gui.pages.counting import Counts
from app.gui.pages.engine import Engine, speed_key
from app.gui.pages.explained import lacking, limits
from app.gui.pages.page import Card, button, clear, label
from app.gui.pages.presets import PRESETS, Preset, PresetName, duration, estimate, run_settings
from app.gui.pages.wording import number
from app.gui.terms import analyzer_title
from core.records import AnalyzerInfo
from core.settings import RunSettings

__all__ = ["AnalysisStep", "PresetCard"]


class PresetCard(QFrame):
    """One preset as a card that can be chosen by mouse or keyboard. `time`: the estimate in words."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        self.preset = preset
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        self.choice = QRadioButton(preset.title)
        font = self.choice.font()
        font.setBold(True)
        self.choice.setFont(font)
        self.choice.setAccessibleDescription(preset.text)
        column.addWidget(self.choice)
        text = label(preset.text, "muted")
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(text, 1)
        self.time = label("", "section")
        column.addWidget(self.time)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.choice.setChecked(True)


class AnalysisStep(QWidget):
    """`settings()` is what the run will be given."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._engine, self._counts = context, Engine.of(context), Counts()
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._make_cards())
        column.addWidget(self._make_steps())
        column.addLayout(self._make_speed())
        column.addStretch(1)
        self.preset: PresetName = context.preferences.values.preset
        self.cards[self.preset].choice.setChecked(True)
        self._engine.changed.connect(self._engine_changed)
        context.preferences.changed.connect(self._preference_changed)
        self._engine_changed()

    def _make_cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.cards: dict[PresetName, PresetCard] = {name: PresetCard(preset) for name, preset in PRESETS.items()}
        for card in self.cards.values():
            row.addWidget(card, 1)
            card.choice.setAutoExclusive(False)  # they have different parents; `_choose` sees to it
            card.choice.toggled.connect(lambda on, card=card: self._choose(card) if on else self._keep_one(card))
        return row

    def _make_steps(self) -> Card:
        card = Card(self.tr("Steps"))
        self._list = QGridLayout()
        self._list.setHorizontalSpacing(18)
        self._list.setColumnStretch(1, 1)
        card.body.addLayout(self._list)
        return card

    def _make_speed(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.speed = label("", "muted")
        self.measure = button(self.tr("Measure this computer"), self._measure, icon="gauge")
        row.addWidget(self.speed, 1)
        row.addWidget(self.measure)
        return row

    # ------------------------------------------------------------------ choosing

    def _choose(self, chosen: PresetCard) -> None:
        self.preset = chosen.preset.name
        for card in self.cards.values():
            if card is not chosen:
                card.choice.setChecked(False)
        self._context.preferences.set(preset=self.preset)
        wanted = chosen.preset.analyzers
        for name, box in self.boxes.items():
            box.setChecked(box.isEnabled() and (wanted is None or name in wanted))
        self._say()

    def _keep_one(self, card: PresetCard) -> None:
        if self.preset == card.preset.name:
            card.choice.setChecked(True)

    def set_counts(self, counts: Counts) -> None:
        self._counts = counts
        self._say()

    def problem(self) -> str:
        """Why no run can be started, or ""."""
        if self._engine.error is not None:
            return str(self._engine.error)
        if not self._engine.known:
            return self.tr("Looking at what this computer can do…")
        return "" if self.settings().analyzers else self.tr("Choose at least one step.")

    def settings(self) -> RunSettings:
        chosen = [name for name, box in self.boxes.items() if box.isChecked()]
        values = self._context.preferences.values
        known = self._engine.analyzers
        return run_settings(
            PRESETS[self.preset], known, chosen, values.workers, values.run_options, device=values.device
        )

    # ------------------------------------------------------------------ what the engine says

    def _engine_changed(self) -> None:
        engine = self._engine
        if set(self.boxes) != {info.name for info in engine.analyzers}:
            clear(self._list)
            self.boxes = {}
            for row, info in enumerate(engine.analyzers):
                self._add_step(row, info)
        self.measure.setEnabled(engine.known and not engine.busy)
        self.measure.setText(self.tr("Measuring…") if engine.busy == "measuring" else self.tr("Measure this computer"))
        self._say()

    def _add_step(self, row: int, info: AnalyzerInfo) -> None:
        box = QCheckBox(analyzer_title(info.name))
        wanted = PRESETS[self.preset].analyzers
        box.setEnabled(not info.missing)
        box.setChecked(not info.missing and (wanted is None or info.name in wanted))
        box.toggled.connect(self._say)
        self.boxes[info.name] = box
        self._list.addWidget(box, row, 0)
        text = lacking(info.missing) if info.missing else limits(info.name, info.limits)
        said = label(text, "warning" if info.missing else "muted")
        box.setAccessibleDescription(text)
        self._list.addWidget(said, row, 1)

    def _measure(self) -> None:
        self._engine.measure(PRESETS[self.preset].precision)

    def _preference_changed(self, name: str) -> None:
        if name == "speeds":
            self._say()

    def _say(self) -> None:
        """The times on the cards, and where they come from."""
        speeds = self._context.preferences.values.speeds
        for name, card in self.cards.items():
            chosen = [key for key, box in self.boxes.items() if box.isChecked()] if name == self.preset else None
            usable = [info for info in self._engine.analyzers if not info.missing]
            wanted = run_settings(PRESETS[name], usable, chosen)
            card.time.setText(self._time(estimate(wanted, self._counts, speeds)))
        known = [
            (analyzer_title(info.name), speeds[speed_key(info.name, precision)])
            for info in self._engine.analyzers
            for precision in (PRESETS[self.preset].precision,)
            if speed_key(info.name, precision) in speeds
        ]
        if known:
            said = ", ".join(
                self.tr("{0}: {1} pictures a second").format(title, number(1 / max(seconds, 1e-6), 1))
                for title, seconds in known
            )
            self.speed.setText(self.tr("Measured here: {0}.").format(said))
        else:
            self.speed.setText(self.tr("This computer has not been measured yet; it takes about a minute."))
        self.changed.emit()

    def _time(self, seconds: tuple[float, float] | None) -> str:
        if seconds is None:
            return self.tr("time: not measured yet")
        if not self._counts.files:
            return self.tr("time: no files counted yet")
        low, high = duration(seconds[0]), duration(seconds[1])
        return self.tr("about {0}").format(low) if low == high else self.tr("about {0} to {1}").format(low, high)
