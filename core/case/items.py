"""The items of the desk: one narrow row a content, derived from the tables that are the truth.

Filtering and sorting a million contents is one scan of `item`, or of one of its indexes. `core.case.store` and
`core.case.decisions` keep these rows in the same transactions as what they follow from. Every derived column is defined
once, here, by a statement that serves a handful of contents as well as all of them (`rebuild`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from core.case.schema import DERIVED
from core.case.stacks import restack
from core.records import State

__all__ = ["IN_FORCE", "NOT_ANALYSED", "STATES", "TROUBLED", "Items", "Part", "Placed", "rebuild", "work_out"]

NOT_ANALYSED = "not analysed"
STATES = (
    NOT_ANALYSED,
    State.DONE.value,
    State.UNSUPPORTED.value,
    State.SKIPPED.value,
    State.PARTIAL.value,
    State.TIMED_OUT.value,
    State.FAILED.value,
)
"""What `item.state` counts through, the worst last."""

TROUBLED = f"(item.problems > 0 OR item.state >= {STATES.index(State.PARTIAL.value)})"
"""Something was noted about it, or a step did not get to its end: what the page of problems lists."""

IN_FORCE = "NOT EXISTS (SELECT 1 FROM decision withdrawal WHERE withdrawal.withdraws = decision.id)"

_AT_ONCE = 2000
_FOLDERS_REMEMBERED = 100_000
_NEVER = 2**63
_PLACE = "INSERT OR IGNORE INTO item_place(folder_id, content_id, name) VALUES(?,?,?)"
_INSERT = (
    "INSERT INTO item(content_id, kind, size, source_id, folder_id, modified, dated, name, copies)"
    " VALUES(?,?,?,?,?,?,strftime('%Y-%m-%dT%H:%M:%S', ? / 1000000000, 'unixepoch'),?,1)"
)
_RANKS = " ".join(f"WHEN '{state}' THEN {rank}" for rank, state in enumerate(STATES))
# A step that has nothing to look at here (sound in a picture), or whose model is not installed, says nothing against
# what the others saw: it counts only where no other step has an outcome.
_RANK = (
    f"CASE WHEN outcome.code = 'model-missing' THEN -2 WHEN outcome.state = '{State.UNSUPPORTED}' THEN -1"
    f" ELSE CASE outcome.state {_RANKS} END END"
)
_WORST = (
    f"CASE max(rank) WHEN -2 THEN {STATES.index(State.SKIPPED.value)}"
    f" WHEN -1 THEN {STATES.index(State.UNSUPPORTED.value)} ELSE max(rank) END"
)


class Part(StrEnum):
    """The parts of an item that change apart from each other."""

    MEDIA = "media"
    OUTCOMES = "outcomes"
    FINDINGS = "findings"
    PROBLEMS = "problems"
    GRADES = "grades"
    FLAGS = "flags"
    EXCLUSIONS = "exclusions"
    NOTES = "notes"
    TAGS = "tags"
    DISPUTES = "disputes"


Placed = tuple[int, str, int, int, str, int | None]
"""A copy: content id, kind, size, source id, path (shown), modified (ns)."""


def _last(kind: str) -> str:
    return (
        f"(SELECT value FROM decision WHERE decision.content_id = item.content_id AND kind = '{kind}'"
        f" AND finding_id IS NULL AND problem_id IS NULL AND {IN_FORCE} ORDER BY decision.id DESC LIMIT 1)"
    )


_TAKEN = "(SELECT nullif(substr(taken, 1, 19), '') FROM media WHERE media.content_id = item.content_id)"

# What each person said last counts, so that one who corrects himself disputes nothing.
_JUDGED = (
    "SELECT content_id FROM decision WHERE finding_id IS NOT NULL AND kind = 'verdict' AND value IN ('wrong',"
    f" 'unclear') AND {{which}} AND {IN_FORCE} AND NOT EXISTS (SELECT 1 FROM decision later WHERE later.finding_id ="
    " decision.finding_id AND later.kind = decision.kind AND later.actor = decision.actor AND later.id > decision.id"
    " AND NOT EXISTS (SELECT 1 FROM decision taken WHERE taken.withdraws = later.id))"
)
_GRADED_TWICE = (
    "SELECT content_id FROM (SELECT content_id, value, max(id) FROM decision WHERE kind = 'grade' AND {which}"
    f" AND {IN_FORCE}"
    " GROUP BY content_id, actor) WHERE value <> '' GROUP BY content_id HAVING min(value) <> max(value)"
)

# `{which}` is a condition on `content_id` of the table that the statement changes or reads.
_STATEMENTS: dict[Part, tuple[str, ...]] = {
    Part.MEDIA: (
        f"UPDATE item SET taken = {_TAKEN}, duration = (SELECT duration FROM media WHERE media.content_id ="
        f" item.content_id), dated = coalesce({_TAKEN},"
        " strftime('%Y-%m-%dT%H:%M:%S', modified / 1000000000, 'unixepoch')) WHERE {which}",
    ),
    # The newest configuration of each analyzer counts: what failed and then went well is not a failure any more.
    Part.OUTCOMES: (
        f"UPDATE item SET state = coalesce((SELECT {_WORST} FROM (SELECT {_RANK} AS rank,"
        " max(run_id * 1000000 + config_id) FROM outcome JOIN config ON config.id = outcome.config_id"
        " WHERE outcome.content_id = item.content_id GROUP BY analyzer)), 0) WHERE {which}",
    ),
    Part.FINDINGS: (
        "UPDATE item SET (findings, explicit, nude, suggestive) = (SELECT count(*),"
        " max(CASE grouping WHEN 'explicit' THEN score END), max(CASE grouping WHEN 'nude' THEN score END),"
        " max(CASE grouping WHEN 'suggestive' THEN score END) FROM finding WHERE finding.content_id = item.content_id),"
        " text = coalesce((SELECT max(length) FROM (SELECT sum(length(text)) AS length FROM finding"
        " WHERE finding.content_id = item.content_id AND text IS NOT NULL GROUP BY config_id)), 0) WHERE {which}",
        "DELETE FROM item_label WHERE {which}",
        "INSERT OR IGNORE INTO label(analyzer, label, grouping)"
        " SELECT DISTINCT analyzer, label, grouping FROM finding WHERE {which}",
        "INSERT INTO item_label(content_id, label_id, score, count) SELECT finding.content_id, label.id,"
        " max(finding.score), count(*) FROM finding CROSS JOIN label ON label.analyzer = finding.analyzer AND"
        " label.label = finding.label AND label.grouping = finding.grouping WHERE {which} GROUP BY 1, 2",
    ),
    # Problems of a copy that was read are problems of its content. The expressions are those of the index.
    Part.PROBLEMS: (
        "UPDATE item SET problems = (SELECT count(*) FROM problem WHERE coalesce(content_id, 0) = item.content_id)"
        " + (SELECT count(*) FROM copy CROSS JOIN problem ON coalesce(problem.content_id, 0) = 0 AND"
        " coalesce(problem.copy_id, 0) = copy.id WHERE copy.content_id = item.content_id) WHERE {which}",
    ),
    Part.GRADES: (
        "UPDATE item SET (grade, reviewed) = (SELECT nullif(grade, ''), coalesce(nullif(grade, ''), review, '') <> ''"
        f" FROM (SELECT {_last('grade')} AS grade, {_last('review')} AS review)) WHERE {{which}}",
    ),
    Part.FLAGS: (f"UPDATE item SET flagged = coalesce({_last('flag')}, '') <> '' WHERE {{which}}",),
    Part.EXCLUSIONS: (f"UPDATE item SET excluded = coalesce({_last('exclude')}, '') <> '' WHERE {{which}}",),
    Part.NOTES: (
        "UPDATE item SET notes = (SELECT count(*) FROM decision WHERE decision.content_id = item.content_id"
        f" AND kind IN ('note', 'bookmark') AND {IN_FORCE}) WHERE {{which}}",
    ),
    Part.TAGS: (
        "DELETE FROM item_tag WHERE {which}",
        "INSERT INTO item_tag(content_id, tag) SELECT content_id, value FROM (SELECT content_id, value, kind,"
        f" max(id) FROM decision WHERE kind IN ('tag', 'untag') AND {{which}} AND {IN_FORCE}"
        " GROUP BY content_id, value) WHERE kind = 'tag'",
    ),
    Part.DISPUTES: (
        "UPDATE item SET disputed = 0 WHERE disputed = 1 AND {which}",
        f"UPDATE item SET disputed = 1 WHERE content_id IN ({_JUDGED} UNION {_GRADED_TWICE})",
    ),
}


class Items:
    """Keeps the derived rows on a connection that the caller holds a transaction on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._folders: dict[tuple[int, str], int] = {}

    def placed(self, copies: Sequence[Placed], *, new_from: int) -> None:
        """Copies that came in, in the order of their ids. The first of a content with an id of `new_from` or more makes
        its item; the others are further places of it."""
        known: set[int] = set()
        rows: list[tuple[Any, ...]] = []
        more: list[tuple[int, int, str]] = []
        for content_id, kind, size, source_id, path, modified in copies:
            above, _, name = path.rpartition("/")
            folder = self._folders.get((source_id, above)) or self._folder(source_id, above)
            if content_id < new_from or content_id in known:
                more.append((folder, content_id, name))
            else:
                known.add(content_id)
                rows.append((content_id, kind, size, source_id, folder, modified, modified, name))
        if rows:
            self._connection.exec_driver_sql(_INSERT, rows)
        if more:
            self._connection.exec_driver_sql(
                "UPDATE item SET copies = copies + 1 WHERE content_id = ?", [(row[1],) for row in more]
            )
            self._connection.exec_driver_sql(_PLACE, more)

    def placed_again(self, content_id: int) -> None:
        """A copy of this content was looked at again: where it lies is worked out from all of its copies."""
        rows = self._connection.exec_driver_sql(
            "SELECT source_id, path, modified_ns FROM copy WHERE content_id = ? ORDER BY id", (content_id,)
        ).fetchall()
        self._connection.exec_driver_sql("DELETE FROM item_place WHERE content_id = ?", (content_id,))
        self._connection.exec_driver_sql(
            "INSERT OR IGNORE INTO item(content_id, kind, size) SELECT id, kind, size FROM content WHERE id = ?",
            (content_id,),
        )
        for number, (source_id, path, modified) in enumerate(rows):
            above, _, name = path.rpartition("/")
            folder = self._folder(source_id, above)
            if number:
                self._connection.exec_driver_sql(_PLACE, (folder, content_id, name))
            else:
                self._connection.exec_driver_sql(
                    "UPDATE item SET source_id = ?, folder_id = ?, name = ?, modified = ?, copies = ?"
                    " WHERE content_id = ?",
                    (source_id, folder, name, modified, len(rows), content_id),
                )
        self.refresh([content_id], Part.MEDIA, Part.PROBLEMS)

    def refresh(self, ids: Iterable[int], *parts: Part) -> None:
        """Work out these parts again for these contents."""
        wanted = json.dumps(list(ids))
        for part in parts:
            for statement in _STATEMENTS[part]:
                marks = statement.count("{which}")
                self._connection.exec_driver_sql(
                    statement.replace("{which}", "content_id IN (SELECT value FROM json_each(?))"), (wanted,) * marks
                )

    def _folder(self, source_id: int, path: str) -> int:
        key = (source_id, path)
        if len(self._folders) > _FOLDERS_REMEMBERED:
            self._folders.clear()
        self._connection.exec_driver_sql("INSERT INTO folder(source_id, path) VALUES(?,?) ON CONFLICT DO NOTHING", key)
        found = self._connection.exec_driver_sql("SELECT id FROM folder WHERE source_id = ? AND path = ?", key)
        number = self._folders[key] = int(found.scalar_one())
        return number


def rebuild(connection: Connection) -> int:
    """Empty the derived tables and make them again from the truth, in the caller's transaction. Returns the number of
    items. A million contents take a minute or two."""
    for table in DERIVED:
        connection.exec_driver_sql(f"DELETE FROM {table.name}")
    items = Items(connection)
    for first, later in _copies(connection):
        items.placed(first, new_from=0)
        items.placed(later, new_from=_NEVER)
    connection.exec_driver_sql("INSERT OR IGNORE INTO item(content_id, kind, size) SELECT id, kind, size FROM content")
    work_out(connection, *Part)
    restack(connection)
    return int(connection.exec_driver_sql("SELECT count(*) FROM item").scalar_one())


def work_out(connection: Connection, *parts: Part) -> None:
    """Work out these parts again for all items."""
    for part in parts:
        for statement in _STATEMENTS[part]:
            connection.exec_driver_sql(statement.replace("{which}", "content_id IS NOT NULL"))


def _copies(connection: Connection) -> Iterator[tuple[list[Placed], list[Placed]]]:
    """Copies in the order of their ids, a few at a time: the first ones of their contents, and the others."""
    after = 0
    while True:
        rows = connection.exec_driver_sql(
            "SELECT copy.id, NOT EXISTS (SELECT 1 FROM copy earlier WHERE earlier.content_id = copy.content_id"
            " AND earlier.id < copy.id), content.id, kind, content.size, source_id, path, modified_ns FROM copy"
            " CROSS JOIN content ON content.id = copy.content_id WHERE copy.id > ? ORDER BY copy.id LIMIT ?",
            (after, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield [_placed(row) for row in rows if row[1]], [_placed(row) for row in rows if not row[1]]


def _placed(row: Sequence[Any]) -> Placed:
    return (row[2], row[3], row[4], row[5], row[6], row[7])
