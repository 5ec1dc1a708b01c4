"""What the analyzers said of the contents, under which configuration, and what they were given to go by."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Float, ForeignKey, Index, Integer, Table, Text

from core.case.schema.all_tables import metadata

__all__ = [
    "calibration",
    "config",
    "finding",
    "outcome",
    "part",
    "reference",
    "run",
    "run_config",
    "sample",
    "vector",
]

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
    Column("data", BLOB, nullable=False),  # little-endian float16; bytes for spaces of local features
)
Index("vector_space", vector.c.space)
Index("vector_content", vector.c.content_id, vector.c.config_id)

part = Table(
    "part",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("config_id", Integer, ForeignKey("config.id"), primary_key=True),
    Column("place", Text, primary_key=True),  # kind of sample, seconds, page: the same sample in the next run
    Column("result", BLOB, nullable=False),
    sqlite_with_rowid=False,
)
"""Results of a long medium that is not finished: a kill costs a minute of it. Gone with its outcome."""

reference = Table(
    "reference",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # logo
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the picture's file
    Column("picture", BLOB, nullable=False),  # the file itself: a case stands alone
    Column("data", BLOB),  # local features of it
    Column("facts", Text, nullable=False, server_default="{}"),  # JSON
    Column("actor", Text, nullable=False),
    Column("added", Text, nullable=False),
    Column("removed", Text),
)
"""What the examiner looks for: the gallery. Rows are never deleted, because findings speak of them."""
Index("reference_name", reference.c.kind, reference.c.name)

calibration = Table(
    "calibration",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("analyzer", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON: thresholds, error rates with intervals, what they were measured on
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)
