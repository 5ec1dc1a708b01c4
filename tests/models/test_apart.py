"""A process of its own for one question: what it costs when that process crashes, hangs or fails."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.sentences import told
from models import apart, devices

ROOT = Path(__file__).resolve().parents[2]


def test_the_answer_comes_from_another_process() -> None:
    assert apart.ask(os.getpid, name="question", seconds=60) != os.getpid()
    assert apart.ask(divmod, 7, 2, name="question", seconds=60) == (3, 1)


@pytest.mark.parametrize("crash", [os.abort, sys.exit, hash], ids=["abort", "exit", "exception"])
def test_an_end_without_an_answer_is_said(crash: object, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildProcessError, match="question"):
        apart.ask(crash, name="question", seconds=60)  # type: ignore[arg-type]  # it gives nothing


def test_who_does_not_answer_in_time_is_ended() -> None:
    with pytest.raises(TimeoutError):
        apart.ask(time.sleep, 600, name="question", seconds=0.01)
    assert not multiprocessing.active_children()


def _crash() -> list[devices.Line]:
    os.abort()


def _hang() -> list[devices.Line]:
    time.sleep(600)
    return []


@pytest.mark.parametrize(("driver", "word"), [(_crash, "crashed"), (_hang, "hangs")])
def test_a_bad_driver_costs_the_list_of_devices_and_nothing_else(
    driver: object, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_devices", driver)
    if driver is _hang:
        monkeypatch.setattr(devices, "_LONGEST", 0.01)
    lines = {name: (good, said) for name, good, said in devices.examine()}
    good, said = lines["devices"]
    assert good is False
    assert word in said
    assert told(said, "de").known
    assert told("devices", "de").known
    assert lines["weights nudenet-320n"][0] is True


def test_asking_what_is_here_leaves_no_engine_in_the_process() -> None:
    # The window asks when it opens. OpenVINO alone was 50 MB of its memory, and a driver could take the window along.
    code = (
        "import sys, main\n"
        "if __name__ == '__main__':\n"
        "    assert any(check.name.startswith('device ') for check in main.examine())\n"
        "    print(sorted({'openvino', 'onnxruntime', 'torch'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
