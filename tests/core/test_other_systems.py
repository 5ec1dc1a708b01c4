"""What other systems do otherwise, played here: long paths and listing on Windows, priorities without nice values."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app.cli.analyse import interruptible
from core import background
from core.control import Control
from core.evidence import walk as walking
from core.evidence.naming import long_spelling
from core.evidence.walk import walk


@pytest.mark.parametrize(
    ("path", "spelt"),
    [
        ("C:/cases/phone/a.jpg", r"\\?\C:\cases\phone\a.jpg"),
        (r"C:\cases\..\phone", r"\\?\C:\phone"),
        (r"\\server\share\phone/a.jpg", r"\\?\UNC\server\share\phone\a.jpg"),
        (r"\\?\D:\already", r"\\?\D:\already"),
        ("D:/odd/aux./name ", "\\\\?\\D:\\odd\\aux.\\name "),  # taken as they are, not as a device or without the end
    ],
)
def test_a_path_of_any_length_can_be_opened_on_windows(path: str, spelt: str) -> None:
    assert long_spelling(path) == spelt


def test_listing_as_on_windows_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "phone" / "DCIM"
    deep.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "phone", deep):
        (folder / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "away").symlink_to(deep)
    here = {(entry.path, entry.state, entry.size, entry.modified_ns) for entry in walk(tmp_path)}
    asked: list[str] = []

    def as_it_is(path: str) -> str:
        asked.append(path)
        return path

    monkeypatch.setattr(walking, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(walking, "long_spelling", as_it_is)
    assert {(entry.path, entry.state, entry.size, entry.modified_ns) for entry in walk(tmp_path)} == here
    assert asked == [str(tmp_path), str(tmp_path / "phone"), str(deep)]  # every folder is opened by its long name


def test_without_nice_values_the_priority_is_lowered_as_windows_does(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.delattr(os, "nice", raising=False)
    monkeypatch.setattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", "below normal", raising=False)
    monkeypatch.setattr(psutil, "Process", lambda: SimpleNamespace(nice=given.append))
    background.lower_priority()
    assert given == ["below normal"]


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="needs a signal to spare")
def test_ctrl_break_stops_a_run_as_ctrl_c_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    control = Control()
    before = signal.getsignal(signal.SIGUSR1)
    with interruptible(control):
        os.kill(os.getpid(), signal.SIGUSR1)
        assert control.cancelled
    assert signal.getsignal(signal.SIGUSR1) == before
