"""The preview panel: the stage, and beside or below it why it was flagged, texts, facts, copies and history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.act_words import verdict_text
from app.gui.acts import Acts
from app.gui.context import Changes
from app.gui.exposure import Exposure
from app.gui.faces.search import FaceSearch, is_face
from app.gui.going import go
from app.gui.preview.canvas import Title
from app.gui.preview.feed import Feed, Wish
from app.gui.preview.grade_bar import GradeBar
from app.gui.preview.lines import matches, searched_words
from app.gui.preview.places import CopiesPanel, FactsPanel
from app.gui.preview.said import HistoryPanel
from app.gui.preview.stage import Stage
from app.gui.preview.subject import Subject, load
from app.gui.preview.tabs import Tabs
from app.gui.preview.texts import TextPanel
from app.gui.preview.transcript import TranscriptPanel
from app.gui.preview.why import WhyPanel
from app.gui.preview.wishes import opening_wish

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.details import FindingFacts

__all__ = ["PreviewPanel"]

VERDICTS = ("right", "wrong", "unclear")
AHEAD, BEHIND = 3, 1
"""So many neighbours in the list are decoded before somebody gets to them."""
_SIDE_BY_SIDE = 1.25  # wider than this times its height: panels right of the picture instead of below
_panels: WeakSet[PreviewPanel] = WeakSet()


class PreviewPanel(QWidget):
    """Follows `context.current`. Its actions work anywhere in the window."""

    ready_changed = Signal()
    place_changed = Signal()  # another time or page is on the screen

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._exposure = Exposure.of(context)
        self._feed = Feed.of(context)
        self.acts = Acts.of(context)
        self._subject: Subject | None = None
        self._place: float | None = None
        self._hit = -1
        self._near: dict[int, Subject] = {}
        self._active: int | None = None
        self._unfilled: set[QWidget] = set()
        self.stage = Stage(context)
        self._add_actions()
        self.stage.controls.explain()
        self.grades = GradeBar(context, self.acts)
        self.why = WhyPanel(context, self.acts)
        self.texts = TextPanel(context)
        self.transcript = TranscriptPanel(context)
        self.facts = FactsPanel()
        self.copies = CopiesPanel()
        self.history = HistoryPanel(context)
        self.tabs = Tabs()
        for widget, text in (
            (self.why, self.tr("Why")),
            (self.texts, self.tr("Text")),
            (self.transcript, self.tr("Speech")),
            (self.facts, self.tr("Facts")),
            (self.copies, self.tr("Copies")),
            (self.history, self.tr("History")),
        ):
            self.tabs.addTab(widget, text)
            self.tabs.name(widget, text)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self._upper())
        self._split.addWidget(self.tabs)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)
        self.setFocusProxy(self.stage.canvas)
        _panels.add(self)
        self._connect()
        self._current_changed(context.current)

    def _upper(self) -> QWidget:
        upper = QWidget()
        layout = QVBoxLayout(upper)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.grades)
        return upper

    @staticmethod
    def all_of(context: Context) -> list[PreviewPanel]:
        """The previews of one window."""
        return [panel for panel in _panels if panel._context is context]

    def shows(self, content: int) -> bool:
        """Whether what is on the screen is this content, or the words that stand for it."""
        return self._subject is not None and self._subject.content == content and self.stage.ready

    def _connect(self) -> None:
        context = self._context
        context.current_changed.connect(self._current_changed)
        context.changed.connect(self._changed)
        context.case_opened.connect(self._feed.warm_up)
        context.case_closed.connect(self._forget_near)
        self._exposure.changed.connect(self._look_ahead)
        self.stage.ready_changed.connect(self._ready)
        self.stage.mark_clicked.connect(self._choose)
        self.stage.place_changed.connect(self._place_changed)
        self.stage.canvas.mark_menu.connect(self._show_menu)
        self.why.menu_wanted.connect(self._show_menu)
        self.why.card.faces_wanted.connect(FaceSearch.of(context).like)
        self.why.chosen.connect(self._choose)
        self.why.threshold_changed.connect(self._threshold_changed)
        self.texts.chosen.connect(self._choose)
        self.transcript.chosen.connect(self._choose)
        self.tabs.currentChanged.connect(self._fill_tab)
        self.acts.tell_time(self._time)

    def _add_actions(self) -> None:
        stage, canvas, add = self.stage, self.stage.canvas, self._context.actions.add
        section = self.tr("Preview")
        add("preview.next-hit", self.tr("Next hit in this file"), "H", partial(self.go_to_hit, 1), section=section)
        add("preview.last-hit", self.tr("Previous hit"), "Shift+H", partial(self.go_to_hit, -1), section=section)
        add(
            "search.next",
            self.tr("Next place of the searched words"),
            "F3",
            partial(self.go_to_word, 1),
            section=section,
        )
        back = self.tr("Previous place of the searched words")
        add("search.previous", back, "Shift+F3", partial(self.go_to_word, -1), section=section)
        add("why", self.tr("Why flagged"), "W", self.show_why, section=section)
        add("preview.overlays", self.tr("Boxes of findings"), "O", self._toggle_overlays, section=section)
        add("preview.fit", self.tr("Fit, or one to one"), "Z", canvas.toggle_fit, section=section)
        add("preview.larger", self.tr("Larger"), "+", partial(canvas.zoom_by, 1), section=section, repeat=True)
        add("preview.smaller", self.tr("Smaller"), "-", partial(canvas.zoom_by, -1), section=section, repeat=True)
        add("preview.rotate", self.tr("Turn the view"), "R", canvas.rotate_view, section=section)
        section = self.tr("Films, sound, pages")
        add("preview.storyboard", self.tr("Storyboard"), "Y", stage.show_storyboard, section=section)
        add("preview.play", self.tr("Play or pause"), "K", stage.toggle_play, section=section)
        add("preview.slower", self.tr("Slower"), "J", partial(stage.playback.change_speed, -1), section=section)
        add("preview.faster", self.tr("Faster"), "L", partial(stage.playback.change_speed, 1), section=section)
        back, forward = self.tr("One frame or page back"), self.tr("One frame or page on")
        add("preview.back", back, ",", partial(stage.step, -1), section=section, repeat=True)
        add("preview.forward", forward, ".", partial(stage.step, 1), section=section, repeat=True)

    # ------------------------------------------------------------------ the current item

    def _current_changed(self, content: int | None) -> None:
        self._subject = None
        self._hit = -1
        row = self._context.items.cached(content) if content is not None else None
        self.stage.clear(content, Title(row.name, row.sha256) if row is not None else None)
        self._active = None
        self.grades.set_subject(None)
        self._fill_tabs()
        if content is not None:
            known = self._near.get(content)
            if known is not None:
                self._take(known)
            # What is known may be a moment old. The list is painted first: both need the interpreter.
            QTimer.singleShot(0, self, partial(self._load, content))
        else:
            self._count_tabs(None)

    def _load(self, content: int) -> None:
        if content != self._context.current:
            return
        self._context.query(partial(load, content=content), self._take, key="preview", urgent=True)

    def _take(self, subject: Subject | None) -> None:
        if subject is None or subject.content != self._context.current:
            return
        if subject == self._subject:
            return
        again = self._subject is not None and self._subject.content == subject.content
        self._subject = subject
        self.stage.set_subject(subject, at=self._place)
        self._place = None
        self.grades.set_subject(subject)
        self._fill_tabs()
        self._count_tabs(subject)
        if not again:
            self._look_ahead()

    def _fill_tabs(self) -> None:
        """Only the one that is seen: the others when somebody turns to them."""
        self._unfilled = {self.why, self.texts, self.transcript, self.facts, self.copies, self.history}
        self._fill_tab()

    def _fill_tab(self) -> None:
        panel = self.tabs.currentWidget()
        if panel not in self._unfilled:
            return
        self._unfilled.discard(panel)
        panel.set_subject(self._subject)  # type: ignore[attr-defined]  # every tab has it
        if self._active is not None and panel in (self.why, self.texts, self.transcript):
            panel.set_active(self._active)

    def go_to_place(self, content: int, seconds: float) -> None:
        """Open an item at a moment: from a search hit or a bookmark."""
        if content == self._context.current:
            self.stage.go_to_time(seconds)
        else:
            self._place = seconds
            self._context.set_current(content)

    def _changed(self, changes: Changes) -> None:
        current = self._context.current
        self._near.clear()
        said = changes.decisions is not None and (not changes.decisions or current in changes.decisions)
        if current is not None and (said or changes.findings):
            self._load(current)

    def _count_tabs(self, subject: Subject | None) -> None:
        counts = (len(subject.texts), len(subject.spoken), len(subject.details.copies)) if subject else (0, 0, 0)
        texts, spoken, copies = counts
        for widget, word, counted in (
            (self.texts, self.tr("Text"), self.tr("Text ({0})").format(texts) if texts else ""),
            (self.transcript, self.tr("Speech"), self.tr("Speech ({0})").format(spoken) if spoken else ""),
            (self.copies, self.tr("Copies"), self.tr("Copies ({0})").format(copies) if copies > 1 else ""),
        ):
            self.tabs.name(widget, word, counted)
        heard = subject is not None and subject.kind in ("video", "audio")
        self.tabs.setTabVisible(self.tabs.indexOf(self.transcript), heard)
        self.tabs.fit()

    def _look_ahead(self) -> None:
        """Have the next items ready, at the rung that is allowed now."""
        items = self._context.items
        here = items.row_of(self._context.current)
        if here < 0 or not self.isVisible() or self._exposure.revealed:  # held for this one, not for its neighbours
            return
        places = [*range(here + 1, here + 1 + AHEAD), *range(here - 1, here - 1 - BEHIND, -1)]
        ids = [items.ids[place] for place in places if 0 <= place < len(items)]

        def work(connection: Any) -> list[Subject | None]:
            return [load(connection, content) for content in ids]

        self._context.query(work, self._prefetch, key="preview-ahead")

    def _forget_near(self) -> None:
        self._near = {}

    def _prefetch(self, subjects: list[Subject | None]) -> None:
        wishes: list[Wish] = []
        self._near = {subject.content: subject for subject in subjects if subject is not None}
        for subject in subjects:
            wish = opening_wish(subject, self._exposure) if subject is not None and subject.kind == "image" else None
            if wish is not None:
                wishes.append(wish)
        self._feed.prefetch("ahead", wishes)

    # ------------------------------------------------------------------ findings

    def go_to_hit(self, by: int) -> None:
        """The next or previous hit: its place, its box, its reason."""
        if self._subject is None:
            return
        hits = self._subject.hits(self.why.threshold)
        if not hits:
            self._context.message.emit(self.tr("No hit in this file at this threshold."), None)
            return
        self._hit = (self._hit + by) % len(hits) if self._hit >= 0 or by > 0 else len(hits) - 1
        self._choose(hits[self._hit].id)
        told = self.tr("Hit {0} of {1}").format(self._hit + 1, len(hits))
        self._context.message.emit(told, None)

    def go_to_word(self, by: int) -> None:
        """The next or previous line with the words of the list's search: read or spoken, then in the next item."""
        words = searched_words(self.texts.search.text(), self._context.filter)
        if not words:
            self._context.message.emit(self.tr("Nothing is searched for: Ctrl+F takes words."), None)
            return
        lines = (*self._subject.texts, *self._subject.spoken) if self._subject is not None else ()
        places = [one.id for one in lines if one.text and matches(one.text, words)]
        before = places.index(self._active) if self._active in places else -1 if by > 0 else len(places)
        place = before + by
        if not 0 <= place < len(places):
            go(self._context, by, skip=False)  # whatever else the list holds was found by its name, a note or a tag
            return
        spoken = self._subject is not None and places[place] not in {one.id for one in self._subject.texts}
        self.tabs.setCurrentWidget(self.transcript if spoken else self.texts)
        self._choose(places[place])
        told = self.tr("Place {0} of {1} in this file").format(place + 1, len(places))
        self._context.message.emit(told, None)

    def _choose(self, finding: int) -> None:
        if self._subject is not None:
            order = [one.id for one in self._subject.hits(self.why.threshold)]
            self._hit = order.index(finding) if finding in order else self._hit
        self._active = finding
        self.stage.set_active(finding)
        self.why.set_active(finding)
        self.texts.set_active(finding)
        self.transcript.set_active(finding)

    def _threshold_changed(self, least: float) -> None:
        self._hit = -1
        self.stage.set_threshold(least)

    def _show_menu(self, finding: int, where: QPoint) -> None:
        """What can be done with a finding: by right click on its box or its line."""
        subject = self._subject
        found = subject.finding(finding) if subject is not None else None
        if found is None:
            return
        self._choose(finding)
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if self._face_of(found) is not None:
            menu.addAction(self._context.actions["faces.like"])  # it asks `face`, which is this one now
            menu.addSeparator()
        for value in VERDICTS:
            action = menu.addAction(verdict_text(value))
            action.setCheckable(True)
            action.setChecked(found.verdict == value)
            action.triggered.connect(
                lambda _on=False, value=value: self.acts.verdict(finding, "" if found.verdict == value else value)
            )
        menu.popup(where)

    def face(self) -> int | None:
        """The face that is spoken of; else the surest that can be seen now, else the surest of the item."""
        if self._subject is None:
            return None
        active = self._subject.finding(self._active)
        spoken_of = self._face_of(active) if active is not None else None
        faces = [one for one in self._subject.findings if is_face(one)]
        shown = [one for one in faces if one.id in self.stage.canvas.shown_marks]
        best = spoken_of or max(shown or faces, key=lambda one: one.score or 0.0, default=None)
        return best.id if best is not None else None

    def _face_of(self, found: FindingFacts) -> FindingFacts | None:
        """This finding if it is a face that can be compared; where another step marked the face, the one that lies
        there at the same place of the medium."""
        if is_face(found) or self._subject is None or not found.label.upper().startswith("FACE"):
            return found if is_face(found) else None
        region = found.region
        middle = (region.x + region.w / 2, region.y + region.h / 2) if region is not None else (-1.0, -1.0)
        for one in self._subject.findings:
            box = one.region
            if is_face(one) and box is not None and (one.start, one.page) == (found.start, found.page):
                inside = box.x <= middle[0] <= box.x + box.w and box.y <= middle[1] <= box.y + box.h
                if inside:
                    return one
        return None

    def show_why(self) -> None:
        self.tabs.setCurrentWidget(self.why)
        self.why.setFocus()

    def _toggle_overlays(self) -> None:
        self.stage.canvas.set_overlays(not self.stage.canvas.overlays)
        self.stage.update_controls()

    # ------------------------------------------------------------------ small things

    def _ready(self) -> None:
        self.ready_changed.emit()

    def _place_changed(self) -> None:
        self.transcript.set_time(self.stage.time)
        self.place_changed.emit()

    def _time(self) -> float | None:
        timed = self._subject is not None and self._subject.kind in ("video", "audio")
        return self.stage.time if timed and self.isVisible() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() > _SIDE_BY_SIDE * event.size().height()
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._split.orientation() != orientation:
            self._split.setOrientation(orientation)
            total = event.size().width() if wide else event.size().height()
            side = total * 2 // 5  # the tabs of a picture fit, in German too
            side = min(round(440 * theme.current().scale), side) if wide else side
            self._split.setSizes([total - side, side])
