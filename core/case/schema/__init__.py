"""The tables of a case. SQLite is the truth; everything else in the case folder can be rebuilt from it.

Times of acts are ISO 8601 UTC text; file times are integer nanoseconds since 1970 UTC as the file system gave them.
Regions are relative to the upright picture (0–1). `outcome` and `finding` are keyed by (content, config): a second run
under the same config replaces nothing and doubles nothing, another config adds beside.

`item`, `item_place`, `item_label`, `item_tag`, `folder` and `label` say nothing new: they are the other tables in the
shape that the desk filters and sorts by. `core.case.items` keeps them and can make them again at any time.
"""

from __future__ import annotations

from core.case.schema import decided, evidence, words
from core.case.schema.all_tables import metadata
from core.case.schema.decided import act, decision, saved_filter, source_fact
from core.case.schema.derived import DERIVED, folder, item, item_label, item_place, item_tag, label
from core.case.schema.evidence import content, copy, media, meta, problem, source
from core.case.schema.near import film_hash, film_key, film_pair, hash_list, perceptual
from core.case.schema.results import (
    calibration,
    config,
    finding,
    outcome,
    part,
    reference,
    run,
    run_config,
    sample,
    vector,
)
from core.case.schema.words import word_item

__all__ = [
    "DERIVED",
    "STATEMENTS",
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

VERSION = "0007"
"""The newest migration; `tests/core/case` sees to it that this stays true."""

STATEMENTS = (*evidence.STATEMENTS, *decided.STATEMENTS, *words.STATEMENTS)
"""What SQLAlchemy has no words for: a unique index over expressions, the triggers, the word index."""
