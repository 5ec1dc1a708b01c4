"""What every part of the store writes with: the connection, the run, the desk's rows, and problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from core.case.audit import now
from core.case.items import Items, Part
from core.records import Problem

__all__ = ["Writer"]


class Writer:
    """Writes on a connection that the caller holds a transaction on; nothing here commits."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        self._connection = connection
        self._run = run_id
        self._items = Items(connection)

    @property
    def connection(self) -> Connection:
        return self._connection

    def problem(
        self,
        problem: Problem,
        *,
        stage: str,
        source_id: int | None = None,
        copy_id: int | None = None,
        content_id: int | None = None,
    ) -> None:
        """Keep something the examiner should know. The same problem of the same thing is kept once."""
        self._connection.exec_driver_sql(
            "INSERT OR IGNORE INTO problem(run_id, source_id, copy_id, content_id, stage, code, message, detail, at)"
            " VALUES(?,?,?,?,?,?,?,?,?)",
            (
                self._run,
                source_id,
                copy_id,
                content_id,
                stage,
                problem.code,
                problem.message,
                problem.detail,
                now(),
            ),
        )
        if content_id is not None:
            self._items.refresh([content_id], Part.PROBLEMS)
        elif copy_id is not None:
            self._items.refresh(self._contents_of(copy_id), Part.PROBLEMS)

    def _contents_of(self, copy_id: int) -> list[int]:
        rows = self._connection.exec_driver_sql(
            "SELECT content_id FROM copy WHERE id = ? AND content_id IS NOT NULL", (copy_id,)
        )
        return [row[0] for row in rows]

    def _insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(statement, list(rows))
