"""`bench`: how fast this machine is, so that a number that is claimed can be repeated anywhere.

It takes minutes: what is being measured, and each number as it comes, is said on standard error; a table follows as
soon as all of its rows are there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil

from app.cli.analyse import ALL
from app.cli.output import errors, print_json, print_table
from app.parts import Parts, Speed
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.decode.thumbnail import encode
from core.errors import UsageError
from core.events import RunFinished
from core.pipeline.run import run
from core.records import AnalyzerInfo, SampleKind
from core.scratch import folder as scratch_folder
from core.settings import RunSettings

__all__ = ["bench"]

FILES = 64


def bench(parts: Parts, settings: RunSettings, seconds: float, *, as_json: bool) -> None:
    """Analyzers against their bare sessions, sessions by batch and stream, and whole runs over pictures made here.

    Raises `UsageError` for analyzers that do not exist, look at no pictures or lack their models."""
    names = _chosen(parts, settings)
    settings = settings.model_copy(update={"analyzers": names})
    rows: list[Speed] = []
    shown = None if as_json else _Tables()
    for row in _told(_all(parts, settings, seconds), f"Measuring {', '.join(names)}: some minutes"):
        rows.append(row)
        if shown is not None:
            shown.add(row)
    if shown is not None:
        shown.end()
        return
    print_json(
        {"cores": os.cpu_count(), "memory": psutil.virtual_memory().total, "rows": [row.plain() for row in rows]}
    )


def _chosen(parts: Parts, settings: RunSettings) -> tuple[str, ...]:
    """The analyzers to measure; `all` are those that look at pictures and have their models."""
    with closing(parts.open_backend(settings)) as backend:
        infos = {info.name: info for info in backend.describe()}
    if settings.analyzers == (ALL,):
        able = tuple(name for name, info in infos.items() if _why_not(info) is None)
        if not able:
            raise UsageError("No analyzer of this installation can be measured.", "`doctor` says what it lacks.")
        return able
    for name in settings.analyzers:
        if name not in infos:
            raise UsageError(f"There is no analyzer {name!r}.", f"Those that there are: {', '.join(infos)}.")
        if (why := _why_not(infos[name])) is not None:
            raise UsageError(f"{name} cannot be measured here: {why}.", "Leave it out of --analyzers.")
    return settings.analyzers


def _why_not(info: AnalyzerInfo) -> str | None:
    if SampleKind.IMAGE not in info.accepts:
        return "it looks at no pictures"
    return info.missing.rstrip(".") if info.missing else None


def _all(parts: Parts, settings: RunSettings, seconds: float) -> Iterator[Speed]:
    yield from parts.measure(settings, seconds)
    yield from _pipeline(parts, settings)


def _told(rows: Iterable[Speed], begin: str) -> Iterator[Speed]:
    errors.print(begin, soft_wrap=True)
    start = time.monotonic()
    for row in rows:
        ratio = "" if row.ratio is None else f", {row.ratio:.2f} of the bare calls"
        told = f"{time.monotonic() - start:4.0f} s  {row.kind} {row.name}: {row.rate:.2f}/s{ratio}"
        errors.print(told, soft_wrap=True, markup=False)
        yield row


class _Tables:
    """Rows to tables; a table is printed when the next one begins."""

    def __init__(self) -> None:
        self._rows: list[Speed] = []

    def add(self, row: Speed) -> None:
        if self._rows and self._rows[-1].kind != row.kind:
            self.end()
        self._rows.append(row)

    def end(self) -> None:
        if self._rows:
            _table(_title(self._rows[0].kind), self._rows)
        self._rows = []


def _title(kind: str) -> str:
    return {
        "analyzer": "Analyzers, one thread, against the bare calls of their own sessions (on a processor: CPU seconds)",
        "session": "Sessions by batch and streams",
        "pipeline": f"The whole run over {FILES} JPEG files of 2 megapixels, decoding and case included",
    }[kind]


def _table(title: str, rows: Sequence[Speed]) -> None:
    shown = ([row.name, _two(row.rate), _two(row.bare), _two(row.ratio), row.where] for row in rows)
    print_table(["", "per second", "bare", "ratio", "where"], shown, title=title)


def _two(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _pipeline(parts: Parts, settings: RunSettings) -> Iterator[Speed]:
    """Each analyzer through the real run, then all of them together."""
    alone = [(name,) for name in settings.analyzers]
    with scratch_folder("bench") as place:
        source = place / "evidence"
        source.mkdir()
        _write(source)
        for number, chosen in enumerate([*alone, settings.analyzers] if len(alone) > 1 else alone):
            wanted = settings.model_copy(update={"analyzers": chosen})
            start = time.perf_counter()
            _run(parts, wanted, place / f"case{number}", source)
            rate = FILES / (time.perf_counter() - start)
            where = f"{wanted.workers} workers, start of all processes included"
            yield Speed("pipeline", "+".join(chosen), rate, None, None, where)


def _write(folder: Path) -> None:
    rng = np.random.default_rng(3)
    for number in range(FILES):
        tiles = np.kron(rng.integers(0, 200, (15, 20, 3), np.uint8), np.ones((80, 80, 1), np.uint8))
        slope = np.linspace(0, 50, tiles.shape[1], dtype=np.uint8)[None, :, None]
        (folder / f"{number:03}.jpg").write_bytes(encode(tiles + slope, quality=90))


def _run(parts: Parts, settings: RunSettings, folder: Path, source: Path) -> None:
    backend = parts.open_backend(settings)
    try:
        with Case.create(folder) as case:
            sources = [Runs(case).add_source(source, "bench")]
            last = None
            for event in run(case, sources, backend, settings, Control()):
                last = event
            assert isinstance(last, RunFinished)
    finally:
        backend.close()
