"""What was recorded, said in another language: the sentences of problems, outcomes and errors, and their German.

A sentence is recorded in English, as it was said, and stays so: it is the record. Shown is what `told` makes of it, by
templates with named places (`resources/sentences.json`), so cases of older versions read as well as new ones. What no
template fits is shown as it was recorded.

Places in a template: `{name}` is taken over as it is, `{name:word}` without spaces, `{name:number}` with a comma in
German, `{name:said}` is told itself, and `{name:detail}` is in a library's own words: it is kept apart, because nobody
has translated it and few can use it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

__all__ = ["FILE", "Template", "Told", "templates", "told"]

FILE = Path(__file__).resolve().parents[1] / "resources" / "sentences.json"
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_KINDS = {"": r".+?", "word": r"\S+", "number": r"-?\d+(?:\.\d+)?", "said": r".+?", "detail": r".*?"}
_ASIDE = re.compile(r" \(\{\w+:detail\}\)|:? ?\{\w+:detail\}")
_BOUNDARY = re.compile(r"(?<=[.!?]) (?=\S)")
_MOST = 4000  # characters: what is longer is no sentence of ours


@dataclass(frozen=True, slots=True)
class Told:
    """A recorded sentence as it is shown. `detail`: a library's own words in it. `known`: all of it was understood;
    what was not stands as it was recorded."""

    text: str
    detail: str = ""
    known: bool = True


@dataclass(frozen=True)
class Template:
    """A sentence in both languages. `kinds`: name of a place → what stands there."""

    english: str
    german: str
    kinds: tuple[tuple[str, str], ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Made when it is first tried: all of them together take longer than a window may be away."""
        kinds, named = dict(self.kinds), set[str]()
        pattern, end = "", 0
        for place in _PLACE.finditer(self.english):
            name = place[1]
            pattern += re.escape(self.english[end : place.start()])
            pattern += f"(?P={name})" if name in named else f"(?P<{name}>{_KINDS[kinds[name]]})"
            named.add(name)
            end = place.end()
        return re.compile(pattern + re.escape(self.english[end:]), re.DOTALL)

    @cached_property
    def anchor(self) -> str:
        """Its longest piece that is always there: looking for that is cheaper than matching."""
        pieces = re.split(r"\{[^}]*\}", self.english)
        return max(pieces, key=len)

    @property
    def fixed(self) -> int:
        """How many characters are always the same: the more, the surer the match."""
        return len(_PLACE.sub("", self.english))

    def shown(self, language: str) -> str:
        """The text to be filled in; without places that are kept apart."""
        return self.german if language == "de" else _ASIDE.sub("", self.english)


def told(recorded: str, language: str) -> Told:
    """The sentence, or the sentences, in this language (`en`, `de`; any other is English)."""
    return _told(recorded.strip(), language) if recorded else Told("")


@lru_cache(maxsize=8192)
def _told(recorded: str, language: str) -> Told:
    if len(recorded) > _MOST:
        return Told(recorded, known=False)
    whole = _matched(recorded, language)
    if whole is not None and whole.known:
        return whole
    parts = [recorded[: cut.start()] for cut in _BOUNDARY.finditer(recorded)]
    for first in reversed(parts):
        head = _matched(first, language)
        if head is not None and head.known:
            rest = _told(recorded[len(first) + 1 :], language)
            return Told(f"{head.text} {rest.text}", _listed((head.detail, rest.detail)), rest.known)
    return whole or Told(recorded, known=False)


def _matched(recorded: str, language: str) -> Told | None:
    """All of it by one template; one that leaves nothing untold before one that does."""
    partly = None
    for template in _candidates(recorded):
        found = template.pattern.fullmatch(recorded)
        if found is None:
            continue
        filled = _filled(template, found, language)
        if filled.known:
            return filled
        partly = partly or filled
    return partly


def _filled(template: Template, found: re.Match[str], language: str) -> Told:
    values, details, known = {}, [], True
    for name, kind in template.kinds:
        value = found[name]
        if kind == "detail":
            details.append(value.strip())
        elif kind == "said":
            inner = _told(value.strip(), language)
            value, known = inner.text, known and inner.known
            details.append(inner.detail)
        elif kind == "number" and language == "de":
            value = value.replace(".", ",")
        values[name] = value
    shown = template.shown(language)
    text = _PLACE.sub(lambda place: _fitted(values[place[1]], shown[place.end() :]), shown)
    return Told(text, _listed(details), known)


def _fitted(value: str, behind: str) -> str:
    """A sentence inside another one loses its full stop where the other goes on."""
    return value.removesuffix(".") if behind.startswith((")", ".", ";", ",")) else value


def _listed(details: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, details)))


# ---------------------------------------------------------------------- the list


@cache
def templates() -> tuple[Template, ...]:
    """All of them, the surest first. Raises `OSError` or `ValueError` when the installation is damaged."""
    groups = json.loads(FILE.read_text(encoding="utf-8"))
    found = [_template(one["en"], one["de"]) for group in groups.values() if isinstance(group, list) for one in group]
    return tuple(sorted(found, key=lambda template: -template.fixed))


def _template(english: str, german: str) -> Template:
    kinds = {place[1]: place[2] or "" for place in _PLACE.finditer(english)}
    if unknown := set(kinds.values()) - set(_KINDS):
        raise ValueError(f"{english!r}: no such kind of place: {', '.join(sorted(unknown))}")
    return Template(english, german, tuple(kinds.items()))


@cache
def _by_beginning() -> tuple[dict[str, list[Template]], list[Template]]:
    """First word → templates that begin with it; and those that begin with a place."""
    named: dict[str, list[Template]] = {}
    open_: list[Template] = []
    for template in templates():
        first = template.english.partition(" ")[0]
        (open_ if "{" in first else named.setdefault(first, [])).append(template)
    return named, open_


def _candidates(recorded: str) -> Iterator[Template]:
    try:
        named, open_ = _by_beginning()
    except (OSError, ValueError, KeyError):
        return  # without its words the program still says what was recorded
    for template in (*named.get(recorded.partition(" ")[0], ()), *open_):
        if template.anchor in recorded:
            yield template
