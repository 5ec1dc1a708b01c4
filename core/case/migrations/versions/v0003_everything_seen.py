"""What all the analyzers need: work inside a long medium that is kept before its end, the examiner's gallery of
references, calibrations, and perceptual hashes with the stacks of near duplicates that follow from them.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE part (content_id INTEGER NOT NULL REFERENCES content (id),"
    " config_id INTEGER NOT NULL REFERENCES config (id), place TEXT NOT NULL, result BLOB NOT NULL,"
    " PRIMARY KEY (content_id, config_id, place)) WITHOUT ROWID",
    "CREATE TABLE reference (id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, picture BLOB NOT NULL, data BLOB, facts TEXT DEFAULT '{}' NOT NULL, actor TEXT NOT NULL,"
    " added TEXT NOT NULL, removed TEXT)",
    "CREATE INDEX reference_name ON reference (kind, name)",
    "CREATE TABLE calibration (id INTEGER NOT NULL PRIMARY KEY, analyzer TEXT NOT NULL, data TEXT NOT NULL,"
    " actor TEXT NOT NULL, at TEXT NOT NULL)",
    "CREATE TABLE perceptual (content_id INTEGER NOT NULL PRIMARY KEY REFERENCES content (id), pdq BLOB NOT NULL,"
    " quality INTEGER NOT NULL)",
    "ALTER TABLE item ADD COLUMN stack INTEGER",
    "CREATE INDEX item_stack ON item (stack) WHERE stack IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
