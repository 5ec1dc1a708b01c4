"""`resume --retry-code` and `--retry-item`: only what was pointed at is looked at again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.program import run_command
from app.parts import Parts
from core.records import Failure, Sample, State
from tests.support.backend import FakeBackend, info
from tests.support.media import picture

Ask = Callable[..., Any]


@pytest.fixture
def backends() -> list[FakeBackend]:
    return []


@pytest.fixture
def ask(tmp_path: Path, backends: list[FakeBackend], capfdbinary: pytest.CaptureFixture[bytes]) -> Ask:
    """Commands on a case of three pictures, of which the first failed and the second timed out."""
    for number in range(3):
        picture(tmp_path / "evidence" / f"{number}.png", level=60 * number + 20, seed=number)
    names = {_sha(tmp_path, number): number for number in range(3)}

    def trouble(_name: str, sample: Sample) -> Failure | None:
        said = {0: ("damaged", State.FAILED), 1: ("slow", State.TIMED_OUT)}.get(names[sample.content])
        return Failure(said[1], said[0], "It did not work.") if said else None

    def open_backend(*_: object) -> FakeBackend:
        backends.append(FakeBackend(trouble=trouble))
        return backends[-1]

    def call(*arguments: str, code: int = 0) -> Any:
        parts = Parts(open_backend, list)
        assert run_command([*arguments, "--json"], parts) == code
        out, err = (stream.decode() for stream in capfdbinary.readouterr())
        return json.loads(out if code == 0 else err)

    call("analyze", str(tmp_path / "evidence"), "--case", str(tmp_path / "case"), "--analyzers", "bright")
    return call


def _sha(tmp_path: Path, number: int) -> str:
    return hashlib.sha256((tmp_path / "evidence" / f"{number}.png").read_bytes()).hexdigest()


def test_only_one_code_or_one_content_is_tried_again(ask: Ask, tmp_path: Path, backends: list[FakeBackend]) -> None:
    case, (first, second) = str(tmp_path / "case"), (_sha(tmp_path, 0), _sha(tmp_path, 1))
    ask("resume", case, "--retry-code", "slow")
    assert [call[1] for call in backends[-1].calls] == [second]
    ask("resume", case, "--retry-item", first.upper())
    assert [call[1] for call in backends[-1].calls] == [first]
    ask("resume", case)
    assert backends[-1].calls == [], "the choice was for that run alone"


def test_a_choice_that_fits_nothing_is_wrong_use(ask: Ask, tmp_path: Path) -> None:
    case = str(tmp_path / "case")
    for wrong in (["--retry-code", "typo"], ["--retry-item", "ab" * 32], ["--retry-item", "abc"]):
        assert ask("resume", case, *wrong, code=2)["error"]


def test_what_failed_in_an_older_run_is_tried_with_the_settings_of_that_run(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """As on the desk: the newest run looked for something else, and a retry is not about that."""
    picture(tmp_path / "evidence" / "a.png", level=90)
    (sha256,) = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "evidence").iterdir())
    heal = []

    def trouble(name: str, _sample: Sample) -> Failure | None:
        return None if name == "quick" or heal else Failure(State.FAILED, "damaged", "It did not work.")

    made: list[FakeBackend] = []

    def open_backend(*_: object) -> FakeBackend:
        made.append(FakeBackend(info("bright"), info("quick"), trouble=trouble))
        return made[-1]

    case, parts = str(tmp_path / "case"), Parts(open_backend, list)
    for analyzer, more in (("bright", ["--option", "bright.threshold=0.25"]), ("quick", [])):
        wish = ["analyze", str(tmp_path / "evidence"), "--case", case, "--analyzers", analyzer, *more, "--json"]
        assert run_command(wish, parts) == 0
    capfdbinary.readouterr()
    heal.append(True)
    assert run_command(["resume", case, "--retry-failed"], parts) == 0
    assert [call[:2] for call in made[-1].calls] == [("bright", sha256)]
    assert "with the settings of run 1" in " ".join(capfdbinary.readouterr().err.decode().split())
    assert run_command(["resume", case, "--retry-failed", "--json"], parts) == 0, "nothing is left, which is no error"
