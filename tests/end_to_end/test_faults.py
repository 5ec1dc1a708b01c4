"""An analyzer that crashes, hangs or raises on one picture costs that picture, through the whole run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models.isolated import IsolatedBackend, IsolationLimits
from models.local import BackendSpec
from tests.faults.analyzers import COLOURS, Fault
from tests.support.desk import Desk


def test_each_bad_picture_costs_one_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.source.mkdir()
    expected: dict[str, str] = {}
    order: list[Fault] = ["none", "segfault", "none", "hang", "none", "raise", "abort", "none"]
    for number, fault in enumerate(order):
        pixels = np.full((24, 32, 3), 100 + number, np.uint8)
        pixels[0, 0] = COLOURS[fault][::-1]
        cv2.imwrite(str(desk.source / f"{number}.png"), pixels)
        expected[f"{number}.png"] = {"none": "done", "hang": "timed out"}.get(fault, "failed")
    backend = IsolatedBackend(
        BackendSpec(workers=2, analyzers=("tests.faults.analyzers:Faulty",)),
        IsolationLimits(batch_seconds=3, seconds_per_megapixel=0),
    )
    try:
        finished = desk.run(backend, options={})
    finally:
        backend.close()
    assert finished.state == "finished"
    rows = desk.outcomes()
    assert {path: row["state"] for (path, _), row in rows.items()} == expected
    assert all(row["reason"] for row in rows.values() if row["state"] != "done")
    desk.case.close()
