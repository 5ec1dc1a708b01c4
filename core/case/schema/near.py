"""Perceptual hashes, films that show the same, and hash lists."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Float, ForeignKey, Index, Integer, Table, Text

from core.case.schema.all_tables import metadata

__all__ = [
    "film_hash",
    "film_key",
    "film_pair",
    "hash_list",
    "perceptual",
]

perceptual = Table(
    "perceptual",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("pdq", BLOB, nullable=False),  # 32 bytes
    Column("quality", Integer, nullable=False),  # 0-100
)

film_hash = Table(
    "film_hash",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("frames", Integer, nullable=False),
    Column("good", Integer, nullable=False),  # of quality 50 or more: those that count
    Column("data", BLOB, nullable=False),  # `core.film_hashes`: times, qualities, hashes; 41 bytes a frame
)

film_key = Table(
    "film_key",
    metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("keys", BLOB, nullable=False),  # `core.search.films.keys_of`: at most 512 of 4 bytes, little-endian
)
"""A table of its own, because a run reads all of it and must not read past the hashes."""

film_pair = Table(
    "film_pair",
    metadata,
    Column("low_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("high_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("bits", Integer, nullable=False),  # in which matching frames may differ at least, so that they are near
    Column("low_share", Float, nullable=False),  # of its good frames: how many have a match in the other
    Column("high_share", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""Films that are near duplicates."""
Index("film_pair_high", film_pair.c.high_id)

hash_list = Table(
    "hash_list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tag", Text, nullable=False),  # `list: NAME`
    Column("file", Text, nullable=False),  # the name of the file that was read
    Column("sha256", Text, nullable=False),  # of that file
    Column("hashes", Integer, nullable=False),
    Column("kept", Text, nullable=False),  # name in the folder `lists` of the case
    Column("kept_sha256", Text, nullable=False),
    Column("compared", Integer, nullable=False, server_default="0"),  # highest content id that was looked up in it
    Column("actor", Text, nullable=False),
    Column("added", Text, nullable=False),
    Column("removed", Text),
)
"""Lists that new contents are looked up in. Rows are never deleted: tags speak of them."""
