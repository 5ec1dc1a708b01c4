"""What it costs when things go wrong, and whether anything grows with the size of a case."""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path

from benchmarks import corpus, running
from benchmarks.measuring import Row, in_pairs, median_wall, ratios


def hostile(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Throughput with one hostile file in a hundred, against none."""
    count = max(200, round(1000 * scale))
    clean, mixed = folder / "clean", folder / "mixed"
    corpus.tiny_pictures(clean, count, 20, 1)
    shutil.copytree(clean, mixed)
    originals = corpus.photos(folder / "originals", 3, (1600, 1200), 4)
    corpus.hostile(mixed / "hostile", originals, count // 100, 1)
    mine, bare = in_pairs(
        lambda: running.analyse(mixed, folder / "a"), lambda: running.analyse(clean, folder / "b"), pairs
    )
    ratio, worst = ratios(mine, bare, at_least=True)
    times = [f"{median_wall(group):.1f} s" for group in (mine, bare)]
    row = Row("1 % hostile files: throughput against none", *times, ratio, worst, 0.95, 0.99, at_least=True)
    row.note = f"{count} pictures"
    return [row]


def first_finding(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Time to the first stored result with many files queued, against few."""
    many = max(5000, round(100_000 * scale))
    few = max(500, many // 100)
    corpus.tiny_pictures(folder / "many", many, 20, 1)
    corpus.tiny_pictures(folder / "few", few, 20, 1)
    running.seconds_to_first_finding(folder / "few", folder / "case")
    taken = [
        (
            running.seconds_to_first_finding(folder / "many", folder / "case"),
            running.seconds_to_first_finding(folder / "few", folder / "case"),
        )
        for _ in range(pairs)
    ]
    slow, quick = (statistics.median(values) for values in zip(*taken, strict=True))
    each = [a / b for a, b in taken]
    row = Row(
        "first finding, many files queued against few", f"{slow:.2f} s", f"{quick:.2f} s", 0, max(each), 1.2, 1.05
    )
    row.ratio, row.note = statistics.median(each), f"{many} against {few} files; at most 3 s"
    return [row]


def resume(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Killed at half and resumed, against undisturbed."""
    source = folder / "source"
    corpus.photos(source, max(30, round(200 * scale)), (1600, 1200), 6)
    running.analyse(source, folder / "a")
    each, walls = [], []
    for _ in range(pairs):
        started = time.perf_counter()
        running.analyse(source, folder / "a")
        whole = time.perf_counter() - started
        running.analyse_and_kill(source, folder / "b", whole / 2)
        started = time.perf_counter()
        running.analyse(source, folder / "b", fresh=False)
        total = whole / 2 + time.perf_counter() - started
        walls.append((total, whole))
        each.append(total / whole)
    middle = sorted(each)[len(each) // 2]
    mine, bare = walls[each.index(middle)]
    row = Row(
        "killed at half and resumed, against undisturbed",
        f"{mine:.1f} s",
        f"{bare:.1f} s",
        middle,
        max(each),
        1.05,
        1.01,
    )
    row.note = "the second start of the program (processes, models) is counted in; it weighs less the longer the run"
    return [row]


def memory(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Peak memory of all processes, many files against few, both with 100 sizes of pictures."""
    del pairs  # one long run each: the peak is what counts
    many = max(2000, round(50_000 * scale))
    corpus.tiny_pictures(folder / "many", many, 100, 1)
    corpus.tiny_pictures(folder / "few", 1000, 100, 1)
    few_peak, _ = running.peak_memory(folder / "few", folder / "case")
    many_peak, seconds = running.peak_memory(folder / "many", folder / "case")
    ratio = many_peak / few_peak
    return [
        Row(
            "peak memory of all processes, many files against 1 000",
            f"{many_peak / 1e6:.0f} MB",
            f"{few_peak / 1e6:.0f} MB",
            ratio,
            ratio,
            1.10,
            1.03,
            note=f"{many} files in {seconds} s, 100 sizes",
        )
    ]
