from __future__ import annotations

from pathlib import Path

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.events import ContentFinished, Progress, RunFinished
from core.pipeline.run import run
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.media import picture

COUNT = 30


def case_over(folder: Path) -> Case:
    """Pictures that are registered but not looked at."""
    for number in range(COUNT):
        picture(folder / "evidence" / f"{number:02}.png", level=20 + 7 * number, seed=number)
    case = Case.create(folder / "case")
    sources = [Runs(case).add_source(folder / "evidence", "evidence")]
    for event in run(case, sources, FakeBackend(), RunSettings(analyzers=(), workers=1), Control()):
        assert not isinstance(event, ContentFinished)
    return case


def test_what_is_looked_at_goes_before_its_turn_and_is_counted_once(tmp_path: Path) -> None:
    case = case_over(tmp_path)
    with case.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, sha256 FROM content ORDER BY id").fetchall()
    wish = tuple(row[0] for row in rows[-3:])
    hashes = {row[1] for row in rows[-3:]}
    settings = RunSettings(analyzers=("bright",), workers=1)
    backend = FakeBackend(seconds=0.01)
    events = list(run(case, Runs(case).sources(), backend, settings, Control(), first=lambda: wish))
    looked = list(dict.fromkeys(content for _, content, _ in backend.calls))
    assert set(looked[:3]) == hashes
    assert len(looked) == COUNT
    assert len(backend.calls) == COUNT
    last = next(event for event in reversed(events) if isinstance(event, Progress))
    assert (last.contents, last.total_contents) == (COUNT, COUNT)
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.outcomes == {"bright": {"done": COUNT}}
    case.close()


def test_a_wish_may_change_and_may_be_nonsense(tmp_path: Path) -> None:
    case = case_over(tmp_path)
    wishes = iter([(COUNT, 10**9, -1), (COUNT, 10**9, -1), (2,), (COUNT - 1, 1), ()])
    now: tuple[int, ...] = ()

    def wanted() -> tuple[int, ...]:
        nonlocal now
        now = next(wishes, now)
        return now

    settings = RunSettings(analyzers=("bright",), workers=2)
    backend = FakeBackend()
    events = list(run(case, Runs(case).sources(), backend, settings, Control(), first=wanted))
    assert len(backend.calls) == COUNT
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.outcomes == {"bright": {"done": COUNT}}
    again = list(run(case, Runs(case).sources(), backend, settings, Control(), first=lambda: (3, 4)))
    assert len(backend.calls) == COUNT
    assert isinstance(again[-1], RunFinished)
    case.close()
