"""`logo` against the calls into OpenCV and NumPy that it makes, played back bare; and, beside that, against the loop
that one would write with OpenCV alone.

    python -m benchmarks --only logo --pairs 5

*Played back*: what each picture makes the analyzer ask of the libraries is recorded once (`models.bench_calls`) and
repeated without the analyzer, in turns picture by picture, either being first as often. That is the same work, so the
ratio is what Asservat adds and has the gate. *Single pass*: SIFT of the picture, for each reference the two nearest
neighbours of its features, Lowe's ratio test, a homography by RANSAC. It sees the same pictures reduced to the same 800
pixels and keeps as many features, but knows nothing of flat marks in one colour, which is what `logo` spends much of
its time on, and finds a good part less: other work, so it has no gate, and what either finds stands beside it.

CPU seconds of this process, on one thread.
"""

from __future__ import annotations

import base64
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.logo import SHARED, read, shared_marks
from benchmarks.measuring import Foreign, Row, in_pairs, ratios
from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models import bench, bench_calls, heap, logo_reference
from models.local import BackendSpec, LocalBackend
from tests.support.logo_scenes import LOGOS, View, background, compose, logo

__all__ = ["against_bare"]

Picture = NDArray[np.uint8]
LONGEST, FEATURES, RATIO, INLIERS = 800, 300, 0.75, 8
VIEWS = (View(), View(turn=37), View(turn=20, tilt=0.35), View(side=64, turn=10), View(side=330, turn=-25), View())


@dataclass(frozen=True)
class _Task:
    """`marks`: the gallery by name. `pictures`: each with the names of the marks in it."""

    title: str
    marks: dict[str, Picture]
    pictures: Sequence[tuple[Picture, frozenset[str]]]


def against_bare(_folder: Path, scale: float, pairs: int) -> list[Row]:
    """With one reference, with two hundred, and with the real ones where they are there."""
    heap.keep_pages()
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    rows = [row for task in _tasks(scale) for row in _measured(task, max(bench.PAIRS, pairs))]
    cv2.setNumThreads(before)
    return rows


def _tasks(scale: float) -> list[_Task]:
    drawn = [
        (compose(logo(name), background(n), VIEWS[n], n).picture, frozenset({name})) for n, name in enumerate(LOGOS)
    ]
    drawn += [(background(seed), frozenset[str]()) for seed in (20, 21)]
    many = {name: logo(name) for name in LOGOS} | {f"{n:03}": _plain_mark(n) for n in range(200 - len(LOGOS))}
    tasks = [_Task("1 reference", {LOGOS[1]: logo(LOGOS[1])}, drawn), _Task("200 references", many, drawn)]
    listing = SHARED / "ground_truth" / "logo_boxes.json"
    if listing.is_file():
        scenes = json.loads(listing.read_text(encoding="utf-8"))
        real = [
            (picture, frozenset(str(one["brand"]) for one in scene["logos"]))
            for scene in scenes[: max(9, int(18 * scale))]
            if (picture := read(SHARED / scene["file"])) is not None
        ]
        tasks.append(_Task("10 real references", shared_marks(), real))
    return tasks


def _plain_mark(number: int) -> Picture:
    mark = np.full((256, 256, 3), 255, np.uint8)
    text = f"{number:03d}{'QWXZK'[number % 5]}"
    cv2.putText(mark, text, (8, 150), cv2.FONT_HERSHEY_DUPLEX, 2.3, (0, 0, 0), 11, cv2.LINE_AA)
    return mark


def _measured(task: _Task, pairs: int) -> list[Row]:
    bench_ = _Bench(task)
    try:
        return [bench_.played_back(pairs), bench_.single_pass(pairs)]
    finally:
        bench_.close()


class _Bench:
    """The analyzer with the gallery and the pictures of a task."""

    def __init__(self, task: _Task) -> None:
        self._task = task
        self._backend = LocalBackend(BackendSpec(analyzers=("models.logo:Logo",)))
        self._samples = [
            Sample(f"bench {number}", number, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])
            for number, (picture, _) in enumerate(task.pictures)
        ]
        self._options = {"gallery": _gallery(task.marks)}

    def close(self) -> None:
        self._backend.close()

    def _look(self, samples: Sequence[Sample]) -> list[set[str]]:
        return [
            {one.label for one in result.findings}
            for result in self._backend.analyze("logo", samples, self._options, Control())
        ]

    def played_back(self, pairs: int) -> Row:
        """Picture by picture, so that the calls of one lie in memory at a time."""
        foreign = Foreign()
        turns = [(bench.Spent(), bench.Spent(), bench.Spent())] * pairs
        counted = 0
        for number, sample in enumerate(self._samples):
            plain = self._look([sample])
            with bench_calls.recorded("logo") as calls:
                assert self._look([sample]) == plain  # it is the same work that is played back
            opencv = [one for one in calls if one.library == "cv2"]
            bench_calls.play(calls)
            counted += len(calls)
            for turn in range(pairs):
                ours, bare = self._pair(sample, calls, bare_first=(number + turn) % 2 == 1)
                alone = bench.spent(lambda: bench_calls.play(opencv))
                turns[turn] = turns[turn][0] + ours, turns[turn][1] + bare, turns[turn][2] + alone
        ratios_ = [bare.cpu / ours.cpu for ours, bare, _ in turns]
        rates = [
            f"{len(self._samples) / statistics.median(one.cpu for one in side):.2f}/s"
            for side in zip(*turns, strict=True)
        ]
        alone_ = statistics.median(alone.cpu / ours.cpu for ours, _, alone in turns)
        return Row(
            f"logo, {self._task.title}: pictures a CPU second over its OpenCV and NumPy calls played back",
            rates[0],
            rates[1],
            statistics.median(ratios_),
            min(ratios_),
            0.95,
            0.98,
            at_least=True,
            agreement="the same findings while recorded",
            note=f"OpenCV's calls alone {alone_:.2f}; {pairs} pairs, {len(self._samples)} pictures,"
            f" {counted // len(self._samples)} calls each, foreign load {foreign.since():.0%}",
        )

    def _pair(
        self, sample: Sample, calls: list[bench_calls.LibraryCall], *, bare_first: bool
    ) -> tuple[bench.Spent, bench.Spent]:
        def play() -> None:
            bench_calls.play(calls)

        def look() -> None:
            self._look([sample])

        if bare_first:
            bare = bench.spent(play)
            return bench.spent(look), bare
        return bench.spent(look), bench.spent(play)

    def single_pass(self, pairs: int) -> Row:
        known = {name: _described(mark) for name, mark in self._task.marks.items()}
        mine: list[set[str]] = []
        theirs: list[set[str]] = []

        def ours() -> None:
            mine[:] = self._look(self._samples)

        def bare() -> None:
            theirs[:] = [_found(picture, known) for picture, _ in self._task.pictures]

        foreign = Foreign()
        fast, plain = in_pairs(ours, bare, pairs)
        ratio, worst = ratios(fast, plain, cpu=True, at_least=True)
        count = len(self._samples)
        rates = [f"{count / statistics.median(one.cpu for one in group):.2f}/s" for group in (fast, plain)]
        wanted = [names & self._task.marks.keys() for _, names in self._task.pictures]
        return Row(
            f"logo, {self._task.title}: the same over a bare single pass of SIFT, which does less (no gate)",
            *rates,
            ratio,
            worst,
            at_least=True,
            agreement=f"found {_told(mine, wanted)}, bare {_told(theirs, wanted)}",
            note=f"{pairs} pairs, {count} pictures, foreign load {foreign.since():.0%}",
        )


def _told(found: Sequence[set[str]], wanted: Sequence[frozenset[str]]) -> str:
    right = sum(len(names & true) for names, true in zip(found, wanted, strict=True))
    wrong = sum(len(names - true) for names, true in zip(found, wanted, strict=True))
    return f"{right} of {sum(map(len, wanted))}" + (f" and {wrong} wrong" if wrong else "")


def _gallery(marks: dict[str, Picture]) -> str:
    rows = [
        {"id": n, "name": name, "sha256": "", "data": base64.b64encode(logo_reference.prepare(mark).tobytes()).decode()}
        for n, (name, mark) in enumerate(marks.items())
    ]
    return json.dumps({"references": rows})


# ---------------------------------------------------------------------- nothing of Asservat from here on


def _described(picture: Picture) -> tuple[Sequence[cv2.KeyPoint], Any]:
    height, width = picture.shape[:2]
    shrink = min(1.0, LONGEST / max(height, width))
    if shrink < 1:
        size = (round(width * shrink), round(height * shrink))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    finder = cv2.SIFT.create(nfeatures=FEATURES, contrastThreshold=0.03)
    return finder.detectAndCompute(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None)  # type: ignore[call-overload,no-any-return]  # None is allowed, the stubs do not say so


def _found(picture: Picture, known: dict[str, tuple[Sequence[cv2.KeyPoint], Any]]) -> set[str]:
    points, described = _described(picture)
    found: set[str] = set()
    if described is None or len(points) < 4:
        return found
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    for name, (own, features) in known.items():
        if features is None:
            continue
        nearest = matcher.knnMatch(features, described, k=2)
        good = [pair[0] for pair in nearest if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
        if len(good) < 4:
            continue
        here = np.array([points[one.trainIdx].pt for one in good], np.float32)
        there = np.array([own[one.queryIdx].pt for one in good], np.float32)
        place, inside = cv2.findHomography(there, here, cv2.RANSAC, 5.0)
        if place is not None and int(np.asarray(inside).sum()) >= INLIERS:
            found.add(name)
    return found
