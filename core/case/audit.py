"""The audit trail: one canonical JSON line per act, each carrying the SHA-256 of the line before.

A line is on the disk (fsync) before its act is reported done. A chain alone still verifies when its tail is cut, so the
head (number of lines, hash of the last) is pinned in every report and backup.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from core.case.clock import actor, now, seconds_of
from core.case.database import gone, written
from core.case.owed import Owed
from core.errors import CaseDamaged
from core.locks import lock_on
from core.records import canonical_json

__all__ = ["AuditHead", "AuditTrail", "actor", "now"]

START = "0" * 64


_AT_ONCE = 1.0
"""Seconds between an act and its line that nobody has to explain."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """How long the trail is and what its last line hashes to. `seq` 0 with zeros: empty."""

    seq: int
    sha256: str


class AuditTrail:
    """Appends to and checks `audit.jsonl`. One process writes at a time (the case lock sees to that)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._between = lock_on(path.with_suffix(".lock"))  # a report or a backup may be made while a run runs
        self._head: AuditHead | None = None
        self._length = -1

    def append(self, action: str, target: str = "", **details: Any) -> AuditHead:
        """Write one act through to the disk and return the new head. Raises `CaseDamaged`, `StorageError`."""
        with self._alone() as head:
            return self._write(head, actor(), action, target, details)

    def append_owed(self, line: Owed, *, made_good: bool = False) -> AuditHead:
        """Write the line of an act that is stored already, unless it is there. Where its time is not that of the act
        (it is written late, or the clock was moved), it says both; `made_good`: and who writes it in place of whom.
        Raises `CaseDamaged`, `StorageError`."""
        with self._alone() as head:
            if self.has(line):
                return head
            details = dict(line.details)
            if not -_AT_ONCE < seconds_of(now()) - seconds_of(line.at) < _AT_ONCE:
                details["done_at"] = line.at
            if made_good:
                details["made_good_by"] = actor()
            return self._write(head, line.actor, line.action, line.target, details)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[AuditHead]:
        """The right to append, and the head to append to."""
        if not self.path.parent.is_dir():  # a lock would make the folder anew
            raise gone(self.path.parent)
        with written(self.path.parent), self._lock, self._between:
            yield self._current()

    def _write(self, head: AuditHead, who: str, action: str, target: str, details: Mapping[str, Any]) -> AuditHead:
        line = canonical_json(
            {
                "seq": head.seq + 1,
                "at": now(),
                "actor": who,
                "action": action,
                "target": target,
                "details": _plain(details),
                "prev": head.sha256,
            }
        ).encode()
        with self.path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._length = file.tell()
        self._head = AuditHead(head.seq + 1, hashlib.sha256(line).hexdigest())
        return self._head

    def has(self, line: Owed) -> bool:
        """Whether the trail has this line behind the place where it ended before the act."""
        if not self.path.exists() or self.path.stat().st_size <= line.after:
            return False
        with self.path.open("rb") as file:
            file.seek(line.after)
            return any(said(raw, line) for raw in file)

    def whole(self) -> int:
        """How many bytes of the trail are whole lines."""
        length = self.path.stat().st_size if self.path.exists() else 0
        return self.path.read_bytes().rfind(b"\n") + 1 if self.torn() else length

    def head(self) -> AuditHead:
        """How far the trail is. Mends nothing: a line without its end may be one that another process writes just now,
        and to cut that off would break the chain. Who appends looks for it, one process at a time."""
        with self._lock:
            length = self.path.stat().st_size if self.path.exists() else 0
            return self.check() if self._head is None or length != self._length else self._head

    def _current(self) -> AuditHead:
        """The head, re-read when the file is not as this object left it (another process wrote, a crash cut a line)."""
        length = self.path.stat().st_size if self.path.exists() else 0
        if self._head is None or length != self._length:
            self._mend_torn_line()
            self._head = self.check()
            self._length = self.path.stat().st_size if self.path.exists() else 0
        return self._head

    def _mend_torn_line(self) -> None:
        """A kill in the middle of a write leaves a last line without its end. That act was never reported done, so the
        fragment is moved aside, not counted."""
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        if data and not data.endswith(b"\n"):
            whole = data.rfind(b"\n") + 1
            with self.path.with_suffix(".torn").open("ab") as torn:
                torn.write(data[whole:] + b"\n")
            with self.path.open("r+b") as file:
                file.truncate(whole)

    def torn(self) -> bool:
        """Whether the last line has no end: a power failure, a full disk or a kill cut it off."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"

    def hashes(self, wanted: Collection[int]) -> dict[int, str]:
        """The hash of each of these lines, by number; numbers beyond the end are left out."""
        if not self.path.exists():
            return {}
        with self.path.open("rb") as file:
            lines = enumerate(file, start=1)
            return {seq: hashlib.sha256(raw.rstrip(b"\n")).hexdigest() for seq, raw in lines if seq in wanted}

    def knows_report(self, report_id: str, manifest_sha256: str) -> bool:
        """Whether a line says that this report was written, with this manifest."""
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            for raw in file:
                if b'"report written"' in raw and report_id.encode() in raw:
                    try:
                        entry = json.loads(raw)
                        if (entry["target"], entry["details"]["manifest_sha256"]) == (report_id, manifest_sha256):
                            return True
                    except (ValueError, KeyError, TypeError):
                        continue
        return False

    def folders_of_reports(self) -> set[str]:
        """Where reports were begun, beside which a killed one may have left its half."""
        return set(self.lines_about(b'"action":"report"', lambda entry: [str(entry["details"]["folder"])]))

    def lines_about(self, mark: bytes, names: Callable[[Mapping[str, Any]], Iterable[str]]) -> dict[str, int]:
        """What `names` finds in the lines that hold `mark`, each with the number of the newest line it is found in."""
        found: dict[str, int] = {}
        if not self.path.exists():
            return found
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if mark in raw:
                    with contextlib.suppress(ValueError, KeyError, TypeError):
                        found.update(dict.fromkeys(names(json.loads(raw)), number))
        return found

    def counted(self, lines: int) -> list[tuple[str, str, int, str, str]]:
        """Person, action, how often, first and last time, in the first so many lines; the kinds of decisions together.
        Lines that cannot be read are counted under an action of their own, `unreadable`."""
        found: dict[tuple[str, str], tuple[int, str, str]] = {}
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            for raw in islice(file, lines):
                try:
                    entry = json.loads(raw)
                    key, at = (str(entry["actor"]), str(entry["action"])), str(entry["at"])
                except (ValueError, KeyError, TypeError):
                    key, at = ("", "unreadable"), ""
                if key[1].startswith("decision "):
                    key = (key[0], "decision")
                count, first, _ = found.get(key, (0, at, at))
                found[key] = (count + 1, first, at)
        return [(*key, *facts) for key, facts in found.items()]

    def first_target(self) -> str:
        """What the first act was about: the id of the case that was created."""
        try:
            with self.path.open(encoding="utf-8") as file:
                return str(json.loads(file.readline())["target"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CaseDamaged("The audit trail cannot be read, so nothing tells which case this is.", "") from error

    def check(self) -> AuditHead:
        """Walk the whole chain. Raises `CaseDamaged` naming the first line that does not fit.

        A last line without its end was cut off while it was written and never counted; see `torn`.
        """
        previous, seq = START, 0
        if not self.path.exists():
            return AuditHead(0, START)
        with self.path.open("rb") as file:
            for seq, raw in enumerate(file, start=1):
                if not raw.endswith(b"\n"):
                    return AuditHead(seq - 1, previous)
                line = raw.rstrip(b"\n")
                try:
                    entry: Mapping[str, Any] = json.loads(line)
                    fits = entry["prev"] == previous and entry["seq"] == seq
                except (ValueError, KeyError, TypeError):
                    fits = False
                if not fits:
                    raise CaseDamaged(
                        f"The audit trail does not hold together at line {seq} of {self.path.name}.",
                        "Somebody changed, removed or reordered lines after they were written; keep the file as it is.",
                    )
                previous = hashlib.sha256(line).hexdigest()
        return AuditHead(seq, previous)


def said(raw: bytes, line: Owed) -> bool:
    """Whether this line of the trail is the one that is owed."""
    try:
        entry = json.loads(raw)
        return bool((entry["action"], entry["target"]) == (line.action, line.target))
    except (ValueError, KeyError, TypeError):
        return False


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, Path) else value for key, value in details.items()}
