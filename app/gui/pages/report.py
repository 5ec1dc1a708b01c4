"""The report: what it holds, in which language, with which pictures; its pages beside, as they will be printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.gui.context import Changes, Context
from app.gui.pages.job import Job
from app.gui.pages.page import Card, Page, button, label
from app.gui.pages.report_options import ReportOptions
from app.gui.pages.report_preview import ReportPreview
from app.gui.pages.report_process import ReportWish, preview, write
from app.gui.pages.wording import number
from app.gui.recorded import complaint, shown
from core.case.audit import AuditTrail
from core.errors import AsservatError, StorageError
from core.evidence.naming import shown as safely
from core.report.verify import verify
from core.report.write import ReportResult

__all__ = ["ReportPage"]

REDRAW_AFTER = 500  # milliseconds after the last change


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
        self.options = ReportOptions(context)
        self.options.changed.connect(self._options_changed)
        parts.addWidget(self._make_side())
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

    def _make_side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        column.addWidget(self.options)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(holder)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keys, and is scrolled to
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # its words break into lines
        area.setMinimumWidth(max(380, holder.minimumSizeHint().width() + 24))
        side = QWidget()
        both = QVBoxLayout(side)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(10)
        both.addWidget(area, 1)
        both.addWidget(self._make_output())
        return side

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

    # ------------------------------------------------------------------ the case

    def _options_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._redraw.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.options.ask()
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
            self.options.ask()

    def _changed(self, changes: Changes) -> None:
        if changes.findings or changes.facts or changes.decisions is not None:
            self._stale = True
            if self.isVisible() and not self.context.run_state:
                self._redraw.start()

    # ------------------------------------------------------------------ the preview

    def _draw(self) -> None:
        wish = self.options.wish()
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
        self.preview.complain(complaint(error))

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
        wish = self.options.wish()
        if wish is None or self._writing is not None or self.context.case is None:
            return
        trail = self.context.case.audit
        self._written = None
        self.result.setText("")

        def begin(case: Any) -> Any:
            told = {"images": wish.images, "language": wish.language, "selection": wish.selection.as_json()}
            return case.audit.append("report", out.name, folder=safely(str(out.absolute().parent)), **told)

        def go_on(head: Any) -> None:
            work = self._job(wish, out, head, trail)
            told = self.tr("The report is being written.")
            self._writing = Job(self, work, self._finished, self._failed, kept=told, stoppable=True)
            self._writing.said.connect(self._progress)
            self._writing.start()
            self._show_writing()

        self.context.act(begin, go_on)

    def _job(self, wish: ReportWish, out: Path, head: Any, trail: AuditTrail) -> Callable[[Job], ReportResult]:
        """Writing it and saying so in the audit trail are one piece of work: by then the case may be closed here, and
        the window gone."""

        def work(job: Job) -> ReportResult:
            written = write(wish, out, head, job.control, job.tell)
            try:
                trail.append("report written", written.report_id, manifest_sha256=written.manifest_sha256)
            except OSError as error:
                raise StorageError(
                    f"The report is in {written.folder}, but the audit trail cannot be written ({error}).",
                    "Make room and write the report once more, so that the trail knows it.",
                ) from error
            return written

        return work

    def _progress(self, share: object) -> None:
        if isinstance(share, float):
            self.bar.setValue(round(1000 * share))

    def _finished(self, written: ReportResult) -> None:
        self._writing, self._written = None, written
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
        folder, case = self._written.folder, self.context.case
        trail = case.audit if case is not None else None
        Job(self, lambda _job: verify(folder, None, trail), self._verified, self.context.failed.emit).start()

    def _verified(self, found: Any) -> None:
        said = self.tr("It holds: every file matches the manifest.") if found.intact else self.tr("It DOES NOT HOLD.")
        wrong = "\n".join(shown(one.sentence) for one in found.checks if not one.ok)
        self.result.setText(f"{said}\n{wrong}".strip())
