"""Behind a window a run takes only what the window leaves; alone it takes everything."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from core import background
from core.background import Courtesy


def _compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    rests: list[float] = []
    monkeypatch.setattr(background.time, "sleep", rests.append)
    return rests


def test_behind_a_window_a_thread_rests_as_long_as_it_has_worked(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSERVAT_BEHIND_WINDOW", "1")
    courtesy = Courtesy()
    courtesy.give_way()
    assert slept == []  # nothing was done yet
    _compute(0.005)
    courtesy.give_way()
    courtesy.give_way()  # and at once again
    assert len(slept) == 1
    assert 0.005 <= slept[0] <= 0.02
    _compute(0.06)
    courtesy.give_way()
    assert slept[1] == 0.02  # whoever works long is not punished for it


def test_without_a_window_nobody_rests(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSERVAT_BEHIND_WINDOW", raising=False)
    courtesy = Courtesy()
    _compute(0.01)
    courtesy.give_way()
    assert slept == []


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice values")
@pytest.mark.parametrize("window", [True, False])
def test_a_process_of_a_run_steps_back_only_behind_a_window(*, window: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ASSERVAT_BEHIND_WINDOW"}
    code = "import os; from core import background; before = os.nice(0)\n"
    code += "background.behind_a_window()\n" if window else ""
    code += "background.step_back(); print(before, os.nice(0))"
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    before, after = (int(word) for word in said.stdout.split())
    assert after == (min(19, before + 10) if window else before)
