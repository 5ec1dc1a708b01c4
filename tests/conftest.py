"""What every test may rely on: no display, no network, real media only where they are at hand."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.support.tiny_models import Shelf

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# On a busy machine the first text that Hypothesis makes takes seconds; that says nothing about what is tested.
settings.register_profile("suite", max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parent.parent
_NETWORK = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


_HERE = "127.0.0.1"
_loopback = False


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Asservat talks to nobody; a test that makes it do so fails at once. Local sockets (AF_UNIX) are no network. Tests
    of the one command that fetches may speak to a server of their own on this machine (`loopback`)."""
    local = getattr(socket, "AF_UNIX", None)
    if event == "socket.__new__":
        if arguments[1] != local and not _loopback:
            raise AssertionError(f"a network socket was opened: {arguments[1:]}")
    elif event in _NETWORK and getattr(arguments[0], "family", None) != local:
        address = arguments[0] if isinstance(arguments[0], str) else arguments[1]
        host = address[0] if isinstance(address, tuple) else address
        if not _loopback or host != _HERE:
            raise AssertionError(f"the network was used: {event} {arguments[1:]}")


sys.addaudithook(_refuse_network)


@pytest.fixture
def loopback() -> Iterator[str]:
    """Lets this test, and nothing beyond 127.0.0.1, be reached; returns that address."""
    global _loopback  # noqa: PLW0603 - an audit hook cannot be taken out again, only told
    _loopback = True
    yield _HERE
    _loopback = False


@pytest.fixture(autouse=True)
def no_window_of_another_test() -> Iterator[None]:
    """A window tells the processes of runs to step back, by the environment: those of the next test would starve."""
    yield
    os.environ.pop("ASSERVAT_BEHIND_WINDOW", None)


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders for the moment can hold case data: the whole suite may not leave one. It has a folder for temporary files
    of its own for that, because other programs on this machine are at work in the common one."""
    place = tmp_path_factory.mktemp("temp")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, str(place))
        patch.setattr(tempfile, "tempdir", None)
        yield
    left = sorted(path.name for path in place.glob("asservat-*"))
    assert left == [], "left in the folder for temporary files"


@pytest.fixture(scope="session", autouse=True)
def new_cases() -> Iterator[None]:
    """A new case is a copy of one that was made once."""
    from tests.support.new_cases import ready_made

    yield from ready_made()


@pytest.hookimpl(optionalhook=True)  # also without pytest-xdist (`-p no:xdist`)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: two workers more than there are processors, because many tests wait for processes they started
    (with one more, two processors were busy for seven tenths of the time)."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real media: where ASSERVAT_SHARED_DATA says, else `shared/data` beside the checkout."""
    folder = Path(os.environ.get("ASSERVAT_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real media at {folder} (set ASSERVAT_SHARED_DATA)")
    return folder


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty pack folder with a catalogue of its own, in force for this test."""
    from models import catalogue
    from tests.support.tiny_models import Shelf

    made = Shelf(tmp_path)
    monkeypatch.setenv("ASSERVAT_PACKS", str(made.packs))
    monkeypatch.setenv("ASSERVAT_CATALOGUE", str(made.catalogue))
    catalogue.forget()
    yield made
    monkeypatch.undo()
    catalogue.forget()
