"""The whole program, against a plain loop over the two libraries, and against its own stages."""

from __future__ import annotations

import difflib
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cv2
import psutil

from benchmarks import corpus, running
from benchmarks.measuring import Foreign, Row, cpu_seconds, in_pairs, median_wall, most_foreign, ratios
from core.control import Control
from core.decode.jobs import Decoded, DecodeJob, SamplesReady
from core.decode.pool import DecodePool
from core.evidence.hashing import hash_file
from core.memory import LocalPixels
from core.records import MediaKind, Sample
from core.settings import DecodeLimits, SamplingPolicy
from models import heap
from models.local import BackendSpec, LocalBackend


def _corpus(folder: Path, scale: float) -> list[Path]:
    """A quarter 12-megapixel photos, half 2-megapixel photos, a quarter pictures with text."""
    unit = max(1, round(6 * min(1.0, scale * 5)))
    paths = corpus.photos(folder / "large", unit, (4000, 3000), 1)
    paths += corpus.photos(folder / "small", 2 * unit, (1600, 1200), 2)
    return paths + corpus.cards(folder / "text", unit, (1600, 1200), 3)


def against_naive(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Wall time of `analyze` and of the loop, from process start to process end, library defaults."""
    source = folder / "source"
    paths = _corpus(source, scale)
    said: dict[str, list[str]] = {}

    def naive() -> None:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.naive", str(source)],
            capture_output=True,
            text=True,
            check=True,
            env=running.environment(),
        )
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                row = json.loads(line)
                said[row["path"]] = row["text"]

    ours, bare = in_pairs(lambda: running.analyse(source, folder / "case"), naive, pairs)
    agreement, same, lines = _agreement(running.texts(folder / "case"), said)
    speed, worst = ratios(ours, bare, at_least=True)
    effort, worst_effort = ratios(ours, bare, cpu=True, at_least=True)
    note = f"{len(paths)} pictures, foreign load {most_foreign(ours, bare):.0%}"
    told = f"text {agreement:.4f}, {same} of {lines} lines"
    times = [f"{median_wall(group):.1f} s" for group in (ours, bare)]
    cpus = [f"{sum(one.cpu for one in group) / len(group):.1f} s" for group in (ours, bare)]
    return [
        Row("end to end against the plain loop, wall", *times, speed, worst, 2.0, 4.0, True, told, note),
        Row("the same, CPU", *cpus, effort, worst_effort, at_least=True, agreement=told, note=note),
    ]


def _agreement(ours: dict[str, list[str]], bare: dict[str, list[str]]) -> tuple[float, int, int]:
    """Similarity of all recognised characters, and how many of the loop's lines came out identical."""
    same = lines = matched = total = 0
    for name, wanted in bare.items():
        got = ours.get(name, [])
        lines += len(wanted)
        left = list(got)
        for line in wanted:
            if line in left:
                left.remove(line)
                same += 1
        a, b = "\n".join(got), "\n".join(wanted)
        matched += 2 * sum(block.size for block in difflib.SequenceMatcher(None, a, b, False).get_matching_blocks())
        total += len(a) + len(b)
    return (matched / total if total else 1.0), same, lines


def with_duplicates(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Pictures a second when 30 % of the files are copies, against the same number of different ones."""
    unit = max(10, round(300 * min(1.0, scale)))
    plain, doubled = folder / "plain", folder / "doubled"
    corpus.photos(plain, unit, (1600, 1200), 5)
    originals = corpus.photos(doubled, round(unit * 0.7), (1600, 1200), 5)
    corpus.copies(doubled / "copies", originals, unit - len(originals))
    mine, bare = in_pairs(
        lambda: running.analyse(doubled, folder / "a"), lambda: running.analyse(plain, folder / "b"), pairs
    )
    ratio, worst = ratios(mine, bare, at_least=True)
    times = [f"{median_wall(group):.1f} s" for group in (mine, bare)]
    row = Row("30 % byte duplicates, speed against none", *times, ratio, worst, 1.35, 1.42, at_least=True)
    row.note = f"{unit} files"
    return [row]


def against_stages(folder: Path, scale: float, pairs: int) -> list[Row]:
    """The two analyzers of every default run."""
    return stages_of(("nsfw", "ocr"), "pipeline CPU over the sum of its stages timed alone", folder, scale, pairs)


def stages_of(analyzers: tuple[str, ...], title: str, folder: Path, scale: float, pairs: int) -> list[Row]:
    """CPU of a whole run over that of its stages timed alone (hash, decode, look), both without their start.

    Everything on one processor: two threads of one core would slow each other down, and count twice for it. What the
    start takes (program, models, their first picture, which is slower than any other) is measured with a run over one
    picture and taken off; alone the stages have seen the same picture before they are timed. The heap and OpenCV's
    threads are set as in the process that holds the models in a run.
    """
    source, one = folder / "source", folder / "one"
    *paths, first = _corpus(source, scale)
    one.mkdir(parents=True)
    shutil.copy(first, one)

    def whole(where: Path) -> float:
        before = cpu_seconds()
        running.analyse(where, folder / "case", "--workers", "1", "--analyzers", ",".join(analyzers))
        return cpu_seconds() - before

    heap.keep_pages()
    foreign = Foreign()
    everywhere, threads = _pin([0]), cv2.getNumThreads()
    cv2.setNumThreads(1)
    runs = [(whole(source), _stages(first, paths, analyzers), whole(one)) for _ in range(pairs)]
    _pin(everywhere)
    cv2.setNumThreads(threads)
    start = statistics.median(
        begun for _, _, begun in runs
    )  # of each pair's own it would be two errors in place of one
    measured = [(everything - start, stages) for everything, stages, _ in runs]
    each = sorted(pipeline / stages for pipeline, stages in measured)
    times = [f"{statistics.median(group):.2f} s" for group in zip(*measured, strict=True)]
    note = f"{len(paths)} pictures, {pairs} pairs from {each[0]:.3f}, foreign load {foreign.since():.0%}, start of {start:.1f} s off"
    return [Row(title, *times, statistics.median(each), each[-1], 1.05, 1.02, note=note)]


def _pin(processors: list[int]) -> list[int]:
    """Keep this process and its future children on these processors; returns where it could run before."""
    process = psutil.Process()
    if not hasattr(process, "cpu_affinity"):
        return processors
    before = process.cpu_affinity()
    process.cpu_affinity(processors)
    return list(before or [])


def _stages(first: Path, paths: list[Path], analyzers: tuple[str, ...]) -> float:
    """CPU seconds of hashing, decoding (in its child) and looking (in this process, one thread), all warm: `first` is
    decoded and looked at before the rest, and does not count."""
    before = time.process_time()
    for path in paths:
        hash_file(str(path))
    hashing = time.process_time() - before
    with DecodePool(1, DecodeLimits(), slots=2) as pool:
        (warm, _), *rest = [_decoded(pool, number, path) for number, path in enumerate([first, *paths])]
    decoding = sum(seconds for _, seconds in rest)
    return hashing + decoding + _look(warm, [sample for sample, _ in rest], analyzers)


def _decoded(pool: DecodePool, number: int, path: Path) -> tuple[Sample, float]:
    """The picture as a sample of this process, and the CPU seconds its child took."""
    found = path.stat()
    mime, policy = "image/jpeg", SamplingPolicy()
    content = f"{number:064x}"
    pool.submit(DecodeJob(content, str(path), found.st_size, found.st_mtime_ns, MediaKind.IMAGE, mime, policy))
    samples: list[Sample] = []
    while True:
        for event in pool.poll(0.5):
            if isinstance(event, SamplesReady):
                one = event.samples[0]
                samples.append(Sample(content, 0, one.kind, LocalPixels(one.array().copy()), one.media_size))
                pool.release(event.slot)
            elif isinstance(event, Decoded):
                return samples[0], event.seconds


def _look(first: Sample, samples: list[Sample], analyzers: tuple[str, ...]) -> float:
    backend, control = LocalBackend(BackendSpec(workers=1)), Control()
    options = {info.name: info.options for info in backend.describe() if info.name in analyzers}
    for name, chosen in options.items():
        backend.analyze(name, [first], chosen, control)
    before = time.process_time()
    for sample in samples:
        for name, chosen in options.items():
            backend.analyze(name, [sample], chosen, control)
    spent = time.process_time() - before
    backend.close()
    return spent
