"""What the examiner asks for, as data: terms combined by AND, OR and NOT, and an order. No SQL here.

A `Filter` is frozen, compares by value, and survives JSON, so that it can be saved in the case, shown as chips and
undone. `Term.values` mean what the key says (see `KEYS`); an empty tuple of values matches nothing to choose from and
is never built by the functions below.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.errors import UsageError

__all__ = [
    "EVERYTHING",
    "GIVEN",
    "KEYS",
    "SORTS",
    "Chip",
    "Filter",
    "Sort",
    "Term",
    "analysed",
    "copies",
    "dated",
    "disputed",
    "duration",
    "excluded",
    "flagged",
    "folder",
    "grade",
    "group",
    "has_note",
    "has_problem",
    "items",
    "kind",
    "label",
    "mismatched",
    "name",
    "outcome",
    "reviewed",
    "sha256",
    "size",
    "source",
    "stacked",
    "tag",
    "text",
    "verdict",
    "words",
]

KEYS = {
    "words": "words in names, recognised text, notes and tags, as typed into the search box",
    "name": "a part of a file's name, any copy",
    "sha256": "the beginning of the SHA-256",
    "kind": "image, video, audio, other",
    "label": "scope: analyzer, values: labels (none: any), least/most: raw score",
    "group": "values: severity groups (explicit, nude, suggestive), least/most: raw score",
    "outcome": "scope: analyzer (empty: the worst of all), values: states, `not analysed` among them",
    "grade": "grades; an empty value: not graded",
    "tag": "tags, any of them",
    "verdict": "right, wrong, unclear about any finding",
    "disputed": "a finding was called wrong or unclear, or two people disagree about a finding or the grade",
    "flagged": "second look",
    "reviewed": "graded or marked as reviewed",
    "excluded": "taken out of the coverage, with a reason",
    "problem": "has a problem; values: codes (none: any)",
    "note": "has a note",
    "text": "has recognised text",
    "source": "scope: source id",
    "folder": "scope: source id, values: one folder; everything below it belongs to it",
    "date": "scope: any | taken | modified, values: first and last day, `2024-03-01` (empty: open)",
    "size": "least/most: bytes",
    "duration": "least/most: seconds",
    "copies": "least/most: how many copies",
    "items": "values: content ids, a fixed selection",
    "mismatch": "the name of a copy says another type than its bytes",
    "stack": "near duplicates; values: numbers of stacks (none: any stack)",
}
"""Every key of a term, and what its fields mean."""

SORTS = (
    "added", "name", "path", "kind", "size", "date", "taken", "modified", "duration", "state", "explicit", "nude",
    "suggestive", "findings", "text", "copies", "grade", "sha256", "stack",
)  # fmt: skip
"""Columns to sort by; `label:ANALYZER:LABEL` sorts by the highest score of that label."""

GIVEN = "given"
"""The order in which the filter names its items (`items`), as a search by nearness does: the nearest first."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A term or group for display: `key` chooses the translated sentence (`kind`, `label`, …), the rest fills it in."""

    key: str
    values: tuple[str, ...]
    scope: str
    least: float | None
    most: float | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One condition on an item. Raises `UsageError` for a key that nobody knows."""

    key: str
    values: tuple[str, ...] = ()
    scope: str = ""
    least: float | None = None
    most: float | None = None
    negated: bool = False

    def __post_init__(self) -> None:
        if self.key not in KEYS:
            raise UsageError(f"There is no filter called {self.key!r}.", f"Known: {', '.join(KEYS)}.")

    def __invert__(self) -> Term:
        return replace(self, negated=not self.negated)

    def chip(self) -> Chip:
        return Chip(self.key, self.values, self.scope, self.least, self.most, self.negated)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what stands at its default is left out."""
        found: dict[str, Any] = {"key": self.key}
        if self.values:
            found["values"] = list(self.values)
        if self.scope:
            found["scope"] = self.scope
        if self.least is not None:
            found["least"] = self.least
        if self.most is not None:
            found["most"] = self.most
        if self.negated:
            found["not"] = True
        return found


@dataclass(frozen=True, slots=True)
class Filter:
    """`mode` all: every part must hold; any: one is enough. Parts are terms or filters. No parts: everything."""

    parts: tuple[Term | Filter, ...] = ()
    mode: Literal["all", "any"] = "all"
    negated: bool = False

    def __invert__(self) -> Filter:
        return replace(self, negated=not self.negated)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def with_part(self, part: Term | Filter) -> Filter:
        """One more condition; the same one twice is once."""
        if self.mode == "any" or self.negated:
            return Filter((self, part))
        return self if part in self.parts else replace(self, parts=(*self.parts, part))

    def with_alternative(self, part: Term | Filter) -> Filter:
        """One more way to match, of a filter of which any part is enough."""
        return self if part in self.parts else replace(self, parts=(*self.parts, part))

    def without(self, part: Term | Filter) -> Filter:
        return replace(self, parts=tuple(kept for kept in self.parts if kept != part))

    def replaced(self, old: Term | Filter, new: Term | Filter) -> Filter:
        """The same with `new` in the place of `old`: what a threshold slider does at every step."""
        return replace(self, parts=tuple(new if part == old else part for part in self.parts))

    def terms(self) -> tuple[Term, ...]:
        """Every term in it, however deep."""
        found: list[Term] = []
        for part in self.parts:
            found += [part] if isinstance(part, Term) else part.terms()
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {self.mode: [part.to_json() for part in self.parts]}
        if self.negated:
            found["not"] = True
        return found

    def dumps(self) -> str:
        """One line of JSON; `Filter.loads` reads it."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Filter:
        """Raises `UsageError` when the text is no filter."""
        try:
            found = json.loads(text)
        except ValueError as error:
            raise _no_filter(text) from error
        part = _part(found)
        return part if isinstance(part, Filter) else cls((part,))

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Filter:
        """The filter that `to_json` made these values of. Raises `UsageError`."""
        part = _part(found)
        return part if isinstance(part, Filter) else cls((part,))


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column, and in which direction. Items without a value come last, whatever the direction; ties are in
    the order in which the contents came into the case. Raises `UsageError` for an unknown column."""

    key: str = "added"
    descending: bool = False

    def __post_init__(self) -> None:
        if self.key not in (*SORTS, GIVEN) and not (self.key.startswith("label:") and self.key.count(":") >= 2):
            raise UsageError(f"Items cannot be sorted by {self.key!r}.", f"Known: {', '.join(SORTS)}.")

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "descending": self.descending}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Sort:
        return cls(str(found.get("key", "added")), bool(found.get("descending", False)))


def _part(found: Any) -> Term | Filter:
    if not isinstance(found, Mapping):
        raise _no_filter(found)
    negated = found.get("not", False) is True
    for mode in ("all", "any"):
        if mode in found:
            parts = found[mode]
            if not isinstance(parts, list):
                raise _no_filter(found)
            return Filter(tuple(_part(part) for part in parts), mode, negated)
    try:
        return Term(
            str(found["key"]),
            tuple(str(value) for value in found.get("values", ())),
            str(found.get("scope", "")),
            None if found.get("least") is None else float(found["least"]),
            None if found.get("most") is None else float(found["most"]),
            negated,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_filter(found) from error


def _no_filter(found: object) -> UsageError:
    return UsageError(
        f"This is not a filter: {str(found)[:80]}.", "It may be of a newer version; make the filter again and save it."
    )


# ---------------------------------------------------------------------- the ways to make a term


def words(typed: str) -> Term:
    return Term("words", (typed,))


def name(part: str) -> Term:
    return Term("name", (part,))


def sha256(beginning: str) -> Term:
    return Term("sha256", (beginning.strip().lower(),))


def kind(*kinds: str) -> Term:
    return Term("kind", kinds)


def label(analyzer: str, *labels: str, least: float | None = None, most: float | None = None) -> Term:
    """Any of these labels of one analyzer (no label: any finding of it) with a raw score in this range."""
    return Term("label", labels, analyzer, least, most)


def group(*groups: str, least: float | None = None, most: float | None = None) -> Term:
    """Any label of these severity groups (explicit, nude, suggestive)."""
    return Term("group", groups, "", least, most)


def outcome(*states: str, analyzer: str = "") -> Term:
    """How it ended for this analyzer's newest configuration (empty: the worst of all analyzers)."""
    return Term("outcome", states, analyzer)


def analysed(analyzer: str = "") -> Term:
    return ~outcome("not analysed", analyzer=analyzer)


def grade(*grades: str) -> Term:
    return Term("grade", grades)


def tag(*tags: str) -> Term:
    return Term("tag", tags)


def verdict(*verdicts: str) -> Term:
    return Term("verdict", verdicts)


def disputed() -> Term:
    return Term("disputed")


def flagged() -> Term:
    return Term("flagged")


def reviewed() -> Term:
    return Term("reviewed")


def excluded() -> Term:
    return Term("excluded")


def has_problem(*codes: str) -> Term:
    return Term("problem", codes)


def has_note() -> Term:
    return Term("note")


def text() -> Term:
    return Term("text")


def source(number: int) -> Term:
    return Term("source", scope=str(number))


def folder(source_id: int, path: str) -> Term:
    """Items with a copy in this folder of this source or below it; `""` is the source itself."""
    return Term("folder", (path,), str(source_id))


def dated(first: str = "", last: str = "", *, by: Literal["any", "taken", "modified"] = "any") -> Term:
    """Days, both included; `any` is the camera's time, or where there is none the file's (UTC)."""
    return Term("date", (first, last), by)


def size(least: float | None = None, most: float | None = None) -> Term:
    """Bytes of the content, both ends included."""
    return Term("size", least=least, most=most)


def duration(least: float | None = None, most: float | None = None) -> Term:
    """Seconds; pictures have none and are never in it."""
    return Term("duration", least=least, most=most)


def copies(least: float | None = None, most: float | None = None) -> Term:
    """How many files have this content."""
    return Term("copies", least=least, most=most)


def items(*ids: int) -> Term:
    """Just these contents, by the numbers of the case."""
    return Term("items", tuple(str(number) for number in ids))


def stacked(*stacks: int) -> Term:
    """In one of these stacks of near duplicates; no number: in any."""
    return Term("stack", tuple(str(number) for number in stacks))


def mismatched() -> Term:
    """A copy has a name that belies its bytes: `holiday.txt` that is a picture."""
    return Term("mismatch")
