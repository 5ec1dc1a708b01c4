"""The sources of a case and what people know of each: stated, changed, read, with everything that was stated before.

A change is an act like a grade: one row of `act`, one line of the audit trail with old and new values, taken back by
undo. Rows are only ever added; what holds is the newest of each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.case.acts import Change, Fact, Label, audited, open_act, state_facts
from core.case.case import Case
from core.errors import UsageError
from core.provenance import Provenance

__all__ = ["Fact", "FactEntry", "KnownSource", "describe", "history", "known", "last_changes", "provenance"]


@dataclass(frozen=True, slots=True)
class KnownSource:
    """One source as registered. `path`: as given, shown safely; `listed` None: its listing was never complete."""

    id: int
    kind: str
    path: str
    added: str
    listed: str | None
    copies: int
    bytes: int
    provenance: Provenance

    @property
    def title(self) -> str:
        """What it is called: the label, or the path."""
        return self.provenance.label or self.path


@dataclass(frozen=True, slots=True)
class FactEntry:
    """One change of one fact. `kind`: do, undo or redo."""

    field: str
    old: str
    new: str
    kind: str
    actor: str
    at: str


def provenance(connection: Connection) -> dict[int, Provenance]:
    """Source id → what is stated of it; every source is there."""
    stored: dict[int, dict[str, str]] = {
        row[0]: {} for row in connection.exec_driver_sql("SELECT id FROM source ORDER BY id")
    }
    for source, field, value in connection.exec_driver_sql(
        "SELECT source_id, field, value FROM source_fact"
        " WHERE id IN (SELECT max(id) FROM source_fact GROUP BY source_id, field)"
    ):
        stored[source][field] = value
    return {source: Provenance.of_texts(values) for source, values in stored.items()}


def known(connection: Connection) -> list[KnownSource]:
    """All sources, in the order in which they were added."""
    stated = provenance(connection)
    rows = connection.exec_driver_sql("SELECT id, kind, path, added, listed, copies, bytes FROM source ORDER BY id")
    return [KnownSource(*(*row, stated[row[0]])) for row in rows]


def describe(case: Case, source: int, values: Mapping[str, str | int | None]) -> Change:
    """State these facts of a source; fields that are not named stay. An empty value takes a fact back. An empty
    `Change` when all of it holds already. Raises `UsageError` for an unknown source, field or impossible value."""
    with case.writing() as connection:
        row = connection.exec_driver_sql("SELECT path FROM source WHERE id = ?", (source,)).fetchone()
        if row is None:
            raise UsageError(f"This case has no source {source}.", "`sources DIR list` shows their numbers.")
        before = provenance(connection)[source]
        after = before.changed(**values)
        was = before.texts()
        facts = tuple(
            Fact(source, name, was[name], value) for name, value in after.texts().items() if value != was[name]
        )
        label = Label("describe", after.label or str(row[0]), len(facts))
        if not facts:
            return Change(0, label)
        change = replace(open_act(connection, label, ()), facts=facts)
        state_facts(connection, change)
        return audited(case, connection, change)


def history(connection: Connection, source: int) -> list[FactEntry]:
    """Every change of every fact of this source, newest first."""
    rows = connection.exec_driver_sql(f"{_ENTRIES} WHERE source_id = ? ORDER BY source_fact.id DESC", (source,))
    return [FactEntry(*row[1:]) for row in rows]


def last_changes(connection: Connection) -> dict[int, FactEntry]:
    """Source id → the newest change of its facts; sources that nobody described are not there."""
    newest = "(SELECT max(id) FROM source_fact GROUP BY source_id)"
    rows = connection.exec_driver_sql(f"{_ENTRIES} WHERE source_fact.id IN {newest}")
    return {row[0]: FactEntry(*row[1:]) for row in rows}


_ENTRIES = "SELECT source_id, field, before, value, act.kind, actor, at FROM source_fact JOIN act ON act.id = act_id"
