from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.control import Control
from core.errors import ModelMissing, Stopped, UsageError
from core.records import AnalyzerInfo, State
from models import registry
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from tests.faults.analyzers import Faulty, picture

SPEC = BackendSpec(analyzers=("tests.faults.analyzers:Faulty",))


class Weightless(Faulty):
    """An analyzer whose weights are not there."""

    name = "weightless"

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        return AnalyzerInfo("weightless", "1", "", frozenset(), (), {}, {}, missing="Its weights are not installed.")


def test_a_raising_sample_fails_alone_with_a_plain_reason() -> None:
    results = LocalBackend(SPEC).analyze("faulty", [picture(), picture("raise", 1), picture("none", 2)], {}, Control())
    assert [result.failure is None for result in results] == [True, False, True]
    failure = results[1].failure
    assert failure is not None
    assert (failure.state, failure.code) == (State.FAILED, "analyzer-error")
    assert "nothing is known about its content" in failure.reason
    assert "asked to raise" in failure.detail


def test_findings_take_their_place_from_the_sample_and_time_is_measured() -> None:
    (result,) = LocalBackend(SPEC).analyze("faulty", [picture("slow")], {"slow_seconds": 0.05}, Control())
    assert (result.findings[0].start, result.findings[0].end, result.findings[0].frame) == (1.5, 1.5, 7)
    assert 0.05 <= result.seconds < 1


def test_cancelled_between_samples() -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Stopped):
        LocalBackend(SPEC).analyze("faulty", [picture()], {}, control)


def test_unknown_analyzers_options_and_places_are_usage_errors() -> None:
    backend = LocalBackend(SPEC)
    with pytest.raises(UsageError, match="Known are: faulty"):
        backend.analyze("ocr", [picture()], {}, Control())
    with pytest.raises(UsageError, match="loud"):
        backend.analyze("faulty", [picture()], {"loud": True}, Control())
    with pytest.raises(UsageError, match="no analyzer at"):
        registry.make("models.nsfw:Nothing")


def test_missing_weights_raise_and_never_look_like_nothing_found() -> None:
    backend = LocalBackend(BackendSpec(analyzers=("tests.models.test_local:Weightless",)))
    with pytest.raises(ModelMissing, match="weightless cannot run here"):
        backend.analyze("weightless", [picture()], {}, Control())


LIGHT = """
import sys
from models.isolated import IsolatedBackend
assert {"nsfw", "ocr", "logo"} <= {info.name for info in IsolatedBackend().describe()}
print([name for name in ("cv2", "onnxruntime", "openvino", "rapidocr", "nudenet", "PIL") if name in sys.modules])
"""


def test_describing_brings_no_heavy_library() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", LIGHT], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
