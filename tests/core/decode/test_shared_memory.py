"""Shared memory that is missing, or that others fill: said as what it is, and never held against a file."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from core.decode import slots, worker
from core.decode.jobs import Decoded
from core.decode.pool import DecodePool
from core.errors import StorageError
from core.memory import Segment
from core.settings import DecodeLimits
from tests.core.decode.conftest import EXTRA, drain, job_for
from tests.faults.decoders import write


@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="only POSIX systems give shared memory page by page")
@pytest.mark.parametrize("full", [True, False])
def test_a_decoder_without_shared_memory_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    monkeypatch.setattr(worker, "_LACK", 1 << 60 if full else 0)
    with DecodePool(1, DecodeLimits(), slots=2, slot_bytes=12_000_000, extra_decoders=EXTRA) as pool:
        job = job_for(write(tmp_path / "a.png", "bus"))
        if full:
            with pytest.raises(StorageError, match="shared memory"):
                drain(pool, [job])
            return
        end = drain(pool, [job])[job.path].end
    assert isinstance(end, Decoded)
    assert (end.code, "SIGBUS" in end.reason) == ("decoder-crashed", True)


def test_without_any_shared_memory_it_says_so_and_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Segment] = []

    def segment(size: int) -> Segment:
        if len(made) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        made.append(Segment(size))
        return made[-1]

    monkeypatch.setattr(slots, "Segment", segment)
    with pytest.raises(StorageError, match="no shared memory"):
        DecodePool(1, DecodeLimits(), slots=3, slot_bytes=12_000_000)
    if Path("/dev/shm").is_dir():
        assert not any(Path("/dev/shm", one.name).exists() for one in made)
