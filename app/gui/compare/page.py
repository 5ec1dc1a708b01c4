"""The page that compares: two to four panes that zoom and move together, and below them what differs.

Keys are about the pane with the frame: digits grade it, arrows go to the next one. What cannot be seen yet cannot be
graded, here as everywhere.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from app.gui import icons
from app.gui.acts import Acts
from app.gui.compare.choosing import FEWEST, Comparison
from app.gui.compare.differences import Differences, facts
from app.gui.compare.pane import Pane
from app.gui.exposure import Exposure
from app.gui.preview.canvas import Title
from app.gui.preview.feed import Answer, Feed, Wish
from app.gui.preview.subject import Subject, load

if TYPE_CHECKING:
    from app.gui.context import Changes, Context
    from core.search.films import Likeness

__all__ = ["ComparePage"]

MOST_PIXELS = 12_000_000  # of one picture: four of them stay below 200 MB
_pages: WeakSet[ComparePage] = WeakSet()


class ComparePage(QWidget):
    """Shows what `Comparison.of(context)` has chosen; chooses by itself when that is nothing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._exposure, self._feed = Exposure.of(context), Feed.of(context)
        self._acts = Acts.of(context)
        self._comparison = Comparison.of(context)
        self._alike: list[int | Likeness | None] = []
        self._at = 0
        self._together, self._flipping, self._sized = True, False, False
        self._view = (1.0, 0.5, 0.5)
        self.panes: list[Pane] = []
        self._lay_out()
        self._connect()
        _pages.add(self)

    @staticmethod
    def all_of(context: Context) -> list[ComparePage]:
        """The comparing pages of one window: one, or none yet."""
        return [page for page in _pages if page._context is context]

    @property
    def loading(self) -> bool:
        """Something of what is compared is still on its way."""
        return any(pane.isVisible() and not pane.ready for pane in self.panes)

    def shows(self, content: int) -> bool:
        """Whether this content, or words that stand for it, can be seen in a pane."""
        return any(pane.canvas.content == content and pane.ready and pane.isVisible() for pane in self.panes)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        area = QWidget()
        self._grid = QGridLayout(area)
        self._grid.setContentsMargins(6, 6, 6, 6)
        self._grid.setSpacing(6)
        self._empty = QLabel(self.tr("Select two to four items in the list and press C."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._grid.addWidget(self._empty, 0, 0)
        self.differences = Differences()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(area)
        self._split.addWidget(self.differences)
        self._split.setStretchFactor(0, 1)
        column.addWidget(self._split, 1)

    def _bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("bar", True)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 8, 10, 8)
        line.setSpacing(6)
        self._heading = QLabel()
        self._heading.setProperty("section", True)
        self._hint = QLabel(self.tr("Arrows: which one · digits: grade it · Esc: back"))
        self._hint.setProperty("muted", True)
        line.addWidget(self._heading)
        line.addSpacing(14)
        line.addWidget(self._hint, 1)
        self.together = self._tool(line, "link", "compare.together")
        self.together.setCheckable(True)
        self._tool(line, "flip", "compare.flip").setCheckable(True)
        self.flip = self._last_tool
        self._tool(line, "swap", "compare.swap")
        self._tool(line, "fit", "preview.fit").clicked.connect(self._fit)
        self._tool(line, "close", "compare").clicked.connect(self._comparison.toggle)
        return bar

    def _tool(self, line: QHBoxLayout, icon: str, action: str) -> QToolButton:
        button = QToolButton()
        icons.put(button, icon, "muted")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._context.actions.explain(button, action)
        name = action.removeprefix("compare.")
        if name != action:
            button.clicked.connect(lambda _checked=False: self._steer(name))
        line.addWidget(button)
        self._last_tool = button
        return button

    def _connect(self) -> None:
        context = self._context
        self._comparison.chosen.connect(self._begin)
        self._comparison.wanted.connect(self._steer)
        self._exposure.changed.connect(self._request)
        self._feed.arrived.connect(self._arrived)
        context.changed.connect(self._changed)
        context.case_closed.connect(self._clear)
        context.items.loaded.connect(self._choose)
        context.current_changed.connect(self._follow)

    # ------------------------------------------------------------------ what is compared

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._comparison.ids:
            self._choose()
        elif [pane.canvas.content for pane in self.panes] != list(self._comparison.ids):
            self._begin(self._comparison.ids)
        else:
            self._ask()
        self._enter(self._at)

    def _choose(self) -> None:
        """Nobody has said what to compare, and the list is there: what stands to reason."""
        if self.isVisible() and not self._comparison.ids:
            self._comparison.choose()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._feed.prefetch("compare", [])
        self._exposure.watch(None)

    def _clear(self) -> None:
        self._begin(())

    def _begin(self, ids: tuple[int, ...]) -> None:
        """These items, at the beginning nothing but their names."""
        while len(self.panes) > len(ids):
            pane = self.panes.pop()
            pane.hide()
            pane.deleteLater()
        while len(self.panes) < len(ids):
            self.panes.append(self._made_pane())
        self._alike = [None] * len(ids)
        self._view, self._flipping = (1.0, 0.5, 0.5), False
        for pane, content in zip(self.panes, ids, strict=True):
            row = self._context.items.cached(content)
            pane.begin(content, Title(row.name, row.sha256) if row is not None else None)
        self._heading.setText(self.tr("Comparing %n item(s)", "", len(ids)))
        self._arrange()
        self._sized = False
        if ids:
            current = self._context.current
            self._enter(ids.index(current) if current in ids else 0)
            self._ask()

    def _made_pane(self) -> Pane:
        pane = Pane(self._context, self._acts, self)
        pane.entered.connect(partial(self._entered, pane))
        pane.canvas.looked.connect(partial(self._looked, pane))
        pane.canvas.more_pixels_wanted.connect(partial(self._more, pane))
        pane.ready_changed.connect(self._count_looking)
        return pane

    def _arrange(self) -> None:
        """Two or three beside each other, four in two lines; when flipping, one."""
        for pane in self.panes:
            self._grid.removeWidget(pane)
        columns = 2 if len(self.panes) in (2, 4) else 3
        for place, pane in enumerate(self.panes):
            self._grid.addWidget(pane, *((0, 0) if self._flipping else divmod(place, columns)))
            pane.setVisible(not self._flipping or place == self._at)
        self._empty.setVisible(not self.panes)
        self.together.setChecked(self._together)
        self.flip.setChecked(self._flipping)
        self._count_looking()

    def _ask(self) -> None:
        ids = list(self._comparison.ids)
        if not ids or not self.isVisible():
            return

        def work(connection: Any) -> tuple[list[Subject | None], list[int | Likeness | None]]:
            from core.case import piles

            films = piles.film_likeness(connection, ids[0], ids)
            bits = piles.differing_bits(connection, ids[0], ids)
            alike = [bit if film is None else film for film, bit in zip(films, bits, strict=True)]
            return [load(connection, content) for content in ids], alike

        self._context.query(work, partial(self._take, ids), key="compare", urgent=True)

    def _take(self, ids: list[int], found: tuple[list[Subject | None], list[int | Likeness | None]]) -> None:
        if ids != list(self._comparison.ids) or len(ids) != len(self.panes):
            return
        subjects, self._alike = found
        for pane, subject in zip(self.panes, subjects, strict=True):
            if subject is not None:
                pane.set_subject(subject)
        self._show_facts()
        self._request()

    def _show_facts(self) -> None:
        subjects = [pane.subject for pane in self.panes]
        self.differences.show_facts(facts(subjects, self._alike), len(self.panes))
        if not self._sized:
            self._sized = True
            tall = max(400, self._split.height())
            most = tall // 5 if len(self.panes) > 3 else tall * 3 // 10  # four pictures in two lines need the room
            below = min(most, self.differences.needed())
            self._split.setSizes([tall - below, below])

    def _changed(self, changes: Changes) -> None:
        if changes.decisions is not None or changes.findings:
            self._ask()

    # ------------------------------------------------------------------ pixels

    def _request(self) -> None:
        if not self.isVisible():
            return
        wishes = [pane.wish() for pane in self.panes]
        self._feed.prefetch("compare", [wish for wish in wishes if wish is not None])
        self._align()
        self._count_looking()

    def _arrived(self, answer: Answer) -> None:
        if self.isVisible():
            for pane in self.panes:
                pane.take(answer)
            self._align()

    def _more(self, pane: Pane) -> None:
        if pane.most < MOST_PIXELS:
            pane.most = MOST_PIXELS
            wish: Wish | None = pane.wish()
            if wish is not None:
                self._request()

    def _count_looking(self) -> None:
        """The private counter knows one item: the one with the frame, or else any that is seen as it is."""
        if not self.isVisible():
            return
        seen = [pane for pane in self.panes if pane.unmasked]
        seen.sort(key=lambda pane: not pane.focused)
        self._exposure.watch(seen[0].canvas.content if seen else None)

    # ------------------------------------------------------------------ the same place in all of them

    def _looked(self, pane: Pane) -> None:
        if self._together and pane.canvas.image is not None:
            self._view = pane.canvas.view()
            self._align(but=pane)

    def _align(self, but: Pane | None = None) -> None:
        if self._together:
            for pane in self.panes:
                if pane is not but:
                    pane.canvas.set_view(*self._view)

    def _fit(self) -> None:
        self._pane.canvas.toggle_fit()

    # ------------------------------------------------------------------ which one, and in which order

    @property
    def _pane(self) -> Pane:
        return self.panes[min(self._at, len(self.panes) - 1)]

    def _entered(self, pane: Pane) -> None:
        if pane in self.panes:
            self._enter(self.panes.index(pane))

    def _enter(self, place: int) -> None:
        """Turn to the pane at this place: keys are about it."""
        if not self.panes:
            return
        self._at = place % len(self.panes)
        for number, pane in enumerate(self.panes):
            pane.set_focused(number == self._at)
            if self._flipping:
                pane.setVisible(number == self._at)
        if self.isVisible():
            self._context.set_current(self._pane.canvas.content)
            if not self._pane.canvas.hasFocus():
                self._pane.canvas.setFocus()
        self._count_looking()

    def _follow(self, content: int | None) -> None:
        """Somebody else made another item current: if it is one of these, it is the one with the frame."""
        ids = [pane.canvas.content for pane in self.panes]
        if self.isVisible() and content in ids and ids.index(content) != self._at:
            self._enter(ids.index(content))

    def _steer(self, what: str) -> None:
        if not self.isVisible() or len(self.panes) < FEWEST:
            return
        if what == "swap":
            self._swap()
        elif what == "together":
            self._together = not self._together
            self._looked(self._pane)
        elif self._flipping:
            self._enter(self._at + 1)
        else:
            self._flipping = True
        self._arrange()

    def _swap(self) -> None:
        """The one with the frame and the next change places."""
        here, there = self._at, (self._at + 1) % len(self.panes)
        self.panes[here], self.panes[there] = self.panes[there], self.panes[here]
        self._comparison.ids = tuple(pane.canvas.content for pane in self.panes if pane.canvas.content is not None)
        self._at = there
        self._ask()

    # ------------------------------------------------------------------ keys

    def event(self, event: QEvent) -> bool:
        # Zoom, turn and arrows have meanings in the preview and the list; here the page takes them first.
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and self._meaning(event.keyCombination()) is not None:  # type: ignore[attr-defined]  # a QKeyEvent
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meaning = self._meaning(event.keyCombination())
        if meaning is None or not self.panes:
            event.ignore()
            return
        meaning()
        event.accept()

    def _meaning(self, keys: QKeyCombination) -> Any:
        actions, canvas = self._context.actions, self._pane.canvas if self.panes else None
        if canvas is None:
            return None
        for id, does in (
            ("preview.larger", partial(canvas.zoom_by, 1)),
            ("preview.smaller", partial(canvas.zoom_by, -1)),
            ("preview.fit", canvas.toggle_fit),
            ("preview.rotate", canvas.rotate_view),
            ("preview.overlays", self._toggle_overlays),
        ):
            if actions.matches(id, keys):
                return does
        if self._flipping and keys.key() == Qt.Key.Key_Escape:
            return self._stop_flipping
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(keys.key())
        bare = keys.keyboardModifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return partial(self._enter, self._at + step) if step is not None and bare else None

    def _stop_flipping(self) -> None:
        self._flipping = False
        self._arrange()

    def _toggle_overlays(self) -> None:
        on = not self._pane.canvas.overlays
        for pane in self.panes:
            pane.canvas.set_overlays(on)
