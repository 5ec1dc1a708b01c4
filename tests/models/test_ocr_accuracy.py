"""The measure of `benchmarks/ocr_accuracy.py`, and that it stays where docs/accuracy/ocr.md says."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.ocr_accuracy import Score, distance
from core.control import Control
from models.local import LocalBackend
from tests.models.pictures import sample


@pytest.mark.parametrize(
    ("wanted", "got", "edits", "inside"),
    [("kitten", "sitting", 3, 2), ("abc", "", 3, 3), ("", "abc", 3, 0), ("19:45", "Zug 19:46 Gleis", 11, 1)],
)
def test_distances(wanted: str, got: str, edits: int, inside: int) -> None:
    assert distance(wanted, got) == edits
    assert distance(wanted, got, infix=True) == inside


def test_scores_by_hand() -> None:
    score = Score()
    score.add(["Hallo Welt", "drei"], ["Halo  Welt", "drei"])
    row = score.row()
    assert row["cer"] == pytest.approx(1 / 15)
    assert row["wer"] == pytest.approx(1 / 3)
    assert row["found"] == pytest.approx(1 - (1 / 9) / 2)


@pytest.mark.parametrize(("name", "cer"), [("en_rec.jpg", 0.01), ("issue_170.png", 0.0), ("en.jpg", 0.01)])
@pytest.mark.slow
def test_real_pages_are_read_as_well_as_documented(
    backend: LocalBackend, shared_data: Path, name: str, cer: float
) -> None:
    truth = json.loads((shared_data / "ground_truth" / "ocr_text.json").read_text(encoding="utf-8"))
    (lines,) = [one["lines"] for one in truth if one["file"] == f"ocr/{name}"]
    bgr = cv2.imread(str(shared_data / "ocr" / name))
    assert bgr is not None
    (result,) = backend.analyze("ocr", [sample(np.ascontiguousarray(bgr[..., ::-1]))], {}, Control())
    score = Score()
    score.add(lines, [finding.text for finding in result.findings if finding.text])
    assert score.row()["cer"] <= cer
