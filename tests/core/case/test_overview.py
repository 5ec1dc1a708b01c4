from __future__ import annotations

from pathlib import Path

import pytest

from core.case import decisions
from core.case.case import Case
from core.case.overview import analyzers_with_findings, count_troubles, files, glance, graded, runs, standing, troubles
from core.case.report_source import CaseReportSource
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.records import Finding, Outcome, Problem, SampleResult, State
from core.report.content import ReportSelection
from tests.support.backend import info


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Four contents: done, failed in both steps, partial, and never looked at; one copy that was never read."""
    made = Case.create(tmp_path / "case", name="Keller")
    source = Runs(made).add_source(tmp_path, "evidence")
    run = Runs(made).start({"analyzers": ["a", "b"]}, {}, "test")
    with made.connected() as connection, connection.begin():
        store = Store(connection, run)
        rows = [
            CopyRow(source.id, name, name.encode(), "read", 1, 0, sha256=name * 64, kind="image", mime="image/x")
            for name in "1234"
        ]
        gone = Problem("unreadable", "It cannot be read.")
        rows.append(CopyRow(source.id, "5", b"5", "unreadable", 1, 0, problem=gone))
        store.register(rows)
        configs = [store.config(info(name), {"name": name}) for name in ("a", "b")]
        ids = store.content_ids([name * 64 for name in "123"])
        for config, name in zip(configs, "ab", strict=True):
            result = [(0, SampleResult((Finding("bright", 0.5),)))]
            store.results(ids["1" * 64], Results(config, Outcome(name, State.DONE), result, {}))
            failed = Outcome(name, State.FAILED, "damaged", "Its beginning is missing.")
            store.outcomes([(ids["2" * 64], config, failed, 0)])
        store.outcomes([(ids["3" * 64], configs[0], Outcome("a", State.PARTIAL, "truncated", "Cut off."), 0)])
    yield made
    made.close()


def test_standing_counts_every_stage(case: Case) -> None:
    with case.reading() as connection:
        found = standing(connection)
    assert (found.contents, found.copies, found.unread) == (4, 5, 1)
    assert {stage.analyzer: (stage.done, stage.problems) for stage in found.stages} == {"a": (3, 2), "b": (2, 1)}


def test_a_file_that_fails_in_two_steps_is_one_trouble(case: Case) -> None:
    with case.reading() as connection:
        found = {(one.code, one.state): one for one in troubles(connection)}
        assert found["damaged", "failed"].count == 1
        assert set(found["damaged", "failed"].stage.split(",")) == {"a", "b"}
        assert found["unreadable", ""].stage == "intake"
        assert [file.path for file in files(connection, found["damaged", "failed"])] == ["2"]
        assert [file.path for file in files(connection, found["unreadable", ""])] == ["5"]
        assert count_troubles(connection) == 3


def test_what_was_excluded_is_settled_until_it_is_taken_back(case: Case) -> None:
    with case.reading() as connection:
        failed = next(one for one in troubles(connection) if one.code == "damaged")
        content = files(connection, failed)[0].content
        unread = next(one for one in troubles(connection) if one.code == "unreadable")
        problem = files(connection, unread)[0].problem
    assert content is not None
    assert problem is not None
    decisions.exclude(case, [content], "thumbnail cache")
    decisions.exclude_problem(case, [problem], "system folder")
    with case.reading() as connection:
        assert {one.code: one.open for one in troubles(connection)} == {"damaged": 0, "unreadable": 0, "truncated": 1}
        assert files(connection, unread)[0].reason == "system folder"
        assert files(connection, failed)[0].reason == "thumbnail cache"
    decisions.undo(case)
    with case.reading() as connection:
        assert count_troubles(connection) == 2


def test_a_glance_opens_nothing_for_work(case: Case, tmp_path: Path) -> None:
    seen = glance(case.folder)
    assert (seen.state, seen.name, seen.items, seen.graded, seen.run) == ("there", "Keller", 4, 0, "interrupted")
    assert glance(tmp_path / "gone").state == "absent"
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "case.db").write_bytes(b"no database" * 100)
    assert glance(tmp_path / "bad").state == "unreadable"


def test_runs_newest_first(case: Case) -> None:
    Runs(case).start({}, {}, "test")
    with case.reading() as connection:
        assert [run.id for run in runs(connection)] == [2, 1]


def test_a_report_of_what_was_graded_holds_nothing_else(case: Case) -> None:
    with case.reading() as connection:
        assert [name for name, _ in analyzers_with_findings(connection)] == ["a", "b"]
        source = CaseReportSource(connection, case.folder)
        assert source.count_findings(ReportSelection()) == 2
        assert source.count_findings(ReportSelection(grades=("1",))) == 0
    decisions.grade(case, [1], "1")
    with case.reading() as connection:
        source = CaseReportSource(connection, case.folder)
        assert graded(connection) == {"1": 1}
        assert source.count_findings(ReportSelection(grades=("1",))) == 2
        assert source.count_findings(ReportSelection(grades=("2", "3"))) == 0
        assert source.count_findings(ReportSelection(grades=())) == 0
    assert ReportSelection(grades=("2", "1")).as_json() == {"grades": ["1", "2"]}
