"""How much the text gate costs and what it misses, on seeded pictures and on ../shared/data/ocr.

    python benchmarks/ocr_gate.py [--pictures 200] [--seed 7] [--json FILE] [--sweep]

*Recall* is the share of pictures from which full OCR reads at least one line that the gate lets through: a picture that
cannot be read is no loss. The share of *all* text pictures is printed beside it. *Cost* is the process CPU time on
text-free pictures with the gate (and with full OCR where it lets one through) divided by that of full OCR without it:
ours, and, on an eighth of the pictures, RapidOCR's public call. `--sweep` tries other
sizes and thresholds, to choose from.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models import ocr_gate, ocr_picture
from models.local import BackendSpec, LocalBackend
from models.ocr import DETECTOR
from models.runtime import Runtime, Session

Picture = NDArray[np.uint8]
ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "resources" / "fonts"
SHARED = Path(os.environ.get("ASSERVAT_SHARED_DATA", ROOT.parent / "shared" / "data"))
SHARES = (0.3, 0.35, 0.4, 0.45, 0.5)
OWN = 0.0  # stands for the size that the gate chooses by itself
THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
SIZES = (
    (320, 240),
    (480, 640),
    (640, 480),
    (800, 600),
    (1024, 768),
    (1280, 720),
    (1080, 1920),
    (1600, 1200),
    (4000, 3000),
)
WORDS = [
    "Rechnung",
    "Straße",
    "Übergabe",
    "München",
    "Quittung",
    "account",
    "password",
    "transfer",
    "open",
    "closed",
    "exit",
    "danger",
    "hotel",
    "market",
    "Polizei",
    "Freitag",
    "delivery",
    "invoice",
    "total",
    "2024",
    "19:45",
    "EUR",
    "1.250,00",
    "+49",
    "170",
    "5550123",
    "mail@example.org",
    "Änderung",
    "café",
    "señor",
    "garage",
]
CJK = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"


def noise_photo(rng: np.random.Generator, width: int, height: int) -> Picture:
    """Colour noise with a 1/f spectrum: the statistics of a photo, without anything in it."""
    canvas = np.zeros((height, width, 3), np.float32)
    size, weight = 4, 1.0
    while size < max(width, height):
        grain = rng.normal(0, weight, (max(2, size * height // max(width, height)), size, 3)).astype(np.float32)
        canvas += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
        size, weight = size * 2, weight * 0.6
    canvas = (canvas - canvas.mean()) / canvas.std() * rng.uniform(20, 55) + rng.uniform(70, 180)
    return canvas.clip(0, 255).astype(np.uint8)


def gradient(rng: np.random.Generator, width: int, height: int) -> Picture:
    """A smooth change between random colours."""
    corners = rng.integers(0, 256, (2, 2, 3)).astype(np.float32)
    return cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def shapes(rng: np.random.Generator, width: int, height: int) -> Picture:
    """Ellipses, boxes, lines: edges and corners, but no letters."""
    picture = np.ascontiguousarray(
        noise_photo(rng, width, height) if rng.random() < 0.5 else gradient(rng, width, height)
    )
    for _ in range(int(rng.integers(2, 14))):
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        a, b = (tuple(int(v * s) for v, s in zip(rng.random(2), (width, height), strict=True)) for _ in range(2))
        kind, thick = int(rng.integers(3)), int(rng.choice([-1, 2, 5]))
        if kind == 0:
            axes = tuple(int(v) + 8 for v in rng.random(2) * width / 4)
            cv2.ellipse(picture, a, axes, float(rng.random() * 180), 0, 360, colour, thick)
        elif kind == 1:
            cv2.rectangle(picture, a, b, colour, thick)
        else:
            cv2.line(picture, a, b, colour, int(rng.integers(1, 8)))
    return picture


def text_picture(rng: np.random.Generator, width: int, height: int) -> Picture:
    """One to twelve lines of Latin or CJK text: a fifth of the height down to 10 px, weak or strong, straight or not."""
    maker = (gradient, noise_photo, shapes)[int(rng.choice(3, p=(0.5, 0.3, 0.2)))]
    base = Image.fromarray(maker(rng, width, height))
    drawing = ImageDraw.Draw(base)
    cjk = rng.random() < 0.35
    # Full OCR sees at most 2000 px on the longer side: letters below ten of those pixels are beyond it, not the gate.
    smallest = 10 * max(1.0, max(width, height) / 2000)
    size = int(smallest * (max(height / 5, smallest * 1.5) / smallest) ** (rng.random() ** 1.5))
    font = ImageFont.truetype(FONTS / ("DroidSansFallbackFull.ttf" if cjk else _latin(rng)), size)
    for _ in range(1 if rng.random() < 0.4 else int(rng.integers(2, 12))):
        count = int(rng.integers(2, 6))
        text = "".join(rng.choice(list(CJK), count * 2)) if cjk else " ".join(rng.choice(WORDS, count))
        x, y = (int(v) for v in (rng.random() * width * 0.6, rng.random() * max(1, height - size * 1.4)))
        under = np.asarray(base.crop((x, y, min(width, x + size * 8), min(height, y + size)))).reshape(-1, 3).mean()
        away = rng.uniform(45, 200) * (1 if under < 128 else -1)
        fill = (int(np.clip(under + away, 0, 255)),) * 3
        if rng.random() < 0.3:  # coloured, sometimes with hardly a difference in brightness
            fill = tuple(int(v) for v in rng.integers(0, 256, 3))
        drawing.text((x, y), text, font=font, fill=fill)
    turn = float(rng.choice([0, 0, 0, 0, 90, 180, 270, *rng.uniform(-20, 20, 2)]))
    return np.array(base.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC))


def _latin(rng: np.random.Generator) -> str:
    return str(rng.choice(["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansCondensed.ttf"]))


def corpus(text: bool, count: int, seed: int) -> Iterator[Picture]:
    """`count` pictures, the same for the same seed, each through a JPEG of random quality."""
    makers: tuple[Callable[[np.random.Generator, int, int], Picture], ...] = (noise_photo, gradient, shapes)
    for number in range(count):
        rng = np.random.default_rng([seed, int(text), number])
        width, height = SIZES[int(rng.choice(len(SIZES), p=(0.12, 0.12, 0.16, 0.14, 0.14, 0.12, 0.06, 0.1, 0.04)))]
        picture = text_picture(rng, width, height) if text else makers[number % 3](rng, width, height)
        blur = rng.choice([0, 0, 0.7, 1.0])
        if blur:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(blur)), dtype=np.uint8)
        _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 96))])
        yield np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def shared_pictures() -> Iterator[tuple[str, Picture]]:
    """The text pictures of ../shared/data/ocr, upright, on white; nothing where the folder is absent."""
    for path in sorted((SHARED / "ocr").glob("*")) if (SHARED / "ocr").is_dir() else ():
        image = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        yield path.name, np.array(white.convert("RGB"))


@dataclass
class Tally:
    """Per picture: gate strength for each share, CPU seconds of gate and of full OCR, lines that full OCR reads."""

    hints: list[dict[float, float]] = field(default_factory=list)
    gate_seconds: list[float] = field(default_factory=list)
    full_seconds: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def passed(self, share: float, threshold: float, *, readable: bool) -> tuple[int, int]:
        chosen = [h for h, n in zip(self.hints, self.lines, strict=True) if n or not readable]
        return sum(hint[share] >= threshold for hint in chosen), len(chosen)


def measure(pictures: Iterator[Picture], backend: LocalBackend, detector: Session, shares: tuple[float, ...]) -> Tally:
    """Run gate and full OCR over the pictures, one after the other on one thread."""
    tally = Tally()
    for number, picture in enumerate(pictures):
        sample = Sample("bench", number, SampleKind.IMAGE, LocalPixels(picture))
        start = time.process_time()
        page = ocr_picture.prepare(picture)
        hint = ocr_gate.evidence_of_text(detector, page)  # at its own choice of size
        tally.gate_seconds.append(time.process_time() - start)
        others = {s: ocr_gate.evidence_of_text(detector, page, s) for s in shares if s != OWN}
        tally.hints.append({OWN: hint} | others)
        start = time.process_time()
        (result,) = backend.analyze("ocr", [sample], {"gate": False}, Control())
        tally.full_seconds.append(time.process_time() - start)
        tally.lines.append(len(result.findings))
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sweep", action="store_true")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    random.seed(chosen.seed)
    backend, detector = LocalBackend(BackendSpec()), Runtime().session(DETECTOR)
    backend.load("ocr")
    shares = (OWN, *SHARES) if chosen.sweep else (OWN,)
    free = measure(corpus(False, chosen.pictures, chosen.seed), backend, detector, shares)
    text = measure(corpus(True, chosen.pictures, chosen.seed), backend, detector, shares)
    real = measure((picture for _, picture in shared_pictures()), backend, detector, shares)
    if chosen.sweep:
        _print_sweep(free, text, real, shares)
    library = library_seconds(corpus(False, max(1, chosen.pictures // 8), chosen.seed))
    report = _report(free, text, real, library)
    for name, value in report.items():
        print(f"{name:42} {value}")
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return (
        0
        if report["recall of readable pictures"] >= 0.99 and report["the same against RapidOCR's own call"] <= 0.25
        else 1
    )


def _report(free: Tally, text: Tally, real: Tally, library: list[float]) -> dict[str, float]:
    share, threshold = OWN, ocr_gate.THRESHOLD
    passed, readable = text.passed(share, threshold, readable=True)
    passed_all, everything = text.passed(share, threshold, readable=False)
    let_through, nothing = free.passed(share, threshold, readable=False)
    gated = [
        gate + (full if hint[share] >= threshold else 0.0)
        for gate, full, hint in zip(free.gate_seconds, free.full_seconds, free.hints, strict=True)
    ]
    passed_real, readable_real = real.passed(share, threshold, readable=True)
    return {
        "text-free pictures": nothing,
        "of them let through": let_through,
        "cost of the gate alone": round(sum(free.gate_seconds) / sum(free.full_seconds), 4),
        "cost on text-free pictures": round(sum(gated) / sum(free.full_seconds), 4),
        "the same against RapidOCR's own call": round(sum(gated[: len(library)]) / sum(library), 4),
        "text pictures": everything,
        "of them readable by full OCR": readable,
        "recall of readable pictures": round(passed / max(1, readable), 4),
        "recall of all text pictures": round(passed_all / max(1, everything), 4),
        "real readable pictures": readable_real,
        "recall of real readable pictures": round(passed_real / max(1, readable_real), 4),
    }


def library_seconds(pictures: Iterator[Picture]) -> list[float]:
    """CPU seconds of RapidOCR's own public call with its defaults, on one thread, for each picture."""
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    library, seconds = RapidOCR(params={"Global.log_level": "critical", **threads}), []
    for picture in pictures:
        start = time.process_time()
        library(np.ascontiguousarray(picture[..., ::-1]))
        seconds.append(time.process_time() - start)
    return seconds


def _print_sweep(free: Tally, text: Tally, real: Tally, shares: tuple[float, ...]) -> None:
    print("share threshold  let through  recall readable  recall all  real")
    for share in shares:
        for threshold in THRESHOLDS:
            through, nothing = free.passed(share, threshold, readable=False)
            good, readable = text.passed(share, threshold, readable=True)
            every, all_text = text.passed(share, threshold, readable=False)
            fine, real_count = real.passed(share, threshold, readable=True)
            print(
                f"{share:5} {threshold:9}  {through:4}/{nothing:<5}  {good:6}/{readable:<6}  {every:5}/{all_text:<5}  "
                f"{fine}/{real_count}"
            )


if __name__ == "__main__":
    raise SystemExit(main())
