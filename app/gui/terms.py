"""Filters in words: what a chip, a facet or the status line says about a term."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication

from app.gui import grades
from app.gui.columns import bytes_text, clock, group_title, kind_title, percent, state_title
from app.gui.labels import label_choice
from app.gui.pages.wording import number
from core.case.filters import Filter, Term

__all__ = ["analyzer_title", "facet_title", "part_text", "scope_title", "score_range", "sort_title", "value_text"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Terms", text)


def facet_title(key: str) -> str:
    """The heading of a facet."""
    titles = {
        "kind": _tr("Type"),
        "outcome": _tr("Outcome"),
        "state": _tr("Queues"),
        "group": _tr("Indicators"),
        "label": _tr("Labels"),
        "score": _tr("Highest score"),
        "grade": _tr("Grade"),
        "tag": _tr("Tags"),
        "source": _tr("Sources"),
        "folder": _tr("Folders"),
        "date": _tr("Date"),
    }
    return titles.get(key, key)


def scope_title(key: str, scope: str) -> str:
    """Of what a facet speaks: the analyzer of outcomes and labels, the group of scores."""
    if key == "score":
        return group_title(scope)
    return analyzer_title(scope) if scope else _tr("All steps, the worst counts")


def analyzer_title(name: str) -> str:
    """An analyzer in the words of the screen; one that this list does not know keeps its own name."""
    return {
        "nsfw": _tr("Explicit content"),
        "ocr": _tr("Text in pictures"),
        "restraint": _tr("Restraint objects"),
        "logo": _tr("Logos"),
        "faces": _tr("Faces"),
        "speech": _tr("Speech"),
        "embedding": _tr("Search by meaning"),
    }.get(name, name)


def sort_title(key: str) -> str:
    titles = {
        "added": _tr("As found"),
        "name": _tr("Name"),
        "path": _tr("Folder and name"),
        "kind": _tr("Type"),
        "size": _tr("Size"),
        "date": _tr("Date"),
        "taken": _tr("Time taken"),
        "modified": _tr("Time changed"),
        "duration": _tr("Length"),
        "state": _tr("Outcome"),
        "explicit": _tr("Score: explicit"),
        "nude": _tr("Score: nude"),
        "suggestive": _tr("Score: suggestive"),
        "findings": _tr("Number of findings"),
        "text": _tr("Amount of text"),
        "copies": _tr("Number of copies"),
        "grade": _tr("Grade"),
        "sha256": _tr("SHA-256"),
        "stack": _tr("Similar ones together"),
        "given": _tr("The nearest first"),
    }
    return titles.get(key, key.rsplit(":", 1)[-1])


def value_text(key: str, value: str) -> str:
    """One value of a term or facet, in the words of the screen."""
    if key == "kind":
        return kind_title(value)
    if key == "outcome":
        return state_title(value)
    if key == "label":
        return label_choice(value)
    if key == "group":
        return group_title(value)
    if key in ("grade", "tag") and not value:
        return _tr("none")
    if key == "grade":
        return grades.text(value)
    if key == "state":
        return {
            "not reviewed": _tr("not reviewed"),
            "reviewed": _tr("reviewed"),
            "flagged": _tr("second look"),
            "disputed": _tr("disputed"),
            "problem": _tr("has problems"),
            "note": _tr("has notes"),
            "text": _tr("has text"),
            "excluded": _tr("excluded"),
            "stack": _tr("has similar ones"),
        }.get(value, value)
    if key == "score":
        return f"{number(float(value), 1)}–{number(float(value) + 0.1, 1)}"
    if key == "folder" and not value:
        return _tr("top folder")
    return value


def score_range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"{percent(least)}–{percent(most)}"
    if least is not None:
        return f"≥ {percent(least)}"
    return f"≤ {percent(most)}" if most is not None else ""


def _ranged(title: str, term: Term, write: Callable[[float | None], str]) -> str:
    if term.least is not None and term.most is not None:
        return f"{title} {write(term.least)}–{write(term.most)}"
    return f"{title} ≥ {write(term.least)}" if term.least is not None else f"{title} ≤ {write(term.most)}"


def _values(term: Term) -> str:
    return ", ".join(value_text(term.key, value) for value in term.values)


def _scored(term: Term, subject: str) -> str:
    return " ".join(filter(None, (subject, score_range(term.least, term.most))))


_PLAIN = {
    "disputed": lambda: _tr("disputed"),
    "flagged": lambda: _tr("second look"),
    "reviewed": lambda: _tr("reviewed"),
    "excluded": lambda: _tr("excluded"),
    "note": lambda: _tr("has a note"),
    "text": lambda: _tr("has text"),
    "mismatch": lambda: _tr("name belies the content"),
}

_SENTENCES: dict[str, Callable[[Term], str]] = {
    "words": lambda term: f"“{_values(term)}”",
    "name": lambda term: _tr("name: {0}").format(_values(term)),
    "sha256": lambda term: _tr("SHA-256 {0}…").format(_values(term)),
    "kind": _values,
    "label": lambda term: _scored(term, _values(term) or _tr("any finding: {0}").format(analyzer_title(term.scope))),
    "group": lambda term: _scored(term, _values(term)),
    "outcome": lambda term: " ".join(
        filter(None, (f"{analyzer_title(term.scope)}:" if term.scope else "", _values(term)))
    ),
    "grade": lambda term: _tr("grade {0}").format(_values(term)),
    "tag": lambda term: _tr("tag {0}").format(_values(term)),
    "verdict": lambda term: _tr("verdict {0}").format(_values(term)),
    "problem": lambda term: _tr("problem {0}").format(_values(term)) if term.values else _tr("has problems"),
    "source": lambda term: _tr("source {0}").format(term.scope),
    "folder": lambda term: _values(term).rsplit("/", 1)[-1] + "/",
    "date": lambda term: "–".join(filter(None, dict.fromkeys(term.values))),
    "size": lambda term: _ranged(_tr("size"), term, lambda value: bytes_text(int(value or 0))),
    "duration": lambda term: _ranged(_tr("length"), term, clock),
    "copies": lambda term: _ranged(_tr("copies"), term, lambda value: f"{value or 0:.0f}"),
    "stack": lambda term: _tr("similar to one another") if term.values else _tr("has similar ones"),
    "items": lambda term: QCoreApplication.translate("Terms", "%n chosen item(s)", "", len(term.values)),
}


def part_text(part: Term | Filter, sources: Mapping[str, str] | None = None) -> str:
    """A part of a filter as a chip says it: `Film`, `not: reviewed`, `Explicit ≥ 0.60`. `sources`: number of a source
    → its label, where it has one."""
    if isinstance(part, Filter):
        joint = _tr(" or ") if part.mode == "any" else _tr(" and ")
        text = joint.join(part_text(inner, sources) for inner in part.parts)
    elif part.key == "source" and sources and part.scope in sources:
        text = sources[part.scope]
    elif part.key in _PLAIN:
        text = _PLAIN[part.key]()
    else:
        text = _SENTENCES.get(part.key, _values)(part)
    return _tr("not: {0}").format(text) if part.negated else text
