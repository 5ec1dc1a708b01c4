"""A run puts films that show the same into stacks by themselves, decoding each file once and none a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import browse
from core.decode.jobs import Decoded
from core.pipeline.keep import Keeper
from core.pipeline.task import Task
from tests.support.backend import FakeBackend
from tests.support.desk import Desk
from tests.support.films import black, scenes


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.case.close()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Decoded]:
    """Whatever was decoded in this test."""
    seen: list[Decoded] = []
    finished = Keeper.finished

    def note(self: Keeper, task: Task) -> None:
        assert task.decoded is not None
        seen.append(task.decoded)
        finished(self, task)

    monkeypatch.setattr(Keeper, "finished", note)
    return seen


def stacks(desk: Desk) -> set[frozenset[str]]:
    with desk.case.reading() as connection:
        rows = browse.rows(connection, list(browse.ids(connection)))
    found: dict[int, set[str]] = {}
    for row in rows:
        if row.stack is not None:
            found.setdefault(row.stack, set()).add(row.name)
    return {frozenset(names) for names in found.values()}


def test_films_that_show_the_same_are_a_stack(desk: Desk, decoded: list[Decoded]) -> None:
    scenes(desk.source / "original.mp4", group=96)
    scenes(desk.source / "half.avi", scale=0.5, codec="mpeg4")
    scenes(desk.source / "another.mkv", seed=2, group=96)
    scenes(desk.source / "black.mp4", end=3, picture=black)
    scenes(desk.source / "black too.mkv", end=4, picture=black)
    desk.run(FakeBackend())
    assert stacks(desk) == {frozenset({"original.mp4", "half.avi"})}
    assert len(decoded) == 5
    assert {one.decodes for one in decoded} == {1}

    decoded.clear()
    scenes(desk.source / "trimmed.mkv", begin=0.6, end=7.5, scale=0.75, group=40)
    scenes(desk.source / "part.mp4", begin=2.3, end=6.0, group=30)
    desk.run(FakeBackend())
    assert stacks(desk) == {frozenset({"original.mp4", "half.avi", "trimmed.mkv", "part.mp4"})}
    assert len(decoded) == 2, "what was analysed before is not looked at again"
