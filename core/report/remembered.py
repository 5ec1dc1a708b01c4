"""A report asks for the same counts in several places; each is worked out once."""

from __future__ import annotations

from functools import cache

from core.report.content import ReportSource

__all__ = ["RememberedSource"]


class RememberedSource:
    """A `ReportSource` in front of another. Only short answers are kept; rows are streamed as before.

    What is asked must not change meanwhile: the other source reads inside one transaction.
    """

    def __init__(self, source: ReportSource) -> None:
        self.case = cache(source.case)
        self.sources = cache(source.sources)
        self.runs = cache(source.runs)
        self.configs = cache(source.configs)
        self.totals = cache(source.totals)
        self.coverage = cache(source.coverage)
        self.reasons = cache(source.reasons)
        self.problem_counts = cache(source.problem_counts)
        self.exclusions = cache(source.exclusions)
        self.acts = cache(source.acts)
        self.categories = source.categories
        self.differences = source.differences
        self.all_decisions = source.all_decisions
        self.labels = source.labels
        self.count_findings = source.count_findings
        self.top = source.top
        self.findings = source.findings
        self.outcomes = source.outcomes
        self.decisions = source.decisions
        self.problems = source.problems
        self.files = source.files
        self.places = source.places
