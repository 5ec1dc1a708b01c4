"""How fast films and pictures are decoded, against the ffmpeg command line and against decoding everything.

    python benchmarks/decode.py [--seconds 40] [--pairs 5] [--json FILE]

- V1: keyframe sampling of a 1080p film with a keyframe every two seconds (one warm decode child, frames in RGB at full
  size, scene detection, thumbnail and storyboard included) ÷ `ffmpeg -skip_frame nokey … scale=640` of the same file.
- V2: sampling a film with a keyframe every ten seconds (so that everything between has to be decoded) ÷ decoding all
  of it with PyAV on one thread. Before that: every gap between samples is at most two seconds.
- D2: sample and thumbnail of a 12-megapixel JPEG ÷ the bare simplejpeg decode. Before that: the same pixels as Pillow.

Pairs are measured A B A B; a ratio is the median of the pairs' ratios, the worst pair is printed beside it. V1 compares
wall time (ffmpeg is another process), CPU seconds are printed beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.decode.jobs import Decoded, DecodeJob, SamplesReady
from core.decode.pool import DecodePool
from core.records import MediaKind
from core.settings import DecodeLimits, SamplingPolicy

RATE = 30


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float


def make_film(path: Path, seconds: int, gop: int) -> Path:
    """Seeded 1080p film of about 16 Mbit/s: moving test pattern with sensor-like noise, no scene cuts."""
    source = f"testsrc2=size=1920x1080:rate={RATE}:duration={seconds},noise=alls=12:allf=t:all_seed=7"
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "16M", "-g", str(gop), "-keyint_min", str(gop)]
    codec += ["-sc_threshold", "0", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *codec, str(path)], check=True)
    return path


def job(path: Path) -> DecodeJob:
    found = path.stat()
    kind, mime = (MediaKind.IMAGE, "image/jpeg") if path.suffix == ".jpg" else (MediaKind.VIDEO, "video/mp4")
    return DecodeJob("0" * 64, str(path), found.st_size, found.st_mtime_ns, kind, mime, SamplingPolicy())


def sampled(pool: DecodePool, path: Path, pixels: list[Any] | None = None) -> tuple[Cost, Decoded]:
    """Cost of one file through a warm pool, as its caller sees it; CPU seconds are the child's."""
    started = time.perf_counter()
    pool.submit(job(path))
    while True:
        for event in pool.poll(0.1):
            if isinstance(event, SamplesReady):
                if pixels is not None:
                    pixels.extend(sample.array().copy() for sample in event.samples)
                pool.release(event.slot)
            elif isinstance(event, Decoded):
                return Cost(time.perf_counter() - started, event.seconds), event


def timed(work: Callable[[], object]) -> Cost:
    """Cost of a call in this process or of the processes that it starts and waits for."""
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Cost(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (0, resource.RUSAGE_CHILDREN)))


def keyframes_by_ffmpeg(path: Path) -> None:
    command = ["ffmpeg", "-v", "error", "-skip_frame", "nokey", "-i", str(path)]
    subprocess.run([*command, "-fps_mode", "passthrough", "-vf", "scale=640:-1", "-f", "null", "-"], check=True)


def all_frames(path: Path) -> None:
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        for _ in container.decode(stream):
            pass


def compare(name: str, ours: Callable[[], Cost], theirs: Callable[[], Cost], pairs: int, gate: float) -> dict[str, Any]:
    ours(), theirs()  # warm: page cache, libraries
    measured = [(ours(), theirs()) for _ in range(pairs)]
    wall = sorted(mine.wall / other.wall for mine, other in measured)
    cpu = sorted(mine.cpu / other.cpu for mine, other in measured)
    row: dict[str, Any] = {
        "name": name,
        "ratio": round(median(wall), 3),
        "worst": round(wall[-1], 3),
        "cpu_ratio": round(median(cpu), 3),
        "ours_s": round(median(mine.wall for mine, _ in measured), 4),
        "theirs_s": round(median(other.wall for _, other in measured), 4),
        "gate": gate,
    }
    print(
        f"{name:44} {row['ratio']:6.2f} (worst {row['worst']:.2f}, CPU {row['cpu_ratio']:.2f}, gate {gate:.2f})"
        f"  {row['ours_s'] * 1000:.0f} ms : {row['theirs_s'] * 1000:.0f} ms"
    )
    return row


def gaps(decoded: Decoded) -> float:
    times = [time or 0.0 for _, time, _, _ in decoded.positions]
    end = decoded.facts.duration if decoded.facts and decoded.facts.duration else times[-1]
    return max(later - earlier for earlier, later in zip(times, [*times[1:], end], strict=True))


def picture(folder: Path) -> Path:
    """A 12-megapixel JPEG of about 2 bits a pixel: fractal noise, seeded."""
    from PIL import Image

    random = np.random.default_rng(7)
    total = np.zeros((3000, 4000, 3), np.float32)
    for power in range(2, 10):
        small = random.integers(0, 256, (3 * 2**power, 4 * 2**power, 3), np.uint8)
        total += np.asarray(Image.fromarray(small).resize((4000, 3000), Image.Resampling.BICUBIC), np.float32) / 2 ** (
            power - 1
        )
    total += random.normal(0, 4, total.shape)
    path = folder / "photo.jpg"
    Image.fromarray(np.clip(total / total.max() * 300, 0, 255).astype(np.uint8)).save(path, quality=88)
    return path


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--seconds", type=int, default=40)
    arguments.add_argument("--pairs", type=int, default=5)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, DecodePool(1, DecodeLimits()) as pool:
        folder = Path(name)
        rows = _films(folder, pool, options.seconds, options.pairs) + _pictures(folder, pool, options.pairs)
    if options.json:
        options.json.write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1))
    return int(any(row["ratio"] > row["gate"] for row in rows))


def _films(folder: Path, pool: DecodePool, seconds: int, pairs: int) -> list[dict[str, Any]]:
    short = make_film(folder / "gop60.mp4", seconds, 2 * RATE)
    long = make_film(folder / "gop300.mp4", seconds, 10 * RATE)
    for path in (short, long):
        decoded = sampled(pool, path)[1]
        print(
            f"{path.name}: {path.stat().st_size / 1e6:.0f} MB, {decoded.samples} samples,"
            f" longest gap {gaps(decoded):.2f} s"
        )
        assert gaps(decoded) <= 2.01, "a gap is too long: no speed counts"
    return [
        compare(
            "V1 keyframes ÷ ffmpeg -skip_frame nokey",
            lambda: sampled(pool, short)[0],
            lambda: timed(lambda: keyframes_by_ffmpeg(short)),
            pairs,
            1.0,
        ),
        compare(
            "V2 gaps filled ÷ decoding everything",
            lambda: sampled(pool, long)[0],
            lambda: timed(lambda: all_frames(long)),
            min(pairs, 3),
            1.05,
        ),
    ]


def _pictures(folder: Path, pool: DecodePool, pairs: int) -> list[dict[str, Any]]:
    import simplejpeg
    from PIL import Image

    path = picture(folder)
    pixels: list[Any] = []
    decoded = sampled(pool, path, pixels)[1]
    assert decoded.decodes == 1, "one decode per file"
    assert np.array_equal(pixels[0], np.asarray(Image.open(path))), "other pixels than Pillow's: no speed counts"
    data = path.read_bytes()
    print(f"photo.jpg: {len(data) / 1e6:.1f} MB, decoded once, equal to Pillow")
    row = compare(
        "D2 sample + thumbnail, 12 MP ÷ bare decode",
        lambda: sampled(pool, path)[0],
        lambda: timed(lambda: simplejpeg.decode_jpeg(data)),
        max(pairs, 9),
        1.3,
    )
    return [row]


if __name__ == "__main__":
    sys.exit(main())
