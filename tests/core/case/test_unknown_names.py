"""A mistyped name must not look like "nothing was found": not in findings, and least of all in a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.case.queries import FindingFilter, refuse_unknown
from core.errors import UsageError
from tests.core.case import desk
from tests.core.case.desk import sha
from tests.support.here import Here


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Connection]:
    with desk.make(tmp_path / "case") as case, case.reading() as connection:
        yield connection


@pytest.mark.parametrize(
    "wanted",
    [
        FindingFilter(),
        FindingFilter(("nsfw", "ocr"), ("BELLY", "text"), ("nude",), 0.5, sha("a")),
        FindingFilter(labels=("dark",)),  # could have been found, and was not
        FindingFilter(groupings=("light",)),
    ],
)
def test_what_the_case_could_have_is_asked(asked: Connection, wanted: FindingFilter) -> None:
    refuse_unknown(asked, wanted)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (FindingFilter(("nsfw", "orc")), "not analysed with orc"),
        (FindingFilter(labels=("BELY",)), "the label BELY"),
        (FindingFilter(groupings=("nudes",)), "the group nudes"),
        (FindingFilter(sha256="ab"), "no content with the SHA-256 ab"),
    ],
)
def test_what_it_cannot_have_is_refused(asked: Connection, wanted: FindingFilter, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        refuse_unknown(asked, wanted)
    assert caught.value.advice


def test_no_report_is_written_for_an_analyzer_that_never_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    here = Here(capfdbinary)
    desk.make(tmp_path / "case").close()
    said = here("report", tmp_path / "case", "--out", tmp_path / "out", "--unsigned", "--analyzer", "nsfv")
    assert said.code == 2
    assert "not analysed with nsfv. To choose from: nsfw, ocr." in said.err
    assert not (tmp_path / "out").exists()
    upper = here("findings", tmp_path / "case", "--sha256", sha("a").upper(), "--json")
    assert {row["sha256"] for row in upper.lines} == {sha("a")}
