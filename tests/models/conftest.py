from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import catalogue, packs_selftest
from models.local import BackendSpec, LocalBackend
from models.packs import pack as make_pack
from models.packs_archive import SUFFIX
from tests.models.pack_making import TOY, Place
from tests.models.tiny import Packs


@pytest.fixture(scope="session")
def backend() -> Iterator[LocalBackend]:
    """One backend with real models for all tests that only ask it."""
    made = LocalBackend(BackendSpec(workers=2))
    yield made
    made.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield Place(tmp_path, monkeypatch)
    catalogue.forget()


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the self-test's process, for what is decided before it."""
    monkeypatch.setattr(packs_selftest, "try_out", lambda root, pack: "not tried")


@pytest.fixture
def archive(place: Place) -> Path:
    return make_pack(TOY, place.root / f"toy{SUFFIX}", files=place.files)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("ASSERVAT_SHARED_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs real media in {folder}")
    return folder


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packs]:
    """An empty pack folder with a catalogue of its own."""
    yield Packs(tmp_path, monkeypatch)
    monkeypatch.undo()
    catalogue.forget()
