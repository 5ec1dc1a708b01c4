"""`logo` against the loop that one would write with OpenCV alone: SIFT of the picture, for each reference the two nearest
neighbours of its features, Lowe's ratio test, a homography by RANSAC.

    python -m benchmarks --only logo --pairs 5

Both see the same pictures reduced to the same 800 pixels, and keep as many features. `bare` knows nothing of flat marks
in one colour, which is what `logo` spends the rest of its time on; so what either finds stands beside the ratio.
"""

from __future__ import annotations

import base64
import json
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
from models import bench, heap, logo_reference
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
    rows = [_measured(task, max(bench.PAIRS, pairs)) for task in _tasks(scale)]
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


def _measured(task: _Task, pairs: int) -> Row:
    backend = LocalBackend(BackendSpec(analyzers=("models.logo:Logo",)))
    samples = [
        Sample(f"bench {number}", number, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])
        for number, (picture, _) in enumerate(task.pictures)
    ]
    options = {"gallery": _gallery(task.marks)}
    known = {name: _described(mark) for name, mark in task.marks.items()}
    mine: list[set[str]] = []
    theirs: list[set[str]] = []

    def ours() -> None:
        mine[:] = [
            {one.label for one in result.findings} for result in backend.analyze("logo", samples, options, Control())
        ]

    def bare() -> None:
        theirs[:] = [_found(picture, known) for picture, _ in task.pictures]

    foreign = Foreign()
    fast, plain = in_pairs(ours, bare, pairs)
    backend.close()
    ratio, worst = ratios(fast, plain, cpu=True, at_least=True)
    wall, _ = ratios(fast, plain, at_least=True)
    rates = [f"{len(samples) / sorted(one.cpu for one in group)[len(group) // 2]:.2f}/s" for group in (fast, plain)]
    wanted = [names & task.marks.keys() for _, names in task.pictures]
    return Row(
        f"logo, {task.title}: pictures a CPU second over a bare SIFT loop",
        *rates,
        ratio,
        worst,
        0.95,
        0.98,
        at_least=True,
        agreement=f"found {_told(mine, wanted)}, bare {_told(theirs, wanted)}",
        note=f"wall {wall:.3f}; {pairs} pairs, {len(samples)} pictures, foreign load {foreign.since():.0%}",
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
    return finder.detectAndCompute(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None)  # type: ignore[call-overload,no-any-return]


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
