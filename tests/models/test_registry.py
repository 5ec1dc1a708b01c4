"""What every registered analyzer promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.control import Control
from core.errors import Stopped
from core.memory import LocalPixels
from core.records import Sample, SampleKind, State, canonical_json
from models import registry
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from tests.models.pictures import cloudy, sample

SEEING = {SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}
WANTING_PACKS = {"embedding", "restraint"}
"""Without packs they cannot run; `test_contract_with_packs` holds them to the same promises over small models."""
NAMES = [
    one.name
    for one in (registry.make(place) for place in registry.ANALYZERS)
    if one.info(Runtime()).accepts & SEEING and one.name not in WANTING_PACKS  # who listens has tests of its own
]


def broken() -> Sample:
    """A sample whose pixels are no picture at all."""
    return Sample("broken", 1, SampleKind.IMAGE, LocalPixels(np.zeros((0, 0, 3), np.uint8)))


@pytest.mark.parametrize("name", NAMES)
class TestEveryAnalyzer:
    def test_describes_itself_completely(self, backend: LocalBackend, name: str) -> None:
        (info,) = [one for one in backend.describe() if one.name == name]
        assert info.missing is None
        assert info.title
        assert info.limits
        assert info.labels
        assert all(len(model.sha256) == 64 for model in info.models)
        assert set(info.groups) <= set(info.labels)
        said = canonical_json({"settings": info.settings, "options": info.options})
        assert "fp32" in said
        assert "workers" not in said
        assert json.loads(said)["settings"]["preprocessing"]

    def test_defaults_are_valid_options(self, backend: LocalBackend, name: str) -> None:
        (info,) = [one for one in backend.describe() if one.name == name]
        assert backend.check(name, info.options) == backend.check(name, {})

    def test_nothing_in_nothing_out(self, backend: LocalBackend, name: str) -> None:
        assert backend.analyze(name, [], {}, Control()) == []

    def test_one_bad_sample_among_good_ones(self, backend: LocalBackend, name: str) -> None:
        good = cloudy(96, 64)
        results = backend.analyze(name, [sample(good), broken(), sample(good, 2)], {}, Control())
        assert [result.failure.state if result.failure else None for result in results] == [None, State.FAILED, None]
        assert results[0].findings == results[2].findings
        assert all(result.seconds > 0 for result in results)

    def test_cancelled_is_not_a_result(self, backend: LocalBackend, name: str) -> None:
        control = Control()
        control.cancel()
        with pytest.raises(Stopped):
            backend.analyze(name, [sample(cloudy(96, 64))], {}, control)

    @pytest.mark.parametrize("shape", [(1, 1, 3), (1, 300, 3), (300, 1, 3), (33, 31, 3)])
    def test_odd_sizes_are_looked_at(self, backend: LocalBackend, name: str, shape: tuple[int, ...]) -> None:
        (result,) = backend.analyze(name, [sample(np.full(shape, 200, np.uint8))], {}, Control())
        assert result.failure is None

    def test_pixels_are_not_written_to(self, backend: LocalBackend, name: str) -> None:
        picture = cloudy(96, 64)
        picture.flags.writeable = False
        (result,) = backend.analyze(name, [sample(picture)], {}, Control())
        assert result.failure is None

    def test_released_models_load_again(self, name: str) -> None:
        backend = LocalBackend(BackendSpec())
        picture = sample(cloudy(96, 64))
        before = backend.analyze(name, [picture], {}, Control())
        backend.close()
        assert backend.analyze(name, [picture], {}, Control())[0].findings == before[0].findings
        backend.close()
        backend.close()


HEAVY = (
    "onnxruntime", "openvino", "ctranslate2", "faster_whisper", "tokenizers", "dlib", "face_recognition_models",
    "nudenet", "rapidocr", "easyocr", "torch", "insightface", "cv2.dnn",
)  # fmt: skip
WITHOUT = f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None
from models.local import BackendSpec, LocalBackend
backend = LocalBackend(BackendSpec())
for info in backend.describe():
    assert info.title and (info.labels or info.name == "embedding"), info.name  # it gives vectors, no findings
    backend.check(info.name, info.options)
backend.close()
print("fine")
"""


def test_every_analyzer_describes_itself_without_its_heavy_library() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "fine", done.stderr


RELEASING = """
import gc, sys
import numpy as np, psutil
from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models.local import BackendSpec, LocalBackend
backend = LocalBackend(BackendSpec())
infos = {info.name: info for info in backend.describe()}
info = infos[sys.argv[1]]
kind = SampleKind.IMAGE if SampleKind.IMAGE in info.accepts else SampleKind.SOUND
pixels = np.full((96, 128, 3), 90, np.uint8) if kind is SampleKind.IMAGE else np.zeros(16000, np.float32)
sizes = []
for _ in range(5):
    backend.analyze(info.name, [Sample("x", 0, kind, LocalPixels(pixels), (128, 96), duration=1.0)], {}, Control())
    backend.close()
    gc.collect()
    sizes.append(psutil.Process().memory_info().rss)
print((sizes[-1] - sizes[1]) / 1e6)
"""


@pytest.mark.parametrize("name", NAMES)
def test_memory_is_released(backend: LocalBackend, name: str) -> None:
    if next(info for info in backend.describe() if info.name == name).missing:
        pytest.skip("its pack is not installed")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", RELEASING, name], cwd=root, capture_output=True, text=True, check=True)
    grown = float(done.stdout)
    assert grown < 60, f"{grown:.0f} MB more after loading and releasing three times"


def test_torch_is_imported_for_easyocr_alone() -> None:
    root = Path(__file__).resolve().parents[2]
    importers = {
        path.name
        for folder in ("app", "core", "models")
        for path in (root / folder).rglob("*.py")
        if re.search(r"^\s*(import|from) torch\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert all("easyocr" in name for name in importers), importers
