"""Lines that the audit trail is owed: what is stored and what is said of it cannot come apart.

The database and the trail are two files, and a kill can fall between them. So the line of an act is stored in the same
transaction as the act (a row of `meta`), written into the trail when that is committed, and the row goes with the next
act or when the case is closed. A row whose line the trail has not was left by a kill or a full disk: whoever opens the
case next writes the line, with the person and the time of the act, and says who made it good (`made_good_by`).
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from core.case.clock import actor, now

if TYPE_CHECKING:
    from core.case.audit import AuditTrail

__all__ = ["PREFIX", "Ledger", "Owed", "owed"]

PREFIX = "owed."
"""Of the keys in `meta`."""
_OF_CONNECTION = "asservat_owed"


@dataclass(frozen=True, slots=True)
class Owed:
    """A line that is to be written. `after`: bytes that the trail had before the act; its line, if any, lies behind."""

    key: str
    action: str
    target: str
    details: Mapping[str, Any]
    actor: str
    at: str
    after: int

    def plain(self) -> str:
        kept = {name: getattr(self, name) for name in self.__slots__ if name != "key"}
        return json.dumps(kept, ensure_ascii=False)


def owed(connection: Connection) -> list[Owed]:
    """All rows, oldest first; those whose line is there are among them until the next act."""
    rows = connection.exec_driver_sql(f"SELECT key, value FROM meta WHERE key LIKE '{PREFIX}%' ORDER BY rowid")
    return [Owed(key=key, **json.loads(value)) for key, value in rows]


class Ledger:
    """Owes lines and pays them, for one open case. Thread-safe."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail
        self._lock = threading.Lock()
        self._unpaid: list[Owed] = []  # committed, and then the disk was full
        self._paid: list[str] = []  # keys of rows that may go

    def owe(self, connection: Connection, action: str, target: str, details: Mapping[str, Any], at: str = "") -> None:
        """In the transaction of an act: keep its line with it. `at`: when it was done, where that is known better."""
        line = Owed(f"{PREFIX}{uuid.uuid4().hex}", action, target, details, actor(), at or now(), self._trail.whole())
        gone = self.forget(connection)
        connection.exec_driver_sql("INSERT INTO meta(key, value) VALUES(?, ?)", (line.key, line.plain()))
        promised, forgotten = connection.info.setdefault(_OF_CONNECTION, ([], []))
        promised.append(line)
        forgotten += gone

    @property
    def paid(self) -> bool:
        """Whether there are rows that may go."""
        return bool(self._paid)

    def forget(self, connection: Connection) -> list[str]:
        """Take away the rows whose lines are written. Returns their keys."""
        with self._lock:
            gone = list(self._paid)
        connection.exec_driver_sql(
            "DELETE FROM meta WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(gone),)
        )
        return gone

    def pay(self, info: dict[Any, Any]) -> None:
        """After the transaction was committed: write what it owes, after what could not be written before. `info` is
        that of its connection. Raises `StorageError`; what was not written then is owed still."""
        promised, gone = info.pop(_OF_CONNECTION, ([], []))
        if not promised:
            return
        with self._lock:
            self._paid = [key for key in self._paid if key not in set(gone)]
            self._unpaid += promised
            while self._unpaid:
                self._trail.append_owed(self._unpaid[0])
                self._paid.append(self._unpaid.pop(0).key)

    def settle(self, connection: Connection) -> None:
        """Write what others could not write any more, and forget what is written. Inside a transaction: whoever owes
        cannot commit meanwhile, and a line that its owner writes just now is not written twice."""
        for line in owed(connection):
            if not self._trail.has(line):
                self._trail.append_owed(line, made_good=True)
        connection.exec_driver_sql(f"DELETE FROM meta WHERE key LIKE '{PREFIX}%'")
