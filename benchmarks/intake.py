"""Listing, hashing and registering, against openssl."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks import corpus, running
from benchmarks.measuring import Row, cpu_seconds, in_pairs, median_wall, most_foreign, ratios
from core.evidence.hashing import hash_file


def large_file(folder: Path, scale: float, pairs: int) -> list[Row]:
    """One large file: SHA-256 alone, and the three hashes of one read."""
    path = folder / "large.bin"
    size = int(2e9 * max(scale, 0.25))
    with path.open("wb") as file:
        block = os.urandom(1 << 22)
        for _ in range(size >> 22):
            file.write(block)
    size = path.stat().st_size

    def openssl(*digests: str) -> None:
        for digest in digests:
            subprocess.run(["openssl", "dgst", f"-{digest}", path], check=True, stdout=subprocess.DEVNULL)

    rows = []
    for name, algorithms, gate, aim in (
        ("SHA-256 of a large file, speed against openssl dgst", ("sha256",), 0.9, 0.97),
        ("MD5 + SHA-1 + SHA-256 in one read, speed against openssl md5 alone", ("md5", "sha1", "sha256"), None, None),
    ):
        bare_of = ("sha256",) if len(algorithms) == 1 else ("md5",)
        ours, bare = in_pairs(
            lambda chosen=algorithms: hash_file(str(path), algorithms=chosen),  # type: ignore[misc]  # a bound default has no type of its own
            lambda chosen=bare_of: openssl(*chosen),  # type: ignore[misc]  # a bound default has no type of its own
            pairs,
        )
        ratio, worst = ratios(ours, bare, at_least=True)
        told = f"{size / 1e9:.1f} GB, foreign load {most_foreign(ours, bare):.0%}"
        speeds = [f"{size / median_wall(group) / 1e9:.2f} GB/s" for group in (ours, bare)]
        rows.append(Row(name, *speeds, ratio, worst, gate, aim, at_least=True, note=told))
    subprocess_digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r", path], capture_output=True, text=True, check=True
    )
    agree = subprocess_digest.stdout.split()[0] == hash_file(str(path)).sha256
    rows[0].agreement = "same digest" if agree else "DIFFERENT DIGEST"
    path.unlink()
    return rows


def small_files(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Many small files walked, hashed three times in one read and registered, against hashing alone by openssl."""
    count = max(2000, int(20_000 * scale))
    source, case = folder / "source", folder / "case"
    total = corpus.small_files(source, count, 3)

    def ours() -> None:
        for _ in running.events(source, case, analyzers=()):
            pass

    def openssl(*digests: str) -> None:
        for digest in digests:
            subprocess.run(
                f"find {source} -type f -print0 | xargs -0 openssl dgst -{digest}",
                shell=True,
                check=True,
                stdout=subprocess.DEVNULL,
            )

    rows = []
    for name, digests, gate, aim in (
        (
            "small files: walk + MD5 + SHA-1 + SHA-256 + register, against find | xargs openssl -sha256",
            ("sha256",),
            1.5,
            1.1,
        ),
        ("the same against find | xargs openssl with the same three digests", ("md5", "sha1", "sha256"), None, None),
    ):
        mine, bare = in_pairs(ours, lambda chosen=digests: openssl(*chosen), pairs)  # type: ignore[misc]  # a bound default has no type of its own
        ratio, worst = ratios(mine, bare)
        times = [f"{median_wall(group):.2f} s" for group in (mine, bare)]
        note = f"{count} files, {total / 1e6:.0f} MB, foreign load {most_foreign(mine, bare):.0%}"
        rows.append(Row(name, *times, ratio, worst, gate, aim, note=note))
    shutil.rmtree(source)
    return rows


def orchestration(folder: Path, scale: float, pairs: int) -> list[Row]:
    """CPU of all processes per file when there is nothing to analyse; the start of the program taken off."""
    count = max(2000, int(20_000 * scale))
    source, empty = folder / "source", folder / "empty"
    empty.mkdir()
    (empty / "one.txt").write_text("one")
    for number in range(count):
        path = source / f"{number % 100:02d}"
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{number}.txt").write_text(f"file {number}")

    def spent(where: Path) -> float:
        before = cpu_seconds()
        for _ in running.events(where, folder / "case", analyzers=()):
            pass
        return cpu_seconds() - before

    spent(source)
    each = sorted((spent(source) - spent(empty)) / count * 1e6 for _ in range(pairs))
    middle = each[len(each) // 2]
    return [
        Row(
            "orchestration without analyzers: CPU a file (walk, hash, sniff, register, search index)",
            f"{middle:.0f} µs",
            "200 µs",
            middle / 200,
            each[-1] / 200,
            1.0,
            0.5,
            note=f"{count} files of 10 bytes",
        )
    ]
