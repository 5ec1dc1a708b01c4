"""Colours, measures and styles of a report, in one place. Lengths are points unless said otherwise."""

from __future__ import annotations

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from core.report.pdf_fonts import BODY, BOLD, HEAD, MONO

__all__ = [
    "ACCENT", "ALARM", "ALARM_FILL", "BOTTOM", "CALM_FILL", "FILL", "FRAME", "INK", "LEFT", "PAGE", "QUIET", "RIGHT",
    "RULE", "STYLES", "TOP",
]  # fmt: skip

PAGE = A4
LEFT, RIGHT, TOP, BOTTOM = 24 * mm, 18 * mm, 24 * mm, 22 * mm  # left wide enough for a punched file
FRAME = PAGE[0] - LEFT - RIGHT

INK: Color = HexColor(0x1B242C)
QUIET: Color = HexColor(0x5B6770)
ACCENT: Color = HexColor(0x1D4B5F)
RULE: Color = HexColor(0xC5CED3)
FILL: Color = HexColor(0xF2F5F6)
CALM_FILL: Color = HexColor(0xEDF4F1)
ALARM: Color = HexColor(0x9A1B1B)
ALARM_FILL: Color = HexColor(0xFCF0EF)

_BODY = ParagraphStyle("body", fontName=BODY, fontSize=9, leading=12.6, textColor=INK, spaceAfter=5, splitLongWords=1)

STYLES: dict[str, ParagraphStyle] = {
    "body": _BODY,
    "lead": ParagraphStyle("lead", _BODY, spaceAfter=8),
    "small": ParagraphStyle("small", _BODY, fontSize=7.6, leading=10.2, textColor=QUIET, spaceAfter=3),
    "cell": ParagraphStyle("cell", _BODY, fontSize=8, leading=10.6, spaceAfter=0),
    "cell_bold": ParagraphStyle("cell_bold", _BODY, fontName=BOLD, fontSize=8, leading=10.6, spaceAfter=0),
    "number": ParagraphStyle("number", _BODY, fontSize=8, leading=10.6, spaceAfter=0, alignment=TA_RIGHT),
    "number_bold": ParagraphStyle(
        "number_bold", _BODY, fontName=BOLD, fontSize=8, leading=10.6, spaceAfter=0, alignment=TA_RIGHT
    ),
    "column": ParagraphStyle("column", _BODY, fontName=BOLD, fontSize=7.4, leading=9.4, textColor=ACCENT, spaceAfter=0),
    "column_number": ParagraphStyle(
        "column_number", _BODY, fontName=BOLD, fontSize=7.4, leading=9.4, textColor=ACCENT, spaceAfter=0,
        alignment=TA_RIGHT,
    ),
    "column_dense": ParagraphStyle(
        "column_dense", _BODY, fontName=BOLD, fontSize=6.4, leading=8.4, textColor=ACCENT, spaceAfter=0,
        alignment=TA_RIGHT,
    ),
    "label": ParagraphStyle("label", _BODY, fontSize=8, leading=10.6, textColor=QUIET, spaceAfter=0),
    "mono": ParagraphStyle("mono", _BODY, fontName=MONO, fontSize=6.8, leading=9.4, spaceAfter=0),
    "code": ParagraphStyle("code", _BODY, fontName=MONO, fontSize=6.8, leading=9.6, leftIndent=8, spaceAfter=6),
    "h1": ParagraphStyle(
        "h1", _BODY, fontName=HEAD, fontSize=14, leading=18, textColor=ACCENT, spaceBefore=17, spaceAfter=7
    ),
    "h2": ParagraphStyle("h2", _BODY, fontName=BOLD, fontSize=10.6, leading=14, spaceBefore=10, spaceAfter=4),
    "h3": ParagraphStyle(
        "h3", _BODY, fontName=BOLD, fontSize=9, leading=12, textColor=ACCENT, spaceBefore=7, spaceAfter=3
    ),
    "title": ParagraphStyle("title", _BODY, fontName=HEAD, fontSize=25, leading=31, textColor=ACCENT, spaceAfter=4),
    "subtitle": ParagraphStyle("subtitle", _BODY, fontSize=12, leading=16, textColor=QUIET, spaceAfter=0),
    "agency": ParagraphStyle("agency", _BODY, fontName=BOLD, fontSize=11, leading=14, spaceAfter=0),
    "figure": ParagraphStyle("figure", _BODY, fontName=HEAD, fontSize=15, leading=19, textColor=ACCENT, spaceAfter=0),
    "alarm": ParagraphStyle("alarm", _BODY, fontName=BOLD, fontSize=9, leading=12.6, textColor=ALARM, spaceAfter=0),
    "calm": ParagraphStyle("calm", _BODY, fontSize=8.6, leading=11.8, spaceAfter=0),
    "decision": ParagraphStyle("decision", _BODY, fontSize=8, leading=10.6, textColor=ACCENT, spaceAfter=0),
}  # fmt: skip
