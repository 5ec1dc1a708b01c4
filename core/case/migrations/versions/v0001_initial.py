"""The first schema, frozen as it stood then: sources, contents, copies, runs, configs, outcomes, findings, decisions,
words. `core.case.schema` says how it stands now.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BLOB,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # folder
    Column("path", Text, nullable=False),  # as given, shown safely
    Column("path_raw", BLOB, nullable=False, unique=True),  # absolute, as the operating system names it
    Column("added", Text, nullable=False),
    Column("listed", Text),  # when its listing was last complete
    Column("copies", Integer, nullable=False, default=0),
    Column("bytes", Integer, nullable=False, default=0),
)

content = Table(
    "content",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("sha1", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mime", Text, nullable=False),
    Column("kind", Text, nullable=False),  # MediaKind
)
Index("content_md5", content.c.md5)

copy = Table(
    "copy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("content_id", Integer, ForeignKey("content.id")),  # NULL: never read whole
    Column("path", Text, nullable=False),  # relative to the source, `/`, made safe to show
    Column("path_raw", BLOB, nullable=False),  # relative, exactly as the file system has it
    Column("version", Integer, nullable=False, default=1),  # 2…: the file changed after it was registered
    Column("state", Text, nullable=False),  # read | unreadable | vanished | changed | link | special
    Column("size", Integer),
    Column("modified_ns", Integer),
    Column("changed_ns", Integer),
    Column("accessed_ns", Integer),
    Column("created_ns", Integer),
    Column("inode", Integer),
    Column("mismatch", Text),  # extension says one thing, bytes another: what the extension claims
    Column("problem", Text),
    UniqueConstraint("source_id", "path_raw", "version"),
)
Index("copy_content", copy.c.content_id)

media = Table(
    "media",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("width", Integer),  # upright
    Column("height", Integer),
    Column("duration", Float),  # seconds
    Column("orientation", Integer),  # EXIF 1–8 as found; video rotation stands in normal
    Column("format", Text),
    Column("frames", Integer),
    Column("samples", Integer),
    Column("taken", Text),  # camera's own clock, no zone unless it wrote one
    Column("latitude", Float),
    Column("longitude", Float),
    Column("camera", Text),
    Column("raw", Text, nullable=False),  # JSON, as found
    Column("normal", Text, nullable=False),  # JSON, normalised
    Column("thumbnail", Integer, nullable=False, default=0),  # 1: thumbnails/<2>/<sha256>.jpg is there
    Column("storyboard", Integer, nullable=False, default=0),
)

config = Table(
    "config",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("analyzer", Text, nullable=False),
    Column("json", Text, nullable=False),  # canonical: models, options, settings, sampling
    Column("info", Text, nullable=False),  # JSON of AnalyzerInfo at that time: title, labels, groups, licences, limits
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", Text, nullable=False),
    Column("ended", Text),
    Column("state", Text, nullable=False),  # running | finished | stopped | interrupted
    Column("settings", Text, nullable=False),  # JSON of RunSettings
    Column("versions", Text, nullable=False),  # JSON: asservat, python, system, libraries
    Column("backend", Text, nullable=False),
    Column("pid", Integer),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("summary", Text),  # JSON of the summary object
)

run_config = Table(
    "run_config",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("config_id", Integer, ForeignKey("config.id"), primary_key=True),
)

outcome = Table(
    "outcome",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("config_id", Integer, ForeignKey("config.id"), primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("state", Text, nullable=False),  # State
    Column("code", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("milliseconds", Float, nullable=False, default=0.0),
    Column("samples", Integer, nullable=False, default=0),
    Column("findings", Integer, nullable=False, default=0),
    sqlite_with_rowid=False,
)
Index("outcome_state", outcome.c.config_id, outcome.c.state)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Integer, ForeignKey("content.id"), nullable=False),
    Column("config_id", Integer, ForeignKey("config.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("analyzer", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("grouping", Text, nullable=False, default=""),  # explicit, nude, … where labels have groups
    Column("score", Float),
    Column("x", Float),
    Column("y", Float),
    Column("w", Float),
    Column("h", Float),
    Column("polygon", Text),  # JSON [[x,y],…]
    Column("start", Float),
    Column("end", Float),
    Column("frame", Integer),
    Column("page", Integer),
    Column("sample", Integer, nullable=False, default=0),
    Column("text", Text),
    Column("attributes", Text, nullable=False, default="{}"),
)
Index("finding_content", finding.c.content_id, finding.c.config_id)
Index("finding_label", finding.c.analyzer, finding.c.label, finding.c.score)

sample = Table(
    "sample",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("policy", Text, primary_key=True),  # hash of the sampling policy
    Column("positions", Text, nullable=False),  # JSON [[index, time, frame, page],…]: what was looked at
    sqlite_with_rowid=False,
)

vector = Table(
    "vector",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Integer, ForeignKey("content.id"), nullable=False),
    Column("config_id", Integer, ForeignKey("config.id"), nullable=False),
    Column("finding_id", Integer, ForeignKey("finding.id")),
    Column("sample", Integer, nullable=False, default=0),
    Column("space", Text, nullable=False),
    Column("data", BLOB, nullable=False),  # little-endian float16
)
Index("vector_space", vector.c.space)
Index("vector_content", vector.c.content_id, vector.c.config_id)

problem = Table(
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id")),
    Column("source_id", Integer, ForeignKey("source.id")),
    Column("copy_id", Integer, ForeignKey("copy.id")),
    Column("content_id", Integer, ForeignKey("content.id")),
    Column("stage", Text, nullable=False),  # intake | decode | analyzer name | case
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("at", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Integer, ForeignKey("content.id"), nullable=False),
    Column("finding_id", Integer, ForeignKey("finding.id")),
    Column("kind", Text, nullable=False),  # grade | tag | untag | note | verdict | flag | withdraw
    Column("value", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("withdraws", Integer, ForeignKey("decision.id")),  # undo is a decision too
)
Index("decision_content", decision.c.content_id)

# Append-only is enforced by the database itself, and the words of a case are one FTS5 table. `plain` is the text (the
# tokenizer drops accents: Müller → muller), `german` the same with ä→ae ö→oe ü→ue ß→ss (Müller → mueller).
STATEMENTS = (
    "CREATE UNIQUE INDEX problem_once ON problem(coalesce(content_id, 0), coalesce(copy_id, 0), coalesce(source_id, 0),"
    " stage, code, message)",
    "CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE VIRTUAL TABLE words USING fts5(plain, german, kind UNINDEXED, ref UNINDEXED, content_id UNINDEXED,"
    ' tokenize = "unicode61 remove_diacritics 2")',
)


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError(
        "A case is never taken back to an older schema; restore the backup made before migrating."
    )
