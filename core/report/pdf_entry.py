"""What the report says of one content and of one finding, wherever it speaks of them: on cards of both kinds."""

from __future__ import annotations

from reportlab.platypus import Flowable, Paragraph, Spacer

from core.report.content import Category, ContentEntry
from core.report.pdf_fonts import markup
from core.report.pdf_parts import Parts, Story
from core.report.pdf_style import QUIET, STYLES
from core.report.pdf_text import EvidenceText
from core.report.records import Decisions, FindingRow
from core.report.texts import Texts

__all__ = ["CARD_ROOM", "decided", "identity", "marked", "showing", "where"]

CARD_ROOM = 170.0  # points: a heading, a line, and the first card
_DECIDED = 400  # characters of decisions on a card; they have a section of their own


def showing(parts: Parts, category: Category) -> Flowable:
    """How many contents of a category are shown, of how many."""
    shown = min(category.contents, parts.plan.per_category)
    if shown < category.contents:
        return parts.text("findings.showing", "small", shown=shown, n=category.contents)
    return parts.foreign(parts.words.counted("findings.showing_all", category.contents), "small")


def identity(parts: Parts, number: int, entry: ContentEntry) -> Story:
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
    return " · ".join([*_assessed(parts, one), *said, *marked(parts, one)]) or words("findings.whole")


def marked(parts: Parts, one: FindingRow) -> list[str]:
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


def decided(parts: Parts, decisions: Decisions) -> Story:
    """What people decided, in a line; nothing where they have not."""
    said = _said_by_examiner(parts, decisions)
    if not said:
        return []
    said = said if len(said) <= _DECIDED else said[: _DECIDED - 1] + "…"
    text = f"<b>{markup(parts.words('findings.decision'), 'Asservat-Bold')}:</b> {markup(said)}"
    return [Spacer(0, 2), Paragraph(text, STYLES["decision"])]


def _said_by_examiner(parts: Parts, decisions: Decisions) -> str:
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
