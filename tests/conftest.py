"""What every test may rely on: no display, no network, real media only where they are at hand."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.tiny_models import Shelf

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent
_NETWORK = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Asservat talks to nobody; a test that makes it do so fails at once. Local sockets (AF_UNIX) are no network."""
    local = getattr(socket, "AF_UNIX", None)
    if event == "socket.__new__":
        if arguments[1] != local:
            raise AssertionError(f"a network socket was opened: {arguments[1:]}")
    elif event in _NETWORK and getattr(arguments[0], "family", None) != local:
        raise AssertionError(f"the network was used: {event} {arguments[1:]}")


sys.addaudithook(_refuse_network)


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
