from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from core.case import browse, decisions, schema
from core.case.case import Case
from core.case.checks import check
from core.case.items import rebuild
from core.case.migrations.versions import v0001_initial
from core.case.store import Results, Store
from core.records import Finding, Outcome, Problem, SampleResult, State
from tests.core.case import desk
from tests.core.case.desk import A, B, C, D, F
from tests.support.backend import info


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with desk.make(tmp_path / "case") as case:
        yield case


def derived(connection: Connection) -> dict[str, list[object]]:
    """Everything in the derived tables, without the numbers that folders and labels happen to have."""
    asked = {
        "item": "SELECT item.*, folder.path FROM item LEFT JOIN folder ON folder.id = folder_id ORDER BY content_id",
        "places": "SELECT content_id, name, path FROM item_place JOIN folder ON id = folder_id ORDER BY 1, 2, 3",
        "labels": "SELECT content_id, analyzer, label, grouping, score, count FROM item_label JOIN label ON id ="
        " label_id ORDER BY 1, 2, 3",
        "tags": "SELECT * FROM item_tag ORDER BY 1, 2",
    }
    found: dict[str, list[object]] = {}
    for name, sql in asked.items():
        rows = connection.exec_driver_sql(sql).mappings().all()
        found[name] = [{k: v for k, v in row.items() if k != "folder_id"} for row in rows]
    return found


def test_rebuilding_changes_nothing(case: Case) -> None:
    """What was kept step by step is what follows from the truth."""
    for act in (
        lambda: decisions.grade(case, [A, B, C], "1"),
        lambda: decisions.grade(case, [A], ""),
        lambda: decisions.flag(case, [B]),
        lambda: decisions.tag(case, [A, B, D], "boat"),
        lambda: decisions.untag(case, [A], "boat"),
        lambda: decisions.note(case, [C], "x"),
        lambda: decisions.bookmark(case, C, 1.0),
        lambda: decisions.exclude(case, [D], "x"),
        lambda: decisions.review(case, [D]),
        lambda: decisions.undo(case),
    ):
        act()
    with case.reading() as connection:
        before = derived(connection)
    with case.writing() as connection:
        assert rebuild(connection) == 6
        assert derived(connection) == before


def test_items_follow_a_run(case: Case) -> None:
    def row(store: Store, number: int) -> browse.ItemRow:
        return browse.rows(store.connection, [number])[0]

    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        assert row(store, D).state == "failed"
        nsfw = store.config(info("nsfw"), {"n": 1})
        found = SampleResult((Finding("BELLY", 0.3), Finding("BELLY", 0.5)))
        store.results(D, Results(nsfw, Outcome("nsfw", State.DONE), [(0, found)], desk.GROUPS))
        assert (row(store, D).state, row(store, D).suggestive, row(store, D).labels[0].count) == ("done", 0.5, 2)
        store.results(D, Results(nsfw, Outcome("nsfw", State.DONE), []))
        assert (row(store, D).suggestive, row(store, D).findings, row(store, D).labels) == (None, 0, ())
        newer = store.config(info("nsfw"), {"n": 2})
        store.outcomes([(D, newer, Outcome("nsfw", State.TIMED_OUT, "slow", "Slow."), 0)])
        assert row(store, D).state == "timed out"
        store.problem(Problem("odd", "Odd."), stage="decode", content_id=D)
        store.problem(Problem("odd", "Odd."), stage="decode", content_id=D)
        assert row(store, D).problems == 1
        before = derived(connection)
        rebuild(connection)
        assert derived(connection) == before


def test_items_follow_a_copy_that_is_looked_at_again(case: Case) -> None:
    """One that could not be read before now can, and holds what is known already; one has another time than before."""
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        broken = connection.exec_driver_sql("SELECT id FROM copy WHERE path = 'broken.jpg'").scalar_one()
        store.again(broken, desk.copy(2, "broken.jpg", desk.sha("f"), day=20))
        assert browse.rows(connection, [F])[0].copies == 2
        store.again(broken, desk.copy(2, "broken.jpg", desk.sha("f"), day=21))
        first = connection.exec_driver_sql("SELECT min(id) FROM copy WHERE content_id = ?", (B,)).scalar_one()
        store.again(first, desk.copy(1, "DCIM/trip/b.jpg", desk.sha("b"), size=500, day=30))
        assert browse.rows(connection, [B])[0].dated == "1970-01-31T00:00:00"
        before = derived(connection)
        rebuild(connection)
        assert derived(connection) == before


def test_the_migration_brings_an_old_case_to_the_desk(tmp_path: Path, case: Case) -> None:
    """A case of schema 0001 with the same truth becomes the same items, and its decisions keep their ids."""
    old = tmp_path / "old"
    with Case.create(old):
        pass
    (old / "case.db").unlink()
    with contextlib.closing(sqlite3.connect(old / "case.db")) as database, database:
        _make_0001(database, case.folder / "case.db")
    with Case.open(old) as migrated, migrated.reading() as connection, case.reading() as truth:
        after, wanted = derived(connection), derived(truth)
        assert after["item"][1:] == wanted["item"][1:]
        assert {**after["item"][0], "grade": None, "reviewed": 0} == wanted["item"][0]  # type: ignore[dict-item]  # a row as a dictionary
        assert (after["places"], after["labels"]) == (wanted["places"], wanted["labels"])
        assert browse.rows(connection, [A])[0].grade == "3"
        rows = connection.exec_driver_sql("SELECT id, kind, withdraws FROM decision ORDER BY id").fetchall()
        assert [tuple(row) for row in rows] == [(1, "grade", None), (2, "withdraw", 1), (5, "grade", None)]
        wrong = {result.name for result in check(migrated) if not result.ok}
        assert wrong <= {"record"}  # the trail is that of the case which stood in this folder before
    with Case.open(old) as migrated:
        assert decisions.grade(migrated, [A], "4")


def _make_0001(database: sqlite3.Connection, source: Path) -> None:
    path = database.execute("PRAGMA database_list").fetchone()[2]
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        v0001_initial.metadata.create_all(connection)
        for statement in v0001_initial.STATEMENTS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    database.execute("ATTACH ? AS new", (str(source),))
    for table in v0001_initial.metadata.sorted_tables:
        if table.name != "decision":
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            database.execute(f"INSERT INTO {table.name}({columns}) SELECT {columns} FROM new.{table.name}")
    database.executemany(
        "INSERT INTO decision(id, content_id, kind, value, actor, at, withdraws) VALUES(?,?,?,?,'me','then',?)",
        [(1, A, "grade", "1", None), (2, A, "withdraw", "", 1), (5, A, "grade", "3", None)],
    )
    database.execute("CREATE TABLE alembic_version(version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    database.execute("INSERT INTO alembic_version VALUES('0001')")


def test_a_migrated_schema_is_the_schema_of_the_code(case: Case) -> None:
    engine = create_engine("sqlite://")
    with case.reading() as migrated, engine.begin() as made:
        schema.metadata.create_all(made)
        for statement in schema.STATEMENTS:
            made.exec_driver_sql(statement)
        assert _shape(migrated) == _shape(made)
    engine.dispose()


def _shape(connection: Connection) -> dict[str, object]:
    """Columns, keys, indexes with their conditions, and triggers, without the way in which they are written."""

    def rows(sql: str) -> list[tuple[object, ...]]:
        return sorted(tuple(row) for row in connection.exec_driver_sql(sql))

    found: dict[str, object] = {}
    for kind, name, sql in rows("SELECT type, name, sql FROM sqlite_master WHERE name <> 'alembic_version'"):
        if kind == "table":
            found[f"table {name}"] = rows(f"SELECT cid, name, type, \"notnull\", pk FROM pragma_table_info('{name}')")
            found[f"keys {name}"] = rows(f'SELECT "table", "from", "to" FROM pragma_foreign_key_list(\'{name}\')')
        elif kind == "index" and "alembic" not in str(name):
            found[f"index {name}"] = rows(f"SELECT seqno, name, \"desc\", coll FROM pragma_index_xinfo('{name}')")
            found[f"only {name}"] = str(sql).partition(" WHERE ")[2]
        elif kind == "trigger":
            found[f"trigger {name}"] = sql
    return found


def test_acts_are_append_only(case: Case) -> None:
    decisions.grade(case, [A], "1")
    for statement in ("UPDATE act SET label = ''", "DELETE FROM act"):
        with pytest.raises(Exception, match="append-only"), case.writing() as connection:
            connection.exec_driver_sql(statement)
    with case.reading() as connection:
        label = connection.exec_driver_sql("SELECT label FROM act").scalar_one()
    assert json.loads(label) == {"key": "grade", "value": "1", "count": 1}


def test_a_step_that_could_not_look_says_nothing_against_the_others(case: Case) -> None:
    """A missing model, and sound that a picture does not have, must not hide that everything else was looked at."""
    lacking = Outcome("meaning", State.SKIPPED, "model-missing", "not installed")
    deaf = Outcome("ears", State.UNSUPPORTED, "nothing-to-see", "a picture")
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)

        def state(*outcomes: Outcome) -> str:
            connection.exec_driver_sql("DELETE FROM outcome WHERE content_id = ?", (D,))
            for outcome in outcomes:
                config = store.config(info(outcome.analyzer), {"n": outcome.analyzer})
                store.results(D, Results(config, outcome, []))
            return browse.rows(connection, [D])[0].state

        assert state(lacking, deaf, Outcome("eyes", State.DONE)) == "done"
        assert state(lacking, deaf, Outcome("eyes", State.PARTIAL, "x", "x")) == "partial"
        assert state(lacking, deaf) == "unsupported"
        assert state(lacking) == "skipped"
        assert state(Outcome("eyes", State.SKIPPED, "source-missing", "x"), Outcome("nose", State.DONE)) == "skipped"
