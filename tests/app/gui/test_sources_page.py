"""The facts of sources in the desk, through real keys and clicks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.gui import columns
from app.gui.context import Changes
from app.gui.pages.source_form import SourceDialog
from app.gui.pages.sources import SourcesPage
from app.gui.pages.wizard import WizardPage
from app.gui.preview.places import FactsPanel
from app.gui.preview.subject import Subject
from app.gui.window import MainWindow
from core.case import filters, sources
from core.case.filters import Filter
from core.provenance import NO_BLOCKER
from tests.support.media import picture


@pytest.fixture
def page(desk: MainWindow, qtbot: QtBot) -> SourcesPage:
    desk.show_view("sources")
    page = desk.page("sources")
    assert isinstance(page, SourcesPage)
    qtbot.waitUntil(lambda: page.source is not None)
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    return page


def stated(page: SourcesPage, source: int = 1) -> dict[str, str | int]:
    case = page.context.case
    assert case is not None
    with case.reading() as connection:
        return sources.provenance(connection)[source].stated()


def line(page: SourcesPage, name: str) -> QLineEdit:
    field = page.form.fields[name]
    assert isinstance(field, QLineEdit)
    return field


def type_into(page: SourcesPage, name: str, text: str) -> None:
    field = page.form.fields[name]
    field.setFocus()
    if isinstance(field, QLineEdit):
        field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)


def test_a_fact_is_stored_when_its_field_is_left(page: SourcesPage, qtbot: QtBot) -> None:
    type_into(page, "exhibit", "3.1.2")
    qtbot.waitUntil(lambda: stated(page) == {"exhibit": "3.1.2"})
    type_into(page, "description", "black, scratched")
    qtbot.waitUntil(lambda: stated(page).get("description") == "black, scratched")
    qtbot.waitUntil(lambda: page.history.topLevelItemCount() == 2)
    assert page.history.topLevelItem(1).text(4) == "3.1.2"
    assert "3.1.2" in page.list.item(0).text()
    assert "exhibit 3.1.2" in page.about.text()


def test_unknown_none_and_a_model_are_three_facts(page: SourcesPage, qtbot: QtBot) -> None:
    assert "write blocker unknown" in page.about.text()
    assert not line(page, "write_blocker").isVisible()
    page.form.blocker.setFocus()
    QTest.keyClick(page.form.blocker, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: stated(page) == {"write_blocker": NO_BLOCKER})
    qtbot.waitUntil(lambda: "NO write blocker" in page.about.text())
    QTest.keyClick(page.form.blocker, Qt.Key.Key_Down)
    assert line(page, "write_blocker").isVisible()
    type_into(page, "write_blocker", "Tableau T35u")
    qtbot.waitUntil(lambda: stated(page) == {"write_blocker": "Tableau T35u"})


def test_what_cannot_be_is_said_and_not_stored(page: SourcesPage, qtbot: QtBot) -> None:
    type_into(page, "time_zone", "Europe/Atlantis")
    assert "IANA" in page.form.trouble.text()
    type_into(page, "serial", "S-1")
    qtbot.waitUntil(lambda: stated(page) == {"serial": "S-1"})
    qtbot.waitUntil(lambda: page.history.topLevelItemCount() == 1)
    assert line(page, "time_zone").text() == "Europe/Atlantis"  # it stays until it is mended
    type_into(page, "time_zone", "europe/berlin")
    qtbot.waitUntil(lambda: stated(page) == {"serial": "S-1", "time_zone": "Europe/Berlin"})
    assert page.form.trouble.text() == ""
    qtbot.waitUntil(lambda: line(page, "time_zone").text() == "Europe/Berlin")


def test_news_do_not_take_away_what_is_being_typed(page: SourcesPage, qtbot: QtBot) -> None:
    field = line(page, "serial")
    field.setFocus()
    QTest.keyClicks(field, "S-1")
    case = page.context.case
    assert case is not None
    sources.describe(case, 1, {"exhibit": "4"})  # from a command line, say
    page.context.changed.emit(Changes(facts=True))
    qtbot.waitUntil(lambda: line(page, "exhibit").text() == "4")
    assert field.text() == "S-1"
    QTest.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: stated(page) == {"exhibit": "4", "serial": "S-1"})


def test_times_without_a_zone_are_shown_as_they_are_beside_the_zone_that_is_stated(qtbot: QtBot) -> None:
    panel = FactsPanel()
    qtbot.addWidget(panel)

    def taken(text: str, *zones: str) -> str:
        copies = tuple(SimpleNamespace(time_zone=zone) for zone in zones)
        subject = SimpleNamespace(details=SimpleNamespace(media={"taken": text}, copies=copies))
        return panel._taken(cast(Subject, subject))

    naive = "2025-08-01T12:00:00"
    assert taken(naive, "", "") == naive
    assert taken(naive, "Europe/Berlin", "Europe/Berlin", "") == f"{naive} (source states Europe/Berlin)"
    assert taken(naive, "Europe/Berlin", "Asia/Tokyo") == f"{naive} (source states Europe/Berlin, Asia/Tokyo)"
    assert taken(f"{naive}+02:00", "Asia/Tokyo") == f"{naive}+02:00"


def test_undo_and_redo_take_facts_with_them(page: SourcesPage, qtbot: QtBot) -> None:
    type_into(page, "clock_offset", "+0:05:30")
    qtbot.waitUntil(lambda: stated(page) == {"clock_offset": 330})
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stated(page) == {})
    qtbot.waitUntil(lambda: line(page, "clock_offset").text() == "")
    QTest.keyClick(page.list, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stated(page) == {"clock_offset": 330})
    qtbot.waitUntil(lambda: page.history.topLevelItemCount() == 3)
    assert page.history.topLevelItem(0).text(2).startswith("done again")


def test_a_label_names_the_source_in_the_list_the_facet_and_the_column(
    page: SourcesPage, desk: MainWindow, qtbot: QtBot
) -> None:
    type_into(page, "label", "Handy A.")
    qtbot.waitUntil(lambda: stated(page) == {"label": "Handy A."})
    qtbot.waitUntil(lambda: page.heading.text() == "Source 1: Handy A.")
    desk.show_view("table")
    model = desk.context.items
    number = next(place for place, column in enumerate(columns.COLUMNS) if column.key == "source")
    qtbot.waitUntil(lambda: model.data(model.index(0, number, QModelIndex())) == "Handy A.")
    found: list[str] = []

    def ask() -> None:
        from core.case import browse

        def done(facets: list[browse.Facet]) -> None:
            found.extend(value.text for facet in facets for value in facet.values)

        desk.context.query(lambda connection: browse.facets(connection, keys=("source",)), done)

    ask()
    qtbot.waitUntil(lambda: found == ["Handy A."])
    desk.context.set_filter(Filter((filters.source(1),)))

    def chips() -> list[str]:
        chips = (one for one in desk.review.filter_bar.findChildren(QPushButton) if one.property("chip"))
        return [one.accessibleName() for one in chips if one.isVisible()]

    qtbot.waitUntil(lambda: chips() == ["Remove filter: Handy A."])


def test_every_field_has_a_name_and_is_reached_by_tab(page: SourcesPage) -> None:
    fields = [*page.form.fields.values(), page.form.blocker, page.list, page.history]
    assert all(field.accessibleName() for field in fields)
    page.form.fields["label"].setFocus()
    seen = set()
    for _ in range(20):
        focused = page.window().focusWidget()
        assert focused is not None
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    missed = [name for name, field in page.form.fields.items() if field.isVisible() and field not in seen]
    assert [name for name in missed if name != "image_type"] == []


def test_the_wizard_takes_facts_with_the_folders(wizard: WizardPage, tmp_path: Path, qtbot: QtBot) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    picture(evidence / "IMG.jpg", seed=1)
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    wizard.add_sources([evidence])
    row = wizard.evidence.rows[0]
    assert "write blocker unknown" in row.about.text()
    wizard.show_step("evidence")
    qtbot.mouseClick(row.describe, Qt.MouseButton.LeftButton)
    dialog = row.findChild(SourceDialog)
    assert dialog is not None
    exhibit, notes, device = (dialog.form.fields[name] for name in ("exhibit", "notes", "device"))
    assert isinstance(notes, QPlainTextEdit)
    assert isinstance(device, QComboBox)
    QTest.keyClicks(exhibit, "3.1")
    QTest.keyClicks(device, "u")  # the first kind of device whose name begins with it
    QTest.keyClicks(dialog.form.fields["time_zone"], "nowhere")
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()  # something is wrong: it is said and the dialog stays
    assert "IANA" in dialog.form.trouble.text()
    zone = dialog.form.fields["time_zone"]
    assert isinstance(zone, QLineEdit)
    zone.clear()
    QTest.keyClicks(notes, "sealed bag")
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert "exhibit 3.1" in row.about.text()
    wizard.show_step("comfort")
    with qtbot.waitSignal(wizard.context.changed):
        qtbot.mouseClick(wizard.create_button, Qt.MouseButton.LeftButton)
    case = wizard.context.case
    assert case is not None
    with case.reading() as connection:
        (known,) = sources.known(connection)
    assert known.provenance.stated() == {"exhibit": "3.1", "device": "usb-stick", "notes": "sealed bag"}


def test_over_an_open_case_the_wizard_knows_what_is_stated(desk: MainWindow, page: SourcesPage, qtbot: QtBot) -> None:
    type_into(page, "exhibit", "9")
    qtbot.waitUntil(lambda: stated(page) == {"exhibit": "9"})
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    wizard = desk.page("wizard")
    assert isinstance(wizard, WizardPage)
    assert desk.context.view == "wizard"
    assert "exhibit 9" in wizard.evidence.rows[0].about.text()
    assert wizard.evidence.facts == {}
    wizard.evidence.clear()
