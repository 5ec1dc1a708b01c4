"""What people know of each source: exhibit, device, seizure, acquisition, write blocker, time zone of the device.

One row for each change of one fact, with the value before it, so that nothing that was ever stated is lost.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE source ADD COLUMN label TEXT",
    "CREATE TABLE source_fact (id INTEGER NOT NULL PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source (id),"
    " act_id INTEGER NOT NULL REFERENCES act (id), field TEXT NOT NULL, value TEXT NOT NULL, before TEXT NOT NULL)",
    "CREATE INDEX source_fact_newest ON source_fact (source_id, field)",
    "CREATE INDEX source_fact_act ON source_fact (act_id)",
    "CREATE TRIGGER source_fact_no_update BEFORE UPDATE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
    "CREATE TRIGGER source_fact_no_delete BEFORE DELETE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
