"""The dialog of the hash lists: what there is, with how many items, and forgetting one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.hash_list_dialog import HashListsDialog
from core.case import browse, hash_lists

WAIT = 20_000


@pytest.fixture
def dialog(opened: Context, qtbot: QtBot, tmp_path: Path) -> HashListsDialog:
    case = opened.case
    assert case is not None
    with case.reading() as connection:
        (row,) = browse.rows(connection, [browse.ids(connection)[0]])
    path = tmp_path / "notable.txt"
    path.write_text(f"{row.sha256}\n{'0' * 32}\n", "utf-8")
    hash_lists.apply(case, path)
    made = HashListsDialog(opened, lambda: None)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.table.rowCount() == 1, timeout=WAIT)
    return made


def line(dialog: HashListsDialog, row: int) -> list[str]:
    cells = [dialog.table.item(row, column) for column in range(dialog.table.columnCount())]
    return [cell.text() if cell else "" for cell in cells]


def test_lists_are_told_and_forgotten(dialog: HashListsDialog, opened: Context, qtbot: QtBot) -> None:
    assert line(dialog, 0)[:4] == ["notable", "2", "1", "notable.txt"]
    assert not dialog.empty.isVisible()
    assert not dialog.forget_button.isEnabled()
    dialog.table.selectRow(0)
    assert dialog.forget_button.isEnabled()
    with qtbot.waitSignal(opened.message, timeout=WAIT) as told:
        dialog.forget_button.click()
    assert "list: notable" in told.args[0]
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 0, timeout=WAIT)
    assert dialog.empty.isVisible()
    assert opened.case is not None
    with opened.case.reading() as connection:
        assert hash_lists.known_lists(connection) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM item_tag WHERE tag = 'list: notable'").scalar() == 1
