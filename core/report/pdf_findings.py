"""Machine findings as cards: one content each, its picture under the image policy, its places, what was found."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table

from core.report.content import Category, ContentEntry, ReportSource
from core.report.pdf_counts import group_position
from core.report.pdf_fonts import BODY, markup
from core.report.pdf_method import analyzer_title
from core.report.pdf_parts import Column, Parts, Story
from core.report.pdf_style import ACCENT, FILL, FRAME, QUIET, RULE, STYLES
from core.report.pdf_text import EvidenceText
from core.report.previews import preview
from core.report.records import Decisions, FindingRow
from core.report.texts import Texts

__all__ = ["findings", "recognised_texts", "said_by_examiner"]

_BOX = 32 * mm
_CONTEXT = "context"
_READS_TEXT = frozenset({"ocr", "speech"})
_HEARD = frozenset({"transcript", "doubtful-transcript", "translation"})
_CARD_ROOM = 170.0  # a heading, a line, and the first card
_DECIDED = 400  # characters of decisions on a card; they have a section of their own
_LINES = 30
_EXCERPT = 900  # characters of recognised text printed for one content


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
        story += parts.subheading(title, room=_CARD_ROOM)
        if category.group == _CONTEXT:
            story.append(parts.text("findings.context", "small"))
            continue
        story.append(_showing(parts, category))
        for number, entry in enumerate(source.top(parts.plan.selection, category, parts.plan.per_category), 1):
            story.append(_card(parts, number, entry))
    return story


def _showing(parts: Parts, category: Category) -> Flowable:
    shown = min(category.contents, parts.plan.per_category)
    if shown < category.contents:
        return parts.text("findings.showing", "small", shown=shown, n=category.contents)
    return parts.foreign(parts.words.counted("findings.showing_all", category.contents), "small")


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
        *_identity(parts, number, entry),
        _hits(parts, entry, room),
        *_more(parts, entry),
        *_decided(parts, entry.decisions),
    ]
    cells: list[Any] = [body]
    widths = [room]
    if pictured:
        jpeg = preview(parts.plan.thumbnails, entry.sha256, parts.plan.images)
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


def _identity(parts: Parts, number: int, entry: ContentEntry) -> Story:
    """Number, name, what it is, hash and places."""
    words = parts.words
    name = entry.places[0].shown.rsplit("/", 1)[-1] if entry.places else entry.sha256
    facts = [entry.mime, words.size(entry.size)]
    if entry.width and entry.height:
        facts.insert(1, f"{entry.width} × {entry.height}")
    if entry.duration:
        facts.append(words.duration(entry.duration))
    if entry.taken:
        zones = ", ".join(entry.zones)
        facts.append(
            words("findings.taken_zone", taken=entry.taken, zone=zones)
            if zones
            else words("findings.taken", taken=entry.taken)
        )
    facts.append(words.counted("findings.copies", entry.copies))
    story: Story = [
        EvidenceText(f"{number}   {name}", font="Asservat-Bold", size=9, leading=12, max_lines=2),
        parts.brief(" · ".join(facts), "label", 240),
        Spacer(0, 2),
        *(parts.place(place, max_lines=3 if position else 6) for position, place in enumerate(entry.places)),
    ]
    left = entry.copies - len(entry.places)
    if left > 0:
        story.append(parts.foreign(words.counted("more_places", left), "label"))
    return [*story, EvidenceText(f"SHA-256 {entry.sha256}", font="Asservat-Mono", size=6.4, leading=9, color=QUIET)]


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


def where(parts: Parts, one: FindingRow) -> str:
    """Time, frame, page and box of a finding, as far as it has them."""
    words = parts.words
    said: list[str] = []
    if one.start is not None and one.end is not None and one.end > one.start:
        said.append(words("findings.span", start=words.duration(one.start), end=words.duration(one.end)))
    elif one.start is not None:
        said.append(words("findings.time", time=words.duration(one.start)))
    if one.frame is not None:
        said.append(words("findings.frame", n=one.frame))
    if one.page is not None:
        said.append(words("findings.page", n=one.page + 1))
    if one.region is not None:
        box = {name: words.decimal(100 * getattr(one.region, name), 0) for name in ("x", "y", "w", "h")}
        said.append(words("findings.box", **box))
    return " · ".join([*_assessed(parts, one), *said, *_marked(parts, one)]) or words("findings.whole")


def _marked(parts: Parts, one: FindingRow) -> list[str]:
    """What tells a finding from those of the newest configuration at full precision, and what people said of it."""
    words, said = parts.words, one.decisions
    marks = (("findings.earlier", parts.earlier), ("findings.fast", parts.fast))
    found = [words(key) for key, hashes in marks if one.config in hashes]
    if said.verdict:
        disputed = sum(words.knows(f"verdict.{value.partition(' (')[0]}") for value in said.disputed) > 1
        more = f", {words('decisions.disputed')}" if disputed else ""
        found.append(f"{words('findings.judged')} {words.named('verdict', said.verdict)} ({said.verdict_by}{more})")
    return found


def _assessed(parts: Parts, one: FindingRow) -> list[str]:
    """The band, whether it is calibrated, and where on the body, of findings that have one."""
    words, band, body = parts.words, str(one.attributes.get("band") or ""), str(one.attributes.get("body") or "")
    if not band:
        return []
    calibrated = str(one.attributes.get("calibration") or "").startswith("calibrated")
    said = words("band.calibrated" if calibrated else "band.uncalibrated", band=words.named("band", band))
    return [said, *([words.named("body", body)] if body else [])]


def _more(parts: Parts, entry: ContentEntry) -> Story:
    left = entry.total - len(entry.findings)
    return [parts.foreign(parts.words.counted("findings.more", left), "label")] if left > 0 else []


def _decided(parts: Parts, decisions: Decisions) -> Story:
    said = said_by_examiner(parts, decisions)
    if not said:
        return []
    said = said if len(said) <= _DECIDED else said[: _DECIDED - 1] + "…"
    text = f"<b>{markup(parts.words('findings.decision'), 'Asservat-Bold')}:</b> {markup(said)}"
    return [Spacer(0, 2), Paragraph(text, STYLES["decision"])]


def said_by_examiner(parts: Parts, decisions: Decisions) -> str:
    words = parts.words
    said: list[str] = []
    if decisions.grade:
        by = f"({decisions.grade_by}, {words.moment(decisions.grade_at)})"
        said.append(f"{words('decision.grade')} {decisions.grade} {by}")
    if decisions.verdict:
        by = f"({decisions.verdict_by}, {words.moment(decisions.verdict_at)})"
        said.append(f"{words.named('verdict', decisions.verdict)} {by}")
    if decisions.disputed:
        said.append(f"{words('decisions.disputed')}: {'; '.join(_spoken(words, one) for one in decisions.disputed)}")
    if decisions.flag:
        said.append(words("decision.flag"))
    if decisions.excluded:
        said.append(f"{words('decision.exclude')}: {decisions.excluded}")
    if decisions.tags:
        said.append(f"{words('decision.tag')}: {', '.join(decisions.tags)}")
    said += [f"{words('decision.note')}: {note}" for note in decisions.notes]
    return " · ".join(said)


def _spoken(words: Texts, said: str) -> str:
    """`right (gross, 2026-11-26T07:40:05.721Z)` in the words of the report."""
    value, _, rest = said.partition(" (")
    actor, _, at = rest.removesuffix(")").rpartition(", ")
    return f"{words.named('verdict', value)} ({actor}, {words.moment(at)})"


# -- recognised text -----------------------------------------------------------------------------------------------


def recognised_texts(parts: Parts, source: ReportSource, categories: list[Category]) -> Story:
    story = [*parts.heading("texts"), parts.text("texts.intro")]
    found = [one for one in categories if one.text]
    if not found and not any(one.analyzer in _READS_TEXT for one in source.coverage()):
        return [*story, parts.alarm(parts.sentence("texts.not_run"))]
    if not found:
        return [*story, parts.text("texts.nothing")]
    for category in found:
        limit = parts.plan.per_category
        if category.contents > limit:
            story.append(parts.text("texts.showing", "small", shown=limit, n=category.contents))
        else:
            story.append(_showing(parts, category))
        for number, entry in enumerate(source.top(parts.plan.selection, category, limit), 1):
            story += _text_card(parts, number, entry)
    return story


def _text_card(parts: Parts, number: int, entry: ContentEntry) -> Story:
    words = parts.words
    lines = [_line(parts, one) for one in entry.findings]
    scores = [one.score for one in entry.findings if one.score is not None]
    excerpt, cut = _excerpt(lines, entry.total)
    facts = [words.counted("texts.lines", entry.total)]
    if scores:
        facts.append(words("texts.confidence", low=words.score(min(scores)), high=words.score(max(scores))))
    if cut:
        facts.append(words("texts.shortened"))
    head = [
        *_identity(parts, number, entry),
        parts.foreign(" · ".join(facts), "label"),
        *_decided(parts, entry.decisions),
    ]
    table = Table([[head], [[EvidenceText(line, size=8.2, leading=11.2) for line in excerpt]]], colWidths=[FRAME])
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("LEFTPADDING", (0, 1), (0, 1), 9),
            ("LINEBEFORE", (0, 1), (0, 1), 2, RULE),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            *([("NOSPLIT", (0, 0), (0, 1))] if _is_short(excerpt) else []),
        ]
    )
    return [CondPageBreak(0 if _is_short(excerpt) else _CARD_ROOM), table]


def _line(parts: Parts, one: FindingRow) -> str:
    """A line of text; what was heard has its time, and a word on it where it is no plain transcript."""
    marked = "".join(f" [{mark}]" for mark in _marked(parts, one))
    if one.label not in _HEARD or one.start is None:
        return f"{one.text or ''}{marked}"
    kind = "" if one.label == "transcript" else f" [{parts.words.named('label', one.label)}]"
    return f"{parts.words.duration(one.start)}   {one.text}{kind}{marked}"


def _is_short(excerpt: list[str]) -> bool:
    """Short enough to stand together with its head on one page, whatever that holds."""
    return len(excerpt) <= 16 and sum(map(len, excerpt)) <= _EXCERPT * 0.7


def _excerpt(lines: list[str], total: int) -> tuple[list[str], bool]:
    """The first lines, up to `_EXCERPT` characters in all; whether something was left out."""
    kept: list[str] = []
    room = _EXCERPT
    for line in lines[:_LINES]:
        if len(line) > room:
            kept.append(line[:room] + " …")
            return kept, True
        kept.append(line)
        room -= len(line)
    return kept, total > len(kept)
