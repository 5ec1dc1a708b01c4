"""What the desk filters and sorts by: the other tables in its shape, kept and made again by `core.case.items`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from core.case.schema.all_tables import metadata

__all__ = [
    "DERIVED",
    "folder",
    "item",
    "item_label",
    "item_place",
    "item_tag",
    "label",
]

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
    # A finding was called wrong or unclear, or two people disagree (`core.case.items.Part.DISPUTES`).
    Column("disputed", Integer, nullable=False, server_default="0"),
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
Index("item_disputed", item.c.disputed, sqlite_where=item.c.disputed == 1)  # `=`: gives them in their order
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
