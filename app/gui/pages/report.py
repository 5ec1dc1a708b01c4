"""The report: what it holds, in which language, with which pictures; its pages beside, as they will be printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.gui.context import Changes, Context
from app.gui.languages import spoken
from app.gui.pages.job import Job
from app.gui.pages.page import Card, Page, button, clear, label
from app.gui.pages.report_preview import ReportPreview
from app.gui.pages.report_process import ReportWish, preview, write
from app.gui.pages.wording import number
from app.gui.terms import analyzer_title
from core.case import schemes
from core.case.overview import analyzers_with_findings, graded
from core.errors import AsservatError
from core.report.content import ReportSelection
from core.report.verify import verify
from core.report.write import ReportResult

__all__ = ["ReportPage", "signing_key"]

REDRAW_AFTER = 500  # milliseconds after the last change


def signing_key() -> Path:
    """The examiner's signing key: outside every case, in the user's own data folder (the command line's, too)."""
    return Path(platformdirs.user_data_dir("asservat", appauthor=False)) / "signing-key.pem"


class ReportPage(Page):
    """Nothing is written before “Write the report”; the preview is held in memory."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=2400, scrolling=False)
        self.title.setText(self.tr("Report"))
        self.setAccessibleName(self.tr("Report"))
        self._stale = True
        self._drawing: Job | None = None
        self._writing: Job | None = None
        self._written: ReportResult | None = None
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_AFTER)
        self._redraw.timeout.connect(self._draw)
        parts = QSplitter()
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(14)
        parts.addWidget(self._make_options())
        self.preview = ReportPreview()
        parts.addWidget(self.preview)
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        parts.setSizes([430, 800])
        self.body.addWidget(parts, 1)
        context.case_opened.connect(self._case_changed)
        context.case_closed.connect(self._case_changed)
        context.changed.connect(self._changed)
        context.actions.add("report.write", self.tr("Write the report"), (), self.write, section=self.tr("Report"))

    # ------------------------------------------------------------------ building

    def _make_options(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        for card in (self._make_scope(), self._make_images(), self._make_form()):
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(holder)
        area.setMinimumWidth(380)
        side = QWidget()
        both = QVBoxLayout(side)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(10)
        both.addWidget(area, 1)
        both.addWidget(self._make_output())
        return side

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
                self.tr("small, grey and coarse; nothing can be brought back"),
            ),
            ("full", self.tr("Recognisable"), self.tr("small, as they are: only for a sealed annex")),
        ):
            choice = QRadioButton(text)
            choice.setAccessibleDescription(meaning)
            choice.setChecked(key == self.context.preferences.values.report_images)
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
            self.language.findData(self.context.preferences.values.report_language or spoken())
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
        for widget in (self.check_sources, self.sign, self.passphrase):
            card.body.addWidget(widget)
        return card

    def _make_output(self) -> Card:
        card = Card()
        self.write_button = button(self.tr("Write the report"), self.write, icon="report", primary=True)
        self.elsewhere = button(self.tr("Elsewhere…"), self._write_elsewhere)
        self.cancel = button(self.tr("Cancel"), self._cancel, quiet=True)
        row = QHBoxLayout()
        for widget in (self.write_button, self.elsewhere, self.cancel):
            row.addWidget(widget)
        row.addStretch(1)
        card.body.addLayout(row)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Writing the report"))
        card.body.addWidget(self.bar)
        self.result = label("", "muted", selectable=True)
        card.body.addWidget(self.result)
        after = QHBoxLayout()
        self.show_folder = button(self.tr("Show the folder"), self._show_folder, icon="folder")
        self.verify_button = button(self.tr("Verify it"), self._verify, icon="check")
        after.addWidget(self.show_folder)
        after.addWidget(self.verify_button)
        after.addStretch(1)
        card.body.addLayout(after)
        self._show_writing()
        return card

    # ------------------------------------------------------------------ what is chosen

    def wish(self) -> ReportWish | None:
        """What would be written now; None without a case."""
        if self.context.case is None:
            return None
        images = next(key for key, choice in self.images.items() if choice.isChecked())
        return ReportWish(
            self.context.case.folder,
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
        self.context.preferences.set(report_images=key)
        self._options_changed()

    def _language_chosen(self) -> None:
        self.context.preferences.set(report_language=self.language.currentData())
        self._options_changed()

    def _options_changed(self) -> None:
        for box in self.grade_boxes.values():
            box.setEnabled(self.only_graded.isChecked())
        self.score.setEnabled(self.use_score.isChecked())
        self._stale = True
        if self.isVisible():
            self._redraw.start()

    # ------------------------------------------------------------------ the case

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        if self._stale:
            self._redraw.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._redraw.stop()

    def _case_changed(self) -> None:
        self._stop_drawing()
        self._written = None
        self.preview.close_document()
        self._stale = True
        self._show_writing()
        if self.isVisible():
            self._ask()

    def _changed(self, changes: Changes) -> None:
        if changes.findings or changes.facts or changes.decisions is not None:
            self._stale = True
            if self.isVisible() and not self.context.run_state:
                self._redraw.start()

    def _ask(self) -> None:
        def work(connection: Any) -> tuple[list[tuple[str, str]], schemes.Scheme, dict[str, int]]:
            return analyzers_with_findings(connection), schemes.of_case(connection), graded(connection)

        self.context.query(work, self._answered, key="report-page")

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

    def _box(self, title: str, column: QVBoxLayout) -> QCheckBox:
        box = QCheckBox(title)
        box.setChecked(True)
        box.toggled.connect(self._options_changed)
        column.addWidget(box)
        return box

    # ------------------------------------------------------------------ the preview

    def _draw(self) -> None:
        wish = self.wish()
        if wish is None or not self.isVisible():
            return
        self._stop_drawing()
        self._stale = False
        self.preview.wait()
        self._drawing = Job(self, lambda job: preview(wish, job.control), self._drawn, self._not_drawn).start()

    def _stop_drawing(self) -> None:
        """Nobody waits for these pages any more: end the process that draws them."""
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None

    def _drawn(self, pdf: bytes) -> None:
        self._drawing = None
        self.preview.show_document(pdf)

    def _not_drawn(self, error: AsservatError) -> None:
        self._drawing = None
        self.preview.complain(str(error))

    # ------------------------------------------------------------------ writing

    def write(self) -> None:
        """Into the case's own folder of reports."""
        if self.context.case is not None:
            stamp = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
            self._write_to(self.context.case.folder / "reports" / f"report_{stamp}")

    def _write_elsewhere(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("An empty folder for the report"), str(Path.home()))
        if chosen:
            self._write_to(Path(chosen))

    def _write_to(self, out: Path) -> None:
        wish = self.wish()
        if wish is None or self._writing is not None:
            return
        self._written = None
        self.result.setText("")

        def begin(case: Any) -> Any:
            return case.audit.append(
                "report", out.name, images=wish.images, language=wish.language, selection=wish.selection.as_json()
            )

        def go_on(head: Any) -> None:
            work = self._job(wish, out, head)
            self._writing = Job(self, work, self._finished, self._failed)
            self._writing.said.connect(self._progress)
            self._writing.start()
            self._show_writing()

        self.context.act(begin, go_on)

    def _job(self, wish: ReportWish, out: Path, head: Any) -> Any:
        return lambda job: write(wish, out, head, job.control, job.tell)

    def _progress(self, share: object) -> None:
        if isinstance(share, float):
            self.bar.setValue(round(1000 * share))

    def _finished(self, written: ReportResult) -> None:
        self._writing, self._written = None, written
        self.context.act(
            lambda case: case.audit.append("report written", written.report_id, manifest_sha256=written.manifest_sha256)
        )
        signed = (
            self.tr("Signed with key {0}.").format(written.fingerprint)
            if written.fingerprint
            else self.tr("It is UNSIGNED.")
        )
        self.result.setText(
            self.tr("Report {0}: {1} findings, {2} outcomes. {3}\n{4}").format(
                written.report_id, number(written.findings), number(written.outcomes), signed, written.folder
            )
        )
        self.context.message.emit(self.tr("The report is written."), None)
        self._show_writing()

    def _failed(self, error: AsservatError) -> None:
        self._writing = None
        self._show_writing()
        self.context.failed.emit(error)

    def _cancel(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
            self.result.setText(self.tr("Cancelled; nothing of the report was left."))
            self._show_writing()

    def _show_writing(self) -> None:
        busy, done = self._writing is not None, self._written is not None
        self.write_button.setEnabled(not busy and self.context.case is not None)
        self.elsewhere.setEnabled(not busy and self.context.case is not None)
        self.cancel.setVisible(busy)
        self.bar.setVisible(busy)
        self.bar.setValue(0)
        self.result.setVisible(bool(self.result.text()))
        self.show_folder.setVisible(done)
        self.verify_button.setVisible(done)

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.folder)))

    def _verify(self) -> None:
        if self._written is None:
            return
        folder = self._written.folder
        Job(self, lambda _job: verify(folder, None), self._verified, self.context.failed.emit).start()

    def _verified(self, found: Any) -> None:
        said = self.tr("It holds: every file matches the manifest.") if found.intact else self.tr("It DOES NOT HOLD.")
        wrong = "\n".join(one.sentence for one in found.checks if not one.ok)
        self.result.setText(f"{said}\n{wrong}".strip())
