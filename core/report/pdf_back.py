"""The last sections: decisions, limits, glossary, signatures."""

from __future__ import annotations

import json
from typing import Any

from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table

from core.report.content import ReportSource
from core.report.pdf_fonts import BODY, markup
from core.report.pdf_method import analyzer_title
from core.report.pdf_parts import Column, FillIn, Parts, Story
from core.report.pdf_style import FRAME, STYLES
from core.report.pdf_text import EvidenceText
from core.report.records import DecisionRow

__all__ = ["decisions", "glossary", "limits", "signatures"]

_TERMS = (
    "source", "content", "place", "sample", "analyzer", "finding", "score", "outcome", "decision", "config", "sha256",
    "manifest",
)  # fmt: skip


def decisions(parts: Parts, source: ReportSource) -> Story:
    words, total, limit = parts.words, source.totals().decisions, parts.plan.rows
    story = [*parts.heading("decisions"), parts.text("decisions.intro")]
    if not total:
        return [*story, parts.text("decisions.nothing")]
    if total > limit:
        story.append(parts.text("decisions.showing", "small", shown=limit, n=total))
    columns = [
        Column(words("decisions.content"), 0.46),
        Column(words("decisions.decision"), 0.26),
        Column(words("decisions.by"), 0.13),
        Column(words("decisions.at"), 0.2),
    ]
    rows = [
        [_content(parts, one), _decision(parts, one), one.actor, words.moment(one.at)]
        for one in source.decisions(limit)
    ]
    if total > limit:
        story.append(parts.text("decisions.all", "small"))
    return [*story, parts.grid(columns, rows)]


def _content(parts: Parts, one: DecisionRow) -> list[Any]:
    return [parts.place(one.place), EvidenceText(one.sha256, font="Asservat-Mono", size=5.2, leading=7.6)]


def _decision(parts: Parts, one: DecisionRow) -> Paragraph:
    words = parts.words
    text = words.named("decision", "exclude_problem" if one.kind == "exclude" and one.problem else one.kind)
    value = _value(parts, one)
    text += f": {value}" if value else ""
    if one.finding_label:
        text += f" – {words.named('label', one.finding_label)}"
    if one.time is not None:
        text += f" ({words('findings.time', time=words.duration(one.time))})"
    safe = markup(text)
    if one.withdrawn:
        safe = f"<strike>{safe}</strike> ({markup(words('decisions.withdrawn'))})"
    return Paragraph(safe, STYLES["cell"])


def _value(parts: Parts, one: DecisionRow) -> str:
    """What was said, in words. An empty value takes away what was said before."""
    words = parts.words
    if one.kind == "likeness":
        return _likeness(parts, one.value)
    if one.kind == "withdraw":
        return words.named("decision", one.value)
    if not one.value:
        return "" if one.kind == "bookmark" else words("decisions.taken_away")
    if one.kind in {"flag", "review"}:
        return ""
    return words.named("verdict", one.value) if one.kind == "verdict" else one.value


def _likeness(parts: Parts, value: str) -> str:
    """`rejected (a91f00c2d3e4, 0.63)`: what was said, of the picture with this SHA-256, at this similarity."""
    told = json.loads(value)
    reference = str(told.get("reference", "")).partition(":")[0][:12]
    facts = ", ".join(part for part in (reference, str(told.get("similarity", ""))) if part)
    said = parts.words.named("likeness", str(told.get("said", "")))
    return f"{said} ({facts})" if facts else said


def limits(parts: Parts, source: ReportSource) -> Story:
    numbers = parts.sections("method", "coverage")
    story = [*parts.heading("limits")]
    for key in ("machine", "sampling", "caps", "files", "times"):
        story.append(Paragraph(parts.words.filled(f"limits.{key}", markup, numbers), STYLES["body"]))
    said: set[str] = set()
    for one in source.configs():
        if one.analyzer in said:
            continue
        said.add(one.analyzer)
        key, own = f"limits.{one.analyzer}", str(one.info.get("limits") or "")
        if not parts.words.knows(key) and not own:
            continue
        title = parts.words("limits.analyzer", analyzer=analyzer_title(parts, one.analyzer, one.info))
        story += parts.subheading(title, "h3")
        if parts.words.knows(key):
            story.append(parts.text(key))
        if own and (parts.words.language == "en" or not parts.words.knows(key)):
            story.append(parts.foreign(own, "small"))
    return story


def glossary(parts: Parts) -> Story:
    words = parts.words
    rows = [(words(f"glossary.{term}.term"), parts.text(f"glossary.{term}.text", "cell")) for term in _TERMS]
    return [*parts.heading("glossary"), parts.facts(rows, label=0.2)]


def signatures(parts: Parts, source: ReportSource) -> Story:
    words, case = parts.words, source.case()
    half = (FRAME - 24) / 2
    first = _to_sign(parts, words("signatures.examiner"), case.examiner, half)
    second = _to_sign(parts, words("signatures.second"), "", half)
    pair = Table([[first, "", second]], colWidths=[half, 24, half], hAlign="LEFT")
    pair.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    return [KeepTogether([*parts.heading("signatures"), parts.text("signatures.intro"), Spacer(0, 10), pair])]


def _to_sign(parts: Parts, title: str, name: str, width: float) -> Table:
    """Name, place and signature of one person, to be filled in by hand. `width` in points."""
    words = parts.words
    lines = [
        (words("signatures.name"), parts.foreign(name, "cell_bold") if name else FillIn(20)),
        (words("signatures.place"), FillIn(20)),
        (words("signatures.signature"), FillIn(40)),
    ]
    cells = [
        [parts.foreign(title, "cell_bold"), ""],
        *[[parts.foreign(label, "label"), line] for label, line in lines],
    ]
    table = Table(cells, colWidths=[width * 0.32, width * 0.68], rowHeights=[16, 24, 26, 46], hAlign="LEFT")
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("SPAN", (0, 0), (1, 0)),
        ]
    )
    return table
