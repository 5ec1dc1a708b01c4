"""What a report is to hold: scope, pictures, language, signature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import focus
from app.gui.context import Context
from app.gui.languages import spoken
from app.gui.pages.page import Card, clear, label
from app.gui.pages.report_process import ReportWish
from app.gui.pages.wording import number
from app.gui.terms import analyzer_title
from core.case import schemes
from core.case.overview import analyzers_with_findings, graded
from core.report.content import ReportSelection

__all__ = ["ReportOptions", "signing_key"]


def signing_key() -> Path:
    """The examiner's signing key: outside every case, in the user's own data folder (the command line's, too)."""
    return Path(platformdirs.user_data_dir("asservat", appauthor=False)) / "signing-key.pem"


class ReportOptions(QWidget):
    """Pictures and language are remembered for the next report. `changed`: the report would be another one now."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (self._make_scope(), self._make_images(), self._make_form()):
            column.addWidget(card)

    def _make_scope(self) -> Card:
        card = Card(self.tr("Scope"))
        self.everything = QRadioButton(self.tr("The whole case"))
        self.only_graded = QRadioButton(self.tr("Only items graded as:"))
        self.everything.setChecked(True)
        self._grades = QVBoxLayout()
        self._grades.setContentsMargins(24, 0, 0, 0)
        self._grades.setSpacing(3)
        self.grade_boxes: dict[str, QCheckBox] = {}
        for choice in (self.everything, self.only_graded):
            choice.toggled.connect(self._options_changed)
            card.body.addWidget(choice)
        card.body.addLayout(self._grades)
        card.body.addWidget(label(self.tr("Findings of"), "section"))
        self._steps = QVBoxLayout()
        self._steps.setSpacing(3)
        self.step_boxes: dict[str, QCheckBox] = {}
        card.body.addLayout(self._steps)
        row = QHBoxLayout()
        self.use_score = QCheckBox(self.tr("Only with a score of at least"))
        self.score = QDoubleSpinBox()
        self.score.setRange(0.0, 1.0)
        self.score.setSingleStep(0.05)
        self.score.setValue(0.5)
        self.score.setAccessibleName(self.tr("Only with a score of at least"))
        self.use_score.toggled.connect(self._options_changed)
        self.score.valueChanged.connect(self._options_changed)
        row.addWidget(self.use_score)
        row.addWidget(self.score)
        row.addStretch(1)
        card.body.addLayout(row)
        note = self.tr("The report says how it was filtered, and counts the whole case all the same.")
        card.body.addWidget(label(note, "muted"))
        return card

    def _make_images(self) -> Card:
        card = Card(self.tr("Pictures"))
        self.images: dict[str, QRadioButton] = {}
        group = QButtonGroup(card)
        for key, text, meaning in (
            ("none", self.tr("None"), self.tr("words, numbers and hashes only")),
            (
                "redacted",
                self.tr("Unrecognisable"),
                self.tr("small and coarse; nothing can be brought back"),
            ),
            (
                "masked",
                self.tr("Masked"),
                self.tr(
                    "faces, private parts and restraints that a model found are covered; what it missed is not."
                    " What was not looked at is unrecognisable"
                ),
            ),
            ("grey", self.tr("Grey"), self.tr("small, without colour, recognisable: only for a sealed annex")),
            ("full", self.tr("Recognisable"), self.tr("small, as they are: only for a sealed annex")),
        ):
            choice = QRadioButton(text)
            choice.setAccessibleDescription(meaning)
            choice.setChecked(key == self._context.preferences.values.report_images)
            choice.toggled.connect(lambda on, key=key: self._images_chosen(key) if on else None)
            group.addButton(choice)
            self.images[key] = choice
            said = label(meaning, "muted")
            said.setContentsMargins(24, 0, 0, 0)
            card.body.addWidget(choice)
            card.body.addWidget(said)
        return card

    def _make_form(self) -> Card:
        card = Card(self.tr("Form"))
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Language of the report"), wrap=False))
        self.language = QComboBox()
        self.language.setAccessibleName(self.tr("Language of the report"))
        self.language.addItem("Deutsch", "de")
        self.language.addItem("English", "en")
        self.language.setCurrentIndex(
            self.language.findData(self._context.preferences.values.report_language or spoken())
        )
        self.language.activated.connect(self._language_chosen)
        row.addWidget(self.language)
        row.addStretch(1)
        card.body.addLayout(row)
        self.check_sources = QCheckBox(self.tr("Hash the evidence again before (takes long)"))
        self.sign = QCheckBox(self.tr("Sign it"))
        self.sign.setChecked(True)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(self.tr("Passphrase of the key, if it has one"))
        self.passphrase.setAccessibleName(self.tr("Passphrase of the key, if it has one"))
        self.sign.toggled.connect(self.passphrase.setEnabled)
        self.sign.toggled.connect(self._options_changed)
        for widget in (self.check_sources, self.sign, self.passphrase):
            card.body.addWidget(widget)
        return card

    def wish(self) -> ReportWish | None:
        """What would be written now; None without a case."""
        if self._context.case is None:
            return None
        images = next(key for key, choice in self.images.items() if choice.isChecked())
        return ReportWish(
            self._context.case.folder,
            self.language.currentData(),
            images,  # type: ignore[arg-type] # the keys of self.images are the policies
            self.selection(),
            signing_key() if self.sign.isChecked() else None,
            self.passphrase.text(),
            self.check_sources.isChecked(),
        )

    def selection(self) -> ReportSelection:
        chosen = tuple(key for key, box in self.step_boxes.items() if box.isChecked())
        grades = tuple(key for key, box in self.grade_boxes.items() if box.isChecked())
        return ReportSelection(
            analyzers=None if len(chosen) == len(self.step_boxes) else chosen,
            min_score=round(self.score.value(), 4) if self.use_score.isChecked() else None,
            grades=grades if self.only_graded.isChecked() else None,
        )

    def _images_chosen(self, key: str) -> None:
        self._context.preferences.set(report_images=key)
        self._options_changed()

    def _language_chosen(self) -> None:
        self._context.preferences.set(report_language=self.language.currentData())
        self._options_changed()

    def _options_changed(self) -> None:
        for box in self.grade_boxes.values():
            box.setEnabled(self.only_graded.isChecked())
        self.score.setEnabled(self.use_score.isChecked())
        self.changed.emit()

    def ask(self) -> None:
        """Which steps have findings and what was graded: asked of the case, and offered."""

        def work(connection: Any) -> tuple[list[tuple[str, str]], schemes.Scheme, dict[str, int]]:
            return analyzers_with_findings(connection), schemes.of_case(connection), graded(connection)

        self._context.query(work, self._answered, key="report-page")

    def _answered(self, found: tuple[list[tuple[str, str]], schemes.Scheme, dict[str, int]]) -> None:
        steps, scheme, counts = found
        if set(self.step_boxes) != {name for name, _ in steps}:
            clear(self._steps)
            self.step_boxes = {}
            for name, _title in steps:
                self.step_boxes[name] = self._box(analyzer_title(name), self._steps)
        keys = {grade.key: grade.title(spoken()) for grade in scheme.grades}
        keys |= {key: key for key in counts if key not in keys}
        if set(self.grade_boxes) != set(keys):
            clear(self._grades)
            self.grade_boxes = {key: self._box("", self._grades) for key in keys}
            self._options_changed()
        for key, title in keys.items():
            self.grade_boxes[key].setText(f"{key}  {title}  ({number(counts.get(key, 0))})")
        self.only_graded.setEnabled(bool(counts))
        focus.follow(self.only_graded, [*self.grade_boxes.values(), *self.step_boxes.values()])

    def _box(self, title: str, column: QVBoxLayout) -> QCheckBox:
        box = QCheckBox(title)
        box.setChecked(True)
        box.toggled.connect(self._options_changed)
        column.addWidget(box)
        return box
