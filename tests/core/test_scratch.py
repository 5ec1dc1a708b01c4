from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core import scratch

ROOT = Path(__file__).resolve().parents[2]
_OWNER = """
import sys
from core import scratch
with scratch.folder("preview") as place:
    (place / "case.pdf").write_bytes(b"case data")
    print(place, flush=True)
    sys.stdin.read()
"""
_CUT_OFF = """
import threading
from core import scratch
def work():
    with scratch.folder("preview") as place:
        (place / "case.pdf").write_bytes(b"case data")
        there.set()
        threading.Event().wait()
there = threading.Event()
threading.Thread(target=work, daemon=True).start()
there.wait()
"""


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone, for the programs that it starts too."""
    place = tmp_path / "temp"
    place.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


def _old(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def _owner() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_private_and_gone_afterwards(temp: Path) -> None:
    with scratch.folder("x") as place:
        assert place.is_dir()
        assert list(place.iterdir()) == []
        (above,) = temp.iterdir()
        if os.name == "posix":
            assert above.stat().st_mode & 0o077 == 0
        (place / "data").write_text("case data", encoding="utf-8")
    assert list(temp.iterdir()) == []


def test_an_error_inside_leaves_nothing(temp: Path) -> None:
    with pytest.raises(FileNotFoundError), scratch.folder("x") as place:
        (place / "data").write_text((place / "not there").read_text(encoding="utf-8"), encoding="utf-8")
    assert list(temp.iterdir()) == []


def test_a_thread_that_is_cut_off_leaves_nothing(temp: Path) -> None:
    subprocess.run([sys.executable, "-c", _CUT_OFF], cwd=ROOT, check=True)
    assert list(temp.iterdir()) == []


def test_the_folder_of_a_killed_owner_goes_at_the_next_start(temp: Path) -> None:
    process, place = _owner()
    assert (place / "case.pdf").exists()
    _old(place.parent, 600)
    assert scratch.sweep() == 0, "its owner lives"
    assert (place / "case.pdf").exists()
    process.kill()
    process.communicate()
    subprocess.run([sys.executable, "main.py", "--help"], cwd=ROOT, check=False, capture_output=True)
    assert list(temp.iterdir()) == []


def test_folders_without_a_lock_are_left_alone_while_they_are_young(temp: Path) -> None:
    """A process may be about to take its lock; what an older version left has none."""
    left = temp / "asservat-preview-abc"
    left.mkdir()
    (left / "preview.pdf").write_bytes(b"case data")
    assert scratch.sweep() == 0
    _old(left, 7200)
    assert scratch.sweep() == 1
    assert not left.exists()


def test_nothing_else_is_touched(temp: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "owner.lock").touch()
    (target / "kept").touch()
    _old(target, 7200)
    (temp / "asservat-link").symlink_to(target)
    (temp / "asservat-file").touch()
    (temp / "other").mkdir()
    for path in temp.iterdir():
        if not path.is_symlink():
            _old(path, 7200)
    assert scratch.sweep() == 0
    assert sorted(path.name for path in temp.iterdir()) == ["asservat-file", "asservat-link", "other"]
    assert (target / "kept").exists()
