"""The case of `tests.core.case.desk`: made once a module, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case.case import Case
from tests.core.case import desk


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "case"
    desk.make(folder).close()
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Iterator[Case]:
    shutil.copytree(made, tmp_path / "case")
    with Case.open(tmp_path / "case") as case:
        yield case
