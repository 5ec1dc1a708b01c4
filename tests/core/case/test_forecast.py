"""How much a run would find to do, asked by the keys under which it would store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case.case import Case
from core.case.forecast import Ahead, Wanted, ahead
from core.case.runs import Runs, pending
from core.case.store import CopyRow, Store
from core.records import MediaKind, Outcome, State, config_hash
from core.settings import RunSettings
from tests.support.backend import info

KINDS = ("image", "image", "image", "video", "audio", "other")
LOOKS = frozenset({MediaKind.IMAGE, MediaKind.VIDEO})
OLD, NEW = {"threshold": 0.5}, {"threshold": 0.7}


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Six contents; under the old config two are done, one unsupported, one not tried for want of a model."""
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "evidence")
        number = Runs(made).start(RunSettings(analyzers=("bright",)).model_dump(mode="json"), {}, "test")
        rows = [
            CopyRow(source.id, f"{item}", f"{item}".encode(), state="read", sha256=sha(item), size=1, modified_ns=1,
                    kind=kind, mime=f"{kind}/x")
            for item, kind in enumerate(KINDS)
        ]  # fmt: skip
        with made.connected() as connection, connection.begin():
            store = Store(connection, number)
            store.register(rows)
            config = store.config(info(), OLD)
            ids = store.content_ids([sha(item) for item in range(len(KINDS))])
            for item, state, code in (
                (0, State.DONE, ""),
                (1, State.DONE, ""),
                (2, State.FAILED, "model-error"),
                (4, State.UNSUPPORTED, "kind"),
            ):
                store.outcomes([(ids[sha(item)], config, Outcome("bright", state, code, "A reason."), 0)])
        yield made


def asked(case: Case, config: dict[str, float], analyzer: str = "bright") -> Ahead:
    with case.reading() as connection:
        return ahead(connection, {analyzer: Wanted(config_hash(config), LOOKS)})[analyzer]


def test_what_is_settled_under_this_config_is_not_left(case: Case) -> None:
    found = asked(case, OLD)
    assert (found.contents, found.settled, found.left) == (4, 2, 2)
    assert not found.before


def test_it_agrees_with_what_a_run_would_take(case: Case) -> None:
    with case.reading() as connection:
        config = int(connection.exec_driver_sql("SELECT id FROM config").scalar_one())
        scan = pending(connection, [config], 0, 100)
    assert sum(one.kind in LOOKS for one in scan.contents) == asked(case, OLD).left


def test_with_other_options_all_is_looked_at_again(case: Case) -> None:
    assert asked(case, NEW) == Ahead(4, 0, before=True)


def test_with_an_outcome_for_everything_only_what_is_tried_again_is_left(case: Case) -> None:
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        config = store.config(info(), OLD)
        ids = store.content_ids([sha(item) for item in range(len(KINDS))])
        rest = ((3, State.DONE, ""), (5, State.UNSUPPORTED, "kind"))
        store.outcomes([(ids[sha(item)], config, Outcome("bright", state, code, "x"), 0) for item, state, code in rest])
    assert asked(case, OLD) == Ahead(4, 3, before=False)
    with case.reading() as connection:
        scan = pending(connection, [config], 0, 100)
    assert len(scan.contents) == 1


def test_another_analyzer_begins_from_nothing(case: Case) -> None:
    assert asked(case, OLD | {"analyzer": 2.0}, "dim") == Ahead(4, 0, before=False)


def test_nothing_is_asked_for_nobody(case: Case) -> None:
    with case.reading() as connection:
        assert ahead(connection, {}) == {}
        assert ahead(connection, {"ear": Wanted("none", frozenset())})["ear"] == Ahead(0, 0, before=False)
