"""The third step of the wizard: how thoroughly, which steps, and how long that will take on this computer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from app.gui.context import Context
from app.gui.pages.counting import Counts
from app.gui.pages.engine import Engine, speed_key
from app.gui.pages.page import Card, button, clear, label
from app.gui.pages.presets import (
    PRESETS,
    Preset,
    PresetName,
    duration,
    estimate,
    preset_options,
    run_settings,
    speed_of,
)
from app.gui.pages.run_facts import WholeRun
from app.gui.pages.step_forecast import Outlook, ask_ahead, left_text, outlook
from app.gui.pages.step_row import StepRow
from app.gui.pages.wording import number
from app.gui.step_options import Scope, StepOptions, flaw_text, in_words
from app.gui.terms import analyzer_title
from core.case.forecast import Ahead
from core.records import AnalyzerInfo, SampleKind
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
        self._options = StepOptions.of(context)
        self.rows: dict[str, StepRow] = {}
        self._fresh = self._saying = False
        self._outlooks: dict[str, Outlook] = {}
        self._ahead: dict[str, Ahead] = {}
        self.preset: PresetName = context.preferences.values.preset
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._make_cards())
        column.addWidget(self._make_steps())
        self.whole = WholeRun(self._options, self._scopes, self._base)
        column.addWidget(self.whole)
        column.addLayout(self._make_speed())
        column.addStretch(1)
        self.cards[self.preset].choice.setChecked(True)
        self._engine.changed.connect(self._engine_changed)
        context.preferences.changed.connect(self._preference_changed)
        self._options.changed.connect(self._say)
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
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
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

    def begin(self, *, fresh: bool) -> None:
        """`fresh`: for a case that is not there yet, so what the open one says does not count."""
        self._fresh = fresh
        self._say()

    @property
    def boxes(self) -> dict[str, QCheckBox]:
        return {name: row.box for name, row in self.rows.items()}

    @property
    def changes(self) -> dict[str, dict[str, Any]]:
        """The options that differ from the preset, by step."""
        return self._options.changes(self._scopes())

    def _scopes(self) -> tuple[Scope, ...]:
        return ("program", "run") if self._fresh else ("program", "case", "run")

    def _base(self, name: str) -> str:
        """What holds for the run as a whole where nothing was chosen."""
        return str(getattr(PRESETS[self.preset] if name == "precision" else self._context.preferences.values, name))

    def _choose(self, chosen: PresetCard) -> None:
        self.preset = chosen.preset.name
        for card in self.cards.values():
            if card is not chosen:
                card.choice.setChecked(False)
        self._context.preferences.set(preset=self.preset)
        wanted = chosen.preset.analyzers
        self._saying = True  # once for all of them
        for name, box in self.boxes.items():
            box.setChecked(not self.rows[name].info.missing and (wanted is None or name in wanted))
        self._saying = False
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
        for info in self._chosen():
            for name, flaw in self._options.flaws(info, self._scopes()).items():
                fact = next(one for one in info.facts if one.name == name)
                title = f"{analyzer_title(info.name)}, {in_words(fact.label)}"
                return f"{title}: {flaw_text(fact, flaw)}"
        settings = self.settings()
        refusal = self._engine.refusal(settings.precision, settings.device)
        if refusal is not None:
            return str(refusal)
        return "" if settings.analyzers else self.tr("Choose at least one step.")

    def settings(self) -> RunSettings:
        values = self._context.preferences.values
        chosen = [info.name for info in self._chosen()]
        return run_settings(
            PRESETS[self.preset],
            self._engine.analyzers,
            chosen,
            values.workers,
            values.run_options,
            device=values.device,
            options=self.changes,
        )

    def _chosen(self) -> list[AnalyzerInfo]:
        return [row.info for row in self.rows.values() if row.box.isChecked()]

    # ------------------------------------------------------------------ what the engine says

    def _engine_changed(self) -> None:
        engine = self._engine
        if {name: row.info for name, row in self.rows.items()} != {info.name: info for info in engine.analyzers}:
            clear(self._list)
            self.rows = {}
            for info in engine.analyzers:
                self._add_step(info)
            widest = max((row.box.sizeHint().width() for row in self.rows.values()), default=0)
            for row in self.rows.values():
                row.box.setMinimumWidth(widest)
        self.measure.setEnabled(engine.known and not engine.busy)
        self.measure.setText(self.tr("Measuring…") if engine.busy == "measuring" else self.tr("Measure this computer"))
        self._say()

    def _add_step(self, info: AnalyzerInfo) -> None:
        row = StepRow(info, self._options, self._scopes, lambda: preset_options(PRESETS[self.preset], info))
        wanted = PRESETS[self.preset].analyzers
        possible = not info.missing or any(not one.missing for one in info.choices.values())
        row.box.setChecked(not info.missing and (wanted is None or info.name in wanted))
        if not possible:
            row.say_missing(info)
        row.changed.connect(self._say)
        self.rows[info.name] = row
        self._list.addWidget(row)

    def _measure(self) -> None:
        settings = self.settings()
        self._engine.measure(settings.precision, settings.options, settings.device)

    def _preference_changed(self, name: str) -> None:
        if name in ("speeds", "device", "run_options"):
            self._say()

    def _say(self) -> None:
        """The options, what would happen with them, the times on the cards, and where the times come from."""
        if self._saying:
            return
        for row in self.rows.values():
            row.refresh()
        self.whole.refresh()
        self._look_ahead()
        self._say_times()
        self.changed.emit()

    def _look_ahead(self) -> None:
        """Ask the case how much is left under exactly these settings; until it answers, what was said stays. Nobody is
        asked while nobody looks."""
        settings = self.settings()
        described = self._engine.described(settings.precision, settings.device) if self._engine.known else ()
        infos = {info.name: info for info in described}
        self._outlooks = {
            name: outlook(infos.get(name, row.info), settings) for name, row in self.rows.items() if row.box.isChecked()
        }
        if self._fresh or self._context.case is None or not described:
            self._ahead = {}
        elif self.isVisible():
            ask_ahead(self._context, self._outlooks, self._told)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say()

    def _told(self, found: dict[str, Ahead]) -> None:
        if not self._fresh:
            self._ahead = found
            self._say_times()

    def _say_times(self) -> None:
        speeds = self._context.preferences.values.speeds
        shares = {name: one.left / one.contents for name, one in self._ahead.items() if one.contents}
        usable = [info for info in self._engine.analyzers if not info.missing]
        for preset, card in self.cards.items():
            here = preset == self.preset
            skipped = {name for name, look in self._outlooks.items() if look.skipped}
            chosen = [info.name for info in self._chosen() if info.name not in skipped] if here else None
            wanted = run_settings(PRESETS[preset], usable, chosen, options=self.changes)
            more = here and any(look.writes for look in self._outlooks.values())
            card.time.setText(self._time(estimate(wanted, self._counts, speeds, shares if here else {}), more=more))
        settings = self.settings()
        for name, row in self.rows.items():
            self._say_step(row, settings, shares.get(name, 1.0))
        self._say_speeds(settings)

    def _say_step(self, row: StepRow, settings: RunSettings, share: float) -> None:
        name = row.info.name
        if not row.box.isChecked():
            row.say("", "muted")
            return
        if self._options.flaws(row.info, self._scopes()):
            row.say(self.tr("One of its options cannot be used: no run can be started with it."), "danger")
            return
        look = self._outlooks.get(name, Outlook())
        if look.skipped:
            row.say(look.skipped, "warning")
            return
        parts = [left_text(self._ahead[name])] if name in self._ahead else []
        alone = settings.model_copy(update={"analyzers": (name,)})
        speeds = self._context.preferences.values.speeds
        seconds = estimate(alone, self._counts, speeds, {name: share}) if self._counts.files else None
        if seconds is not None and seconds[1] > 0:
            parts.append(self._time(seconds, more=look.writes))
        elif look.writes:
            parts.append(self.tr("the more is said, the longer it takes"))
        row.say("  ·  ".join(parts), "")

    def _say_speeds(self, settings: RunSettings) -> None:
        speeds = self._context.preferences.values.speeds
        known = [
            (analyzer_title(info.name), speed)
            for info in self._engine.analyzers
            if SampleKind.IMAGE in info.accepts
            for speed in (speed_of(info.name, settings, speeds),)
            if speed is not None
        ]
        if not known:
            self.speed.setText(self.tr("This computer has not been measured yet; it takes about a minute."))
            return
        said = ", ".join(
            self.tr("{0}: {1} pictures a second").format(title, number(1 / max(seconds, 1e-6), 1))
            for title, seconds in known
        )
        text = self.tr("Measured here: {0}.").format(said)
        unsure = [
            analyzer_title(name)
            for name in settings.analyzers
            if settings.options.get(name) and speed_key(name, settings.precision, settings.options[name]) not in speeds
        ]
        if unsure:
            text += " " + self.tr("With other options than the chosen ones: {0}. Measure again to know.").format(
                ", ".join(unsure)
            )
        self.speed.setText(text)

    def _time(self, seconds: tuple[float, float] | None, *, more: bool = False) -> str:
        """`more`: with what nobody knows beforehand, the time for writing down what is said."""
        if seconds is None:
            return self.tr("time: not measured yet")
        if not self._counts.files:
            return self.tr("time: no files counted yet")
        low, high = duration(seconds[0]), duration(seconds[1])
        said = self.tr("about {0}").format(low) if low == high else self.tr("about {0} to {1}").format(low, high)
        return self.tr("{0}, longer where somebody speaks").format(said) if more else said
