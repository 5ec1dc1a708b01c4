"""Machine findings as cards: one content each, its picture under the image policy, its places, what was found."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from core.report.content import Category, ContentEntry, ReportSource
from core.report.pdf_counts import group_position
from core.report.pdf_entry import CARD_ROOM, decided, identity, showing, where
from core.report.pdf_fonts import BODY
from core.report.pdf_method import analyzer_title
from core.report.pdf_parts import Column, Parts, Story
from core.report.pdf_style import ACCENT, FILL, FRAME, QUIET, RULE, STYLES
from core.report.previews import preview

__all__ = ["findings"]

_BOX = 32 * mm
_CONTEXT = "context"


class Picture(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A JPEG, its longer side as long as the box is wide, or a plain box that says there is none."""

    def __init__(self, jpeg: bytes | None, missing: str) -> None:
        super().__init__()
        self._reader = ImageReader(io.BytesIO(jpeg)) if jpeg is not None else None
        self._missing = missing

    def wrap(self, _room: float, _height: float) -> tuple[float, float]:
        self.width, self.height = _BOX, _BOX * 0.6
        if self._reader is not None:
            wide, high = self._reader.getSize()
            scale = _BOX / max(wide, high)
            self.width, self.height = wide * scale, high * scale
        return _BOX, self.height

    def draw(self) -> None:
        canvas = self.canv
        if self._reader is not None:
            canvas.drawImage(self._reader, (_BOX - self.width) / 2, 0, self.width, self.height)
            return
        canvas.setFillColor(FILL)
        canvas.rect(0, 0, _BOX, self.height, stroke=0, fill=1)
        canvas.setFillColor(QUIET)
        canvas.setFont(BODY, 7)
        canvas.drawCentredString(_BOX / 2, self.height / 2 - 2, self._missing)


class ScoreBar(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A score as a short bar, to be compared at a glance; the number stands beside it."""

    def __init__(self, score: float | None) -> None:
        super().__init__()
        self._score = min(1.0, max(0.0, score or 0.0))

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.width, self.height = min(room, 42.0), 9.0
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(RULE)
        self.canv.rect(0, 2.2, self.width, 2.6, stroke=0, fill=1)
        self.canv.setFillColor(ACCENT)
        self.canv.rect(0, 2.2, self.width * self._score, 2.6, stroke=0, fill=1)


def findings(parts: Parts, source: ReportSource, categories: list[Category]) -> Story:
    words = parts.words
    story = [*parts.heading("findings"), parts.text("findings.intro", "body", **parts.sections("method"))]
    pictured = sorted(
        (one for one in categories if not one.text), key=lambda one: (one.analyzer, group_position(one.group))
    )
    if not source.coverage():
        return [*story, parts.alarm(parts.sentence("findings.not_run"))]
    if not pictured:
        return [*story, parts.text("findings.nothing", "body", **parts.sections("negative", "coverage"))]
    story += _overview(parts, source)
    if parts.earlier:
        story.append(parts.text("findings.with_earlier", "small", **parts.sections("processing")))
    if parts.fast:
        story.append(parts.alarm(parts.sentence("findings.with_fast", **parts.sections("method"))))
    for category in pictured:
        title = words.named("group", category.group)
        if not category.group:
            title = analyzer_title(parts, category.analyzer)
        story += parts.subheading(title, room=CARD_ROOM)
        if category.group == _CONTEXT:
            story.append(parts.text("findings.context", "small"))
            continue
        story.append(showing(parts, category))
        for number, entry in enumerate(source.top(parts.plan.selection, category, parts.plan.per_category), 1):
            story.append(_card(parts, number, entry))
    return story


def _overview(parts: Parts, source: ReportSource) -> Story:
    words = parts.words
    columns = [
        Column(words("findings.category"), 0.33),
        Column(words("findings.label"), 0.33),
        Column(words("findings.contents"), 0.11, "number"),
        Column(words("findings.findings"), 0.11, "number"),
        Column(words("findings.best"), 0.12, "number"),
    ]
    ordered = sorted(
        source.labels(parts.plan.selection), key=lambda one: (one.analyzer, group_position(one.group), one.label)
    )
    rows = [
        [
            words.named("group", one.group) if one.group else analyzer_title(parts, one.analyzer),
            words.named("label", one.label), one.contents, one.findings, words.score(one.best),
        ]
        for one in ordered
    ]  # fmt: skip
    return [
        *parts.subheading(words("findings.summary")),
        parts.grid(columns, rows),
        Spacer(0, 3),
        parts.text("findings.box_note", "small"),
    ]


def _card(parts: Parts, number: int, entry: ContentEntry) -> Flowable:
    room = FRAME
    pictured = parts.plan.images != "none"
    if pictured:
        room -= _BOX + 8
    body = [
        *identity(parts, number, entry),
        _hits(parts, entry, room),
        *_more(parts, entry),
        *decided(parts, entry.decisions),
    ]
    cells: list[Any] = [body]
    widths = [room]
    if pictured:
        jpeg = preview(parts.plan.thumbnails, entry.sha256, parts.plan.images, entry.masks)
        cells.insert(0, Picture(jpeg, parts.words("findings.no_preview")))
        widths.insert(0, _BOX + 8)
    card = Table([cells], colWidths=widths, hAlign="LEFT", spaceBefore=2, spaceAfter=4)
    card.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]
    )
    return card


def _hits(parts: Parts, entry: ContentEntry, room: float) -> Flowable:
    words = parts.words
    rows = [
        [
            parts.brief(words.named("label", one.label), room=90),
            ScoreBar(one.score),
            Paragraph(words.score(one.score), STYLES["number"]),
            parts.foreign(where(parts, one)),
        ]
        for one in entry.findings
    ]
    widths = [room * 0.36, 48, 30, room * 0.64 - 78]
    table = Table(rows, colWidths=widths, hAlign="LEFT", spaceBefore=3)
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 1.4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ("LINEBELOW", (0, 0), (-1, -2), 0.25, RULE),
        ]
    )
    return table


def _more(parts: Parts, entry: ContentEntry) -> Story:
    left = entry.total - len(entry.findings)
    return [parts.foreign(parts.words.counted("findings.more", left), "label")] if left > 0 else []
