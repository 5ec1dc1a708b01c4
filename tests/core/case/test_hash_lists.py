"""Hash lists in the forms in which they come; hits become tags, never grades."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.case import browse, decisions, filters, hash_lists
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Store
from core.errors import UsageError

DATA = [f"content {number}".encode() for number in range(40)]


def md5(number: int) -> str:
    return hashlib.md5(DATA[number], usedforsecurity=False).hexdigest()


def sha1(number: int) -> str:
    return hashlib.sha1(DATA[number], usedforsecurity=False).hexdigest()


def sha256(number: int) -> str:
    return hashlib.sha256(DATA[number]).hexdigest()


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Forty contents, ids 1–40, content `number` having the id number + 1."""
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, "phone").id
        run = Runs(made).start({}, {}, "test")
        rows = [
            CopyRow(
                source, f"{n}.jpg", f"{n}.jpg".encode(), "read", 10, n,
                sha256=sha256(n), sha1=sha1(n), md5=md5(n), kind="image",
            )
            for n in range(40)
        ]  # fmt: skip
        with made.connected() as connection, connection.begin():
            Store(connection, run).register(rows)
        yield made


def write(folder: Path, text: str) -> Path:
    path = folder / "known.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"{md5(3)}\n{md5(7)}\n",
        f'"{sha1(3).upper()}","00000000000000000000000000000000","a.dll"\r\n"{sha1(7)}","{md5(7)}","b.dll"\r\n',
        f"# known\nname;{sha256(3)};x\n{sha256(7)}",
        f"\ufeff{md5(3)},{sha256(7)}",
        "ab" * 17 + f" {md5(3)} {sha1(7)} {sha256(7)}0 {'cd' * 40}\n",  # digits of another length are no hashes
    ],
)
def test_lists_are_read_whatever_they_look_like(case: Case, tmp_path: Path, text: str) -> None:
    with case.reading() as connection:
        found = hash_lists.look_up(connection, write(tmp_path, text))
    assert found.ids.tolist() == [4, 8]
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_long_lists_are_read_in_pieces(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_lists, "_PIECE", 100)
    lines = [hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(3000)]
    lines[1500:1500] = [md5(n) for n in range(40)]
    with case.reading() as connection:
        found = hash_lists.look_up(connection, write(tmp_path, "\n".join(lines)))
    assert found.ids.tolist() == list(range(1, 41))
    assert found.hashes == 3040


def test_hits_are_tagged_and_taken_back_and_never_graded(case: Case, tmp_path: Path) -> None:
    found, change = hash_lists.apply(case, write(tmp_path, f"{md5(0)}\n{sha1(1)}\n"), "notable")
    assert (found.hashes, change.label.count) == (2, 2)
    with case.reading() as connection:
        wanted = browse.Filter((filters.tag("list: notable"),))
        assert browse.ids(connection, wanted).tolist() == [1, 2]
        assert all(row.grade is None and not row.reviewed for row in browse.rows(connection, [1, 2]))
    assert found.sha256 in case.audit.path.read_text("utf-8")
    decisions.undo(case)
    with case.reading() as connection:
        assert browse.count(connection, wanted) == 0
    again, nothing = hash_lists.apply(case, write(tmp_path, md5(0)))
    assert nothing.label.value == "list: known"
    assert again.ids.tolist() == [1]


def test_a_list_without_hashes_or_a_file_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no hashes"):
        hash_lists.apply(case, write(tmp_path, "name,size\nx,1\n"))
    with pytest.raises(UsageError, match="cannot be read"):
        hash_lists.apply(case, tmp_path / "nowhere.txt")
