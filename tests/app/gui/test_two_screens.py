"""The tests in `two_screens.py`, with two real screens (`QScreen`) that need no display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

DENSITY = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
SCREENS = [
    {"name": "left", "x": 0, "y": 0, "width": 1366, "height": 768, **DENSITY},
    {"name": "right", "x": 1366, "y": 0, "width": 2732, "height": 1536, **DENSITY},
]


def test_with_two_screens(tmp_path: Path) -> None:
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"screens": SCREENS}), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(Path(__file__).with_name("two_screens.py")), "-q"],
        cwd=ROOT,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={file}",
            "QT_SCREEN_SCALE_FACTORS": "left=1;right=2",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
