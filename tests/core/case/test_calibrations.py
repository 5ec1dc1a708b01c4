from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import calibrations, queries
from core.case.calibrations import Calibrations
from core.case.case import Case
from core.case.details import details
from core.case.report_source import CaseReportSource
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.records import Finding, Outcome, SampleResult, State
from core.report.content import ReportSelection
from core.report.pdf_method import calibration_line
from core.report.rows import finding_object
from core.report.texts import texts
from tests.support.backend import info

ONE = "a" * 64
CONFIG = {"analyzer": "restraint", "version": "1", "models": {"m": "1"}, "settings": {"p": 1}, "precision": "strict"}
OTHER = CONFIG | {"models": {"m": "2"}}


def measured(**more: object) -> dict[str, object]:
    rate = {"hits": 9, "total": 10, "rate": 0.9, "low": 0.6, "high": 0.98}
    both = {
        "possible": {"threshold": 0.3, "recall": rate, "false_alarms": rate},
        "likely": {"threshold": 0.6, "recall": rate, "false_alarms": rate},
    }
    never = {**both, "likely": {**both["likely"], "threshold": None}}
    return {
        "basis": calibrations.basis(CONFIG),
        "on": "set of May",
        "groups": {"*": both, "rope": never},
        "pictures": {"positive": 10, "negative": 10},
        "enough": False,
        **more,
    }


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "x")
        run = Runs(made).start({}, {}, "test")
        with made.connected() as connection, connection.begin():
            store = Store(connection, run)
            store.register([CopyRow(source.id, "a.jpg", b"a.jpg", "read", 3, 5, sha256=ONE, kind="image")])
            for config in (CONFIG | {"options": {"keep_score": 0.1}}, OTHER):
                number = store.config(info("restraint"), config)
                found = tuple(
                    Finding(label, score, attributes={"band": "possible", "calibration": "uncalibrated"})
                    for label, score in (("cuffs", 0.7), ("cuffs", 0.4), ("cuffs", 0.1), ("rope", 0.99))
                )
                outcome = Outcome("restraint", State.DONE)
                store.results(1, Results(number, outcome, [(0, SampleResult(found))]))
        yield made


def read(case: Case) -> list[tuple[str, str]]:
    with case.reading() as connection:
        rows = [row["attributes"] for row in queries.findings(connection)]
        desk = [one.attributes for one in details(connection, 1).findings]  # type: ignore[union-attr]  # the item is there
        report = CaseReportSource(connection, case.folder).findings(ReportSelection())
        told = [finding_object(row)["attributes"] for row in report]
    assert rows == desk == told  # the command line, the desk and the report say the same
    return [(one["band"], one["calibration"]) for one in rows]


def test_without_a_calibration_everything_stays_uncalibrated(case: Case) -> None:
    assert read(case) == [("possible", "uncalibrated")] * 8
    with case.reading() as connection:
        assert [one.calibration for one in CaseReportSource(connection, case.folder).configs()] == [None, None]


def test_findings_of_the_same_basis_are_told_by_the_new_thresholds(case: Case) -> None:
    number = calibrations.add(case, "restraint", measured())
    bands = read(case)
    assert [band for band, _ in bands[:4]] == ["likely", "possible", "below", "possible"]
    said = bands[0][1]
    assert said.startswith("calibrated on set of May (10 positive, 10 negative; ")
    assert said.endswith(f"no. {number})")
    assert calibrations.parts_of(said) == ("set of May", "10", "10", said.split("; ")[1][:10], str(number))
    assert calibrations.parts_of("uncalibrated") is None
    assert bands[4:] == [("possible", "uncalibrated")] * 4  # made with another model
    with case.reading() as connection:
        first, second = CaseReportSource(connection, case.folder).configs()
    assert first.calibration is not None
    english = calibration_line(texts("en"), first.calibration)
    assert english.startswith("on set of May (10 positive and 10 negative pictures; ")
    assert "rope, likely: no score" in english
    assert "all labels, possible: from 0.300, recall 0.900 (0.600–0.980, 9 of 10)" in english
    assert "few pictures" in english
    german = calibration_line(texts("de"), first.calibration)
    assert german.startswith("an set of May (10 positive und 10 negative Bilder; ")
    assert f"Nr. {number})" in german
    assert "Seil, wahrscheinlich: kein Wert leistet, was verlangt war" in german
    assert "alle Bezeichnungen, möglich: ab 0,300, Trefferquote 0,900 (0,600–0,980, 9 von 10), Fehlalarme" in german
    assert german.endswith("an wenigen Bildern: Intervalle beachten")
    assert second.calibration is None
    assert '"calibrated"' in (case.folder / "audit.jsonl").read_text().splitlines()[-1]


def test_the_newest_of_a_basis_is_in_force_and_older_ones_stay(case: Case) -> None:
    calibrations.add(case, "restraint", measured())
    calibrations.add(case, "restraint", measured(on="set of June"))
    calibrations.add(case, "nsfw", measured(on="others"))
    with case.reading() as connection:
        assert len(calibrations.calibrations(connection)) == 3
        known = Calibrations(connection)
    assert "set of June" in read(case)[0][1]
    assert known.applied(1, "cuffs", None, {"x": 1}) == {"x": 1}
