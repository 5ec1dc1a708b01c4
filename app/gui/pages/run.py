"""The run: how far each stage is, how fast, how long still; pause, stop, go on; and the runs before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QGridLayout, QHBoxLayout, QWidget

from app.gui import icons
from app.gui.context import Changes, Context
from app.gui.pages.device_question import DeviceQuestion
from app.gui.pages.engine import Engine
from app.gui.pages.machine import Gauges
from app.gui.pages.opening import resume_run, try_again, wish_wizard
from app.gui.pages.page import Card, EmptyState, Page, button, clear, label
from app.gui.pages.presets import PRESETS, duration
from app.gui.pages.stages import StageTable
from app.gui.pages.wording import bytes_text, grouped, moment, number
from app.gui.step_options import options_text
from app.gui.terms import analyzer_title
from core.case.overview import RunRecord, Standing, at_work, count_troubles, runs, standing
from core.events import Progress, RunFinished, RunStarted

__all__ = ["Look", "RunPage", "preset_title"]

ASK_EVERY = 2000  # milliseconds between two looks into the case while a run goes on
RUNS_SHOWN = 8
GOING_ON = ("interrupted", "stopped", "running")  # the last one: of a program that was killed


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into the case has shown; `held`: the newest run is no dead one."""

    standing: Standing
    runs: list[RunRecord]
    troubles: int
    held: bool


class RunPage(Page):
    """Asks the case only while it is on the screen."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title.setText(self.tr("Run"))
        self.setAccessibleName(self.tr("Run"))
        self._progress: Progress | None = None
        self._history: list[RunRecord] = []
        self._over: RunFinished | None = None
        self._held = False  # somebody, this window or another program, has the right to run on the case
        self._add_actions()
        self._empty = self._make_empty()
        self.body.addWidget(self._empty)
        self.question = DeviceQuestion(context)
        self.body.addWidget(self.question)
        self._card = self._make_stages()
        self.body.addWidget(self._card)
        self._computer = Card(self.tr("This computer"))
        self._gauges = Gauges(context)
        self._computer.body.addWidget(self._gauges)
        self.body.addWidget(self._computer)
        self._before = self._make_history()
        self.body.addWidget(self._before)
        self.body.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_EVERY)
        self._timer.timeout.connect(self._ask)
        context.progress.connect(self._heard)
        context.run_state_changed.connect(self._state_changed)
        context.case_opened.connect(self._case_changed)
        context.case_closed.connect(self._case_changed)
        context.changed.connect(self._changed)
        Engine.of(context).changed.connect(self._show_line)
        self._show_state()

    # ------------------------------------------------------------------ building

    def _add_actions(self) -> None:
        add, section = self.context.actions.add, self.tr("Run")
        add("run.start", self.tr("Start a run…"), "Ctrl+R", self.start, section=section)
        add("run.pause", self.tr("Pause or go on with the run"), "Pause", self.toggle, section=section)
        add("run.stop", self.tr("Stop the run after the files in hand"), (), self.stop, section=section)
        add("run.resume", self.tr("Go on with the newest run"), (), self.resume, section=section)
        add("run.retry", self.tr("Try failed files again"), (), self.retry, section=section)

    def _make_empty(self) -> EmptyState:
        return EmptyState(
            "run",
            self.tr("Nothing has been analysed yet"),
            self.tr("Browsing and grading already work. Drag folders into this window, or choose what to run."),
            button(self.tr("Start a run…"), self.start, icon="play", primary=True),
        )

    def _make_stages(self) -> Card:
        card = Card()
        self.headline = label("", "heading")
        card.body.addWidget(self.headline)
        self.chosen = label("", "muted", selectable=True)
        self.chosen.hide()
        card.body.addWidget(self.chosen)
        self.table = StageTable()
        card.body.addWidget(self.table)
        card.body.addLayout(self._make_buttons())
        now = QHBoxLayout()
        self.now = label("", "muted", wrap=False)
        now.addWidget(self.now, 1)
        self.problems = button("", lambda: self.context.show_view("problems"), icon="problems", quiet=True)
        self.retry_button = button(self.tr("Retry all failed"), self.retry, icon="refresh", quiet=True)
        now.addWidget(self.problems)
        now.addWidget(self.retry_button)
        card.body.addLayout(now)
        return card

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        actions = self.context.actions
        self.pause_button = button(self.tr("Pause"), self.toggle, icon="pause", primary=True)
        self.stop_button = button(self.tr("Stop after the files in hand"), self.stop, icon="stop")
        self.resume_button = button(self.tr("Resume"), self.resume, icon="play", primary=True)
        self.start_button = button(self.tr("Start a run…"), self.start, icon="add")
        for widget, name in (
            (self.pause_button, "run.pause"),
            (self.stop_button, "run.stop"),
            (self.resume_button, "run.resume"),
            (self.start_button, "run.start"),
        ):
            actions.explain(widget, name)
            row.addWidget(widget)
        row.addStretch(1)
        self.notify = QCheckBox(self.tr("Tell me when it is finished"))
        self.notify.setToolTip(self.tr("The window asks for attention; no case data is shown."))
        self.notify.setChecked(self.context.preferences.values.notify)
        self.notify.toggled.connect(lambda on: self.context.preferences.set(notify=on))
        row.addWidget(self.notify)
        return row

    def _make_history(self) -> Card:
        card = Card(self.tr("Runs of this case"))
        holder = QWidget()
        self._runs = QGridLayout(holder)
        self._runs.setContentsMargins(0, 0, 0, 0)
        self._runs.setHorizontalSpacing(22)
        self._runs.setColumnStretch(4, 1)
        card.body.addWidget(holder)
        return card

    # ------------------------------------------------------------------ what can be done

    def start(self) -> None:
        if self.context.case is not None and not self.context.run_state:
            wish_wizard(self.context, "run")

    def add_sources(self, folders: Sequence[Path]) -> None:
        """Folders were dropped on the window while a case is open."""
        if not self.context.run_state:
            wish_wizard(self.context, "run", folders)
        else:
            self.context.message.emit(self.tr("A run is going on: add evidence when it has ended."), None)

    def toggle(self) -> None:
        if self.context.run_state == "paused":
            self.context.resume_run()
        else:
            self.context.pause_run()

    def stop(self) -> None:
        """No question asked: nothing is lost, the run can go on."""
        if self.context.run_state:
            self.context.cancel_run()
            self.context.message.emit(self.tr("Stopping. What is finished is stored; the run can be resumed."), None)

    def resume(self) -> None:
        resume_run(self.context)

    def retry(self) -> None:
        try_again(self.context)

    # ------------------------------------------------------------------ what is heard

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._gauges.machine.watch(True)
        Engine.of(self.context).look()  # how options are called
        self._ask()
        self._show_state()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._gauges.machine.watch(False)
        self._timer.stop()

    def _heard(self, event: object) -> None:
        match event:
            case Progress():
                self._progress = event
                self._show_line()
            case RunStarted():
                self._progress = None
                self.table.start_over()
            case RunFinished():
                self._finished(event)

    def _finished(self, event: RunFinished) -> None:
        self._progress, self._over = None, event
        self._history = self._with_end(self._history)
        finished = event.state == "finished"
        self.context.message.emit(
            self.tr("The run is finished.") if finished else self.tr("The run has stopped; it can be resumed."), None
        )
        if self.context.preferences.values.notify:
            QApplication.alert(self.window())
        if event.question:
            self.question.ask(event.question)
            self.context.show_view("run")
            return
        for note in event.notes:
            self.context.message.emit(note, None)

    def _state_changed(self, _state: str) -> None:
        self._show_state()
        self._ask()

    def _case_changed(self) -> None:
        self._progress, self._history, self._over, self._held = None, [], None, False
        self.question.hide()
        self.table.start_over()
        self._show_state()
        self._ask()

    def _changed(self, changes: Changes) -> None:
        if changes.facts or (changes.run and not self.context.run_state):
            self._ask()

    # ------------------------------------------------------------------ asking and showing

    def _ask(self) -> None:
        case = self.context.case
        if not self.isVisible() or case is None:
            return

        def work(connection: Any) -> Look:
            alive = at_work(connection, case.folder)
            return Look(standing(connection), runs(connection), count_troubles(connection), alive)

        self.context.query(work, self._answered, key="run-page")

    def _answered(self, found: Look) -> None:
        now, history, count = found.standing, found.runs, found.troubles
        before, self._held = self._elsewhere, found.held
        self._history = self._with_end(history)
        listed = self._progress.listing_complete if self._progress is not None else not self.context.run_state
        state = "running" if self._elsewhere else self.context.run_state
        self.table.show_standing(now, state, listed and not self._elsewhere, time.monotonic())
        self.problems.setText(grouped(self.tr("%n problem(s)", "", count), count))
        alone = not self.context.run_state and not self._elsewhere
        failed = sum(stage.states.get(state, 0) for stage in now.stages for state in ("failed", "timed out"))
        self.retry_button.setVisible(failed > 0 and alone)
        self._show_history()
        self._show_state()
        if self._elsewhere or before:  # its results come without a word: whoever shows some is told here
            over = not self._elsewhere
            self.context.changed.emit(Changes(contents=True, findings=True, problems=True, run=over))

    @property
    def _elsewhere(self) -> bool:
        """Another program analyses this case: nothing to resume, and no second run beside it."""
        last = self._history[0] if self._history else None
        return self._held and not self.context.run_state and last is not None and last.state == "running"

    def _with_end(self, history: list[RunRecord]) -> list[RunRecord]:
        """The runs with the end that has been heard of: what was asked before it must not call a finished run
        interrupted."""
        over = self._over
        return [
            replace(one, state=over.state, seconds=over.seconds)
            if over is not None and one.id == over.run and one.state == "running"
            else one
            for one in history
        ]

    def _show_state(self) -> None:
        state = self.context.run_state
        last = self._history[0] if self._history else None
        begun = bool(state) or last is not None
        self._empty.setVisible(not begun)
        self._card.setVisible(begun)
        self._before.setVisible(len(self._history) > (1 if state else 0))
        self.pause_button.setVisible(state in ("running", "paused"))
        paused = state == "paused"
        self.pause_button.setText(self.tr("Go on") if paused else self.tr("Pause"))
        icons.put(self.pause_button, "play" if paused else "pause", "accent-text")
        self.stop_button.setVisible(bool(state))
        self.stop_button.setEnabled(state != "stopping")
        alone = not state and not self._elsewhere
        self.resume_button.setVisible(alone and last is not None and last.state in GOING_ON)
        self.start_button.setVisible(alone)
        self.notify.setVisible(bool(state) or alone)  # nobody hears of the end of another program's run
        if not alone and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
        self._show_line()

    def _show_line(self) -> None:
        """The headline and what is in hand."""
        state, last = self.context.run_state, (self._history[0] if self._history else None)
        now = self._progress
        parts: list[str] = []
        if last is not None:
            parts += [self.tr("Run {0}").format(last.id), preset_title(last)]
            parts.append(self.tr("started {0}").format(moment(last.started)))
        if now is not None and state:
            parts.append(self.tr("{0} so far").format(duration(now.elapsed)))
            if state == "paused":
                parts.append(self.tr("paused by you"))
            elif now.remaining is not None:
                parts.append(self.tr("about {0} left").format(self.table.span(now.remaining)))
            elif not now.listing_complete:
                parts.append(self.tr("still listing"))
        elif last is not None:
            parts.append(self._ended(last))
        self._show_options(last)
        self.headline.setText("  ·  ".join(part for part in parts if part) or self.tr("The run is starting"))
        self.now.setText(self._in_hand(now) if state else "")

    def _show_options(self, run: RunRecord | None) -> None:
        """The options that this run was given, as they are recorded with it."""
        options = run.settings.get("options", {}) if run is not None else {}
        said = options_text(options, Engine.of(self.context).analyzers)
        self.chosen.setText(self.tr("Options: {0}").format(said) if said else "")
        self.chosen.setVisible(bool(said))

    def _in_hand(self, now: Progress | None) -> str:
        if now is None:
            return self.tr("The models are being loaded.")
        speed = self.tr("{0} items/s, {1}/s").format(
            number(now.contents_per_second, 1), bytes_text(now.bytes_per_second)
        )
        files = ", ".join(path.rsplit("/", 1)[-1] for path in now.current[:2])
        return f"{speed}   {files}" if files else speed

    def _ended(self, run: RunRecord) -> str:
        if self._elsewhere and run.id == self._history[0].id:
            return self.tr("another program is analysing now")
        if run.state == "finished":
            return self.tr("finished after {0}").format(duration(run.seconds))
        stopped = run.state == "stopped"
        if self.context.run_state or run.id != self._history[0].id:  # a later run went on with it
            return self.tr("stopped") if stopped else self.tr("interrupted")
        if stopped:
            return self.tr("stopped: resume it to go on where it was")
        return self.tr("interrupted: resume it to go on where it was")

    def _show_history(self) -> None:
        clear(self._runs)
        shown = self._history[1 if self.context.run_state else 0 :][:RUNS_SHOWN]
        for row, run in enumerate(shown):
            texts = (
                self.tr("Run {0}").format(run.id),
                preset_title(run),
                moment(run.started),
                ", ".join(analyzer_title(name) for name in run.settings.get("analyzers", ())),
                self._ended(run),
            )
            options = options_text(run.settings.get("options", {}), Engine.of(self.context).analyzers)
            for column, text in enumerate(texts):
                cell = label(text, "" if column == 0 else "muted", wrap=False)
                cell.setToolTip(self.tr("Options: {0}").format(options) if options else "")
                self._runs.addWidget(cell, row, column)


def preset_title(run: RunRecord) -> str:
    """The preset a run was started with, told by what it did; "" for other settings."""
    for preset in PRESETS.values():
        same = run.settings.get("sampling") == preset.sampling.model_dump()
        if same and run.settings.get("precision") == preset.precision:
            return preset.title
    return ""
