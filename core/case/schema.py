"""The tables of a case. SQLite is the truth; everything else in the case folder can be rebuilt from it.

Times of acts are ISO 8601 UTC text; file times are integer nanoseconds since 1970 UTC as the file system gave them.
Regions are relative to the upright picture (0–1). `outcome` and `finding` are keyed by (content, config): a second run
under the same config replaces nothing and doubles nothing, another config adds beside.

`item`, `item_place`, `item_label`, `item_tag`, `folder` and `label` say nothing new: they are the other tables in the
shape that the desk filters and sorts by. `core.case.items` keeps them and can make them again at any time.
"""

from __future__ import annotations

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

from core.case.schema_near import near_tables

__all__ = [
    "DERIVED",
    "VERSION",
    "act",
    "calibration",
    "config",
    "content",
    "copy",
    "decision",
    "film_hash",
    "film_key",
    "film_pair",
    "finding",
    "folder",
    "hash_list",
    "item",
    "item_label",
    "item_place",
    "item_tag",
    "label",
    "media",
    "meta",
    "metadata",
    "outcome",
    "part",
    "perceptual",
    "problem",
    "reference",
    "run",
    "run_config",
    "sample",
    "saved_filter",
    "source",
    "source_fact",
    "vector",
    "word_item",
]

metadata = MetaData()

VERSION = "0006"
"""The newest migration; `tests/core/case` sees to it that this stays true."""

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

word_item = Table(
    "word_item",
    metadata,
    Column("id", Integer, primary_key=True),  # rowid in `words`
    Column("content_id", Integer, ForeignKey("content.id"), nullable=False),
)
"""Whose words a row of the word index has; see `core.case.words`."""

perceptual = Table(
    "perceptual",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("pdq", BLOB, nullable=False),  # 32 bytes
    Column("quality", Integer, nullable=False),  # 0-100
)

film_hash, film_key, film_pair, hash_list = near_tables(metadata)

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

act = Table(
    "act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # do | undo | redo
    Column("label", Text, nullable=False),  # JSON of `core.case.decisions.Label`: what was done, to how many
    Column("of", Integer, ForeignKey("act.id")),  # the act that an undo takes back, the undo that a redo takes back
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""One thing the examiner did, to one item or to a million: what undo and redo go by. Append-only."""
Index("act_of", act.c.of)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Integer, ForeignKey("content.id")),  # NULL: about a file that was never read whole
    Column("finding_id", Integer, ForeignKey("finding.id")),
    Column("problem_id", Integer, ForeignKey("problem.id")),
    Column("act_id", Integer, ForeignKey("act.id")),
    # grade | tag | untag | note | bookmark | verdict | likeness | flag | review | exclude | withdraw
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("time", Float),  # seconds (PTS), of a bookmark or of a note made at a time
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("withdraws", Integer, ForeignKey("decision.id")),  # undo is a decision too
)
Index("decision_content", decision.c.content_id, decision.c.kind)
Index("decision_act", decision.c.act_id)
Index("decision_withdraws", decision.c.withdraws, sqlite_where=decision.c.withdraws.is_not(None))
Index("decision_finding", decision.c.finding_id, sqlite_where=decision.c.finding_id.is_not(None))
Index("decision_problem", decision.c.problem_id, sqlite_where=decision.c.problem_id.is_not(None))

source_fact = Table(
    "source_fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("act_id", Integer, ForeignKey("act.id"), nullable=False),
    Column("field", Text, nullable=False),  # of `core.provenance.Provenance`
    Column("value", Text, nullable=False),  # empty: no longer stated
    Column("before", Text, nullable=False),
)
"""What people state of a source; the newest row of each field holds. Append-only."""
Index("source_fact_newest", source_fact.c.source_id, source_fact.c.field)
Index("source_fact_act", source_fact.c.act_id)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("filter", Text, nullable=False),  # JSON of a Filter
    Column("sort", Text, nullable=False),  # JSON of a Sort
    Column("place", Integer, nullable=False),  # order on the screen
    Column("at", Text, nullable=False),
)

# ---------------------------------------------------------------------- derived: the same in the desk's shape

folder = Table(
    "folder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("path", Text, nullable=False),  # relative to the source, `/`; the source itself is empty
)
Index("folder_path", folder.c.source_id, folder.c.path, unique=True)

item = Table(
    "item",
    metadata,
    Column("content_id", Integer, primary_key=True),
    # Numbers first: a scan that asks for them never reads past them.
    Column("kind", Text, nullable=False),
    Column(
        "state", Integer, nullable=False, server_default="0"
    ),  # worst outcome, as its rank in `core.case.items.STATES`
    Column("size", Integer, nullable=False),
    Column("source_id", Integer),  # of the first copy
    Column("folder_id", Integer),  # of the first copy; the others are in `item_place`
    Column("modified", Integer),  # ns since 1970 UTC, of the first copy
    Column("copies", Integer, nullable=False, server_default="0"),
    Column("grade", Text),  # in force
    Column("flagged", Integer, nullable=False, server_default="0"),
    Column("reviewed", Integer, nullable=False, server_default="0"),
    Column("excluded", Integer, nullable=False, server_default="0"),
    Column("notes", Integer, nullable=False, server_default="0"),  # notes and bookmarks in force
    Column("problems", Integer, nullable=False, server_default="0"),
    Column("findings", Integer, nullable=False, server_default="0"),
    Column("text", Integer, nullable=False, server_default="0"),  # characters of recognised text
    Column("explicit", Float),  # highest raw score of a label of this group
    Column("nude", Float),
    Column("suggestive", Float),
    Column("duration", Float),  # seconds
    Column("taken", Text),  # the camera's own clock
    Column("dated", Text),  # taken, or where the camera said nothing the file's time (UTC), to the second
    Column("name", Text, nullable=False, server_default=""),  # of the first copy, without its folder
    Column("stack", Integer),  # lowest content id among its near duplicates; NULL: it stands alone
)
Index("item_kind", item.c.kind)
Index("item_size", item.c.size)
Index("item_name", item.c.name.collate("NOCASE"), item.c.folder_id)  # holds all that sorting by path needs
Index("item_folder", item.c.folder_id)
Index("item_dated", item.c.dated)
Index("item_modified", item.c.modified)
# What a file only gets later is indexed only where it is there: taking in a file costs no more for it.
for _column in (item.c.grade, item.c.explicit, item.c.nude, item.c.suggestive, item.c.duration, item.c.taken):
    Index(f"item_{_column.name}", _column, sqlite_where=_column.is_not(None))
for _column in (item.c.state, item.c.findings, item.c.text, item.c.flagged):
    Index(f"item_{_column.name}", _column, sqlite_where=_column > 0)
Index("item_stack", item.c.stack, sqlite_where=item.c.stack.is_not(None))
Index("item_copies", item.c.copies, sqlite_where=item.c.copies > 1)

item_place = Table(
    "item_place",
    metadata,
    Column("folder_id", Integer, primary_key=True),
    Column("content_id", Integer, primary_key=True),
    Column("name", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Where the further copies of a content lie, beside the first one, which is in `item`."""
Index("item_place_content", item_place.c.content_id)

label = Table(
    "label",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("analyzer", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("grouping", Text, nullable=False),
    UniqueConstraint("analyzer", "label", "grouping"),
)

item_label = Table(
    "item_label",
    metadata,
    Column("content_id", Integer, primary_key=True),
    Column("label_id", Integer, primary_key=True),
    Column("score", Float),  # highest
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("item_label_score", item_label.c.label_id, item_label.c.score)

item_tag = Table(
    "item_tag",
    metadata,
    Column("content_id", Integer, primary_key=True),
    Column("tag", Text, primary_key=True),
    sqlite_with_rowid=False,
)
Index("item_tag_tag", item_tag.c.tag)

DERIVED = (item, item_place, item_label, item_tag, label, folder)
"""What can be emptied and made again from the rest."""

# Append-only is enforced by the database itself, and the words of a case are one FTS5 table. `plain` is the text (the
# tokenizer drops accents: Müller → muller), `german` the same with ä→ae ö→oe ü→ue ß→ss (Müller → mueller).
STATEMENTS = (
    "CREATE UNIQUE INDEX problem_once ON problem(coalesce(content_id, 0), coalesce(copy_id, 0), coalesce(source_id, 0),"
    " stage, code, message)",
    "CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision"
    " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER source_fact_no_update BEFORE UPDATE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
    "CREATE TRIGGER source_fact_no_delete BEFORE DELETE ON source_fact"
    " BEGIN SELECT RAISE(ABORT, 'facts of sources are append-only'); END",
    "CREATE VIRTUAL TABLE words USING fts5(plain, german, kind UNINDEXED, ref UNINDEXED, content_id UNINDEXED,"
    ' tokenize = "unicode61 remove_diacritics 2")',
    "CREATE VIRTUAL TABLE grams USING fts5(name, content = '', columnsize = 0, detail = none, tokenize = 'trigram')",
)
