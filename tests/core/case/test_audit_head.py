"""Asking how far the trail is must not touch it: another process may be in the middle of a line."""

from __future__ import annotations

from pathlib import Path

from core.case.audit import AuditTrail


def test_a_line_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    writer = AuditTrail(tmp_path / "audit.jsonl")
    writer.append("one")
    head = writer.append("two")
    whole = writer.path.read_bytes()
    third = AuditTrail(tmp_path / "other.jsonl")
    third.path.write_bytes(whole)
    third.append("three")
    line = third.path.read_bytes()[len(whole) :]
    for cut in (1, len(line) - 1):  # what another process sees between two pages of one write
        writer.path.write_bytes(whole + line[:cut])
        for asked in (AuditTrail(writer.path), writer):
            assert asked.head() == head
        assert writer.path.read_bytes() == whole + line[:cut]
        assert not writer.path.with_suffix(".torn").exists()
    writer.path.write_bytes(whole + line)
    assert AuditTrail(writer.path).head().seq == writer.head().seq == 3
    assert AuditTrail(writer.path).check() == writer.head()


def test_who_appends_still_moves_a_torn_line_aside(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path / "audit.jsonl")
    trail.append("one")
    with trail.path.open("ab") as file:
        file.write(b'{"seq":2,"act')
    assert trail.head().seq == 1
    assert trail.append("two").seq == 2
    assert trail.check().seq == 2
    assert b'{"seq":2,"act' in trail.path.with_suffix(".torn").read_bytes()
