"""The window for faces like one face: the reference and a candidate side by side, and the list of all candidates.

Nothing here says who anybody is. What is listed are candidates, ranked by likeness; the examiner looks and decides, and
what was decided is remembered for the pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.gui.acts import Acts
from app.gui.columns import percent
from app.gui.context import Changes
from app.gui.exposure import Exposure
from app.gui.faces import PICTURES
from app.gui.faces.crops import Crops
from app.gui.faces.frame import FINE, FacesFrame
from app.gui.faces.listing import Divider
from app.gui.faces.outside import faces_in
from app.gui.faces.parting import Parting
from app.gui.faces.shots import Shot, shot_of, shots
from app.gui.pages.job import Job
from app.gui.preview.feed import Answer, Feed
from app.gui.recorded import complaint
from core.case.candidates import (
    Candidate,
    Candidates,
    Described,
    Reference,
    Said,
    candidates,
    described,
    judged,
    reference,
)
from core.errors import AsservatError

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.queries import Connection

__all__ = ["FacesDialog"]

_SCROLLED = 60  # milliseconds without scrolling after which crops are asked for


class FacesDialog(FacesFrame):
    """Not modal: the list and the preview of the window can be used beside it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._exposure, self._feed = Exposure.of(context), Feed.of(context)
        self._acts = Acts.of(context)
        self._choices: list[tuple[Reference, Shot]] = []
        self._found: Candidates | None = None
        self._crops = Crops(self._feed, self._exposure)
        self._threshold = 0.0
        self._job: Job | None = None
        self._outside = 0
        self._scrolled = QTimer(self, singleShot=True, interval=_SCROLLED)
        self._scrolled.timeout.connect(self._want_crops)
        self._connect()

    def _connect(self) -> None:
        context = self._context
        self.list.decided.connect(self.decide)
        self.list.whole_wanted.connect(self.toggle_whole)
        self.list.opened.connect(self.open_item)
        self.list.entered_row.connect(self._entered)
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled.start)
        self.slider.valueChanged.connect(self._slid)
        self.which.activated.connect(self._choose)
        for made, slot in (
            (self.reset, self._reset_threshold),
            (self.picture_button, self.choose_picture),
            (self.filter_button, self.filter_list),
            (self.whole_button, self.toggle_whole),
            (self.open_button, self.open_item),
            (self.no_button, partial(self.decide, "no")),
            (self.yes_button, partial(self.decide, "yes")),
        ):
            made.clicked.connect(lambda _checked=False, slot=slot: slot())
        self._feed.arrived.connect(self._arrived)
        self._exposure.changed.connect(self._exposure_changed)
        context.changed.connect(self._changed)
        context.case_closed.connect(self.close)
        for name in ("undo", "redo", "hide-everything"):
            if name in context.actions:
                self.addAction(context.actions[name])  # shortcuts belong to windows

    # ------------------------------------------------------------------ who is looked for

    def look_for(self, finding: int) -> None:
        """A face of the case."""

        def work(connection: Connection) -> tuple[Reference, Shot | None]:
            wanted = reference(connection, finding)
            return wanted, shot_of(connection, wanted)

        def done(found: tuple[Reference, Shot | None]) -> None:
            wanted, shot = found
            if shot is not None:
                self._begin([(wanted, shot)])

        self._clear()
        self._context.query(work, done, key="faces-reference", failed=self._failed, urgent=True)

    def look_for_picture(self, path: Path) -> None:
        """The faces of a picture from outside the case: the most prominent first, the others can be chosen."""
        parts = self._context.parts
        self._outside -= 1
        stand_in = self._outside

        def look(looking: Described) -> None:
            if self._job is not None:
                self._job.cancel()
            self._job = Job(
                self,
                lambda job: faces_in(parts, looking, path, job.control, stand_in),
                self._begin,
                self._failed,
            ).start()

        self._clear()
        self._say(self.tr("Looking for faces in the picture…"), "muted")
        self._context.query(described, look, key="faces-reference", failed=self._failed, urgent=True)

    def choose_picture(self) -> None:
        kinds = self.tr("Pictures ({0})").format(PICTURES)
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("A picture that shows the face"), str(Path.home()), kinds)
        if chosen:
            self.look_for_picture(Path(chosen))

    def _begin(self, choices: Sequence[tuple[Reference, Shot]]) -> None:
        self._job = None
        self._choices = list(choices)
        self._say("")
        self.which.clear()
        for place in range(len(choices)):
            self.which.addItem(self.tr("face {0} of {1}").format(place + 1, len(choices)))
        self.which.setVisible(len(choices) > 1)
        self._choose(0)

    def _choose(self, place: int) -> None:
        """One of the faces of the reference's picture."""
        self._found = None
        self.left.show_shot(self._choices[place][1])
        self._want_pixels()
        self._ask()

    @property
    def wanted(self) -> Reference | None:
        """The face that is looked for."""
        place = max(0, self.which.currentIndex())
        return self._choices[place][0] if place < len(self._choices) else None

    def _clear(self) -> None:
        self._choices, self._found = [], None
        self._crops.forget()
        self.which.hide()
        self.left.show_shot(None)
        self._show()

    # ------------------------------------------------------------------ who is found

    def _ask(self) -> None:
        wanted = self.wanted
        if wanted is None:
            return
        self._context.query(
            lambda connection: candidates(connection, wanted), self._take, key="faces", failed=self._failed
        )

    def _take(self, found: Candidates) -> None:
        if self.wanted is None or found.reference.key != self.wanted.key:
            return
        first = self._found is None
        self._found = found
        if first:
            self._reset_threshold()
        self._show()
        if first:
            self.list.setFocus()

    @property
    def _parting(self) -> Parting | None:
        """The candidates and the weaker ones at the threshold of now."""
        return Parting.of(self._found, self._threshold) if self._found is not None else None

    def _show(self) -> None:
        """List, counts and buttons for what is known now."""
        found = self._found
        parting = self._parting
        strong, weak = (parting.strong, parting.weak) if parting is not None else ((), ())
        rows: list[Candidate | Divider] = [*strong]
        if weak:
            rows += [Divider(self.tr("weaker matches below")), *weak]
        if found is not None and found.rejected:
            rows += [Divider(self.tr("%n rejected", "", len(found.rejected))), *found.rejected]
        badly = frozenset(one.finding for one in (*strong, *weak) if parting is not None and parting.badly_seen(one))
        self.list.show_rows(rows, frozenset(one.finding for one in strong), badly)
        self.coverage.setText(parting.counts() if parting is not None else "")
        self.value.setText(percent(self._threshold) if found is not None else "")
        self.slider.setEnabled(found is not None)
        self.reset.setEnabled(found is not None and self._threshold != found.comparing.threshold)
        self.filter_button.setEnabled(bool(strong))
        self.picture_button.setEnabled(self._context.case is not None)
        self._scrolled.start()

    def _slid(self, value: int) -> None:
        self._threshold = value / FINE
        self._show()

    def _reset_threshold(self) -> None:
        if self._found is not None:
            self.slider.blockSignals(True)
            self.slider.setValue(round(FINE * self._found.comparing.threshold))
            self.slider.blockSignals(False)
            self._threshold = self._found.comparing.threshold
            self.slider.setToolTip(self._found.comparing.measured)
            self._show()

    # ------------------------------------------------------------------ one of them

    def _entered(self, one: Candidate | None) -> None:
        shot = self._crops.shots.get(one.finding) if one is not None else None
        self.right.show_shot(shot)
        for widget in (self.yes_button, self.no_button, self.open_button):
            widget.setEnabled(one is not None)
        self.whole_button.setEnabled(bool(self._choices))
        self.yes_button.setChecked(one is not None and one.said == "yes")
        self.no_button.setChecked(one is not None and one.said == "no")
        parting = self._parting
        self.verdict.setText(parting.sentence(one) if one is not None and parting is not None else "")
        self._want_pixels()

    def decide(self, said: Literal["yes", "no"]) -> None:
        """Confirm or reject the current one and go on; the same again takes it back."""
        one, wanted = self.list.candidate, self.wanted
        if one is None or wanted is None:
            return
        if self._exposure.hidden or not (self.left.ready and self.right.ready):
            self._say(self.tr("Not done: both faces are not on the screen yet."), "warning")
            self._entered(one)
            return
        self._say("")
        answer: Said = "" if one.said == said else said
        if answer:
            self.list.step()
        self._acts.likeness(wanted, one.finding, answer, one.similarity)

    def toggle_whole(self) -> None:
        """The crops, or the pictures that they are from."""
        on = not self.left.whole
        for pane in (self.left, self.right):
            pane.set_whole(on)
        self.whole_button.setChecked(on)
        self._want_pixels()

    def open_item(self) -> None:
        """Show the candidate's item in the preview, at its moment."""
        one = self.list.candidate
        if one is None:
            return
        from app.gui.preview.panel import PreviewPanel

        for panel in PreviewPanel.all_of(self._context):
            if one.start is not None and one.kind == "video":
                panel.go_to_place(one.content, one.start)
        self._context.set_current(one.content)

    def filter_list(self) -> None:
        """Only the items of the candidates in the list, the reference's first."""
        from core.case import filters

        context, parting = self._context, self._parting
        strong = parting.strong if parting is not None else ()
        own = self.wanted.content if self.wanted is not None else None
        contents = dict.fromkeys([*([own] if own is not None else []), *(one.content for one in strong)])
        before = context.filter
        context.set_filter(filters.Filter((filters.items(*contents),)))
        if context.view not in ("table", "grid"):
            context.show_view("grid")
        said = self.tr("The items of %n candidate(s). A likeness, no identification.", "", len(strong))
        context.message.emit(said, lambda: context.set_filter(before))

    def _changed(self, changes: Changes) -> None:
        found = self._found
        if not self.isVisible() or found is None:
            return
        if changes.findings and not self._context.run_state:
            self._ask()  # while a run goes on the order stays as it is under the examiner's eyes
        elif changes.decisions is not None:
            self._context.query(lambda connection: judged(connection, found), self._take, key="faces", urgent=True)

    # ------------------------------------------------------------------ pixels

    def _want_crops(self) -> None:
        """Crops of what is on the screen, when nobody scrolls; those whose files are not known are asked for first."""
        seen = self.list.visible_candidates()
        unknown = [one for one in seen if one.finding not in self._crops.shots]

        def done(found: dict[int, Shot]) -> None:
            self._crops.shots |= found
            self._want_crops()

        if unknown and self.isVisible():
            self._context.query(lambda connection: shots(connection, unknown), done, key="faces-shots", urgent=True)
            return
        self._crops.ask(seen)
        self.list.rows.set_faces(self._crops.pictures)
        current = self.list.candidate
        if current is not None and self.right.shot is None:
            self._entered(current)
        else:
            self._want_pixels()

    def _want_pixels(self) -> None:
        if not self.isVisible():
            return
        pair = [self.left.wish(), self.right.wish()]
        self._feed.prefetch("faces", [wish for wish in (*pair, *self._crops.awaited) if wish is not None])
        self._watch()

    def _arrived(self, answer: Answer) -> None:
        if not self.isVisible():
            return
        for pane in (self.left, self.right):
            pane.take(answer)
        if self._crops.take(answer):
            self.list.rows.set_faces(self._crops.pictures)
        self._watch()

    def _exposure_changed(self) -> None:
        """Another rung: what is on the screen goes before anything else comes."""
        self._crops.forget_pictures()
        self.list.rows.set_faces({})
        self._want_crops()

    def _watch(self) -> None:
        """The private counter knows one item."""
        self._exposure.watch(self.right.unmasked if self.right.unmasked is not None else self.left.unmasked)

    # ------------------------------------------------------------------ telling, dropping, closing

    def _say(self, text: str, role: str = "") -> None:
        for one in ("muted", "warning", "danger"):
            self.told.setProperty(one, one == role)
        self.told.style().polish(self.told)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _failed(self, error: AsservatError) -> None:
        self._job = None
        self._say(complaint(error), "danger")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(one.isLocalFile() and Path(one.toLocalFile()).is_file() for one in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(one.toLocalFile()) for one in event.mimeData().urls() if one.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.look_for_picture(paths[0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None and not event.spontaneous():
            middle = parent.window().frameGeometry().center() - self.rect().center()
            self.move(QPoint(max(0, middle.x()), max(0, middle.y())))
        self._want_pixels()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._feed.prefetch("faces", [])
        self._exposure.watch(None)
        super().closeEvent(event)
