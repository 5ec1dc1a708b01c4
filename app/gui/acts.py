"""What the examiner does to items: grades, tags, notes, flags, verdicts; undo and redo.

Acts happen at once and are shown at once; the writer thread stores them. Nothing asks "are you sure": everything can be
taken back, also after a restart. A decision about the current item waits until the preview really shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from app.gui import grades
from app.gui.act_asking import Asking
from app.gui.act_boxes import UndoBar
from app.gui.act_keys import add_actions, name_grades
from app.gui.act_subject import Subject
from app.gui.act_words import label_text
from app.gui.context import Changes
from app.gui.exposure import Exposure
from app.gui.going import go, move_to
from app.gui.languages import spoken
from app.gui.shortcuts import native
from app.gui.taking_back import TakingBack
from app.gui.views import REVIEW

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.window import MainWindow
    from core.case.acts import Change, Label
    from core.case.candidates import Reference, Said
    from core.case.case import Case
    from core.case.decisions import Waiting
    from core.case.schemes import Scheme

__all__ = ["Acts", "install"]

NAMED_AT_MOST = 200  # more contents than this are told as "many"
SETTLING = ("exclude", "include", "exclude_problem", "include_problem")  # what changes how many problems are open


class Acts(QObject):
    """One per context (`of`). Registers its actions with their keys."""

    acted = Signal(object)  # core.case.acts.Change
    scheme_changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._exposure = Exposure.of(context)
        self._subject = Subject(context)
        self._asking = Asking(context, self._subject, tag=self.tag, note=self.note)
        self._time: Callable[[], float | None] = lambda: None
        self._bar: UndoBar | None = None
        self._newest = 0  # the act that the bar speaks of
        self._back = TakingBack(context)
        self.scheme: Scheme | None = None
        add_actions(self, context)
        context.case_opened.connect(self._read_scheme)
        context.case_closed.connect(lambda: grades.use(None))
        context.changed.connect(self._changed)
        self._exposure.break_due.connect(self._suggest_break)
        self._read_scheme()

    @staticmethod
    def of(context: Context) -> Acts:
        """The acts of this context; made on first use."""
        found = context.findChild(Acts)
        return found if found is not None else Acts(context)

    def tell_time(self, time: Callable[[], float | None]) -> None:
        """Where the preview stands in a film or recording, for bookmarks."""
        self._time = time

    # ------------------------------------------------------------------ the grading scheme

    def _read_scheme(self) -> None:
        def work(connection: Any) -> Scheme:
            from core.case import schemes

            return schemes.of_case(connection)

        self._context.query(work, self._take_scheme, key="scheme")

    def _take_scheme(self, scheme: Scheme) -> None:
        grades.use(scheme)
        if scheme != self.scheme:
            self.scheme = scheme
            name_grades(self._context, scheme)
            self.scheme_changed.emit()
        self._say_next()

    def _changed(self, changes: Changes) -> None:
        if changes.facts:
            self._read_scheme()

    def _suggest_break(self) -> None:
        minutes = round(self._exposure.seconds_today / 60)
        text = self.tr("Unmasked material for %n minute(s) today. A break would do no harm.", "", minutes)
        self._context.message.emit(text, None)

    def _in_scheme(self, value: str) -> bool:
        """Taking a grade away is always possible; a digit without a meaning is no grade."""
        if not value or self.scheme is None or self.scheme.grade(value) is not None:
            return True
        self._context.message.emit(self.tr("This case's grading scheme has no {0}.").format(value), None)
        return False

    # ------------------------------------------------------------------ acts

    def ids(self) -> list[int]:
        """Whom an act is about now, as numbers of contents."""
        return self._subject.ids()

    def grade(self, value: str) -> None:
        """Grade the selection or the current item; a single one moves on to the next."""
        ids = self.ids()
        if not self._in_scheme(value) or not self._subject.allowed(ids):
            return
        self._context.items.patch(ids, grade=value or None, reviewed=bool(value))
        self._do(lambda case: _decisions().grade(case, ids, value))
        if len(ids) == 1 and value:
            self._advance()

    def grade_stack(self, value: str) -> None:
        """Grade what is chosen together with all that looks nearly the same, in one act; a single one moves on."""
        ids = self.ids()
        if not self._in_scheme(value) or not self._subject.allowed(ids):
            return

        def work(connection: Any) -> Sequence[int]:
            from core.case import browse

            return browse.whole_stacks(connection, ids)

        def done(found: Sequence[int]) -> None:
            self._context.items.patch(found, grade=value, reviewed=True)
            self._do(lambda case: _decisions().grade(case, found, value))
            if len(ids) == 1 and self._context.current == ids[0]:
                self._advance()

        self._context.query(work, done, key="grade-stack", urgent=True)

    def _advance(self) -> None:
        preferences = self._context.preferences
        if preferences.value("acts.advance", True):
            go(self._context, 1, skip=bool(preferences.value("acts.skip-graded", True)))

    def grade_folder(self, value: str) -> None:
        """Grade everything in the list that lies in the folder of the current item."""
        current = self._context.current
        row = self._context.items.cached(current) if current is not None else None
        if current is None or row is None or row.source_id is None:
            return
        if not self._in_scheme(value) or not self._subject.allowed([current]):
            return
        source, folder, wanted = row.source_id, row.folder, self._context.filter

        def work(connection: Any) -> list[int]:
            from core.case import browse, filters

            here = browse.ids(connection, wanted.with_part(filters.folder(source, folder)))
            return [
                one.id
                for first in range(0, len(here), 500)
                for one in browse.rows(connection, here[first : first + 500])
                if one.folder == folder
            ]

        def done(ids: list[int]) -> None:
            self._context.items.patch(ids, grade=value, reviewed=True)
            self._do(lambda case: _decisions().grade(case, ids, value))

        self._context.query(work, done, key="grade-folder")

    def flag(self) -> None:
        """Flag for a second look; where all are flagged, take the flags away."""
        ids = self.ids()
        if not self._subject.allowed(ids):
            return
        rows = [self._context.items.cached(content) for content in ids[:NAMED_AT_MOST]]
        on = not all(row is not None and row.flagged for row in rows)
        self._context.items.patch(ids, flagged=on)
        self._do(lambda case: _decisions().flag(case, ids, on))

    def tag(self, word: str, on: bool = True) -> None:
        ids = self.ids()
        if self._subject.allowed(ids) and word.strip():
            self._do(lambda case: (_decisions().tag if on else _decisions().untag)(case, ids, word))

    def note(self, text: str, time: float | None = None) -> None:
        """A note; with a time a bookmark in the current item, with or without words."""
        ids = self.ids()
        if not self._subject.allowed(ids):
            return
        if time is not None and len(ids) == 1:
            self._do(lambda case: _decisions().bookmark(case, ids[0], time, text))
        elif text.strip():
            self._do(lambda case: _decisions().note(case, ids, text))

    def verdict(self, finding: int, value: str) -> bool:
        """Right, wrong or unclear about one finding; empty takes it back. False: it was not allowed."""
        current = self._context.current
        if current is None or not self._subject.allowed([current]):
            return False
        self._do(lambda case: _decisions().verdict(case, finding, value))
        return True

    def likeness(self, reference: Reference, finding: int, said: Said, similarity: float) -> None:
        """Yes or no to a face as a candidate for another; empty takes it back."""
        from core.case import candidates

        self._do(lambda case: candidates.decide(case, reference, finding, said, similarity=similarity))

    def describe_source(self, source: int, values: Mapping[str, str]) -> None:
        """State facts of a source of the case (see `core.provenance`)."""

        def work(case: Case) -> Change:
            from core.case import sources

            return sources.describe(case, source, values)

        self._do(work)

    def exclude(self, contents: Sequence[int], reason: str) -> None:
        """Take contents out of the coverage with a reason; an empty one takes them back in."""
        if reason:
            self._do(lambda case: _decisions().exclude(case, contents, reason))
        else:
            self._do(lambda case: _decisions().include(case, contents))

    def settle(self, problems: Sequence[int], reason: str) -> None:
        """Settle problems with a reason (their numbers); an empty one takes them up again."""
        self._do(lambda case: _decisions().exclude_problem(case, problems, reason))

    def undo(self) -> None:
        self._turn("undo")

    def redo(self) -> None:
        self._turn("redo")

    def _turn(self, kind: Literal["undo", "redo"]) -> None:
        if self._subject.can_be_stored():
            self._context.act(self._back.next(kind), self._turned)

    def _turned(self, found: Change | Waiting) -> None:
        from core.case.decisions import Waiting

        if isinstance(found, Waiting):
            self._name_first(found)
        else:
            self._done(found, back=False)

    def _name_first(self, found: Waiting) -> None:
        """Done in another window: say what it is and go there; the same key again is the answer."""
        text = label_text(self._named(found.label))
        if found.content is not None:
            text = self._return_to(found.content, text)
        key = native(next(iter(self._context.actions.keys(found.kind)), ""))
        if found.kind == "undo":
            said = self.tr("Done in another window: {0}. Press {1} again to take it back.")
        else:
            said = self.tr("Taken back in another window: {0}. Press {1} again to do it again.")
        self._context.message.emit(said.format(text, key), None)

    def _turn_exactly(self, kind: Literal["undo", "redo"], act: int) -> None:
        """What a button beside a sentence does: this act, not the newest one."""
        self._do(self._back.exactly(kind, act), back=False)

    def _do(self, work: Callable[[Case], Change], *, back: bool = True) -> None:
        if self._subject.can_be_stored():
            self._context.act(self._back.noted(work), partial(self._done, back=back))

    def _done(self, change: Change, *, back: bool) -> None:
        if not change:
            if change.kind != "do" or not back:
                self._context.message.emit(self.tr("There is nothing to take back or to do again."), None)
            return
        many = len(change.ids) > NAMED_AT_MOST
        decided = frozenset() if many else frozenset(change.ids)
        self._context.changed.emit(
            Changes(decisions=decided, facts=bool(change.facts), problems=change.label.key in SETTLING)
        )
        text = label_text(self._named(change.label))
        if change.kind == "undo":
            text = self.tr("Undone: {0}").format(text)
        elif change.kind == "redo":
            text = self.tr("Done again: {0}").format(text)
        if change.kind != "do" and len(change.ids) == 1:
            text = self._return_to(change.ids[0], text)
        undo = partial(self._turn_exactly, "undo", change.act)
        self._newest = change.act
        if change.kind == "do" and len(change.ids) > 1:
            self._show_bar(text)
        else:
            if self._bar is not None:
                self._bar.hide()
            self._context.message.emit(text, undo if back else None)
        self._say_next()
        self.acted.emit(change)

    def _say_next(self) -> None:
        """Palette, menus and the overlay of keys say what the next undo and redo are about."""

        def done(found: tuple[Label | None, Label | None]) -> None:
            undo, redo = (label_text(self._named(label)).replace("&", "&&") if label else "" for label in found)
            texts = {
                "undo": self.tr("Undo: {0}").format(undo) if undo else self.tr("Undo"),
                "redo": self.tr("Redo: {0}").format(redo) if redo else self.tr("Redo"),
            }
            self._context.actions.rename(texts)

        self._context.query(self._back.coming, done, key="next-undo")

    def _named(self, label: Label) -> Label:
        """With the name of the grade beside its digit."""
        grade = self.scheme.grade(label.value) if self.scheme is not None and label.key == "grade" else None
        return label if grade is None else replace(label, value=f"{label.value} ({grade.title(spoken())})")

    def _return_to(self, content: int, text: str) -> str:
        """Back to the item that was taken back or done again: after a wrong digit the list has moved on, and the right
        one must not fall on the next item. Returns the text with its name."""
        context = self._context
        row = context.items.cached(content)
        if context.items.row_of(content) < 0:
            return self.tr("{0} (not in this list)").format(text)
        if context.view in REVIEW:
            move_to(context, content)
        return f"{text} · {row.name}" if row is not None else text

    def _show_bar(self, text: str) -> None:
        if self._bar is None:
            self._bar = UndoBar(self._context, lambda: self._turn_exactly("undo", self._newest))
        self._bar.say(text)

    # ------------------------------------------------------------------ asking for words

    def ask_tag(self) -> None:
        self._asking.tag()

    def ask_note(self) -> None:
        self._asking.note(self._time)


def _decisions() -> Any:
    """Imported when something is decided: it costs the start of the window nothing."""
    from core.case import decisions

    return decisions


def install(window: MainWindow) -> None:
    """Make deciding possible in this window, whatever view it shows first."""
    Acts.of(window.context)
