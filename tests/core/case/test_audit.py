from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.case.audit import AuditTrail
from core.errors import CaseDamaged


@pytest.fixture
def trail(tmp_path: Path) -> AuditTrail:
    trail = AuditTrail(tmp_path / "audit.jsonl")
    for number in range(5):
        trail.append("act", str(number), value=f"Größe {number}")
    return trail


def lines(trail: AuditTrail) -> list[bytes]:
    return trail.path.read_bytes().splitlines(keepends=True)


def test_every_line_carries_the_hash_of_the_one_before(trail: AuditTrail) -> None:
    assert trail.check() == trail.head()
    assert trail.head().seq == 5
    assert json.loads(lines(trail)[0])["prev"] == "0" * 64


def test_a_second_object_goes_on_where_the_first_stopped(trail: AuditTrail) -> None:
    AuditTrail(trail.path).append("other")
    assert trail.append("again").seq == 7
    assert trail.check().seq == 7


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda all_: [*all_[:2], all_[2].replace(b'"2"', b'"9"'), *all_[3:]], 4),
        (lambda all_: [*all_[:2], *all_[3:]], 3),
        (lambda all_: [all_[1], all_[0], *all_[2:]], 1),
        (lambda all_: [*all_, all_[4]], 6),
        (lambda all_: [*all_[:3], b"no json\n", *all_[3:]], 4),
    ],
)
def test_changed_removed_swapped_added_lines_are_seen(
    trail: AuditTrail, damage: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    trail.path.write_bytes(b"".join(damage(lines(trail))))
    with pytest.raises(CaseDamaged, match=f"line {line} "):
        AuditTrail(trail.path).check()


def test_a_line_that_a_kill_cut_off_is_set_aside(trail: AuditTrail) -> None:
    with trail.path.open("ab") as file:
        file.write(b'{"seq":6,"act')
    fresh = AuditTrail(trail.path)
    assert fresh.append("after the crash").seq == 6
    assert fresh.check().seq == 6
    assert b'{"seq":6,"act' in trail.path.with_suffix(".torn").read_bytes()


def test_an_empty_trail_has_a_head(tmp_path: Path) -> None:
    assert AuditTrail(tmp_path / "audit.jsonl").head().seq == 0
