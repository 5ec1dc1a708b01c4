from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

from core.case.case import Case
from core.case.held import held
from core.case.overview import glance
from core.case.runs import Runs


def work_until(folder: Path, begun: Event, enough: Event) -> None:
    with Case.open(folder) as case, case.locked():
        Runs(case).start({}, {}, "test")
        begun.set()
        enough.wait(30)


def test_a_case_is_held_while_another_process_lives_and_no_longer(tmp_path: Path) -> None:
    Case.create(tmp_path / "case").close()
    assert not held(tmp_path / "case")
    assert not (tmp_path / "case" / "case.lock").exists()  # a look leaves nothing behind
    spawn = multiprocessing.get_context("spawn")
    begun, enough = spawn.Event(), spawn.Event()
    other = spawn.Process(target=work_until, args=(tmp_path / "case", begun, enough))
    other.start()
    try:
        assert begun.wait(60)
        assert held(tmp_path / "case")
        seen = glance(tmp_path / "case")
        assert seen.run == "running"
        assert seen.since
    finally:
        other.kill()
        other.join()
    assert not held(tmp_path / "case")
    assert glance(tmp_path / "case").run == "interrupted"


def test_who_looks_takes_nothing_from_who_works(tmp_path: Path) -> None:
    with Case.create(tmp_path / "case") as case:
        with case.locked():
            assert held(tmp_path / "case")
            assert held(tmp_path / "case")
        assert not held(tmp_path / "case")
        with case.locked():
            pass
    assert not held(tmp_path / "gone")
