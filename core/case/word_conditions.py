"""Conditions on words that were typed and on parts of names: what the word index of a case answers (`core.case.words`).

How an index is asked depends on how frequent a word is there, so each question has two forms with the same answer.
"""

from __future__ import annotations

from sqlalchemy import Connection

from core.case import words
from core.case.filters import Term
from core.case.folding import bare, match_terms
from core.case.statements import NOTHING, Statement, distinct

__all__ = ["name_of_few", "name_part", "typed_words"]


def typed_words(term: Term, walking: Connection | None = None) -> Statement:
    """All words that were typed are somewhere in the item, each perhaps in another line of a picture, in a name, a note
    or a tag; what must not be there is in none of them. `walking`: the case, which is asked what is frequent there."""
    wanted, unwanted = match_terms(" ".join(term.values))
    if not wanted:
        return NOTHING

    def holds(expression: str, typed: str) -> Statement:
        each = walking is not None and words.is_frequent(walking, "words", expression)
        return (_word_of_each if each else _word_anywhere)(expression, bare(typed))

    parts = [holds(*one) for one in wanted]
    parts += [(f"NOT ({sql})", values) for sql, values in (holds(*one) for one in unwanted)]
    return " AND ".join(part[0] for part in parts), tuple(value for part in parts for value in part[1])


_TAGS = f"{distinct('item_tag', 'tag')} AND tag_holds(value, ?)"
_TAGGED = "EXISTS (SELECT 1 FROM item_tag WHERE item_tag.content_id = item.content_id AND tag_holds(item_tag.tag, ?))"


def _word_anywhere(expression: str, typed: str) -> Statement:
    """The word index is asked at once for all items."""
    found = "SELECT word_item.content_id FROM words CROSS JOIN word_item ON word_item.id = words.rowid"
    tagged = f"SELECT content_id FROM item_tag WHERE tag IN ({_TAGS})"
    return f"item.content_id IN ({found} WHERE words MATCH ? UNION ALL {tagged})", (expression, typed)


def _word_of_each(expression: str, typed: str) -> Statement:
    """The word index is asked about the copies, findings and notes of one item after the other."""
    parts = [
        f"EXISTS (SELECT 1 FROM {table} CROSS JOIN words ON words.rowid = {table}.id * 4 + {place}"
        f" WHERE {table}.content_id = item.content_id AND {sooner} AND words MATCH ?)"
        for place, (table, sooner) in enumerate(_WORDED)
    ]
    return f"({' OR '.join((*parts, _TAGGED))})", (*(expression,) * len(parts), typed)


_WORDED = (("copy", "1"), ("finding", "item.text > 0"), ("decision", "notes > 0"))
"""Tables in the order of `core.case.words.KINDS`, and what says sooner that an item has nothing there."""


def name_part(term: Term) -> Statement:
    """A copy has this part in its name: every name is read."""
    part = _like("".join(term.values))
    return (
        "(item.name LIKE ? ESCAPE '\\' OR item.content_id IN (SELECT content_id FROM item_place"
        " WHERE name LIKE ? ESCAPE '\\'))",
        (part, part),
    )


def name_of_few(term: Term, candidates: str) -> Statement:
    """The trigrams give the copies that may have it in their name, or had it before they were looked at again. Whose
    copies they are is read from the narrow table of the word index (a name's row there is its copy's id × 4)."""
    part = _like("".join(term.values))
    return (
        "(item.content_id IN (SELECT word_item.content_id FROM grams"
        " CROSS JOIN word_item ON word_item.id = grams.rowid * 4 WHERE grams MATCH ?)"
        " AND (item.name LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM item_place"
        " WHERE item_place.content_id = item.content_id AND item_place.name LIKE ? ESCAPE '\\')))",
        (candidates, part, part),
    )


def _like(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
