"""The program as others call it: `python main.py …` in a process of its own. Every command has tests that do so; what
else is asked along the way is asked in this process (`here`), because a process takes longer than most answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.here import Here

ROOT = Path(__file__).resolve().parents[2]


class Result:
    """What a command printed and how it ended."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Program = Callable[..., Result]


@pytest.fixture
def asservat(tmp_path: Path) -> Program:
    def call(*arguments: object, **environment: str) -> Result:
        import os

        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=170,
            check=False,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "home"), "PYTHONWARNINGS": "error", **environment},
        )
        return Result(done)

    return call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    """The same program with the same home, in this process."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return Here(capfdbinary)
