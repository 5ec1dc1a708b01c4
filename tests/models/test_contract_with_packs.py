"""What every analyzer promises, of those that need packs: over small models of the same signature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.control import Control
from core.errors import Stopped
from core.memory import LocalPixels
from core.records import Sample, SampleKind, State, canonical_json
from models import catalogue
from models.local import BackendSpec, LocalBackend
from tests.models.crew import EVERYTHING, stock
from tests.models.pictures import cloudy, sample
from tests.support.tiny_models import Shelf

NAMES = ["embedding", "restraint"]
OPTIONS = {"restraint": {"everything": True}}


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    with pytest.MonkeyPatch.context() as patch:
        folder: Path = tmp_path_factory.mktemp("shelf")
        shelf = Shelf(folder)
        patch.setenv("ASSERVAT_PACKS", str(shelf.packs))
        patch.setenv("ASSERVAT_CATALOGUE", str(shelf.catalogue))
        catalogue.forget()
        stock(shelf, *EVERYTHING)
        made = LocalBackend(
            BackendSpec(workers=2, analyzers=("models.embedding:Embedding", "models.restraint:Restraint"))
        )
        yield made
        made.close()
    catalogue.forget()


@pytest.mark.parametrize("name", NAMES)
class TestWithPacks:
    def test_describes_itself_completely(self, backend: LocalBackend, name: str) -> None:
        (info,) = [one for one in backend.describe() if one.name == name]
        assert info.missing is None
        assert info.title
        assert info.limits
        assert all(len(model.sha256) == 64 for model in info.models)
        assert set(info.groups) == set(info.labels)
        said = canonical_json({"settings": info.settings, "options": info.options})
        assert "fp32" in said
        assert "workers" not in said
        assert json.loads(said)["settings"]["preprocessing"]
        assert backend.check(name, info.options) == backend.check(name, {})

    def test_nothing_in_nothing_out(self, backend: LocalBackend, name: str) -> None:
        assert backend.analyze(name, [], {}, Control()) == []

    def test_one_bad_sample_among_good_ones(self, backend: LocalBackend, name: str) -> None:
        good, bad = cloudy(96, 64), Sample("b", 1, SampleKind.IMAGE, LocalPixels(np.zeros((0, 0, 3), np.uint8)))
        options = OPTIONS.get(name, {})
        results = backend.analyze(name, [sample(good), bad, sample(good, 2)], options, Control())
        assert [one.failure.state if one.failure else None for one in results] == [None, State.FAILED, None]
        assert results[0].findings == results[2].findings
        assert all(one.seconds > 0 for one in results)

    def test_cancelled_is_not_a_result(self, backend: LocalBackend, name: str) -> None:
        control = Control()
        control.cancel()
        with pytest.raises(Stopped):
            backend.analyze(name, [sample(cloudy(96, 64))], {}, control)

    @pytest.mark.parametrize("shape", [(1, 1, 3), (1, 300, 3), (300, 1, 3), (33, 31, 3)])
    def test_odd_sizes_are_looked_at(self, backend: LocalBackend, name: str, shape: tuple[int, ...]) -> None:
        picture = np.full(shape, 200, np.uint8)
        picture.flags.writeable = False
        (result,) = backend.analyze(name, [sample(picture)], OPTIONS.get(name, {}), Control())
        assert result.failure is None, result.failure


@pytest.mark.parametrize("name", NAMES)
def test_released_models_load_again(shelf: Shelf, name: str) -> None:
    stock(shelf, *EVERYTHING)
    made = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding", "models.restraint:Restraint")))
    picture, options = sample(cloudy(96, 64)), OPTIONS.get(name, {})
    before = made.analyze(name, [picture], options, Control())
    made.close()
    again = made.analyze(name, [picture], options, Control())
    assert again[0].findings == before[0].findings
    assert [one.values.tolist() for one in again[0].vectors] == [one.values.tolist() for one in before[0].vectors]
    made.close()
    made.close()
