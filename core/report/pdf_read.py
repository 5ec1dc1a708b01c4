"""What was read in pictures and heard in sound, as text: the beginning of each content's, with its places."""

from __future__ import annotations

from reportlab.platypus import CondPageBreak, Table

from core.report.content import Category, ContentEntry, ReportSource
from core.report.pdf_entry import CARD_ROOM, decided, identity, marked, showing
from core.report.pdf_fonts import BODY
from core.report.pdf_parts import Parts, Story
from core.report.pdf_style import FRAME, RULE
from core.report.pdf_text import EvidenceText
from core.report.records import FindingRow

__all__ = ["recognised_texts"]

_READS_TEXT = frozenset({"ocr", "speech"})
_HEARD = frozenset({"transcript", "doubtful-transcript", "translation"})
_LINES = 30
_EXCERPT = 900  # characters of recognised text printed for one content


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
            story.append(showing(parts, category))
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
        *identity(parts, number, entry),
        parts.foreign(" · ".join(facts), "label"),
        *decided(parts, entry.decisions),
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
    return [CondPageBreak(0 if _is_short(excerpt) else CARD_ROOM), table]


def _line(parts: Parts, one: FindingRow) -> str:
    """A line of text; what was heard has its time, and a word on it where it is no plain transcript."""
    marks = "".join(f" [{mark}]" for mark in marked(parts, one))
    if one.label not in _HEARD or one.start is None:
        return f"{one.text or ''}{marks}"
    kind = "" if one.label == "transcript" else f" [{parts.words.named('label', one.label)}]"
    return f"{parts.words.duration(one.start)}   {one.text}{kind}{marks}"


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
