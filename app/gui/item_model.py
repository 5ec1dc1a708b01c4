"""The one model behind table, grid and single view: item ids from one SQL query, and a cache of pages of rows.

Sorting and filtering are new SQL on a worker thread, never a proxy (`app.gui.item_list`). Until the new list is there
the old one is shown, dimmed. Live results never re-sort under the cursor: the model says how many there are, the
examiner updates.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from app.gui import columns
from app.gui.item_list import Asked, Beginning, ItemList, find, first_page, whole_list

if TYPE_CHECKING:
    from app.gui.context import Changes, Context
    from core.case.browse import ItemRow

__all__ = ["PAGE", "PAGES", "ROW_ROLE", "ItemModel"]

PAGE = 256  # rows asked for at once
FIRST = 64  # rows that come with the beginning of a list: what a screen shows; the rest of its page is asked for then
PAGES = 64  # pages kept
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `ItemRow` itself, or None while it is being asked for."""
SINGLE = 8  # so many patched items are looked up one by one
FEW = 200  # so many changed items are looked for one by one; more make every page stale
DIM_AFTER = 150  # milliseconds a list may take before the old one is dimmed: most lists never flicker
RECOUNT_AFTER = 700  # milliseconds between live changes and the question how many there are now

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class ItemModel(QAbstractTableModel):
    """Rows are items in the order of the last query. `row` is a position in it, `content` an id."""

    asked = Signal()  # a list has been asked for: whoever counts for the old one stops, so that nothing is in its way
    arrived = Signal(str)  # "new": another list, from its beginning; "rest": what follows it; "same": the list again
    loaded = Signal()  # all of the list is in place
    busy_changed = Signal(bool)  # a new list has been asked for; the old one is still shown
    dimmed_changed = Signal()  # views paint the list dimmed, or not any more: `dimmed`
    rows_changed = Signal()  # rows arrived or changed; the list is the same
    news_changed = Signal(int)  # so many more (or fewer) items match than are shown

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._ids: array[int] = array("q")
        self._found: dict[int, int] = {}  # where items are in the list: a key press asks ten times for the same one
        self._pages: OrderedDict[int, list[ItemRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._stale: set[int] = set()
        self.busy = False
        self.complete = True
        self._beginning = Beginning(False)
        self._fresh = True  # the list asked for last is another one than before
        self._waiting_for_first = False
        self._expecting = False
        self._soon: set[int] = set()  # pages whose rows are asked for again once they are painted
        self.news = 0
        self.matching = 0  # items that match; more than rows where near duplicates are one line
        self._dim = QTimer(self, singleShot=True, interval=DIM_AFTER)
        self._dim.timeout.connect(self.dimmed_changed)
        self._recount = QTimer(self, singleShot=True, interval=RECOUNT_AFTER)
        self._recount.timeout.connect(self._count)
        context.case_opened.connect(self._relist)
        context.case_closed.connect(self._clear)
        context.filter_changed.connect(self._relist)
        context.stacks_changed.connect(self.refresh)
        context.changed.connect(self._changed)
        context.failed.connect(self._distrust)

    # ------------------------------------------------------------------ the list

    @property
    def ids(self) -> array[int]:
        """Content ids in the order shown. Not to be changed."""
        return self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def id_at(self, row: int) -> int | None:
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, content: int | None) -> int:
        """Where an item is in the list, or -1."""
        if content is None:
            return -1
        if content not in self._found:
            if len(self._found) >= PAGE:
                self._found.clear()
            self._found[content] = find(self._ids, content)
        return self._found[content]

    def refresh(self) -> None:
        """Ask for the same list again. What is looked at stays where it is as far as it can."""
        self._ask_list(first=False)

    def _relist(self) -> None:
        """Another filter or order: its beginning is wanted on the screen at once."""
        self._ask_list(first=True)

    def _ask_list(self, *, first: bool) -> None:
        if self._context.case is None:
            return
        context, beginning = self._context, Beginning(first)
        asked = Asked(
            context.filter,
            context.sort,
            context.current,
            context.stacked,
            context.opened,
            first,
            beginning,
            PAGE,
            FIRST,
        )
        self._beginning = beginning
        self._set_busy(True)
        self._fresh = self._waiting_for_first = self._expecting = first
        self._recount.stop()
        self._context.drop_query("items-first")
        self.asked.emit()

        if first:
            context.query(
                lambda connection: first_page(connection, asked),
                self._begin,
                key="items-first",
                failed=self._not_begun,
                urgent=True,
            )
        context.query(
            lambda connection: whole_list(connection, asked), self._take, key="items", failed=self._not_loaded
        )

    def _begin(self, found: ItemList | None) -> None:
        """The first page is there before the rest."""
        rest, self._beginning = self._beginning.rest, Beginning(False)
        if found is None:
            return
        self._reset(found)
        self.complete = found.whole
        if self.complete:
            self._context.drop_query("items")
            self._stand_for(found)
            self._finish("new")
            return
        self.arrived.emit("new")
        if rest is not None:
            self._take(rest)

    def _not_begun(self, error: Any) -> None:
        rest, self._beginning = self._beginning.rest, Beginning(False)
        if rest is not None:
            self._take(rest)
            self._distrust()
        else:
            self._not_loaded(error)

    def _take(self, found: ItemList | None) -> None:
        if found is None:
            return  # the beginning is the whole list
        if self._beginning.found and not found.rows and found.ids:
            self._beginning.rest = found  # its rows are on their way with the beginning
            return
        self._context.drop_query("items-first")
        shown = len(self._ids)
        if not self.complete and found.ids[:shown] == self._ids:
            self.beginInsertRows(QModelIndex(), shown, len(found.ids) - 1)
            self._set_ids(found.ids, found.matching)
            self.endInsertRows()
            how = "rest"
        else:
            self._reset(found)
            how = "new" if self._fresh else "same"
        self.complete = True
        self._stand_for(found)
        self._finish(how)

    def _stand_for(self, found: ItemList) -> None:
        if self.row_of(self._context.current) < 0 and self.row_of(found.current) >= 0:
            self._context.set_current(found.current)

    def _reset(self, found: ItemList) -> None:
        self.beginResetModel()
        self._forget_pages()
        self._set_ids(found.ids, found.matching)
        if found.rows or not found.ids:
            self._keep(found.page, found.rows)
            if len(found.rows) < len(found.ids[found.page * PAGE : (found.page + 1) * PAGE]):
                self._stale.add(found.page)  # whoever paints it asks for the rest
        self.endResetModel()

    def _set_ids(self, ids: array[int], matching: int) -> None:
        self._ids, self.matching = ids, matching
        self._found.clear()

    def _finish(self, how: str) -> None:
        self._set_busy(False)
        self._set_news(0)
        if self.row_of(self._context.current) < 0:
            self._context.set_current(self.id_at(0))
        self.arrived.emit(how)
        self.loaded.emit()

    def _not_loaded(self, error: Any) -> None:
        self._expecting = False
        self._set_busy(False)
        self.dimmed_changed.emit()
        self._context.failed.emit(error)

    def _clear(self) -> None:
        self.beginResetModel()
        self._forget_pages()
        self._set_ids(array("q"), 0)
        self.endResetModel()
        self._set_busy(False)
        self._set_news(0)
        self.arrived.emit("new")
        self.loaded.emit()

    def _forget_pages(self) -> None:
        self._expecting = False
        for page in self._asked:
            self._context.drop_query(f"rows-{page}")
        self._pages.clear()
        self._asked.clear()
        self._stale.clear()
        self._waiting_for_first = False

    def _set_busy(self, busy: bool) -> None:
        if busy:
            self._dim.start()
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)
            if not busy and self._dim.isActive():
                self._dim.stop()
            elif not busy:
                self.dimmed_changed.emit()

    @property
    def dimmed(self) -> bool:
        """What is shown belongs to an older question, and the newer one takes a while."""
        return self.busy and self._fresh and self._waiting_for_first and not self._dim.isActive()

    @property
    def expected(self) -> bool:
        """Another list comes any moment. Nobody paints the old one once more: that would take the interpreter from the
        threads that bring the new one, and its paint would come after."""
        return self._expecting and self._dim.isActive()

    def _set_news(self, news: int) -> None:
        if news != self.news:
            self.news = news
            self.news_changed.emit(news)

    # ------------------------------------------------------------------ rows

    def row(self, number: int) -> ItemRow | None:
        """The row at this position; None while it is being asked for. Call it from painting: it asks for the page."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._ask(page)
        elif page in self._stale and page not in self._soon:
            self._soon.add(page)
            QTimer.singleShot(0, self, self._ask_stale)  # what is there is painted first
        if rows is None or place >= len(rows):
            return None
        self._pages.move_to_end(page)
        return rows[place]

    def cached(self, content: int) -> ItemRow | None:
        """The row of an item if it is at hand; asks for nothing."""
        number = self.row_of(content)
        rows = self._pages.get(number // PAGE) if number >= 0 else None
        return rows[number % PAGE] if rows and number % PAGE < len(rows) else None

    def keep_only(self, first: int, last: int) -> None:
        """Rows outside this range are not on the screen any more: forget the questions for them."""
        for page in [page for page in self._asked if not first // PAGE - 1 <= page <= last // PAGE + 1]:
            self._context.drop_query(f"rows-{page}")
            self._asked.discard(page)

    def patch(self, contents: Iterable[int], **values: Any) -> None:
        """Show values of these items at once, before they are stored; what is stored replaces them."""
        wanted = set(contents)
        pages = {self.row_of(content) // PAGE for content in wanted} if len(wanted) <= SINGLE else set(self._pages)
        for page in pages & self._pages.keys():
            rows = self._pages[page]
            for place, row in enumerate(rows):
                if row.id in wanted:
                    rows[place] = replace(row, **values)
        self._tell_rows()

    def _distrust(self) -> None:
        """Something failed, perhaps what a patch has shown already: read again what is on the screen."""
        self._stale.update(self._pages)
        self._tell_rows()

    def _ask(self, page: int) -> None:
        if page in self._asked or page * PAGE >= len(self._ids):
            return
        self._asked.add(page)
        ids = self._ids[page * PAGE : (page + 1) * PAGE]

        def work(connection: Any) -> Sequence[ItemRow]:
            from core.case import browse

            return browse.rows(connection, ids)

        def done(rows: Sequence[ItemRow]) -> None:
            if page in self._asked and self._ids[page * PAGE : (page + 1) * PAGE] == ids:
                self._keep(page, rows)
                self._tell_rows()

        self._context.query(work, done, key=f"rows-{page}", urgent=True)

    def _ask_stale(self) -> None:
        pages, self._soon = self._soon & self._stale, set()
        for page in pages:
            self._ask(page)

    def _keep(self, page: int, rows: Sequence[ItemRow]) -> None:
        self._asked.discard(page)
        self._stale.discard(page)
        self._pages[page] = list(rows)
        self._pages.move_to_end(page)
        while len(self._pages) > PAGES:
            self._pages.popitem(last=False)

    def _tell_rows(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(columns.COLUMNS) - 1))
        self.rows_changed.emit()

    # ------------------------------------------------------------------ what changes while one looks

    def _changed(self, changes: Changes) -> None:
        if changes.decisions is not None and 0 < len(changes.decisions) <= FEW:
            self._stale.update(row // PAGE for row in map(self.row_of, changes.decisions) if row >= 0)
            self._tell_rows()
        elif changes.decisions is not None or changes.findings or changes.contents:
            self._stale.update(self._pages)
            self._tell_rows()
        if (changes.contents or changes.findings) and not self._recount.isActive():
            self._recount.start()

    def _count(self) -> None:
        wanted = self._context.filter

        def work(connection: Any) -> int:
            from core.case import browse

            return browse.count(connection, wanted)

        self._context.query(work, self._counted, key="news")

    def _counted(self, count: int) -> None:
        if not self._ids and count:
            self.refresh()  # nothing is shown that could move
        elif not self.busy:
            self._set_news(count - self.matching)

    # ------------------------------------------------------------------ Qt's side of it

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(columns.COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = columns.COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            ROW_ROLE,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.DecorationRole,
        ):
            return None
        row = self.row(index.row())
        if row is None or role == ROW_ROLE:
            return row if role != Qt.ItemDataRole.DisplayRole else "…"
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns.COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return columns.COLUMNS[section].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return columns.COLUMNS[section].alignment
        return None
