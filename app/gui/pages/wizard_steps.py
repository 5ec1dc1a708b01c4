"""The first and the last step of the wizard: who and what the case is about; comfort and grading."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.gui.context import Context
from app.gui.exposure import BLUR_MODES, Exposure
from app.gui.languages import spoken
from app.gui.pages.opening import cases_folder
from app.gui.pages.page import Card, button, label
from core.case import schemes
from core.case.schemes import Scheme
from core.evidence.naming import shown

__all__ = ["CaseStep", "ComfortStep"]

FORBIDDEN = '<>:"/\\|?*'  # in file names on Windows


class CaseStep(QWidget):
    """Number, examiner, …, and the folder of the case. The folder follows the number until it is edited."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._parent_folder = cases_folder(context)
        self._folder_edited = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card(self.tr("What is it about?"))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(9)
        self.fields: dict[str, QLineEdit] = {}
        for key, text, hint in (
            ("number", self.tr("Case number"), self.tr("like 2026-014")),
            ("name", self.tr("Name"), self.tr("how you call it; stays in the case")),
            ("examiner", self.tr("Examiner"), self.tr("required: who decides and signs")),
            ("agency", self.tr("Unit"), ""),
            ("requester", self.tr("Requested by"), ""),
            ("authority", self.tr("Legal basis"), self.tr("order or warrant, with its date")),
            ("exhibit", self.tr("Exhibit no."), ""),
        ):
            field = QLineEdit()
            field.setPlaceholderText(hint)
            field.setAccessibleName(text)
            field.textChanged.connect(self._edited)
            self.fields[key] = field
            form.addRow(text, field)
        form.addRow(self.tr("Case folder"), self._make_folder())
        card.body.addLayout(form)
        column.addWidget(card)
        column.addStretch(1)
        self.begin()

    def _make_folder(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Case folder"))
        self.folder.textEdited.connect(self._folder_typed)
        self.folder.textChanged.connect(lambda _text: self.changed.emit())
        row.addWidget(self.folder, 1)
        row.addWidget(button(self.tr("Choose…"), self._choose))
        return line

    def begin(self) -> None:
        """Empty fields, with what the examiner wrote last time where it stays the same."""
        values = self._context.preferences.values
        self._folder_edited = False
        for field in self.fields.values():
            field.clear()
        self.fields["examiner"].setText(values.examiner)
        self.fields["agency"].setText(values.agency)
        self._suggest()

    def facts(self) -> dict[str, str]:
        """As `Case.create` takes them; empty ones left out."""
        found = {key: field.text().strip() for key, field in self.fields.items()}
        return {key: value for key, value in found.items() if value}

    @property
    def path(self) -> Path:
        return Path(self.folder.text().strip())

    def problem(self) -> str:
        """Why this is not enough, or ""."""
        if not self.fields["examiner"].text().strip():
            return self.tr("Fill in the examiner.")
        if not self.folder.text().strip() or not self.path.is_absolute():
            return self.tr("Choose a folder for the case.")
        try:
            return self._folder_problem(self.path)
        except (OSError, ValueError) as error:  # too long a name, no right to look, a character that no path has
            why = error.strerror if isinstance(error, OSError) else str(error)
            return self.tr("This folder cannot be used: {0}.").format(why)

    def _folder_problem(self, folder: Path) -> str:
        """Why no case can be made there, or "". Raises `OSError` where the system does not let us look."""
        if (folder / "case.db").exists():
            return self.tr("There is a case in this folder already. Open it, or choose another folder.")
        if folder.exists():
            if not folder.is_dir():
                return self.tr("This is a file. Choose a folder.")
            if any(folder.iterdir()):
                return self.tr("This folder is not empty. Choose a new one.")
        above = next(place for place in (folder, *folder.parents) if place.exists())
        if not above.is_dir():
            return self.tr("{0} is a file: no folder can be made in it.").format(shown(str(above)))
        if not os.access(above, os.W_OK):
            return self.tr("Nothing can be written in {0}. Choose another place.").format(shown(str(above)))
        return ""

    def remember(self) -> None:
        """Keep what will be the same next time."""
        facts = self.facts()
        self._context.preferences.set(
            examiner=facts.get("examiner", ""), agency=facts.get("agency", ""), cases_folder=str(self.path.parent)
        )

    def _edited(self) -> None:
        self._suggest()
        self.changed.emit()

    def _suggest(self) -> None:
        if not self._folder_edited:
            facts = self.facts()
            wanted = facts.get("number") or facts.get("name") or self.tr("new-case")
            name = "".join("-" if letter in FORBIDDEN or ord(letter) < 32 else letter for letter in wanted).strip(" .")
            self.folder.setText(str(self._parent_folder / (name or "case")))

    def _folder_typed(self, _text: str) -> None:
        self._folder_edited = True

    def _choose(self) -> None:
        start = self._parent_folder if self._parent_folder.is_dir() else Path.home()
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where shall the case lie?"), str(start))
        if chosen:
            self._parent_folder, self._folder_edited = Path(chosen), False
            self._suggest()


class ComfortStep(QWidget):
    """What is seen of the material at first, and how it is graded."""

    changed = Signal()

    def __init__(self, context: Context, *, with_scheme: bool = True) -> None:
        super().__init__()
        self._exposure = Exposure.of(context)
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._make_comfort())
        self.scheme = QComboBox()
        if with_scheme:
            column.addWidget(self._make_scheme())
        column.addStretch(1)
        self._exposure.changed.connect(self._show)
        self._show()

    def _make_comfort(self) -> Card:
        card = Card(self.tr("Least exposure"))
        text = self.tr(
            "Fewer and shorter looks are what helps. Blurring and grey lessen what you see; nobody can promise that"
            " they protect you. Hold the space bar to see an item as it is; F9 hides everything at once."
        )
        card.body.addWidget(label(text, "muted"))
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Blur"), wrap=False))
        self.blur = QComboBox()
        self.blur.setAccessibleName(self.tr("Blur"))
        for mode, said in zip(
            BLUR_MODES,
            (self.tr("flagged and not yet analysed items"), self.tr("everything"), self.tr("nothing")),
            strict=True,
        ):
            self.blur.addItem(said, mode)
        self.blur.activated.connect(self._apply)
        row.addWidget(self.blur)
        row.addStretch(1)
        card.body.addLayout(row)
        self.grey = QCheckBox(self.tr("Without colours"))
        self.muted = QCheckBox(self.tr("Sound off until asked for"))
        self.autoplay = QCheckBox(self.tr("Films start by themselves"))
        for box in (self.grey, self.muted, self.autoplay):
            box.clicked.connect(self._apply)
            card.body.addWidget(box)
        return card

    def _make_scheme(self) -> Card:
        card = Card(self.tr("Grading"))
        card.body.addWidget(
            label(
                self.tr("The keys 0 to 9 grade. The scheme is copied into the case and can be edited there."), "muted"
            )
        )
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Scheme"), wrap=False))
        self.scheme.setAccessibleName(self.tr("Scheme"))
        for scheme in schemes.available():
            self.scheme.addItem(scheme.title(spoken()), scheme.key)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(self._context.preferences.values.grading_scheme)))
        row.addWidget(self.scheme)
        row.addStretch(1)
        card.body.addLayout(row)
        self.meaning = label("", "muted")
        card.body.addWidget(self.meaning)
        self.scheme.currentIndexChanged.connect(self._explain)
        self._explain()
        return card

    @property
    def chosen_scheme(self) -> Scheme:
        key = self.scheme.currentData()
        return next((scheme for scheme in schemes.available() if scheme.key == key), schemes.neutral())

    def _explain(self) -> None:
        scheme, language = self.chosen_scheme, spoken()
        grades = "   ".join(f"{grade.key} {grade.title(language)}" for grade in scheme.grades)
        self.meaning.setText(f"{scheme.explanation(language)}\n{grades}")

    def _show(self) -> None:
        comfort = self._exposure.comfort
        self.blur.setCurrentIndex(self.blur.findData(comfort.blur))
        self.grey.setChecked(comfort.grey)
        self.muted.setChecked(comfort.muted)
        self.autoplay.setChecked(comfort.autoplay)

    def _apply(self) -> None:
        self._exposure.set_comfort(
            replace(
                self._exposure.comfort,
                blur=self.blur.currentData(),
                grey=self.grey.isChecked(),
                muted=self.muted.isChecked(),
                autoplay=self.autoplay.isChecked(),
            )
        )

    def problem(self) -> str:
        return ""
