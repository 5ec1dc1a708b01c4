"""report.pdf: the sections in their fixed order, written in one pass."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from reportlab.platypus.doctemplate import LayoutError

from core.errors import ReportError
from core.report import pdf_back, pdf_counts, pdf_findings, pdf_front, pdf_method, pdf_read
from core.report.cells import shown
from core.report.content import ReportSource
from core.report.pdf_fonts import register, visible
from core.report.pdf_pages import Marks, ReportDocument, new_page
from core.report.pdf_parts import Parts, Story
from core.report.plan import ReportPlan
from core.report.texts import texts

__all__ = ["draw_pdf", "write_pdf"]


def write_pdf(source: ReportSource, path: Path, plan: ReportPlan, progress: Callable[[float], None]) -> None:
    """Write the report to `path` (which must not exist yet). `progress` hears 0–1 and may raise to stop."""
    with path.open("xb") as file:
        draw_pdf(source, file, plan, progress)
        file.flush()
        os.fsync(file.fileno())


def draw_pdf(source: ReportSource, file: IO[bytes], plan: ReportPlan, progress: Callable[[float], None]) -> None:
    """The same into an open file, or into memory where nothing may touch the disk. Raises `ReportError`."""
    register()
    words, case = texts(plan.language), source.case()
    number = case.number or case.case_id
    marks = Marks(
        header=_short(
            words("header.case", number=visible(case.number))
            if case.number
            else words("header.no_number", case=visible(case.case_id))
        ),
        title=words("title"),
        footer=_short(f"{plan.report_id} · {words('footer.case', case=visible(case.case_id))}", 100),
        page_of=lambda page, total: words("footer.page", n=page, total=total),
    )
    parts = Parts(words, plan, marks)
    parts.earlier = frozenset(one.config for one in source.coverage() if not one.newest)
    parts.fast = frozenset(one.hash for one in source.configs() if one.config.get("precision") == "fast")
    document = ReportDocument(
        file,
        marks,
        created=plan.created,
        title=f"{words('title')} – {shown(number)}",
        author=shown(case.examiner or case.agency),
        subject=plan.report_id,
        software=plan.software,
        language=plan.language,
    )
    story = _story(parts, source, lambda share: progress(share * 0.4))
    try:
        document.write(story, lambda share: progress(0.4 + share * 0.6))
    except LayoutError as error:
        raise ReportError(
            "The PDF could not be laid out: one piece of text is larger than a page.",
            "Write the report with a narrower selection, and report this as a mistake of the program.",
        ) from error


def _story(parts: Parts, source: ReportSource, progress: Callable[[float], None]) -> Story:
    categories = list(source.categories(parts.plan.selection))
    sections: tuple[Callable[[], Story], ...] = (
        lambda: pdf_front.cover(parts, source, categories),
        new_page,
        lambda: pdf_front.about(parts),
        new_page,
        lambda: pdf_front.sources(parts, source),
        lambda: pdf_method.method(parts, source),
        lambda: pdf_counts.processing(parts, source),
        lambda: pdf_findings.findings(parts, source, categories),
        lambda: pdf_read.recognised_texts(parts, source, categories),
        lambda: pdf_counts.negative(parts, source, categories),
        lambda: pdf_back.decisions(parts, source),
        lambda: pdf_counts.coverage(parts, source),
        lambda: pdf_back.limits(parts, source),
        lambda: pdf_method.custody(parts, source),
        lambda: pdf_back.glossary(parts),
        lambda: pdf_back.signatures(parts, source),
    )
    story: Story = []
    for number, section in enumerate(sections, 1):
        story += section()
        progress(number / len(sections))
    return story


def _short(text: str, room: int = 80) -> str:
    """For header and footer, where a line cannot wrap."""
    return text if len(text) <= room else text[: room - 1] + "…"
