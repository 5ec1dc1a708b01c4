"""Pages: header, footer with "page n of N", bookmarks, and page numbers filled into the table of contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph

from core.report.pdf_fonts import BODY, BOLD, runs
from core.report.pdf_style import ACCENT, BOTTOM, FRAME, INK, LEFT, PAGE, QUIET, RIGHT, RULE, TOP

__all__ = ["ContentsLine", "Heading", "Marks", "ReportDocument", "new_page"]


class Marks:
    """What stands on every page, and what is only known when all pages are made."""

    def __init__(self, header: str, title: str, footer: str, page_of: Callable[[int, int], str]) -> None:
        self.header, self.title, self.footer, self.page_of = header, title, footer, page_of
        self.pages: dict[str, int] = {}
        """Section key → page."""
        self.wanted: list[tuple[int, float, float, str]] = []
        """(page, right edge, baseline, section key): where a page number is to be written."""


def _draw(canvas: Any, x: float, y: float, text: str, size: float) -> None:
    line = canvas.beginText(x, y)
    for name, piece in runs(text, BODY):
        line.setFont(name, size)
        line.textOut(piece)
    canvas.drawText(line)


class _Canvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """Holds the pages back until their number is known."""

    marks: Marks

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        total = len(self._held)
        for number, page in enumerate(self._held, 1):
            self.__dict__.update(page)
            self._complete(number, total)
            super().showPage()
        super().save()

    def _complete(self, number: int, total: int) -> None:
        self.saveState()
        if number > 1:
            self._frame(number, total)
        self.setFillColor(INK)
        for page, right, baseline, key in self.marks.wanted:
            if page == number and key in self.marks.pages:
                self.setFont(BODY, 9)
                self.drawRightString(right, baseline, str(self.marks.pages[key]))
        self.restoreState()
        self._foot(number, total)

    def _frame(self, _number: int, _total: int) -> None:
        y = PAGE[1] - 14 * 72 / 25.4
        self.setFillColor(QUIET)
        _draw(self, LEFT, y, self.marks.header, 7.4)
        self.setFont(BODY, 7.4)
        self.drawRightString(PAGE[0] - RIGHT, y, self.marks.title)
        self.setStrokeColor(RULE)
        self.setLineWidth(0.4)
        self.line(LEFT, y - 5, PAGE[0] - RIGHT, y - 5)

    def _foot(self, number: int, total: int) -> None:
        self.saveState()
        y = 12 * 72 / 25.4
        self.setStrokeColor(RULE)
        self.setLineWidth(0.4)
        self.line(LEFT, y + 10, PAGE[0] - RIGHT, y + 10)
        self.setFillColor(QUIET)
        _draw(self, LEFT, y, self.marks.footer, 7.4)
        self.setFillColor(ACCENT)
        self.setFont(BOLD, 7.4)
        self.drawRightString(PAGE[0] - RIGHT, y, self.marks.page_of(number, total))
        self.restoreState()


class ReportDocument(BaseDocTemplate):  # type: ignore[misc]  # ReportLab has no types
    """A4 with one frame. The same story and the same `created` (UTC) give the same bytes."""

    def __init__(
        self, file: IO[bytes], marks: Marks, *, created: datetime, title: str, author: str, subject: str,
        software: str, language: str,
    ) -> None:  # fmt: skip
        super().__init__(
            file, pagesize=PAGE, leftMargin=LEFT, rightMargin=RIGHT, topMargin=TOP, bottomMargin=BOTTOM,
            title=title, author=author, subject=subject, creator=software, producer=software, invariant=1,
            pageCompression=1, lang=language, allowSplitting=1,
        )  # fmt: skip
        frame = Frame(LEFT, BOTTOM, FRAME, PAGE[1] - TOP - BOTTOM, 0, 0, 0, 0, id="main")
        self.addPageTemplates([PageTemplate(id="cover", frames=[frame]), PageTemplate(id="page", frames=[frame])])
        self._marks, self._created = marks, created

    def write(self, story: list[Any], progress: Callable[[float], None]) -> None:
        marks, created, total = self._marks, self._created, len(story)
        self.setProgressCallBack(
            lambda kind, value: progress(min(1.0, value / total)) if kind == "PROGRESS" and total else None
        )

        class Held(_Canvas):
            def __init__(self, *args: Any, **options: Any) -> None:
                # Else each page names Helvetica, which nothing is drawn in and which is not embedded.
                super().__init__(*args, **{**options, "initialFontName": BODY})
                self.marks = marks
                # Invariant mode writes the year 2000; the document's own date is an input, so it is invariant too.
                self._doc._timeStamp = _stamp(created)

        self.build(story, canvasmaker=Held)


def _stamp(created: datetime) -> TimeStamp:
    stamp = TimeStamp(1)
    stamp.t = created.timestamp()
    stamp.lt = created.timetuple()
    stamp.YMDhms = tuple(created.timetuple())[:6]
    stamp.dhh = stamp.dmm = 0
    return stamp


class Heading(Paragraph):  # type: ignore[misc]  # ReportLab has no types
    """Where a section begins: an entry in the viewer's outline and the target of the table of contents."""

    def __init__(self, text: str, style: ParagraphStyle, *, key: str, outline: str, marks: Marks) -> None:
        super().__init__(text, style)
        self._key, self._outline, self._marks = key, outline, marks

    def draw(self) -> None:
        canvas = self.canv
        self._marks.pages.setdefault(self._key, canvas.getPageNumber())
        canvas.bookmarkHorizontal(self._key, 0, self.height + 8)
        canvas.addOutlineEntry(self._outline, self._key, 0, closed=False)
        super().draw()


class ContentsLine(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """One line of the table of contents: title, a quiet rule, the page number (written in at the end)."""

    def __init__(self, marks: Marks, key: str, number: str, title: str) -> None:
        super().__init__()
        self._marks, self._key, self._number, self._title = marks, key, number, title

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.width, self.height = room, 15.5
        return room, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.3)
        canvas.line(0, 0, self.width, 0)
        canvas.setFillColor(ACCENT)
        canvas.setFont(BOLD, 9)
        canvas.drawString(0, 4.5, self._number)
        canvas.setFillColor(INK)
        canvas.setFont(BODY, 9)
        canvas.drawString(20, 4.5, self._title)
        canvas.linkRect("", self._key, (0, 0, self.width, self.height), relative=1, thickness=0)
        x, y = canvas.absolutePosition(self.width, 4.5)
        self._marks.wanted.append((canvas.getPageNumber(), x, y, self._key))


def new_page() -> list[Any]:
    return [NextPageTemplate("page"), PageBreak()]
