"""Rows of `faces compare --json`: a table can be made of them, whatever became of a pair."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli.program import run_command
from app.parts import Parts
from core.control import Control
from core.records import Finding, Region, Sample, SampleResult, Vector
from tests.support.backend import FakeBackend, info

SPACE = "dlib-face-resnet/of-a-test/faces/1"


class Dark(FakeBackend):
    """Sees a face in every picture that is not black, too bad to be decided upon where it is grey."""

    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        super()._one(analyzer, sample, control)
        light = float(sample.array().mean())
        if light < 1:
            return SampleResult()
        quality = {"quality": 0.9 if light > 200 else 0.01}
        face = Finding("face", 0.9, region=Region(0.1, 0.1, 0.5, 0.5), attributes=quality)
        return SampleResult((face,), vectors=(Vector(SPACE, np.full(128, 0.1, np.float16), 0),))


def test_every_row_has_the_same_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, light in (("good", 250), ("bad", 100), ("none", 0)):
        Image.new("RGB", (64, 64), (light, light, light)).save(tmp_path / f"{name}.png")
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b\ngood.png,good.png\ngood.png,bad.png\ngood.png,none.png\n", encoding="utf-8")
    parts = Parts(open_backend=lambda _settings: Dark(info("faces")), examine=list)
    assert run_command(["faces", "compare", "--pairs", str(pairs), "--json", "--workers", "1"], parts) == 0
    alike, undecided, faceless = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(alike) == list(undecided) == list(faceless)
    assert [alike["same"], undecided["same"], faceless["same"]] == [True, None, None]
    assert faceless["region_a"] == alike["region_a"]
    assert faceless["region_b"] is None
    assert faceless["reason"]
