"""The tables of films that show the same, and of hash lists: a part of `core.case.schema`."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

__all__ = ["near_tables"]


def near_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """`film_hash`, `film_key`, `film_pair` and `hash_list`."""
    film_hash = Table(
        "film_hash",
        metadata,
        Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
        Column("frames", Integer, nullable=False),
        Column("good", Integer, nullable=False),  # of quality 50 or more: those that count
        Column("data", BLOB, nullable=False),  # `core.film_hashes`: times, qualities, hashes; 41 bytes a frame
    )
    # A table of its own, because a run reads all of it and must not read past the hashes.
    film_key = Table(
        "film_key",
        metadata,
        Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
        Column("keys", BLOB, nullable=False),  # `core.search.films.keys_of`: at most 512 of 4 bytes, little-endian
    )
    # Films that are near duplicates.
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
    Index("film_pair_high", film_pair.c.high_id)
    # Lists that new contents are looked up in. Rows are never deleted: tags speak of them.
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
    return film_hash, film_key, film_pair, hash_list
