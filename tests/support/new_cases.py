"""New cases from a database that was made once.

A new case goes through all migrations, from the first schema to the newest. Hundreds of tests begin with one: they get
a copy of what those steps made of the first. The migrations themselves, and what opening does to an older case, are
tested with the real thing, and so is every case that a process of its own makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.case import case
from core.case.schema import VERSION


def ready_made() -> Iterator[None]:
    """Body of a fixture: as long as it lasts, a new case in this process is a copy of the first one's database."""
    real = case.migrate
    made = b""

    def migrate(engine: Engine, backup: Path | None) -> tuple[str | None, str]:
        nonlocal made
        path = Path(engine.url.database or "")
        if backup is not None or path.exists():
            return real(engine, backup)
        if made:
            path.write_bytes(made)
            return None, VERSION
        told = real(engine, None)
        engine.dispose()  # the last to leave takes what is in the second file into the first
        assert not path.with_name(f"{path.name}-wal").exists()
        made = path.read_bytes()
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case, "migrate", migrate)
        yield
