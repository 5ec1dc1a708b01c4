from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.case import queries
from core.case.case import Case
from core.case.runs import Again, Runs, pending, places, to_retry
from core.case.store import CopyRow, FactsRow, Results, Store
from core.records import Finding, MediaKind, Outcome, Problem, Region, SampleResult, State, Vector
from tests.support.backend import info


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as case:
        yield case


@pytest.fixture
def store(case: Case, tmp_path: Path) -> Iterator[Store]:
    source = Runs(case).add_source(tmp_path, str(tmp_path))
    run = Runs(case).start({}, {}, "test")
    with case.connected() as connection, connection.begin():
        store = Store(connection, run)
        store.register([copy(source.id, "a.jpg", "1" * 64), copy(source.id, "Übersee/b.jpg", "2" * 64)])
        yield store


def copy(source: int, path: str, sha256: str | None, **more: object) -> CopyRow:
    values = {"state": "read", "size": 3, "modified_ns": 5, "kind": "image", "mime": "image/png"} | more
    return CopyRow(source, path, path.encode(), sha256=sha256, **values)  # type: ignore[arg-type]  # values of its fields, by their names


RESULT = SampleResult(
    (Finding("bright", 0.9, Region(0.1, 0.2, 0.3, 0.4), text="Grüße aus Überlingen", attributes={"lang": "de"}),),
    (Vector("s", np.array([1.5, -2], np.float16), finding=0),),
)


def test_registering_twice_changes_nothing(store: Store) -> None:
    again = [copy(1, "a.jpg", "1" * 64), copy(1, "c.jpg", "1" * 64)]
    assert store.register(again) == (0, 0)
    assert store.register(again) == (0, 0)
    assert [place.shown for place in places(store.connection, 1)] == ["a.jpg", "c.jpg"]


def test_results_replace_what_stood_under_the_same_config(store: Store) -> None:
    config = store.config(info(), {"a": 1})
    for _ in range(2):
        assert store.results(1, Results(config, Outcome("bright", State.DONE), [(0, RESULT)], {"bright": "light"})) == 1
    other = store.config(info(), {"a": 2})
    store.results(1, Results(other, Outcome("bright", State.DONE), [(0, RESULT)]))
    rows = list(queries.findings(store.connection))
    assert len(rows) == 2
    assert rows[0]["region"] == [0.1, 0.2, 0.3, 0.4]
    assert (rows[0]["group"], rows[0]["attributes"], rows[0]["paths"]) == ("light", {"lang": "de"}, ["a.jpg"])
    assert len(queries.search(store.connection, "ueberlingen")) == 2
    vectors = store.connection.execute(text("SELECT data FROM vector")).scalars().all()
    assert [np.frombuffer(data, "<f2").tolist() for data in vectors] == [[1.5, -2.0]] * 2


def test_the_queue_is_what_has_no_outcome(store: Store) -> None:
    one, two = store.config(info("a"), {"a": 1}), store.config(info("b"), {"b": 1})
    store.outcomes([(1, one, Outcome("a", State.DONE), 0), (1, two, Outcome("b", State.FAILED, "x", "y"), 0)])
    found = pending(store.connection, [one, two], 0, 10)
    assert [(p.content_id, p.configs, p.kind) for p in found.contents] == [(2, (one, two), MediaKind.IMAGE)]
    assert (found.settled, found.settled_bytes, found.last) == (1, 3, 2)
    again = pending(store.connection, [one, two], 0, 10, again=Again(failed=True))
    assert again.contents[0].configs == (two,)


def test_only_what_was_pointed_at_is_tried_again(store: Store) -> None:
    """By its code, by its content, or both; what is partial only then."""
    one, two = store.config(info("a"), {"a": 1}), store.config(info("b"), {"b": 1})
    failed, late = Outcome("a", State.FAILED, "damaged", "x"), Outcome("b", State.TIMED_OUT, "slow", "y")
    cut = Outcome("a", State.PARTIAL, "truncated", "z")
    store.outcomes([(1, one, failed, 0), (1, two, late, 0), (2, one, cut, 0), (2, two, Outcome("b", State.DONE), 0)])
    hashes = dict(store.connection.exec_driver_sql("SELECT id, sha256 FROM content").fetchall())

    def left(again: Again) -> list[tuple[int, tuple[int, ...]]]:
        scan = pending(store.connection, [one, two], 0, 10, again=again)
        assert to_retry(store.connection, again) == sum(len(p.configs) for p in scan.contents)
        return [(p.content_id, p.configs) for p in scan.contents]

    assert left(Again(failed=True)) == [(1, (one, two))]
    assert left(Again(failed=True, codes=("slow",))) == [(1, (two,))]
    assert left(Again(failed=True, codes=("truncated",))) == [(2, (one,))]
    assert left(Again(failed=True, items=frozenset({hashes[2]}))) == [(2, (one,))]
    assert left(Again(failed=True, codes=("damaged", "truncated"), items=frozenset({hashes[1]}))) == [(1, (one,))]
    assert left(Again(codes=("slow",))) == []


def test_a_broken_model_is_always_tried_again(store: Store) -> None:
    config = store.config(info(), {})
    store.outcomes([(1, config, Outcome("bright", State.FAILED, "model-error", "no weights"), 0)])
    assert len(pending(store.connection, [config], 0, 10).contents) == 2


def test_unread_copies_have_outcomes_too(store: Store) -> None:
    store.config(info(), {})
    gone = Problem("vanished", "It is no longer there.")
    store.register([copy(1, "gone.jpg", None, state="vanished", problem=gone), copy(1, "link", None, state="link")])
    rows = [row for row in queries.outcomes(store.connection) if row["sha256"] is None]
    assert [(row["paths"], row["state"], row["reason"]) for row in rows] == [
        (["gone.jpg"], "failed", "It is no longer there."),
        (["link"], "skipped", "not read: link"),
    ]
    assert [row["message"] for row in queries.problems(store.connection)] == ["It is no longer there."]


def test_the_same_problem_is_kept_once(store: Store) -> None:
    for _ in range(3):
        store.problem(Problem("odd", "Odd."), stage="decode", content_id=1)
    store.problem(Problem("odd", "Odd."), stage="decode", content_id=2)
    assert len(list(queries.problems(store.connection))) == 2


def test_names_and_text_are_searched_together(store: Store) -> None:
    assert [hit["kind"] for hit in queries.search(store.connection, "uebersee")] == ["name"]
    store.results(1, Results(store.config(info(), {}), Outcome("bright", State.DONE), [(3, RESULT)]))
    (hit,) = queries.search(store.connection, "Überlingen grüsse")
    assert hit["text"] == "Grüße aus Überlingen"
    assert hit["region"] == [0.1, 0.2, 0.3, 0.4]
    assert "<b>" in queries.search(store.connection, "Überlingen")[0]["snippet"]


def test_facts_are_kept_with_what_was_found(store: Store) -> None:
    store.facts(1, FactsRow(width=4, height=3, normal={"camera": "X"}, thumbnail=True))
    row = store.connection.execute(text("SELECT width, normal, thumbnail FROM media")).one()
    assert tuple(row) == (4, '{"camera": "X"}', 1)


def test_decisions_are_append_only(store: Store) -> None:
    store.connection.execute(
        text("INSERT INTO decision(content_id, kind, value, actor, at) VALUES(1, 'grade', '2', 'me', 'now')")
    )
    for statement in ("UPDATE decision SET value = '0'", "DELETE FROM decision"):
        with pytest.raises(IntegrityError, match="append-only"):
            store.connection.execute(text(statement))


def test_a_decided_finding_survives_a_retry(store: Store) -> None:
    config = store.config(info(), {})
    results = Results(config, Outcome("bright", State.FAILED, "x", "y"), [(0, RESULT)])
    store.results(1, results)
    store.connection.execute(
        text(
            "INSERT INTO decision(content_id, finding_id, kind, value, actor, at)"
            " VALUES(1, 1, 'verdict', 'right', 'me', 'now')"
        )
    )
    store.results(1, Results(config, Outcome("bright", State.DONE), []))
    assert [row["id"] for row in queries.findings(store.connection)] == [1]
