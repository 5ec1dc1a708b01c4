"""Reading a hash list from the desk: a file is chosen, what is in it gets a tag, and that can be taken back. The list
stays with the case, for what later runs find."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog

from app.gui.acts import Acts
from app.gui.context import Changes

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.window import MainWindow
    from core.case.acts import Change
    from core.case.case import Case
    from core.case.hash_lists import Found

__all__ = ["choose_list", "install", "read_into", "read_list"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("HashList", text)


def choose_list(window: MainWindow) -> None:
    """Ask for the file, then read it."""
    if window.context.case is None:
        return
    title = _tr("A list of hashes (text, CSV, NSRL)")
    chosen, _ = QFileDialog.getOpenFileName(window, title, str(Path.home()))
    if chosen:
        read_list(window, Path(chosen))


def read_list(window: MainWindow, path: Path) -> None:
    """Tag what is in this list; how many that are is said in the status bar."""
    read_into(window.context, path)


def read_into(context: Context, path: Path) -> None:
    """The same for the open case, whoever asks."""

    def work(case: Case) -> tuple[Found, Change]:
        from core.case import hash_lists

        return hash_lists.apply(case, path)

    def done(result: tuple[Found, Change]) -> None:
        found, change = result
        context.changed.emit(Changes(decisions=frozenset(), facts=True))
        said = QCoreApplication.translate("HashList", "%n item(s) of the case are in this list", "", len(found.ids))
        context.message.emit(said, Acts.of(context).undo if change else None)

    context.message.emit(_tr("Reading the list …"), None)
    context.act(work, done)


def install(window: MainWindow) -> None:
    """Make lists of hashes readable in this window."""
    section = QCoreApplication.translate("MainWindow", "Case")
    text = _tr("Tag what is in a hash list…")
    add = window.context.actions.add
    add("case.hash-list", text, (), lambda: choose_list(window), section=section)
    add("case.hash-lists", _tr("Hash lists of this case…"), (), lambda: _show_lists(window), section=section)


def _show_lists(window: MainWindow) -> None:
    if window.context.case is None:
        return
    from app.gui.hash_list_dialog import HashListsDialog

    dialog = window.findChild(HashListsDialog)
    if dialog is None:
        dialog = HashListsDialog(window.context, lambda: choose_list(window), window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
