"""Times and file numbers that no database has room for: the evidence of one such file must not end the run."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from core.case import queries
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.events import ProblemNoted, RunFinished
from core.evidence import walk as walking
from core.evidence.facts import EARLIEST, LATEST, kept, look_by_stat, of_stat
from core.evidence.walk import walk
from core.pipeline.run import run
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.media import picture

LATE = int(datetime(2300, 1, 1, tzinfo=UTC).timestamp()) * 10**9


def test_a_time_that_fits_is_kept_as_it_is() -> None:
    assert [kept(time) for time in (0, -1, LATEST, EARLIEST)] == [0, -1, LATEST, EARLIEST]
    assert [kept(time) for time in (LATE, LATEST + 1, EARLIEST - 1)] == [LATEST, LATEST, EARLIEST]


@pytest.mark.parametrize(
    ("inode", "expected"), [(5, 5), (2**63 - 1, 2**63 - 1), (2**63, -(2**63)), (2**64 - 1, -1), (2**127 + 9, 9)]
)
def test_file_numbers_take_64_bits(inode: int, expected: int) -> None:
    found = SimpleNamespace(
        st_mode=0o100644, st_size=3, st_mtime_ns=LATE, st_ctime_ns=1, st_atime_ns=2, st_ino=inode, st_dev=2**63 + 1
    )
    facts = of_stat(cast(os.stat_result, found))
    assert (facts.inode, facts.modified_ns) == (expected, LATEST)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    picture(folder / "late.png")
    picture(folder / "usual.png", seed=1)
    os.utime(folder / "late.png", ns=(LATE, LATE))
    if (folder / "late.png").stat().st_mtime_ns != LATE:
        pytest.skip("this file system keeps no such time")
    return folder


@pytest.fixture(params=[True, False], ids=["statx", "lstat"])
def _looked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(walking, "looker", lambda: look_by_stat)


@pytest.mark.usefixtures("_looked")
def test_the_walk_gives_times_that_can_be_kept(source: Path) -> None:
    assert {entry.path: entry.modified_ns == LATEST for entry in walk(source)} == {
        "late.png": True,
        "usual.png": False,
    }


def test_a_file_of_the_year_2300_is_analysed_and_its_time_is_a_problem(source: Path, tmp_path: Path) -> None:
    with Case.create(tmp_path / "case") as case:
        for again in (False, True):
            place = Runs(case).add_source(source, "evidence")
            settings = RunSettings(analyzers=("bright",), workers=1)
            events = list(run(case, [place], FakeBackend(), settings, Control()))
            assert isinstance(events[-1], RunFinished)
            noted = [(one.path, one.problem.code) for one in events if isinstance(one, ProblemNoted)]
            assert noted == ([] if again else [("late.png", "odd-times")])
        with case.reading() as connection:
            rows = [(row["paths"], row["state"]) for row in queries.outcomes(connection)]
            (problem,) = queries.problems(connection)
            states = dict(connection.exec_driver_sql("SELECT path, state FROM copy").fetchall())
    assert sorted(rows) == [(["late.png"], "done"), (["usual.png"], "done")]
    assert (problem["path"], problem["code"]) == ("late.png", "odd-times")
    assert states == {"late.png": "read", "usual.png": "read"}
