from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import catalogue
from models.local import BackendSpec, LocalBackend
from tests.models.tiny import Packs


@pytest.fixture(scope="session")
def backend() -> Iterator[LocalBackend]:
    """One backend with real models for all tests that only ask it."""
    made = LocalBackend(BackendSpec(workers=2))
    yield made
    made.close()


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
