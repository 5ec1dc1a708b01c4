"""Every analyzer against the bare calls of its own sessions, and all that look at pictures together."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from benchmarks import corpus, program, running
from benchmarks.measuring import Foreign, Row
from core.decode.pool import DecodePool
from core.events import RunFinished
from core.records import SampleKind
from models import bench, heap
from models.local import BackendSpec, LocalBackend


def each(_folder: Path, scale: float, pairs: int) -> list[Row]:
    """Pictures a second of each analyzer on one thread, by those of its session calls played back."""
    heap.keep_pages()
    rows = []
    busy = Foreign()
    names = [name for name in _visual() if name not in bench.BESIDE]
    for row in bench.speeds(BackendSpec(), max(2.0, 20 * scale), max(bench.PAIRS, pairs), names):
        if row.ratio is None or row.bare is None or row.worst is None:
            continue
        rows.append(
            Row(
                f"{row.analyzer}: pictures a CPU second over its bare session calls",
                f"{row.rate:.2f}/s",
                f"{row.bare:.2f}/s",
                row.ratio,
                row.worst,
                0.95,
                0.98,
                at_least=True,
                note=f"wall {row.wall:.3f}; {row.pairs} pairs, {row.calls} calls for {row.pictures} pictures, "
                f"{row.where}, foreign load {busy.since():.0%}",
            )
        )
    return rows


def together(folder: Path, scale: float, pairs: int) -> list[Row]:
    """All analyzers that look at pictures and can run here: CPU against their stages alone, decodes counted."""
    names = _visual()
    title = f"{', '.join(names)} in one run, CPU over the sum of the stages timed alone"
    rows = program.stages_of(names, title, folder / "stages", scale, max(bench.PAIRS, pairs))
    return [*rows, _decodes(folder / "decodes", names)]


def _visual() -> tuple[str, ...]:
    backend = LocalBackend(BackendSpec())
    names = [info.name for info in backend.describe() if SampleKind.IMAGE in info.accepts and not info.missing]
    backend.close()
    return tuple(names)


def _decodes(folder: Path, names: tuple[str, ...]) -> Row:
    """How often a file is decoded, counted where jobs are given to the decoders."""
    count = 20
    corpus.photos(folder / "source", count, (800, 600), 11)
    asked: list[str] = []
    submit = DecodePool.submit

    def counted(pool: DecodePool, job: object) -> None:
        asked.append(str(job))
        submit(pool, job)  # type: ignore[arg-type]  # handed on as it came

    with mock.patch.object(DecodePool, "submit", counted):
        *_, last = running.events(folder / "source", folder / "case", analyzers=names)
    assert isinstance(last, RunFinished)
    assert all(states == {"done": count} for states in last.outcomes.values()), last.outcomes
    ratio = len(asked) / count
    return Row(f"decodes a file with {len(names)} analyzers", str(len(asked)), str(count), ratio, ratio, 1.0, 1.0)
