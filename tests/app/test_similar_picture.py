"""`similar` looks at a picture of the evidence as everything does: nothing is left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.cli.similar import _job
from core.errors import UsageError
from tests.support.media import picture

LONG_AGO = 946_684_800 * 10**9


@pytest.mark.skipif(not hasattr(os, "O_NOATIME"), reason="this system always notes that a file was read")
def test_the_time_of_the_last_look_stays(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    os.utime(path, ns=(LONG_AGO, LONG_AGO + 1))  # so long ago that even a system which seldom notes it would
    job = _job(path, "ab")
    assert (job.path, job.size, job.modified_ns, job.mime) == (
        str(path),
        path.stat().st_size,
        LONG_AGO + 1,
        "image/png",
    )
    assert path.stat().st_atime_ns == LONG_AGO


def test_what_is_no_picture_or_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no picture", encoding="utf-8")
    with pytest.raises(UsageError, match="is no picture"):
        _job(tmp_path / "a.txt", "")
    with pytest.raises(UsageError, match="cannot be read"):
        _job(tmp_path / "gone.png", "")
