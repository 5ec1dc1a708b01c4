"""The case and what was seized: sources, the places in them, the contents, what decoding told, and problems."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from core.case.schema.all_tables import metadata

__all__ = [
    "STATEMENTS",
    "content",
    "copy",
    "media",
    "meta",
    "problem",
    "source",
]

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
"""case_id, name, number, examiner, agency, exhibit, created, version, time_zone … as text."""

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
    Column("label", Text),  # what the examiner calls it: the newest `source_fact` of that name
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

STATEMENTS = (
    "CREATE UNIQUE INDEX problem_once ON problem(coalesce(content_id, 0), coalesce(copy_id, 0), coalesce(source_id, 0),"
    " stage, code, message)",
)
