"""A retry takes its settings from the run that the failures stand in, and no failure of an older run is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case.case import Case
from core.case.overview import count_troubles, files, troubles
from core.case.retries import plan
from core.case.runs import Again, Runs
from core.case.store import CopyRow, Store
from core.records import Outcome, State
from core.settings import RunSettings
from tests.support.backend import info

SHAS = [name * 64 for name in "123"]


def add_run(case: Case, analyzer: str, failing: str, **settings: object) -> int:
    """A run of one analyzer in which one content failed."""
    wanted = RunSettings(analyzers=(analyzer,), workers=1, **settings).model_dump(mode="json")  # type: ignore[arg-type] # words
    run = Runs(case).start(wanted, {}, "test")
    with case.connected() as connection, connection.begin():
        store = Store(connection, run)
        config = store.config(info(analyzer), {"name": analyzer, **settings})
        ids = store.content_ids(SHAS)
        for sha in SHAS:
            state = State.FAILED if sha[0] == failing else State.DONE
            store.outcomes([(ids[sha], config, Outcome(analyzer, state, f"{analyzer}-broken", "Broken."), 0)])
    Runs(case).finish(run, "finished", 1.0, {})
    return run


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "evidence")
        run = Runs(made).start({}, {}, "test")
        with made.connected() as connection, connection.begin():
            rows = [
                CopyRow(source.id, sha[:1], sha[:1].encode(), "read", 1, 0, sha256=sha, kind="image", mime="image/x")
                for sha in SHAS
            ]
            Store(connection, run).register(rows)
        Runs(made).finish(run, "finished", 1.0, {})
        yield made


def test_what_failed_in_an_older_run_stays_a_problem(case: Case) -> None:
    add_run(case, "ocr", "1")
    add_run(case, "faces", "2")
    with case.reading() as connection:
        found = {one.code: one for one in troubles(connection)}
        assert set(found) == {"ocr-broken", "faces-broken"}
        assert [file.sha256 for file in files(connection, found["ocr-broken"])] == [SHAS[0]]
        assert count_troubles(connection) == 2


def test_a_newer_config_of_the_same_analyzer_stands_in_place_of_the_older(case: Case) -> None:
    add_run(case, "ocr", "1", options={"ocr": {"languages": ["de"]}})
    add_run(case, "ocr", "2", options={"ocr": {"languages": ["en"]}})
    with case.reading() as connection:
        (found,) = troubles(connection)
        assert [file.sha256 for file in files(connection, found)] == [SHAS[1]]


def test_the_settings_are_those_of_the_run_that_it_failed_in(case: Case) -> None:
    first = add_run(case, "ocr", "1", options={"ocr": {"languages": ["de"]}}, precision="fast")
    add_run(case, "faces", "none")
    with case.reading() as connection:
        found = plan(connection, Again(True))
    assert found is not None
    assert (found.runs, found.outcomes, found.left) == ((first,), 1, 0)
    settings = RunSettings.model_validate(found.settings)
    assert (settings.analyzers, settings.precision) == (("ocr",), "fast")
    assert settings.options == {"ocr": {"languages": ["de"]}}


def test_runs_that_agree_are_joined_and_others_are_left(case: Case) -> None:
    first = add_run(case, "ocr", "1", options={"ocr": {"languages": ["de"]}})
    add_run(case, "nsfw", "3", precision="fast")
    third = add_run(case, "faces", "2")
    with case.reading() as connection:
        found = plan(connection, Again(True))
        chosen = plan(connection, Again(True, ("nsfw-broken",)))
        nothing = plan(connection, Again(True, ("unheard-of",)))
        one = plan(connection, Again(True, (), frozenset({SHAS[0]})))
    assert found is not None
    assert (found.runs, found.outcomes, found.left) == ((third, first), 2, 1)
    assert list(found.settings["analyzers"]) == ["faces", "ocr"]
    assert found.settings["options"] == {"ocr": {"languages": ["de"]}}
    assert chosen is not None
    assert chosen.settings["precision"] == "fast"
    assert nothing is None
    assert one is not None
    assert (one.runs, one.outcomes) == ((first,), 1)
