"""The facts of one source as a form: all optional, each checked when it is left, and a dialog around it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.pages.page import label
from app.gui.pages.source_words import device_title, field_title
from core.errors import UsageError
from core.provenance import DEVICES, FIELDS, NO_BLOCKER, Provenance, clock_text, time_zones

__all__ = ["SourceDialog", "SourceForm"]

LARGE_TEXT = 1.5  # above this scale two columns do not fit into a small screen
IMAGE_TYPES = ("E01", "Ex01", "raw / dd", "AFF4", "VHD / VMDK", "UFED", "TAR / ZIP")


class _Text(QPlainTextEdit):
    """Several lines; Tab leaves it, as in every other field."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 16)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type] # Qt's event
        self.left.emit()


class SourceForm(QWidget):
    """`edited` brings a field that was left with another value, as text that `Provenance.changed` has taken."""

    edited = Signal(str, str)
    changed = Signal()
    """Whether something is wrong with it may have changed: see `problem`."""

    def __init__(self) -> None:
        super().__init__()
        self.known = Provenance()
        self._wrong: dict[str, str] = {}
        self.fields: dict[str, QLineEdit | QComboBox | _Text] = {}
        columns = self._columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(26)
        columns.addLayout(self._column(self.tr("What it is"), (*FIELDS[:5], "notes")), 1)
        right = self._column(self.tr("Seizure and acquisition"), FIELDS[5:13])
        told = self.tr("The zone helps to read times that carry none. No stored time is ever shifted.")
        self.trouble = label("", "danger")
        right.insertWidget(2, label(told, "faint"))
        right.insertWidget(3, self.trouble)
        columns.addLayout(right, 1)
        theme.follow(self, self._arrange)
        self._arrange()

    def _arrange(self) -> None:
        """Beside each other, or with large text below each other."""
        large = theme.current().scale > LARGE_TEXT
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if large else direction.LeftToRight)

    # ------------------------------------------------------------------ building

    def _column(self, title: str, names: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(label(title, "section", wrap=False))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(7)
        for name in names:
            field = self._make(name)
            field.setAccessibleName(field_title(name))
            self.fields[name] = field
            if name == "write_blocker":
                form.addRow(field_title(name), self._blocker_line())
            else:
                form.addRow(field_title(name), field)
        column.addLayout(form)
        column.addStretch(1)
        return column

    def _make(self, name: str) -> QLineEdit | QComboBox | _Text:
        if name in ("description", "notes"):
            text = _Text()
            text.left.connect(partial(self._left, name))
            return text
        if name == "device":
            return self._devices()
        if name == "image_type":
            return self._suggesting(name, IMAGE_TYPES)
        field = QLineEdit()
        field.setPlaceholderText(
            {
                "label": self.tr("how it is called in lists; else its folder"),
                "exhibit": self.tr("like 3.1.2"),
                "seized_at": self.tr("2026-11-20 or 20.11.2026 06:15"),
                "acquired_with": self.tr("tool and version"),
                "write_blocker": self.tr("make and model"),
                "time_zone": self.tr("unknown; like Europe/Berlin"),
                "clock_offset": self.tr("unknown; ahead: +0:05:30, right: 0"),
            }.get(name, "")
        )
        if name == "time_zone":
            completer = QCompleter(QStringListModel(list(time_zones())), field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.activated.connect(lambda _text: self._left("time_zone"))
            field.setCompleter(completer)
        field.editingFinished.connect(partial(self._left, name))
        return field

    def _devices(self) -> QComboBox:
        box = QComboBox()
        for kind in ("", *DEVICES):
            box.addItem(device_title(kind), kind)
        box.activated.connect(lambda _index: self._left("device"))
        return box

    def _suggesting(self, name: str, suggestions: tuple[str, ...]) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItem("")
        box.addItems([*suggestions, self.tr("copied folder")])
        box.activated.connect(lambda _index: self._left(name))
        line = box.lineEdit()
        assert line is not None
        line.setAccessibleName(field_title(name))
        line.setPlaceholderText(self.tr("unknown; like E01"))
        line.editingFinished.connect(partial(self._left, name))
        return box

    def _blocker_line(self) -> QWidget:
        """Unknown, none and a model are three facts: one is chosen, and only the last is written."""
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        self.blocker = QComboBox()
        self.blocker.setAccessibleName(self.tr("Whether a write blocker was used"))
        for key, text in (("", self.tr("unknown")), (NO_BLOCKER, self.tr("none used")), ("used", self.tr("used"))):
            self.blocker.addItem(text, key)
        self.blocker.activated.connect(self._blocker_chosen)
        column.addWidget(self.blocker)
        column.addWidget(self.fields["write_blocker"])
        return line

    def _blocker_chosen(self, _index: int) -> None:
        used = self.blocker.currentData() == "used"
        model = self.fields["write_blocker"]
        assert isinstance(model, QLineEdit)
        model.setVisible(used)
        if used:
            model.setFocus()
        else:
            model.clear()
            self._left("write_blocker")

    # ------------------------------------------------------------------ values

    def show_facts(self, known: Provenance) -> None:
        """Put these facts into the fields, but for one that somebody is typing into: news must not take that away."""
        before, self.known, self._wrong = self.known, known, {}
        for name in FIELDS:
            if not (self._has_caret(name) and self._shown(name) != _shown_as(before, name)):
                self._write(name, _shown_as(known, name))
        kind = known.write_blocker if known.write_blocker in ("", NO_BLOCKER) else "used"
        self.blocker.setCurrentIndex(self.blocker.findData(kind))
        self.fields["write_blocker"].setVisible(kind == "used")
        self._tell()

    def _has_caret(self, name: str) -> bool:
        field = self.fields[name]
        return field.hasFocus() and not (isinstance(field, QComboBox) and name == "device")

    def _shown(self, name: str) -> str:
        """What stands in the field itself."""
        field = self.fields[name]
        if isinstance(field, _Text):
            return field.toPlainText()
        return field.text() if isinstance(field, QLineEdit) else field.currentText()

    def _write(self, name: str, text: str) -> None:
        field = self.fields[name]
        if isinstance(field, _Text):
            if field.toPlainText() != text:
                field.setPlainText(text)
        elif isinstance(field, QLineEdit):
            if field.text() != text:
                field.setText(text)
        elif name == "device":
            field.setCurrentIndex(max(0, field.findData(text)))
        else:
            field.setEditText(text)

    def text(self, name: str) -> str:
        """What stands in a field now, as `Provenance.changed` takes it."""
        field = self.fields[name]
        if name == "write_blocker" and self.blocker.currentData() != "used":
            return str(self.blocker.currentData())
        if name == "device" and isinstance(field, QComboBox):
            return str(field.currentData())
        return self._shown(name)

    def commit(self) -> None:
        """Take over what stands in every field, also in the one that has the caret."""
        for name in FIELDS:
            self._left(name)

    @property
    def problem(self) -> str:
        """What is wrong with a field, or ""."""
        return next(iter(self._wrong.values()), "")

    def _left(self, name: str) -> None:
        """A field was left: its value is taken over, or it is said why it cannot be."""
        try:
            after = self.known.changed(**{name: self.text(name)})
        except UsageError:
            self._wrong[name] = self._complaint(name)
        else:
            self._wrong.pop(name, None)
            if after != self.known:
                self.known = after
                self.edited.emit(name, after.texts()[name])
        self._tell()

    def _complaint(self, name: str) -> str:
        said = {
            "seized_at": self.tr("Write the day like 2026-11-20 or 20.11.2026, with a time if it is known."),
            "time_zone": self.tr("There is no such time zone. Write its IANA name, like Europe/Berlin."),
            "clock_offset": self.tr("Write how far the clock was ahead, like +0:05:30; behind: -0:00:12; right: 0."),
        }
        return said.get(name, self.tr("{0}: this is too long.").format(field_title(name)))

    def _tell(self) -> None:
        self.trouble.setText(self.problem)
        self.changed.emit()


def _shown_as(known: Provenance, name: str) -> str:
    """A fact as its field shows it."""
    text = known.texts()[name]
    if name == "clock_offset" and text:
        return clock_text(int(text))
    return "" if name == "write_blocker" and text == NO_BLOCKER else text


class _Scrolled(QScrollArea):
    """As high as what is in it where the screen allows that."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(widget)
        self._inside = widget

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint() + QSize(0, 4)


class SourceDialog(QDialog):
    """The form for a source that is not in the case yet: nothing is stored, `facts` says what was written."""

    def __init__(self, title: str, known: Provenance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Facts of the source"))
        self.setMinimumWidth(960)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(title, "heading"))
        self.form = SourceForm()
        self.form.show_facts(known)
        column.addWidget(_Scrolled(self.form), 1)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("All of it is optional and can be changed later."), "muted", wrap=False), 1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        row.addWidget(self.buttons)
        column.addLayout(row)
        self.form.fields["label"].setFocus()

    @property
    def facts(self) -> Provenance:
        return self.form.known

    def _accept(self) -> None:
        self.form.commit()
        if not self.form.problem:
            self.accept()
