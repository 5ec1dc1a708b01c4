"""The building blocks that every section of the PDF uses: headings, fact tables, grids, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, white
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, Table

from core.report.pdf_fonts import BODY, markup
from core.report.pdf_pages import Heading, Marks
from core.report.pdf_style import ACCENT, ALARM, ALARM_FILL, CALM_FILL, FILL, FRAME, INK, RULE, STYLES
from core.report.pdf_text import EvidenceText
from core.report.plan import ReportPlan
from core.report.records import Place
from core.report.texts import Texts

__all__ = ["SECTIONS", "Column", "FillIn", "Parts", "Story"]

Story = list[Flowable]

SECTIONS = (
    "sources", "method", "processing", "findings", "texts", "negative", "decisions", "coverage", "limits", "custody",
    "glossary", "signatures",
)  # fmt: skip
"""In the order of the report; the number of a section is its position, from 1."""


@dataclass(frozen=True, slots=True)
class Column:
    """`share` of the width; numbers are set to the right."""

    title: str
    share: float
    kind: Literal["text", "number"] = "text"


class FillIn(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A line to write on."""

    def __init__(self, height: float = 13) -> None:
        super().__init__()
        self._asked = height

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.width, self.height = room, self._asked
        return room, self._asked

    def draw(self) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.5)
        self.canv.line(0, 2, self.width, 2)


class Parts:
    """Makes flowables in the language of the report. Everything that is not from the word list is escaped."""

    def __init__(self, words: Texts, plan: ReportPlan, marks: Marks) -> None:
        self.words = words
        self.plan = plan
        self.marks = marks
        self.earlier: frozenset[str] = frozenset()
        """Hashes of configurations that a newer one of the same analyzer has followed."""
        self.fast: frozenset[str] = frozenset()
        """Hashes of configurations with lower precision, for triage."""

    # -- text ----------------------------------------------------------------------------------------------------

    def text(self, key: str, style: str = "body", **values: str | int) -> Paragraph:
        """A sentence of the word list; strings filled in are foreign and made safe."""
        safe = {name: markup(value) if isinstance(value, str) else value for name, value in values.items()}
        return Paragraph(self.words.filled(key, escape, safe), STYLES[style])

    def foreign(self, text: str, style: str = "cell") -> Paragraph:
        return Paragraph(markup(text, STYLES[style].fontName), STYLES[style])

    def brief(self, text: str, style: str = "cell", room: int = 160) -> Paragraph:
        """Foreign text where only so much fits; the whole of it is in the tables."""
        return self.foreign(text if len(text) <= room else text[: room - 1] + "…", style)

    def sections(self, *keys: str) -> dict[str, int]:
        """Numbers of sections, to fill into a sentence that refers to them."""
        return {key: SECTIONS.index(key) + 1 for key in keys}

    def heading(self, key: str) -> Story:
        number = SECTIONS.index(key) + 1
        title = self.words(f"section.{key}")
        text = f"{number}&nbsp;&nbsp;{escape(title)}"
        return [CondPageBreak(_ROOM["h1"]), self.title(key, text, f"{number} {title}", "h1")]

    def title(self, key: str, text: str, outline: str, style: str) -> Flowable:
        return Heading(text, STYLES[style], key=key, outline=outline, marks=self.marks)

    def subheading(self, title: str, style: str = "h2", room: float = 0) -> Story:
        """`room`: how much must fit under it, or it goes to the next page."""
        heading = Paragraph(markup(title, STYLES[style].fontName), STYLES[style])
        return [CondPageBreak(room or _ROOM[style]), heading]

    def place(self, place: Place | None, *, max_lines: int = 6, size: float = 7.6) -> Flowable:
        """Source and path of a copy, wrapped anywhere."""
        if place is None:
            return self.foreign("–")
        text = f"{self.words('sources.source', n=place.source)}: {place.shown}"
        return EvidenceText(text, size=size, leading=size * 1.32, max_lines=max_lines)

    # -- tables --------------------------------------------------------------------------------------------------

    def facts(self, rows: Sequence[tuple[str, Any]], *, label: float = 0.30, total: float = FRAME) -> Flowable:
        """Label and value under each other; an empty value is a line to fill in."""
        cells = [[Paragraph(markup(name), STYLES["label"]), self._value(value)] for name, value in rows]
        table = Table(cells, colWidths=[total * label, total * (1 - label)], hAlign="LEFT", spaceAfter=5)
        tall = any(_tall(value) for _, value in rows)
        table.splitInRow = int(tall)
        whole = [] if tall or len(rows) > _WHOLE else [("NOSPLIT", (0, 0), (0, -1))]
        table.setStyle([*_PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE), *whole])
        return table

    def _value(self, value: Any) -> Any:
        if value == "":
            return FillIn()
        if isinstance(value, int):
            return self.foreign(self.words.number(value))
        return self.foreign(value) if isinstance(value, str) else value

    def grid(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, total: bool = False, dense: bool = False
    ) -> Flowable:
        """A table whose head is repeated on every page. `total`: the last row is the sum. `dense`: many columns."""
        head = [Paragraph(markup(column.title), STYLES[_head_style(column, dense)]) for column in columns]
        last = len(rows) - 1 if total else -1
        cells = [
            [self._cell(value, column, position == last) for value, column in zip(row, columns, strict=True)]
            for position, row in enumerate(rows)
        ]
        whole = sum(column.share for column in columns)
        table = LongTable(
            [head, *cells],
            colWidths=[FRAME * column.share / whole for column in columns],
            repeatRows=1,
            splitInRow=int(any(_tall(value) for row in rows for value in row)),
            hAlign="LEFT",
            spaceAfter=5,
        )
        style: list[Any] = [
            *_PLAIN,
            ("BACKGROUND", (0, 0), (-1, 0), FILL),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, ACCENT),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ]
        if dense:
            style += [("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2)]
        if total:
            style.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, INK))
        table.setStyle(style)
        return table

    def _cell(self, value: Any, column: Column, bold: bool) -> Any:
        if not isinstance(value, str | int):
            return value
        text = self.words.number(value) if isinstance(value, int) else value
        style = ("number" if column.kind == "number" else "cell") + ("_bold" if bold else "")
        return Paragraph(markup(text, STYLES[style].fontName), STYLES[style])

    # -- notices -------------------------------------------------------------------------------------------------

    def calm(self, paragraph: str) -> Flowable:
        """A checked statement, quietly set off."""
        return _notice(Paragraph(paragraph, STYLES["calm"]), CALM_FILL, ACCENT)

    def alarm(self, paragraph: str) -> Flowable:
        """Something that nobody may overlook."""
        return _notice(Paragraph(paragraph, STYLES["alarm"]), ALARM_FILL, ALARM)

    def sentence(self, key: str, **values: str | int) -> str:
        """Markup of a sentence of the word list, for a notice."""
        safe = {name: markup(value) if isinstance(value, str) else value for name, value in values.items()}
        return self.words.filled(key, escape, safe)

    def quiet_empty(self) -> Flowable:
        return self.text("empty", "small")


def _tall(value: Any) -> bool:
    """May this cell be higher than a page? Only then are rows split: it would leave empty rests of others."""
    if isinstance(value, list):
        return any(_tall(one) for one in value)
    text = value if isinstance(value, str) else getattr(value, "text", "")
    return len(text) > _TALL


def _head_style(column: Column, dense: bool) -> str:
    if column.kind == "text":
        return "column"
    return "column_dense" if dense else "column_number"


_WHOLE = 7  # rows of facts that stay together on one page
_TALL = 1200  # characters; in the narrowest column about half a page

# A heading is not left alone at the foot of a page. (ReportLab's keepWithNext would move a whole table along.)
_ROOM = {"h1": 190.0, "h2": 96.0, "h3": 72.0}

_PLAIN: list[Any] = [
    ("FONTNAME", (0, 0), (-1, -1), BODY),  # else every table names Helvetica, which is not embedded
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.4),
]


def _notice(paragraph: Paragraph, fill: Color, bar: Color) -> Flowable:
    table = Table([["", paragraph]], colWidths=[3, FRAME - 3], hAlign="LEFT", spaceBefore=6, spaceAfter=8)
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("BACKGROUND", (0, 0), (0, 0), bar),
            ("BACKGROUND", (1, 0), (1, 0), fill),
            ("TEXTCOLOR", (0, 0), (-1, -1), white),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (0, 0), (0, 0), 0),
            ("LEFTPADDING", (1, 0), (1, 0), 8),
            ("RIGHTPADDING", (1, 0), (1, 0), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
    )
    return table
