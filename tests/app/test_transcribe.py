"""`transcribe` in this process: what is printed, and what happens when it is stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.program import run_command
from app.parts import Parts
from core.control import Control
from core.records import Failure, Finding, Sample, SampleKind, SampleResult, State
from tests.support.backend import FakeBackend, info
from tests.support.sounds import noise, record

LISTENER = replace(
    info("speech"),
    accepts=frozenset({SampleKind.SOUND}),
    options={"model": "auto", "mode": "evidential", "language": "", "translate": False},
    limits="It may be wrong.",
)


class Listening(FakeBackend):
    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        super()._one(analyzer, sample, control)
        known = {"language": "de", "main_language": "de", "words": []}
        return SampleResult(
            (
                Finding("speech", 0.9, start=0.5, end=3661.5),
                Finding("transcript", 0.8, start=0.5, end=2.0, text="Das [Geld] kommt.", attributes=known),
                Finding("translation", 0.8, start=0.5, end=2.0, text="The money comes.", attributes=known),
                Finding(
                    "doubtful-transcript",
                    0.1,
                    start=3.0,
                    end=4.0,
                    text="ja ja",
                    attributes={**known, "doubts": ["loop"]},
                ),
            )
        )


def _parts(backend: FakeBackend) -> Parts:
    return Parts(open_backend=lambda _settings: backend, examine=list)


def test_what_is_said_is_printed_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = record(tmp_path / "a.wav", noise(5))
    backend = Listening(LISTENER)
    assert run_command(["transcribe", str(path), "--workers", "1"], _parts(backend)) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "3661.0 of 5.0 seconds hold speech, in 1 stretch.",
        "0:00:00.50 – 0:00:02.00  de  Das [Geld] kommt.",
        "0:00:00.50 – 0:00:02.00  de  The money comes. (translated)",
        "0:00:03.00 – 0:00:04.00  de  ja ja (doubtful: loop)",
    ]
    assert "It may be wrong." in said.err
    assert backend.closed


def test_json_keeps_speech_text_and_translation_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = record(tmp_path / "a.wav", noise(5))
    assert run_command(["transcribe", str(path), "--json", "--workers", "1"], _parts(Listening(LISTENER))) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["language"] == "de"
    assert [(one["text"], one["doubtful"]) for one in told["segments"]] == [
        ("Das [Geld] kommt.", False),
        ("ja ja", True),
    ]
    assert [one["text"] for one in told["translation"]] == ["The money comes."]
    assert told["speech"] == [{"start": 0.5, "end": 3661.5, "score": 0.9}]
    assert told["limits"] == "It may be wrong."


class Broken(FakeBackend):
    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        super()._one(analyzer, sample, control)
        why = "The pack lacks tokenizer.json, so nothing is transcribed with it."
        return SampleResult(
            (Finding("speech", 0.9, start=0.5, end=2.0),), failure=Failure(State.FAILED, "no-text", why)
        )


def test_what_was_only_half_done_is_told_and_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = record(tmp_path / "a.wav", noise(5))
    assert run_command(["transcribe", str(path), "--json", "--workers", "1"], _parts(Broken(LISTENER))) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "failed"
    assert "tokenizer.json" in told["reason"]
    assert told["speech"] == [{"start": 0.5, "end": 2.0, "score": 0.9}]


STOPPED = """
import signal, sys, threading
from app.cli.program import run_command
from tests.app.test_transcribe import LISTENER, Listening, _parts
if __name__ == "__main__":
    backend = Listening(LISTENER, seconds=2.0)
    look = backend._one
    def heard(*arguments):
        threading.Timer(0.1, signal.raise_signal, (signal.SIGINT,)).start()
        return look(*arguments)
    backend._one = heard
    code = run_command(["transcribe", sys.argv[1], "--workers", "1"], _parts(backend))
    print("closed" if backend.closed else "open", code)
"""


def test_stopped_it_says_that_nothing_was_kept(tmp_path: Path) -> None:
    """In a process of its own: an interrupt may end whoever runs the tests."""
    path = record(tmp_path / "a.wav", noise(5))
    script = tmp_path / "stopped.py"  # a file, because its children import it
    script.write_text(STOPPED, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, str(script), str(path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split()[-2:] == ["closed", "3"], done.stderr
    assert "nothing was kept" in done.stderr
