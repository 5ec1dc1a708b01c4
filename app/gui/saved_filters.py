"""The filters that the examiner has given a name: one click away, kept in the case, always up to date."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.gui import icons
from app.gui.context import Changes
from app.gui.terms import part_text

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.case import Case
    from core.case.saved import SavedFilter

__all__ = ["SavedFilters"]


class SavedFilters(QWidget):
    """A heading with "keep this filter", and one line for each that is kept."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._saved: Sequence[SavedFilter] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        heading = QLabel(self.tr("Saved filters"))
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self._add = QToolButton()
        icons.put(self._add, "add", "muted")
        self._add.setAccessibleName(self.tr("Keep this filter"))
        self._add.setToolTip(self.tr("Keep the filter and order in force under a name"))
        self._add.clicked.connect(self.ask_name)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 4, 0)
        line.addWidget(heading)
        line.addStretch(1)
        line.addWidget(self._add)
        column.addLayout(line)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column.addLayout(self._lines)
        context.case_opened.connect(self._ask)
        context.case_closed.connect(partial(self._take, ()))
        context.changed.connect(self._changed)
        context.filter_changed.connect(self._mark)
        context.actions.add(
            "filter.save", self.tr("Keep this filter"), "Ctrl+S", self.ask_name, section=self.tr("Search")
        )
        self._mark()
        self._ask()

    # ------------------------------------------------------------------ what there is

    def _changed(self, changes: Changes) -> None:
        if changes.facts:
            self._ask()

    def _ask(self) -> None:
        def work(connection: Any) -> list[SavedFilter]:
            from core.case.saved import saved

            return saved(connection)

        self._context.query(work, self._take, key="saved-filters")

    def _take(self, found: Sequence[SavedFilter]) -> None:
        self._saved = found
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for entry in found:
            self._lines.addWidget(self._line(entry))
        self._mark()

    def _line(self, entry: SavedFilter) -> QToolButton:
        button = QToolButton()
        button.setText(entry.name)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip("\n".join(part_text(part) for part in entry.filter.parts) or self.tr("Everything"))
        icons.put(button, "filter", "muted")
        button.clicked.connect(partial(self._choose, entry))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(partial(self._menu, entry, button))
        return button

    def _mark(self) -> None:
        """The one that is in force is marked; there is nothing to keep without a filter."""
        self._add.setEnabled(bool(self._context.filter))
        for place, entry in enumerate(self._saved):
            item = self._lines.itemAt(place)
            button = item.widget() if item is not None else None
            if isinstance(button, QToolButton):
                button.setChecked(entry.filter == self._context.filter)

    # ------------------------------------------------------------------ what can be done

    def _choose(self, entry: SavedFilter) -> None:
        if entry.filter == self._context.filter:
            from core.case.filters import Filter

            self._context.set_filter(Filter())
        else:
            self._context.set_list(entry.filter, entry.sort)
        self._mark()

    def _menu(self, entry: SavedFilter, button: QToolButton, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename…")).triggered.connect(partial(self._rename, entry))
        menu.addAction(self.tr("Forget")).triggered.connect(partial(self._forget, entry))
        menu.popup(button.mapToGlobal(where))

    def ask_name(self) -> None:
        """Ask under which name the filter in force is to be kept."""
        if not self._context.filter or self._context.case is None:
            self._context.message.emit(self.tr("There is no filter to keep: everything is shown."), None)
            return
        suggested = ", ".join(part_text(part) for part in self._context.filter.parts)[:60]
        self._ask_text(self.tr("Keep this filter as"), suggested, self.keep)

    def keep(self, name: str) -> None:
        """Keep filter and order in force under this name; the same name again replaces it."""
        wanted, order = self._context.filter, self._context.sort

        def work(case: Case) -> None:
            from core.case.saved import save

            save(case, name, wanted, order)

        self._act(work)

    def _rename(self, entry: SavedFilter) -> None:
        def work(case: Case, name: str) -> None:
            from core.case.saved import rename

            rename(case, entry.id, name)

        self._ask_text(self.tr("Rename filter"), entry.name, lambda name: self._act(partial(work, name=name)))

    def _forget(self, entry: SavedFilter) -> None:
        def work(case: Case) -> None:
            from core.case.saved import delete

            delete(case, entry.id)

        self._act(work)
        text = self.tr("Forgotten: {0}").format(entry.name)
        self._context.message.emit(text, partial(self._bring_back, entry))

    def _bring_back(self, entry: SavedFilter) -> None:
        def work(case: Case) -> None:
            from core.case.saved import save

            save(case, entry.name, entry.filter, entry.sort)

        self._act(work)

    def _act(self, work: Any) -> None:
        self._context.act(work, self._stored)

    def _stored(self, _nothing: object) -> None:
        self._context.changed.emit(Changes(facts=True))

    def _ask_text(self, title: str, text: str, done: Any) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(text)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
        dialog.textValueSelected.connect(done)
        dialog.open()
