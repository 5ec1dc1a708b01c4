"""Every name of a source appears exactly once, in a fixed order, and nothing of the source is touched."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import EvidenceError
from core.evidence import facts, opening
from core.evidence.facts import look_by_stat, looker
from core.evidence.walk import Entry, walk

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX names and file kinds")


def listed(root: Path) -> dict[str, Entry]:
    entries = list(walk(root))
    assert len({entry.path for entry in entries}) == len(entries)
    return {entry.path: entry for entry in entries}


def test_files_with_their_facts(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "a.jpg"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1_600_000_000_123_456_700, 1_500_000_000_123_456_700))
    (entry,) = walk(tmp_path)
    found = path.stat()
    assert (entry.path, entry.state, entry.size, entry.problem) == ("sub/a.jpg", "file", 5, None)
    assert entry.modified_ns == found.st_mtime_ns == 1_500_000_000_123_456_700
    assert entry.accessed_ns == found.st_atime_ns == 1_600_000_000_123_456_700
    if os.name == "posix":
        assert (entry.changed_ns, entry.inode, entry.device) == (found.st_ctime_ns, found.st_ino, found.st_dev)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="statx is Linux's")
def test_both_ways_to_look_agree(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 9)
    (tmp_path / "link").symlink_to("a")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        for name in ("a", "link"):
            best, plain = looker()(folder, name), look_by_stat(folder, name)
            assert best._replace(created_ns=None) == plain
            assert best.created_ns is None or best.created_ns <= plain.modified_ns
        with pytest.raises(FileNotFoundError):
            looker()(folder, "gone")
    finally:
        os.close(folder)


def test_the_order_does_not_depend_on_the_file_system(tmp_path: Path) -> None:
    for name in ("b.txt", "B.txt", "a", "ä", "z/2", "z/1", "c/9", "a.d/x"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    expected = ["B.txt", "a", "b.txt", "ä", "a.d/x", "c/9", "z/1", "z/2"]
    assert [entry.path for entry in walk(tmp_path)] == expected


@posix_only
def test_odd_names_survive(tmp_path: Path) -> None:
    names = [b"caf\xe9.jpg", b"new\nline", b"\xe2\x80\xaegpj.exe", b"n" * 255, b" ", b"back\\slash", b"\x01", b"-rf"]
    for name in names:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(name)
    found = listed(tmp_path)
    assert {os.fsencode(path) for path in found} == set(names)
    for path in found:
        assert (tmp_path / path).read_bytes() == os.fsencode(path)


@posix_only
def test_links_and_special_files_are_told_and_never_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"x")
    root = tmp_path / "source"
    root.mkdir()
    (root / "to_folder").symlink_to(outside)
    (root / "to_self").symlink_to(root)
    (root / "to_file").symlink_to(outside / "secret")
    (root / "dangling").symlink_to("nowhere\n")
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = listed(root)
    assert {path: entry.state for path, entry in found.items()} == {
        "to_folder": "link",
        "to_self": "link",
        "to_file": "link",
        "dangling": "link",
        "pipe": "special",
        "socket": "special",
    }
    assert all(entry.problem and entry.problem.message for entry in found.values())
    problem = found["dangling"].problem
    assert problem is not None
    assert problem.detail == "nowhere\\n"


@posix_only
def test_a_source_may_be_named_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    assert list(listed(tmp_path / "link")) == ["a"]


@posix_only
def test_times_of_folders_stay(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"x")
    for path in (tmp_path / "sub", tmp_path):
        os.utime(path, ns=(1, 2))
    listed(tmp_path)
    assert [path.stat().st_atime_ns for path in (tmp_path, tmp_path / "sub")] == [1, 1]


@posix_only
def test_very_deep_trees(tmp_path: Path) -> None:
    depth = 2100  # deeper than Python's recursion limit, and 4 200 bytes of path: longer than the system takes
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        (entry,) = walk(tmp_path)
        assert entry.path == "d/" * depth + "leaf"
        os.close(opening.open_readonly(f"{tmp_path}/{entry.path}"))
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # pytest's own clean-up is recursive


@posix_only
def test_a_folder_that_cannot_be_listed_is_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "gone", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(b"")
    genuine = opening.open_folder

    def refusing(path: str | bytes) -> int:
        if str(path).endswith("closed"):
            raise opening.CannotOpen("The system refused.", "Check.", "unreadable")
        if str(path).endswith("gone"):
            raise opening.CannotOpen("It went away.", "Check.", "vanished")
        return genuine(path)

    monkeypatch.setattr("core.evidence.walk.open_folder", refusing)
    found = listed(tmp_path)
    assert {path: entry.state for path, entry in found.items()} == {
        "closed": "unreadable",
        "gone": "vanished",
        "open/a": "file",
    }
    assert found["closed"].problem is not None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may list everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert listed(tmp_path)["closed"].state == "unreadable"


@posix_only
def test_a_file_that_vanishes_while_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"")

    def look(folder: int, name: str) -> facts.Facts:
        if name == "a":
            raise FileNotFoundError(2, "No such file")
        if name == "b":
            raise PermissionError(13, "Permission denied")
        raise AssertionError

    monkeypatch.setattr("core.evidence.walk.looker", lambda: look)
    assert {path: entry.state for path, entry in listed(tmp_path).items()} == {"a": "vanished", "b": "unreadable"}


@posix_only
def test_a_file_system_that_runs_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a bind mount of a folder into itself looks like: a folder that is one of those it lies in."""
    (tmp_path / "a" / "again").mkdir(parents=True)
    (tmp_path / "a" / "file").write_bytes(b"")
    genuine = opening.open_folder

    def circling(path: str | bytes) -> int:
        return genuine(tmp_path / "a" if str(path).endswith("again") else path)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr("core.evidence.walk.open_folder", circling)
    found = listed(tmp_path)
    assert list(found) == ["a/file", "a/again"]
    problem = found["a/again"].problem
    assert problem is not None
    assert problem.code == "loop"


def test_a_source_that_is_not_there_is_an_error_not_an_empty_listing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name in ("gone", "file"):
        with pytest.raises(EvidenceError, match="not a folder"):
            list(walk(tmp_path / name))


def test_no_folder_stays_open_when_the_listing_is_given_up(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / str(number)).write_bytes(b"")
    listing = walk(tmp_path)
    assert stat.S_ISREG((tmp_path / next(listing).path).stat().st_mode)
    listing.close()  # type: ignore[attr-defined]  # a generator, declared as what it yields
    assert list(listing) == []
