"""A case over a source, to be run in a test, and what must never change about a source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.case import queries
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.events import Event, RunFinished
from core.interfaces import Backend
from core.pipeline.run import run
from core.settings import RunSettings


class Desk:
    """One case over one source, and short words for running it and asking it. A run has one child of each kind unless
    told otherwise: starting more costs more than most tests."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "evidence"
        self.case = Case.create(folder / "case")
        self.control = Control()

    def events(self, backend: Backend, **settings: Any) -> Iterator[Event]:
        runs = Runs(self.case)
        names = tuple(one.name for one in backend.describe())
        chosen = RunSettings.model_validate({"analyzers": names, "workers": 1} | settings)
        return run(self.case, [runs.add_source(self.source, "evidence")], backend, chosen, self.control)

    def run(self, backend: Backend, **settings: Any) -> RunFinished:
        last = list(self.events(backend, **settings))[-1]
        assert isinstance(last, RunFinished)
        return last

    def outcomes(self) -> dict[tuple[str, str], dict[str, Any]]:
        with self.case.reading() as connection:
            return {(row["paths"][0], row["analyzer"]): row for row in queries.outcomes(connection)}

    def findings(self) -> list[tuple[Any, ...]]:
        with self.case.reading() as connection:
            rows = list(queries.findings(connection))
        return sorted((row["sha256"], row["analyzer"], row["label"], row["score"], row["start"] or 0.0) for row in rows)


def tree(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Everything about a source that must never change: names, times, bytes."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            path.lstat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else "",
        )
        for path in sorted(folder.rglob("*"))
    }
