"""A new case in five short steps, each valid alone; or, over an open case, more evidence and another run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.gui import focus, theme
from app.gui.context import Changes, Context
from app.gui.hash_list import read_into
from app.gui.pages.analysis import AnalysisStep
from app.gui.pages.engine import Engine
from app.gui.pages.evidence import EvidenceStep
from app.gui.pages.lists_step import ListsStep
from app.gui.pages.opening import add_sources, busy, wished_wizard
from app.gui.pages.page import Page, button, label, scrolled
from app.gui.pages.step_rail import StepRail
from app.gui.pages.wizard_steps import CaseStep, ComfortStep
from app.gui.step_options import StepOptions
from core.case import schemes
from core.case.case import Case
from core.case.runs import Runs
from core.case.sources import provenance
from core.errors import AsservatError

__all__ = ["WizardPage"]

NEW, RUN = "case", "run"
NARROW = 720  # pixels at 100 %


class WizardPage(Page):
    """`begin` says what for; the window calls `add_sources` when folders are dropped on it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=1060, scrolling=False)
        self._engine = Engine.of(context)
        self.mode = NEW
        self._steps: dict[str, QWidget] = {
            "case": CaseStep(context),
            "evidence": EvidenceStep(),
            "lists": ListsStep(),
            "analysis": AnalysisStep(context),
            "comfort": ComfortStep(context),
        }
        row = QHBoxLayout()
        row.setSpacing(22)
        self._way = self._make_rail()
        row.addWidget(self._way)
        self._stack = QStackedWidget()
        for step in self._steps.values():
            self._stack.addWidget(scrolled(step))
            step.changed.connect(self._refresh)  # type: ignore[attr-defined] # every step has it
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        self.body.addLayout(self._make_buttons())
        self.evidence.changed.connect(lambda: self.analysis.set_counts(self.evidence.counts))
        self.case_step.changed.connect(self._check_overlap)
        self.begin(NEW)

    @property
    def case_step(self) -> CaseStep:
        step = self._steps["case"]
        assert isinstance(step, CaseStep)
        return step

    @property
    def evidence(self) -> EvidenceStep:
        step = self._steps["evidence"]
        assert isinstance(step, EvidenceStep)
        return step

    @property
    def lists(self) -> ListsStep:
        step = self._steps["lists"]
        assert isinstance(step, ListsStep)
        return step

    @property
    def analysis(self) -> AnalysisStep:
        step = self._steps["analysis"]
        assert isinstance(step, AnalysisStep)
        return step

    @property
    def comfort(self) -> ComfortStep:
        step = self._steps["comfort"]
        assert isinstance(step, ComfortStep)
        return step

    # ------------------------------------------------------------------ building

    def _make_rail(self) -> QWidget:
        titles = {
            "case": self.tr("Case"),
            "evidence": self.tr("Evidence"),
            "lists": self.tr("Hash lists"),
            "analysis": self.tr("Analysis"),
            "comfort": self.tr("Comfort and grading"),
        }
        way = QWidget()
        self.rail = StepRail(titles, self.show_step, width=190)
        self.rail.setContentsMargins(0, 0, 0, 0)
        way.setLayout(self.rail)
        return way

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large text in a small window the way through the steps gives its room to the step."""
        super().resizeEvent(event)
        self._way.setVisible(self.width() >= round(NARROW * theme.current().scale))

    def _make_buttons(self) -> QVBoxLayout:
        both = QVBoxLayout()
        both.setContentsMargins(0, 4, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.hint = label("", "warning")
        self.cancel = button(self.tr("Cancel"), self._cancel, quiet=True)
        self.back = button(self.tr("Back"), lambda: self._step(-1))
        self.next = button(self.tr("Next"), lambda: self._step(1), primary=True)
        self.create_button = button("", lambda: self._finish(start=False))
        self.start_button = button("", lambda: self._finish(start=True), icon="play", primary=True)
        both.addWidget(self.hint)
        both.addLayout(row)
        row.addWidget(self.cancel)
        row.addStretch(1)
        for widget in (self.back, self.create_button, self.next, self.start_button):
            row.addWidget(widget)
        return both

    # ------------------------------------------------------------------ beginning

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._engine.look()
        wished = wished_wizard(self.context)
        if wished is not None:
            self.begin(*wished)

    def begin(self, mode: str, folders: Sequence[Path] = ()) -> None:
        """Start over: a new case, or a run over the open one."""
        self.mode = mode if self.context.case is not None or mode == NEW else NEW
        fresh = self.mode == NEW
        self.setWindowTitle("")
        self.title.setText(self.tr("New case") if fresh else self.tr("New run"))
        self.say(
            self.tr("Nothing is stored before the last step.")
            if fresh
            else self.tr("Only what has no result yet under the chosen settings is worked on; old results stay.")
        )
        self.setAccessibleName(self.title.text())
        for name in ("case", "lists", "comfort"):
            self.rail.entries[name].setVisible(fresh)
        self.create_button.setText(self.tr("Create only") if fresh else self.tr("Add evidence only"))
        self.start_button.setText(self.tr("Create and start") if fresh else self.tr("Start the run"))
        self.evidence.clear()
        self.lists.clear()
        self.analysis.begin(fresh=fresh)
        if fresh:
            self.case_step.begin()
        elif self.context.case is not None:
            known = [source.path for source in Runs(self.context.case).sources()]
            self.evidence.add(known, fixed=True)
            with self.context.case.reading() as connection:
                self.evidence.know(dict(zip(known, provenance(connection).values(), strict=True)))
        self.evidence.add(folders)
        self._check_overlap()
        self.show_step("case" if fresh else "analysis" if not folders else "evidence")

    def add_sources(self, folders: Sequence[Path]) -> None:
        """Folders were dropped on the window."""
        self.evidence.add(folders)
        if self.step != "case":
            self.show_step("evidence")

    def _check_overlap(self) -> None:
        folder = self.case_step.path if self.mode == NEW else None
        if self.mode == RUN and self.context.case is not None:
            folder = self.context.case.folder
        self.evidence.check(folder if folder is not None and folder.is_absolute() else None)

    # ------------------------------------------------------------------ going through it

    @property
    def step(self) -> str:
        return list(self._steps)[self._stack.currentIndex()]

    @property
    def _order(self) -> list[str]:
        return list(self._steps) if self.mode == NEW else ["evidence", "analysis"]

    def show_step(self, name: str) -> None:
        self._stack.setCurrentIndex(list(self._steps).index(name))
        self.rail.mark(name)
        self._refresh()
        self._place_keyboard()

    def _place_keyboard(self) -> None:
        """In the first field of a case; else where Enter goes on, and Tab goes to what can be chosen."""
        forward = self.start_button if self.start_button.isVisibleTo(self) else self.next
        if self.step == "case" or not forward.isEnabled():
            focus.enter(self._steps[self.step])
        else:
            forward.setFocus()

    def _step(self, by: int) -> None:
        order = self._order
        self.show_step(order[min(len(order) - 1, max(0, order.index(self.step) + by))])

    def _problem(self, name: str) -> str:
        found: str = self._steps[name].problem()  # type: ignore[attr-defined] # every step has it
        return found

    def _refresh(self) -> None:
        order, here = self._order, self.step
        if here not in order:
            return  # the mode has just changed; `begin` shows another step in a moment
        last = here == order[-1]
        problems = {name: self._problem(name) for name in order}
        self.back.setVisible(here != order[0])
        self.next.setVisible(not last)
        self.create_button.setVisible(last)
        self.start_button.setVisible(last)
        storable = not any(problems[name] for name in order if name != "analysis")
        self.create_button.setEnabled(storable)
        self.start_button.setEnabled(storable and not problems["analysis"] and bool(self.evidence.rows))
        hint = problems[here]
        if last and not hint:
            hint = next((said for said in problems.values() if said), "")
            if not hint and not self.evidence.rows:
                hint = self.tr("No evidence chosen yet: it can be added later.")
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a line of text goes on, as in a dialog; the last step wants its button."""
        forward = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.next.isVisible()
        if forward and isinstance(self.focusWidget(), QLineEdit):
            self.next.click()
        else:
            super().keyPressEvent(event)

    def escape(self) -> None:
        """One step back, and from the first one out."""
        if self.step == self._order[0]:
            self._cancel()
        else:
            self._step(-1)

    def _cancel(self) -> None:
        self.evidence.clear()
        StepOptions.of(self.context).start_over()
        self.context.show_view("run" if self.mode == RUN else "start")

    # ------------------------------------------------------------------ the end

    def _finish(self, *, start: bool) -> None:
        folders, facts = self.evidence.folders, self.evidence.facts
        settings = self.analysis.settings() if start else None
        options = self.analysis.changes  # before another case is opened, which has options of its own
        if self.mode == NEW and not self._create():
            return

        def added(_count: int) -> None:
            self.context.changed.emit(Changes(facts=True, run=True))
            if settings is not None:
                StepOptions.of(self.context).taken(options)
                self.context.start_run(settings)
            self.context.show_view("run" if settings is not None or folders else "grid")

        if self.mode == NEW:
            for file in self.lists.files:  # before the run, which looks up in them what it finds
                read_into(self.context, file)
        self.context.act(lambda case: add_sources(case, folders, facts), added)
        self.evidence.clear()
        self.lists.clear()

    def _create(self) -> bool:
        """Make and open the case; what hinders that is said in a dialog, and everything typed stays."""
        if self.context.run_state:  # one was resumed while this was being filled in
            self.context.failed.emit(busy())
            return False
        step = self.case_step
        step.remember()
        try:
            with Case.create(step.path, **step.facts()) as case:
                schemes.use(case, self.comfort.chosen_scheme)
            self.context.open_case(step.path)
        except AsservatError as error:
            self.context.failed.emit(error)
            return False
        return True
