"""A content that was looked at without one of its models is partial, says why, and is looked at anew later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.pipeline.run import run
from core.records import Options, Sample, SampleResult
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.media import picture

SENTENCE = "owl could not be used, so this was looked at without it: The weights of owl are damaged."


class Lame(FakeBackend):
    """Leaves something out as long as `broken`."""

    broken = True

    def analyze(
        self,
        analyzer: str,
        samples: list[Sample],
        options: Options,
        control: Control,  # type: ignore[override]  # as the dispatcher gives them
    ) -> list[SampleResult]:
        found = super().analyze(analyzer, samples, options, control)
        return [replace(one, without=(SENTENCE,)) for one in found] if self.broken else found


def outcomes(case: Case) -> list[tuple[str, str, str, int]]:
    with case.reading() as connection:
        rows = connection.exec_driver_sql("SELECT state, code, reason, findings FROM outcome").fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_it_is_partial_until_the_pack_is_whole(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    picture(tmp_path / "e/a.png")
    backend = Lame()
    settings = RunSettings.model_validate({"analyzers": ("bright",), "workers": 1})
    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(tmp_path / "e", "e")
        list(run(case, Runs(case).sources(), backend, settings, Control()))
        assert outcomes(case) == [("partial", "model-left-out", SENTENCE, 1)]
        backend.broken = False
        list(run(case, Runs(case).sources(), backend, settings, Control()))
        assert outcomes(case) == [("done", "", "", 1)]
        calls = len(backend.calls)
        list(run(case, Runs(case).sources(), backend, settings, Control()))
        assert len(backend.calls) == calls
