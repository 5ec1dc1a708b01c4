"""`bench`: how fast this machine is, so that a number that is claimed can be repeated anywhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil

from app.cli.output import print_json, print_table
from app.parts import Parts, Speed
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.decode.thumbnail import encode
from core.events import RunFinished
from core.pipeline.run import run
from core.scratch import folder as scratch_folder
from core.settings import RunSettings

__all__ = ["bench"]

FILES = 64


def bench(parts: Parts, settings: RunSettings, seconds: float, *, as_json: bool) -> None:
    """Analyzers against their bare sessions, sessions by batch and stream, and whole runs over pictures made here."""
    analyzers: list[Speed] = []
    curves: list[Speed] = []
    for row in parts.measure(settings, seconds):
        (analyzers if row.kind == "analyzer" else curves).append(row)
    pipeline = list(_pipeline(parts, settings, [row.name for row in analyzers]))
    if as_json:
        rows = [row for group in (analyzers, curves, pipeline) for row in group]
        print_json(
            {"cores": os.cpu_count(), "memory": psutil.virtual_memory().total, "rows": [row.plain() for row in rows]}
        )
        return
    title = "Analyzers, one thread, against the bare calls of their own sessions (on a processor: of CPU seconds)"
    _table(title, analyzers)
    _table("Sessions by batch and streams", curves)
    _table(f"The whole run over {FILES} JPEG files of 2 megapixels, decoding and case included", pipeline)


def _table(title: str, rows: Sequence[Speed]) -> None:
    if rows:
        shown = ([row.name, _two(row.rate), _two(row.bare), _two(row.ratio), row.where] for row in rows)
        print_table(["", "per second", "bare", "ratio", "where"], shown, title=title)


def _two(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _pipeline(parts: Parts, settings: RunSettings, names: Sequence[str]) -> Iterator[Speed]:
    """Each analyzer through the real run, then all of them together."""
    with scratch_folder("bench") as place:
        source = place / "evidence"
        source.mkdir()
        _write(source)
        for number, chosen in enumerate([*([name] for name in names), list(names)]):
            wanted = settings.model_copy(update={"analyzers": tuple(chosen)})
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
