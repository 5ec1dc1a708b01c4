"""One case with something for every section, and a way to write reports of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.case.audit import AuditHead
from core.report.signing import Signer
from core.report.write import ReportResult, write_report
from tests.core.report.made_case import MadeCase, full_case

CREATED = datetime(2026, 11, 22, 20, 46, 12, tzinfo=UTC)
HEAD = AuditHead(42, "ab" * 32)

Write = Callable[..., ReportResult]


def write(made: MadeCase, out: Path, **options: Any) -> ReportResult:
    wanted: dict[str, Any] = {
        "language": "en", "audit_head": HEAD, "created": CREATED, "thumbnails": made.thumbnails,
        "software": "Asservat 0.1.0", **options,
    }  # fmt: skip
    with made.source() as source:
        return write_report(source, out, **wanted)


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> MadeCase:
    return full_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "examiner.pem"
    Signer.open(path)
    return path


@pytest.fixture(scope="session")
def english(case: MadeCase, tmp_path_factory: pytest.TempPathFactory) -> ReportResult:
    return write(case, tmp_path_factory.mktemp("reports") / "english")


@pytest.fixture(scope="session")
def german(case: MadeCase, tmp_path_factory: pytest.TempPathFactory) -> ReportResult:
    return write(case, tmp_path_factory.mktemp("reports") / "german", language="de")


@pytest.fixture(scope="session")
def signed(case: MadeCase, key: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportResult:
    return write(case, tmp_path_factory.mktemp("reports") / "signed", signer=Signer.open(key))
