"""The one writer of a run: registers copies and contents, keeps outcomes, findings, facts and problems.

Everything here is idempotent under its key, so a run that was killed and goes on doubles nothing: a copy is keyed by
(source, path, version), a content by its SHA-256, results by (content, config).
"""

from __future__ import annotations

from core.case.store.copies import ODD_TIMES, CopyRow, CopyWriter, Known
from core.case.store.results import FactsRow, Results, ResultWriter

__all__ = ["ODD_TIMES", "RETRIED_ALWAYS", "CopyRow", "FactsRow", "Known", "Results", "Store"]

RETRIED_ALWAYS = ("model-error", "model-left-out", "vanished", "changed", "unreadable", "source-missing")
"""Outcome codes that say nothing about the content: the next run tries again by itself."""


class Store(CopyWriter, ResultWriter):
    """Writes on a connection that the caller holds a transaction on; nothing here commits."""
