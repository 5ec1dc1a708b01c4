"""Files made on the spot, and a pool of two decode children that all tests of a module share."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode.jobs import Decoded, DecodeJob, Retrying, SamplesReady
from core.decode.pool import DecodePool
from core.evidence.sniff import sniff
from core.records import MediaKind, Sample
from core.settings import DecodeLimits, SamplingPolicy

EXTRA = ("tests.faults.decoders:factory",)


def job_for(path: Path, **changes: Any) -> DecodeJob:
    """The job that the pipeline would make for this file."""
    found = path.stat()
    with path.open("rb") as file:
        mime, kind = sniff(file.read(4096), size=found.st_size)
    fields: dict[str, Any] = {
        "content": hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest(),
        "path": str(path),
        "size": found.st_size,
        "modified_ns": found.st_mtime_ns,
        "kind": MediaKind(kind),
        "mime": mime,
        "policy": SamplingPolicy(),
    }
    return DecodeJob(**(fields | changes))


@dataclass
class Outcome:
    """Everything that the pool said about one job. `pixels` are copies."""

    end: Decoded | None = None
    samples: list[Sample] = field(default_factory=list)
    pixels: list[NDArray[np.uint8]] = field(default_factory=list)
    retries: list[Retrying] = field(default_factory=list)

    @property
    def decoded(self) -> Decoded:
        assert self.end is not None
        return self.end


def drain(pool: DecodePool, jobs: list[DecodeJob], seconds: float = 150.0) -> dict[str, Outcome]:
    """Run the jobs to their ends; by path. Fails when one ends twice or the time is over."""
    outcomes = {job.path: Outcome() for job in jobs}
    waiting = list(reversed(jobs))
    deadline = time.monotonic() + seconds
    while waiting or not pool.idle():
        assert time.monotonic() < deadline, "the pool does not come to an end"
        while waiting and pool.room():
            pool.submit(waiting.pop())
        for event in pool.poll(0.1):
            outcome = outcomes[event.job.path]
            assert outcome.end is None, "an event after the end"
            if isinstance(event, SamplesReady):
                outcome.samples.extend(event.samples)
                outcome.pixels.extend(sample.array().copy() for sample in event.samples)
                pool.release(event.slot)
            elif isinstance(event, Retrying):
                outcome.retries.append(event)
                outcome.samples.clear()
                outcome.pixels.clear()
            else:
                outcome.end = event
    return outcomes


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(2, DecodeLimits(), slots=4, slot_bytes=24_000_000, extra_decoders=EXTRA) as pool:
        yield pool


@pytest.fixture
def decode(pool: DecodePool) -> Callable[..., Outcome]:
    """Decode one file: `decode(path, **changes to the job)`."""

    def run(path: Path, **changes: Any) -> Outcome:
        job = job_for(path, **changes)
        return drain(pool, [job])[job.path]

    return run


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real media beside the checkout."""
    named = os.environ.get("ASSERVAT_SHARED_DATA")
    place = Path(named) if named else Path(__file__).parents[4] / "shared" / "data"
    if not place.is_dir():
        pytest.skip(f"no shared media at {place}")
    return place


def photo(width: int, height: int, seed: int = 1) -> NDArray[np.uint8]:
    """A picture with a gradient, some noise and a bright top left corner, so that every orientation differs."""
    noise = np.random.default_rng(seed).integers(0, 40, (height, width, 3))
    rows, columns = np.mgrid[0:height, 0:width]
    base = np.stack([rows * 150 // max(1, height), columns * 150 // max(1, width), (rows + columns) % 100], axis=2)
    picture = (base + noise).astype(np.uint8)
    picture[: height // 4, : width // 4] = (250, 240, 10)
    return picture
