"""The words of a case: one FTS5 table, and one of trigrams for parts of names. `core.case.words` keeps them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table

from core.case.schema.all_tables import metadata

__all__ = [
    "STATEMENTS",
    "word_item",
]

word_item = Table(
    "word_item",
    metadata,
    Column("id", Integer, primary_key=True),  # rowid in `words`
    Column("content_id", Integer, ForeignKey("content.id"), nullable=False),
)
"""Whose words a row of the word index has; see `core.case.words`."""

# `plain` is the text (the tokenizer drops accents: Müller → muller), `german` the same with ä→ae ö→oe ü→ue ß→ss
# (Müller → mueller).
STATEMENTS = (
    "CREATE VIRTUAL TABLE words USING fts5(plain, german, kind UNINDEXED, ref UNINDEXED, content_id UNINDEXED,"
    ' tokenize = "unicode61 remove_diacritics 2")',
    "CREATE VIRTUAL TABLE grams USING fts5(name, content = '', columnsize = 0, detail = none, tokenize = 'trigram')",
)
