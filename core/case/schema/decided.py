"""What people did and stated. The acts, decisions and facts of sources are never changed, only followed."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from core.case.schema.all_tables import metadata

__all__ = [
    "STATEMENTS",
    "act",
    "decision",
    "saved_filter",
    "source_fact",
]

act = Table(
    "act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # do | undo | redo
    Column("label", Text, nullable=False),  # JSON of `core.case.decisions.Label`: what was done, to how many
    Column("of", Integer, ForeignKey("act.id")),  # the act that an undo takes back, the undo that a redo takes back
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""One thing the examiner did, to one item or to a million: what undo and redo go by. Append-only."""
Index("act_of", act.c.of)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Integer, ForeignKey("content.id")),  # NULL: about a file that was never read whole
    Column("finding_id", Integer, ForeignKey("finding.id")),
    Column("problem_id", Integer, ForeignKey("problem.id")),
    Column("act_id", Integer, ForeignKey("act.id")),
    # grade | tag | untag | note | bookmark | verdict | likeness | flag | review | exclude | withdraw
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("time", Float),  # seconds (PTS), of a bookmark or of a note made at a time
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("withdraws", Integer, ForeignKey("decision.id")),  # undo is a decision too
)
Index("decision_content", decision.c.content_id, decision.c.kind)
Index("decision_act", decision.c.act_id)
Index("decision_withdraws", decision.c.withdraws, sqlite_where=decision.c.withdraws.is_not(None))
Index("decision_finding", decision.c.finding_id, sqlite_where=decision.c.finding_id.is_not(None))
Index("decision_problem", decision.c.problem_id, sqlite_where=decision.c.problem_id.is_not(None))

source_fact = Table(
    "source_fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("act_id", Integer, ForeignKey("act.id"), nullable=False),
    Column("field", Text, nullable=False),  # of `core.provenance.Provenance`
    Column("value", Text, nullable=False),  # empty: no longer stated
    Column("before", Text, nullable=False),
)
"""What people state of a source; the newest row of each field holds. Append-only."""
Index("source_fact_newest", source_fact.c.source_id, source_fact.c.field)
Index("source_fact_act", source_fact.c.act_id)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("filter", Text, nullable=False),  # JSON of a Filter
    Column("sort", Text, nullable=False),  # JSON of a Sort
    Column("place", Integer, nullable=False),  # order on the screen
    Column("at", Text, nullable=False),
)

# Append-only is enforced by the database itself.
STATEMENTS = (
    "CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER source_fact_no_update BEFORE UPDATE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
    "CREATE TRIGGER source_fact_no_delete BEFORE DELETE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
)
