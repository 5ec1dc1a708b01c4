"""What every view of one window shares: the case, the current item, the filter, and the two ways to the data.

Views ask through `query` and change through `act`; they never hold a connection, and they hear what changed, not what
to draw. Each view takes the context as the first argument of its constructor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.gui.queries import Answers, Questions, Writer
from app.gui.selection import Selection
from app.parts import Parts
from core.case.case import Case
from core.errors import AsservatError

if TYPE_CHECKING:
    from app.gui.exposure import Exposure
    from app.gui.item_model import ItemModel
    from app.gui.pipeline_thread import PipelineThread
    from app.gui.preferences import Preferences
    from app.gui.shortcuts import Actions
    from core.case.filters import Filter, Sort
    from core.case.runs import Source
    from core.settings import RunSettings

__all__ = ["VIEWS", "Changes", "Context"]

T = TypeVar("T")

AHEAD = 64
"""So many items from the current one on are analysed before the others."""

VIEWS = (
    "start", "wizard", "table", "grid", "single", "compare", "run", "problems", "sources", "report", "models",
    "settings", "health", "first-run",
)  # fmt: skip
"""Names of the views, as `show_view` and `--view` take them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the case, never what to draw. `decisions`: ids of the contents that were decided about; an empty
    set means that many or unknown ones were, None that none was."""

    contents: bool = False
    findings: bool = False
    decisions: frozenset[int] | None = None
    problems: bool = False
    run: bool = False
    facts: bool = False

    @property
    def everything(self) -> bool:
        return self.contents and self.findings and self.problems


class Context(QObject):
    """One per window. Everything here is called in the GUI thread."""

    case_opened = Signal()
    case_closed = Signal()
    changed = Signal(object)  # Changes
    progress = Signal(object)  # core.events.Progress | RunFinished, at most ten a second
    run_state_changed = Signal(str)  # "", running, paused, stopping
    current_changed = Signal(object)  # content id or None
    selection_changed = Signal()
    filter_changed = Signal()  # filter or sort
    stacks_changed = Signal()  # whether near duplicates are one line, and which stacks are open
    view_changed = Signal(str)  # one of VIEWS is on the screen now
    view_wanted = Signal(str)  # somebody asks the window to show one of VIEWS
    message = Signal(str, object)  # text for the status bar, and what undoes it (a callable) or None
    failed = Signal(object)  # AsservatError: the window shows one dialog

    def __init__(self, parts: Parts, preferences: Preferences, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self.preferences = preferences
        self.actions = actions
        self.case: Case | None = None
        self.current: int | None = None
        self.view = "start"
        self.filter: Filter
        self.sort: Sort
        self._reset_filter()
        self.stacked = False  # of near duplicates the list shows one
        self.opened: frozenset[int] = frozenset()  # stacks that it shows whole all the same
        self.selection = Selection(self)
        self.selection.changed.connect(self.selection_changed)
        self.items: ItemModel = self._make_items()
        self.items.loaded.connect(self._put_first)
        self.current_changed.connect(self._put_first)
        self.exposure: Exposure = self._make_exposure()
        self.pipeline: PipelineThread | None = None
        self._answers = Answers(self)
        self._reader: Case | None = None
        self._questions: Questions | None = None
        self._writer: Writer | None = None

    def _reset_filter(self) -> None:
        from core.case.filters import Filter, Sort

        self.filter, self.sort = Filter(), Sort()

    def _make_items(self) -> ItemModel:
        from app.gui.item_model import ItemModel

        return ItemModel(self)

    def _make_exposure(self) -> Exposure:
        from app.gui.exposure import Exposure

        return Exposure.of(self)

    # ------------------------------------------------------------------ the case

    def open_case(self, folder: Path) -> None:
        """Open the case in `folder` in place of the one that is open. Raises `CaseError`; then nothing has changed."""
        case = Case.open(folder)
        reader = Case.open(folder, readonly=True)
        self.close_case()
        self.case, self._reader = case, reader
        self._questions = Questions(reader, self._answers, self.failed.emit)
        self._writer = Writer(case, self._answers, self.failed.emit)
        self._reset_filter()
        self.stacked, self.opened = bool(self.preferences.value("list.stacked", False)), frozenset()
        self.case_opened.emit()

    def close_case(self) -> None:
        """Wait until every act is stored, then let go of the case. A run must have ended before (`stop_run`)."""
        if self.case is None:
            return
        for part in (self._writer, self._questions, self._reader):
            if part is not None:
                part.close()
        self.case.close()
        self.case = self._reader = self._questions = self._writer = None
        self.selection.clear()
        self.set_current(None)
        self.case_closed.emit()

    # ------------------------------------------------------------------ the two ways to the data

    def query(
        self,
        work: Callable[[Any], T],
        done: Callable[[T], None],
        *,
        key: str = "",
        failed: Callable[[AsservatError], None] | None = None,
        urgent: bool = False,
    ) -> None:
        """Run `work(connection)` on a worker thread with a read-only connection and give its result to `done` here.

        With a `key`, a newer question stops and replaces the older one. `urgent`: needed to paint what is on the
        screen. Without a case nothing happens. Errors go to `failed`, or to one dialog.
        """
        if self._questions is not None:
            self._questions.ask(work, done, key=key, failed=failed, urgent=urgent)

    def drop_query(self, key: str) -> None:
        """Stop the question with this key; it will not be answered."""
        if self._questions is not None:
            self._questions.drop(key)

    def act(self, work: Callable[[Case], T], done: Callable[[T], None] | None = None) -> None:
        """Run `work(case)` on the one writer thread, in order; `done` hears the result here. Emit `changed` in it."""
        if self._writer is not None:
            self._writer.act(work, done)

    def busy(self) -> bool:
        """Something is being asked right now."""
        return self._questions is not None and self._questions.busy

    def post(self, call: Callable[[], None]) -> None:
        """Call something in the GUI thread, from any thread."""
        self._answers.post(call)

    # ------------------------------------------------------------------ what is looked at

    def set_current(self, content: int | None) -> None:
        if content != self.current:
            self.current = content
            self.current_changed.emit(content)

    def set_filter(self, wanted: Filter) -> None:
        self.set_list(wanted, self.sort)

    def set_sort(self, wanted: Sort) -> None:
        self.set_list(self.filter, wanted)

    def set_list(self, wanted: Filter, order: Sort) -> None:
        """Filter and order at once, as a saved filter brings them: one list is asked for, not two. The order that a
        filter itself gives ends with it."""
        if order.key == "given" and not any(term.key == "items" for term in wanted.terms()):
            order = type(order)()
        if (wanted, order) != (self.filter, self.sort):
            self.filter, self.sort = wanted, order
            self.filter_changed.emit()

    def set_stacked(self, on: bool) -> None:
        """One line for all near duplicates, or one for each item. Remembered."""
        if on != self.stacked:
            self.stacked, self.opened = on, frozenset()
            self.preferences.set_value("list.stacked", on)
            self.stacks_changed.emit()

    def open_stack(self, stack: int, on: bool) -> None:
        """Show this stack whole although near duplicates are one line, or close it again."""
        opened = self.opened | {stack} if on else self.opened - {stack}
        if opened != self.opened:
            self.opened = opened
            self.stacks_changed.emit()

    def show_view(self, name: str) -> None:
        """Ask the window for one of `VIEWS`."""
        self.view_wanted.emit(name)

    # ------------------------------------------------------------------ the run

    @property
    def run_state(self) -> str:
        """ "" when nothing runs, else running, paused or stopping."""
        return self.pipeline.state if self.pipeline is not None else ""

    def start_run(self, settings: RunSettings, sources: Sequence[Source] | None = None) -> None:
        """Start a run over these sources (all of the case when None). Nothing happens while one is running."""
        if self.case is None or self.pipeline is not None:
            return
        from app.gui.pipeline_thread import PipelineThread

        self.pipeline = PipelineThread(self.case, self.parts.open_backend, settings, sources, self)
        self.pipeline.told.connect(self.progress)
        self.pipeline.noticed.connect(self._run_noticed)
        self.pipeline.failed.connect(self.failed)
        self.pipeline.state_changed.connect(self.run_state_changed)
        self.pipeline.finished.connect(self._run_ended)
        self._put_first()
        self.pipeline.start()
        self.run_state_changed.emit("running")

    def _put_first(self, *_: object) -> None:
        """What the examiner looks at is analysed before the rest, where that is wanted."""
        if self.pipeline is None:
            return
        wanted = self.preferences.values.run_order == "view"
        begin = max(0, self.items.row_of(self.current)) if wanted else 0
        self.pipeline.first = tuple(self.items.ids[begin : begin + AHEAD]) if wanted else ()

    def pause_run(self) -> None:
        if self.pipeline is not None:
            self.pipeline.pause()

    def resume_run(self) -> None:
        if self.pipeline is not None:
            self.pipeline.resume()

    def cancel_run(self) -> None:
        """Ask the run to stop; what is finished is stored and the run can be resumed."""
        if self.pipeline is not None:
            self.pipeline.cancel()

    def stop_run(self, milliseconds: int = 30_000) -> bool:
        """Cancel and wait, as closing the window does. False: it has not ended in this time."""
        if self.pipeline is None:
            return True
        self.pipeline.cancel()
        return self.pipeline.wait(milliseconds)

    def _run_noticed(self, contents: bool, findings: bool, problems: bool) -> None:
        self.changed.emit(Changes(contents=contents, findings=findings, problems=problems, run=True))

    def _run_ended(self) -> None:
        if self.pipeline is not None:
            self.pipeline.deleteLater()
            self.pipeline = None
        self.run_state_changed.emit("")
        self.changed.emit(Changes(contents=True, findings=True, problems=True, run=True))
