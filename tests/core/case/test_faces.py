from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection

from core.case.case import Case
from core.case.faces import like
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.errors import UsageError
from core.records import Finding, Outcome, Region, SampleResult, State, Vector
from tests.support.backend import info

SPACE = "dlib-face-resnet/ab/faces/1"
OTHER = "sface-2021dec/cd/faces/1"


def faces(*distances: float, space: str = SPACE, quality: float = 0.8) -> SampleResult:
    """Faces on one line: their distance from the first axis' zero."""
    findings = tuple(
        Finding("face", 0.9, Region(0.1, 0.1, 0.2, 0.2), start=1.5, attributes={"quality": quality, "track": 2})
        for _ in distances
    )
    values = [np.array([distance, *[0.0] * 127], np.float16) for distance in distances]
    return SampleResult(findings, tuple(Vector(space, one, place) for place, one in enumerate(values)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Case.create(tmp_path / "case") as case:
        source = Runs(case).add_source(tmp_path, str(tmp_path))
        run = Runs(case).start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            made = Store(connection, run)
            rows = [
                CopyRow(source.id, name, name.encode(), "read", 3, 5, sha256=digit * 64, kind="image", mime="image/png")
                for name, digit in (("a.jpg", "1"), ("b.jpg", "2"), ("c.jpg", "3"))
            ]
            made.register(rows)
            yield made


def keep(store: Store, content: int, result: SampleResult, *, version: str = "1") -> None:
    config = store.config(replace(info("faces"), version=version), {"version": version})
    store.results(content, Results(config, Outcome("faces", State.DONE), [(0, result)]))


def numbers(connection: Connection) -> list[int]:
    return [row[0] for row in connection.exec_driver_sql("SELECT id FROM finding ORDER BY id")]


def test_the_most_similar_first_and_never_itself(store: Store) -> None:
    keep(store, 1, faces(0.0, 2.0))
    keep(store, 2, faces(0.5))
    keep(store, 3, faces(0.25, 0.7))
    first = numbers(store.connection)[0]
    answer = like(store.connection, first)
    assert answer.compared == 4
    assert answer.threshold == 0.7075
    assert [match.similarity for match in answer.matches] == pytest.approx([0.875, 0.75])
    assert [match.sha256[0] for match in answer.matches] == ["3", "2"]
    found = answer.matches[0]
    assert (found.quality, found.start, found.track, found.paths) == (0.8, 1.5, 2, ("c.jpg",))


def test_the_threshold_and_the_number_are_free(store: Store) -> None:
    keep(store, 1, faces(0.0))
    keep(store, 2, faces(*[step / 100 for step in range(40)]))
    first = numbers(store.connection)[0]
    wide = like(store.connection, first, threshold=0.0, limit=5)
    assert [match.similarity for match in wide.matches] == pytest.approx([1 - s / 200 for s in range(5)], abs=1e-3)
    assert len(like(store.connection, first, threshold=0.9).matches) == 20 + 1


def test_the_quality_of_both_decides_what_counts(store: Store) -> None:
    """Similarity 0.75 lies between the threshold and the strong one; of a face seen too badly nothing is said."""
    keep(store, 1, faces(0.0))
    keep(store, 2, faces(0.5, quality=0.2))
    keep(store, 3, faces(0.0, quality=0.05))
    first, *_ = numbers(store.connection)
    answer = like(store.connection, first)
    assert (answer.compared, answer.undecidable) == (2, 1)
    assert answer.matches == (), "the weak one needs 0.76, and the same face, blurred, is not decidable"
    wide = like(store.connection, first, threshold=0.0)
    assert [match.quality for match in wide.matches] == [0.2], "no threshold makes the other one decidable"
    with pytest.raises(UsageError, match="seen too badly to be compared"):
        like(store.connection, numbers(store.connection)[-1])


def test_vectors_of_different_models_never_meet(store: Store) -> None:
    keep(store, 1, faces(0.5))
    keep(store, 2, faces(0.5, space=OTHER), version="2")
    answer = like(store.connection, numbers(store.connection)[0], threshold=-1.0)
    assert (answer.compared, answer.matches) == (0, ())


def test_older_configurations_do_not_double(store: Store) -> None:
    keep(store, 1, faces(0.0))
    keep(store, 2, faces(0.1))
    store.connection.exec_driver_sql(
        "INSERT INTO run(started, state, settings, versions, backend, seconds)"
        " SELECT started, state, settings, versions, backend, seconds FROM run"
    )
    newer = Store(store.connection, 2)
    keep(newer, 1, faces(0.0), version="2")
    keep(newer, 2, faces(0.1), version="2")
    newest = numbers(store.connection)[2]
    assert [match.sha256[0] for match in like(store.connection, newest).matches] == ["2"]


def test_what_cannot_be_asked_is_said(store: Store) -> None:
    keep(store, 1, SampleResult((Finding("face", 0.5),)))
    with pytest.raises(UsageError, match="no finding 99"):
        like(store.connection, 99)
    with pytest.raises(UsageError, match="too small"):
        like(store.connection, numbers(store.connection)[0])
    config = store.config(info("nsfw"), {"other": 1})
    store.results(2, Results(config, Outcome("nsfw", State.DONE), [(0, SampleResult((Finding("x", 0.5),)))]))
    with pytest.raises(UsageError, match="no face"):
        like(store.connection, numbers(store.connection)[-1])
