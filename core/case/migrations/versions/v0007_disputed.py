"""Whether an item is disputed stands in the item: asked of a million decisions it took a second. The column is derived;
`core.case.database.migrate` fills it after the last migration.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE item ADD COLUMN disputed INTEGER DEFAULT '0' NOT NULL",
    "CREATE INDEX item_disputed ON item (disputed) WHERE disputed = 1",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
