"""A clock that is set back during a run, daylight saving and other time zones: nothing goes by the time of day."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from core.case import clock, decisions
from core.case.case import Case
from core.case.checks import check
from core.case.overview import runs
from core.case.runs import Runs
from tests.support.backend import FakeBackend
from tests.support.desk import Desk
from tests.support.media import picture


class Falling(datetime):
    """Each look at the clock shows an hour less than the one before."""

    looks = 0

    @classmethod
    def now(cls, tz: object = None) -> Falling:  # type: ignore[override] # as it is called here
        cls.looks += 1
        return cls(2026, 10, 25, 3, 0, tzinfo=UTC) - timedelta(hours=cls.looks)


def test_a_clock_that_falls_all_the_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        picture(desk.source / f"{number}.png", 60 * number + 20, seed=number)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "datetime", Falling)
        first, second = desk.run(FakeBackend()), desk.run(FakeBackend())
        assert decisions.grade(desk.case, [1], "1")
        assert decisions.undo(desk.case)
        desk.case.backup()
    assert Falling.looks > 10
    assert first.seconds > 0
    assert second.seconds > 0
    last = Runs(desk.case).last()
    assert last is not None
    assert (last["id"], last["state"]) == (second.run, "finished")
    assert last["ended"] < last["started"], "the clock said so, and it is the record"
    with desk.case.reading() as connection:
        records = runs(connection)
        assert [one.id for one in records] == [second.run, first.run]
        assert all(one.seconds >= 0 for one in records)
        kinds = [entry.kind for entry in decisions.history(connection, 1)]
    assert kinds == ["grade"]
    with Case.open(desk.case.folder) as case:
        results = check(case)
        assert [one.sentence for one in results if not one.ok] == []
        assert any("clock went back" in one.sentence for one in results)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no tzset")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"])
def test_what_is_recorded_is_the_same_in_every_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        at = clock.now()
        assert at.endswith("Z")
        assert abs(clock.seconds_of(at) - time.time()) < 5
    time.tzset()
