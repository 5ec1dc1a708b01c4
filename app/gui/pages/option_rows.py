"""One option of a step as a line, made from its facts: the field that fits its kind, what is wrong with a value, what a
model is and what it lacks here. The same line stands in the run panel and in the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.page import button, label
from app.gui.pages.setting_rows import CONTROL_WIDTH, SettingRow
from app.gui.step_options import flaw_text, in_words, language_title, range_text, value_text
from app.gui.terms import analyzer_title
from core.options import AUTO, Flaw, OptionFact, normal

__all__ = ["OptionControl", "OptionRow", "Place", "ValueList"]

CHARACTERS = 36  # of a field at least, however large the text is
_CODE = Qt.ItemDataRole.UserRole


def _tr(text: str) -> str:
    return QCoreApplication.translate("OptionRow", text)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line's value is kept. `badge` says where it comes from; `is_default`: there is nothing to take back."""

    value: Callable[[], Any]
    put: Callable[[Any], object]
    is_default: Callable[[], bool]
    reset: Callable[[], object]
    badge: Callable[[], str]


class OptionControl(QWidget):
    """The field of one option. `given`: the value that stands in it now, which need not be a possible one."""

    given = Signal(object)

    def __init__(self, fact: OptionFact, name: str) -> None:
        super().__init__()
        self.fact = fact
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.field = self._make_field()
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(in_words(fact.help))
        self.setFocusProxy(self.field)

    def _make_field(self) -> QCheckBox | QComboBox | QLineEdit:
        match self.fact.kind:
            case "flag":
                return self._make_check()
            case "choice":
                return self._make_choice()
            case "list":
                return self._make_list()
        return self._make_line()

    def show_value(self, value: Any) -> None:
        """Show it without telling anybody. A text that says the same already stays as it is being typed."""
        before = self.field.blockSignals(True)
        if isinstance(self.field, QCheckBox):
            self.field.setChecked(bool(value))
        elif isinstance(self.field, QComboBox):
            self._show_choice(self.field, str(value))
        elif self._read(self.field.text()) != normal(self.fact, value):
            self.field.setText(AUTO if value == AUTO else value_text(self.fact, value))
        self.field.blockSignals(before)

    def _make_check(self) -> QCheckBox:
        box = QCheckBox()
        box.toggled.connect(self._give_flag)
        self._row.addWidget(box)
        self._row.addStretch(1)
        return box

    def _give_flag(self, on: bool) -> None:
        self.given.emit(on)

    def _make_choice(self) -> QComboBox:
        box = _Choice()
        for one in self.fact.values:
            box.addItem(self._said(one.value), one.value)
            box.setItemData(box.count() - 1, in_words(one.text), Qt.ItemDataRole.ToolTipRole)
        box.activated.connect(lambda _index: self.given.emit(box.currentData()))
        self._row.addWidget(box, 1)
        return box

    def _said(self, value: str) -> str:
        """What stands in the list; what is not installed says so."""
        text = value_text(self.fact, value)
        found = self.fact.value(value)
        return _tr("{0} – not installed").format(text) if found is not None and found.needs else text

    def _show_choice(self, box: QComboBox, value: str) -> None:
        index = box.findData(value)
        if index < 0:
            box.addItem(value, value)
            index = box.count() - 1
        box.setCurrentIndex(index)
        box.setToolTip(box.currentText())  # where it is longer than the field

    def _make_list(self) -> QLineEdit:
        line = self._make_line()
        self.choose = button(_tr("Choose…"), self._choose)
        self.choose.setAccessibleName(_tr("Choose: {0}").format(in_words(self.fact.label)))
        self._row.addWidget(self.choose)
        return line

    def _make_line(self) -> QLineEdit:
        line = QLineEdit()
        line.textEdited.connect(lambda text: self.given.emit(self._read(text)))
        if self.fact.kind in ("whole", "number"):
            line.setToolTip(range_text(self.fact))
        self._row.addWidget(line, 1)
        return line

    def _read(self, text: str) -> Any:
        """The value that was typed; the text itself where it is none."""
        if self.fact.kind == "list":
            return normal(self.fact, text.strip())
        if self.fact.kind not in ("whole", "number"):
            return text
        value, well = QLocale().toDouble(text.strip())
        if not well:
            value, well = QLocale.c().toDouble(text.strip())
        return normal(self.fact, value) if well else text.strip()

    def _choose(self) -> None:
        assert isinstance(self.field, QLineEdit)
        chosen = ValueList.ask(self, self.fact, self._read(self.field.text()))
        if chosen is not None:
            self.given.emit(chosen)


class _Choice(QComboBox):
    """Does not change when somebody scrolls the page over it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)

    def showPopup(self) -> None:
        """As wide as its longest line, which names packs."""
        self.view().setMinimumWidth(max(self.width(), self.view().sizeHintForColumn(0) + 2 * self.height()))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class OptionRow(SettingRow):
    """`analyzer`: whose option it is, for who hears the screen instead of seeing it."""

    def __init__(self, analyzer: str, fact: OptionFact, place: Place) -> None:
        title = in_words(fact.label)
        control = OptionControl(fact, _tr("{0}: {1}").format(analyzer_title(analyzer), title))
        flaw, lack, note = label("", "danger"), label("", "warning"), label("", "muted")

        def refresh() -> None:
            value = place.value()
            control.show_value(value)
            found = fact.flaw(value)
            flaw.setText(flaw_text(fact, found) if found is not None else "")
            flaw.setVisible(found is not None)
            for widget, text in ((note, _note(fact, value)), (lack, "" if found is not None else _lack(fact, value))):
                widget.setText(text)
                widget.setVisible(bool(text))
            self.badge.setVisible(bool(place.badge()))
            control.field.setAccessibleDescription(
                " ".join(filter(None, (in_words(fact.help), lack.text(), flaw.text())))
            )

        super().__init__(
            title,
            in_words(fact.help),
            control,
            refresh=refresh,
            is_default=place.is_default,
            reset=place.reset,
            badge=place.badge,
        )
        self.fact, self.option, self.field = fact, control, control.field
        self.flaw, self.lack, self.note = flaw, lack, note
        for widget in (note, lack, flaw, self.badge):  # under the words: beside them they would take their room
            self.texts.addWidget(widget)
        self.words += " " + " ".join(value_text(fact, one.value) for one in fact.values if one.label).casefold()
        control.setFixedWidth(max(CONTROL_WIDTH, CHARACTERS * self.fontMetrics().averageCharWidth()))
        control.given.connect(place.put)
        refresh()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab goes through."""
        choose = (self.option.choose,) if self.fact.kind == "list" else ()
        return (self.field, *choose, self.reset)

    def refuse(self, flaw: Flaw | None) -> None:
        """Say what is wrong with what stands in the field although it was not taken over; None: nothing is."""
        if flaw is not None:
            self.flaw.setText(flaw_text(self.fact, flaw))
            self.flaw.show()
            self.lack.hide()


def _note(fact: OptionFact, value: Any) -> str:
    """What the chosen model is."""
    found = fact.value(str(value)) if fact.kind == "choice" else None
    return in_words(found.text) if found is not None else ""


def _lack(fact: OptionFact, value: Any) -> str:
    """What is not here of that which the value asks for, and what that means."""
    needs = ", ".join(fact.needs(value))
    if not needs:
        return ""
    if fact.kind == "list":
        return _tr("Without {0} a part of these is found but not read.").format(needs)
    return _tr("Not installed here: {0}. The step would be skipped, with this reason.").format(needs)


class ValueList(QDialog):
    """Several of many values, by check marks; typing narrows the list down."""

    def __init__(self, parent: QWidget, fact: OptionFact, chosen: Any) -> None:
        super().__init__(parent)
        title = in_words(fact.label)
        self.setWindowTitle(title)
        self.resize(60 * self.fontMetrics().averageCharWidth(), 30 * self.fontMetrics().height())
        column = QVBoxLayout(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_tr("Search the list"))
        self.search.setAccessibleName(_tr("Search the list"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        column.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        named = chosen if isinstance(chosen, list) else []
        for one in sorted(fact.values, key=lambda one: bool(one.needs)):  # what can be used here comes first
            text = language_title(one.value) if fact.name == "languages" else value_text(fact, one.value)
            item = QListWidgetItem(_tr("{0} – {1} not installed").format(text, one.needs[0]) if one.needs else text)
            item.setData(_CODE, one.value)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + 12))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.value in named else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.itemActivated.connect(_toggle)
        column.addWidget(self.list, 1)
        column.addWidget(label(_tr("None chosen means auto: every installed one is used."), "muted"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    @property
    def chosen(self) -> str | list[str]:
        items = (self.list.item(row) for row in range(self.list.count()))
        codes = sorted(str(item.data(_CODE)) for item in items if item.checkState() is Qt.CheckState.Checked)
        return codes or AUTO

    @classmethod
    def ask(cls, parent: QWidget, fact: OptionFact, chosen: Any) -> str | list[str] | None:
        """None: left without a choice."""
        dialog = cls(parent, fact, chosen)
        return dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else None

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().strip()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(wanted not in item.text().casefold())


def _toggle(item: QListWidgetItem) -> None:
    checked = item.checkState() is Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)
