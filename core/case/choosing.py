"""How clicks on the lines of a facet change a filter: values of one kind are alternatives, kinds narrow each other.

`image` and then `film` is images *or* films; `image` and then `grade 1` is images *and* grade 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from core.case.filters import Filter, Term

__all__ = ["choosing", "holds", "unchoosing"]

_LISTS = {"kind", "label", "group", "outcome", "grade", "tag", "verdict", "problem"}
"""Keys whose values are alternatives."""


def holds(wanted: Filter, term: Term) -> Literal["in", "out", ""]:
    """Whether a value is chosen (`in`), ruled out (`out`) or neither: what a line of a facet shows."""
    for part in wanted.parts if wanted.mode == "all" and not wanted.negated else ():
        for found in (part,) if isinstance(part, Term) else part.terms() if _one_choice(part) else ():
            if _same_subject(found, term) and (found == term or _values_hold(found, term)):
                return "out" if found.negated or part.negated else "in"
    return ""


def choosing(wanted: Filter, term: Term, *, out: bool = False) -> Filter:
    """With this value chosen beside others of its kind (images *or* films), or with `out`, ruled out."""
    chosen = ~term if out else term
    if out or wanted.mode == "any" or wanted.negated:
        return wanted.with_part(chosen)
    for part in wanted.parts:
        first = part if isinstance(part, Term) else part.terms()[0] if _one_choice(part) else None
        if first is not None and not part.negated and not first.negated and _same_subject(first, term):
            return wanted.replaced(part, _either(part, term))
    return wanted.with_part(chosen)


def unchoosing(wanted: Filter, term: Term) -> Filter:
    """Without this value, chosen or ruled out; others of its kind stay."""
    kept: list[Term | Filter] = []
    for part in wanted.parts:
        left = _without_value(part, term)
        kept += [] if left is None else [left]
    return replace(wanted, parts=tuple(kept))


def _same_subject(one: Term, other: Term) -> bool:
    return one.key == other.key and (one.scope == other.scope or one.key in {"source", "folder"})


def _values_hold(one: Term, other: Term) -> bool:
    same_range = (one.scope, one.least, one.most) == (other.scope, other.least, other.most)
    return same_range and one.key in _LISTS and bool(other.values) and set(other.values) <= set(one.values)


def _related(one: Term, other: Term) -> bool:
    """A folder and one above it are no alternatives: choosing one goes down or up."""
    if one.key != "folder" or one.scope != other.scope or not (one.values and other.values):
        return False
    first, second = (f"{term.values[0].strip('/')}/" for term in (one, other))
    return first.startswith(second) or second.startswith(first)


def _one_choice(part: Filter) -> bool:
    """An OR of conditions about one thing, as `choosing` makes it."""
    terms = part.terms()
    return part.mode == "any" and len(terms) == len(part.parts) > 0 and all(_same_subject(terms[0], t) for t in terms)


def _either(part: Term | Filter, term: Term) -> Term | Filter:
    if isinstance(part, Filter):
        for inner in part.parts:
            if isinstance(inner, Term) and _related(inner, term):
                return part.replaced(inner, term)
        return part.with_alternative(term)
    if _related(part, term):
        return term
    if part.key in _LISTS and part.values and term.values and (part.least, part.most) == (term.least, term.most):
        return replace(part, values=(*part.values, *(value for value in term.values if value not in part.values)))
    return Filter((part, term), "any")


def _without_value(part: Term | Filter, term: Term) -> Term | Filter | None:
    if isinstance(part, Filter):
        if not _one_choice(part):
            return part
        left = tuple(inner for inner in part.parts if inner != term)
        return left[0] if len(left) == 1 else replace(part, parts=left) if left else None
    if not _same_subject(part, term):
        return part
    if replace(part, negated=term.negated) == term:
        return None
    if not _values_hold(part, term):
        return part
    left_values = tuple(value for value in part.values if value not in term.values)
    return replace(part, values=left_values) if left_values else None
