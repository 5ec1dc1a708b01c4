"""Pages of a report as they will be printed, scrolled and zoomed."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.elided import ElidedLabel
from app.gui.pages.page import EmptyState, button
from app.gui.pages.wording import number

__all__ = ["ReportPreview"]

WIDE = 1100  # pixels at 100 % from which on the whole page is shown, not its width


class ReportPreview(QWidget):
    """The document is held in memory alone: pages of a case are on no disk before the report is written."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.document = QPdfDocument(self)
        self._data: QBuffer | None = None
        self.view = QPdfView(self)
        self.view.setAccessibleName(self.tr("Pages of the report"))
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self._fits_itself = True  # until somebody chooses
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocument(self.document)
        self._empty = EmptyState(
            "report", self.tr("The pages appear here"), self.tr("Nothing is written before you say so.")
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        row = QHBoxLayout()
        self.pages = ElidedLabel()
        self.pages.setProperty("muted", True)
        row.addWidget(self.pages, 1)
        for text, icon, slot in (
            (self.tr("Whole page"), "fit", self.fit_page),
            (self.tr("Page width"), "second-screen", self.fit_width),
            (self.tr("Larger"), "zoom-in", lambda: self._zoom(1.2)),
            (self.tr("Smaller"), "zoom-out", lambda: self._zoom(1 / 1.2)),
        ):
            made = button("", slot, icon=icon, quiet=True)
            made.setAccessibleName(text)
            made.setToolTip(text)
            row.addWidget(made)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def wait(self) -> None:
        """The next pages are being made; the last ones stay until then."""
        self.pages.setText(self.tr("Drawing the pages…"))

    def show_document(self, pdf: bytes) -> None:
        """Show a PDF at the place one was at before."""
        place = self.view.verticalScrollBar().value()
        self.close_document()
        self._data = QBuffer(self)
        self._data.setData(QByteArray(pdf))
        self._data.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._data)
        self._stack.setCurrentWidget(self.view)
        self.view.verticalScrollBar().setValue(place)
        count = self.document.pageCount()
        said = self.tr("Preview, %n page(s)", "", count).replace(str(count), number(count), 1)
        self.pages.setText(said + self.tr("; shortened: the report itself lists everything"))
        self.pages.setToolTip(self.pages.text())

    def complain(self, text: str) -> None:
        self.close_document()
        self._empty.heading.setText(self.tr("The pages cannot be drawn"))
        self._empty.text.setText(text)
        self._stack.setCurrentWidget(self._empty)
        self.pages.setText("")

    def close_document(self) -> None:
        self.document.close()
        if self._data is not None:
            self._data.deleteLater()
            self._data = None
        self._stack.setCurrentWidget(self._empty)
        self.pages.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A page as wide as a large screen can be read from across the room, and shows its upper half only."""
        super().resizeEvent(event)
        if self._fits_itself:
            wide = self.width() > WIDE * theme.current().scale
            self.view.setZoomMode(QPdfView.ZoomMode.FitInView if wide else QPdfView.ZoomMode.FitToWidth)

    def fit_page(self) -> None:
        self._fits_itself = False
        self.view.setZoomMode(QPdfView.ZoomMode.FitInView)

    def fit_width(self) -> None:
        self._fits_itself = False
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def _zoom(self, by: float) -> None:
        self._fits_itself = False
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(min(4.0, max(0.3, self.view.zoomFactor() * by)))
