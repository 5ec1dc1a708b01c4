from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.search.nearness import line

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "models"


def test_every_model_of_pictures_has_a_line_for_each_kind_of_question() -> None:
    """And none of them claims to be calibrated."""
    for pack in json.loads((RESOURCES / "embedding.json").read_text(encoding="utf-8"))["order"]:
        for asked in ("picture", "sentence"):
            found = line(f"{pack}/{'ab' * 32}/1", asked)  # type: ignore[arg-type]  # both are kinds of questions
            assert found is not None
            assert 0 < found.least < 1
            assert not found.calibrated


@pytest.mark.parametrize("space", ["siglip2/x/1", "", "another/x/1"])
def test_an_unknown_model_has_none(space: str) -> None:
    assert line(space, "picture") is None
