"""The case over a source that most tests of the run have, and decode children that serve one run after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.decode_children import shared as decode_children_shared
from tests.support.desk import Desk


@pytest.fixture(scope="package", autouse=True)
def decode_children() -> Iterator[None]:
    """Runs of one test after the other use the same decode children."""
    yield from decode_children_shared()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.case.close()
