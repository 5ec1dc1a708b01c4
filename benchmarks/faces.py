"""Faces: how well and how fast, against dlib's own pipeline as the library `face_recognition` calls it.

    python -m benchmarks.faces detectors|people|speed --data FOLDER

`FOLDER` is shared/data. `detectors`: recall and false alarms of each detector and of the cascade, with CPU seconds.
`people`: every pair of pictures of labelled people, plain and spoilt, false accepts and rejects at the threshold.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Row, in_pairs, median_wall, ratios
from core.control import Control
from core.likeness import BestFace, Comparing, best_face, comparing, limit, similarity
from core.memory import LocalPixels
from core.records import Finding, Region, Sample, SampleKind, Vector
from models import catalogue
from models.engine_onnxruntime import OnnxRuntimeSession
from models.faces import FLIP, Faces, FacesOptions
from models.faces_boxes import Face
from models.faces_dlib import Dlib
from models.faces_engines import ENGINES
from models.faces_onnx import YuNet
from models.faces_quality import quality
from models.runtime import Plan, Runtime, engine_version

Picture = NDArray[np.uint8]
SPACE = ENGINES["dlib"].space("faces/1")


class Bare:
    """face_recognition 1.3.0: `face_locations` (HOG, one upsampling, full size), `face_encodings` ("small", no jitter)."""

    def __init__(self) -> None:
        import dlib

        self.hog = dlib.get_frontal_face_detector()
        self.mmod = dlib.cnn_face_detection_model_v1(str(catalogue.locate("dlib-mmod")))
        self.points = dlib.shape_predictor(str(catalogue.locate("dlib-5-landmarks")))
        self.net = dlib.face_recognition_model_v1(str(catalogue.locate("dlib-face-resnet")))

    def find(self, rgb: Picture) -> list[Any]:
        return list(self.hog(rgb, 1))

    def vector(self, rgb: Picture) -> NDArray[np.float64] | None:
        found = self.find(rgb)
        if not found:
            return None
        largest = max(found, key=lambda one: one.area())
        return np.array(self.net.compute_face_descriptor(rgb, self.points(rgb, largest), 1))


@dataclass
class Labelled:
    name: str
    who: str
    rgb: Picture
    film: str = ""


def people(data: Path) -> list[Labelled]:
    """Pictures of one labelled person each: portraits, and three frames of each film."""
    found = []
    for path in sorted((data / "faces").glob("*.jpg")):
        if path.stem not in ("obama_and_biden", "two_people"):
            found.append(Labelled(path.stem, "biden" if "biden" in path.stem else "obama", read(path)))
    truth = {row["path"]: row["ground_truth"] for row in csv.DictReader((data / "MANIFEST.csv").open(encoding="utf-8"))}
    for path in sorted((data / "faces_video").glob("*.mkv")):
        who = truth[f"faces_video/{path.name}"].partition("identity: ")[2].partition(";")[0]
        film = cv2.VideoCapture(str(path))
        frames = []
        while (answer := film.read())[0]:
            frames.append(answer[1])
        for place in (0, len(frames) // 2, len(frames) - 1):
            found.append(
                Labelled(f"{path.stem}-{place}", who, np.ascontiguousarray(frames[place][..., ::-1]), path.stem)
            )
    return [Labelled(one.name, one.who, sized(one.rgb, 1600), one.film) for one in found]


def read(path: Path) -> Picture:
    bgr = cv2.imread(str(path))
    assert bgr is not None, path
    return np.ascontiguousarray(bgr[..., ::-1])


def sized(rgb: Picture, longest: int) -> Picture:
    scale = longest / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def turned(rgb: Picture, degrees: float) -> Picture:
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
    return np.asarray(cv2.warpAffine(rgb, matrix, (width, height)))


SPOILT: dict[str, Callable[[Picture], Picture]] = {
    "plain": lambda rgb: rgb,
    "grey": lambda rgb: np.repeat(rgb.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2),
    "250 px": lambda rgb: sized(rgb, 250),
    "120 px": lambda rgb: sized(rgb, 120),
    "on its side": lambda rgb: np.ascontiguousarray(np.rot90(rgb)),
    "tilted 25°": lambda rgb: turned(rgb, 25),
    "dark": lambda rgb: (rgb // 4).astype(np.uint8),
    "blurred 1": lambda rgb: np.asarray(cv2.GaussianBlur(sized(rgb, 400), (0, 0), 1)),
    "blurred 2": lambda rgb: np.asarray(cv2.GaussianBlur(sized(rgb, 400), (0, 0), 2)),
    "blurred": lambda rgb: np.asarray(cv2.GaussianBlur(sized(rgb, 400), (0, 0), 3)),
}


def best_of(rgb: Picture, faces: list[Face]) -> Face | None:
    height, width = rgb.shape[:2]
    candidates = [
        BestFace(
            Finding(
                "face",
                face.score,
                Region(
                    face.box[0] / width,
                    face.box[1] / height,
                    (face.box[2] - face.box[0]) / width,
                    (face.box[3] - face.box[1]) / height,
                ),
                attributes={"pixels": face.size},
            ),
            Vector(SPACE, np.array([number], np.float16)),
        )
        for number, face in enumerate(faces)
    ]
    best = best_face(candidates)
    return None if best is None else faces[int(best.vector.values[0])]


def wrapped(ours: Dlib, rgb: Picture, face: Face) -> BestFace:
    values = ours.describe(rgb, face, flip=FLIP).astype(np.float16)
    return BestFace(Finding("face", attributes=quality(rgb, face, "dlib")), Vector(SPACE, values))


def measure_people(data: Path, names: list[str]) -> None:
    ours, bare = Dlib(Runtime()), Bare()
    everyone = people(data)
    print(f"{len(everyone)} pictures of {len({one.who for one in everyone})} people")
    for name in names:
        described, reference = [], []
        for one in everyone:
            rgb = np.ascontiguousarray(SPOILT[name](one.rgb))
            face = best_of(rgb, ours.find(rgb, thorough=True))
            described.append((one, None if face is None else wrapped(ours, rgb, face)))
            reference.append((one, bare.vector(rgb)))
        facts = comparing(SPACE)
        tell(
            f"{name}: ours, any quality",
            described,
            lambda a, b: similarity(SPACE, a.vector.values, b.vector.values) >= facts.threshold,
        )
        tell(f"{name}: ours", described, lambda a, b: by_quality(facts, a, b))
        tell(f"{name}: bare", reference, lambda a, b: float(np.linalg.norm(a - b)) <= 0.6)


def by_quality(facts: Comparing, a: BestFace, b: BestFace) -> bool | None:
    needed = limit(facts, a, b)
    return None if needed is None else similarity(SPACE, a.vector.values, b.vector.values) >= needed


def tell(name: str, described: list[tuple[Labelled, Any]], same: Callable[[Any, Any], bool | None]) -> None:
    """Pairs of frames of one film are left out: they are nearly one picture. A picture without a face rejects; a pair
    that is not decidable does neither, and is counted apart."""
    rejects = accepts = alike = other = unseen = 0
    undecided = [0, 0]
    for (one, a), (two, b) in itertools.combinations(described, 2):
        if one.film and one.film == two.film:
            continue
        truly, missing = one.who == two.who, a is None or b is None
        says = False if missing else same(a, b)
        unseen += missing
        if says is None:
            undecided[not truly] += 1
            says = truly
        alike, other = alike + truly, other + (not truly)
        rejects, accepts = rejects + (truly and not says), accepts + (says and not truly)
    total = alike + other
    print(
        f"{name:28} found {sum(v is not None for _, v in described):3}/{len(described)}  pairs {alike}+{other}"
        f"  false rejects {rejects} ({rejects / alike:.2%})  false accepts {accepts} ({accepts / other:.2%})"
        f"  not decided {undecided[0]}+{undecided[1]}  right {1 - (rejects + accepts + sum(undecided)) / total:.2%}",
        flush=True,
    )


def negatives(data: Path) -> Iterator[Picture]:
    """Pictures without people: pages, logos, drawings of things."""
    for folder in ("ocr", "logos", "restraint_objects"):
        for path in sorted((data / folder).rglob("*")):
            if path.suffix.lower() in (".jpg", ".png") and cv2.imread(str(path)) is not None:
                yield sized(read(path), 1600)


def measure_detectors(data: Path, names: list[str]) -> None:
    ours, bare = Dlib(Runtime()), Bare()

    def small(rgb: Picture, side: int) -> Picture:
        return np.ascontiguousarray(sized(rgb, side))

    detectors: dict[str, Callable[[Picture], int]] = {
        "HOG, 1024 px, enlarged twice": lambda rgb: len(bare.hog.run(small(rgb, 1024), 1, 0.0)[0]),
        "mmod, 640 px": lambda rgb: sum(one.confidence >= 0.3 for one in bare.mmod(small(rgb, 640), 0)),
        "NudeNet's faces, 0.45": lambda rgb: len(ours._proposals(rgb, 0.45)),
        "the cascade": lambda rgb: len(ours.find(rgb)),
        "the cascade, thorough": lambda rgb: len(ours.find(rgb, thorough=True)),
    }
    weights = data / "weights" / "face_detection_yunet_2023mar.onnx"
    if weights.is_file():
        yunet = YuNet(OnnxRuntimeSession(weights, Plan("onnxruntime", engine_version("onnxruntime"), "cpu", "fp32"), 1))
        detectors["YuNet (pack), 0.6"] = lambda rgb: len(yunet.find(rgb, 0.6))
    everyone = people(data)
    empty = list(negatives(data))
    for title, detector in detectors.items():
        line, spent, count = [], 0.0, 0
        for name in names:
            hits = 0
            for one in everyone:
                rgb = np.ascontiguousarray(SPOILT[name](one.rgb))
                start = time.process_time()
                hits += detector(rgb) > 0
                spent, count = spent + time.process_time() - start, count + 1
            line.append(f"{name} {hits}/{len(everyone)}")
        start, alarms = time.process_time(), [detector(rgb) for rgb in empty]
        idle = (time.process_time() - start) / len(empty)
        print(
            f"{title:30} {', '.join(line)}; false alarms in {sum(a > 0 for a in alarms)} of {len(empty)};"
            f" {spent / count:.2f} CPU s a picture, {idle:.2f} without a face",
            flush=True,
        )


def speed(_place: Path, scale: float, pairs: int) -> list[Row]:
    """The analyzer against the same models called one after the other without it: samples a second, at least 0.95."""
    data = Path(os.environ.get("ASSERVAT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not (data / "faces").is_dir():
        return []
    pictures = [sized(read(path), 1280) for path in sorted((data / "faces").glob("*.jpg"))[: max(3, int(13 * scale))]]
    runtime, analyzer = Runtime(), Faces()
    analyzer.load(runtime)
    engine, options = Dlib(runtime), FacesOptions(engine="dlib")
    samples = [
        Sample(str(number), number, SampleKind.IMAGE, LocalPixels(rgb), (rgb.shape[1], rgb.shape[0]))
        for number, rgb in enumerate(pictures)
    ]

    def ours() -> int:
        return sum(len(result.findings) for result in analyzer.analyze(samples, options, Control()))

    def bare() -> int:
        found = 0
        for rgb in pictures:
            for face in engine.find(rgb):
                engine.describe(rgb, face, flip=FLIP)
                found += 1
        return found

    agreement = "same faces" if ours() == bare() else "DIFFERENT faces"
    mine, plain = in_pairs(ours, bare, pairs)
    ratio, worst = ratios(mine, plain, cpu=True, at_least=True)
    each = f"{len(pictures) / median_wall(mine):.2f}/s", f"{len(pictures) / median_wall(plain):.2f}/s"
    return [Row("faces: analyzer / bare loop", *each, ratio, worst, gate=0.95, at_least=True, agreement=agreement)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("detectors", "people", "speed"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default=",".join(SPOILT), help="which ways of spoiling, separated by commas")
    given = parser.parse_args()
    names = [name for name in given.only.split(",") if name in SPOILT]
    if given.what == "speed":
        os.environ["ASSERVAT_SHARED_DATA"] = str(given.data)
        for row in speed(given.data, 1.0, 3):
            print(row)
        return 0
    (measure_people if given.what == "people" else measure_detectors)(given.data, names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
