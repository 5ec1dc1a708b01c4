"""What `logo` finds and misses, and what two hundred references cost.

    python benchmarks/logo.py [--only real,drawn,alarms,speed] [--pictures 80] [--json FILE]

*real*: references and scenes of ../shared/data/logos with their ground truth. *drawn*: drawn logos and those references
put onto photographs and onto noise in known places, in sixteen views. *alarms*: photographs without any of the logos.
*speed*: the same picture against one reference and against two hundred, and a whole sample against a bare SIFT call.
A logo counts as found when its score is at least 0.5 and its box overlaps the true one by half (IoU).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from models import heap, logo_features, logo_match, logo_reference
from models.logo_gallery import Gallery, Reference
from models.logo_match import Match
from tests.support.logo_scenes import LOGOS, View, background, compose, logo

Picture = NDArray[np.uint8]
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ASSERVAT_SHARED_DATA", ROOT.parent / "shared" / "data"))
LEAST = 0.5
WITHOUT = ("exif", "faces", "image_formats", "neardup", "restraint_objects", "ocr")
VIEWS = {
    "head on, 160 px": View(),
    "turned 37°": View(turn=37),
    "turned 170°": View(turn=170),
    "strong perspective": View(turn=20, tilt=0.35),
    "64 px": View(side=64, turn=10),
    "40 px": View(side=40),
    "330 px": View(side=330, turn=-25),
    "negative": View(inverted=True, turn=12),
    "no plate, black": View(plate=False, turn=15),
    "no plate, white": View(plate=False, inverted=True, turn=-15),
    "a quarter hidden": View(hidden=0.25, turn=12),
    "no plate, 30 % hidden": View(hidden=0.3, plate=False, turn=8),
    "pale (contrast 20 %)": View(contrast=0.2, turn=10),
    "no plate, contrast 35 %": View(contrast=0.35, plate=False),
    "JPEG quality 30": View(jpeg=30, turn=5),
    "blurred (σ 1.5)": View(blur=1.5, turn=5),
}


def read(path: Path) -> Picture | None:
    picture = cv2.imread(str(path))
    return None if picture is None else np.asarray(picture[..., ::-1], np.uint8)


def gallery_of(marks: dict[str, Picture]) -> Gallery:
    return Gallery.of(
        tuple(
            Reference(number, name, "", logo_reference.unpack(logo_reference.prepare(mark).tobytes()))
            for number, (name, mark) in enumerate(marks.items())
        )
    )


def shared_marks() -> dict[str, Picture]:
    found = {path.stem: read(path) for path in sorted((SHARED / "logos" / "reference").glob("*"))}
    return {name: mark for name, mark in found.items() if mark is not None}


def look(picture: Picture, gallery: Gallery) -> list[tuple[str, float, NDArray[np.float64], Match]]:
    """Name, score, corners in the picture's own pixels, and the match, as the analyzer would give them."""
    features = logo_features.unpack(logo_features.pack(logo_features.extract(picture)))
    scale = picture.shape[1] / features.size[0]
    return [
        (gallery.references[one.reference].name, one.score, one.quad * scale, one)
        for one in logo_match.search(features, gallery, 0.3)
        if one.score >= LEAST
    ]


def overlap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    common = float(np.prod(np.maximum(0, high - low)))
    return common / (float(np.prod(np.ptp(a, axis=0))) + float(np.prod(np.ptp(b, axis=0))) - common)


def real() -> dict[str, object]:
    gallery = gallery_of(shared_marks())
    found = wanted = alarms = 0
    missed = []
    for scene in json.loads((SHARED / "ground_truth" / "logo_boxes.json").read_text(encoding="utf-8")):
        picture = read(SHARED / scene["file"])
        assert picture is not None
        matches = look(picture, gallery)
        used = set()
        for true in scene["logos"]:
            wanted += 1
            left, top, right, bottom = true["box"]
            box = np.array([[left, top], [right, bottom]], np.float64)
            hits = [
                k for k, (name, _, quad, _) in enumerate(matches) if name == true["brand"] and overlap(quad, box) >= 0.5
            ]
            found += bool(hits)
            used.update(hits)
            if not hits:
                missed.append(f"{true['brand']} in {Path(scene['file']).name}")
        alarms += len(matches) - len(used)
    return {"logos": wanted, "found": found, "false alarms": alarms, "missed": missed}


def drawn() -> dict[str, object]:
    marks = {**{name: logo(name) for name in LOGOS}, **shared_marks()}
    gallery = gallery_of(marks)
    photographs = [one for path in sorted((SHARED / "exif").glob("*.jpg"))[:17:3] if (one := read(path)) is not None]
    photographs = [one for one in photographs if min(one.shape[:2]) >= 400]
    result: dict[str, object] = {}
    for title, view in VIEWS.items():
        wanted = found = 0
        missed = []
        for number, (name, mark) in enumerate(marks.items()):
            if name == "badge" and not view.plate:
                continue
            ground = photographs[number % len(photographs)] if number % 2 and photographs else background(number)
            scene = compose(mark, ground, view, seed=number + 100)
            hit = any(
                one == name and overlap(quad, scene.quad) >= 0.5 for one, _, quad, _ in look(scene.picture, gallery)
            )
            wanted, found = wanted + 1, found + hit
            if not hit:
                missed.append(name)
        result[title] = {"logos": wanted, "found": found, "missed": missed}
        print(f"{title:26} {found}/{wanted}  {', '.join(missed)}", flush=True)
    return result


def alarms(most: int) -> dict[str, object]:
    gallery = gallery_of(shared_marks())
    paths = sorted(path for folder in WITHOUT for path in (SHARED / folder).rglob("*") if path.is_file())
    pictures = wrong = 0
    which = []
    for path in paths[:: max(1, len(paths) // most)]:
        picture = read(path) if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".bmp") else None
        if picture is None or min(picture.shape[:2]) < 16:
            continue
        matches = look(picture, gallery)
        pictures, wrong = pictures + 1, wrong + len(matches)
        which += [f"{name} {score:.2f} in {path.name}" for name, score, _, _ in matches]
    return {"pictures": pictures, "references": len(gallery), "false alarms": wrong, "which": which}


def speed() -> dict[str, object]:
    """CPU seconds, the quickest of five."""
    one = gallery_of({"ring": logo("ring")})
    many = {}
    for number in range(200):
        mark = np.full((256, 256, 3), 255, np.uint8)
        text = f"{number:03d}{'QWXZK'[number % 5]}"
        cv2.putText(mark, text, (8, 150), cv2.FONT_HERSHEY_DUPLEX, 2.3, (0, 0, 0), 11, cv2.LINE_AA)
        many[text] = mark
    two_hundred = gallery_of(many)
    picture = compose(logo("ring"), background(3), View(), 3).picture
    features = logo_features.unpack(logo_features.pack(logo_features.extract(picture)))
    grey = logo_features.frame_of(picture)
    finder = cv2.SIFT.create(nfeatures=0, contrastThreshold=0.03)

    def cost(call: Callable[[], object]) -> float:
        spent = []
        for _ in range(5):
            start = time.process_time()
            call()
            spent.append(time.process_time() - start)
        return min(spent)

    keep = cost(lambda: logo_features.pack(logo_features.extract(picture)))
    single = cost(lambda: logo_match.search(features, one, 0.3))
    all_of_them = cost(lambda: logo_match.search(features, two_hundred, 0.3))
    bare = cost(lambda: finder.detectAndCompute(grey, None))
    return {
        "extract and pack": round(keep, 3),
        "search 1": round(single, 3),
        "search 200": round(all_of_them, 3),
        "sample with 200 over sample with 1": round((keep + all_of_them) / (keep + single), 2),
        "bare SIFT": round(bare, 3),
        "sample with 1 over bare SIFT": round((keep + single) / bare, 2),
        "bytes kept": len(logo_features.pack(logo_features.extract(picture))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="real,drawn,alarms,speed")
    parser.add_argument("--pictures", type=int, default=80)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    heap.keep_pages()  # as in the process that does this in a run
    parts = {"real": real, "drawn": drawn, "alarms": lambda: alarms(given.pictures), "speed": speed}
    result = {}
    for name in given.only.split(","):
        result[name] = parts[name]()
        print(json.dumps({name: result[name]}, ensure_ascii=False, indent=1), flush=True)
    if given.json:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
