"""What a million items need to be searched and sorted in a moment: whose words a row of the word index has, the
trigrams of names, and an index of the times of change.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE word_item (id INTEGER NOT NULL PRIMARY KEY, content_id INTEGER NOT NULL REFERENCES content (id))",
    "INSERT INTO word_item(id, content_id) SELECT rowid, content_id FROM words WHERE content_id IS NOT NULL"
    " ORDER BY rowid",
    "CREATE VIRTUAL TABLE grams USING fts5(name, content = '', columnsize = 0, detail = none, tokenize = 'trigram')",
    # What follows the last slash: the path without the characters at its end that are not a slash is its folder.
    "INSERT INTO grams(rowid, name) SELECT id, substr(path, 1 + length(rtrim(path, replace(path, '/', '')))) FROM copy"
    " WHERE content_id IS NOT NULL ORDER BY id",
    "CREATE INDEX item_modified ON item (modified)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
