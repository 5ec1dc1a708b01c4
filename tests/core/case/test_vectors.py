from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.case import vectors
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.errors import UsageError
from core.records import Finding, Outcome, SampleResult, State, Vector
from tests.support.backend import info

ONE, TWO = "abc123" + "1" * 58, "abc124" + "2" * 58


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Case.create(tmp_path / "case") as case:
        source = Runs(case).add_source(tmp_path, "x")
        run = Runs(case).start({}, {}, "test")
        with case.connected() as connection, connection.begin():
            made = Store(connection, run)
            rows = [("in/a.jpg", ONE), ("out/a.jpg", TWO), ("in/b.jpg", TWO)]
            made.register(
                [CopyRow(source.id, path, path.encode(), "read", 3, 5, sha256=sha256) for path, sha256 in rows]
            )
            yield made


def keep(
    store: Store, content: int, *samples: tuple[int, list[float]], space: str = "s", name: str = "embedding"
) -> None:
    config = store.config(info(name), {"space": space, "analyzer": name})
    results = [
        (index, SampleResult((Finding("x"),), (Vector(space, np.array(values, np.float16)),)))
        for index, values in samples
    ]
    store.results(content, Results(config, Outcome(name, State.DONE), results))


def test_vectors_come_back_as_they_were_kept(store: Store) -> None:
    keep(store, 1, (0, [1.0, 0.0]))
    keep(store, 2, (0, [0.6, 0.8]), (3, [0.0, 1.0]))
    keep(store, 2, (0, [1.0, 0.0, 0.0]), space="newer")
    keep(store, 2, (0, [9.0, 9.0]), space="s", name="faces")
    assert vectors.spaces(store.connection, "embedding") == [vectors.Space("newer", 1, 1), vectors.Space("s", 3, 2)]
    (chunk,) = vectors.stored(store.connection, "embedding", "s")
    assert chunk.owners.tolist() == [1, 2, 2]
    assert chunk.samples.tolist() == [0, 0, 3]
    np.testing.assert_allclose(chunk.values.astype(float), [[1, 0], [0.6, 0.8], [0, 1]], atol=1e-3)
    own = vectors.of_content(store.connection, "embedding", "s", 2)
    np.testing.assert_allclose(own, [[0.6, 0.8], [0, 1]], atol=1e-3)
    assert len(vectors.of_content(store.connection, "embedding", "newer", 1)) == 0


def test_vectors_of_findings_are_not_those_of_the_picture(store: Store) -> None:
    config = store.config(info("embedding"), {})
    result = SampleResult((Finding("x"),), (Vector("s", np.ones(2, np.float16), finding=0),))
    store.results(1, Results(config, Outcome("embedding", State.DONE), [(0, result)]))
    assert vectors.spaces(store.connection, "embedding") == []


def test_an_item_is_named_by_hash_or_path(store: Store) -> None:
    def find(text: str) -> vectors.Item:
        return vectors.find(store.connection, text)

    assert find("ABC123").sha256 == ONE
    assert find(TWO).paths == ("in/b.jpg", "out/a.jpg")
    assert find("in/a.jpg").sha256 == ONE
    assert find("b.jpg").sha256 == TWO
    for wrong, said in (("abc12", "no file"), ("c.jpg", "no file"), ("a.jpg", "2 different files")):
        with pytest.raises(UsageError, match=said):
            find(wrong)


def test_a_sample_has_its_place(store: Store) -> None:
    store.positions(2, "policy", [(0, 0.0, 0, None), (3, 1.5, 36, None)])
    assert vectors.place(store.connection, 2, 3) == vectors.Place(1.5, 36, None)
    assert vectors.place(store.connection, 1, 0) == vectors.Place()


def test_it_says_why_there_are_none(store: Store) -> None:
    assert "never run" in vectors.why_none(store.connection, "embedding")
    config = store.config(info("embedding", missing="No pack."), {})
    store.results(1, Results(config, Outcome("embedding", State.SKIPPED, "model-missing", "No pack is installed.")))
    assert "No pack is installed." in vectors.why_none(store.connection, "embedding")
