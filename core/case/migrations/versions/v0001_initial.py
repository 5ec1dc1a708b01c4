"""The first schema: sources, contents, copies, runs, configs, outcomes, findings, decisions, words.

The tables are taken from `core.case.schema` as it stood; the next version that changes them must
freeze its own copy here.
"""

from __future__ import annotations

from alembic import op

from core.case import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema.metadata.create_all(op.get_bind())
    for statement in schema.STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
