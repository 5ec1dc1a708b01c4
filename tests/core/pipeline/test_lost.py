"""Thumbnails that are gone are made again by the next run, and nothing else is done for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case.checks import check
from core.events import ContentFinished
from tests.core.pipeline.test_run import Desk
from tests.support.backend import FakeBackend
from tests.support.media import film, picture


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    for number in range(3):
        picture(desk.source / f"{number}.png", 40 * number + 20, seed=number)
    film(desk.source / "film.mp4", seconds=1)
    (desk.source / "notes.txt").write_text("nothing to see", encoding="utf-8")
    yield desk
    desk.case.close()


def pictures(desk: Desk) -> dict[str, bytes]:
    return {str(path.relative_to(desk.case.folder)): path.read_bytes() for path in desk.case.thumbnails.rglob("*.jpg")}


def test_lost_thumbnails_come_back(desk: Desk) -> None:
    desk.run(FakeBackend())
    whole = {name: data for name, data in pictures(desk).items() if ".story" not in name}
    assert len(whole) == 4
    findings, outcomes = desk.findings(), desk.outcomes()

    shutil.rmtree(desk.case.thumbnails)
    assert "4 thumbnails are missing" in check(desk.case)[3].sentence
    again = FakeBackend()
    events = list(desk.events(again))
    assert again.calls == []
    assert sum(isinstance(event, ContentFinished) for event in events) == 4
    assert {name: data for name, data in pictures(desk).items() if ".story" not in name} == whole
    assert (desk.findings(), desk.outcomes()) == (findings, outcomes)
    assert "All thumbnails" in check(desk.case)[3].sentence
    assert not any(isinstance(event, ContentFinished) for event in desk.events(FakeBackend()))


def test_thumbnails_that_found_no_room_are_made_by_the_next_run(desk: Desk) -> None:
    shutil.rmtree(desk.case.thumbnails)
    desk.case.thumbnails.write_bytes(b"no folder can be made here")
    desk.run(FakeBackend())
    assert "4 thumbnails are missing" in check(desk.case)[3].sentence
    desk.case.thumbnails.unlink()
    desk.run(FakeBackend())
    assert len([name for name in pictures(desk) if ".story" not in name]) == 4


def test_an_empty_or_unmakeable_thumbnail_changes_no_outcome(desk: Desk) -> None:
    desk.run(FakeBackend())
    outcomes = desk.outcomes()
    sha256 = outcomes["0.png", "bright"]["sha256"]
    desk.case.thumbnail(sha256).write_bytes(b"")
    (desk.source / "0.png").unlink()
    desk.run(FakeBackend())
    assert desk.case.thumbnail(sha256).read_bytes() == b""
    states = {place: row["state"] for place, row in desk.outcomes().items()}
    assert states == {place: row["state"] for place, row in outcomes.items()}
