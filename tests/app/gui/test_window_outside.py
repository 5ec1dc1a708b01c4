"""The desk from outside: `main.py desk … --screenshot`, no screen, and a command line without Qt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.parts import Parts

ROOT = Path(__file__).resolve().parents[3]


# ---------------------------------------------------------------------- from outside


def run_main(
    arguments: Sequence[str], platform: str = "offscreen", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, "QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_view_as_a_picture(case_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "table.png"
    done = run_main(
        [
            "desk",
            str(case_folder),
            "--view",
            "table",
            "--screenshot",
            str(target),
            "--size",
            "1000x700",
            "--theme",
            "light",
        ],
        ASSERVAT_CONFIG_DIR=str(tmp_path / "config"),
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(target))
    assert (image.width(), image.height()) == (1000, 700)
    assert image.pixelColor(600, 400).lightnessF() > 0.6
    assert not (tmp_path / "config").exists()  # looking leaves nothing behind


def test_wrong_view_size_or_folder_is_refused(tmp_path: Path) -> None:
    shot = ["--screenshot", str(tmp_path / "x.png")]
    assert run_main(["desk", "--view", "attic", *shot]).returncode == 2
    assert run_main(["desk", "--size", "wide", *shot]).returncode == 2
    assert run_main(["desk", str(tmp_path), *shot]).returncode == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_no_screen_is_said_in_a_sentence() -> None:
    done = run_main([], DISPLAY="", WAYLAND_DISPLAY="", platform="")
    assert done.returncode == 2
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_does_not_import_qt(parts: Parts) -> None:
    code = "import sys, main; main.main(['doctor', '--json']); sys.exit('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
