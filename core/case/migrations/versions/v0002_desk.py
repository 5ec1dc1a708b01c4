"""What the desk needs: acts that can be undone, decisions about files without a content, saved filters, and the tables
that it filters and sorts by. Those are derived; `core.case.database.migrate` fills them after the last migration.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DECISIONS = (
    """CREATE TABLE act (
        id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, "of" INTEGER REFERENCES act (id),
        actor TEXT NOT NULL, at TEXT NOT NULL)""",
    'CREATE INDEX act_of ON act ("of")',
    "CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    # SQLite cannot take NOT NULL from a column: the table is made anew and its rows, with their ids, moved over.
    "DROP TRIGGER decision_no_update",
    "DROP TRIGGER decision_no_delete",
    "DROP INDEX decision_content",
    "ALTER TABLE decision RENAME TO decision_0001",
    """CREATE TABLE decision (
        id INTEGER NOT NULL PRIMARY KEY, content_id INTEGER REFERENCES content (id),
        finding_id INTEGER REFERENCES finding (id), problem_id INTEGER REFERENCES problem (id),
        act_id INTEGER REFERENCES act (id), kind TEXT NOT NULL, value TEXT NOT NULL, time FLOAT, actor TEXT NOT NULL,
        at TEXT NOT NULL, withdraws INTEGER REFERENCES decision (id))""",
    "INSERT INTO decision(id, content_id, finding_id, kind, value, actor, at, withdraws)"
    " SELECT id, content_id, finding_id, kind, value, actor, at, withdraws FROM decision_0001 ORDER BY id",
    "DROP TABLE decision_0001",
    "CREATE INDEX decision_content ON decision (content_id, kind)",
    "CREATE INDEX decision_act ON decision (act_id)",
    "CREATE INDEX decision_withdraws ON decision (withdraws) WHERE withdraws IS NOT NULL",
    "CREATE INDEX decision_finding ON decision (finding_id) WHERE finding_id IS NOT NULL",
    "CREATE INDEX decision_problem ON decision (problem_id) WHERE problem_id IS NOT NULL",
    "CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    """CREATE TABLE saved_filter (
        id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, filter TEXT NOT NULL, sort TEXT NOT NULL,
        place INTEGER NOT NULL, at TEXT NOT NULL)""",
)

_ITEMS = (
    "CREATE TABLE folder (id INTEGER NOT NULL PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source (id),"
    " path TEXT NOT NULL)",
    "CREATE UNIQUE INDEX folder_path ON folder (source_id, path)",
    """CREATE TABLE item (
        content_id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, state INTEGER DEFAULT '0' NOT NULL,
        size INTEGER NOT NULL, source_id INTEGER, folder_id INTEGER, modified INTEGER,
        copies INTEGER DEFAULT '0' NOT NULL, grade TEXT, flagged INTEGER DEFAULT '0' NOT NULL,
        reviewed INTEGER DEFAULT '0' NOT NULL, excluded INTEGER DEFAULT '0' NOT NULL,
        notes INTEGER DEFAULT '0' NOT NULL, problems INTEGER DEFAULT '0' NOT NULL,
        findings INTEGER DEFAULT '0' NOT NULL, text INTEGER DEFAULT '0' NOT NULL, explicit FLOAT, nude FLOAT,
        suggestive FLOAT, duration FLOAT, taken TEXT, dated TEXT, name TEXT DEFAULT '' NOT NULL)""",
    *(f"CREATE INDEX item_{column} ON item ({column})" for column in ("kind", "size", "dated")),
    "CREATE INDEX item_name ON item (name COLLATE NOCASE, folder_id)",
    "CREATE INDEX item_folder ON item (folder_id)",
    *(
        f"CREATE INDEX item_{column} ON item ({column}) WHERE {column} IS NOT NULL"
        for column in ("grade", "explicit", "nude", "suggestive", "duration", "taken")
    ),
    *(
        f"CREATE INDEX item_{column} ON item ({column}) WHERE {column} > 0"
        for column in ("state", "findings", "text", "flagged")
    ),
    "CREATE INDEX item_copies ON item (copies) WHERE copies > 1",
    "CREATE TABLE item_place (folder_id INTEGER NOT NULL, content_id INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY (folder_id, content_id, name)) WITHOUT ROWID",
    "CREATE INDEX item_place_content ON item_place (content_id)",
    "CREATE TABLE label (id INTEGER NOT NULL PRIMARY KEY, analyzer TEXT NOT NULL, label TEXT NOT NULL,"
    " grouping TEXT NOT NULL, UNIQUE (analyzer, label, grouping))",
    "CREATE TABLE item_label (content_id INTEGER NOT NULL, label_id INTEGER NOT NULL, score FLOAT,"
    " count INTEGER NOT NULL, PRIMARY KEY (content_id, label_id)) WITHOUT ROWID",
    "CREATE INDEX item_label_score ON item_label (label_id, score)",
    "CREATE TABLE item_tag (content_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (content_id, tag))"
    " WITHOUT ROWID",
    "CREATE INDEX item_tag_tag ON item_tag (tag)",
)


def upgrade() -> None:
    for statement in (*_DECISIONS, *_ITEMS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
