"""How much time and memory one file may cost, and the part of that which the operating system enforces in the child."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass

from core.decode.jobs import DecodeJob
from core.records import MediaKind
from core.settings import DecodeLimits

__all__ = ["Allowance", "allowance", "confine", "limit_cpu"]

_MEGABYTE = 1_000_000
_OPENING_MEGABYTES = 64  # how much of a film's size counts for the time until its first sign of life
_CPU_MARGIN = 5.0  # seconds by which the operating system's limit lies above the parent's


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one file may use. `wall`: seconds to the end of a picture, or to the first sign of life of a film;
    `step`: seconds from one sign of life to the next; `cpu`: CPU seconds between two of them."""

    wall: float
    step: float
    cpu: float
    memory: int


def allowance(limits: DecodeLimits, job: DecodeJob) -> Allowance:
    """Limits scaled by the size of the file. A film is measured from one sign of life to the next instead of as a
    whole: hours of material are no reason to stop it, and its size is no reason to wait for hours when it hangs."""
    megabytes = job.size / _MEGABYTE
    if job.kind in (MediaKind.VIDEO, MediaKind.AUDIO):
        megabytes = min(megabytes, _OPENING_MEGABYTES)
    return Allowance(
        wall=limits.wall_seconds + limits.wall_seconds_per_megabyte * megabytes,
        step=limits.wall_seconds,
        cpu=limits.cpu_seconds + limits.cpu_seconds_per_megabyte * megabytes,
        memory=limits.memory_bytes,
    )


def confine(memory: int) -> None:
    """In the child, once: no files can be written, no core is dumped, private memory is limited.

    RLIMIT_DATA and not RLIMIT_AS: shared memory and mapped libraries take address space that costs nothing. Windows has
    none of these; there the parent's watch over memory and time is the limit.
    """
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def limit_cpu(seconds: float) -> None:
    """In the child, for each file: this process ends (SIGXCPU) when it uses more CPU than `seconds` from now on.

    A second line behind the parent's watch: it also holds when the parent has been killed.
    """
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = math.ceil(time.process_time() + seconds + _CPU_MARGIN)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
