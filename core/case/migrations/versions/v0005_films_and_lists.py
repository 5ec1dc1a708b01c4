"""Perceptual hashes of films with the pairs that are near duplicates, and lists of hashes that new contents are looked
up in. Films that were analysed before get their hashes when they are looked at again; lists that were read before have
to be read once more.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE film_hash (content_id INTEGER NOT NULL PRIMARY KEY REFERENCES content (id),"
    " frames INTEGER NOT NULL, good INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE film_key (content_id INTEGER NOT NULL PRIMARY KEY REFERENCES content (id), keys BLOB NOT NULL)",
    "CREATE TABLE film_pair (low_id INTEGER NOT NULL REFERENCES content (id),"
    " high_id INTEGER NOT NULL REFERENCES content (id), bits INTEGER NOT NULL, low_share FLOAT NOT NULL,"
    " high_share FLOAT NOT NULL, PRIMARY KEY (low_id, high_id)) WITHOUT ROWID",
    "CREATE INDEX film_pair_high ON film_pair (high_id)",
    "CREATE TABLE hash_list (id INTEGER NOT NULL PRIMARY KEY, tag TEXT NOT NULL, file TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, hashes INTEGER NOT NULL, kept TEXT NOT NULL, kept_sha256 TEXT NOT NULL,"
    " compared INTEGER DEFAULT '0' NOT NULL, actor TEXT NOT NULL, added TEXT NOT NULL, removed TEXT)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
