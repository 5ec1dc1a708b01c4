"""One look at every matching item, for all the counts that need one.

SQLite packs what has few values into one number an item, and hands over all of them as one text; numpy counts. That is
one scan for six facets, and none of it in Python's interpreter, which the window needs meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.case.conditions import condition
from core.case.filters import Filter
from core.case.items import TROUBLED
from core.case.listing import numbers
from core.case.statements import distinct

__all__ = ["BANDS", "GROUPS", "KINDS", "Column", "Further", "Scan"]

Counts = NDArray[np.int64]

KINDS = ("image", "video", "audio", "other")
GROUPS = ("explicit", "nude", "suggestive")
BANDS = 10
_FLAGS = {"reviewed": 0, "flagged": 1, "notes": 2, "text": 3, "problems": 4, "excluded": 5, "stack": 6}
_PRESENT = {"stack": "item.stack IS NOT NULL", "problems": TROUBLED}  # the others are numbers and never empty
_GRADES = 31


class Column:
    """What a scan can bring along; each costs time."""

    CODE = "code"
    MONTH = "month"
    FOLDER = "folder"
    BANDS = "bands"


@dataclass(frozen=True, slots=True)
class Further:
    """Further places of the matching items: content, folder of the place, folder of the first copy."""

    contents: Counts
    folders: Counts
    firsts: Counts


class Scan:
    """The matching items, looked at once when first needed. `columns`: which of `Column`."""

    def __init__(self, connection: Connection, wanted: Filter, columns: Collection[str]) -> None:
        self._connection = connection
        self._columns = sorted(columns)
        self._where, self._values = condition(wanted, connection)

    @cached_property
    def grades(self) -> list[str]:
        """The grades that were given, the most frequent kinds of case having fewer than ten."""
        return [row[0] for row in self._connection.exec_driver_sql(distinct("item", "grade")).fetchall()][:_GRADES]

    @cached_property
    def _texts(self) -> dict[str, str | None]:
        columns = {
            Column.CODE: f"group_concat({self._code()})",
            Column.MONTH: "group_concat(substr(coalesce(dated, '') || '       ', 1, 7), '')",
            Column.FOLDER: "group_concat(coalesce(folder_id, 0))",
            Column.BANDS: f"group_concat({_bands()})",
        }
        asked = ", ".join(columns[name] for name in self._columns)
        row = self._connection.exec_driver_sql(f"SELECT {asked} FROM item WHERE {self._where}", self._values).one()
        return dict(zip(self._columns, row, strict=True))

    def _code(self) -> str:
        grades = " ".join(
            f"WHEN '{value.replace(chr(39), chr(39) * 2)}' THEN {number}"
            for number, value in enumerate(self.grades, start=1)
        )
        grade = f"(CASE grade {grades} ELSE 0 END)" if grades else "0"
        kind = "(CASE kind WHEN 'image' THEN 0 WHEN 'video' THEN 1 WHEN 'audio' THEN 2 ELSE 3 END)"
        flags = " | ".join(
            f"(({_PRESENT.get(name, f'item.{name} > 0')}) << {5 + place})" for name, place in _FLAGS.items()
        )
        return f"{kind} | (state << 2) | {flags} | ({grade} << 12) | (coalesce(source_id, 0) << 17)"

    @cached_property
    def _codes(self) -> Counts:
        return numbers(self._texts[Column.CODE])

    @property
    def items(self) -> int:
        return len(self._codes)

    @property
    def kinds(self) -> Counts:
        """How many of each of `KINDS`."""
        return np.bincount(self._codes & 3, minlength=len(KINDS))

    @property
    def states(self) -> Counts:
        """How many of each rank of `core.case.items.STATES`."""
        return np.bincount((self._codes >> 2) & 7)

    @property
    def graded(self) -> Counts:
        """How many without a grade, then of each of `grades`."""
        return np.bincount((self._codes >> 12) & 31, minlength=len(self.grades) + 1)

    @property
    def sources(self) -> Counts:
        """How many have their first copy in each source, by its id."""
        return np.bincount(self._codes >> 17)

    def flagged(self, name: str) -> int:
        """How many have more than 0 in this column: reviewed, flagged, notes, text, problems, excluded; or
        is in a stack."""
        return int(np.count_nonzero(self._codes & (1 << (5 + _FLAGS[name]))))

    @cached_property
    def months(self) -> Counts:
        """How many of each month since the year 0, as year × 12 + month; what has no readable date is left out."""
        letters = (self._texts[Column.MONTH] or "").encode("ascii", "replace")  # a letter stays one byte
        digits = np.frombuffer(letters, dtype=np.uint8).reshape(-1, 7)[:, (0, 1, 2, 3, 5, 6)] - np.uint8(ord("0"))
        readable = (digits <= 9).all(axis=1)
        month = np.zeros(len(digits), dtype=np.int64)
        for place, worth in enumerate((12_000, 1_200, 120, 12, 10, 1)):
            month += digits[:, place].astype(np.int64) * worth
        within = digits[:, 4] * 10 + digits[:, 5]
        return np.bincount(month[readable & (within >= 1) & (within <= 12)] - 1)

    @cached_property
    def folders(self) -> Counts:
        """How many have their first copy in each folder, by its id; not in those below it."""
        return np.bincount(numbers(self._texts[Column.FOLDER]))

    def bands(self, group: str) -> Counts:
        """How many have their highest score of this group in each tenth."""
        digit = (self._bands // (BANDS + 1) ** GROUPS.index(group)) % (BANDS + 1)
        return np.bincount(digit, minlength=BANDS + 1)[1:]

    @cached_property
    def _bands(self) -> Counts:
        return numbers(self._texts[Column.BANDS])

    @cached_property
    def further(self) -> Further:
        row = self._connection.exec_driver_sql(
            "SELECT group_concat(item.content_id), group_concat(item_place.folder_id), group_concat(item.folder_id)"
            " FROM item_place CROSS JOIN item ON item.content_id = item_place.content_id"
            f" WHERE item.folder_id IS NOT NULL AND {self._where}",
            self._values,
        ).one()
        return Further(*(numbers(text) for text in row))


def _bands() -> str:
    parts = (
        f"{(BANDS + 1) ** place} * coalesce(min({BANDS - 1}, max(0, cast({group} * {BANDS} AS INTEGER))) + 1, 0)"
        for place, group in enumerate(GROUPS)
    )
    return " + ".join(parts)
