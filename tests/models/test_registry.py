"""What every registered analyzer promises."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.control import Control
from core.errors import Stopped
from core.memory import LocalPixels
from core.records import Sample, SampleKind, State, canonical_json
from models import registry
from models.local import BackendSpec, LocalBackend
from tests.models.pictures import cloudy, sample

WANTING_PACKS = {"embedding", "restraint"}
"""Without packs they cannot run; `test_contract_with_packs` holds them to the same promises over small models."""
NAMES = [name for name in (registry.make(place).name for place in registry.ANALYZERS) if name not in WANTING_PACKS]


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
