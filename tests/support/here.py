"""The command line in this very process: quicker than a process for every question, the same words and exit codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Here:
    """Calls `main.main`. Children (decoders, models) are real processes all the same."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture

    def __call__(self, *arguments: object) -> Said:
        import sys

        import main

        self._capture.readouterr()
        code = main.main([str(one) for one in arguments])
        sys.stdout.flush()
        out, err = self._capture.readouterr()
        return Said(code, out.decode(), err.decode())
