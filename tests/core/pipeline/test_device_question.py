"""A device without memory stops the run with a question; it neither fails file after file nor changes the device."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import DeviceExhausted
from core.events import RunFinished
from core.pipeline.run import run
from core.records import Failure, Sample
from core.settings import RunSettings
from tests.support.backend import FakeBackend


def _go(case: Case, backend: FakeBackend) -> RunFinished:
    settings = RunSettings.model_validate({"analyzers": ("bright",), "workers": 1})
    *_, last = run(case, Runs(case).sources(), backend, settings, Control())
    assert isinstance(last, RunFinished)
    return last


def test_the_run_stops_with_a_question_and_goes_on_later(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    for value in range(12):
        Image.new("RGB", (40, 30), (value * 20, 0, 0)).save(tmp_path / f"e/{value:02}.png")
    seen: list[str] = []

    def trouble(_analyzer: str, sample: Sample) -> Failure | None:
        seen.append(sample.content)
        if len(seen) > 4:
            raise DeviceExhausted("The memory of the device (cuda) is not enough.", "Use `resume --device cpu`.")
        return None

    with Case.create(tmp_path / "case") as case:
        Runs(case).add_source(tmp_path / "e", "e")
        last = _go(case, FakeBackend(trouble=trouble))
        assert last.state == "stopped"
        assert "--device cpu" in last.question
        assert any(last.question in note for note in last.notes)
        with case.reading() as connection:
            states = connection.exec_driver_sql("SELECT DISTINCT state FROM outcome").scalars().all()
            done = connection.exec_driver_sql("SELECT count(*) FROM outcome").scalar_one()
        assert set(states) <= {"done"}
        assert done <= 4
        last = _go(case, FakeBackend())
        assert last.state == "finished"
        assert last.outcomes == {"bright": {"done": 12}}
