"""The first pages: cover, what this report is, sources and their integrity."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from reportlab.platypus import HRFlowable, Paragraph, Spacer, Table

from core.provenance import NO_BLOCKER, Provenance, clock_text
from core.records import State
from core.report.content import CaseFacts, Category, Integrity, ReportSource, SourceFacts
from core.report.pdf_counts import complete
from core.report.pdf_fonts import BODY, markup
from core.report.pdf_method import analyzer_title
from core.report.pdf_pages import ContentsLine
from core.report.pdf_parts import SECTIONS, Parts, Story
from core.report.pdf_style import ACCENT, FRAME, RULE, STYLES
from core.report.pdf_text import EvidenceText

__all__ = ["LISTING_COMMAND", "about", "cover", "sources"]

_NOT_CHECKED = Integrity("not checked")
_ON_COVER = 6
LISTING_COMMAND = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z -- | sha256sum"


def cover(parts: Parts, source: ReportSource, categories: list[Category]) -> Story:
    words, plan = parts.words, parts.plan
    story: Story = [
        Paragraph(markup(source.case().agency, STYLES["agency"].fontName) or "&nbsp;", STYLES["agency"]),
        Spacer(0, 26),
        HRFlowable(width=64, thickness=3, color=ACCENT, hAlign="LEFT", spaceAfter=12),
        parts.title("cover", escape(words("title")), words("title"), "title"),
        parts.text("subtitle", "subtitle"),
        Spacer(0, 22),
        parts.facts(_about_case(parts, source.case()), label=0.26),
        Spacer(0, 12),
        parts.facts(_about_report(parts, source), label=0.26),
        *parts.subheading(words("cover.glance")),
        _glance(parts, source),
        *_indicators(parts, categories),
        *_shortfall(parts, source),
        Spacer(0, 4),
        parts.calm(parts.sentence("cover.note")),
    ]
    if plan.fingerprint:
        story.append(parts.text("cover.signed", "small", fingerprint=plan.fingerprint))
    else:
        story.append(parts.alarm(parts.sentence("cover.unsigned")))
    return story


def _about_case(parts: Parts, case: CaseFacts) -> list[tuple[str, Any]]:
    """What people have said of the case; what they have not said is a line to fill in."""
    known = (
        ("number", case.number),
        ("name", case.name),
        ("exhibit", case.exhibit),
        ("agency", case.agency),
        ("requester", case.requester),
        ("authority", case.authority),
        ("examiner", case.examiner),
    )
    return [(parts.words(f"cover.{name}"), parts.foreign(value, "cell_bold") if value else "") for name, value in known]


def _about_report(parts: Parts, source: ReportSource) -> list[tuple[str, Any]]:
    words, plan = parts.words, parts.plan
    return [
        (words("cover.report"), plan.report_id),
        (words("cover.created"), f"{words.moment(plan.created.isoformat())} UTC"),
        (words("cover.case_id"), source.case().case_id),
        (words("cover.software"), plan.software),
        (words("cover.sources"), _sources_on_cover(parts, source)),
    ]


def _sources_on_cover(parts: Parts, source: ReportSource) -> Any:
    """Their names and what re-reading them showed; the section about them has the rest."""
    words, found = parts.words, source.sources()
    results = {one.id: parts.plan.integrity.get(one.id, _NOT_CHECKED).result for one in found}
    lines = [f"{one.id}: {_called(one)} ({words(f'integrity.short.{results[one.id]}')})" for one in found[:_ON_COVER]]
    if len(found) > _ON_COVER:
        lines.append(words("cover.more_sources", n=len(found) - _ON_COVER))
    return [EvidenceText(line, max_lines=2) for line in lines] or words("none")


def _called(one: SourceFacts) -> str:
    exhibit = one.provenance.exhibit
    return f"{one.title} [{exhibit}]" if exhibit else one.title


def _glance(parts: Parts, source: ReportSource) -> Any:
    words, totals = parts.words, source.totals()
    listed = sum(sum(one.states.values()) + one.superseded for one in source.sources())
    figures = (
        ("cover.copies", listed),
        ("cover.contents", totals.contents),
        ("cover.findings_all" if parts.earlier else "cover.findings", source.count_findings(parts.plan.selection)),
        ("cover.decisions", totals.decisions),
    )
    table = Table(
        [
            [Paragraph(words.number(figure), STYLES["figure"]) for _, figure in figures],
            [parts.text(key, "label") for key, _ in figures],
        ],
        colWidths=[FRAME / 4] * 4,
        hAlign="LEFT",
    )
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("LEFTPADDING", (0, 0), (-1, -1), 9),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, 0), 2),
            ("BOTTOMPADDING", (0, 0), (-1, 0), 1),
            ("TOPPADDING", (0, 1), (-1, 1), 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *[("LINEBEFORE", (column, 0), (column, 1), 1.2, ACCENT if column == 0 else RULE) for column in range(4)],
        ]
    )
    return table


def _indicators(parts: Parts, categories: list[Category]) -> Story:
    """The groups worth a word on the cover, and what became of the sources."""
    words = parts.words
    found = [
        words("cover.indicators", group=words.named("group", category.group), n=category.contents)
        for category in categories
        if category.group not in {"", "context"}
    ]
    return [Spacer(0, 9), parts.foreign(" · ".join(found), "cell_bold")] if found else []


def _shortfall(parts: Parts, source: ReportSource) -> Story:
    """What was not looked at stands on the first page, beside what was found."""
    words = parts.words
    story: Story = []
    short = {
        one.analyzer: sum(count for state, count in one.states.items() if state != State.DONE.value) + one.open
        for one in source.coverage()
        if one.newest
    }
    items = ", ".join(f"{analyzer_title(parts, name)} {words.number(count)}" for name, count in short.items() if count)
    if items:
        story += [Spacer(0, 3), parts.text("cover.not_looked", "cell", list=items, **parts.sections("coverage"))]
    if source.exclusions():
        excluded = len(source.exclusions())
        story += [Spacer(0, 3), parts.text("cover.excluded", "cell", n=excluded, **parts.sections("coverage"))]
    if not complete(source):
        story.append(parts.alarm(parts.sentence("cover.incomplete", **parts.sections("processing"))))
    return story


def about(parts: Parts) -> Story:
    words, plan = parts.words, parts.plan
    lines = [
        ContentsLine(parts.marks, key, str(number), words(f"section.{key}")) for number, key in enumerate(SECTIONS, 1)
    ]
    selection = (
        parts.text("about.selection_all", "cell")
        if plan.selection.everything
        else parts.text("about.selection_some", "cell_bold", filter=_filter(parts))
    )
    return [
        parts.title("about", escape(words("about.title")), words("about.title"), "h1"),
        parts.text("about.what", software=plan.software),
        parts.text("about.files"),
        parts.text("about.tables"),
        parts.text("about.names"),
        Spacer(0, 4),
        parts.facts(
            [
                (words("about.selection"), selection),
                (words("about.images"), parts.text(f"about.images_{plan.images}", "cell")),
            ],
            label=0.18,
        ),
        *parts.subheading(words("about.contents")),
        *lines,
    ]


def _filter(parts: Parts) -> str:
    pieces = []
    for name, value in parts.plan.selection.as_json().items():
        if isinstance(value, dict):
            shown = ", ".join(f"{key} {parts.words.decimal(least)}" for key, least in value.items())
        elif isinstance(value, list):
            shown = ", ".join(value) or parts.words("none")
        else:
            shown = parts.words.decimal(value)
        pieces.append(f"{parts.words(f'filter.{name}')} {shown}")
    return "; ".join(pieces)


def sources(parts: Parts, source: ReportSource) -> Story:
    story = [*parts.heading("sources"), parts.text("sources.intro")]
    found = source.sources()
    if not found:
        return [*story, parts.quiet_empty()]
    for one in found:
        story += _source(parts, one)
    return [
        *story,
        Spacer(0, 6),
        parts.text("sources.digest_note", "small"),
        parts.foreign(LISTING_COMMAND, "code"),
    ]


def _source(parts: Parts, one: SourceFacts) -> Story:
    words = parts.words
    listed = f"{words.moment(one.listed)} UTC" if one.listed else parts.text("sources.not_listed", "alarm")
    size = f"{words.size(one.bytes)} ({words.number(one.bytes)} B)"
    return [
        *parts.subheading(_source_title(parts, one)),
        parts.facts(
            [
                (words("sources.name"), EvidenceText(one.name)),
                (words("sources.registered"), f"{words.moment(one.added)} UTC"),
                (words("sources.listed"), listed),
                (words("sources.files"), sum(one.states.values()) + one.superseded),
                (words("sources.bytes"), size),
                (words("sources.digest"), parts.foreign(one.listing_sha256, "mono")),
                (words("sources.integrity"), integrity(parts, parts.plan.integrity.get(one.id, _NOT_CHECKED))),
            ]
        ),
        parts.text("sources.stated", "label"),
        parts.facts(_stated(parts, one)),
    ]


def _source_title(parts: Parts, one: SourceFacts) -> str:
    words = parts.words
    title = f"{words('sources.source', n=one.id)} – {words.named('sources.kind', one.kind)}"
    return f"{title} – {_called(one)}" if one.provenance.label or one.provenance.exhibit else title


def _stated(parts: Parts, one: SourceFacts) -> list[tuple[str, Any]]:
    """What people stated of a source. Write blocker, time zone and clock are always there, said plainly where nobody
    knows; what else nobody stated is named in one line, because a silent gap reads as "not needed"."""
    words, known = parts.words, one.provenance
    rows: list[tuple[str, Any]] = []
    for name in ("label", "exhibit", "description", "device", "serial"):
        value = getattr(known, name)
        if value:
            said = words.named("device", value) if name == "device" else value
            rows.append((words(f"sources.{name}"), _lines(said)))
    seized = " · ".join(filter(None, (known.seized_at, known.seized_place, known.seized_by)))
    acquired = " · ".join(filter(None, (known.acquired_with, known.image_type)))
    rows += [(words("sources.seized"), EvidenceText(seized))] if seized else []
    rows += [(words("sources.acquired"), EvidenceText(acquired))] if acquired else []
    rows += [
        (words("sources.write_blocker"), _blocker(parts, known)),
        (words("sources.time_zone"), _zone(parts, known)),
        (words("sources.clock"), _clock(parts, known)),
    ]
    if known.notes:
        rows.append((words("sources.notes"), _lines(known.notes)))
    missing = [
        words(f"sources.{name}")
        for name in ("label", "exhibit", "description", "device", "serial", "seized_at", "seized_place", "seized_by",
                     "acquired_with", "image_type")
        if not getattr(known, name)
    ]  # fmt: skip
    if missing:
        rows.append((words("sources.not_stated"), parts.foreign(", ".join(missing))))
    if one.stated_at:
        rows.append((words("sources.stated_last"), EvidenceText(f"{words.moment(one.stated_at)} UTC, {one.stated_by}")))
    return rows


def _lines(text: str) -> list[EvidenceText]:
    return [EvidenceText(line) for line in text.splitlines()]


def _blocker(parts: Parts, known: Provenance) -> Any:
    if not known.write_blocker:
        return parts.text("sources.blocker_unknown", "alarm")
    if known.write_blocker == NO_BLOCKER:
        return parts.text("sources.blocker_none", "alarm")
    return EvidenceText(known.write_blocker)


def _zone(parts: Parts, known: Provenance) -> Any:
    if not known.time_zone:
        return parts.text("sources.zone_unknown", "cell")
    return parts.text("sources.zone_known", "cell", zone=known.time_zone)


def _clock(parts: Parts, known: Provenance) -> Any:
    if known.clock_offset is None:
        return parts.text("sources.clock_unknown", "cell")
    if known.clock_offset == 0:
        return parts.text("sources.clock_right", "cell")
    key = "sources.clock_ahead" if known.clock_offset > 0 else "sources.clock_behind"
    return parts.text(key, "cell", offset=clock_text(abs(known.clock_offset)).lstrip("+"))


def integrity(parts: Parts, said: Integrity) -> Any:
    values = {"checked": said.checked, "changed": said.changed, "missing": said.missing}
    style = "alarm" if said.result in {"changed", "unavailable"} else "cell"
    return parts.text(f"integrity.{said.result}", style, at=f"{parts.words.moment(said.at)} UTC", **values)
