"""Evidence is opened read-only, never through a link, and leaves no trace."""

from __future__ import annotations

import os
import pickle
import socket
import sys
from pathlib import Path

import pytest

from core.errors import EvidenceError
from core.evidence.opening import CannotOpen, open_folder, open_readonly

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX file kinds")


def code_of(path: Path | bytes | str) -> str:
    with pytest.raises(CannotOpen) as caught:
        os.close(open_readonly(os.fspath(path)))
    assert isinstance(caught.value, EvidenceError)
    assert caught.value.message.endswith(".")
    assert caught.value.advice
    return caught.value.code


def test_reads_the_bytes_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"\r\n\x1a evidence")
    descriptor = open_readonly(str(path))
    try:
        assert os.read(descriptor, 100) == b"\r\n\x1a evidence"
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
        assert not os.get_inheritable(descriptor)
    finally:
        os.close(descriptor)


@posix_only
def test_access_time_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 100)
    os.utime(path, ns=(1_000_000_000, 2_000_000_000))  # older than the change: even relatime would touch it
    descriptor = open_readonly(str(path))
    os.read(descriptor, 100)
    os.close(descriptor)
    assert path.stat().st_atime_ns == 1_000_000_000


@posix_only
def test_every_kind_of_file_has_its_code(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"x")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert code_of(tmp_path / "link") == "link"
    assert code_of(tmp_path / "dangling") == "link"
    assert code_of(tmp_path / "loop") == "link"
    assert code_of(tmp_path / "pipe") == "special"
    assert code_of(tmp_path / "folder") == "special"
    assert code_of(tmp_path / "gone") == "vanished"
    assert code_of(tmp_path / "target" / "below") == "vanished"


@posix_only
def test_a_socket_is_special(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert code_of("socket") == "special"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    path.chmod(0)
    assert code_of(path) == "unreadable"


@posix_only
def test_names_that_are_not_text_and_paths_longer_than_the_system_takes(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    names = [b"d\xff" + b"x" * 250] * 20
    for name in names:
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    leaf = os.open(b"leaf", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(leaf, b"deep")
    os.close(leaf)
    os.symlink(b"leaf", b"link", dir_fd=here)
    os.close(here)
    folder = os.fsencode(tmp_path) + b"/" + b"/".join(names)
    assert len(folder) > 4096
    descriptor = open_readonly(folder + b"/leaf")
    assert os.read(descriptor, 10) == b"deep"
    os.close(descriptor)
    opened = open_folder(os.fsdecode(folder))
    assert sorted(os.listdir(opened)) == ["leaf", "link"]
    os.close(opened)
    assert code_of(folder + b"/link") == "link"
    assert code_of(folder + b"/gone") == "vanished"


def test_the_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(CannotOpen("What.", "Do.", "special")))
    assert (error.message, error.advice, error.code) == ("What.", "Do.", "special")


def test_nothing_heavy_is_imported() -> None:
    import subprocess

    code = "import sys, core.evidence.opening; print({'numpy','pydantic','sqlalchemy','PIL'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
