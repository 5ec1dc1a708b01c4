"""Classifiers that are published as safetensors: the file made of them is what the analyzer wants, and says the same.

Needs torch and timm, which the program does not; the networks have random weights and the published architecture."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from models import catalogue, nsfw_classify, nsfw_indicator
from models.runtime import Runtime
from tests.models.pictures import cloudy
from tests.models.tiny import Packs

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    """By path: the folder has the name of a library."""
    spec = importlib.util.spec_from_file_location("export_nsfw", ROOT / "packaging" / "export_nsfw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


export_nsfw = _script()
MODEL = "nsfw-tiny-384"
SPECS = {one.model: one for one in nsfw_indicator.indicator().classifiers}
REAL = all(importlib.util.find_spec(name) is not None for name in ("torch", "timm", "safetensors"))
real = pytest.mark.skipif(not REAL, reason="needs torch, timm and safetensors")


def test_what_is_exported_is_what_the_catalogue_describes() -> None:
    for pack, (_, labels, side) in export_nsfw.ARCHITECTURES.items():
        assert SPECS[pack].side == side
        assert len(SPECS[pack].labels) == labels
        assert catalogue.entry(pack).files[0].urls == ()


@real
@pytest.mark.parametrize("prefix", ["", export_nsfw.PREFIX])
def test_an_exported_file_answers_as_its_network(packs: Packs, tmp_path: Path, prefix: str) -> None:
    timm, torch = pytest.importorskip("timm"), pytest.importorskip("torch")
    from safetensors.torch import save_file

    torch.manual_seed(2)
    network = timm.create_model("vit_tiny_patch16_384", num_classes=2).eval()
    state = {f"{prefix}{key}": value.to(torch.float16) for key, value in network.state_dict().items()}
    save_file(state, str(tmp_path / "model.safetensors"))
    with pytest.warns():  # torch, of values that it takes for constants
        worst = export_nsfw.export(MODEL, tmp_path / "model.safetensors", packs.path(MODEL))
    assert worst < export_nsfw.TOLERANCE
    packs.vouch(MODEL)
    runtime = Runtime()
    tensor = nsfw_classify.tensor(cloudy(300, 200), SPECS[MODEL])
    got = runtime.session(MODEL).run({"pixel_values": tensor})[0]
    network.half().float()
    with torch.no_grad():
        expected = network(torch.from_numpy(tensor)).numpy()
    np.testing.assert_allclose(got, expected, atol=1e-3)
    runtime.close()


@real
def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    save_file({"head.weight": torch.zeros(2, 192)}, str(tmp_path / "model.safetensors"))
    with pytest.raises(RuntimeError, match="Missing key"):
        export_nsfw.export(MODEL, tmp_path / "model.safetensors", tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
