"""`nsfw` and `ocr` against the loop over the public call of the library that the weights come with: what somebody would
write who has these libraries and pictures in memory. Same weights, same pictures, one thread each side.

The stricter comparison, with the bare sessions alone, is `benchmarks.analyzers`. RapidOCR reads every picture in full on
ONNX Runtime, as it does by default; `ocr` passes over pictures without text and runs on OpenVINO.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Foreign, Row, in_pairs, ratios
from core.control import Control
from core.memory import LocalPixels
from core.records import Options, Sample, SampleKind, SampleResult
from models import bench, heap
from models.local import BackendSpec, LocalBackend

__all__ = ["against_libraries"]

Said = list[list[str]]
"""For each picture what was found in it, in words that can be compared."""


def against_libraries(_folder: Path, _scale: float, pairs: int) -> list[Row]:
    heap.keep_pages()
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    pictures = bench.pictures()
    reversed_ = [np.ascontiguousarray(picture[..., ::-1]) for picture in pictures]
    rows = [
        _row("nsfw", {"nms": "agnostic"}, _boxes, _nudenet(reversed_), pictures, pairs),
        _row("ocr", {}, _lines, _rapidocr(reversed_), pictures, pairs),
    ]
    cv2.setNumThreads(before)
    return rows


def _row(
    name: str,
    options: Options,
    words: Callable[[SampleResult], list[str]],
    library: Callable[[], Said],
    pictures: Sequence[NDArray[np.uint8]],
    pairs: int,
) -> Row:
    samples = [
        Sample(f"bench {number}", number, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])
        for number, picture in enumerate(pictures)
    ]
    backend = LocalBackend(BackendSpec())
    said: list[Said] = [[], []]

    def ours() -> None:
        said[0] = [words(result) for result in backend.analyze(name, samples, options, Control())]

    def bare() -> None:
        said[1] = library()

    foreign = Foreign()
    mine, theirs = in_pairs(ours, bare, pairs)
    backend.close()
    ratio, worst = ratios(mine, theirs, cpu=True, at_least=True)
    wall, _ = ratios(mine, theirs, at_least=True)
    rates = [f"{len(pictures) / sorted(one.cpu for one in group)[len(group) // 2]:.2f}/s" for group in (mine, theirs)]
    same, total = _agreement(*said)
    return Row(
        f"{name}: pictures a CPU second over the library's own call",
        *rates,
        ratio,
        worst,
        at_least=True,
        agreement=f"{same} of {total} findings the same",
        note=f"wall {wall:.2f}; {pairs} pairs, foreign load {foreign.since():.0%}",
    )


def _agreement(mine: Said, theirs: Said) -> tuple[int, int]:
    """How many of the library's findings we have as well, and of how many."""
    same = total = 0
    for got, wanted in zip(mine, theirs, strict=True):
        left = list(got)
        total += len(wanted)
        for one in wanted:
            if one in left:
                left.remove(one)
                same += 1
    return same, total


def _boxes(result: SampleResult) -> list[str]:
    return [f"{one.label} {one.score or 0:.2f}" for one in result.findings]


def _lines(result: SampleResult) -> list[str]:
    return [one.text for one in result.findings if one.text]


def _nudenet(pictures: Sequence[NDArray[np.uint8]]) -> Callable[[], Said]:
    import onnxruntime
    from nudenet import NudeDetector, nudenet

    detector = NudeDetector()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    weights = Path(nudenet.__file__).with_name("320n.onnx")
    detector.onnx_session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    return lambda: [[f"{one['class']} {one['score']:.2f}" for one in detector.detect(picture)] for picture in pictures]


def _rapidocr(pictures: Sequence[NDArray[np.uint8]]) -> Callable[[], Said]:
    # Its HTTP library asks for the network when it is loaded; this is a benchmark, the program never imports it.
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    reader: Any = RapidOCR(params={"Global.log_level": "critical", **threads})
    return lambda: [list(reader(picture).txts or ()) for picture in pictures]
