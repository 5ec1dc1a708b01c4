"""Hash lists that were read before a run mark what the run registers, in that run; never by a grade, never twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.case import browse, decisions, filters, hash_lists
from core.case.checks import check
from core.case.list_watch import ListWatch
from core.events import KnownFound, ProblemNoted, RunFinished
from tests.support.backend import FakeBackend
from tests.support.desk import Desk
from tests.support.media import picture


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.source.mkdir()
    for number in range(4):
        picture(desk.source / f"p{number}.png", number)
    yield desk
    desk.case.close()


def digest(path: Path, name: str) -> str:
    return hashlib.new(name, path.read_bytes(), usedforsecurity=False).hexdigest()


def listed(folder: Path, *lines: str, name: str = "known.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([*lines, "00" * 16]), "utf-8")
    return path


def tagged(desk: Desk, tag: str) -> list[str]:
    with desk.case.reading() as connection:
        rows = browse.rows(connection, list(browse.ids(connection, browse.Filter((filters.tag(tag),)))))
        assert all(row.grade is None and not row.reviewed for row in rows)
        return sorted(row.name for row in rows)


def trail(desk: Desk, action: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in desk.case.audit.path.read_text("utf-8").splitlines()]
    return [line["details"] for line in lines if line["action"] == action]


def test_what_a_list_knows_is_marked_in_the_run_that_finds_it(desk: Desk, tmp_path: Path) -> None:
    first, second = desk.source / "p1.png", desk.source / "p3.png"
    hash_lists.apply(desk.case, listed(tmp_path, digest(first, "md5"), digest(second, "sha1")), "notable")
    hash_lists.apply(desk.case, listed(tmp_path, digest(second, "sha256"), name="other.txt"))
    events = list(desk.events(FakeBackend()))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert dict(finished.known) == {"list: notable": 2, "list: other": 1}
    assert tagged(desk, "list: notable") == ["p1.png", "p3.png"]
    assert tagged(desk, "list: other") == ["p3.png"]
    hits = [event for event in events if isinstance(event, KnownFound)]
    assert {sha for event in hits for sha in event.content} == {digest(first, "sha256"), digest(second, "sha256")}
    assert sum(hit["contents"] for hit in trail(desk, "hash list hit")) == 3
    assert [(line["contents"], line["found"]) for line in trail(desk, "hash list compared")] == [(4, 2), (4, 1)]
    with desk.case.reading() as connection:
        assert decisions.undoable(connection) is None, "it is no act of the examiner's"
        content = browse.ids(connection, browse.Filter((filters.tag("list: other"),)))[0]
        assert {entry.actor for entry in decisions.history(connection, content)} == {f"run {finished.run}"}


def test_only_what_is_new_is_looked_up(desk: Desk, tmp_path: Path) -> None:
    desk.run(FakeBackend())
    path = listed(tmp_path, *(digest(desk.source / f"p{number}.png", "md5") for number in range(4)))
    found, _ = hash_lists.apply(desk.case, path)
    assert len(found.ids) == 4
    with desk.case.reading() as connection:
        (known,) = hash_lists.known_lists(connection)
        some = list(browse.ids(connection))[:2]
    decisions.untag(desk.case, some, "list: known")
    assert desk.run(FakeBackend()).known == {}
    assert len(tagged(desk, "list: known")) == 2, "what the examiner took away does not come back"
    picture(desk.source / "p9.png", 9)
    assert desk.run(FakeBackend()).known == {}
    assert trail(desk, "hash list compared") == [
        {"run": 3, "sha256": known.sha256, "contents": 1, "found": 0},
    ]


def test_a_run_that_was_stopped_goes_on_behind_what_was_compared(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_lists.apply(desk.case, listed(tmp_path, digest(desk.source / "p0.png", "md5")))
    monkeypatch.setattr(ListWatch, "look", lambda _self, **_more: ([], []))  # killed before it came to that
    desk.run(FakeBackend())
    assert tagged(desk, "list: known") == []
    monkeypatch.undo()
    assert dict(desk.run(FakeBackend()).known) == {"list: known": 1}
    assert tagged(desk, "list: known") == ["p0.png"]
    assert desk.run(FakeBackend()).known == {}


def test_a_list_that_is_gone_or_changed_is_a_problem(desk: Desk, tmp_path: Path) -> None:
    hash_lists.apply(desk.case, listed(tmp_path, digest(desk.source / "p0.png", "md5")))
    (kept,) = (desk.case.folder / "lists").iterdir()
    data = bytearray(kept.read_bytes())
    data[3] ^= 1
    kept.write_bytes(data)
    assert not all(result.ok for result in check(desk.case))
    problems = [event for event in desk.events(FakeBackend()) if isinstance(event, ProblemNoted)]
    assert [(event.path, event.problem.code) for event in problems] == [("known.csv", "hash-list-missing")]
    assert tagged(desk, "list: known") == []
    hash_lists.apply(desk.case, tmp_path / "known.csv")
    assert tagged(desk, "list: known") == ["p0.png"]
    assert all(result.ok for result in check(desk.case))


def test_a_forgotten_list_is_asked_no_more(desk: Desk, tmp_path: Path) -> None:
    hash_lists.apply(desk.case, listed(tmp_path, digest(desk.source / "p0.png", "md5")))
    with desk.case.reading() as connection:
        (known,) = hash_lists.known_lists(connection)
    hash_lists.forget(desk.case, known.id)
    assert list((desk.case.folder / "lists").iterdir()) == []
    assert desk.run(FakeBackend()).known == {}
    assert tagged(desk, "list: known") == []
    assert trail(desk, "hash list forgotten")
